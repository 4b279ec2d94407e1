"""Filters of the newsroom's lists. None counts or reads more than the names that it offers.

Put the classes into `list_filter`; the region's lookup is the ModelAdmin's own `region_lookup`:

    list_filter = [StateFilter, RegionFilter, SectionFilter, SourceFilter, DateFilter.of("published_at")]
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Self

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counties import rights
from counties.filters import RegionFilter, is_number
from counties.models import User

from .. import search
from ..models import Article, Section, Source, State

__all__ = [
    "DateFilter",
    "RegionFilter",
    "SectionFilter",
    "SourceFilter",
    "StateFilter",
    "StoryStateFilter",
]
LOOKED_THROUGH = 5_000  # of the newest stories: they may be scheduled, which the search does not know
FOUND = 200  # stories that a search of the list may mean, and of each kind that it looks through
NAMESAKES = 50  # sources that one typed word may mean


class StateFilter(admin.SimpleListFilter):
    """By state. `StateFilter.starting_at("pending")` shows one state until another, or all, is asked for."""

    title = _("state")
    parameter_name = "state"
    start = ""

    @classmethod
    def starting_at(cls, state: str) -> type[Self]:
        return type(cls.__name__, (cls,), {"start": state})

    def lookups(self, request, model_admin):
        return model_admin.model._meta.get_field("state").choices

    def value(self):
        return super().value() or self.start or None

    def queryset(self, request, queryset):
        states = {state for state, _label in self.lookup_choices}
        return queryset.filter(state=self.value()) if self.value() in states else queryset

    def choices(self, changelist):
        everything = {self.parameter_name: "all"} if self.start else {}
        query = changelist.get_query_string(everything, [] if self.start else [self.parameter_name])
        yield {"selected": self.value() in {None, "all"}, "query_string": query, "display": _("All")}
        for state, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: state})
            yield {"selected": self.value() == state, "query_string": query, "display": label}


class StoryStateFilter(StateFilter):
    def queryset(self, request, queryset):
        """“Not published” is said beside the state, or SQLite would not see that its index serves."""
        found = super().queryset(request, queryset)
        return found if self.value() in {None, State.PUBLISHED} else found.exclude(state=State.PUBLISHED)


class SectionFilter(admin.SimpleListFilter):
    title = _("section")
    parameter_name = "section"

    def lookups(self, request, model_admin):
        return [(str(pk), name) for pk, name in Section.objects.values_list("pk", "name")]

    def queryset(self, request, queryset):
        known = {pk for pk, _name in self.lookup_choices}
        return queryset.filter(section=self.value()) if self.value() in known else queryset


class SourceFilter(admin.SimpleListFilter):
    """By the name of the source, or a part of it, typed: there may be thousands."""

    title = _("source")
    parameter_name = "from_source"
    template = "admin/typed_filter.html"

    def lookups(self, request, model_admin):
        return [("", "")]

    def queryset(self, request, queryset):
        typed = (self.value() or "").strip()
        if not typed:
            return queryset
        same = Source.objects.filter(name__icontains=typed).values_list("pk", flat=True)
        return queryset.filter(source__in=list(same[:NAMESAKES]))

    def choices(self, changelist) -> Iterator[dict]:
        yield {"name": self.parameter_name, "value": self.value() or "", "others": _others(self, changelist)}


class DateFilter(admin.SimpleListFilter):
    """Today, yesterday, the last days, and what has a time to come. `DateFilter.of("published_at")`."""

    title = _("date")
    parameter_name = "when"
    field = "created_at"

    @classmethod
    def of(cls, field: str) -> type[Self]:
        return type(cls.__name__, (cls,), {"field": field})

    def lookups(self, request, model_admin):
        past = [("today", _("Today")), ("yesterday", _("Yesterday")), ("7", _("Past 7 days"))]
        return [*past, ("30", _("Past 30 days")), ("ahead", _("Still to come"))]

    def queryset(self, request, queryset: QuerySet):
        now = timezone.now()
        today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
        day = timedelta(days=1)
        spans = {
            "today": (today, today + day),
            "yesterday": (today - day, today),
            "7": (today - 7 * day, now),
            "30": (today - 30 * day, now),
            "ahead": (now, now + 3650 * day),
        }
        if self.value() not in spans:
            return queryset
        since, until = spans[self.value()]
        return queryset.filter(**{f"{self.field}__gte": since, f"{self.field}__lt": until})


def typed(search_term: str) -> str:
    """What was typed into the search box of a list, as databases take it."""
    return search_term.replace("\0", "").strip()[:100]


def numbered(text: str) -> list[int]:
    """The id that is meant, if a number was typed."""
    return [int(text)] if is_number(text) else []


def stories_found(user: User, text: str) -> list[int]:
    """Published stories by the search index, of others those that have it in the headline; or by number."""
    tops = rights.covered(user, "write")
    region = tops[0] if len(tops) == 1 else None
    ids = [hit.article_id for hit in search.find(text, region=region, sort="newest", size=FOUND).hits]
    states = [state for state in State if state != State.PUBLISHED]  # named, so that their index serves
    others = Article.objects.exclude(state=State.PUBLISHED).filter(state__in=states, headline__icontains=text)
    newest = Article.objects.aggregate(pk=Max("pk"))["pk"] or 0
    recent = Article.objects.filter(pk__gt=newest - LOOKED_THROUGH, headline__icontains=text)
    for rows in (others.order_by("-created_at", "-id"), recent.order_by("-pk")):
        ids += rows.values_list("pk", flat=True)[:FOUND]
    return [*ids, *numbered(text)]


def _others(chosen, changelist):
    """The rest of the query string, which a form has to carry on."""
    skipped = {chosen.parameter_name, "p", "e"}
    return [(key, value) for key, value in changelist.params.items() if key not in skipped]
