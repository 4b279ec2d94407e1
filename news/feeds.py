"""Feeds: the newest stories of a channel, a section of it, or a tag, with their whole text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import feedgenerator, timezone
from django.utils.encoding import iri_to_uri
from django.utils.html import escape

from counties.navigation import Node, regions

from . import blocks, richtext, seo
from .models import Article, Placement, Section, Tag, Tagging
from .models.article import live

SIZE = 30
LANGUAGE = "zh-Hans"
EMPTY_SINCE = datetime(2000, 1, 1, tzinfo=UTC)  # a feed without stories is not new at every reading


@dataclass(frozen=True)
class Item:
    url: str  # canonical
    permalink: str  # the story's id for ever, whatever channel it moves to
    title: str
    summary: str
    content: str
    author: str
    category: str
    published: datetime
    updated: datetime


@dataclass(frozen=True)
class Feed:
    title: str
    url: str  # of the page whose stories these are
    items: list[Item]

    @property
    def updated(self) -> datetime:
        return max((item.updated for item in self.items), default=EMPTY_SINCE)


def stories(rows: QuerySet) -> list[Article]:
    """The newest stories of Placement or Tagging rows, which have times only while public. Two queries."""
    found = rows.filter(live(timezone.now())).order_by("-published_at", "-article_id")
    ids = list(found.values_list("article_id", flat=True)[:SIZE])
    by_id = Article.objects.select_related("section", "source").in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def of_channel(region: Node, section: Section | None = None) -> Feed:
    title = seo.channel_name(region)
    rows, url = Placement.objects.filter(region=region.id), region.url
    if section:
        title, url = f"{title} · {section.name}", f"{url}sections/{section.slug}/"
        rows = rows.filter(section=section)
    return _feed(title, url, stories(rows))


def of_tag(tag: Tag) -> Feed:
    title = f"{tag.name} · {regions().root.short_name}"
    return _feed(title, tag.get_absolute_url(), stories(Tagging.objects.filter(tag=tag)))


def atom(feed: Feed, address: str) -> str:
    return _xml(_Atom, feed, address)


def rss(feed: Feed, address: str) -> str:
    return _xml(_Rss, feed, address)


def json(feed: Feed, address: str) -> dict:
    """JSON Feed 1.1."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": address,
        "language": LANGUAGE,
        "items": [
            {
                "id": item.permalink,
                "url": item.url,
                "title": item.title,
                "summary": item.summary,
                "content_html": item.content,
                "date_published": item.published.isoformat(),
                "date_modified": item.updated.isoformat(),
                "authors": [{"name": item.author}],
                "tags": [item.category],
            }
            for item in feed.items
        ],
    }


def _feed(title, path, articles: Iterable[Article]):
    items = [_item(article) for article in articles]
    return Feed(richtext.without_control(title), settings.SITE_URL + iri_to_uri(path), items)


def _item(article):
    region = regions().by_id[article.home_id]
    url = f"{settings.SITE_URL}{region.url}{article.month}/{article.pk}/"
    author = article.byline or (article.source.name if article.source else regions().root.name)
    text = richtext.plain(article.body)
    published = timezone.localtime(article.published_at)
    return Item(
        url=url,
        permalink=f"{settings.SITE_URL}/articles/{article.pk}/",
        title=richtext.without_control(article.headline),
        summary=richtext.without_control(blocks.text_of(article)),
        content=richtext.from_text(text),
        author=richtext.without_control(author),
        category=richtext.without_control(article.section.name),
        published=published,
        updated=max(published, timezone.localtime(article.updated_at or article.published_at)),
    )


def _xml(generator, feed, address):
    made = generator(feed.title, feed.url, description=feed.title, language=LANGUAGE, feed_url=address)
    made.updated = timezone.localtime(feed.updated)
    for item in feed.items:
        made.add_item(
            item.title,
            item.url,
            escape(item.summary),
            content=item.content,
            author_name=item.author,
            categories=[item.category],
            unique_id=item.permalink,
            pubdate=item.published,
            updateddate=item.updated,
        )
    return made.writeString("utf-8")


class _Atom(feedgenerator.Atom1Feed):
    def latest_post_date(self):
        return self.updated

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class _Rss(feedgenerator.Rss201rev2Feed):
    def latest_post_date(self):
        return self.updated

    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
