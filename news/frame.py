"""What stands around every page of a channel: its breaking news, and grey on days of mourning.

Both hold for a region and for all below it. What is on, and what will be, is remembered and costs a page no
query; a page names `keys` and ends with `next_change` (see due), so that it is right at that second.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db import DatabaseError
from django.utils import timezone

from counties import changes
from counties.navigation import Node, regions

from .models import BreakingNews, Mourning, State

logger = logging.getLogger(__name__)
CHANGED = "frame"  # announced with every change of any of these rows
LINES = 2  # of breaking news on one page, the newest first


class Line(NamedTuple):
    text: str
    url: str
    since: datetime

    @property
    def iso(self) -> str:
        return timezone.localtime(self.since).isoformat(timespec="minutes")

    @property
    def clock(self) -> str:
        return f"{timezone.localtime(self.since):%H:%M}"


class Notice(NamedTuple):
    """A stretch of time of a region: of mourning where it has no line."""

    region: int
    start: datetime
    end: datetime
    line: Line | None = None
    article: int | None = None


class Frame(NamedTuple):
    breaking: list[Line]
    is_grey: bool


# The marks that were valid when they were read (see counties.changes), and the notices.
_remembered: tuple[tuple, list[Notice]] | None = None


def of(region: Node | None = None) -> Frame:
    """What is on now around the region's pages; without a region, around those of no channel."""
    now = timezone.now()
    on = [notice for notice in _around(region) if notice.start <= now < notice.end]
    lines = sorted((notice.line for notice in on if notice.line), key=lambda line: line.since, reverse=True)
    return Frame(lines[:LINES], any(notice.line is None for notice in on))


def keys(region: Node) -> set[str]:
    """The surrogate keys of what stands around a page of the region; the network's own is “site”."""
    stories = {f"article:{notice.article}" for notice in _around(region) if notice.article}
    return stories | {f"frame:{node.id}" for node in region.covering if node.parent}


def next_change(now: datetime) -> datetime | None:
    """When something begins or ends next, anywhere."""
    times = (at for notice in _notices() for at in (notice.start, notice.end))
    return min((at for at in times if at > now), default=None)


def announce(region_id: int) -> None:
    """Say that the region's breaking news or days of mourning have changed."""
    own = f"frame:{region_id}" if regions().by_id[region_id].parent else "site"
    changes.announce({CHANGED, own})


def forget() -> None:
    global _remembered
    _remembered = None


def _around(region):
    covering = {node.id for node in region.covering} if region else {regions().root.id}
    return [notice for notice in _notices() if notice.region in covering]


def _notices() -> list[Notice]:
    """All that are on or to come: two small queries after a change, else none."""
    global _remembered
    if _remembered is None or not changes.unchanged(_remembered[0]):
        before = changes.snapshot()
        try:
            found = [*_lines(), *_grey_days()]
        except DatabaseError:
            logger.exception("Breaking news and days of mourning could not be read")
            return _remembered[1] if _remembered else []  # a page of an error needs no database
        stories = {f"article:{notice.article}" for notice in found if notice.article}
        _remembered = changes.marks(before, {CHANGED, *stories}), found
    return _remembered[1]


def _lines() -> Iterator[Notice]:
    rows = BreakingNews.objects.filter(until__gt=timezone.now()).select_related("article")
    for row in rows.defer("article__body", "article__summary"):
        story, url, start, end = row.article, "", row.created_at, row.until
        if story:
            url = f"{regions().by_id[story.home_id].url}{story.month}/{story.pk}/"
            start = max(start, story.published_at) if story.state == State.PUBLISHED else end
            end = min(end, story.expires_at or end)
        yield Notice(row.region_id, start, end, Line(row.text, url, row.created_at), row.article_id)


def _grey_days() -> Iterator[Notice]:
    for row in Mourning.objects.filter(last_day__gte=timezone.localdate()):
        yield Notice(row.region_id, _midnight(row.first_day), _midnight(row.last_day + timedelta(days=1)))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
