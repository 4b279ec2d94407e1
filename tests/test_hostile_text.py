"""Hostile text in every field: readers, staff, feeds and machines get it as text, and nothing in it runs.

Where the shared strings are there, the suite takes a part of them; EVERY_STRING=1 takes all, in some minutes.
"""

import json
import os
import re
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

import pytest
from django.utils import timezone
from lxml import etree

from counties import navigation
from counties.models import Region
from news import frame, preview, richtext, workflow
from news.models import BreakingNews, Correction, Figure, PlacementRequest, Relation, Section, Source
from tests import pictures
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db
SHARED = Path(__file__).parents[2] / "shared" / "data" / "security"
ONE_OF = 1 if os.environ.get("EVERY_STRING") == "1" else 100
OWN = [
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--",
]
OWN += [
    "]]><x>",
    "javascript:alert(1)",
    "</title><svg/onload=alert(1)>",
    "{{ 7|add:7 }}{% debug %}",
    "&#60;b&#62;",
    "\\u003c",
]
OWN += [
    "</textarea><b>",
    "\u2028<b>\u2029",
    "\x00\x08\x1b[31m",
    "\u202etxt.exe",
    "`${alert(1)}`",
    "a\r\nSet-Cookie: x=1",
]
USUAL = "平常的话<table><tr><td>格</td></tr></table>"  # a table in a body is put into a box that scrolls
LONGEST = 190  # characters of a headline


def strings():
    yield from OWN
    if SHARED.exists():
        found = json.loads((SHARED / "shared_blns.json").read_text(encoding="utf-8"))["strings"]
        lines = (SHARED / "shared_html_payloads_payloadbox.jsonl").read_text(encoding="utf-8").splitlines()
        yield from islice([*found, *(json.loads(line)["payload"] for line in lines)], 0, None, ONE_OF)


def lines():
    """The strings, as many in one text as a headline holds."""
    line = ""
    for string in strings():
        if line and len(line) + len(string) > LONGEST:
            yield line
            line = ""
        line = f"{line} {string}"[:LONGEST]
    yield line


class Markup(HTMLParser):
    """What a browser makes of a page: its tags with the names of their attributes, and where links lead."""

    def __init__(self, answer):
        super().__init__()
        self.found, self.links, self.data, self.inside = set(), set(), [], ""
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        self.inside = "json" if ("type", "application/ld+json") in attrs else tag
        allowed = richtext._ATTRIBUTES.get(tag, set()) | {"rel", "id"}  # a body may hold these
        names = {name for name, _value in attrs}
        if not (tag in richtext._TAGS and names <= allowed):
            self.found.add((tag, *sorted(names)))
        self.links |= {str(value) for name, value in attrs if name in {"href", "src", "action", "formaction"}}

    def handle_data(self, data):
        if self.inside == "json" and data.strip():
            self.data.append(json.loads(data))

    @property
    def runs(self):
        return {
            link for link in self.links if re.match(r"[\s\x00-\x20]*(?!mailto|https?|data:image)\w+:", link)
        }


@pytest.fixture
def newsroom(client, settings, tmp_path):
    settings.MEDIA_ROOT, settings.ORIGINALS_DIR = tmp_path / "media", tmp_path / "originals"
    photo = pictures.made(pictures.saved(pictures.scene()))
    article = make_article(source="源", tags=["词"], figures=[Figure(photo=photo, is_lead=True)])
    workflow.correct(article, by=None, text="更正")
    make_comment(article)
    make_comment(article, state="pending")
    other = make_article(hours_ago=2, tags=["词"])
    Relation.objects.create(article=other, target=article, headline="旧题")
    BreakingNews.objects.create(
        region=Region.objects.get(path=""), text="快讯", until=timezone.now() + timezone.timedelta(days=1)
    )
    return article


