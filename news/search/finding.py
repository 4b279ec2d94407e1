"""Finding stories: how many there are, which are best, and where what was asked for stands in them."""

import re
from datetime import datetime
from math import exp
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.safestring import SafeString

from counties.navigation import Node

from .. import richtext
from ..models import Article, Section
from . import postgresql, sqlite
from .entry import SHIFT, article_id, position, region_mark, second, section_mark
from .highlight import marked, passage
from .query import Ask, parse

COUNTED = 1_000  # above, the number is not told
FEW = 20  # below, runs of characters are looked for too
NEWEST, NEWEST_TITLES = 500, 300  # of more than COUNTED matches, the best of these are shown
TITLE_BONUS = 6.0  # for a story that has all of it in its title
NEWS_BONUS, FADING = 0.6, 30 * 86_400.0  # seconds
ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
_CURSOR = re.compile(r"(-?[0-9]{1,19})(?:\.([0-9]{1,4}))?")


class Hit(NamedTuple):
    article_id: int
    headline_html: SafeString
    passage_html: SafeString


class Results(NamedTuple):
    hits: list[Hit]
    more: str | None  # the cursor of the next page
    total_text: str  # "127", "1,000+"
    words: list[str]


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
    terms = parse(q)
    if not terms:
        return Results([], None, "0", [])
    now = timezone.now()
    marks = [region_mark(region.id)] if region and region.parent else []
    marks += [section_mark(section.pk)] if section else []
    high = min(position(now) + 2**SHIFT, position(until) if until else 2**63) - 1
    ask = Ask(terms, marks, position(since) if since else -(2**63), high, int(now.timestamp()))
    page, more, total = (_by_time if sort == "newest" else _by_relevance)(
        ask, _CURSOR.fullmatch(after or ""), size
    )
    words = dict.fromkeys(word for term in terms if not term.refused for word in term.words)
    return Results(_hits(page, terms), more, str(total) if total <= COUNTED else f"{COUNTED:,}+", list(words))


def _by_time(ask, cursor, size):
    ask, found = _count(ask)
    page = found
    if cursor:
        page = _engine().newest(_before(ask, int(cursor[1]) - 1), size + 1)
    more = str(page[size - 1]) if len(page) > size else None
    return page[:size], more, len(found)


def _by_relevance(ask, cursor, size):
    """The cursor keeps the time of the first page, so that what comes meanwhile moves nothing."""
    start = 0
    if cursor and cursor[2]:
        ask, start = _before(ask, int(cursor[1])), int(cursor[2])
    ask, found = _count(ask)
    ranked = _ranked(ask, found)
    end = start + size
    return ranked[start:end], f"{ask.high}.{end}" if end < len(ranked) else None, len(found)


def _before(ask, high):
    return ask._replace(high=max(min(ask.high, high), -(2**63)))


def _count(ask):
    """The newest matches, up to one more than are counted, and the question that found them."""
    found = _engine().newest(ask, COUNTED + 1)
    if len(found) < FEW:
        ask = ask._replace(loose=True)
        found = _engine().newest(ask, COUNTED + 1)
    return ask, found


def _ranked(ask, found):
    engine, common = _engine(), len(found) > COUNTED
    titled = set(engine.newest(ask, NEWEST_TITLES, title=True))
    candidates = list({*found[:NEWEST], *titled}) if common else found
    scores = engine.scores(ask, candidates, common=common)

    def score(at):
        news = NEWS_BONUS * exp(-(ask.now - second(at)) / FADING)
        return scores.get(at, 0) + TITLE_BONUS * (at in titled) + news, at

    return sorted(candidates, key=score, reverse=True)


def _hits(positions, terms):
    """Asks once more what is published: the index is never the last word on that."""
    ids = [article_id(at) for at in positions]
    rows = Article.objects.published().filter(pk__in=ids).values_list("pk", "headline", "summary", "body")
    texts = {pk: (headline, richtext.plain(body) or summary) for pk, headline, summary, body in rows}
    return [Hit(pk, marked(texts[pk][0], terms), passage(texts[pk][1], terms)) for pk in ids if pk in texts]


def _engine():
    return ENGINES[connection.vendor]
