"""Who may take which step with a story where: each role, each step, own, child, sibling and parent region.
Steps are sent to their address; what they did is read from the database."""

import pytest
from django.urls import reverse

from counties.models import Role
from news import workflow
from news.models import Article, State
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
OWN = "sichuan/liangshan"
REGIONS = {
    "own": OWN,
    "child": "sichuan/liangshan/ganluo",
    "sibling": "sichuan/dazhou",
    "parent": "sichuan",
}
# step: (the state it starts from, who may take it)
WRITERS, EDITORS = {Role.REPORTER, Role.EDITOR, Role.CHIEF}, {Role.EDITOR, Role.CHIEF}
STEPS = {
    "submit": (State.DRAFT, WRITERS),
    "return": (State.SUBMITTED, WRITERS),
    "sign": (State.SUBMITTED, EDITORS),
    "publish": (State.REVIEWED, EDITORS),
    "correct": (State.PUBLISHED, EDITORS),
    "withdraw": (State.PUBLISHED, EDITORS),
    "place": (State.PUBLISHED, WRITERS),
}


def story_in(state, path):
    article = make_article(home=path, live=state == State.PUBLISHED)
    if state in {State.SUBMITTED, State.REVIEWED}:
        workflow.submit(article, by=None)
    if state == State.REVIEWED:
        workflow.sign(article, by=make_staff())
    return article


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("place", REGIONS)
def test_a_step_is_taken_only_by_who_may_there(client, role, step, place):
    make_region(OWN)
    make_region("guizhou", name="贵州省")
    state, who = STEPS[step]
    article = story_in(state, REGIONS[place])
    before = article.revisions.count() + article.placement_requests.count()
    client.force_login(make_staff(role, OWN))
    answer = client.post(
        reverse("admin:news_article_step", args=[article.pk]),
        {"step": step, "notice": "核实有误。", "channel": "贵州省"},
    )
    allowed = role in who and place in ("own", "child")
    assert answer.status_code == (302 if allowed else 403)
    after = article.revisions.count() + article.placement_requests.count()
    assert (after > before) is allowed
    assert Article.objects.get(pk=article.pk).state == (state if not allowed else _after(step, state))


def _after(step, state):
    moves = {"submit": "submitted", "return": "draft", "sign": "reviewed", "publish": "published"}
    return moves.get(step, "withdrawn" if step == "withdraw" else state)
