"""Which browser asks, where no session exists: our two cookies, and whether a form is from a page of ours."""

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from .. import readers
from ..models import Reader

# Who wrote a comment is asked on /articles/ alone, who liked or reported one on /comments/ alone: so a page
# that is read without having written is the same for everybody.
AUTHOR = "__Secure-author" if settings.HTTPS else "author"
LIKES = "__Secure-browser" if settings.HTTPS else "browser"
PATHS = {AUTHOR: "/articles/", LIKES: "/comments/"}
YEAR = 365 * 24 * 3600


def from_our_pages(request: HttpRequest) -> bool:
    """Whether a POST comes from a page of ours: what a token would prove, without a cookie on cached pages.

    Browsers always send Origin with a POST; Sec-Fetch-Site cannot be set by a page.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    host = request.get_host()
    ours = {settings.SITE_URL, f"http://{host}", f"https://{host}"}
    return site == "same-origin" and (origin is None or origin in ours)


def token_of(request: HttpRequest, cookie: str) -> str:
    """The browser's secret, made if it has none yet."""
    return request.COOKIES.get(cookie) or new_token()


def new_token() -> str:
    return secrets.token_urlsafe(24)


def hashed(token: str) -> str:
    """All that is kept of a cookie."""
    return hashlib.sha256(f"{settings.SECRET_KEY}:{token}".encode()).hexdigest()


def author_of(request: HttpRequest) -> str:
    """The browser's key as an author, "" if it has not written yet."""
    token = request.COOKIES.get(AUTHOR, "")
    return hashed(token) if token else ""


def reader_of(request: HttpRequest) -> Reader | None:
    """Who is signed in."""
    return readers.signed_in(author_of(request)) if settings.COMMENTS_REQUIRE_LOGIN else None


def with_cookie(response: HttpResponse, cookie: str, token: str) -> HttpResponse:
    response.set_cookie(
        cookie, token, max_age=YEAR, path=PATHS[cookie], secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return private(response)


def without_cookie(response: HttpResponse, cookie: str) -> HttpResponse:
    response.delete_cookie(cookie, path=PATHS[cookie], samesite="Lax")
    return private(response)


def private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response
