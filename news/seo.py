"""What a page says to search engines and to apps that show its link: JSON-LD and Open Graph."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from counties.navigation import Node, regions

from . import images
from .models import Article, Correction, Figure

CONTEXT = "https://schema.org"
LOGO = "portal/icon-512.png"
# As django.utils.html.json_script escapes: no text can end the script or begin a comment.
_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def article(page: dict) -> SafeString:
    """All of it for the head of a story's page, from the page's context."""
    story, region, url = page["article"], page["region"], settings.SITE_URL + page["url"]
    shown = dict.fromkeys([page["head"], *page["figures"]])
    pictures = [made for figure in shown if figure and (made := picture(figure))]
    data = article_ld(story, pictures, page["corrections"], url, description=page["description"])
    tags = open_graph(story, url, page["description"], pictures or [made_picture(story, region)])
    return tags + as_script(data, breadcrumb_ld([*_trail(region), (story.headline, page["url"])]))


def front(region: Node) -> SafeString:
    """All of it for the head of a channel's front page, or of the network's home."""
    data = breadcrumb_ld(_trail(region)) if region.parent else organization_ld()
    return _website(channel_name(region), region.slogan, region.url) + as_script(data)


def listing(region: Node, name: str, url: str, description: str) -> SafeString:
    """All of it for the head of a list of stories below a channel: of a section, of a tag."""
    title = f"{name} · {channel_name(region)}"
    return _website(title, description, url) + as_script(breadcrumb_ld([*_trail(region), (name, url)]))


def channel_name(region: Node) -> str:
    """甘洛新闻; the network has its own."""
    return _("%(place)s News") % {"place": region.short_name} if region.parent else region.short_name


def article_ld(
    story: Article,
    pictures: list[dict],
    corrections: Iterable[Correction],
    url: str,
    *,
    description: str = "",
) -> dict:
    """NewsArticle. `headline` is the page's h1, word for word."""
    notices = [notice for notice in corrections if notice.kind != Correction.Kind.WITHDRAWAL]
    data = {
        "@context": CONTEXT,
        "@type": "NewsArticle",
        "mainEntityOfPage": url,
        "headline": story.headline,
        "alternativeHeadline": story.subhead,
        "description": description,
        "image": pictures,
        "datePublished": _time(story.published_at),
        "dateModified": _time(_changed(story)),
        "articleSection": story.section.name,
        "commentCount": story.comment_count,
        "inLanguage": "zh-Hans",
        "author": _author(story),
        "publisher": _publisher(),
        "correction": [_correction(notice) for notice in notices],
    }
    return {name: value for name, value in data.items() if value}


def picture(figure: Figure) -> dict | None:
    """ImageObject of the largest public rendition; None before it is made."""
    made = images.variants(figure.photo, "full") if figure.photo else []
    if not made:
        return None
    credit, caption = figure.credit or figure.photo.credit, figure.caption or figure.photo.caption
    data = {
        "@type": "ImageObject",
        "url": _absolute(made[-1].url),
        "width": made[-1].width,
        "height": made[-1].height,
    }
    return data | ({"creditText": credit} if credit else {}) | ({"caption": caption} if caption else {})


def made_picture(story: Article, region: Node) -> dict:
    """The picture for a story that has none: see images.poster. Its address changes with what it shows."""
    version = images.poster.version(story.headline, channel_name(region))
    return {
        "url": f"{settings.SITE_URL}/articles/{story.pk}/poster-{version}.png",
        "width": images.poster.WIDTH,
        "height": images.poster.HEIGHT,
    }


def breadcrumb_ld(items: Iterable[tuple[str, str]]) -> dict:
    """From names and addresses, the network first."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": _absolute(url)}
            for number, (name, url) in enumerate(items, start=1)
        ],
    }


def organization_ld() -> dict:
    """For the network's home."""
    return {"@context": CONTEXT, **_publisher()}


def open_graph(story: Article, url: str, description: str, pictures: list[dict]) -> SafeString:
    """<meta> elements; the first picture stands for the story."""
    first = pictures[0]
    pairs = [
        ("og:type", "article"),
        ("og:site_name", regions().root.short_name),
        ("og:locale", "zh_CN"),
        ("og:title", story.headline),
        ("og:description", description),
        ("og:url", url),
        ("article:published_time", _time(story.published_at)),
        ("article:modified_time", _time(_changed(story))),
        ("article:section", story.section.name),
        ("og:image", first["url"]),
        ("og:image:width", first["width"]),
        ("og:image:height", first["height"]),
        ("og:image:alt", first.get("caption", story.headline)),
    ]
    return _meta(pairs) + mark_safe('\n<meta name="twitter:card" content="summary_large_image">\n')


def as_script(*data: dict) -> SafeString:
    """<script type="application/ld+json">, which is data: no policy against scripts forbids it."""
    texts = (json.dumps(one, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES) for one in data)
    return mark_safe("\n".join(f'<script type="application/ld+json">{text}</script>' for text in texts))


def _website(title, description, url):
    pairs = [
        ("og:type", "website"),
        ("og:site_name", regions().root.short_name),
        ("og:locale", "zh_CN"),
        ("og:title", title),
        ("og:description", description),
        ("og:url", settings.SITE_URL + url),
        ("og:image", _absolute(static(LOGO))),
    ]
    return _meta(pairs) + mark_safe('\n<meta name="twitter:card" content="summary">\n')


def _meta(pairs):
    """Without those that say nothing."""
    said = [(name, value) for name, value in pairs if value]
    return format_html_join("\n", '<meta property="{}" content="{}">', said)


def _trail(region):
    return [(node.label or node.name, node.url) for node in region.covering if node.is_open]


def _changed(story):
    return max(story.published_at, story.updated_at or story.published_at)


def _author(story):
    if story.byline:
        return {"@type": "Person", "name": story.byline}
    return {"@type": "Organization", "name": story.source.name} if story.source else _publisher()


def _publisher():
    return {
        "@type": "NewsMediaOrganization",
        "name": regions().root.short_name,
        "url": f"{settings.SITE_URL}/",
        "logo": {"@type": "ImageObject", "url": _absolute(static(LOGO)), "width": 512, "height": 512},
        "correctionsPolicy": f"{settings.SITE_URL}/corrections/",
    }


def _correction(notice):
    return {"@type": "CorrectionComment", "text": notice.text, "datePublished": _time(notice.at)}


def _time(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def _absolute(url):
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url