def fill(article, text):
    """The text in each field that a person or an archive can write."""
    text = text.replace("\0", "")  # which forms and importers refuse
    one = " ".join(text.split())
    for name in ("kicker", "headline", "subhead", "byline", "editor", "summary"):
        setattr(article, name, one[: article._meta.get_field(name).max_length])
    article.body = richtext.clean(f"<p>{text}</p>{text}") or "<p>空</p>"
    words = {"caption": one, "credit": one[:60]}
    workflow.write(
        article, tags=[one[:40], "词"], figures=[Figure(photo=article.lead_photo, is_lead=True, **words)]
    )
    type(article.lead_photo).objects.update(alt=one, place=one[:60], rights=one, **words)
    Source.objects.update(name=one[:60], url="https://example.org/?" + one[:100])
    Section.objects.filter(pk=article.section_id).update(name=one[:20] or "栏")
    Correction.objects.update(text=text)
    Relation.objects.update(headline=one, text=text)
    BreakingNews.objects.update(text=one[:60])
    PlacementRequest.objects.update(headline=one[:40])
    article.comments.update(name=one[:20], text=text, reply_to=one[:20], decision_reason=one)
    Region.objects.update(slogan=one, aliases=one)
    navigation.forget()
    frame.forget()


def pages(article, text):
    home = article.home.get_absolute_url()
    yield from (
        "/",
        home,
        f"{home}hot/",
        f"{home}sections/news/",
        article.get_absolute_url(),
        "/corrections/",
    )
    yield from (f"/articles/{article.pk}/comments/", "/for-you/", f"/preview/{preview.secret(article)}/")
    yield from (f"/regions/?{asked(text)}", f"/search/?{asked(text)}", f"/tags/{article.tags.first().slug}/")
    comment = article.comments.get(state="approved")
    yield from (f"/comments/{comment.pk}/report/", f"/{text.replace('?', '').strip('/')[:40]}/")


def desks(article):
    yield from (f"/admin/news/article/{article.pk}/{page}/" for page in ("history", "compare"))
    yield from (
        f"/admin/news/{name}/" for name in ("article", "photo", "comment", "source", "correction", "tag")
    )
    copy = workflow.working_copy(article, by=None)
    yield from (
        f"/admin/news/article/{copy.pk}/change/",
        "/admin/desk/",
        "/admin/",
        "/admin/counties/region/",
    )
    yield f"/admin/news/photo/{article.lead_photo_id}/change/"


def asked(text):
    return f"q={text}".encode("utf-8", "replace").replace(b"&", b"%26").replace(b"#", b"%23").decode()


def ordinary(client, addresses):
    """What stands on pages with ordinary texts, also where nothing is found."""
    more = ("/regions/?q=无", "/search/?q=无", "/search/?q=sichuan", "/regions/?q=sichuan")
    return set().union(*(Markup(client.get(address)).found for address in (*addresses, *more)))


def test_nothing_in_a_text_becomes_markup_of_a_page(client, newsroom):
    fill(newsroom, USUAL)
    usual = ordinary(client, pages(newsroom, "平常的话"))
    for text in lines():
        fill(newsroom, text)
        for address in pages(newsroom, text):
            markup = Markup(client.get(address))
            assert markup.found <= usual, (address, text)
            assert not markup.runs, (address, text)


def test_nothing_in_a_text_becomes_markup_of_the_newsroom(client, newsroom):
    client.force_login(make_staff())
    fill(newsroom, USUAL)
    usual = ordinary(client, desks(newsroom))
    for text in islice(lines(), 0, None, 6):
        fill(newsroom, text)
        for address in desks(newsroom):
            markup = Markup(client.get(address))
            assert {tag for tag, *_names in markup.found} <= {tag for tag, *_names in usual}, (address, text)
            assert not {name for _tag, *names in markup.found for name in names if name.startswith("on")}
            assert not markup.runs, (address, text)


def test_feeds_and_data_say_the_text_and_stay_what_they_are(client, newsroom):
    home = newsroom.home.get_absolute_url()
    for text in lines():
        fill(newsroom, text)
        told = json.loads(client.get(f"{home}feed.json").content)["items"][0]
        assert newsroom.headline in told["title"]
        for form in ("atom.xml", "rss.xml"):
            feed = etree.fromstring(client.get(home + form).content)
            titles = ["".join(title.itertext()) for title in feed.iter("{*}title")]
            assert any(newsroom.headline in title for title in titles), text
        etree.fromstring(client.get("/news-sitemap.xml").content)
        for data in Markup(client.get(newsroom.get_absolute_url())).data:
            assert "headline" not in data or data["headline"] == newsroom.headline
        found = client.get(f"/search/suggest/?{asked(text)}")
        assert found["Content-Type"].startswith("application/json")
        json.loads(found.content)
