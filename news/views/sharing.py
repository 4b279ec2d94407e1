"""What a story is shared with: its QR code, and where it has no picture one that apps show with its link."""

from io import BytesIO

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import regions

from .. import due, images, seo
from .article import public_or_404


@require_safe
@due.dated
def article_poster(request: HttpRequest, pk: int, version: str) -> HttpResponse:
    """An earlier headline's address leads to the present one."""
    article = public_or_404(pk)
    if article.is_gone:
        raise Http404(_("There is no picture at this address."))
    region = regions().by_id[article.home_id].shown
    channel = seo.channel_name(region)
    if version != images.poster.version(article.headline, channel):
        return HttpResponsePermanentRedirect(seo.made_picture(article, region)["url"])
    drawn = images.poster.draw(article.headline, regions().root.short_name, channel)
    return _shown(drawn, "image/png", pk)


@require_safe
@due.dated
def article_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The permanent link as an SVG. A code takes 10 ms, too much for the page, which few open it on."""
    if public_or_404(pk).is_gone:
        raise Http404(_("There is no picture at this address."))
    drawn = BytesIO()
    code = segno.make(f"{settings.SITE_URL}/articles/{pk}/", error="m", micro=False)
    code.save(drawn, kind="svg", border=3, omitsize=True)
    return _shown(drawn.getvalue(), "image/svg+xml", pk)


def _shown(picture, kind, pk):
    response = HttpResponse(picture, content_type=kind)
    return changes.shows(response, {f"article:{pk}"})
