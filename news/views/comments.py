"""The comments under a story: a page that works alone and as a fragment; likes and reports of one comment."""

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from counties import changes
from counties.navigation import regions

from .. import comments, due, frame
from ..forms import CommentForm
from ..limits import address_of, exceeded, later, too_many
from ..models import Comment, CommentReport, CommentState
from .account import sign_in_page
from .article import address, public_or_404
from .browsers import (
    AUTHOR,
    LIKES,
    author_of,
    from_our_pages,
    hashed,
    private,
    reader_of,
    token_of,
    with_cookie,
)

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@due.dated
def article_comments(request: HttpRequest, pk: int) -> HttpResponse:
    article = public_or_404(pk)
    if article.is_gone:
        return HttpResponseRedirect(address(article))
    if request.method == "POST":
        return _post(request, article)
    return _page(request, article, CommentForm(), _answering(article, request.GET.get("reply", "")))


def _page(request, article, form, answering, *, status=200, challenge=None):
    author, reader = author_of(request), reader_of(request)
    sort = "liked" if request.GET.get("sort") == "liked" else "newest"
    said = comments.approved(article.pk, sort=sort, before=request.GET.get("before", ""), limit=SHOWN + 1)
    shown, more = said[:SHOWN], said[SHOWN:]
    if shown:
        comments.replies(shown)
    context = {
        "article": article,
        "region": regions().by_id[article.home_id].shown,
        "url": address(article),
        "comments": shown,
        "more": shown[-1].pk if more else "",
        "sort": sort,
        "mine": _mine(article, reader or author),
        "form": form,
        "reader": reader,
        "challenge": json.dumps(challenge) if challenge else "",
        "answering": answering,
    }
    response = render(request, "news/article_comments.html", context, status=status)
    if author or request.method == "POST":
        return private(response)
    keys = {f"article:{article.pk}", *frame.keys(context["region"])}
    return changes.shows(response, keys)


def _mine(article, author):
    """What waits, then what was decided on."""
    return [*comments.waiting(article.pk, author), *comments.decided(article.pk, author)]


def _answering(article, pk):
    """The comment that a reply is written to; None where there is none."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    rows = Comment.objects.filter(pk=pk, article=article, state=CommentState.APPROVED)
    return rows.select_related("parent").first()


def _post(request, article):
    form = CommentForm(request.POST)
    answering = _answering(article, request.POST.get("parent", ""))
    # Whatever is refused is refused on the form, which keeps what was typed.
    if exceeded(request, "comments", per_minute=10):
        said = _("Very many requests came from your address in one minute. Wait a minute and try again.")
        form.add_error(None, said)
        return later(_page(request, article, form, answering, status=429))
    if not from_our_pages(request):
        form.add_error(None, _("Please send comments from the page of the story."))
        return _page(request, article, form, answering, status=403)
    if form.is_valid() and form.cleaned_data["website"]:
        return HttpResponseRedirect(f"{request.path}#comments")  # a robot may think that it worked
    if request.POST.get("parent") and not answering:
        form.add_error(None, _("The comment that you answer is no longer there."))
    return _keep(request, article, form, answering)


def _keep(request, article, form, answering):
    if not form.is_valid():
        return _page(request, article, form, answering, status=422)
    reader = reader_of(request)
    if settings.COMMENTS_REQUIRE_LOGIN and not reader:
        return sign_in_page(request, then=request.path, typed=request.POST, status=403)
    typed, token = form.cleaned_data, token_of(request, AUTHOR)
    try:
        comment = comments.post(
            article, name=reader.nickname if reader else typed["name"], text=typed["text"], parent=answering,
            author=hashed(token), address=address_of(request), reader=reader, work=typed["work"],
        )  # fmt: skip
    except comments.CommentError as error:
        form.add_error(None, str(error))
        return _refused(request, article, form, answering, error)
    # To the waiting comment, which the cookie shows to its author.
    response = HttpResponseRedirect(f"{request.path}#comment-{comment.pk}")
    return with_cookie(response, AUTHOR, token)


def _refused(request, article, form, answering, error):
    if isinstance(error, comments.WorkNeeded):
        challenge = comments.work.challenge()
        return later(_page(request, article, form, answering, status=429, challenge=challenge))
    if isinstance(error, comments.TooFast):
        return later(_page(request, article, form, answering, status=429))
    return _page(request, article, form, answering, status=422)


@require_POST
def comment_like(request: HttpRequest, pk: int) -> HttpResponse:
    """A like without an account, one per browser. Answers its page, or {likes} where JSON is asked for."""
    comment = _approved_or_404(pk)
    if exceeded(request, "likes", per_minute=60) or exceeded(request, f"like-{pk}", per_minute=5):
        return too_many(request)
    if not from_our_pages(request):
        return _not_ours(request)
    token = token_of(request, LIKES)
    try:
        likes = comments.like(comment.pk, hashed(token))
    except comments.CommentError as error:
        raise Http404(str(error)) from None
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({"likes": likes})
    else:
        # With a query, as the kept page may show the number of a minute ago.
        response = HttpResponseRedirect(f"/articles/{comment.article_id}/comments/?liked={pk}#comment-{pk}")
    return with_cookie(response, LIKES, token)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_report(request: HttpRequest, pk: int) -> HttpResponse:
    comment = _approved_or_404(pk)
    if request.method != "POST":
        return _report_page(request, comment)
    if exceeded(request, "reports", per_minute=10):
        return too_many(request)
    if not from_our_pages(request):
        return _not_ours(request)
    token = token_of(request, LIKES)
    try:
        comments.report(comment.pk, hashed(token), request.POST.get("reason", ""))
    except comments.CommentError as error:
        return _report_page(request, comment, error=str(error), status=422)
    return with_cookie(_report_page(request, comment, sent=True), LIKES, token)


def _report_page(request, comment, *, error="", sent=False, status=200):
    context = {
        "comment": comment,
        "region": regions().by_id[comment.article.home_id].shown,
        "reasons": CommentReport.Reason.choices,
        "back": f"/articles/{comment.article_id}/comments/#comment-{comment.pk}",
        "error": error,
        "sent": sent,
    }
    return private(render(request, "news/comment_report.html", context, status=status))


def _approved_or_404(pk):
    """A comment that readers can see, with its story."""
    comment = get_object_or_404(Comment, pk=pk, state=CommentState.APPROVED)
    comment.article = public_or_404(comment.article_id)
    if comment.article.is_gone:
        raise Http404(_("There is no story at this address."))
    return comment


def _not_ours(request):
    return render(request, "403.html", status=403)
