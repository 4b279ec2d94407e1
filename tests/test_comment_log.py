from datetime import timedelta

import pytest
from django.utils import timezone

from counties.models import Role
from news import comments
from news.comments import keeping
from news.models import Comment, CommentAct, CommentDecision, CommentState
from tests.factories import make_article, make_staff

pytestmark = pytest.mark.django_db


def say(text="路修好了。"):
    return comments.post(make_article(), name="海棠人", text=text)


def log():
    return list(CommentDecision.objects.order_by("pk").values_list("act", "before", "reason"))


def test_every_act_is_in_the_log():
    moderator, comment = make_staff(Role.MODERATOR), say()
    comments.reject(comment, by=moderator, reason="spam")
    comments.approve(comment, by=moderator)
    comments.report(comment.pk, "a", "abuse")
    decision = comments.hide(comment, by=moderator, reason="骂人")
    comments.undo(decision, by=moderator)
    assert [act for act, _before, _reason in log()] == ["reject", "approve", "report", "hide", "undo"]
    assert [before for _act, before, _reason in log()] == [
        "pending", "rejected", "approved", "approved", "hidden",
    ]  # fmt: skip
    assert (log()[0][2], log()[3][2]) == ("spam", "骂人")
    assert set(CommentDecision.objects.exclude(act="report").values_list("by", flat=True)) == {moderator.pk}


def test_a_comment_says_who_decided_when_and_why():
    moderator, comment = make_staff(Role.MODERATOR), say()
    comments.reject(comment, by=moderator, reason="spam")
    comment.refresh_from_db()
    assert (comment.decided_by, comment.decision_reason) == (moderator, "spam")
    assert comment.decided_at == CommentDecision.objects.get().at


def test_undo_puts_a_comment_back_to_its_place_in_the_queue():
    comment = say()
    waited = comment.queued_at
    comments.undo(comments.reject(comment, by=None), by=None)
    comment.refresh_from_db()
    assert (comment.state, comment.queued_at, comment.decided_at) == (CommentState.PENDING, waited, None)


def test_undo_of_a_kept_report_brings_the_report_back():
    comment = say()
    comments.approve(comment, by=None)
    comments.report(comment.pk, "a", "spam")
    comment.refresh_from_db()
    comments.undo(comments.approve(comment, by=None), by=None)
    comment.refresh_from_db()
    assert (comment.state, comment.reports) == (CommentState.APPROVED, 1)
    assert comment.queued_at


def test_only_the_newest_decision_can_be_undone_and_only_once():
    comment = say()
    first, second = comments.approve(comment, by=None), comments.hide(comment, by=None)
    with pytest.raises(comments.CommentError):
        comments.undo(first, by=None)
    comments.undo(second, by=None)
    with pytest.raises(comments.CommentError):
        comments.undo(second, by=None)
    comments.undo(first, by=None)
    comment.refresh_from_db()
    assert comment.state == CommentState.PENDING


@pytest.mark.parametrize("act", [CommentAct.REPORT, CommentAct.UNDO])
def test_a_report_or_an_undo_cannot_be_undone(act):
    decision = CommentDecision.objects.create(comment=say(), act=act, before="approved")
    with pytest.raises(comments.CommentError):
        comments.undo(decision, by=None)


def test_rejected_text_is_erased_after_its_time_and_the_log_stays(settings):
    old, new = say("旧的广告"), say("新的广告")
    decisions = [comments.reject(comment, by=None, reason="spam") for comment in (old, new)]
    Comment.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=91))
    assert keeping.erase_rejected() == 1
    assert list(Comment.objects.order_by("pk").values_list("name", "text")) == [
        ("", ""), ("海棠人", "新的广告"),
    ]  # fmt: skip
    assert CommentDecision.objects.count() == 2
    assert keeping.erase_rejected() == 0
    with pytest.raises(comments.CommentError):
        comments.undo(decisions[0], by=None)
    old.refresh_from_db()
    with pytest.raises(comments.CommentError):
        comments.approve(old, by=None)
    assert comments.decide_all([old.pk], CommentAct.APPROVE, by=make_staff())[1] == 0


def test_what_was_approved_or_hidden_is_not_erased():
    comment = say()
    comments.approve(comment, by=None)
    comments.hide(comment, by=None)
    Comment.objects.update(decided_at=timezone.now() - timedelta(days=999))
    assert keeping.erase_rejected() == 0


def test_the_chore_rests_when_there_is_nothing_to_erase(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(keeping, "_next_look", 0.0)
    comments.reject(say(), by=None)
    Comment.objects.update(decided_at=timezone.now() - timedelta(days=91))
    assert [keeping.erase_due(), keeping.erase_due()] == [1, 0]
    with django_assert_num_queries(0):
        keeping.erase_due()


def test_the_log_calls_nobody_a_reader_who_is_none(client):
    moderator, comment = make_staff(Role.MODERATOR), say()
    comments.approve(comment, by=moderator)
    moderator.delete()
    client.force_login(make_staff())
    page = client.get("/admin/desk/log/").content.decode()
    assert "<td>—</td>" in page and "<td>读者</td>" not in page
    comments.report(comment.pk, "a", "spam")
    assert "<td>读者</td>" in client.get("/admin/desk/log/").content.decode()
