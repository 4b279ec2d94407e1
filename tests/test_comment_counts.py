"""How many comments a card says that a story has."""

import pytest

from news import cards, comments
from news.models import Article, Comment, CommentState
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db


def count(article):
    return Article.objects.values_list("comment_count", flat=True).get(pk=article.pk)


def waiting(article, number=1):
    return [make_comment(article, state=CommentState.PENDING, text=f"第{n}条") for n in range(number)]


def test_only_approved_comments_count():
    article, admin = make_article(), make_staff()
    first, second = waiting(article, 2)
    assert count(article) == 0
    comments.approve(first, by=admin)
    comments.reject(second, by=admin)
    assert count(article) == 1
    comments.approve(second, by=admin)
    comments.hide(first, by=admin)
    assert count(article) == 1


def test_an_undone_decision_is_counted_back():
    article, admin = make_article(), make_staff()
    (comment,) = waiting(article)
    comments.undo(comments.approve(comment, by=admin), by=admin)
    assert count(article) == 0
    comment.refresh_from_db()
    comments.approve(comment, by=admin)
    comments.undo(comments.hide(comment, by=admin), by=admin)
    assert count(article) == 1


def test_many_decided_at_once_are_counted_for_each_story():
    one, other, admin = make_article(), make_article(), make_staff()
    ids = [comment.pk for comment in waiting(one, 3) + waiting(other, 2)]
    batch, _done = comments.decide_all(ids, "approve", by=admin)
    assert (count(one), count(other)) == (3, 2)
    comments.undo_batch(batch, by=admin)
    assert (count(one), count(other)) == (0, 0)


def test_approving_again_what_was_reported_counts_once():
    article, admin = make_article(), make_staff()
    (comment,) = waiting(article)
    comments.approve(comment, by=admin)
    comments.report(comment.pk, "browser")
    comment.refresh_from_db()
    comments.approve(comment, by=admin)
    assert count(article) == 1


def test_counting_touches_no_version_of_the_story():
    article, admin = make_article(), make_staff()
    (comment,) = waiting(article)
    comments.approve(comment, by=admin)
    assert Article.objects.get(pk=article.pk).version == article.version


def test_what_was_written_past_the_verbs_never_counts_below_nothing_and_can_be_counted_anew():
    article, admin = make_article(), make_staff()
    made = [
        Comment.objects.create(article=article, state="approved", name="读者", text="好") for _ in range(3)
    ]
    comments.hide(made[0], by=admin)
    assert count(article) == 0
    comments.recount([article.pk])
    assert count(article) == 2
    Comment.objects.all().delete()
    comments.recount([article.pk])
    assert count(article) == 0


def test_a_card_says_the_number_only_where_there_are_comments(client):
    talked_of, quiet, admin = make_article(), make_article(), make_staff()
    for comment in waiting(talked_of, 12):
        comments.approve(comment, by=admin)
    found = cards.load([talked_of.pk, quiet.pk])
    assert (found[talked_of.pk].comments, found[quiet.pk].comments) == (12, 0)
    page = client.get("/sichuan/liangshan/ganluo/").content.decode()
    assert page.count("12 评论") == 1
    assert "0 评论" not in page
