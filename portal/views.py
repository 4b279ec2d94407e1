"""The network's home, what the site says of itself, and its health."""

import re
import sys
from pathlib import PurePath

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import regions
from news import blocks, candidates, cards, due, images, seo
from news.cards import Range
from news.models import Placement, Redirect, Section

PER_PROVINCE = 6
PROVINCES = 3
LONGEST = Redirect._meta.get_field("path").max_length  # characters of an address that may have moved
RETRY_AFTER = 30  # seconds after which a machine may ask again while the database is away
TYPED = 8  # characters of a field from which on it is handed back if it could not be saved
MEDIA_TYPES = {".avif": "image/avif", ".webp": "image/webp", ".jpg": "image/jpeg"}


@require_safe
@due.dated
def home(request: HttpRequest) -> HttpResponse:
    network = regions().root
    found = candidates.of(network)
    provinces = found.once("provinces", lambda: _provinces(found))
    found.ids |= {node: [card.id for card in newest] for node, newest in provinces.items()}
    found.cards |= {card.id: card for newest in provinces.values() for card in newest}
    context = {
        "region": network,
        "sections": found.once("sections", lambda: list(Section.objects.all())),
        "lead": blocks.lead(found),
        "seconds": found.take(3, "newest"),
        "photos": blocks.photos(found, 5),
        "provinces": [(node, taken) for node in provinces if (taken := found.take(PER_PROVINCE, node))],
        "more_provinces": regions().provinces,
        "newest": found.take(10, "newest"),
        "blocks": {block.name: block for block in (blocks.folks(found), blocks.ranking(found))},
        "seo": seo.front(network),
    }
    response = render(request, "portal/home.html", context)
    return changes.shows(response, {f"region:{network.id}"})


def _provinces(found):
    """The newest stories of the provinces that had one last."""
    newest = {node: found.ids[node][0] for node in regions().provinces if found.ids.get(node)}
    # One without a card was withdrawn between the two queries.
    heads = [(node, found.cards[pk]) for node, pk in newest.items() if pk in found.cards]
    latest = sorted(heads, key=lambda head: head[1].published_at, reverse=True)[:PROVINCES]
    newest = cards.newest(Placement, {node: Range(node.id, PER_PROVINCE) for node, _head in latest})
    known = cards.load(pk for ids in newest.values() for pk in ids)
    return {node: [known[pk] for pk in ids if pk in known] for node, ids in newest.items()}


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return changes.shows(render(request, "portal/about.html", {"region": regions().root}), ())


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse:
    """A rendition of a photo; never anything else that may lie in the folder."""
    try:
        if not re.fullmatch(images.PUBLIC_NAME, name):
            raise FileNotFoundError
        file = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404(_("There is no picture at this address.")) from error
    response = FileResponse(file, content_type=MEDIA_TYPES[PurePath(name).suffix])
    response["Cache-Control"] = "public, max-age=31536000, immutable"  # its name changes when its bytes do
    return response


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether all that pages depend on works; else which part failed."""
    failed = [
        name for name, works in (("database", _database), ("cache", _cache), ("media", _media)) if not works()
    ]
    text = f"failed: {', '.join(failed)}" if failed else "ok"
    return HttpResponse(text, status=503 if failed else 200, content_type="text/plain")


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(regions().by_path.get(""))
    except DatabaseError:
        return False


def _cache():
    cache.set("readyz", 1, 10)
    return cache.get("readyz") == 1


def _media():
    return settings.DATA_DIR.is_dir()


def bad_request(request, exception):
    return _error(request, 400)


def forbidden(request, exception, reason=""):
    return _error(request, 403)


def not_found(request, exception):
    if moved := _moved(request):
        return moved
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return _error(request, 404, reason)


def _moved(request):
    """Where an address of an earlier site leads now. One query, and only where nothing else answered."""
    paths = {path for path in (request.path_info, request.get_full_path()) if len(path) <= LONGEST}
    if request.method not in {"GET", "HEAD"} or request.path_info.startswith("/admin/") or not paths:
        return None
    try:
        found = dict(Redirect.objects.filter(path__in=paths).values_list("path", "target"))
    except DatabaseError:
        return None  # the page of the error needs no database
    target = found.get(request.get_full_path()) or found.get(request.path_info)
    return HttpResponsePermanentRedirect(target) if target else None


def server_error(request):
    """Without a query: what failed may be the database, or a full disk. What was typed is handed back.

    503 while the database is away or full, so that machines come again and do not take the page for broken.
    """
    failed = sys.exc_info()[1]
    is_away = isinstance(failed, OperationalError | InterfaceError)
    context = {
        "typed": _typed(request),
        "is_away": is_away,
        "is_unsaved": is_away or isinstance(failed, DatabaseError | OSError),
    }
    response = render(request, "500.html", context, status=503 if is_away else 500)
    if request.method == "POST":
        response["Cache-Control"] = "private, no-store"
    if is_away:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def _typed(request):
    """The texts of a form, none of one with a password."""
    if request.method != "POST" or hasattr(request, "sensitive_post_parameters"):
        return []
    try:
        sent = request.POST.items()
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return []  # it did not arrive whole
    texts = {name: text for name, text in sent if name != "csrfmiddlewaretoken"}
    if any("password" in name or "token" in name for name in texts):
        return []  # it failed before the view could say so
    return [text for text in texts.values() if len(text) >= TYPED]


def _error(request, status, reason=""):
    return render(request, f"{status}.html", {"reason": reason}, status=status)
