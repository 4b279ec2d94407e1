"""Finding a region by what people type, and the page that does it."""

import json
from pathlib import Path

import pytest
from django.test import TestCase
from django.urls import reverse

from counties import finder, loading, navigation
from counties.models import Region

VARIANTS = Path(__file__).parents[2] / "shared" / "data" / "regions" / "search_variants.json"


class WithRegions(TestCase):
    @classmethod
    def setUpTestData(cls):
        loading.load()

    def setUp(self):
        navigation.forget()
        self.addCleanup(navigation.forget)


class FindTests(WithRegions):
    def test_finds_one_county_by_whatever_names_it(self):
        for query in (
            *("甘洛", "甘洛县", " 甘 洛 ", "甘洛縣", "513435"),
            *("ganluo", "gan luo", "GanLuo", "ｇａｎｌｕｏ", "ganluoxian"),
            *("四川甘洛", "凉山州甘洛县", "四川省凉山彝族自治州甘洛县", "涼山甘洛"),
            *("sichuan/liangshan/ganluo", "liangshan ganluo"),
        ):
            with self.subTest(query):
                self.assertEqual(found(query)[0], "sichuan/liangshan/ganluo")

    def test_finds_a_place_by_what_it_was_called(self):
        for query, path in {
            "会理县": "sichuan/liangshan/huili",
            "513425": "sichuan/liangshan/huili",
            "襄樊": "hubei/xiangyang",
            "崇文区": "beijing/dongcheng",
        }.items():
            with self.subTest(query):
                self.assertEqual(found(query)[0], path)

    def test_todays_name_comes_before_a_former_one(self):
        self.assertEqual(found("思茅"), ["yunnan/puer/simao", "yunnan/puer"])

    def test_wider_regions_come_before_narrower_ones_of_the_same_name(self):
        self.assertEqual(found("吉林")[:2], ["jilin", "jilin/jilin"])
        self.assertEqual(found("朝阳")[0], "liaoning/chaoyang")

    def test_whole_names_come_before_beginnings_and_those_before_middles(self):
        self.assertEqual(found("长沙"), ["hunan/changsha", "hunan/changsha/changsha"])
        self.assertEqual(found("大足")[0], "chongqing/dazu")
        self.assertEqual(found("理县")[0], "sichuan/aba/lixian")

    def test_among_equals_the_arranged_family_and_counties_come_first(self):
        self.assertEqual(found("huidong")[0], "sichuan/liangshan/huidong")
        self.assertEqual(found("平山"), ["hebei/shijiazhuang/pingshan", "liaoning/benxi/pingshan"])

    def test_finds_names_that_conversion_from_traditional_characters_would_spoil(self):
        self.assertEqual((found("乾县")[0], found("乾縣")[0]), ("shaanxi/xianyang/qianxian",) * 2)

    def test_the_letter_u_with_dots_may_be_typed_in_any_way(self):
        for query in ("lvliang", "lüliang", "luliang"):
            with self.subTest(query):
                self.assertEqual(found(query)[0], "shanxi/lvliang")

    def test_nothing_is_found_for_nonsense(self):
        for query in ("", " ", "\0", "😀", "'\" onx=", "x" * 10_000, "查无此地"):
            with self.subTest(query[:9]):
                self.assertEqual(found(query), [])

    def test_closed_channels_are_left_out_on_request(self):
        Region.objects.filter(code="513435").update(is_open=False)
        navigation.forget()

        self.assertEqual(finder.find("甘洛", open_only=True), [])
        self.assertEqual(found("甘洛"), ["sichuan/liangshan/ganluo"])

    def test_a_changed_name_is_found_at_once(self):
        Region.objects.filter(code="513435").update(aliases="大渡河谷")
        navigation.forget()

        self.assertEqual(found("大渡河谷")[0], "sichuan/liangshan/ganluo")

    @pytest.mark.skipif(not VARIANTS.is_file(), reason="the reference list is not at hand")
    def test_finds_every_place_by_every_variant(self):
        for item in json.loads(VARIANTS.read_text(encoding="utf-8"))["items"]:
            for kind, query in item["variants"].items():
                # Up to 38 places share two initials; by a whole word the place is among the first ten.
                codes = [node.code for node in finder.find(query, 60 if kind == "initials" else 10)]
                with self.subTest(query):
                    self.assertIn(item["code"], codes)


