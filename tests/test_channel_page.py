from datetime import timedelta

import pytest
from django.utils import timezone

from counties import navigation
from counties.models import Region
from news import workflow
from news.models import PlacementRequest
from tests.factories import make_article, make_region, make_section

pytestmark = pytest.mark.django_db
HERE = "/sichuan/liangshan/ganluo/"


@pytest.fixture
def ganluo(db):
    make_region("sichuan/liangshan/xichang", name="西昌市", short_name="西昌")
    return make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛")


def test_shows_the_channels_stories_and_its_neighbours(client, ganluo):
    make_article(home=ganluo, headline="甘洛的事")
    make_article(home="sichuan/liangshan/xichang", headline="西昌的事", hours_ago=24 * 10)
    page = client.get(HERE).content.decode()
    assert "甘洛新闻" in page
    assert "甘洛的事" in page
    assert "西昌的事" not in page
    assert "/sichuan/liangshan/xichang/" in page


def test_a_region_above_shows_the_stories_below_and_a_line_for_each_channel(client, ganluo):
    make_article(home=ganluo, headline="甘洛的事")
    page = client.get("/sichuan/liangshan/").content.decode()
    assert "甘洛的事" in page
    assert client.get("/sichuan/").status_code == 200


def test_pages_on_by_keyset(client, ganluo):
    made = [make_article(home=ganluo, hours_ago=n, headline=f"稿件之{n}号") for n in range(45)]
    first = client.get(HERE)
    seen, more = set(), first.context["stories"].more
    for answer in (first, client.get(f"{HERE}?before={more}")):
        seen |= {card.id for card in answer.context["stories"].cards}
    assert len(seen) == 40
    assert seen < {article.pk for article in made}


@pytest.mark.parametrize("before", ["x", "1", "'", "9" * 99])
def test_a_page_that_does_not_exist_says_so(client, ganluo, before):
    assert client.get(HERE, {"before": before}).status_code == 404


def test_an_empty_channel_shows_the_news_of_its_neighbours(client, ganluo):
    make_article(home="sichuan/liangshan/xichang", headline="西昌的事")
    answer = client.get(HERE)
    assert answer.status_code == 200
    assert "西昌的事" in answer.content.decode()


@pytest.mark.parametrize("stories", [0, 1, 2, 7, 30])
def test_every_state_of_a_channel_is_a_page(client, ganluo, stories):
    for n in range(stories):
        make_article(home=ganluo, hours_ago=n, headline="长" * (60 if n % 2 else 8))
    answer = client.get(HERE)
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1


def test_no_story_stands_twice_but_in_the_ranking(client, ganluo):
    for n in range(30):
        make_article(home=ganluo, hours_ago=n)
    context = client.get(HERE).context
    shown = [context["lead"].id, *(card.id for _day, cards in context["days"] for card in cards)]
    shown += [card.id for name, b in context["blocks"].items() if name != "ranking" for card in b.cards]
    assert len(shown) == len(set(shown))


def test_a_closed_channel_is_not_there(client, ganluo):
    Region.objects.filter(pk=ganluo.pk).update(is_open=False)
    navigation.forget()
    assert client.get(HERE).status_code == 404
    assert HERE not in client.get("/sichuan/liangshan/").content.decode()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/Sichuan/LIANGSHAN/ganluo/", HERE),
        ("/sichuan/liangshan/ganluo", HERE),
        ("/SICHUAN/hot/?window=week", "/sichuan/hot/?window=week"),
    ],
)
def test_other_spellings_move(client, ganluo, asked, answered):
    answer = client.get(asked)
    assert (answer.status_code, answer["Location"]) == (301, answered)


@pytest.mark.parametrize("path", ["/nowhere/", "/sichuan/nowhere/", "/a/b/c/d/", "/sichuan//"])
def test_what_is_no_channel_is_404(client, ganluo, path):
    assert client.get(path).status_code == 404


