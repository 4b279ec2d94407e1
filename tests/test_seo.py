import json
import re
from datetime import datetime
from io import BytesIO
from unittest import mock
from zoneinfo import ZoneInfo

from django.test import TestCase
from PIL import Image

from news import seo, workflow
from news.images import poster
from news.models import Figure, Photo
from tests.factories import make_article, make_region

SHANGHAI = ZoneInfo("Asia/Shanghai")
PUBLISHER = {
    "@type": "NewsMediaOrganization",
    "name": "乡音",
    "url": "http://testserver/",
    "logo": {
        "@type": "ImageObject",
        "url": "http://testserver/static/portal/icon-512.png",
        "width": 512,
        "height": 512,
    },
    "correctionsPolicy": "http://testserver/corrections/",
}
AT = datetime(2017, 8, 11, 8, 25, tzinfo=SHANGHAI)


def read(scripts):
    texts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', scripts)
    return [json.loads(text) for text in texts]


class ArticleDataTests(TestCase):
    def test_says_what_the_page_says(self):
        article = make_article(
            kicker="甘洛县:",
            headline="“党建+扶贫”激活一盘",
            subhead="副题",
            byline="",
            source="凉山日报",
            at=AT,
        )
        article.refresh_from_db()

        data = seo.article_ld(article, [], [], "http://testserver/x/", description="说明")

        self.assertEqual(
            data,
            {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "mainEntityOfPage": "http://testserver/x/",
                "headline": "“党建+扶贫”激活一盘",
                "alternativeHeadline": "副题",
                "description": "说明",
                "datePublished": "2017-08-11T08:25:00+08:00",
                "dateModified": "2017-08-11T08:25:00+08:00",
                "articleSection": "要闻",
                "inLanguage": "zh-Hans",
                "author": {"@type": "Organization", "name": "凉山日报"},
                "publisher": PUBLISHER,
            },
        )

    def test_corrections_are_named_and_move_the_date(self):
        article = make_article(at=AT, byline="王记者")
        correction = workflow.correct(article, by=None, text="应为3人", at=AT.replace(day=12))

        data = seo.article_ld(article, [], [correction], "/x/")

        self.assertEqual(data["dateModified"], "2017-08-12T08:25:00+08:00")
        self.assertEqual(
            data["correction"],
            [{"@type": "CorrectionComment", "text": "应为3人", "datePublished": "2017-08-12T08:25:00+08:00"}],
        )
        self.assertEqual(data["author"], {"@type": "Person", "name": "王记者"})

    def test_pictures_have_absolute_addresses_and_credits(self):
        renditions = {"key": "ab" * 16, "full": [480, 960], "card": [320], "animated": 0}
        photo = Photo(width=960, height=640, renditions=renditions, caption="图说")
        waiting = Photo(width=960, height=640)

        made = seo.picture(Figure(photo=photo, credit="宋恩 摄"))

        self.assertEqual(made["url"], f"http://testserver/media/photos/ab/{'ab' * 16}/full-960.jpg")
        self.assertEqual((made["width"], made["height"]), (960, 640))
        self.assertEqual((made["creditText"], made["caption"]), ("宋恩 摄", "图说"))
        self.assertIsNone(seo.picture(Figure(photo=waiting)))
        self.assertIsNone(seo.picture(Figure(caption="待补")))

    def test_open_graph_is_escaped(self):
        article = make_article(headline='他说"好"<b>', at=AT)

        tags = seo.open_graph(
            article, "http://testserver/x/", "说明", [{"url": "/i.jpg", "width": 9, "height": 6}]
        )

        self.assertIn('<meta property="og:title" content="他说&quot;好&quot;&lt;b&gt;">', tags)
        self.assertIn('<meta property="og:image" content="/i.jpg">', tags)
        self.assertIn('<meta name="twitter:card" content="summary_large_image">', tags)

    def test_the_page_has_it(self):
        article = make_article(headline="标题", at=AT, body="<p>正文。</p>")
        context = {
            "article": article,
            "region": make_region(""),
            "url": article.get_absolute_url(),
            "head": None,
            "figures": [],
            "corrections": [],
            "description": "正文。",
        }
        context["region"] = seo.regions().by_id[article.home_id]

        story, trail = read(seo.article(context))

        self.assertEqual(story["headline"], "标题")
        self.assertEqual(
            [item["item"] for item in trail["itemListElement"]],
            [
                f"http://testserver{path}"
                for path in (
                    *("/", "/sichuan/", "/sichuan/liangshan/", "/sichuan/liangshan/ganluo/"),
                    article.get_absolute_url(),
                )
            ],
        )

    def test_a_channel_names_its_place_and_the_home_its_publisher(self):
        region = make_region("sichuan/liangshan", slogan="大凉山的事", short_name="凉山")

        channel, home = (seo.front(seo.regions().by_path[path]) for path in (region.path, ""))

        self.assertIn('<meta property="og:title" content="凉山新闻">', channel)
        self.assertIn('<meta property="og:description" content="大凉山的事">', channel)
        self.assertEqual([data["@type"] for data in read(channel)], ["BreadcrumbList"])
        self.assertEqual([data["@type"] for data in read(home)], ["NewsMediaOrganization"])

    def test_a_section_and_a_tag_say_what_they_list(self):
        article = make_article(home="sichuan/liangshan/ganluo", tags=["核桃"])
        section = f"/{article.home.path}/sections/{article.section.slug}/"
        tag = f"/tags/{article.tags.get().slug}/"
        for path, title in ((section, article.section.name), (tag, "核桃")):
            page = self.client.get(path).content.decode()
            self.assertIn(f'<meta property="og:title" content="{title} · ', page)
            self.assertIn(f'<meta property="og:url" content="http://testserver{path}">', page)
            self.assertRegex(page, '<meta property="og:description" content="[^"]*最新的在前。">')
            self.assertIn('<meta name="twitter:card" content="summary">', page)
            last = read(page)[0]["itemListElement"][-1]
            self.assertEqual((last["name"], last["item"]), (title, f"http://testserver{path}"))