class ResolveTests(WithRegions):
    def test_takes_a_path_a_code_or_a_name(self):
        path = "sichuan/liangshan/ganluo"
        for text in (path, f"/{path}/", "513435", "甘洛县", "甘洛", "四川甘洛县"):
            with self.subTest(text):
                self.assertEqual(finder.resolve(text).code, "513435")
        self.assertEqual(finder.resolve("513425").code, "513402")
        self.assertEqual(finder.resolve("会理县").code, "513402")
        self.assertEqual(finder.resolve("000000").path, "")

    def test_of_several_the_highest_level_is_meant(self):
        self.assertEqual(finder.resolve("海南").path, "hainan")
        self.assertEqual(finder.resolve("朝阳").path, "liaoning/chaoyang")
        self.assertEqual(finder.resolve("北京市朝阳区").path, "beijing/chaoyang")

    def test_does_not_guess(self):
        for text in ("", "朝阳区", "鼓楼区", "甘", "gl", "ganluo", "999999", "查无此地"):
            with self.subTest(text):
                self.assertIsNone(finder.resolve(text))


class RegionFinderTests(WithRegions):
    def get(self, **query):
        return self.client.get(reverse("region_finder", query=query))

    def test_offers_all_provinces(self):
        response = self.get()

        self.assertContains(response, 'href="/regions/?province=', count=34)
        self.assertLess(len(response.content), 60_000)

    def test_shows_a_province_by_prefectures(self):
        response = self.get(province="sichuan")

        self.assertContains(response, '<a href="/sichuan/liangshan/">凉山州</a>', html=True)
        county = '<a href="/sichuan/liangshan/ganluo/" data-county="甘洛">甘洛</a>'
        self.assertContains(response, county, html=True)
        self.assertLess(len(response.content), 60_000)

    def test_shows_the_districts_of_a_municipality(self):
        self.assertContains(self.get(province="beijing"), 'href="/beijing/dongcheng/" data-county="东城"')

    def test_groups_what_it_finds_by_province(self):
        response = self.get(q="鼓楼")

        names = [province.label for province, _hits in response.context["groups"]]
        self.assertEqual(names, ["江苏", "福建", "河南"])
        self.assertContains(response, "<small>南京</small>", html=True)

    def test_says_what_to_do_when_nothing_is_found(self):
        response = self.get(q="查无此地")

        self.assertContains(response, 'role="status"')
        self.assertContains(response, "查无此地")
        self.assertContains(response, 'href="/regions/?province=', count=34)

    def test_hides_closed_channels(self):
        Region.objects.filter(code__in=["513435", "520000"]).update(is_open=False)
        navigation.forget()

        self.assertNotContains(self.get(q="甘洛"), "/ganluo/")
        self.assertNotContains(self.get(province="sichuan"), "/ganluo/")
        self.assertNotContains(self.get(), "province=guizhou")

    def test_copes_with_whatever_is_typed(self):
        for query in ("甘" * 10_000, "\0", "😀", '"><script>', "'", "%", "\u202e甘洛", "x\r\ny"):
            with self.subTest(query[:9]):
                response = self.get(q=query)
                self.assertEqual(response.status_code, 200)
                self.assertNotIn("\0", response.text)
                self.assertNotIn("><script>", response.text)
        self.assertNotContains(self.get(q="甘" * 51), "甘" * 51)

    def test_asks_the_database_nothing(self):
        self.get()
        for query in ({}, {"q": "甘洛"}, {"q": "ls"}, {"province": "sichuan"}):
            with self.subTest(query), self.assertNumQueries(0):
                self.get(**query)

    def test_refuses_to_be_posted_to(self):
        self.assertEqual(self.client.post("/regions/").status_code, 405)


def found(query):
    return [node.path for node in finder.find(query)]
