"""What a browser tells of reading: the beacon, and what this reader may like."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from counties.navigation import regions

from .. import blocks, heat
from ..limits import address_of, limited
from ..origins import origin_of

SEEN = 50  # how many stories of a reader's history count
SHOWN = 100  # stories that the page shows already
LONGEST = 253  # characters of a host's name


@require_POST
@limited("seen", per_minute=120)
def article_seen(request: HttpRequest, pk: str) -> HttpResponse:
    """204 whatever came of it: a beacon's sender reads no answer. It says which host the reader came from.

    No query: whether the story is public is looked up when readings are written.
    """
    pk = int(pk)  # 07 is no second story to be counted in
    if heat.is_reader(request.headers):
        agent = request.headers["User-Agent"]
        host = request.read(LONGEST).decode("ascii", "ignore")
        heat.count(pk, f"{address_of(request)} {agent}", origin_of(host, request.get_host(), agent))
    return HttpResponse(status=204)


@require_safe
def for_you(request: HttpRequest) -> HttpResponse:
    """猜你喜欢 as a fragment. The history comes with the request and is not kept."""
    region = regions().by_path.get(request.GET.get("region", ""), regions().root)
    seen, shown = (
        _ids(request.GET.get(name, ""))[:most] for name, most in (("seen", SEEN), ("shown", SHOWN))
    )
    block = blocks.for_reader(region, seen, shown)
    response = render(request, "news/blocks/_you_may_like.html", {"block": block})
    response["X-Robots-Tag"] = "noindex"
    return response


def _ids(text):
    return [int(pk) for pk in text.split(",") if pk.isascii() and pk.isdigit() and len(pk) < 19]
