"""A listing, newest first, paged by keyset: any page costs the same, however deep and however long."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from . import cards
from .cards import Card

PAGE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BadCursor(ValueError):
    """The cursor is not one that a page of ours gave out."""


class Listing(NamedTuple):
    cards: list[Card]
    more: str  # the cursor of the next page, or ""


def page(rows: QuerySet, before: str = "", *, size: int = PAGE) -> Listing:
    """One page of Placement or Tagging rows. Two queries. Raises BadCursor."""
    if before:
        at, article = read_cursor(before)
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, article_id__lt=article))
        rows = rows.filter(published_at__lte=at)  # lets the index range start here
    found = list(
        rows.order_by("-published_at", "-article_id").values_list("published_at", "article_id")[: size + 1]
    )
    more = write_cursor(*found[size - 1]) if len(found) > size else ""
    by_id = cards.load(article for _at, article in found[:size])
    return Listing([by_id[article] for _at, article in found[:size] if article in by_id], more)


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
