from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from news import cards, listing
from news.cards import Range
from news.models import Article, Placement, Tagging
from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db


def rows():
    return Placement.objects.live().filter(region__path="sichuan")


def walk(size):
    """The ids of all pages, page by page."""
    before, pages = "", []
    while True:
        page = listing.page(rows(), before, size=size)
        pages.append([card.id for card in page.cards])
        before = page.more
        if not before:
            return pages


def test_pages_show_every_story_once_newest_first():
    made = [make_article(hours_ago=n).pk for n in range(1, 8)]
    assert walk(3) == [made[:3], made[3:6], made[6:]]


def test_stories_of_the_same_moment_are_not_lost_between_pages():
    at = timezone.now() - timedelta(hours=1)
    made = [make_article(at=at).pk for _ in range(5)]
    assert walk(2) == [made[:2:-1], made[2:0:-1], made[:1]]


@pytest.mark.parametrize("cursor", ["x", "1", "-", "1-x", "１-１", "9" * 30 + "-1", "-5-1", "1-2-3"])
def test_a_cursor_that_is_none_of_ours_is_refused(cursor):
    with pytest.raises(listing.BadCursor):
        listing.page(rows(), cursor)


@pytest.mark.parametrize("stories", [1, 3])
def test_a_page_costs_two_queries(stories, django_assert_num_queries):
    for _ in range(stories):
        make_article(source="凉山日报")
    with django_assert_num_queries(2):
        page = listing.page(rows())
        assert [(card.url, card.when, card.day) for card in page.cards]
    assert len(page.cards) == stories


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL takes the closer of two bounds by itself"
)
@pytest.mark.parametrize("rows", [Placement.objects.live, Tagging.objects.all])
def test_a_deep_page_reads_no_more_than_the_first(rows):
    now = timezone.now()
    article, tag = make_article(tags=["核桃"]), Tagging.objects.get().tag_id
    region = article.home_id
    for n in range(300):
        other = Article.objects.create(
            home_id=region, section_id=article.section_id, headline=str(n), body=""
        )
        at = {"article": other, "published_at": now - timedelta(minutes=n)}
        Placement.objects.create(region_id=region, section_id=article.section_id, **at)
        Tagging.objects.create(tag_id=tag, **at)
    of_one = {"region": region} if rows().model is Placement else {"tag": tag}

    def steps(before):
        count = []
        connection.connection.set_progress_handler(lambda: count.append(1), 10)
        listing.page(rows().filter(published_at__lte=now, **of_one), before, size=5, known={0: None})
        connection.connection.set_progress_handler(None, 0)
        return len(count)

    deep = listing.write_cursor(now - timedelta(minutes=250), 10**6)
    assert steps(deep) < 2 * steps("")


def test_ranges_of_several_channels_are_one_query(django_assert_num_queries):
    here = [make_article(home="sichuan/liangshan/ganluo", hours_ago=n).pk for n in (1, 2, 3)]
    there = make_article(home="guizhou/bijie", section="folks").pk
    make_article(home="guizhou/bijie", hours_ago=-1)  # due, not yet published
    ganluo, bijie = make_region("sichuan/liangshan/ganluo"), make_region("guizhou/bijie")
    ranges = {
        "here": Range(ganluo.pk, 2),
        "there": Range(bijie.pk, 9, section="folks"),
        "recent": Range(ganluo.pk, 9, since=timezone.now() - timedelta(hours=1, minutes=30)),
    }
    with django_assert_num_queries(1):
        found = cards.newest(Placement, ranges)
    assert found == {"here": here[:2], "there": [there], "recent": here[:1]}


def test_ranges_of_tags_leave_out_what_is_not_public():
    shown = make_article(tags=["苹果"])
    make_article(tags=["苹果"], live=False)
    tag = shown.tags.get()
    assert cards.newest(Tagging, {1: Range(tag.pk, 5)}) == {1: [shown.pk]}


def test_cards_are_only_of_public_stories():
    shown, draft = make_article(), make_article(live=False)
    assert set(cards.load([shown.pk, draft.pk])) == {shown.pk}
    assert cards.load([]) == {}


@pytest.mark.parametrize("sizes", [(1, 3)])
def test_cost_does_not_grow_with_the_archive(sizes, django_assert_num_queries):
    for wanted in sizes:
        while Placement.objects.filter(region__path="sichuan").count() < wanted:
            make_article()
        with django_assert_num_queries(2):
            listing.page(rows())