def test_a_section_shows_its_stories_only(client, ganluo):
    make_article(home=ganluo, section="folks", headline="乡亲的事")
    make_article(home=ganluo, section="news", headline="要闻的事", hours_ago=24 * 10)
    answer = client.get(f"{HERE}sections/folks/")
    assert [card.headline for card in answer.context["stories"].cards] == ["乡亲的事"]
    assert client.get("/sections/folks/").status_code == 200
    assert client.get(f"{HERE}sections/nothing/").status_code == 404


def test_an_empty_section_is_a_page(client, ganluo):
    make_section("photos")
    assert client.get(f"{HERE}sections/photos/").status_code == 200


def test_a_tag_shows_its_stories(client, ganluo):
    make_article(home=ganluo, tags=["土鸡"], headline="土鸡的事")
    make_article(home=ganluo, headline="别的事", hours_ago=24 * 10)
    answer = client.get("/tags/土鸡/")
    assert [card.headline for card in answer.context["stories"].cards] == ["土鸡的事"]
    assert client.get("/tags/没有/").status_code == 404


def test_a_tag_of_drafts_only_is_not_there(client, ganluo):
    make_article(home=ganluo, tags=["秘密"], live=False)
    assert client.get("/tags/秘密/").status_code == 404


@pytest.mark.parametrize("window", ["day", "week", "never"])
def test_the_ranking_in_full(client, ganluo, window):
    make_article(home=ganluo, headline="甘洛的事")
    answer = client.get(f"{HERE}hot/", {"window": window})
    assert "甘洛的事" in answer.content.decode()
    assert client.get("/hot/").status_code == 200


@pytest.mark.parametrize(
    ("path", "queries"), [(HERE, 6), ("/sichuan/liangshan/", 6), (f"{HERE}sections/news/", 7)]
)
@pytest.mark.parametrize("stories", [1, 3])
def test_cost_does_not_grow(client, ganluo, path, queries, stories, django_assert_num_queries):
    for n in range(stories):
        make_article(home=ganluo, hours_ago=n, source="凉山日报", tags=["土鸡"])
    client.get(path)
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize("below", ["", "hot/", "sections/news/", "sections/news/atom.xml", "rss.xml"])
def test_capital_letters_are_led_to_the_one_address(client, ganluo, below):
    make_section("news")
    for odd in (HERE.replace("ganluo", "Ganluo") + below, HERE + below.replace("news", "News")):
        answer = client.get(f"{odd}?before=1-1")
        if odd != HERE + below:
            assert (answer.status_code, answer["Location"]) == (301, f"{HERE}{below}?before=1-1")


def test_a_tags_page_does_not_count_what_is_still_to_come(client):
    shown = make_article(tags=["苹果"], headline="今天的苹果")
    for n in range(25):
        make_article(tags=["苹果"], hours_ago=-24 - n)
    answer = client.get(shown.tags.get().get_absolute_url())
    assert [card.id for card in answer.context["stories"].cards] == [shown.pk]
    assert answer.context["stories"].more == ""


def test_a_pinned_story_stands_first_under_the_channels_own_headline(client, ganluo):
    article = make_article(home="guizhou/bijie", headline="一个很长的标题", hours_ago=90)
    make_article(home=ganluo, headline="更新的事")
    until = timezone.now() + timedelta(hours=1)
    own = {"headline": "短题", "pinned_until": until}
    request = PlacementRequest.objects.create(article=article, region=ganluo, state="accepted", **own)
    workflow.refresh(article)
    answer = client.get(HERE)
    assert [card.headline for card in answer.context["pinned"]] == ["短题"]
    assert answer.content.decode().count("短题") == 1
    request.pinned_until = timezone.now()
    request.save()
    workflow.refresh(article)
    answer = client.get(HERE)
    assert answer.context["pinned"] == []
    assert "短题" in [card.headline for card in answer.context["stories"].cards]
