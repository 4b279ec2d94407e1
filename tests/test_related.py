from datetime import timedelta

import pytest
from django.utils import timezone

from news import related, workflow
from news.search import subjects
from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db


def close_to(article):
    return related.closest(article, list(article.tags.values_list("pk", flat=True)))


def test_a_shared_rare_tag_comes_before_a_shared_common_one():
    article = make_article(tags=["甘洛", "斑鸠"])
    common = [make_article(tags=["甘洛"], hours_ago=n).pk for n in range(2, 30)]
    rare = make_article(tags=["斑鸠"], hours_ago=200)
    assert close_to(article)[0] == rare.pk
    assert article.pk not in close_to(article)
    assert set(close_to(article)) <= {rare.pk, *common}


def test_stories_that_name_the_same_place_are_related():
    make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛")
    article = make_article(headline="甘洛县修路", body="<p>工人在甘洛县开工。</p>")
    same = make_article(headline="甘洛县通车", body="<p>甘洛县的老人来了。</p>")
    make_article(headline="别处的消息", body="<p>甘洛县只提了一次。</p>")
    assert close_to(article) == [same.pk]


def test_stories_with_the_same_things_in_the_headline_are_related():
    article = make_article(headline="核桃合作社分红")
    same = make_article(headline="合作社的核桃")
    make_article(headline="学校开学")
    assert close_to(article) == [same.pk]


def test_each_180_days_between_two_stories_halve_the_score():
    now = timezone.now()
    article = make_article(tags=["斑鸠"], at=now - timedelta(days=400))
    far = make_article(tags=["斑鸠"], at=now - timedelta(days=310))
    near = make_article(tags=["斑鸠"], at=now - timedelta(days=395))
    make_article(tags=["斑鸠"], at=now - timedelta(days=1))
    assert close_to(article)[:2] == [near.pk, far.pk]


def test_what_is_not_public_yet_or_no_longer_is_not_related():
    article = make_article(tags=["斑鸠"])
    make_article(tags=["斑鸠"], at=timezone.now() + timedelta(hours=1))
    gone = make_article(tags=["斑鸠"])
    workflow.withdraw(gone, by=None, notice="有误")
    assert close_to(article) == []


def test_an_edit_changes_what_a_story_is_about():
    article, other = make_article(tags=["斑鸠"]), make_article(tags=["斑鸠"])
    workflow.write(other, tags=["核桃"])
    assert close_to(article) == []


def test_a_draft_is_related_by_its_tags():
    published = make_article(tags=["斑鸠"])
    draft = make_article(tags=["斑鸠"], live=False)
    assert close_to(draft) == [published.pk]


@pytest.mark.parametrize("others", [1, 3, 60])
def test_costs_two_queries_however_common_the_tag(others, django_assert_num_queries):
    article = make_article(tags=["斑鸠", "鸽子"])
    for n in range(others):
        make_article(tags=["斑鸠", "鸽子"], hours_ago=n + 2)
    tags = list(article.tags.values_list("pk", flat=True))
    with django_assert_num_queries(2):
        found = related.closest(article, tags)
    assert len(found) == min(others, related.MOST)


def test_a_subject_has_the_same_number_in_every_process():
    assert subjects.number("t1") == 7346655641546254228
