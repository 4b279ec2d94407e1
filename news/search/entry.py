"""What the index holds of a story."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.utils import timezone

from .. import richtext
from ..models import Article, Figure, Placement, Tagging
from .words import dictionary, pairs

OPENING = 200  # characters of the text whose pairs of characters are kept
READ = 50_000  # characters of the text that are indexed
HEADLINE = 3  # times that a place named in it counts
SHIFT = 30  # bits of a position that hold the article's id
_SECONDS = 2**33 - 1  # either way: positions are 64-bit numbers
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    position: int
    article_id: int
    expires_at: int | None
    title: list[str]
    title_pairs: list[str]
    body: list[str]
    pairs: list[str]
    marks: list[str]
    subjects: list[str]  # see subjects.py


def position(at: datetime, article_id: int = 0) -> int:
    """The story's place in the order of time: the second, then the id. Positions in a time are one range."""
    seconds = int((at - _EPOCH).total_seconds() // 1)
    return (min(max(seconds, -_SECONDS), _SECONDS) << SHIFT) | article_id


def article_id(position: int) -> int:
    return position & (2**SHIFT - 1)


def second(position: int) -> int:
    return position >> SHIFT


def month(position: int) -> int:
    """Months since the year 0."""
    at = datetime.fromtimestamp(second(position), timezone.get_default_timezone())
    return at.year * 12 + at.month - 1


def region_mark(region_id: int) -> str:
    return f"_r{region_id}"


def section_mark(section_id: int) -> str:
    return f"_s{section_id}"


def source_mark(source_id: int) -> str:
    return f"_o{source_id}"


def tag_mark(tag_id: int) -> str:
    return f"t{tag_id}"


def entries(articles: list[Article]) -> list[Entry]:
    """The entries of published stories. At most four queries for whole rows."""
    prefetch_related_objects(articles, "source")
    regions = _by_article(Placement, articles, "region_id")
    tags = _by_article(Tagging, articles, "tag_id", "tag__name")
    captions = _by_article(Figure, articles, "caption")
    learned = dictionary()
    return [_entry(a, regions[a.pk], tags[a.pk], captions[a.pk], learned) for a in articles]


def _entry(article, regions, tags, captions, learned):
    text = richtext.plain(article.body)[:READ]
    source = article.source.name if article.source else ""
    title = "\n".join(filter(None, (article.kicker, article.headline, article.subhead)))
    names = [name for _id, name in tags]
    captions = [caption for (caption,) in captions]
    body = "\n".join(filter(None, (text, article.summary, *names, *captions, source, article.byline)))
    in_title, in_body = learned.all_words(title), learned.all_words(body)
    marks = [*(region_mark(pk) for (pk,) in sorted(regions)), section_mark(article.section_id)]
    if article.source_id:
        marks.append(source_mark(article.source_id))
    named = learned.regions([*learned.words(title) * HEADLINE, *in_body])
    return Entry(
        position(article.published_at, article.pk),
        article.pk,
        article.expires_at and second(position(article.expires_at)),
        in_title,
        pairs(title),
        in_body,
        pairs(text[:OPENING]),
        marks,
        [
            *(tag_mark(pk) for pk, _name in tags),
            *(f"p{pk}" for pk in named),
            *(f"w{word}" for word in learned.things(title)),
        ],
    )


def _by_article(model, articles, *fields):
    found = defaultdict(list)
    rows = model.objects.filter(article__in=articles).order_by("pk")
    for pk, *values in rows.values_list("article", *fields):
        found[pk].append(tuple(values))
    return found
