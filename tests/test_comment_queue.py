"""The moderators' queue: whose it is, who holds what, and deciding on many at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counties import navigation
from counties.models import Role, User
from news import comments, workflow
from news.comments import keeping
from news.models import Comment, CommentAct, CommentLease, CommentPrint
from tests.factories import make_article, make_comment, make_region, make_staff

pytestmark = pytest.mark.django_db
GANLUO, XICHANG = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


def say(article, text="路修好了。", **fields):
    return comments.post(article, name="海棠人", text=text, **fields)


def minutes_ago(number):
    return timezone.now() - timedelta(minutes=number)


def state_of(comment):
    comment.refresh_from_db()
    return comment.state


def test_the_queue_is_the_oldest_first_of_ones_own_regions():
    here, there = make_article(home=GANLUO), make_article(home=XICHANG)
    late, early = say(here, "晚", at=minutes_ago(1)), say(here, "早", at=minutes_ago(9))
    other = say(there, "别县", at=minutes_ago(5))
    assert comments.queue(make_staff(Role.MODERATOR, GANLUO)) == [early, late]
    above = make_staff(Role.MODERATOR, "sichuan/liangshan")
    assert comments.queue(above) == [early, other, late]
    assert comments.queue(above, newest=True, limit=2) == [late, other]
    xichang = navigation.regions().by_path[XICHANG]
    assert comments.queue(above, region=xichang) == [other]
    assert comments.queue(make_staff(Role.MODERATOR, GANLUO), region=xichang) == []
    assert comments.queue(make_staff(Role.REPORTER, GANLUO)) == []


def test_two_moderators_never_hold_the_same_comment():
    article = make_article()
    made = [say(article, f"第{n}条", at=minutes_ago(9 - n)) for n in range(4)]
    one, two = make_staff(Role.MODERATOR), make_staff(Role.MODERATOR)
    assert comments.lease(made[:2], by=one) == made[:2]
    assert comments.queue(two) == made[2:]
    assert comments.lease(made, by=two) == made[2:]
    assert comments.queue(one) == made[:2]
    comments.release(one)
    assert comments.queue(two) == made
    CommentLease.objects.update(until=timezone.now())
    assert comments.lease(made, by=one) == made


def test_a_decision_ends_the_lease():
    comment, moderator = say(make_article()), make_staff(Role.MODERATOR)
    comments.lease([comment], by=moderator)
    comments.approve(comment, by=moderator)
    assert not CommentLease.objects.exists()


def test_who_has_two_regions_has_one_queue_of_both():
    user = make_staff(Role.MODERATOR, GANLUO)
    user.memberships.create(region=make_region(XICHANG), role=Role.MODERATOR)
    late, early = (
        say(make_article(home=GANLUO), "晚"),
        say(make_article(home=XICHANG), "早", at=minutes_ago(9)),
    )
    say(make_article(home="sichuan/chengdu"), "别处")
    assert comments.queue(user) == [early, late]
    assert comments.queue(user, limit=1) == [early]
    assert comments.backlog(user) == comments.Backlog(2, early.queued_at)
    user.memberships.create(region=make_region("sichuan/liangshan"), role=Role.MODERATOR)
    assert comments.queue(User.objects.get(pk=user.pk)) == [early, late]


def test_each_region_is_told_how_many_wait():
    for home in (GANLUO, GANLUO, XICHANG):
        say(make_article(home=home), f"{home}的话")
    numbers, is_more = comments.spread(make_staff(Role.MODERATOR))
    tree = navigation.regions().by_path
    found = {path: numbers[tree[path].id] for path in ("sichuan", "sichuan/liangshan", GANLUO, XICHANG)}
    assert found == {"sichuan": 3, "sichuan/liangshan": 3, GANLUO: 2, XICHANG: 1}
    assert not is_more


def test_the_log_is_of_ones_own_regions():
    here, there = say(make_article(home=GANLUO), "这里"), say(make_article(home=XICHANG), "那里")
    acts = [comments.approve(comment, by=None) for comment in (here, there)]
    comments.report(here.pk, "a", "spam")
    comments.undo(acts[1], by=None)
    found = comments.log(make_staff(Role.MODERATOR, GANLUO))
    assert [(line.comment, line.act) for line in found] == [(here, "report"), (here, "approve")]
    assert [line.comment for line in comments.log(make_staff(Role.MODERATOR, XICHANG))] == [there, there]
    assert len(comments.log(make_staff(Role.MODERATOR))) == 4
    assert comments.log(make_staff(Role.MODERATOR), before=acts[1].pk) == [acts[0]]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads so few rows without an index")
@pytest.mark.parametrize("reported", [False, True])
def test_the_queue_of_a_region_is_a_range_of_an_index(reported):
    say(make_article())
    user = make_staff(Role.MODERATOR, GANLUO)
    with CaptureQueriesContext(connection) as seen:
        comments.queue(user, reported=reported)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {seen[-1]['sql']}")
        plan = " ".join(line[-1] for line in cursor.fetchall())
    assert f"comment_{'reported' if reported else 'queue'}_county" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_costs_two_queries(number, django_assert_num_queries):
    article, moderator = make_article(), make_staff(Role.MODERATOR, GANLUO)
    for n in range(number):
        say(article, f"第{n}条")
    comments.queue(moderator)
    with django_assert_num_queries(2):
        assert [str(comment.article) for comment in comments.queue(moderator)] == [str(article)] * number


def test_a_comment_that_a_script_made_waits_like_any_other():
    comment, moderator = make_comment(make_article(), state="pending"), make_staff(Role.MODERATOR)
    assert comments.backlog(moderator) == comments.Backlog(1, comment.created_at)
    assert comments.queue(moderator) == [comment]


def test_many_reports_are_found_good_at_once():
    article, moderator = make_article(), make_staff(Role.MODERATOR)
    made = [make_comment(article, text=f"第{n}句") for n in range(3)]
    for comment in made[:2]:
        comments.report(comment.pk, "a", "spam")
    _batch, done = comments.decide_all([c.pk for c in made], CommentAct.APPROVE, by=moderator)
    assert done == 2
    assert comments.queue(moderator, reported=True) == []


def test_the_backlog_tells_number_and_oldest():
    article, moderator = make_article(), make_staff(Role.MODERATOR)
    assert comments.backlog(moderator) == comments.Backlog(0, None)
    oldest = say(article, "一", at=minutes_ago(90))
    say(article, "二")
    assert comments.backlog(moderator) == comments.Backlog(2, oldest.queued_at)


# Many at once


def flood(article, number, group="f" * 16):
    now = timezone.now()
    return Comment.objects.bulk_create(
        Comment(article=article, name="店", text=f"广告{n}", group=group, queued_at=now)
        for n in range(number)
    )


def test_a_flood_is_rejected_in_one_act_and_put_back_by_another():
    made, moderator = flood(make_article(), 50), make_staff(Role.MODERATOR)
    assert comments.group_size(made[0]) == 50
    batch, done = comments.reject_group("f" * 16, by=moderator, reason="spam")
    assert (
        done == Comment.objects.filter(state="rejected", decision_reason="spam", queued_at=None).count() == 50
    )
    assert comments.undo_batch(batch, by=moderator) == 50
    assert len(comments.queue(moderator, limit=99)) == 50
    assert comments.approve_group("f" * 16, by=moderator)[1] == 50


def test_many_at_once_cost_a_handful_of_queries(django_assert_max_num_queries):
    flood(make_article(), 200)
    moderator = make_staff(Role.MODERATOR)
    with django_assert_max_num_queries(16):
        batch, _done = comments.reject_group("f" * 16, by=moderator)
    with django_assert_max_num_queries(12):
        comments.undo_batch(batch, by=moderator)


def test_many_at_once_leave_what_is_not_ones_own():
    mine, theirs = flood(make_article(home=GANLUO), 2), flood(make_article(home=XICHANG), 1)
    one, two = make_staff(Role.MODERATOR, GANLUO), make_staff(Role.MODERATOR)
    comments.lease(mine[:1], by=two)
    _batch, done = comments.decide_all([c.pk for c in (*mine, *theirs)], CommentAct.REJECT, by=one)
    assert done == 1
    assert [state_of(comment) for comment in (*mine, *theirs)] == ["pending", "rejected", "pending"]


def test_an_empty_group_is_nobodys():
    flood(make_article(), 2, group="")
    assert comments.reject_group("", by=make_staff())[1] == 0
    assert comments.undo_batch("", by=make_staff()) == 0


def test_finger_prints_are_forgotten_after_a_week():
    say(make_article())
    assert CommentPrint.objects.exists()
    assert keeping.erase_prints() == 0
    CommentPrint.objects.update(at=timezone.now() - timedelta(days=8))
    assert keeping.erase_prints() > 0
    assert not CommentPrint.objects.exists()


def test_nothing_of_a_story_is_lost_when_it_moves():
    article = make_article(home=GANLUO)
    comment = say(article)
    article.home = make_region(XICHANG)
    workflow.write(article)
    assert comments.queue(make_staff(Role.MODERATOR, XICHANG)) == [comment]
    assert comments.queue(make_staff(Role.MODERATOR, GANLUO)) == []
