"""The page after signing in: what waits for this person, what is going on in their regions.

At most sixteen queries, each of a bounded range of an index, whatever the size of the archive.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counties import rights
from counties.models import User
from counties.navigation import Node, regions

from .. import cards, comments
from ..cards import Card, Range
from ..models import (
    Article,
    Correction,
    Figure,
    Placement,
    PlacementRequest,
    Reading,
    State,
)
from . import charts

SHOWN = 8  # rows of a list
WINDOW = 5_000  # the newest awaited pictures, among which one's own are looked for
TOPS = 4  # regions of one person that the page adds up
PLACES = 40  # regions with a count of their own


class Row(NamedTuple):
    url: str
    text: str
    place: str = ""
    note: str = ""
    when: datetime | None = None
    points: str = ""  # of a sparkline


class Panel(NamedTuple):
    name: str
    title: str
    rows: list[Row]
    more: str
    empty: str
    note: str = ""


def front(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    user = request.user
    tops = (rights.covered(user, "write") or rights.covered(user, "moderate"))[:TOPS]
    context = {
        "acts": [act for act in ("write", "publish", "pick", "moderate") if rights.may(user, act)],
        "top": tops[0] if tops else None,
        "panels": [panel for panel in (*_mine(user), *_going_on(user, tops)) if panel],
        "places": _places(tops),
    }
    return _stock_index(request, context | (extra_context or {}))


# The news stand above counties, where the admin's site is made; so they hang their front page on it here.
_stock_index = admin.site.index
admin.site.index = front


# What this person has to do


def _mine(user: User) -> Iterator[Panel | None]:
    if rights.may(user, "write"):
        yield _drafts(user)
    if rights.may(user, "publish"):
        yield _to_review(user)
        yield _proposed(user)
    if rights.may(user, "moderate"):
        yield _comments(user)


def _drafts(user):
    unfinished = [State.DRAFT, State.SUBMITTED, State.REVIEWED]
    rows = _unpublished().filter(created_by=user, state__in=unfinished).order_by("-created_at", "-id")
    more = _list("article", created_by=user.pk)
    return Panel("drafts", _("My stories at work"), _stories(rows), more, _("Nothing unfinished."))


def _to_review(user):
    """What waits longest comes first."""
    rows = _within(user, "review", "home", _unpublished().filter(state__in=[State.SUBMITTED, State.REVIEWED]))
    more = _list("article", state=State.SUBMITTED)
    rows = _stories(rows.order_by("created_at", "id"))
    return Panel("review", _("To review and publish"), rows, more, _("Nothing waits for you."))


def _proposed(user):
    rows = PlacementRequest.objects.filter(state=PlacementRequest.State.PROPOSED)
    rows = _within(user, "publish", "region", rows).order_by("-id")
    names = "id", "article__headline", "region_id", "article__home_id"
    shown = [
        Row(_change("placementrequest", pk), headline, _place(region), _("from %s") % _place(home))
        for pk, headline, region, home in rows.values_list(*names)[:SHOWN]
    ]
    more = _list("placementrequest")
    return Panel("proposed", _("Proposed to my channels"), shown, more, _("No proposals."))


def _comments(user):
    """What waits for a moderator, the oldest first; what readers reported is counted apart."""
    desk = reverse("admin:desk")
    waiting, reported = comments.backlog(user), comments.backlog(user, reported=True)
    shown = [
        Row(f"{desk}#comment-{c.pk}", c.text[:60], note=c.article.headline, when=c.queued_at)
        for c in comments.queue(user, limit=SHOWN)
    ]
    notes = []
    if waiting.number:
        said = _("%(number)s waiting, the oldest for %(age)s")
        notes.append(said % {"number": waiting.shown, "age": _age(waiting.oldest)})
    if reported.number:
        notes.append(_("%(number)s reported by readers") % {"number": reported.shown})
    return Panel(
        "comments", _("Comments to moderate"), shown, desk, _("No comment waits."), " · ".join(notes)
    )


# What is going on


def _going_on(user: User, tops: list[Node]) -> Iterator[Panel | None]:
    ranges = {("new", top.id): Range(top.id, SHOWN) for top in tops}
    ranges |= {("hot", top.id): Range(top.id, SHOWN, by="heat_day") for top in tops}
    found = cards.first(Placement, ranges)
    known = cards.load(pk for rows in found.values() for pk, _heat in rows)
    may_write = rights.may(user, "write")
    yield _scheduled(tops) if may_write else None
    yield _hot(found, known)
    yield _published(found, known, may_write)
    yield _corrections(user) if may_write else None
    yield _awaited(user) if may_write else None


def _scheduled(tops):
    rows = Placement.objects.filter(region__in=[top.id for top in tops], published_at__gt=timezone.now())
    names = "article_id", "article__headline", "article__home_id", "published_at"
    rows = rows.order_by("published_at", "article_id").values_list(*names)[: SHOWN * len(tops)]
    shown = [
        Row(_change("article", pk), headline, _place(home), when=at)
        for pk, headline, home, at in dict.fromkeys(rows)
    ]
    more = _list("article", state=State.PUBLISHED, published_at__gt=timezone.now().isoformat())
    return Panel("scheduled", _("Scheduled"), shown[:SHOWN], more, _("Nothing is scheduled."))


def _hot(found, known):
    heats = {pk: heat for key, rows in found.items() if key[0] == "hot" for pk, heat in rows if pk in known}
    hottest = sorted(heats, key=lambda pk: -heats[pk])[:SHOWN]
    hours = charts.last_hours(24)
    read = {pk: {} for pk in hottest}
    rows = Reading.objects.filter(article__in=hottest, hour__gte=hours[0])
    for pk, hour, count in rows.values_list("article", "hour", "count"):
        read[pk][timezone.localtime(hour)] = count
    shown = [
        Row(
            f"{_list('reading')}?article={pk}",
            known[pk].headline,
            known[pk].region.short_name,
            ngettext("%d reading", "%d readings", n) % n,
            points=charts.sparkline(hours, read[pk]),
        )
        for pk in hottest
        for n in [sum(read[pk].values())]
    ]
    note = _("readings of the last 24 hours")
    return Panel("hot", _("Hot now"), shown, _list("reading"), _("No readings yet."), note)


def _published(found, known: dict[int, Card], may_write):
    ids = dict.fromkeys(pk for key, rows in found.items() if key[0] == "new" for pk, _heat in rows)
    shown = [known[pk] for pk in ids if pk in known]
    newest = sorted(shown, key=lambda card: card.published_at, reverse=True)
    shown = [
        Row(
            _change("article", card.id) if may_write else card.url,
            card.headline,
            card.region.short_name,
            when=card.published_at,
        )
        for card in newest[:SHOWN]
    ]
    more = _list("article", state=State.PUBLISHED) if may_write else "/"
    return Panel("published", _("Just published"), shown, more, _("Nothing is published yet."))


def _corrections(user):
    rows = Correction.objects.filter(at__gte=timezone.now() - timedelta(days=7))
    names = "article_id", "article__headline", "article__home_id", "kind", "at"
    shown = [
        Row(_change("article", pk), headline, _place(home), str(Correction.Kind(kind).label), at)
        for pk, headline, home, kind, at in _within(user, "write", "article__home", rows).values_list(*names)[
            :SHOWN
        ]
    ]
    more = _list("correction")
    return Panel("corrections", _("Corrections of the week"), shown, more, _("No corrections this week."))


def _awaited(user):
    newest = Figure.objects.filter(photo=None).order_by("-id").values("pk")[:WINDOW]
    rows = _within(user, "write", "article__home", Figure.objects.filter(pk__in=newest)).order_by("-id")
    names = "id", "caption", "article__headline", "article__home_id"
    shown = [
        Row(_change("figure", pk), caption[:60], _place(home), headline)
        for pk, caption, headline, home in rows.values_list(*names)[:SHOWN]
    ]
    return Panel("awaited", _("Pictures awaited"), shown, _list("figure"), _("No picture is missing."))


def _places(tops: Iterable[Node]) -> list[tuple[Node, int]]:
    """What was published today in each region below one's own, or in one's own county."""
    nodes = [node for top in tops for node in (top.children or [top])][:PLACES]
    now = timezone.now()
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = Placement.objects.filter(region__in=[n.id for n in nodes], published_at__range=(today, now))
    counts = dict(rows.order_by().values_list("region").annotate(n=Count("id")))
    return [(node, counts.get(node.id, 0)) for node in nodes]


# Words and addresses


def _unpublished():
    """Said beside the states, or SQLite would not see that the index of what is not published serves."""
    return Article.objects.exclude(state=State.PUBLISHED)


def _stories(rows):
    names = "id", "headline", "home_id", "state", "created_at", "copy_of_id"
    return [
        Row(
            _change("article", pk),
            headline,
            _place(home),
            _("working copy") if copy_of else str(State(state).label),
            at,
        )
        for pk, headline, home, state, at, copy_of in rows.values_list(*names)[:SHOWN]
    ]


def _within(user, act, lookup, rows):
    covered = rights.below(user, act)
    return rows if covered is None else rows.filter(**{f"{lookup}__in": covered})


def _place(region_id):
    return regions().by_id[region_id].short_name


def _age(moment):
    minutes = int((timezone.now() - moment).total_seconds() // 60)
    if minutes < 60:
        return _("%d min") % minutes
    return _("%d h") % (minutes // 60) if minutes < 48 * 60 else _("%d days") % (minutes // 1440)


def _change(model, pk):
    return f"{_list(model)}{pk}/change/"


def _list(model, **query):
    return reverse(f"admin:news_{model}_changelist", query=query)
