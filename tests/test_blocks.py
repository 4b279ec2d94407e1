from datetime import timedelta

import pytest
from django.utils import timezone

from counties.navigation import regions
from news import blocks, candidates, due
from news.models import Pick, Relation
from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db
HERE = "sichuan/liangshan/ganluo"


def of(article):
    region = regions().by_id[article.home_id]
    return blocks.for_article(article, region, list(article.tags.values_list("pk", flat=True)))


def headlines(block):
    return [item.headline for item in block.cards]


def test_no_story_stands_twice_on_a_page_but_in_the_ranking():
    article = make_article(tags=["苹果"])
    for n in range(40):
        make_article(home=HERE, hours_ago=n, tags=["苹果"] if n % 3 == 0 else ["核桃"])
    found = of(article)
    shown = [item.url for name, block in found.items() if name != "ranking" for item in block.cards]
    assert len(shown) == len(set(shown))
    assert article.pk not in {
        card.id for name in ("channel_picks", "hot_reading") for card in found[name].cards
    }
    assert len(found["ranking"].cards) == 10


def test_each_block_is_filled_to_its_size():
    article = make_article(tags=["苹果", "果园"])
    for n in range(60):
        make_article(home=HERE, hours_ago=n, tags=["苹果", "果园"])
    sizes = {name: len(block.cards) for name, block in of(article).items()}
    assert sizes["related"] == 6
    assert sizes["recommended"] == 1
    assert sizes["channel_picks"] == 8
    assert sizes["hot_reading"] == 8
    assert sizes["ranking"] == 10


def test_related_prefers_the_editors_choice_then_rarer_tags():
    article = make_article(tags=["甘洛", "斑鸠"])
    for n in range(45):
        make_article(tags=["甘洛"], hours_ago=n)
    rare = make_article(tags=["斑鸠"], hours_ago=200, headline="斑鸠飞来")
    chosen = make_article(hours_ago=300, headline="编辑选的")
    Relation.objects.create(article=article, target=chosen)
    assert headlines(of(article)["related"]) == ["编辑选的", "斑鸠飞来"]
    assert rare.headline == "斑鸠飞来"


def test_related_is_not_filled_up_with_strangers():
    article = make_article(tags=["斑鸠"])
    make_article(tags=["核桃"])
    block = of(article)["related"]
    assert block.cards == []
    assert block.empty


def test_the_nearer_in_time_of_two_equally_close_stories_comes_first():
    article = make_article(tags=["斑鸠"])
    make_article(tags=["斑鸠"], hours_ago=24 * 90, headline="远")
    make_article(tags=["斑鸠"], hours_ago=24 * 20, headline="近")
    assert headlines(of(article)["related"]) == ["近", "远"]


def test_a_relation_that_the_archive_lacks_is_text_without_a_link():
    article = make_article()
    at = timezone.now() - timedelta(days=3)
    Relation.objects.create(article=article, headline="达子沟", published_at=at)
    Relation.objects.create(article=article, headline="推荐的", text="一段话", kind="recommended")
    found = of(article)
    assert (found["related"].cards[0].headline, found["related"].cards[0].url) == ("达子沟", "")
    assert found["related"].cards[0].when == f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    assert found["recommended"].cards[0].text == "一段话"


def test_picks_come_in_their_order_while_they_last_and_the_newest_fill_up():
    article = make_article(hours_ago=50)
    first, second, over = (make_article(hours_ago=n, headline=f"选{n}") for n in (30, 20, 10))
    make_article(hours_ago=1, headline="最新")
    region = make_region(HERE)
    for order, pick in enumerate((first, second)):
        Pick.objects.create(region=region, article=pick, order=order)
    Pick.objects.create(
        region=region, article=over, order=9, expires_at=timezone.now() - timedelta(minutes=1)
    )
    shown = headlines(blocks.channel_picks(candidates.of(regions().by_path[HERE])))
    assert shown[:3] == ["选30", "选20", "最新"]
    assert article.headline in shown


def test_a_pick_that_is_not_public_is_not_shown():
    make_article(headline="在线")
    draft = make_article(live=False, headline="草稿")
    Pick.objects.create(region=make_region(HERE), article=draft)
    assert headlines(blocks.channel_picks(candidates.of(regions().by_path[HERE]))) == ["在线"]


def test_hot_reading_is_of_the_prefecture_and_of_seven_days():
    make_article(home="sichuan/liangshan/xichang", headline="西昌")
    make_article(home="sichuan/dazhou/quxian", headline="达州")
    make_article(home="sichuan/liangshan/xichang", hours_ago=24 * 8, headline="旧闻")
    make_region(HERE)
    shown = headlines(blocks.hot_reading(candidates.of(regions().by_path[HERE])))
    assert shown == ["西昌", "达州"]


def test_folks_are_the_neighbours_one_each():
    for home in (HERE, "sichuan/liangshan/xichang", "sichuan/liangshan/huili", "sichuan/liangshan/huili"):
        make_article(home=home, section="folks", headline=home.rpartition("/")[2])
    shown = headlines(blocks.folks(candidates.of(regions().by_path[HERE])))
    assert sorted(shown) == ["huili", "xichang"]


def test_lead_is_the_pick_else_the_newest():
    newest = make_article(hours_ago=1)
    older = make_article(hours_ago=9)
    region = regions().by_path[HERE]
    assert blocks.lead(candidates.of(region)).id == newest.pk
    Pick.objects.create(region_id=region.id, block="lead", article=older)
    assert blocks.lead(candidates.of(region)).id == older.pk


def test_an_empty_channel_has_empty_blocks_with_a_line_that_leads_on():
    make_region(HERE)
    found = candidates.of(regions().by_path[HERE])
    assert blocks.lead(found) is None
    for block in blocks.for_channel(found).values():
        assert block.cards == []
        assert block.empty


def test_without_readings_the_ranking_says_newest():
    make_article()
    assert str(blocks.ranking(candidates.of(regions().by_path[HERE])).title) == "最新"


@pytest.mark.parametrize("neighbours", [1, 3])
def test_all_blocks_of_a_story_cost_six_queries(neighbours, django_assert_num_queries):
    article = make_article(tags=["苹果"])
    for _ in range(neighbours):
        make_article(tags=["苹果"], section="folks")
        Relation.objects.create(article=article, headline="等待的")
    tags = list(article.tags.values_list("pk", flat=True))
    region = regions().by_id[article.home_id]
    due.seconds()  # every page asks for it, and it is remembered
    with django_assert_num_queries(6):
        blocks.for_article(article, region, tags)


def test_for_reader_shows_unread_stories_of_the_tags_read():
    read = make_article(tags=["苹果"])
    same = make_article(tags=["苹果"], headline="又一篇苹果", hours_ago=100)
    make_article(tags=["核桃"])
    block = blocks.for_reader(regions().by_path[HERE], [read.pk])
    assert block.cards[0].id == same.pk
    assert read.pk not in {card.id for card in block.cards}
