"""Sitemaps. A month is cut into parts of five days, so that neither a part nor the index counts articles."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes, reading
from counties.models import Region
from counties.navigation import regions
from news import due
from news.models import Correction, Placement
from news.richtext import without_control

PARTS, DAYS = 6, 5  # parts of a month, days of a part; the sixth ends with the month
LONGEST = 50_000  # addresses that the protocol allows in one file
EARLIEST = 1900  # no newspaper archive of ours begins before
CORRECTIONS = 1_000  # the newest, which say what changed after its publication
NEWS_DAYS, NEWS_SIZE = 2, 1_000
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


class Part(NamedTuple):
    """A stretch of time whose stories are one file; `name` is 202601-3."""

    name: str
    start: datetime
    stop: datetime


@require_safe
@due.dated
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Three queries; the cost grows by six index ranges a month, not with articles."""
    changed = _changed(_parts())
    rows = [
        _entry("sitemap", f"/sitemap-{name}.xml", changed[name]) for name in sorted(changed, reverse=True)
    ]
    return _answer("sitemapindex", [_entry("sitemap", "/sitemap-regions.xml"), *rows])


@require_safe
@due.dated
def sitemap_regions(request: HttpRequest) -> HttpResponse:
    """The channels that have stories: one index range for each of some 3,200."""
    newest = Placement.objects.live().filter(region=OuterRef("pk")).newest().values("published_at")[:1]
    found = Region.objects.filter(is_open=True).annotate(newest=Subquery(newest)).order_by("path")
    rows = [
        _entry("url", f"/{path}/" if path else "/", at)
        for path, at in found.values_list("path", "newest")
        if at or not path
    ]
    return _answer("urlset", rows)


@require_safe
@due.dated
def sitemap_month(request: HttpRequest, month: str, page: str | None = None) -> HttpResponse:
    """A part of a month's stories; without a part the first."""
    try:
        part = _part(int(month[:4]), int(month[4:]), int(page or 1))
    except ValueError as error:
        raise Http404(_("There is no such sitemap.")) from error
    found = _network().filter(published_at__gte=part.start, published_at__lt=part.stop).newest()
    fields = "article__home", "article__month", "article", "published_at", "article__updated_at"
    rows = [
        _entry("url", _path(home, month, pk), max(published, updated or published))
        for home, month, pk, published, updated in found.values_list(*fields)[:LONGEST]
    ]
    if not rows:
        raise Http404(_("There is no such sitemap."))
    return _answer("urlset", rows)


@require_safe
@due.dated
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """The stories of the last two days, for news search engines."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    found = _network().filter(published_at__gte=since).newest()
    name = escape(regions().root.short_name)
    rows = [
        f"<url><loc>{escape(settings.SITE_URL + _path(home, month, pk))}</loc><news:news>"
        f"<news:publication><news:name>{name}</news:name><news:language>zh-cn</news:language></news:publication>"
        f"<news:publication_date>{_time(at)}</news:publication_date>"
        f"<news:title>{escape(without_control(headline))}</news:title></news:news></url>"
        for home, month, pk, at, headline in found.values_list(
            "article__home", "article__month", "article", "published_at", "article__headline"
        )[:NEWS_SIZE]
    ]
    return _answer("urlset", rows, _NEWS)


def _network():
    """The rows of the network's own channel: every published story has one, in the order of time."""
    return Placement.objects.live().filter(region=regions().root.id)


def _parts() -> list[Part]:
    """All parts from the oldest story to now. One query."""
    oldest = _network().order_by("published_at", "article").values_list("published_at", flat=True).first()
    if oldest is None:
        return []
    first, today = timezone.localtime(oldest), timezone.localdate()
    months = range(max(first.year * 12 + first.month - 1, EARLIEST * 12), today.year * 12 + today.month)
    return [_part(n // 12, n % 12 + 1, number) for n in months for number in range(1, PARTS + 1)]


def _part(year, month, number):
    """Raises ValueError for what is no month or no part."""
    if not 1 <= number <= PARTS:
        raise ValueError(number)
    tz = timezone.get_default_timezone()
    start = datetime(year, month, 1 + (number - 1) * DAYS, tzinfo=tz)
    stop = (
        start + timedelta(days=DAYS)
        if number < PARTS
        else datetime(year + month // 12, month % 12 + 1, 1, tzinfo=tz)
    )
    return Part(f"{start:%Y%m}-{number}", start, stop)


def _changed(parts) -> dict[str, datetime]:
    """When the parts that have stories last changed: by their newest story, or by a correction since."""
    newest = _newest(parts) if parts else {}
    corrected = Correction.objects.values_list("article__published_at", "at")[:CORRECTIONS]
    for published, at in corrected:
        if published and (name := _name(timezone.localtime(published))) in newest:
            newest[name] = max(newest[name], at)
    return newest


def _newest(parts):
    now, plain = timezone.now(), connection.ops.adapt_datetimefield_value
    rows = ", ".join(["(%s, %s, %s)"] * len(parts))
    sql = f"""
        WITH part (name, start, stop) AS (VALUES {rows})
        SELECT name, (
            SELECT published_at FROM news_placement
            WHERE region_id = %s AND published_at >= start AND published_at < stop
            ORDER BY published_at DESC LIMIT 1
        ) FROM part
    """  # noqa: S608 only placeholders
    values = [value for part in parts for value in (part.name, plain(part.start), plain(min(part.stop, now)))]
    with reading.cursor() as cursor:
        cursor.execute(sql, [*values, regions().root.id])
        return {name: _aware(at) for name, at in cursor if at}


def _aware(at):
    """A time as the database gave it: SQLite's has no zone and is in UTC."""
    return at if timezone.is_aware(at) else at.replace(tzinfo=UTC)


def _name(day):
    return f"{day:%Y%m}-{min((day.day - 1) // DAYS + 1, PARTS)}"


def _path(home_id, month, pk):
    return f"{regions().by_id[home_id].url}{month}/{pk}/"


def _time(at):
    return timezone.localtime(at).isoformat(timespec="seconds")


def _entry(tag, path, changed=None):
    lastmod = f"<lastmod>{_time(changed)}</lastmod>" if changed else ""
    return f"<{tag}><loc>{escape(settings.SITE_URL + path)}</loc>{lastmod}</{tag}>"


def _answer(root, rows, namespace=""):
    lines = "\n".join(rows)
    text = f"{_XML}<{root} {_SITEMAP} {namespace}>\n{lines}\n</{root}>\n"
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    return changes.shows(response, {f"region:{regions().root.id}"})
