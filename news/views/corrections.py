from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import regions

from .. import due, listing
from ..models import Correction, State
from ..models.article import live
from .article import WAS_PUBLIC

PAGE = 30


@require_safe
@due.dated
def correction_list(request: HttpRequest) -> HttpResponse:
    """All corrections and withdrawals, newest first."""
    public = Q(live(timezone.now(), "article__"), article__state=State.PUBLISHED)
    withdrawal = Q(kind=Correction.Kind.WITHDRAWAL)
    rows = Correction.objects.filter(public & ~withdrawal | WAS_PUBLIC).select_related("article")
    if before := request.GET.get("before", ""):
        try:
            at, pk = listing.read_cursor(before)
        except listing.BadCursor as error:
            raise Http404(_("This page of the listing does not exist.")) from error
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    found = list(rows.order_by("-at", "-pk").defer("article__body")[: PAGE + 1])
    more = listing.write_cursor(found[PAGE - 1].at, found[PAGE - 1].pk) if len(found) > PAGE else ""
    tree = regions().by_id
    items = [
        (
            correction,
            f"{tree[correction.article.home_id].url}{correction.article.month}/{correction.article_id}/",
        )
        for correction in found[:PAGE]
    ]
    context = {"region": regions().root, "items": items, "more": more}
    response = render(request, "news/correction_list.html", context)
    return changes.shows(response, {"corrections"})
