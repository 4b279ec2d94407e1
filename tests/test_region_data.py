"""The data file of regions, alone and against the reference list where that is at hand."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from counties import loading
from counties.models import RESERVED_SLUGS

REFERENCE = Path(__file__).parents[2] / "shared" / "data" / "regions"
PLACES = {place.code: place for place in loading.read()}
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference list is not at hand")


def test_counts_provinces_prefectures_and_counties():
    levels = Counter(place.level for place in PLACES.values())

    assert levels == {"province": 34, "prefecture": 333, "county": 2846}


def test_no_two_places_share_a_path():
    assert len({place.path for place in PLACES.values()}) == len(PLACES)


def test_no_slug_is_reserved():
    assert not {place.slug for place in PLACES.values()} & RESERVED_SLUGS


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("110101", "beijing/dongcheng"),
        ("429004", "hubei/xiantao"),
        ("441900", "guangdong/dongguan"),
        ("513435", "sichuan/liangshan/ganluo"),
        ("610000", "shaanxi"),
        ("140000", "shanxi"),
        ("445303", "guangdong/yunfu/yunanqu"),
        ("445322", "guangdong/yunfu/yunanxian"),
        ("654002", "xinjiang/yili/yiningshi"),
        ("141100", "shanxi/lvliang"),
        ("370911", "shandong/taian/daiyue"),
    ],
)
def test_places_lie_where_people_look_for_them(code, path):
    assert PLACES[code].path == path


@pytest.mark.parametrize(
    ("code", "short_name", "label"),
    [
        ("513400", "凉山", "凉山州"),
        ("513435", "甘洛", "甘洛"),
        ("430121", "长沙", "长沙县"),
        ("110101", "东城", "东城区"),
        ("150000", "内蒙古", "内蒙古"),
        ("150723", "鄂伦春旗", "鄂伦春旗"),
        ("622926", "东乡", "东乡"),
        ("130632", "安新", "安新"),
        ("130126", "灵寿", "灵寿"),
        ("130133", "赵县", "赵县"),
        ("222400", "延边", "延边州"),
    ],
)
def test_names_are_shortened_as_people_say_them(code, short_name, label):
    assert (PLACES[code].short_name, PLACES[code].label) == (short_name, label)


def test_former_names_and_codes_belong_to_nobody_today():
    codes = [word for place in PLACES.values() for word in place.former if word.isdigit()]

    assert not PLACES.keys() & codes
    assert len(codes) == len(set(codes))
    assert PLACES["513402"].former == ["会理县", "513425"]
    assert PLACES["420600"].former == ["襄樊市"]


def test_counties_of_liangshan_stand_in_the_order_of_their_navigation():
    counties = [place for place in PLACES.values() if place.parent is PLACES["513400"]]

    assert [place.short_name for place in sorted(counties, key=lambda place: place.order)] == [
        *("西昌", "德昌", "会理", "会东", "宁南", "普格", "布拖", "金阳", "昭觉"),
        *("喜德", "冕宁", "越西", "甘洛", "美姑", "雷波", "盐源", "木里"),
    ]


@needs_reference
def test_agrees_with_the_reference_list():
    columns = ["code", "name", "level", "parent_code", "short", "label", "slug", "path", "pinyin", "initials"]
    with (REFERENCE / "divisions_2024.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = [[row[column] for column in columns] for row in csv.DictReader(file)]

    assert [_as_listed(place) for place in PLACES.values()] == expected


def _as_listed(place):
    parent = place.parent.code if place.parent else ""
    initials = "".join(syllable[0] for syllable in place.pinyin.split())
    names = [place.short_name, place.label, place.slug, place.path, place.pinyin, initials]
    return [place.code, place.name, place.level, parent, *names]


@needs_reference
def test_agrees_with_the_expectations():
    expected = json.loads((REFERENCE / "expectations.json").read_text(encoding="utf-8"))
    below = Counter(place.parent.code for place in PLACES.values() if place.parent)
    slugs = {(place.short_name, place.slug) for place in PLACES.values()}

    assert Counter(place.level for place in PLACES.values()) == expected["counts"]
    assert [p.name for p in PLACES.values() if p.code.startswith("5134") and p.parent.path != "sichuan"] == (
        expected["liangshan17"]
    )
    childless = [p.code for p in PLACES.values() if p.level == "prefecture" and not below[p.code]]
    assert childless == expected["no_county_prefectures"]
    assert expected["slug_checks"].items() <= slugs
