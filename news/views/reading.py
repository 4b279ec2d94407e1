"""What a browser tells of reading: the beacon, and what this reader may like."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from counties.navigation import regions

from .. import blocks, heat
from ..limits import address_of, limited
from ..models import Article

SEEN = 50  # how many stories of a reader's history count


@require_POST
@limited("seen", per_minute=120)
def article_seen(request: HttpRequest, pk: str) -> HttpResponse:
    """204 whatever came of it: a beacon's sender reads no answer."""
    pk = int(pk)  # 07 is no second story to be counted in
    if heat.is_reader(request.headers) and Article.objects.published().filter(pk=pk).exists():
        heat.count(pk, f"{address_of(request)} {request.headers['User-Agent']}")
    return HttpResponse(status=204)


@require_safe
def for_you(request: HttpRequest) -> HttpResponse:
    """猜你喜欢 as a fragment. The history comes with the request and is not kept."""
    asked = request.GET.get("seen", "").split(",")[:SEEN]
    seen = [int(pk) for pk in asked if pk.isascii() and pk.isdigit() and len(pk) < 19]
    region = regions().by_path.get(request.GET.get("region", ""), regions().root)
    block = blocks.for_reader(region, seen)
    response = render(request, "news/blocks/_you_may_like.html", {"block": block})
    response["X-Robots-Tag"] = "noindex"
    return response
