"""A story: its page, the notice where a withdrawn one stood, and its permanent link."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from counties import changes
from counties.navigation import regions

from .. import blocks, comments, due, figures, frame, richtext, seo
from ..models import Article, Correction, Section, State

COMMENTS_SHOWN = 20
PLATES = 3  # pictures that make a story of 图文看点 a gallery


# A scheduled story that was withdrawn before its time was never public, and leaves no notice. The notice of
# one that was stays while the story is written anew, until it is published again.
WAS_PUBLIC = Q(at__gte=F("article__published_at"), kind=Correction.Kind.WITHDRAWAL) & ~Q(
    article__state=State.PUBLISHED
)


# What names a story and tells whether it takes comments; all the rest doubles the cost of the query.
BARE = Article.objects.only("headline", "home", "month", "published_at", "comments_open")
WHOLE = Article.objects.select_related("source", "section")


def public_or_404(pk: int, stories: QuerySet[Article] = BARE) -> Article:
    """A story that readers may know of: published, or `is_gone` with a notice in its place."""
    stories = stories.filter(pk=pk)
    if article := next(iter(stories.published()), None):  # first() would sort, which costs a third more
        article.is_gone = False
        return article
    notices = Correction.objects.filter(WAS_PUBLIC, article=OuterRef("pk"))
    article = stories.filter(Exists(notices)).first()
    if article is None:
        raise Http404(_("There is no story at this address."))
    article.is_gone = True
    return article


def address(article: Article) -> str:
    """The canonical address, from the regions in memory."""
    return f"{regions().by_id[article.home_id].url}{article.month}/{article.pk}/"


@require_safe
def article_permalink(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponsePermanentRedirect(address(public_or_404(pk)))


@require_safe
@due.dated
def article_page(request: HttpRequest, month: str, pk: int, path: str = "") -> HttpResponse:
    article = public_or_404(pk, WHOLE)
    if request.path != address(article):
        return HttpResponsePermanentRedirect(address(article))
    if article.is_gone:
        return _withdrawn(request, article)
    template, context = page(article)
    response = render(request, template, context)
    keys = {f"article:{article.pk}", *frame.keys(context["region"])}
    return changes.shows(response, keys)


def _withdrawn(request, article):
    notice = article.corrections.filter(kind=Correction.Kind.WITHDRAWAL).first()
    region = regions().by_id[article.home_id].shown
    context = {"article": article, "region": region, "notice": notice}
    return render(request, "news/article_withdrawn.html", context, status=410)


def page(article: Article) -> tuple[str, dict]:
    """The template and the context of a story's page."""
    context = _context(article)
    return ("news/gallery_page.html" if context["is_gallery"] else "news/article_page.html"), context


def _corrections(article):
    """Without the notice of a withdrawal after which the story was published again."""
    return list(article.corrections.exclude(kind=Correction.Kind.WITHDRAWAL))


def _context(article):
    region = regions().by_id[article.home_id].shown
    tags = list(article.tags.all())
    shown = figures.of(article)
    corrections = _corrections(article) if article.updated_at else []
    said = comments.approved(article.pk, limit=COMMENTS_SHOWN + 1) if article.comment_count else []
    comments.replies(said)
    is_gallery = article.section.slug == Section.PHOTOS and len(shown) >= PLATES
    context = {
        "article": article,
        "region": region,
        "url": address(article),
        "tags": tags,
        "figures": shown,
        "head": figures.head(shown),
        "body": figures.body(article, shown, sizes=figures.AS_PLATE if is_gallery else figures.IN_TEXT),
        "is_gallery": is_gallery,
        "parts": richtext.parts(article.body),
        "minutes": max(1, round(len(article.body) / 500)),
        "corrections": corrections,
        "comments": said,
        "comments_shown": COMMENTS_SHOWN,
        "description": blocks.text_of(article),
        "blocks": blocks.for_article(article, region, [tag.pk for tag in tags]),
    }
    return context | {"seo": seo.article(context)}
