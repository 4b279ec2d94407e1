"""The comments under a story: a page that works alone and as a fragment."""

import hashlib
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counties.navigation import regions

from .. import comments
from ..forms import CommentForm
from ..limits import limited
from ..models import State
from .article import address, public_or_404

COOKIE = "__Secure-author" if settings.HTTPS else "author"
YEAR = 365 * 24 * 3600


def from_our_pages(request: HttpRequest) -> bool:
    """Whether a POST comes from a page of ours: what a token would prove, without a cookie on cached pages.

    Browsers always send Origin with a POST; Sec-Fetch-Site cannot be set by a page.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    ours = {urlsplit(settings.SITE_URL).netloc, request.get_host()}
    return site == "same-origin" and (origin is None or urlsplit(origin).netloc in ours)


@require_http_methods(["GET", "HEAD", "POST"])
def article_comments(request: HttpRequest, pk: int) -> HttpResponse:
    article = public_or_404(pk)
    if article.state == State.WITHDRAWN:
        return HttpResponseRedirect(address(article))
    return _post(request, article) if request.method == "POST" else _page(request, article, CommentForm())


def _page(request, article, form, status=200):
    author = author_of(request)
    context = {
        "article": article,
        "region": regions().by_id[article.home_id],
        "url": address(article),
        "comments": comments.approved(article.pk, before=request.GET.get("before", "")),
        "mine": comments.waiting(article.pk, author) if author else [],
        "form": form,
    }
    response = render(request, "news/article_comments.html", context, status=status)
    if author or request.method == "POST":
        patch_cache_control(response, private=True, no_store=True)
    return response


@limited("comments", per_minute=10)
def _post(request, article):
    if not from_our_pages(request):
        return HttpResponseForbidden(_("Please send comments from the page of the story."))
    form = CommentForm(request.POST)
    if form.is_valid() and form.cleaned_data["website"]:
        return HttpResponseRedirect(
            f"{request.path}#comments"
        )  # the honeypot: a robot may think that it worked
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(24)
    if form.is_valid():
        try:
            comment = comments.post(
                article, name=form.cleaned_data["name"], text=form.cleaned_data["text"], author=_hash(token)
            )
        except comments.CommentError as error:
            form.add_error(None, str(error))
    if not form.is_valid():
        return _page(request, article, form, status=422)
    response = HttpResponseRedirect(f"{request.path}#comment-{comment.pk}")
    response.set_cookie(
        COOKIE, token, max_age=YEAR, path="/articles/", secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    patch_cache_control(response, private=True, no_store=True)
    return response


def author_of(request: HttpRequest) -> str:
    token = request.COOKIES.get(COOKIE, "")
    return _hash(token) if token else ""


def _hash(token):
    return hashlib.sha256(f"{settings.SECRET_KEY}:{token}".encode()).hexdigest()
