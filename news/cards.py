"""Stories as lists and blocks print them: ids from index ranges first, then one query for light tuples.

A card costs a third of a model instance.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db import connection, models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from counties import reading
from counties.navigation import Node, regions

from .models import Article, Tagging


class Thumb(NamedTuple):
    """What news.images needs to know of a photo."""

    sha256: str
    width: int
    height: int
    renditions: dict
    tint: str


@dataclass(eq=False)
class Card:
    """What is printed again and again is made once: blocks keep their cards for a while."""

    id: int
    url: str
    region: Node
    kicker: str
    headline: str
    subhead: str
    summary: str
    source: str
    section: str
    published_at: datetime
    photo: Thumb | None
    comments: int

    @cached_property
    def iso(self) -> str:
        return timezone.localtime(self.published_at).isoformat(timespec="minutes")

    @cached_property
    def when(self) -> str:
        return short_time(self.published_at)

    @cached_property
    def day(self) -> str:
        return day(self.published_at)

    @cached_property
    def clock(self) -> str:
        return f"{timezone.localtime(self.published_at):%H:%M}"

    @cached_property
    def is_upright(self) -> bool:
        return self.photo is not None and self.photo.height > self.photo.width

    @cached_property
    def row(self) -> SafeString:
        """The story in a list of headlines."""
        return format_html('<li><a href="{}">{}</a></li>', self.url, self.headline)

    @cached_property
    def placed_row(self) -> SafeString:
        """The story in a list of headlines from several places."""
        place = self.region.short_name
        return format_html(
            '<li><span class="list__where">{}</span><a href="{}">{}</a></li>', place, self.url, self.headline
        )


class Range(NamedTuple):
    """The first rows of one channel (or one of its sections), or of one tag: an index range.

    `by` is "published_at", or for channels "heat_day" or "heat_week".
    """

    owner: int
    limit: int
    section: str | None = None  # its slug
    since: datetime | None = None
    by: str = "published_at"


_COLUMNS = (
    *("id", "home_id", "month", "kicker", "headline", "subhead", "summary", "source__name", "section__name"),
    *("published_at", "lead_photo__sha256", "lead_photo__width", "lead_photo__height"),
    *("lead_photo__renditions", "lead_photo__tint", "comment_count"),
)


def load(ids: Iterable[int]) -> dict[int, Card]:
    """Cards of those of the ids that the public may see now. One query, none for no ids."""
    ids = set(ids)
    if not ids:
        return {}
    tree = regions().by_id
    rows = Article.objects.published().filter(pk__in=ids).values_list(*_COLUMNS)
    return {row[0]: _card(tree[row[1]], row) for row in rows}


def newest(model: type[models.Model], ranges: dict[object, Range]) -> dict[object, list[int]]:
    """The article ids of `first`."""
    return {name: [article for article, _heat in rows] for name, rows in first(model, ranges).items()}


def first(
    model: type[models.Model], ranges: dict[object, Range]
) -> dict[object, list[tuple[int, float | None]]]:
    """(article id, heat) of several ranges of Placement or Tagging rows, first first. One query for them all.

    Django cannot join sliced querysets on SQLite, and `IN (…)` would read every row of a common tag, so the
    union of index ranges is written out.
    """
    found = {name: [] for name in ranges}
    if not ranges:
        return found
    numbered = dict(enumerate(ranges))
    parts, values, now = [], [], timezone.now()
    for number, name in numbered.items():
        sql, args = _part(model, ranges[name], now)
        parts.append(sql.format(number=number))
        values += args
    with reading.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, article, heat in cursor.fetchall():
            found[numbered[number]].append((article, heat))
    return found


def short_time(moment: datetime) -> str:
    """A time as a list prints it; the browser makes it relative."""
    local = timezone.localtime(moment)
    if local.year == timezone.localtime().year:
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return f"{local:%Y-%m-%d}"


def day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 星期{'一二三四五六日'[local.weekday()]}"


def _card(region, row):
    pk, _home, month, kicker, headline, subhead, summary, source, section, published_at, *photo, said = row
    thumb = Thumb(*photo) if photo[0] else None
    url = f"{region.url}{month}/{pk}/"
    return Card(
        pk, url, region, kicker, headline, subhead, summary, source or "", section, published_at, thumb, said
    )


def _part(model, wanted, now):
    """A range's SELECT and its values. Table and column names are ours; every value is a parameter."""
    owner = "tag_id" if model is Tagging else "region_id"
    ours, values = [f"{owner} = %s"], [wanted.owner]
    if wanted.section is not None:
        ours.append("section_id = (SELECT id FROM news_section WHERE slug = %s)")
        values.append(wanted.section)
    live, times = ["published_at <= %s", "(expires_at IS NULL OR expires_at > %s)"], [_db(now), _db(now)]
    if wanted.since is not None:
        live.append("published_at > %s")
        times.append(_db(wanted.since))
    rows, order = model._meta.db_table, f"{wanted.by} DESC, article_id DESC"
    if wanted.by == "published_at":
        heat = "CAST(NULL AS DOUBLE PRECISION)"
        live = ours + live
    else:
        # The hottest first and their times afterwards: given both, SQLite sorts the whole channel.
        heat = wanted.by
        hottest = " AND ".join([*ours, f"{heat} IS NOT NULL"])
        rows = f"(SELECT * FROM {rows} WHERE {hottest} ORDER BY {order} LIMIT %s) AS hottest"  # noqa: S608
        values.append(4 * wanted.limit)
    sql = (
        f"SELECT * FROM (SELECT {{number}} AS n, article_id, {heat} AS heat FROM {rows} "  # noqa: S608
        f"WHERE {' AND '.join(live)} ORDER BY {order} LIMIT %s) AS part"
    )
    return sql, [*values, *times, wanted.limit]


def _db(moment):
    return connection.ops.adapt_datetimefield_value(moment)
