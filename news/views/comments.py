"""The comments under a story: a page that works alone and as a fragment."""

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from counties import changes
from counties.navigation import regions

from .. import comments, due
from ..forms import CommentForm
from ..limits import exceeded, later
from .article import address, public_or_404

COOKIE = "__Secure-author" if settings.HTTPS else "author"
YEAR = 365 * 24 * 3600
SHOWN = 50


def from_our_pages(request: HttpRequest) -> bool:
    """Whether a POST comes from a page of ours: what a token would prove, without a cookie on cached pages.

    Browsers always send Origin with a POST; Sec-Fetch-Site cannot be set by a page.
    """
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    host = request.get_host()
    ours = {settings.SITE_URL, f"http://{host}", f"https://{host}"}
    return site == "same-origin" and (origin is None or origin in ours)


@require_http_methods(["GET", "HEAD", "POST"])
def article_comments(request: HttpRequest, pk: int) -> HttpResponse:
    article = public_or_404(pk)
    if article.is_gone:
        return HttpResponseRedirect(address(article))
    return _post(request, article) if request.method == "POST" else _page(request, article, CommentForm())


def _page(request, article, form, status=200):
    author = author_of(request)
    said = comments.approved(article.pk, before=request.GET.get("before", ""), limit=SHOWN + 1)
    context = {
        "article": article,
        "region": regions().by_id[article.home_id].shown,
        "url": address(article),
        "comments": said[:SHOWN],
        "more": said[SHOWN - 1].pk if len(said) > SHOWN else "",
        "mine": comments.waiting(article.pk, author) if author else [],
        "form": form,
    }
    response = render(request, "news/article_comments.html", context, status=status)
    if author or request.method == "POST":
        patch_cache_control(response, private=True, no_store=True)
        return response
    return changes.shows(response, {f"article:{article.pk}"}, seconds=due.seconds())


def _post(request, article):
    form = CommentForm(request.POST)
    if exceeded(request, "comments", per_minute=10):
        said = _("Very many requests came from your address in one minute. Wait a minute and try again.")
        form.add_error(None, said)  # on the form, which keeps what was typed
        return later(_page(request, article, form, status=429))
    if not from_our_pages(request):
        return HttpResponseForbidden(_("Please send comments from the page of the story."))
    if form.is_valid() and form.cleaned_data["website"]:
        return HttpResponseRedirect(f"{request.path}#comments")  # a robot may think that it worked
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
    return _sent(request, comment, token)


def _sent(request, comment, token):
    """To the waiting comment, which the cookie shows to its author."""
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
