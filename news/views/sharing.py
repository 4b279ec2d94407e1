"""The picture that stands for a story without one where apps show its link."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import regions

from .. import due, images, seo
from .article import public_or_404


@require_safe
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
    response = HttpResponse(drawn, content_type="image/png")
    return changes.shows(response, {f"article:{pk}"}, seconds=due.seconds())