class PosterTests(TestCase):
    def poster_of(self, article):
        page = self.client.get(article.get_absolute_url()).content.decode()
        return re.search(r'<meta property="og:image" content="http://testserver(.*?)">', page)[1]

    def test_a_story_without_a_picture_has_one_made(self):
        poster = self.poster_of(make_article(headline="水电、上学与生计变迁：" * 5))

        response = self.client.get(poster)

        self.assertEqual(response["Content-Type"], "image/png")
        self.assertEqual(Image.open(BytesIO(response.content)).size, (1200, 630))
        self.assertIn("article:", response["Surrogate-Key"])

    def test_an_earlier_headline_leads_to_the_present_one(self):
        article = make_article(headline="旧题")
        old = self.poster_of(article)
        article.refresh_from_db()
        article.headline = "新题"
        workflow.write(article)

        new = self.poster_of(article)

        self.assertNotEqual(old, new)
        self.assertRedirects(self.client.get(old), f"http://testserver{new}", status_code=301)

    def test_what_readers_cannot_see_has_none(self):
        article = make_article()
        poster = self.poster_of(article)
        workflow.withdraw(article, by=None, notice="有误")

        self.assertEqual(self.client.get(poster).status_code, 404)
        draft = make_article(live=False)
        self.assertEqual(self.client.get(f"/articles/{draft.pk}/poster-{'0' * 12}.png").status_code, 404)

    def test_a_machine_without_a_chinese_font_draws_no_words(self):
        with mock.patch.object(poster, "_font", lambda size: None):
            drawn = poster.draw("标题", "乡音", "甘洛新闻")

        self.assertEqual(Image.open(BytesIO(drawn)).size, (1200, 630))

    def test_no_line_begins_with_a_closing_mark(self):
        font = mock.Mock(getlength=lambda letter: 10)

        lines = poster._lines("一二三四，五六七八九", font, 40)

        self.assertEqual(lines, ["一二三四，", "五六七八", "九"])


class ScriptTests(TestCase):
    def test_no_text_ends_the_script(self):
        script = seo.as_script({"headline": "</script><!-- & \u2028"}, {"a": 1})

        self.assertEqual(script.count("</script>"), 2)
        self.assertNotIn("<!--", script)
        self.assertEqual(read(script), [{"headline": "</script><!-- & \u2028"}, {"a": 1}])

    def test_the_organization_is_the_network(self):
        make_region()

        self.assertEqual(seo.organization_ld(), {"@context": "https://schema.org", **PUBLISHER})
