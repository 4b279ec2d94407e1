"""Posting, deciding, reporting, liking, leasing: what a comment goes through."""

import hashlib
import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.utils import timezone

from counties import changes, navigation
from counties.models import Region, Role
from news import comments, readers
from news.comments import addresses, filter, keeping, posting, work
from news.models import (
    Comment,
    CommentDecision,
    CommentState,
    Placement,
)
from tests.factories import make_article, make_staff

pytestmark = pytest.mark.django_db
GANLUO, XICHANG = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


@pytest.fixture(autouse=True)
def no_words_remembered():
    filter.forget()
    yield
    filter.forget()


def say(article, text="路修好了。", **fields):
    return comments.post(article, name=fields.pop("name", "海棠人"), text=text, **fields)


def minutes_ago(number):
    return timezone.now() - timedelta(minutes=number)


def state_of(comment):
    comment.refresh_from_db()
    return comment.state


# Posting


def test_a_new_comment_waits():
    comment = say(make_article())
    assert (comment.state, comment.queued_at) == (CommentState.PENDING, comment.created_at)


def test_a_reply_stands_one_level_deep_and_names_whom_it_answers():
    article = make_article()
    first = say(article, "一")
    comments.approve(first, by=None)
    second = say(article, "二", name="乙", parent=first)
    comments.approve(second, by=None)
    third = say(article, "三", parent=second)
    assert (second.parent, second.reply_to) == (first, "")
    assert (third.parent, third.reply_to) == (first, "乙")


def test_only_a_visible_comment_of_the_same_story_can_be_answered():
    article = make_article()
    waiting, elsewhere = say(article), say(make_article(), "别处")
    comments.approve(elsewhere, by=None)
    for parent in (waiting, elsewhere):
        with pytest.raises(comments.CommentError):
            say(article, "答", parent=parent)


def test_the_same_text_from_the_same_browser_is_a_duplicate():
    article = make_article()
    say(article, author="a")
    with pytest.raises(comments.Duplicate):
        say(article, author="a")
    say(article, author="b")
    say(make_article(), author="a")
    assert Comment.objects.count() == 3


def test_a_browser_that_hurries_is_told_to_wait(settings):
    settings.RATE_LIMITS = True
    article = make_article()
    for n in range(posting.A_MINUTE):
        say(article, f"第{n}条", author="a")
    with pytest.raises(comments.TooFast):
        say(article, "又一条", author="a")
    say(article, "别人的", author="b")
    say(article, "一分钟以后", author="a", at=timezone.now() + timedelta(minutes=2))


def test_an_account_repeats_itself_and_hurries_in_any_browser(settings):
    settings.RATE_LIMITS = True
    reader = readers.register(nickname="海棠", contact="13800138000", password="山上的核桃熟了")
    article = make_article()
    for n in range(posting.A_MINUTE):
        say(article, f"第{n}条", author=f"{n}", reader=reader)
    with pytest.raises(comments.Duplicate):
        say(article, "第0条", author="another", reader=reader)
    with pytest.raises(comments.TooFast):
        say(article, "又一条", author="another", reader=reader)


def test_an_address_that_hurries_is_marked_not_refused():
    article = make_article()
    made = [say(article, f"{n}：{n * n}", address="192.0.2.7") for n in range(posting.TEN_MINUTES + 1)]
    marked = [any(reason["kind"] == "speed" for reason in comment.reasons) for comment in made]
    assert marked == [False] * posting.TEN_MINUTES + [True]


def test_comments_close_by_story_by_age_and_by_region(settings):
    assert comments.closed(make_article(comments_open=False))
    old, new = make_article(hours_ago=73), make_article(hours_ago=71)
    assert not comments.closed(old)
    settings.COMMENTS_CLOSE_AFTER_DAYS = 3
    assert [comments.closed(article) for article in (old, new)] == [True, False]
    Region.objects.filter(path="sichuan/liangshan").update(comments_open=False)
    navigation.forget()
    elsewhere = make_article(home="yunnan")
    assert [comments.closed(article) for article in (new, elsewhere)] == [True, False]
    with pytest.raises(comments.Closed):
        say(new)


