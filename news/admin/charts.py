"""Charts drawn on the server as plain numbers for an SVG: nothing inline, nothing for a script to do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

HOUR = timedelta(hours=1)
HEIGHT = 100  # of a chart, in its own units; an hour is STEP wide
STEP, BAR = 6, 5


class Bar(NamedTuple):
    x: int
    y: float
    height: float
    count: int
    hour: datetime
    is_midnight: bool


def last_hours(number: int) -> list[datetime]:
    """The starts of so many hours up to this one, oldest first."""
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    return [now - HOUR * back for back in range(number - 1, -1, -1)]


def bars(hours: Sequence[datetime], counts: Mapping[datetime, int]) -> list[Bar]:
    top = max(counts.values(), default=0) or 1
    found = []
    for number, hour in enumerate(hours):
        count = counts.get(hour, 0)
        height = round(HEIGHT * count / top, 1)
        found.append(Bar(number * STEP, HEIGHT - height, height, count, hour, hour.hour == 0))
    return found


class Share(NamedTuple):
    label: str
    url: str
    count: int
    percent: float
    width: float  # of its bar, of 100


def shares(rows: Iterable[tuple[str, str, int]]) -> list[Share]:
    """(label, address or "", count) as parts of their sum, with bars as wide as the largest allows."""
    rows = list(rows)
    counts = [count for _label, _url, count in rows]
    total, top = sum(counts) or 1, max(counts, default=0) or 1
    return [Share(label, url, n, 100 * n / total, 100 * n / top) for label, url, n in rows]


def sparkline(hours: Sequence[datetime], counts: Mapping[datetime, int], width=96, height=20) -> str:
    """The points of a polyline."""
    top = max(counts.values(), default=0) or 1
    step = width / max(len(hours) - 1, 1)
    margin = height - 2
    return " ".join(
        f"{n * step:.1f},{height - 1 - margin * counts.get(hour, 0) / top:.1f}"
        for n, hour in enumerate(hours)
    )
