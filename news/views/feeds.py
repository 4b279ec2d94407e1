"""The feeds of a channel, a section of it, or a tag: atom.xml, rss.xml and feed.json below its address."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import Node

from .. import due, feeds
from ..models import Section, Tag
from .channel import in_channel

FORMS = {
    "atom.xml": (feeds.atom, "application/atom+xml; charset=utf-8"),
    "rss.xml": (feeds.rss, "application/rss+xml; charset=utf-8"),
    "feed.json": (feeds.json, "application/feed+json; charset=utf-8"),
}


@require_safe
@due.dated
@in_channel
def channel_feed(request: HttpRequest, region: Node, form: str) -> HttpResponse:
    return _answer(request, feeds.of_channel(region), form, f"region:{region.id}")


@require_safe
@due.dated
@in_channel
def section_feed(request: HttpRequest, region: Node, section: str, form: str) -> HttpResponse:
    feed = feeds.of_channel(region, get_object_or_404(Section, slug=section))
    return _answer(request, feed, form, f"region:{region.id}")


@require_safe
@due.dated
def tag_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    feed = feeds.of_tag(tag)
    if not feed.items:
        raise Http404(_("No story has this tag."))
    return _answer(request, feed, form, f"tag:{tag.pk}")


def _answer(request, feed, form, key):
    build, content_type = FORMS[form]
    made = build(feed, settings.SITE_URL + iri_to_uri(request.path))
    if isinstance(made, dict):
        response = JsonResponse(made, content_type=content_type, json_dumps_params={"ensure_ascii": False})
    else:
        response = HttpResponse(made, content_type=content_type)
    # No Last-Modified, only the ETag: a feed that lost its newest story would be “not modified” since.
    return changes.shows(response, {key})
