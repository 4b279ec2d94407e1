import json
from datetime import timedelta
from xml.etree import ElementTree

from django.test import TestCase
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import http_date
from django.utils.translation import gettext as _

from counties.navigation import regions
from news import workflow
from news.models import Article, Source
from tests.factories import make_article, make_region

ATOM, CONTENT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/rss/1.0/modules/content/}encoded"
HOME = "/sichuan/liangshan/ganluo/"
TYPES = {
    "atom.xml": "application/atom+xml; charset=utf-8",
    "rss.xml": "application/rss+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
}


class FeedTests(TestCase):
    def atom(self, address):
        return ElementTree.fromstring(self.client.get(address).content)  # noqa: S314 our own

    def titles(self, address):
        return [title.text for title in self.atom(address).iterfind(f"{ATOM}entry/{ATOM}title")]

    def test_all_forms_answer_at_every_kind_of_address(self):
        article = make_article(tags=["核桃"])
        tag = article.tags.get().get_absolute_url()
        for base in ("/", HOME, f"{HOME}sections/news/", "/sections/news/", tag):
            for form, content_type in TYPES.items():
                with self.subTest(base + form):
                    response = self.client.get(base + form)
                    self.assertEqual((response.status_code, response["Content-Type"]), (200, content_type))
                    self.assertContains(response, article.headline)
                    self.assertContains(response, f"http://testserver{iri_to_uri(base)}{form}")
                    self.assertFalse(response.cookies)
                    self.assertNotIn("Cookie", response.get("Vary", ""))

    def test_atom_says_what_the_story_is(self):
        make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛")
        article = make_article(
            headline="核桃 & 花椒", byline="王记者", body="<p>a &lt; b</p><p>二</p>", summary="a < b"
        )
        workflow.correct(article, by=None, text="改了", at=article.published_at + timedelta(hours=1))

        entry = self.atom(f"{HOME}atom.xml").find(f"{ATOM}entry")

        self.assertEqual(entry.findtext(f"{ATOM}title"), "核桃 & 花椒")
        self.assertEqual(entry.findtext(f"{ATOM}id"), f"http://testserver/articles/{article.pk}/")
        self.assertEqual(
            entry.find(f"{ATOM}link").get("href"), f"http://testserver{article.get_absolute_url()}"
        )
        self.assertEqual(entry.findtext(f"{ATOM}author/{ATOM}name"), "王记者")
        self.assertEqual(entry.findtext(f"{ATOM}summary"), "a &lt; b")
        self.assertEqual(entry.findtext(f"{ATOM}content"), "<p>a &lt; b</p>\n<p>二</p>")
        self.assertEqual(entry.findtext(f"{ATOM}updated"), timezone.localtime(article.updated_at).isoformat())
        self.assertEqual(
            self.atom(f"{HOME}atom.xml").findtext(f"{ATOM}title"), _("%(place)s News") % {"place": "甘洛"}
        )

    def test_rss_and_json_have_the_whole_text(self):
        article = make_article(body="<p>一</p><p>二</p>", source="凉山日报")

        channel = ElementTree.fromstring(self.client.get("/rss.xml").content).find("channel")  # noqa: S314
        item = json.loads(self.client.get("/feed.json").content)["items"][0]

        self.assertEqual(channel.findtext(f"item/{CONTENT}"), "<p>一</p>\n<p>二</p>")
        self.assertEqual(channel.findtext("item/guid"), f"http://testserver/articles/{article.pk}/")
        self.assertEqual(item["content_html"], "<p>一</p>\n<p>二</p>")
        self.assertEqual(item["authors"], [{"name": "凉山日报"}])
        self.assertEqual(item["date_published"], timezone.localtime(article.published_at).isoformat())

    def test_lists_what_the_channel_shows_newest_first(self):
        make_article(headline="旧", hours_ago=3)
        make_article(headline="新", hours_ago=1)
        make_article(headline="放在这里", home="yunnan", places=["sichuan/liangshan/ganluo"], hours_ago=2)
        make_article(headline="别处", home="yunnan")
        make_article(headline="乡亲", section="folks", hours_ago=4)

        self.assertEqual(self.titles(f"{HOME}atom.xml"), ["新", "放在这里", "旧", "乡亲"])
        self.assertEqual(self.titles(f"{HOME}sections/folks/atom.xml"), ["乡亲"])

    def test_hides_what_is_not_live(self):
        now = timezone.now()
        make_article(live=False, tags=["核桃"])
        make_article(at=now + timedelta(hours=1), tags=["核桃"])
        article = make_article(expires_at=now - timedelta(minutes=1), tags=["核桃"])

        self.assertEqual(self.titles("/atom.xml"), [])
        for form in TYPES:
            url = f"{article.tags.get().get_absolute_url()}{form}"
            self.assertEqual(self.client.get(url).status_code, 404)

    def test_an_empty_channel_has_a_feed_that_stays_the_same(self):
        make_region("sichuan")

        first, second = (self.client.get("/sichuan/atom.xml") for _n in range(2))

        self.assertEqual(first.status_code, 200)
        self.assertEqual(first.content, second.content)

    def test_answers_304_to_whoever_has_it(self):
        make_article()
        response = self.client.get("/atom.xml")

        again = self.client.get("/atom.xml", headers={"If-None-Match": response["ETag"]})

        self.assertEqual(again.status_code, 304)

    def test_losing_its_newest_story_is_a_change_to_whoever_asks_by_time(self):
        make_article(hours_ago=5)
        newest = make_article(headline="误发的")
        since = {"If-Modified-Since": http_date(newest.published_at.timestamp())}
        workflow.withdraw(newest, by=None, notice="误发")

        again = self.client.get("/atom.xml", headers=since)

        self.assertEqual(again.status_code, 200)

    def test_unknown_and_closed_are_not_found(self):
        make_region("sichuan", is_open=False)
        make_region("yunnan")
        for address in ("/sichuan/", "/nowhere/", "/yunnan/sections/none/", "/tags/none/"):
            for form in TYPES:
                with self.subTest(address + form):
                    self.assertEqual(self.client.get(address + form).status_code, 404)

    def test_control_characters_break_nothing(self):
        article = make_article(body="<p>好</p>", source="凉\x08山")
        Source.objects.update(name="凉\x08山\x00日报".replace("\x00", ""))
        Article.objects.update(headline="标\x0b题", summary="摘\x1f要", byline="")

        self.assertEqual(self.titles("/atom.xml"), ["标题"])
        for form in TYPES:
            self.assertEqual(self.client.get(f"{article.home.get_absolute_url()}{form}").status_code, 200)

    def test_query_count_does_not_grow(self):
        make_article(tags=["核桃"])
        regions()
        for wanted in (1, 3):
            while Article.objects.count() < wanted:
                make_article(tags=["核桃"])
            self.client.get(HOME + "atom.xml")  # the next due time is known for all of them
            for address, count in ((HOME, 2), (f"{HOME}sections/news/", 3), ("/tags/核桃/", 3)):
                for form in TYPES:
                    with self.subTest(address, form=form, wanted=wanted), self.assertNumQueries(count):
                        self.client.get(address + form)
