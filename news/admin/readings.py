"""How a story, or a channel, was read in the last seven days: by the hour, by channel, by where readers came
from."""

from collections import Counter
from itertools import groupby

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from counties import rights
from counties.filters import is_number
from counties.navigation import regions

from ..heat import NOT_DIRECT
from ..models import Article, ChannelReading, Origin, Placement, Reading
from . import charts

DAYS = 7
COLUMNS = {origin: f"from_{origin}" for origin in NOT_DIRECT}


@admin.register(Reading)
class ReadingAdmin(admin.ModelAdmin):
    """One page: ?article=7 or ?region=51; without either, the first region of one's own."""

    has_add_permission = has_change_permission = has_delete_permission = lambda self, request, obj=None: False

    def has_module_permission(self, request):
        return request.user.is_authenticated and rights.may(request.user, "write")

    def has_view_permission(self, request, obj=None):
        return rights.may(request.user, "write", obj and obj.article.home_id)

    def get_urls(self):
        page = self.admin_site.admin_view(self.changelist_view)
        return [path("", page, name="news_reading_changelist")]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        article, region = self._asked(request)
        hours = charts.last_hours(DAYS * 24)
        of = Reading.objects.filter(article=article) if article else _of_channels([region.id])
        counts, origins = _counts(of.filter(hour__gte=hours[0]))
        places = _channels_of(article) if article else [node for node in region.children if node.is_open]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Readings"),
            "article": article,
            "region": region,
            "regions": _around(request.user, region) if region else [],
            "bars": charts.bars(hours, counts),
            "width": len(hours) * charts.STEP,
            "total": sum(counts.values()),
            "peak": max(counts.items(), key=lambda item: item[1], default=None),
            "days": _days(hours, counts),
            "clock": range(24),
            "origins": charts.shares((origin.label, "", origins[origin]) for origin in Origin),
            "channels": charts.shares(_by_channel(places, hours[0])),
        }
        return TemplateResponse(request, "admin/news/reading/chart.html", context)

    def _asked(self, request):
        wanted, place = request.GET.get("article", ""), request.GET.get("region", "")
        if wanted:
            rows = Article.objects.select_related("home").defer("body")
            article = rows.filter(pk=wanted).first() if is_number(wanted) else None
            if article is None:
                raise Http404(_("There is no such story."))
            rights.require(request.user, "write", article.home_id)
            return article, None
        region = rights.covered(request.user, "write")[0]
        if place:
            region = regions().by_id.get(int(place)) if is_number(place) else None
            if region is None:
                raise Http404(_("There is no such region."))
        rights.require(request.user, "write", region)
        return None, region


def _of_channels(ids):
    return ChannelReading.objects.filter(region__in=ids)


def _counts(rows):
    """Readings by hour, and by origin; at most one row for each hour."""
    counts, origins = {}, Counter()
    for hour, count, *found in rows.order_by("hour").values_list("hour", "count", *COLUMNS.values()):
        counts[timezone.localtime(hour)] = count
        origins.update(dict(zip(COLUMNS, found, strict=True)))
        origins[Origin.DIRECT] += count - sum(found)
    return counts, origins


def _channels_of(article):
    """The channels that show the story."""
    places = Placement.objects.filter(article=article).values_list("region", flat=True)
    return [regions().by_id[pk] for pk in sorted(places)]


def _by_channel(places, since):
    """(name, the channel's own chart, readings) of each channel that was read, the most read first."""
    rows = _of_channels([node.id for node in places]).filter(hour__gte=since).values_list("region")
    sums = dict(rows.annotate(Sum("count")))
    found = [(node.short_name, f"?region={node.id}", sums[node.id]) for node in places if node.id in sums]
    return sorted(found, key=lambda row: -row[2])


def _days(hours, counts):
    """For the table behind the chart: each day with its 24 hours and its sum."""
    found = []
    for day, of_day in groupby(hours, key=lambda hour: hour.date()):
        by_clock = {hour.hour: counts.get(hour, 0) for hour in of_day}
        found.append((day, [by_clock.get(clock, "") for clock in range(24)], sum(by_clock.values())))
    return found


def _around(user, region):
    """The channels one level up and down that the person may look at."""
    above = [region.parent] if region.parent and rights.may(user, "write", region.parent) else []
    tops = [node for node in rights.covered(user, "write") if node is not region]
    return list(dict.fromkeys([*above, *tops, *region.children]))
