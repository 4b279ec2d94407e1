"""A decision is on every kept page at once: what was approved is there, what was hidden is gone."""

import pytest
from django.test import Client

from counties.models import Role
from news import comments
from portal import pagecache
from tests.factories import make_article, make_staff
from tests.serving import Here

pytestmark = pytest.mark.django_db
SAID = "路修好了"


@pytest.fixture
def kept():
    """Gives a page through the page cache."""

    def django(environ):
        answer = Client().get(environ["PATH_INFO"], QUERY_STRING=environ["QUERY_STRING"])
        return f"{answer.status_code} OK", list(answer.items()), answer.content

    cache = pagecache.PageCache(django, Here())

    def page(path, query=""):
        asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
        return cache.answer(asked)[2]

    return page


def test_approved_it_is_there_hidden_it_is_gone(kept, django_capture_on_commit_callbacks):
    article = make_article()
    listed = f"/articles/{article.pk}/comments/"
    pages = [(article.get_absolute_url(), ""), (listed, ""), (listed, "sort=liked")]
    comment = comments.post(article, name="海棠人", text=SAID)
    steps = {comments.approve: True, comments.hide: False}
    for step, is_there in steps.items():
        for page in pages:
            kept(*page)
        with django_capture_on_commit_callbacks(execute=True):
            decision = step(comment, by=None)
        assert [(SAID.encode() in kept(*page)) for page in pages] == [is_there] * 3
    with django_capture_on_commit_callbacks(execute=True):
        comments.undo(decision, by=None)
    assert all(SAID.encode() in kept(*page) for page in pages)


def test_the_kept_page_is_not_made_anew_by_what_waits(kept):
    article = make_article()
    path = article.get_absolute_url()
    before = kept(path)
    comments.post(article, name="海棠人", text=SAID)
    assert kept(path) is before


def test_what_one_moderator_decided_is_gone_from_the_desk_of_another():
    comment = comments.post(make_article(), name="海棠人", text=SAID)
    one, other = make_staff(Role.MODERATOR), make_staff(Role.MODERATOR)
    assert comments.queue(other) == [comment]
    comments.reject(comment, by=one)
    assert comments.queue(other) == []
