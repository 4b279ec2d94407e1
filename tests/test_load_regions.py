"""Loading the tree: what the file decides, what editors decide, and what happens when divisions change."""

import csv
from io import StringIO

import pytest
from django.core.management import call_command

from counties import changes, loading, navigation
from counties.models import Region

pytestmark = pytest.mark.django_db

SICHUAN = ("510000", "四川省", "si chuan")
LIANGSHAN = ("513400", "凉山彝族自治州", "liang shan", "凉山", "凉山州")
HUILI_COUNTY = ("513425", "会理县", "hui li")
GANLUO = ("513435", "甘洛县", "gan luo")


@pytest.fixture
def load(tmp_path):
    """Load rows of (code, name, pinyin, short, label, former, slug, order)."""

    def load_rows(*rows):
        file = tmp_path / "regions.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(["code", "name", "pinyin", "short", "label", "former", "slug", "order"])
            writer.writerows([*row, *[""] * (8 - len(row))] for row in rows)
        return loading.load(file)

    return load_rows


def numbers(report):
    return report.created, report.updated, report.unchanged


def test_loads_the_network_and_all_places_once():
    out = StringIO()
    call_command("load_regions", stdout=out)
    call_command("load_regions", stdout=out)

    assert out.getvalue().splitlines() == [
        "Regions: 3214 created, 0 updated, 0 unchanged.",
        "Regions: 0 created, 0 updated, 3214 unchanged.",
    ]
    root = Region.objects.get(level="network")
    assert (root.code, root.path, root.name, root.label) == ("000000", "", "乡音", "地方网")
    ganluo = Region.objects.get(path="sichuan/liangshan/ganluo")
    covering = Region.objects.covering(ganluo.path)
    assert [region.label for region in covering] == ["地方网", "四川", "凉山州", "甘洛"]
    assert [region.short_name for region in Region.objects.siblings(ganluo)][:3] == ["西昌", "德昌", "会理"]
    assert Region.objects.get(code="513402").aliases == "会理县\n513425"


def test_a_second_run_costs_one_query(load, django_assert_num_queries):
    load(SICHUAN, LIANGSHAN, GANLUO)

    with django_assert_num_queries(3):  # the list, and the savepoint around it
        assert numbers(load(SICHUAN, LIANGSHAN, GANLUO)) == (0, 0, 4)


def test_keeps_what_editors_decided(load):
    load(SICHUAN, LIANGSHAN, (*GANLUO, "", "", "甘洛土司", "", "13"))
    edited = {"slogan": "大渡河畔", "is_open": False, "order": 2, "aliases": "甘洛土司\n阿尔"}
    Region.objects.filter(code="513435").update(**edited)
    Region.objects.filter(level="network").update(name="山里新闻")

    load(SICHUAN, LIANGSHAN, (*GANLUO, "", "", "甘洛土司|田坝", "", "13"))

    ganluo = Region.objects.get(code="513435")
    assert (ganluo.slogan, ganluo.is_open, ganluo.order) == ("大渡河畔", False, 2)
    assert ganluo.aliases == "甘洛土司\n阿尔\n田坝"
    assert Region.objects.get(level="network").name == "山里新闻"


def test_a_renamed_region_keeps_its_row_and_is_found_by_its_old_name(load):
    load(SICHUAN, LIANGSHAN, GANLUO)
    before = Region.objects.get(code="513435").pk

    report = load(SICHUAN, LIANGSHAN, ("513435", "海棠县", "hai tang"))

    region = Region.objects.get(code="513435")
    assert (region.pk, region.name, region.path) == (before, "海棠县", "sichuan/liangshan/haitang")
    assert region.aliases == "甘洛县"
    assert numbers(report) == (0, 1, 3)


def test_a_region_with_a_new_code_keeps_its_row(load):
    load(SICHUAN, LIANGSHAN, HUILI_COUNTY)
    before = Region.objects.get(code="513425").pk

    report = load(SICHUAN, LIANGSHAN, ("513402", "会理市", "hui li", "", "", "会理县|513425"))

    city = Region.objects.get(code="513402")
    assert (city.pk, city.name, city.aliases) == (before, "会理市", "会理县\n513425")
    assert (numbers(report), report.gone) == ((0, 1, 3), [])


def test_merged_regions_stay_and_their_heir_is_named(load):
    chongqing = ("500000", "重庆市", "chong qing")
    load(chongqing, ("500105", "江北区", "jiang bei"), ("500112", "渝北区", "yu bei"))

    report = load(chongqing, ("500157", "两江新区", "liang jiang", "两江", "", "江北区|500105|渝北区|500112"))

    assert numbers(report) == (1, 0, 2)
    assert report.gone == ["江北区 (500105) → 两江新区 (500157)", "渝北区 (500112) → 两江新区 (500157)"]
    assert Region.objects.filter(code__in=["500105", "500112", "500157"]).count() == 3


def test_two_regions_may_swap_their_paths(load):
    load(SICHUAN, LIANGSHAN, HUILI_COUNTY, GANLUO)

    load(SICHUAN, LIANGSHAN, ("513425", "甘洛县", "gan luo"), ("513435", "会理县", "hui li"))

    paths = Region.objects.filter(level="county").order_by("code").values_list("path", flat=True)
    assert list(paths) == ["sichuan/liangshan/ganluo", "sichuan/liangshan/huili"]


def test_a_renamed_prefecture_moves_its_counties(load):
    load(SICHUAN, LIANGSHAN, GANLUO)

    load(SICHUAN, ("513400", "西昌市", "xi chang"), GANLUO)

    assert Region.objects.get(code="513435").path == "sichuan/xichang/ganluo"


def test_announces_a_change_and_only_a_change(load, django_capture_on_commit_callbacks):
    for moved in (1, 0):
        before = changes.generation(navigation.CHANGED)
        with django_capture_on_commit_callbacks(execute=True):
            load(SICHUAN, LIANGSHAN, GANLUO)
        assert changes.generation(navigation.CHANGED) - before == moved
