from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from counties.navigation import regions

from .. import cards, search
from ..limits import limited
from ..models import Placement, Section

LENGTH = 100  # characters of a query that count
PERIODS = (7, 30, 365)
HOT = 6  # stories to go on with where nothing was found


@require_safe
@limited("search", per_minute=600)
def search_page(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "")[:LENGTH].replace("\0", "").strip()
    sections = list(Section.objects.all())
    region = regions().by_path.get(request.GET.get("region", ""))
    section = next((s for s in sections if s.slug == request.GET.get("section")), None)
    since, until = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    sort = "newest" if request.GET.get("sort") == "newest" else "relevance"
    results = search.find(
        q,
        region=region,
        section=section,
        since=since and _midnight(since),
        until=until and _midnight(until + timedelta(days=1)),
        sort=sort,
        after=request.GET.get("after", ""),
    )
    by_id = cards.load(hit.article_id for hit in results.hits)
    hits = [(hit, by_id[hit.article_id]) for hit in results.hits if hit.article_id in by_id]
    today = timezone.localdate()
    context = {
        "q": q,
        "region": region if region and region.path else None,
        "places": _narrower(region or regions().root),
        "section": section,
        "sections": sections,
        "since": since,
        "until": until,
        "periods": [(days, today - timedelta(days=days)) for days in PERIODS],
        "sort": sort,
        "results": results,
        "hits": hits,
        "instead": search.near(q) if q and (not hits or results.is_partly) else None,
        "hot": _hot() if not hits else [],
    }
    return render(request, "news/search_page.html", context)


@require_safe
@limited("search", per_minute=600)
def search_suggest(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "")[:LENGTH].replace("\0", "").strip()
    return JsonResponse({"suggestions": search.suggest(q) if q else []})


def _hot():
    """The stories most read in the network, then its newest."""
    root = regions().root.id
    ranges = {by: cards.Range(root, HOT, by=by) for by in ("heat_day", "published_at")}
    found = cards.newest(Placement, ranges)
    ids = list(dict.fromkeys([*found["heat_day"], *found["published_at"]]))[:HOT]
    by_id = cards.load(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _day(text):
    """A date of the query string; what is no date of an archive narrows nothing."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 2200 else None


def _narrower(region):
    """Where else to search: the open channels below, or those beside a county."""
    return [node for node in region.children if node.is_open] or region.siblings


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