@pytest.mark.parametrize("said", [1, 3])
def test_posting_costs_the_same_however_much_was_said(said, django_assert_max_num_queries):
    article = make_article()
    for n in range(said):
        say(article, f"第{n}条" * (n + 1), author="a", address="192.0.2.7", at=minutes_ago(9))
    with django_assert_max_num_queries(8):
        say(article, "完全不同的一句话，谁都没有说过", author="a", address="192.0.2.7")


def test_an_address_is_kept_as_a_hash_that_changes_with_the_day(settings):
    at = timezone.now()
    today, tomorrow = (addresses.hashed("192.0.2.7", at + timedelta(days=days)) for days in (0, 1))
    assert today != tomorrow
    assert "192.0.2.7" not in today
    comment = say(make_article(), address="192.0.2.7")
    assert (comment.address_hash, comment.address_sealed) == (addresses.hashed("192.0.2.7", at), "")


def test_an_address_is_encrypted_if_the_operator_says_so_and_erased_in_time(settings):
    settings.KEEP_ADDRESSES = True
    article = make_article()
    old = say(article, "旧", address="192.0.2.7", at=timezone.now() - timedelta(days=181))
    new = say(article, "新", address="2001:db8::")
    assert addresses.opened(new.address_sealed) == "2001:db8::"
    assert "2001" not in new.address_sealed
    assert keeping.erase_addresses() == 1
    kept = Comment.objects.exclude(address_sealed="")
    assert list(kept) == [new]
    assert old.address_sealed


def test_a_flood_asks_for_work_which_counts_once(settings):
    settings.RATE_LIMITS = True
    article = make_article()
    for _ in range(work.FLOOD):
        work.count(article.pk)
    with pytest.raises(comments.WorkNeeded):
        say(article, "一", work="")
    asked = work.challenge()
    tries = (n for n in range(work.HARDNESS + 1) if hashed(asked, n) == asked["challenge"])
    solution = b64encode(json.dumps(asked | {"number": next(tries)}).encode()).decode()
    say(article, "二", work=solution)
    with pytest.raises(comments.WorkNeeded):
        say(article, "三", work=solution)
    say(make_article(), "别处", work="")


def hashed(asked, number):
    return hashlib.sha256(f"{asked['salt']}{number}".encode()).hexdigest()


@pytest.mark.parametrize("payload", ["", "x", "e30=", "bnVsbA==", "WzFd", "评论", "A" * 5000])
def test_nonsense_is_no_solution(payload):
    assert work.is_solved(payload) is False


# Deciding


def test_verbs_lead_from_state_to_state():
    comment = say(make_article())
    comments.approve(comment, by=None)
    comments.hide(comment, by=None, reason="过时")
    comments.approve(comment, by=None)
    assert (state_of(comment), comment.queued_at) == (CommentState.APPROVED, None)


@pytest.mark.parametrize(
    ("start", "step"),
    [("pending", "hide"), ("approved", "reject"), ("approved", "approve"), ("rejected", "hide")],
)
def test_other_moves_are_refused_and_change_nothing(start, step):
    comment = Comment.objects.create(article=make_article(), name="名", text="话", state=start)
    with pytest.raises(comments.CommentError):
        getattr(comments, step)(comment, by=None)
    assert state_of(comment) == start
    assert not CommentDecision.objects.exists()


def test_of_two_moderators_the_second_is_told():
    comment = say(make_article())
    other = Comment.objects.get(pk=comment.pk)
    comments.approve(comment, by=None)
    with pytest.raises(comments.CommentError):
        comments.reject(other, by=None)
    assert state_of(comment) == CommentState.APPROVED


