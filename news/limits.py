"""How many requests one address may make in a minute."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from time import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def address_of(request: HttpRequest) -> str:
    """The reader's address: the last hop that is not one of our own proxies."""
    hops = [request.META.get("REMOTE_ADDR", "")]
    hops += reversed(
        [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    )
    for hop in hops:
        if not _is_ours(hop):
            return hop
    return hops[-1]


def _is_ours(hop):
    try:
        return any(ip_address(hop) in ip_network(proxy) for proxy in settings.TRUSTED_PROXIES)
    except ValueError:
        return False


def exceeded(request: HttpRequest, what: str, per_minute: int) -> bool:
    """Count this request. With no shared cache each process counts for itself."""
    if not settings.RATE_LIMITS:
        return False
    key = f"limit:{what}:{address_of(request)}:{int(time() // 60)}"
    cache.add(key, 0, timeout=90)
    try:
        return cache.incr(key) > per_minute
    except ValueError:  # the cache dropped the key meanwhile, or is not there
        return False


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
    wait = 60 - int(time() % 60)
    response = render(request, "429.html", {"wait": wait}, status=429)
    response["Retry-After"] = str(wait)
    return response
