"""Proof of work: what a browser must do while comments flood a story."""

import base64
import hashlib
import html
import json
import re

import pytest

from news.comments import work
from news.models import Comment
from tests.factories import make_article

pytestmark = pytest.mark.django_db
TYPED = {"name": "海棠人", "text": "路修好了，回家快了。"}


@pytest.fixture
def flooded(settings, monkeypatch):
    """A story under a flood of comments."""
    settings.RATE_LIMITS = True
    monkeypatch.setattr(work, "HARDNESS", 50)
    article = make_article()
    for _ in range(work.FLOOD):
        work.count(article.pk)
    return article


def post(client, article, **typed):
    headers = {"Origin": "http://testserver"}
    return client.post(f"/articles/{article.pk}/comments/", TYPED | typed, headers=headers)


def challenge_in(answer):
    found = re.search(r'data-challenge="([^"]+)"', answer.content.decode())
    return json.loads(html.unescape(found[1])) if found else None


def solved(task):
    """As portal/js/work.js does it."""
    for number in range(task["maxNumber"] + 1):
        if hashlib.sha256(f"{task['salt']}{number}".encode()).hexdigest() == task["challenge"]:
            return base64.b64encode(json.dumps(task | {"number": number}).encode()).decode()
    raise AssertionError


def test_a_flood_asks_for_work_and_keeps_what_was_typed(client, flooded):
    answer = post(client, flooded)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert "no-store" in answer["Cache-Control"]
    assert "一分钟" in page
    assert f"{TYPED['text']}</textarea>" in page
    assert f'value="{TYPED["name"]}"' in page
    assert challenge_in(answer)["maxNumber"] == 50
    assert not Comment.objects.exists()


def test_a_solved_task_lets_one_comment_in_and_no_second(client, flooded):
    work_done = solved(challenge_in(post(client, flooded)))
    assert post(client, flooded, work=work_done).status_code == 302
    again = post(client, flooded, text="再来一条。", work=work_done)
    assert again.status_code == 429
    assert challenge_in(again)
    assert Comment.objects.get().text == TYPED["text"]


@pytest.mark.parametrize("work_done", ["", "x", "bnVsbA==", "e30=", "W10=", "1" * 1000, "字"])
def test_what_is_no_solution_is_asked_again(client, flooded, work_done):
    assert challenge_in(post(client, flooded, work=work_done))
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "change", [{"signature": "0" * 64}, {"number": -1}, {"salt": "x?expires=9999999999&"}]
)
def test_a_forged_solution_is_asked_again(client, flooded, change):
    task = json.loads(base64.b64decode(solved(challenge_in(post(client, flooded)))))
    forged = base64.b64encode(json.dumps(task | change).encode()).decode()
    assert post(client, flooded, work=forged).status_code == 429


def test_without_a_flood_nothing_is_asked(client, flooded):
    quiet = make_article()
    assert post(client, quiet).status_code == 302
    assert challenge_in(client.get(f"/articles/{flooded.pk}/comments/")) is None
