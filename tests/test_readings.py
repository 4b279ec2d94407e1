"""The statistics of a story and of a channel."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from news import heat
from news.models import ChannelReading, Origin, Reading
from news.origins import origin_of
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
PREFECTURE, HERE = "sichuan/liangshan", "sichuan/liangshan/ganluo"
PHONE = "Mozilla/5.0 (Linux; Android 14)"


def read(article, number, origin=Origin.DIRECT, hours_ago=1):
    heat.record({article.pk: {(timezone.now() - timedelta(hours=hours_ago), origin): number}})


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("", Origin.DIRECT),
        ("news.example.org", Origin.OWN),
        ("www.baidu.com", Origin.SEARCH),
        ("WWW.GOOGLE.COM", Origin.SEARCH),
        ("tieba.baidu.com", Origin.SOCIAL),
        ("m.weibo.cn", Origin.SOCIAL),
        ("notbaidu.com", Origin.OTHER),
        ("baidu.com.evil.example", Origin.OTHER),
        ("\0<script>", Origin.OTHER),
    ],
)
def test_a_referrer_is_one_of_a_few_classes(host, origin):
    assert origin_of(host, own="news.example.org", agent=PHONE) == origin


def test_an_app_that_tells_no_referrer_is_known_by_its_browser():
    assert origin_of("", own="x", agent=f"{PHONE} MicroMessenger/8.0") == Origin.SOCIAL


def test_the_beacon_keeps_the_class_of_the_page_before_and_nothing_else(client):
    article = make_article(home=HERE)
    for number, host in enumerate(("www.sogou.com", "testserver", "blog.example/private?name=1", "x" * 9000)):
        client.post(
            f"/articles/{article.pk}/seen/", host, "text/plain", headers={"User-Agent": f"{PHONE} {number}"}
        )
    heat.flush()
    hour = Reading.objects.get()
    assert (hour.count, hour.from_search, hour.from_own, hour.from_other) == (4, 1, 1, 2)


def test_an_hour_adds_up_for_the_story_and_for_all_its_channels():
    first, second = make_article(home=HERE), make_article(home=PREFECTURE)
    read(first, 3, Origin.SEARCH)
    read(first, 2)
    read(second, 4, Origin.SOCIAL)
    assert Reading.objects.get(article=first).count == 5
    sums = dict(ChannelReading.objects.values_list("region__path", "count"))
    assert sums == {HERE: 5, PREFECTURE: 9, "sichuan": 9, "": 9}
    county = ChannelReading.objects.get(region__path=HERE)
    assert (county.from_search, county.from_social) == (3, 0)


def chart(client, **asked):
    return client.get(reverse("admin:news_reading_changelist"), asked)


def test_a_channels_chart_shows_hours_origins_and_the_channels_below(client):
    article = make_article(home=HERE)
    make_region("sichuan/liangshan/xichang")
    read(article, 6, Origin.SEARCH)
    read(article, 2, hours_ago=30)
    client.force_login(make_staff("reporter", PREFECTURE))
    page = chart(client, region=make_region(PREFECTURE).pk)
    assert page.context["total"] == 8
    shares = {share.label: share.percent for share in page.context["origins"]}
    assert (shares[Origin.SEARCH.label], shares[Origin.DIRECT.label]) == (75, 25)
    assert [share.count for share in page.context["channels"]] == [8]


def test_a_chart_without_readings_is_drawn_too(client):
    client.force_login(make_staff("reporter", HERE))
    assert chart(client, region=make_region(HERE).pk).context["total"] == 0
    assert chart(client, article=make_article(home=HERE).pk).status_code == 200


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("reporter", HERE, 200),
        ("editor", PREFECTURE, 200),
        ("reporter", "guizhou", 403),
        ("moderator", HERE, 403),
    ],
)
def test_one_sees_the_readings_of_ones_own_regions(client, role, path, status):
    article = make_article(home=HERE)
    client.force_login(make_staff(role, path))
    assert chart(client, article=article.pk).status_code == status
    assert chart(client, region=article.home_id).status_code == status


@pytest.mark.parametrize("stories", [1, 3])
def test_a_channels_chart_costs_the_same_however_many_stories(client, stories, django_assert_num_queries):
    for _ in range(stories):
        read(make_article(home=HERE), 2)
    region = make_region(PREFECTURE).pk
    client.force_login(make_staff("reporter", PREFECTURE))
    chart(client, region=region)
    with django_assert_num_queries(5):  # session, user, memberships, hours, channels
        chart(client, region=region)
