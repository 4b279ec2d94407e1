"""What the blocks of a channel may show, kept in memory for a while."""

from datetime import timedelta
from time import monotonic

import pytest
from django.db import transaction
from django.utils import timezone

from counties import changes
from counties.navigation import regions
from news import blocks, candidates, due, workflow
from news.models import Pick, Section
from tests.factories import make_article, make_region

# Nothing is kept within a transaction, so these tests are in none.
pytestmark = pytest.mark.django_db(transaction=True)
PREFECTURE, HERE, BESIDE = "sichuan/liangshan", "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(changes, "hearing", lambda: True)  # with PostgreSQL a listener of the server hears
    candidates.forget()


def found(path=HERE):
    return candidates.of(regions().by_path[path])


def shown(path=HERE):
    return [card.headline for card in blocks.channel_picks(found(path)).cards]


@pytest.mark.parametrize("stories", [1, 3])
def test_the_blocks_of_a_channel_cost_nothing_while_they_are_kept(stories, django_assert_num_queries):
    for _ in range(stories):
        make_article(home=HERE)
    due.seconds()
    with django_assert_num_queries(3):
        blocks.for_channel(found())
    with django_assert_num_queries(0):
        blocks.for_channel(found())


@pytest.mark.parametrize("stories", [1, 3])
def test_the_blocks_of_a_story_cost_only_what_depends_on_it(stories, django_assert_num_queries):
    for _ in range(stories):
        article = make_article(home=HERE, tags=["斑鸠"])
    region, tags = regions().by_path[HERE], list(article.tags.values_list("pk", flat=True))
    blocks.for_article(article, region, tags)
    with django_assert_num_queries(
        3
    ):  # its relations, what is close to it twice; the cards are the channel's
        blocks.for_article(article, region, tags)


@pytest.mark.parametrize("path", ["", "sichuan", PREFECTURE, HERE])
@pytest.mark.parametrize("stories", [1, 3])
def test_a_page_made_again_costs_no_query(client, path, stories, django_assert_num_queries):
    for _ in range(stories):
        make_article(home=HERE)
    url = regions().by_path[path].url
    client.get(url)
    with django_assert_num_queries(0):
        assert client.get(url).status_code == 200


def test_what_is_withdrawn_is_gone_at_once_wherever_it_was_shown():
    article = make_article(home=BESIDE, headline="误发的", places=[HERE])
    make_article(home=HERE, headline="好的")
    for path in (HERE, BESIDE, PREFECTURE):
        found(path)
    workflow.withdraw(article, by=None, notice="误发")
    for path in (HERE, BESIDE, PREFECTURE):
        assert article.pk not in found(path).cards


def test_a_story_beside_that_is_of_elsewhere_is_not_kept():
    make_article(home=HERE)
    away = make_article(home="guizhou/bijie")
    region = regions().by_path[HERE]
    assert away.pk in candidates.of(region, extra=[away.pk]).cards
    assert away.pk not in found().cards


def test_a_published_story_and_a_pick_are_there_at_once(admin_client):
    old = make_article(home=HERE, headline="旧的", hours_ago=99)
    assert shown() == ["旧的"]
    make_article(home=HERE, headline="新的")
    assert shown() == ["新的", "旧的"]
    sent = {"region": make_region(HERE).pk, "block": "channel", "article": old.pk, "order": 0}
    assert admin_client.post("/admin/news/pick/add/", sent).status_code == 302
    assert shown() == ["旧的", "新的"]


def test_what_a_transaction_sees_is_not_kept():
    make_article(home=HERE, headline="有的")
    with transaction.atomic():
        make_article(home=HERE, headline="没有的")
        assert "没有的" in shown()
        transaction.set_rollback(True)
    assert shown() == ["有的"]


def kept_for():
    found()
    return candidates._kept[regions().by_path[HERE].id].until - monotonic()


def test_kept_for_a_minute_or_until_something_becomes_due_or_ends():
    article = make_article(home=HERE)
    assert 55 < kept_for() <= candidates.SECONDS
    candidates.forget()
    Pick.objects.create(
        region=make_region(HERE), article=article, expires_at=timezone.now() + timedelta(seconds=20)
    )
    assert 15 < kept_for() <= 20
    make_article(home=BESIDE, at=timezone.now() + timedelta(seconds=8))
    assert kept_for() <= 8


def test_only_so_many_channels_are_kept(monkeypatch):
    monkeypatch.setattr(candidates, "CHANNELS", 2)
    make_article(home=HERE)
    for path in (HERE, PREFECTURE, HERE, "sichuan"):
        found(path)
    assert [rows.region.path for rows in candidates._kept.values()] == [HERE, "sichuan"]


def test_two_pages_of_a_channel_do_not_see_what_the_other_shows():
    make_article(home=HERE)
    first, second = found(), found()
    assert len(first.take(1, "newest")) == len(second.take(1, "newest")) == 1
    first.ids["newest"] = []
    assert found().ids["newest"]


def test_a_renamed_section_is_seen(client, admin_client):
    make_article(home=HERE)
    url = regions().by_path[HERE].url
    section = Section.objects.get(slug="news")
    client.get(url)
    admin_client.post(
        f"/admin/news/section/{section.pk}/change/", {"name": "要紧的", "slug": "news", "order": 0}
    )
    assert "要紧的" in client.get(url).content.decode()
