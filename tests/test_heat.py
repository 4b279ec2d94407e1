import random
from collections import Counter, defaultdict
from datetime import timedelta
from math import log
from threading import Event, Thread, Timer

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from counties.navigation import regions
from news import blocks, candidates, comments, heat, workflow
from news.models import Origin, Placement, Reading
from tests.factories import make_article, make_comment, make_region

pytestmark = pytest.mark.django_db
HERE = "sichuan/liangshan/ganluo"
HOUR = timedelta(hours=1)
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14)"}


def read(article, count, hours_ago=0.0):
    heat.record({article.pk: {(timezone.now() - hours_ago * HOUR, Origin.DIRECT): count}})


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 50)), min_size=1, max_size=300))
@settings(max_examples=60, deadline=None)
def test_heat_is_the_decayed_sum_of_all_readings(readings):
    now = timezone.now()
    moments = [(now - timedelta(minutes=minutes), weight) for minutes, weight in readings]
    for name, half_life in heat.HALF_LIVES.items():
        h = None
        for moment in moments:
            h = heat.sum_of([moment], half_life, h)
        direct = sum(weight * 0.5 ** ((now - at) / half_life) for at, weight in moments)
        assert heat.counted(h, name, now) == pytest.approx(direct, rel=1e-9)


def test_thousands_of_readings_written_in_batches_are_the_direct_sum_and_its_order():
    chance, now = random.Random(5), timezone.now()
    articles = [make_article(home=HERE, hours_ago=24 * 30).pk for _ in range(20)]
    read = [
        (
            chance.choice(articles),
            now - timedelta(minutes=chance.expovariate(1 / 2_000)),
            chance.randint(1, 9),
        )
        for _ in range(4_000)
    ]
    for start in range(0, len(read), 500):  # in no order of time, as after a failed write
        batch = defaultdict(Counter)
        for article, at, number in read[start : start + 500]:
            batch[article][at, chance.choice(list(Origin))] += number
        heat.record(batch)
    for name, half_life in heat.HALF_LIVES.items():
        direct = Counter()
        for article, at, number in read:
            direct[article] += number * 0.5 ** ((now - at) / half_life)
        rows = Placement.objects.filter(region__path=HERE).order_by(f"-{name}").values_list("article", name)
        assert [article for article, _heat in rows] == sorted(direct, key=direct.get, reverse=True)
        for article, value in rows:
            assert heat.counted(value, name, now) == pytest.approx(direct[article], rel=1e-9)
    assert Reading.objects.aggregate(n=Sum("count"))["n"] == sum(number for *_, number in read)


@pytest.mark.parametrize(("name", "half_life"), [("heat_day", 6 * HOUR), ("heat_week", 48 * HOUR)])
def test_a_reading_counts_half_after_the_half_life(name, half_life):
    article, now = make_article(home=HERE), timezone.now()
    heat.record({article.pk: {(now, Origin.DIRECT): 1}})
    value = Placement.objects.filter(article=article).values_list(name, flat=True)[0]
    assert heat.counted(value, name, now + half_life) == pytest.approx(0.5, rel=1e-9)


def test_a_reading_counts_in_every_placement_and_touches_no_article():
    article = make_article(home=HERE)
    read(article, 3)
    read(article, 2, hours_ago=48)
    rows = Placement.objects.filter(article=article)
    assert {round(heat.counted(row.heat_week, "heat_week"), 3) for row in rows} == {4.0}
    assert rows.count() == 4
    version = article.version
    article.refresh_from_db()
    assert article.version == version


def test_an_approved_comment_weighs_four_readings():
    article = make_article(home=HERE)
    comments.approve(make_comment(article, state="pending"), by=None)
    row = Placement.objects.filter(article=article).first()
    assert heat.counted(row.heat_week, "heat_week") == pytest.approx(4, rel=1e-4)


def test_a_new_channel_of_a_story_starts_with_its_heat():
    article = make_article(home=HERE)
    read(article, 5)
    workflow.write(article, places=[make_region("guizhou/bijie").pk])
    assert Placement.objects.filter(article=article).values("heat_week").distinct().count() == 1


def test_a_story_published_again_has_the_heat_of_its_readings():
    article = make_article(home=HERE)
    read(article, 5, hours_ago=2)
    workflow.withdraw(article, by=None, notice="误发")
    workflow.publish(article)
    row = Placement.objects.filter(article=article).first()
    assert heat.counted(row.heat_week, "heat_week") == pytest.approx(5, rel=0.05)