def test_each_decision_drops_the_pages_of_its_story(django_capture_on_commit_callbacks):
    comment = say(make_article())
    key = f"article:{comment.article_id}"
    for step in (comments.approve, comments.hide):
        before = changes.generation(key)
        with django_capture_on_commit_callbacks(execute=True):
            step(comment, by=None)
        assert changes.generation(key) > before


def test_an_approval_warms_its_story_once():
    article = make_article()
    comment = say(article)
    decision = comments.approve(comment, by=None)
    warm = list(Placement.objects.values_list("heat_day", flat=True))
    comments.undo(decision, by=None)
    comments.approve(Comment.objects.get(), by=None)
    assert list(Placement.objects.values_list("heat_day", flat=True)) == warm
    assert warm[0] is not None


# Reports and likes


def test_a_report_brings_an_approved_comment_back_once_for_each_browser():
    comment = say(make_article())
    comments.approve(comment, by=None)
    assert comments.report(comment.pk, "a", "spam") is True
    assert comments.report(comment.pk, "a", "abuse") is False
    assert comments.report(comment.pk, "b", "abuse") is True
    moderator = make_staff(Role.MODERATOR)
    assert comments.queue(moderator, reported=True) == [comment]
    assert (state_of(comment), comment.reports) == (CommentState.APPROVED, 2)
    comments.approve(comment, by=moderator)
    assert comments.queue(moderator) == []
    assert (state_of(comment), comment.reports) == (CommentState.APPROVED, 0)


@pytest.mark.parametrize("state", ["pending", "rejected", "hidden"])
def test_what_is_not_shown_can_be_neither_liked_nor_reported(state):
    comment = Comment.objects.create(article=make_article(), name="名", text="话", state=state)
    for act in (lambda: comments.like(comment.pk, "a"), lambda: comments.report(comment.pk, "a", "spam")):
        with pytest.raises(comments.CommentError):
            act()


def test_a_browser_likes_once():
    comment = say(make_article())
    comments.approve(comment, by=None)
    assert [comments.like(comment.pk, browser) for browser in "aab"] == [1, 1, 2]


# Reading


@pytest.mark.parametrize("sort", ["newest", "liked"])
def test_pages_follow_each_other_without_gap_or_repeat(sort):
    article, at = make_article(), timezone.now()
    for n in range(13):
        Comment.objects.create(
            article=article, name="名", text=f"{n}", state="approved", likes=n % 3, created_at=at
        )
    said, last = [], ""
    while page := comments.approved(article.pk, sort=sort, before=last, limit=5):
        said += page
        last = str(page[-1].pk)
    assert len(said) == len({comment.pk for comment in said}) == 13
    assert said == comments.approved(article.pk, sort=sort)


@pytest.mark.parametrize("before", ["0", "x", "9" * 30, "²"])
def test_an_unknown_page_is_the_first(before):
    article = make_article()
    comments.approve(say(article), by=None)
    assert len(comments.approved(article.pk, before=before)) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_replies_come_with_one_query(number, django_assert_num_queries):
    article = make_article()
    top = Comment.objects.create(article=article, name="名", text="上", state="approved")
    for n in range(number):
        Comment.objects.create(article=article, parent=top, name="名", text=f"{n}", state="approved")
    Comment.objects.create(article=article, parent=top, name="名", text="未审")
    shown = comments.approved(article.pk)
    with django_assert_num_queries(1):
        comments.replies(shown, limit=2)
    assert [reply.text for reply in shown[0].answers] == ["0", "1"][:number]
    assert shown[0].more_answers is (number > 2)


def test_the_history_of_a_browser_counts_what_became_of_its_comments():
    article = make_article()
    for text, step in {"一": comments.approve, "二": comments.approve, "三": comments.reject}.items():
        step(say(article, text, author="a"), by=None)
    comments.reject(say(article, author=""), by=None)
    assert comments.history_of("a") == comments.History(2, 1)
    assert comments.history_of("") == comments.history_of("b") == comments.History(0, 0)
