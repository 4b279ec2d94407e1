"""A channel and what lies below it: its listing, its sections, its ranking; and the page of a tag."""

from collections.abc import Callable
from functools import wraps
from itertools import groupby

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import Node, regions

from .. import blocks, candidates, due, frame, listing, seo
from ..cards import Card
from ..models import Placement, Section, Tag
from ..models.article import live


def in_channel(view: Callable) -> Callable:
    """Hand the view the open channel at `path`. No query. Capital letters are answered by 301."""

    @wraps(view)
    def wrapped(request, path="", **kwargs):
        region = regions().by_path.get(path.lower())
        if region is None or not region.is_open:
            raise Http404(_("There is no channel at this address."))
        if request.path != (canonical := request.path.lower()):
            query = request.META.get("QUERY_STRING")
            return HttpResponsePermanentRedirect(f"{canonical}?{query}" if query else canonical)
        return view(request, region, **kwargs)

    return wrapped


def stories_or_404(
    rows: QuerySet, request: HttpRequest, known: dict[int, Card] | None = None
) -> listing.Listing:
    try:
        return listing.page(rows, request.GET.get("before", ""), known=known)
    except listing.BadCursor as error:
        raise Http404(_("This page of the listing does not exist.")) from error


def _shown(response, region):
    """Whatever is published in a channel announces the channel."""
    return changes.shows(response, {f"region:{region.id}", *frame.keys(region)})


def by_day(cards: list[Card]) -> list[tuple[str, list[Card]]]:
    return [(day, list(group)) for day, group in groupby(cards, key=lambda card: card.day)]


@require_safe
@due.dated
@in_channel
def channel_page(request: HttpRequest, region: Node) -> HttpResponse:
    found = candidates.of(region)
    front, pinned = {}, []
    if "before" in request.GET:
        stories = _stories(request, region, found)
    else:
        stories = found.once("stories", lambda: _stories(request, region, found))
        pinned = found.once("pinned", lambda: listing.pinned(region.id))
        found.shown.update(card.id for card in pinned)
        front = _front(found, region)
    photos = blocks.photos(found) if front else None
    above = found.shown.copy()
    rest = [card for card in stories.cards if card.id not in above]
    found.shown.update(card.id for card in rest)
    context = {
        "region": region,
        "sections": _sections(found),
        "stories": stories,
        "pinned": pinned,
        "days": [(_("Pinned"), pinned), *by_day(rest)] if pinned else by_day(rest),
        "gazette": blocks.gazette(found),
        "blocks": blocks.for_channel(found, photos),
        "seo": seo.front(region),
        **front,
    }
    return _shown(render(request, "news/channel_page.html", context), region)


def _stories(request, region, found):
    return stories_or_404(Placement.objects.live().filter(region=region.id), request, found.cards)


def _sections(found):
    return found.once("sections", lambda: list(Section.objects.all()))


def _front(found, region):
    """The lead of a channel, and four stories beside it where channels lie below."""
    lead = blocks.lead(found)
    return {"lead": lead, "seconds": found.take(4, "newest") if region.children else []}


@require_safe
@due.dated
@in_channel
def section_page(request: HttpRequest, region: Node, section: str) -> HttpResponse:
    section = get_object_or_404(Section, slug=section)
    rows = Placement.objects.live().filter(region=region.id, section=section)
    stories = stories_or_404(rows, request)
    found = candidates.of(region)
    found.shown.update(card.id for card in stories.cards)
    about = _("%(section)s of %(place)s, newest first.") % {"section": section.name, "place": region.name}
    context = {
        "region": region,
        "section": section,
        "sections": _sections(found),
        "stories": stories,
        "days": by_day(stories.cards),
        "blocks": blocks.for_channel(found),
        "description": about,
        "seo": seo.listing(region, section.name, request.path, about),
    }
    return _shown(render(request, "news/section_page.html", context), region)


@require_safe
@due.dated
def tag_page(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    stories = stories_or_404(tag.taggings.filter(live(timezone.now())), request)
    if not stories.cards and "before" not in request.GET:
        raise Http404(_("No story has this tag."))
    found = candidates.of(regions().root)
    found.shown.update(card.id for card in stories.cards)
    about = _("Stories about %(tag)s, newest first.") % {"tag": tag.name}
    context = {
        "region": regions().root,
        "tag": tag,
        "stories": stories,
        "days": by_day(stories.cards),
        "blocks": blocks.for_channel(found),
        "description": about,
        "seo": seo.listing(regions().root, tag.name, request.path, about),
    }
    response = render(request, "news/tag_page.html", context)
    return changes.shows(response, {f"tag:{tag.pk}"})


@require_safe
@due.dated
@in_channel
def hot_page(request: HttpRequest, region: Node) -> HttpResponse:
    window = "week" if request.GET.get("window") == "week" else "day"
    found = candidates.of(region)
    ranking = blocks.ranking(found, size=candidates.RANKED)
    context = {
        "region": region,
        "sections": _sections(found),
        "window": window,
        "ranking": ranking,
        "cards": ranking.week if window == "week" and ranking.week else ranking.cards,
    }
    return _shown(render(request, "news/hot_page.html", context), region)