def test_rebuilding_gives_the_same_order():
    for count in (9, 3, 6):
        read(make_article(home=HERE), count, hours_ago=3)
    order = list(
        Placement.objects.filter(region__path=HERE).order_by("-heat_week").values_list("pk", flat=True)
    )
    for pk in Reading.objects.values_list("article", flat=True):
        heat.rebuild(pk)
    again = Placement.objects.filter(region__path=HERE).order_by("-heat_week").values_list("pk", flat=True)
    assert list(again) == order


def test_the_beacon_counts_a_reader_once_in_half_an_hour(client):
    article = make_article()
    for agent in (PHONE, PHONE, {"User-Agent": "Mozilla/5.0 (iPhone)"}):
        assert client.post(f"/articles/{article.pk}/seen/", headers=agent).status_code == 204
    assert heat.flush() == 2
    assert Reading.objects.get().count == 2


@pytest.mark.parametrize("headers", [{"User-Agent": "Googlebot/2.1"}, {"User-Agent": "Mediapartners-Google"},
    PHONE | {"Sec-Fetch-Site": "cross-site"}, PHONE | {"X-Moz": "prefetch"}, {"User-Agent": ""},
                                     PHONE | {"Sec-Purpose": "prefetch;prerender"}])  # fmt: skip
def test_robots_and_prefetches_do_not_count(client, headers):
    article = make_article()
    answer = client.post(f"/articles/{article.pk}/seen/", headers=headers)
    assert (answer.status_code, heat.flush()) == (204, 0)


def test_the_beacon_sets_no_cookie_and_tells_nothing(client):
    hidden = make_article(live=False)
    answer = client.post(f"/articles/{hidden.pk}/seen/", headers=PHONE)
    assert (answer.status_code, answer.content, len(answer.cookies)) == (204, b"", 0)
    assert heat.flush() == 0


def test_readings_that_could_not_be_written_wait_on(monkeypatch):
    article = make_article()
    heat.count(article.pk, "somebody")
    monkeypatch.setattr(heat, "record", lambda readings: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        heat.flush()
    monkeypatch.undo()
    assert heat.flush() == 1


def test_a_process_that_ends_waits_for_the_thread_that_writes(monkeypatch):
    begun, may_end, done = Event(), Event(), []

    def write():
        begun.set()
        done.append(may_end.wait(5))

    monkeypatch.setattr(heat, "_flush", write)
    writer = Thread(target=heat.flush)
    writer.start()
    begun.wait(5)
    Timer(0.1, may_end.set).start()
    heat.flush()  # as at the end of a process
    assert done == [True, True]
    writer.join()


def test_the_ranking_follows_heat_and_falls_back_to_the_parent():
    cold, hot = make_article(home=HERE, headline="冷"), make_article(home=HERE, headline="热", hours_ago=9)
    read(hot, 20)
    read(cold, 2)
    assert [card.headline for card in ranking().cards] == ["热", "冷"]
    assert str(ranking().title) == "热点排行"
    quiet = "sichuan/liangshan/muli"
    make_article(home=quiet, headline="静")
    assert [card.headline for card in ranking(quiet).cards] == ["热", "冷"]


def ranking(path=HERE):
    return blocks.ranking(candidates.of(regions().by_path[path]))


def test_neighbours_change_places_only_beyond_five_per_cent():
    assert heat.settled("t", [(1, 5.0), (2, 4.9)]) == [1, 2]
    assert heat.settled("t", [(2, 5.0), (1, 5.0 - log(1.04))]) == [1, 2]
    assert heat.settled("t", [(2, 5.0), (1, 5.0 - log(1.06))]) == [2, 1]
    assert heat.settled("other", [(2, 5.0), (1, 4.99)]) == [2, 1]


@pytest.mark.parametrize("stories", [1, 3])
def test_writing_costs_four_queries_however_many_stories(stories, django_assert_num_queries):
    read = {make_article(home=HERE).pk: {(timezone.now(), Origin.DIRECT): 1} for _ in range(stories)}
    with django_assert_num_queries(4 + 2):  # and a savepoint
        heat.record(read)


def test_another_spelling_of_the_address_is_the_same_reading(client):
    article = make_article()
    for pk in (article.pk, f"0{article.pk}", f"00{article.pk}"):
        client.post(f"/articles/{pk}/seen/", headers=PHONE)
    assert heat.flush() == 1
