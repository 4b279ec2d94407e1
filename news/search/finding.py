"""Finding stories: how many there are, which are best, and where what was asked for stands in them."""

import re
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone
from django.utils.safestring import SafeString

from counties.navigation import Node

from .. import richtext
from ..models import Article, Section, Source
from . import ranking
from .entry import SHIFT, article_id, position, region_mark, section_mark, source_mark
from .highlight import Marker
from .query import Ask, parse, sources
from .ranking import engine

FEW = 20  # below, runs of characters are looked for too
SOURCES = 20  # that a name after 来源: may mean
_NOWHERE = ["_o0"]  # the mark of no source
_CURSOR = re.compile(r"(-?[0-9]{1,19})(?:\.([0-9]{1,4}))?")


class Hit(NamedTuple):
    article_id: int
    headline_html: SafeString
    passage_html: SafeString


class Results(NamedTuple):
    hits: list[Hit]
    more: str | None  # the cursor of the next page
    older: str | None  # after the last page of the best: the cursor, by time, of the older ones
    total_text: str  # "127", "1,000+"
    words: list[str]
    places: list[str]  # whose pinyin was asked for
    is_partly: bool  # no story has all of it; these have most


def find(
    q: str,
    *,
    region: Node | None = None,
    section: Section | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sort: str = "relevance",
    after: str | None = None,
    size: int = 20,
) -> Results:
    """Published stories with all that was asked for, before `until`. No text and no cursor raises an error.

    Of very many matches, relevance ranks the newest only; by time all can be paged through.
    """
    terms, marks = parse(q), _marks(q, region, section)
    if not terms and not sources(q):
        return Results([], None, None, "0", [], [], False)
    now = timezone.now()
    high = min(position(now) + 2**SHIFT, position(until) if until else 2**63) - 1
    ask = Ask(terms, marks, position(since) if since else -(2**63), high, int(now.timestamp()))
    cursor = _CURSOR.fullmatch(after or "")
    by = _by_time if sort == "newest" else _by_relevance
    with engine().asking():
        page, more, older, total, is_partly = by(ask, cursor, size)
    asked = [term for term in terms if not term.refused]
    return Results(
        _hits(page, terms),
        more,
        older,
        str(total) if total <= ranking.COUNTED else f"{ranking.COUNTED:,}+",
        list(dict.fromkeys(word for term in asked for word in term.words)),
        list(dict.fromkeys(name for term in asked for name in term.places)),
        is_partly,
    )


def _marks(q, region, section):
    marks = [[region_mark(region.id)]] if region and region.parent else []
    marks += [[section_mark(section.pk)]] if section else []
    for name in sources(q):
        ids = Source.objects.filter(name__icontains=name).order_by("name").values_list("pk", flat=True)
        marks.append([source_mark(pk) for pk in ids[:SOURCES]] or _NOWHERE)
    return marks


def _by_time(ask, cursor, size):
    ask, found = _count(ask)
    if not found and (best := _partly(ask)):
        return _piece(ask, sorted(best, reverse=True), cursor, size, is_partly=True)
    page = found
    if cursor:
        page = engine().newest(_before(ask, int(cursor[1]) - 1), size + 1)
    more = str(page[size - 1]) if len(page) > size else None
    return page[:size], more, None, len(found), False


def _by_relevance(ask, cursor, size):
    """The cursor keeps the time of the first page, so that what comes meanwhile moves nothing."""
    if cursor and cursor[2]:
        ask = _before(ask, int(cursor[1]))
    ask, found = _count(ask)
    if not found and (best := _partly(ask)):
        return _piece(ask, best, cursor, size, is_partly=True)
    page, more, *_rest = _piece(ask, ranking.ranked(ask, found), cursor, size)
    older = str(found[ranking.NEWEST - 1]) if not more and len(found) > ranking.COUNTED else None
    return page, more, older, len(found), False


def _piece(ask, best, cursor, size, *, is_partly=False):
    start = int(cursor[2]) if cursor and cursor[2] else 0
    end = start + size
    more = f"{ask.high}.{end}" if end < len(best) else None
    return best[start:end], more, None, len(best), is_partly


def _before(ask, high):
    return ask._replace(high=max(min(ask.high, high), -(2**63)))


def _count(ask):
    """The newest matches, up to one more than are counted, and the question that found them."""
    found = engine().newest(ask, ranking.COUNTED + 1)
    if len(found) < FEW and ask.terms:
        ask = ask._replace(loose=True)
        found = engine().newest(ask, ranking.COUNTED + 1)
    return ask, found


def _partly(ask):
    return ranking.partly(ask, Article.objects.aggregate(last=Max("pk"))["last"] or 0)


def _hits(positions, terms):
    """Asks once more what is published: the index is never the last word on that."""
    ids = [article_id(at) for at in positions]
    rows = Article.objects.published().filter(pk__in=ids).values_list("pk", "headline", "summary", "body")
    texts = {pk: (headline, richtext.plain(body) or summary) for pk, headline, summary, body in rows}
    marker, found = Marker(terms), [(pk, *texts[pk]) for pk in ids if pk in texts]
    return [Hit(pk, marker.marked(headline), marker.passage(text)) for pk, headline, text in found]
