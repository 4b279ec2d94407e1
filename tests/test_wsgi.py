"""The server's way in: bodies are taken in whole before Django works; half a body is not taken for one."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest

from news import heat, limits
from news.models import Reading
from portal import metrics, wsgi
from tests.factories import make_article, make_region


@pytest.fixture
def said(monkeypatch):
    """What a stand-in for Django was given and where it ran."""
    seen = {}

    def stand_in(environ, start_response):
        seen["body"] = environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"ok"]

    monkeypatch.setattr(wsgi, "django", stand_in)
    return seen


def send(body=b"", method="POST", **environ):
    status = []
    environ = {
        "REQUEST_METHOD": method,
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    } | environ
    setup_testing_defaults(environ)
    answer = b"".join(wsgi.application(environ, lambda line, headers: status.append(line)))
    return status[0], answer


def test_a_body_arrives_whole(said):
    assert send(b"x" * 3_000_000) == ("200 OK", b"ok")
    assert said["body"] == b"x" * 3_000_000


def test_a_sender_who_hung_up_is_not_heard(said):
    status, _answer = send(b"half", CONTENT_LENGTH="8")
    assert status == "400 Bad Request"
    assert said == {}


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "１", "9" * 5000])
def test_a_length_that_is_no_number_is_refused(said, length):
    assert send(b"x", CONTENT_LENGTH=length)[0] == "400 Bad Request"


def test_a_body_beyond_the_limit_is_refused_unread(said):
    assert send(b"x", CONTENT_LENGTH=str(wsgi.LARGEST_BODY + 1))[0] == "413 Content Too Large"


def test_no_more_is_read_than_was_announced(said):
    send(b"one and more", CONTENT_LENGTH="3")
    assert said["body"] == b"one"


@pytest.mark.django_db
def test_a_beacon_is_counted_before_django_is_entered(said, settings):
    settings.ALLOWED_HOSTS = ["news.example.org"]
    article = make_article()
    beacon = {"HTTP_HOST": "news.example.org", "HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14)"}
    path = f"/articles/{article.pk}/seen/"
    answered = metrics.answers.labels("204")._value.get()
    assert send(b"www.sogou.com", PATH_INFO=path, **beacon) == ("204 No Content", b"")
    assert said == {}
    assert metrics.answers.labels("204")._value.get() == answered + 1
    assert heat.flush() == 1
    assert Reading.objects.get().from_search == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", [{"method": "GET"}, {"HTTP_HOST": "elsewhere.example"}, {"HTTP_USER_AGENT": "x"}]
)
def test_a_beacon_that_is_not_to_be_counted_is_answered_by_django(said, settings, monkeypatch, asked):
    settings.ALLOWED_HOSTS = ["news.example.org"]
    settings.RATE_LIMITS = True
    make_region()
    monkeypatch.setattr(
        limits, "exceeded", lambda request, what, per_minute: "x" in request.headers["User-Agent"]
    )
    beacon = {
        "HTTP_HOST": "news.example.org",
        "HTTP_USER_AGENT": "Mozilla/5.0",
        "PATH_INFO": "/articles/1/seen/",
    }
    assert send(**beacon | asked)[0] == "200 OK"
    assert said["body"] == b""
    assert heat.flush() == 0


def test_kept_pages_are_counted(monkeypatch):
    headers = [("Cache-Control", "public, s-maxage=60"), ("Surrogate-Key", "site")]
    monkeypatch.setattr(wsgi.pages, "make", lambda environ: ("200 OK", headers, b"page"))
    before = figures()
    for _again in range(2):
        assert send(method="GET", PATH_INFO="/counted/") == ("200 OK", b"page")
    after = figures()
    assert after["xiangyin_cached"] == before["xiangyin_cached"] + 2
    assert after["xiangyin_pages"] == before["xiangyin_pages"] + 1


def figures():
    families = metrics.State(wsgi.pages).collect()
    return {family.name: family.samples[0].value for family in families if family.samples}
