"""猜你喜欢 as a fragment, asked for with what a browser remembers."""

import pytest
from django.utils import timezone

from counties.navigation import regions
from news import blocks, due, heat
from news.models import Origin
from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db


def test_shows_what_was_not_read(client):
    read = make_article(tags=["苹果"], headline="读过的苹果")
    make_article(tags=["苹果"], headline="没读过的苹果")
    page = client.get(f"/for-you/?seen={read.pk}&region=sichuan/liangshan/ganluo").content.decode()
    assert "没读过的苹果" in page
    assert ">读过的苹果" not in page


@pytest.mark.parametrize(
    "seen", ["", "x,,-1,1.5", "٣,²", "9" * 18, "9" * 19, "9" * 5000, "1," * 500, "1\0,\x08"]
)
@pytest.mark.parametrize("region", ["", "sichuan", "nowhere", "\0"])
def test_whatever_it_is_asked_with_it_answers(client, seen, region):
    make_region("sichuan")
    assert client.get("/for-you/", {"seen": seen, "region": region}).status_code == 200


HERE = "sichuan/liangshan/ganluo"


def liked(*seen, shown=()):
    ids = [article.pk for article in seen]
    return [card.headline for card in blocks.for_reader(regions().by_path[HERE], ids, shown).cards]


def test_the_hottest_of_a_tag_comes_first_and_only_one_of_it():
    read = make_article(tags=["苹果"])
    make_article(tags=["苹果"], headline="新的苹果", hours_ago=2)
    hot = make_article(tags=["苹果"], headline="热的苹果", hours_ago=20)
    make_article(tags=["核桃"], headline="核桃", hours_ago=1)
    heat.record({hot.pk: {(timezone.now(), Origin.DIRECT): 9}})
    assert liked(read)[0] == "热的苹果"


def test_an_old_hit_gives_way_to_what_is_new():
    read = make_article(tags=["苹果"])
    old = make_article(tags=["苹果"], headline="旧的苹果", hours_ago=24 * 90)
    make_article(tags=["苹果"], headline="新的苹果", hours_ago=2)
    heat.record({old.pk: {(timezone.now(), Origin.DIRECT): 9}})
    assert liked(read)[0] == "新的苹果"


def test_what_was_read_last_weighs_most():
    before, last = make_article(tags=["苹果"]), make_article(tags=["核桃"])
    for tag in ("苹果", "核桃"):
        make_article(tags=[tag], headline=f"别的{tag}", hours_ago=50)
    assert liked(last, before)[0] == "别的核桃"
    assert liked(before, last)[0] == "别的苹果"


def test_what_the_page_shows_is_not_shown_again():
    read, shown = make_article(tags=["苹果"]), make_article(tags=["苹果"], headline="页上的")
    make_article(headline="别的")
    assert liked(read, shown=[shown.pk]) == ["别的"]


@pytest.mark.parametrize("stories", [1, 3])
def test_it_costs_four_queries_and_the_channels_three(stories, django_assert_num_queries):
    read = [make_article(tags=[f"标签{n}", "苹果"]) for n in range(stories)]
    make_article(tags=["苹果"])
    due.seconds()
    with django_assert_num_queries(7):
        liked(*read)
