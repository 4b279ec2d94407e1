"""How many requests one address may make in a minute."""

import threading
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, wraps
from ipaddress import ip_address, ip_network
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_lock = threading.Lock()
_here: Counter[str] = Counter()  # requests of this minute that this process has seen
_minute = 0


def address_of(request: HttpRequest) -> str:
    """The reader's address: the last hop that is not one of our own proxies."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    hops += reversed(
        [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    )
    address = next((hop for hop in hops if not _is_ours(hop)), hops[-1])
    return _network(address)


def _network(address):
    """One reader may hold a whole /64 of IPv6; what is no address at all counts as one reader."""
    known = _known(address)
    if known is None:
        return "0.0.0.0"  # noqa: S104 a name for the unknown, nothing listens here
    return str(ip_network((known, 64), strict=False).network_address) if known.version == 6 else str(known)


def _is_ours(hop):
    known = _known(hop)
    return known is not None and any(known in ip_network(proxy) for proxy in settings.TRUSTED_PROXIES)


@lru_cache(maxsize=10_000)
def _known(address):
    """The address; that of IPv4 where a server that listens on both writes it as one of IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return None
    return getattr(known, "ipv4_mapped", None) or known


def exceeded(request: HttpRequest, what: str, per_minute: int) -> bool:
    """Count this request. A tenth of what is allowed each process counts for itself, without asking the
    shared cache; with no shared cache that is all it knows."""
    if not settings.RATE_LIMITS:
        return False
    minute = int(time() // 60)
    key = f"limit:{what}:{address_of(request)}:{minute}"
    here, alone = _count_here(key, minute), per_minute // 10
    if here <= alone:
        return False
    cache.add(key, 0, timeout=90)
    try:
        everywhere = cache.incr(key, here if here == alone + 1 else 1) or 0  # None while Redis is away
    except ValueError:  # the cache dropped the key meanwhile
        everywhere = 0
    return max(here, everywhere) > per_minute


def _count_here(key, minute):
    global _minute
    with _lock:
        if minute != _minute:
            _here.clear()
            _minute = minute
        _here[key] += 1
        return _here[key]


def limited(what: str, *, per_minute: int) -> Callable:
    """Answer 429 with Retry-After and a sentence beyond so many requests a minute from one address."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            return (
                too_many(request) if exceeded(request, what, per_minute) else view(request, *args, **kwargs)
            )

        return wrapped

    return decorate


def too_many(request: HttpRequest) -> HttpResponse:
    return later(render(request, "429.html", status=429))


def later(response: HttpResponse) -> HttpResponse:
    """Say in how many seconds the next minute begins."""
    response["Retry-After"] = str(60 - int(time() % 60))
    return response
