"""Breaking news and days of mourning: where, how long, and that a page is right at that second."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counties.navigation import regions
from news import due, frame, workflow
from news.models import BreakingNews, Mourning
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
PREFECTURE = "sichuan/liangshan"
COUNTY = f"{PREFECTURE}/ganluo"
LINE = "县道半幅通行"


def breaking(path=PREFECTURE, minutes=30, **fields):
    until = timezone.now() + timedelta(minutes=minutes)
    made = BreakingNews.objects.create(region=make_region(path), text=LINE, until=until, **fields)
    frame.forget()  # a test's transaction is never committed, so nothing is announced
    return made


def mourning(path="", first=0, last=0):
    today = timezone.localdate()
    days = {"first_day": today + timedelta(first), "last_day": today + timedelta(last)}
    made = Mourning.objects.create(region=make_region(path), occasion="哀悼日", **days)
    frame.forget()
    return made


def node(path=""):
    make_region(path)
    return regions().by_path[path]


def lines(path):
    return [line.text for line in frame.of(node(path)).breaking]


def test_a_line_stands_over_its_region_and_all_below():
    breaking()
    paths = ("", "sichuan", PREFECTURE, COUNTY, "yunnan")
    assert [lines(path) for path in paths] == [[], [], [LINE], [LINE], []]


def test_a_line_is_over_at_its_time():
    breaking(minutes=-1)
    assert lines(PREFECTURE) == []


def test_the_newest_two_lines_are_shown():
    for number in range(3):
        made = breaking()
        BreakingNews.objects.filter(pk=made.pk).update(text=f"第{number}条")
    frame.forget()
    assert lines(PREFECTURE) == ["第2条", "第1条"]


def test_a_line_leads_to_its_story_and_goes_with_it():
    article = make_article(home=COUNTY)
    breaking(article=article)
    assert frame.of(node(COUNTY)).breaking[0].url == article.get_absolute_url()

    workflow.withdraw(article, by=None, notice="有误")
    frame.forget()
    assert lines(COUNTY) == []


@pytest.mark.parametrize("live", [{"live": False}, {"hours_ago": -1}])
def test_the_line_of_a_story_that_is_not_public_waits(live):
    breaking(article=make_article(home=COUNTY, **live))
    assert lines(COUNTY) == []


@pytest.mark.parametrize(
    ("first", "last", "grey"), [(0, 0, True), (-2, 0, True), (1, 1, False), (-2, -1, False)]
)
def test_grey_on_days_of_mourning(first, last, grey):
    mourning(first=first, last=last)
    assert frame.of(node(COUNTY)).is_grey is grey


def test_a_region_mourns_alone():
    mourning(PREFECTURE)
    assert (frame.of(node(COUNTY)).is_grey, frame.of(node("sichuan")).is_grey) == (True, False)


def test_a_page_shows_both(client):
    article = make_article(home=COUNTY)
    breaking(article=article)
    mourning()
    for path in (f"/{COUNTY}/", make_article(home=COUNTY).get_absolute_url()):
        page = client.get(path).content.decode()
        assert 'class="grey"' in page
        assert f'<a href="{article.get_absolute_url()}">{LINE}</a>' in page


def test_an_error_page_mourns_with_the_network(client):
    mourning()
    assert 'class="grey"' in client.get("/nowhere-at-all/").content.decode()


def test_pages_end_with_the_line_and_are_named_by_it(client):
    article = make_article(home=COUNTY)
    line = breaking(minutes=0.5, article=article)
    response = client.get(f"/{COUNTY}/")
    age = int(response["Cache-Control"].split("s-maxage=")[1].split(",")[0])
    assert 25 <= age < 30
    assert {f"frame:{line.region_id}", f"article:{article.pk}"} <= set(response["Surrogate-Key"].split())


def test_pages_end_at_the_midnight_when_mourning_begins():
    mourning(first=1, last=1)
    make_article(home=COUNTY)
    midnight = frame.next_change(timezone.now())
    assert (timezone.localtime(midnight).hour, timezone.localtime(midnight).minute) == (0, 0)
    assert due.seconds(longest=2 * 86_400) <= 86_400


def test_remembered_until_announced(django_assert_num_queries, django_capture_on_commit_callbacks):
    line = breaking()
    assert lines(COUNTY) == [LINE]
    county = node(COUNTY)
    with django_assert_num_queries(0):
        frame.of(county)
    with django_capture_on_commit_callbacks(execute=True):
        line.delete()
        frame.announce(line.region_id)
    assert lines(COUNTY) == []


def test_days_in_the_wrong_order_are_refused():
    row = Mourning(region=make_region(), occasion="误", first_day="2026-01-02", last_day="2026-01-01")
    with pytest.raises(ValidationError, match=str(_("The last day is before the first."))):
        row.full_clean()


def form(region, **fields):
    until = timezone.localtime() + timedelta(hours=1)
    return {
        "region": region.pk,
        "text": LINE,
        "until_0": f"{until:%Y-%m-%d}",
        "until_1": f"{until:%H:%M}",
    } | fields


def test_an_editor_sets_a_line_in_their_own_region(client):
    client.force_login(make_staff("editor", PREFECTURE))
    add = reverse("admin:news_breakingnews_add")
    assert client.post(add, form(make_region(COUNTY))).status_code == 302
    assert client.post(add, form(make_region("yunnan"))).status_code == 200
    assert client.post(add, form(make_region(COUNTY), until_0="2020-01-01")).status_code == 200
    assert [line.region.path for line in BreakingNews.objects.all()] == [COUNTY]


def test_a_reporter_sets_none(client):
    client.force_login(make_staff("reporter", COUNTY))
    for model in ("breakingnews", "mourning"):
        assert client.get(reverse(f"admin:news_{model}_add")).status_code == 403
