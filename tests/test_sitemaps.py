import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from django.test import TestCase
from django.utils import timezone

from counties.navigation import regions
from news import due, workflow
from news.models import Article
from portal import sitemaps
from tests.factories import make_article, make_region

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*when):
    return datetime(*when, tzinfo=SHANGHAI)


class SitemapTests(TestCase):
    def read(self, address):
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200)
        self.assertFalse(response.cookies)
        return {
            row.findtext(f"{NS}loc").removeprefix("http://testserver"): row.findtext(f"{NS}lastmod")
            for row in ElementTree.fromstring(response.content)  # noqa: S314 our own
        }

    def test_index_leads_to_every_published_story_once(self):
        times = [
            at(2024, 2, 29, 23, 59),
            at(2024, 3, 1),
            at(2024, 3, 5, 23, 59, 59),
            at(2024, 3, 6),
            at(2024, 5, 31, 23),
        ]
        made = [make_article(at=when) for when in times]
        make_article(live=False)
        make_article(at=timezone.now() + timedelta(hours=1))

        parts = [part for part in self.read("/sitemap.xml") if part != "/sitemap-regions.xml"]

        self.assertEqual(
            sorted(parts),
            [f"/sitemap-{name}.xml" for name in ("202402-6", "202403-1", "202403-2", "202405-6")],
        )
        listed = [url for part in parts for url in self.read(part)]
        self.assertEqual(sorted(listed), sorted(article.get_absolute_url() for article in made))

    def test_lastmod_is_the_publication_or_the_correction(self):
        first, second = make_article(at=at(2024, 3, 1, 8)), make_article(at=at(2024, 3, 2, 8))
        workflow.correct(first, by=None, text="改了", at=at(2024, 7, 1))

        self.assertEqual(self.read("/sitemap.xml")["/sitemap-202403-1.xml"], "2024-07-01T00:00:00+08:00")
        self.assertEqual(
            self.read("/sitemap-202403-1.xml"),
            {
                first.get_absolute_url(): "2024-07-01T00:00:00+08:00",
                second.get_absolute_url(): "2024-03-02T08:00:00+08:00",
            },
        )

    def test_expired_stories_are_not_listed(self):
        make_article(at=at(2024, 3, 1), expires_at=at(2024, 3, 2))

        self.assertEqual(self.client.get("/sitemap-202403-1.xml").status_code, 404)

    def test_what_is_no_part_is_not_found(self):
        make_region()
        for name in ("202413-1", "202400-1", "000001-1", "202401-0", "202401-7", "202401-1", "999912-6"):
            with self.subTest(name):
                self.assertEqual(self.client.get(f"/sitemap-{name}.xml").status_code, 404)

    def test_an_empty_site_has_a_sitemap(self):
        make_region()

        self.assertEqual(list(self.read("/sitemap.xml")), ["/sitemap-regions.xml"])
        self.assertEqual(self.read("/sitemap-regions.xml"), {"/": None})

    def test_channels_with_stories_are_listed(self):
        make_article(at=at(2024, 3, 1))
        make_region("yunnan")
        make_region("closed", is_open=False)

        listed = self.read("/sitemap-regions.xml")

        self.assertEqual(
            list(listed), ["/", "/sichuan/", "/sichuan/liangshan/", "/sichuan/liangshan/ganluo/"]
        )
        self.assertEqual(set(listed.values()), {"2024-03-01T00:00:00+08:00"})

    def test_news_sitemap_has_two_days(self):
        make_article(headline="旧闻", hours_ago=49)
        new = make_article(headline="新闻 & 更多", hours_ago=47)

        response = self.client.get("/news-sitemap.xml")

        rows = list(ElementTree.fromstring(response.content))  # noqa: S314
        self.assertEqual(
            [row.findtext(f"{NS}loc") for row in rows], [f"http://testserver{new.get_absolute_url()}"]
        )
        news = rows[0].find(f"{NEWS}news")
        self.assertEqual(news.findtext(f"{NEWS}title"), "新闻 & 更多")
        self.assertEqual(news.findtext(f"{NEWS}publication/{NEWS}name"), "乡音")
        self.assertEqual(
            news.findtext(f"{NEWS}publication_date"),
            timezone.localtime(new.published_at).isoformat(timespec="seconds"),
        )

    def test_control_characters_break_nothing(self):
        make_article()
        Article.objects.update(headline="标\x08题")

        ElementTree.fromstring(self.client.get("/news-sitemap.xml").content)  # noqa: S314

    def test_query_count_does_not_grow(self):
        make_article(at=timezone.now())
        regions()
        due.seconds()  # remembers what ends when, as any page before did
        month = f"{timezone.localtime():%Y%m}-{min((timezone.localdate().day - 1) // sitemaps.DAYS + 1, 6)}"
        for wanted in (1, 3):
            while Article.objects.count() < wanted:
                make_article(at=timezone.now())
            for name, count in (
                ("sitemap", 3),
                (f"sitemap-{month}", 1),
                ("sitemap-regions", 1),
                ("news-sitemap", 1),
            ):
                with self.subTest(name, wanted=wanted), self.assertNumQueries(count):
                    self.assertEqual(self.client.get(f"/{name}.xml").status_code, 200)


class MachineTests(TestCase):
    def test_robots_names_the_sitemaps(self):
        response = self.client.get("/robots.txt")

        self.assertEqual(response["Content-Type"], "text/plain; charset=utf-8")
        sitemaps_named = re.findall(r"^Sitemap: (\S+)$", response.content.decode(), re.MULTILINE)
        self.assertEqual(
            sitemaps_named, ["http://testserver/sitemap.xml", "http://testserver/news-sitemap.xml"]
        )

    def test_manifest_names_the_site(self):
        make_region()

        response = self.client.get("/manifest.webmanifest")

        self.assertEqual(response["Content-Type"], "application/manifest+json")
        data = json.loads(response.content)
        self.assertEqual((data["name"], data["start_url"], data["lang"]), ("乡音", "/", "zh-Hans"))
