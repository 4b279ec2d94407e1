"""A listing, newest first, paged by keyset: any page costs the same, however deep and however long."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from . import cards
from .cards import Card
from .models import Placement

PAGE = 20
PINS = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadCursor(ValueError):
    """The cursor is not one that a page of ours gave out."""


class Listing(NamedTuple):
    cards: list[Card]
    more: str  # the cursor of the next page, or ""


def page(
    rows: QuerySet, before: str = "", *, size: int = PAGE, known: dict[int, Card] | None = None
) -> Listing:
    """One page of Placement or Tagging rows. Two queries, one if all cards are `known`. Raises BadCursor."""
    if before:
        at, article = read_cursor(before)
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, article_id__lt=article))
        # Lets the index range start here: before “now”, as SQLite takes the first of two upper bounds.
        rows = rows.model.objects.filter(published_at__lte=at) & rows
    # A channel may have a headline of its own for a story from elsewhere; a tag has not.
    own = ("headline",) if rows.model is Placement else ()
    ordered = rows.order_by("-published_at", "-article_id")
    found = list(ordered.values_list("published_at", "article_id", *own)[: size + 1])
    more = write_cursor(*found[size - 1][:2]) if len(found) > size else ""
    known, ids = known or {}, {row[1] for row in found[:size]}
    by_id = known | cards.load(ids - known.keys())
    return Listing([_named(by_id[row[1]], *row[2:]) for row in found[:size] if row[1] in by_id], more)


def pinned(region_id: int) -> list[Card]:
    """What stands at the head of a channel now. One query, two where there is something."""
    now = timezone.now()
    rows = Placement.objects.live().filter(region=region_id, pinned_until__gt=now).order_by("-pinned_until")
    headlines = dict(rows.values_list("article_id", "headline")[:PINS])
    by_id = cards.load(headlines)
    return [_named(by_id[pk], headline) for pk, headline in headlines.items() if pk in by_id]


def _named(card, headline=""):
    """The card under the channel's own headline."""
    return replace(card, headline=headline) if headline else card


def write_cursor(at, article):
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{article}"


def read_cursor(cursor):
    microseconds, _, article = cursor.partition("-")
    if not (cursor.isascii() and microseconds.isdigit() and article.isdigit() and len(cursor) <= 40):
        raise BadCursor(cursor)
    try:
        return _EPOCH + timedelta(microseconds=int(microseconds)), min(int(article), 2**63 - 1)
    except OverflowError as error:
        raise BadCursor(cursor) from error
