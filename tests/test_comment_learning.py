from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from news import comments
from news.comments import learning
from news.models import Comment, CommentAct, CommentDecision, CommentModel
from tests.factories import make_article, make_staff

pytestmark = pytest.mark.django_db
GOOD = [
    "路修好了，回家真快",
    "感谢驻村干部，辛苦了",
    "家乡变化真大，为甘洛点赞",
    "孩子们有新学校了",
    "土豆今年丰收",
]
BAD = ["加群领红包，日赚千元", "代开发票，价格优惠", "你这种人就是垃圾", "刷单兼职，日结工资", "滚出去，蠢货"]


@pytest.fixture(autouse=True)
def nothing_learned(monkeypatch):
    learning.forget()
    monkeypatch.setattr(learning, "_next_look", 0.0)
    yield
    learning.forget()


def decide(number, *, by=None, group=None):
    """So many approvals of ordinary comments, and as many rejections."""
    by, article = by or make_staff(), make_article()
    for texts, act, state in ((GOOD, CommentAct.APPROVE, "approved"), (BAD, CommentAct.REJECT, "rejected")):
        rows = Comment.objects.bulk_create(
            Comment(
                article=article, name="名", text=f"{texts[n % 5]}{n}", state=state,
                group=group or f"{act[:3]}{n}",
            )
            for n in range(number)
        )  # fmt: skip
        CommentDecision.objects.bulk_create(
            CommentDecision(comment=row, act=act, by=by, before="pending") for row in rows
        )


def test_it_starts_neutral():
    assert learning.score("代开发票") is None
    assert comments.explain("代开发票") == []
    assert comments.post(make_article(), name="名", text="代开发票").score is None


def test_too_few_decisions_of_one_kind_teach_nothing():
    decide(learning.ENOUGH - 1)
    assert learning.learn() is None
    assert not CommentModel.objects.exists()


def test_it_learns_what_this_newsroom_rejects_and_says_why():
    decide(learning.ENOUGH)
    assert learning.learn().decisions == 2 * learning.ENOUGH
    bad, good = learning.score("专业代开发票，优惠"), learning.score("感谢辛苦的干部")
    assert bad > 0.5 > good
    assert "优惠" in [word for word, weight in comments.explain("专业代开发票，优惠") if weight > 0]
    assert comments.post(make_article(), name="名", text="代开发票，优惠").score > 0.5


def test_a_text_of_unknown_words_scores_in_the_middle():
    decide(learning.ENOUGH)
    learning.learn()
    assert 0.3 < learning.score("😀") < 0.7


def test_a_flood_counts_once_and_an_undone_decision_not_at_all():
    decide(learning.ENOUGH, group="f" * 16)
    assert learning.learn() is None
    decide(learning.ENOUGH)
    CommentDecision.objects.update(undone=True)
    assert learning.learn() is None


def test_decisions_of_no_person_teach_nothing():
    decide(learning.ENOUGH)
    CommentDecision.objects.update(by=None)
    assert learning.learn() is None


def test_it_is_due_after_new_decisions_and_a_pause():
    decide(learning.ENOUGH - 1)
    assert not learning.is_due()
    decide(1)
    assert learning.is_due()
    decide(learning.ENOUGH)
    learning.learn()
    decide(learning.ENOUGH)
    assert not learning.is_due()
    CommentModel.objects.update(made_at=timezone.now() - timedelta(hours=1))
    assert learning.is_due()


def test_old_models_are_thrown_away():
    decide(learning.ENOUGH)
    for _ in range(learning.KEPT + 1):
        newest = learning.learn()
    assert CommentModel.objects.count() == learning.KEPT
    assert CommentModel.objects.order_by("pk").last() == newest


def test_a_score_costs_no_query(django_assert_num_queries):
    decide(learning.ENOUGH)
    learning.learn()
    learning.score("好")
    with django_assert_num_queries(0):
        learning.score("代开发票")
        comments.explain("代开发票")


def test_the_command_learns_when_there_is_enough(capsys):
    call_command("learn_comments")
    assert "not enough" in capsys.readouterr().out
    decide(learning.ENOUGH)
    call_command("learn_comments")
    assert "100" in capsys.readouterr().out


def test_the_chore_looks_once_a_minute(django_assert_num_queries):
    assert learning.learn_when_due() == 0
    with django_assert_num_queries(0):
        learning.learn_when_due()
