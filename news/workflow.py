"""Writing a story and moving it between states. No other module writes an article's state, text or times."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from counties import changes
from counties.models import User

from . import heat, placements, richtext, search
from .models import Article, Correction, Figure, Revision, State, Tag, Tagging
from .models.review import Act

MOVES = {
    State.DRAFT: {State.SUBMITTED, State.PUBLISHED},
    State.SUBMITTED: {State.DRAFT, State.REVIEWED, State.PUBLISHED},
    State.REVIEWED: {State.DRAFT, State.PUBLISHED},
    State.PUBLISHED: {State.WITHDRAWN},
    State.WITHDRAWN: {State.DRAFT, State.PUBLISHED},
}
TEXT = ("kicker", "headline", "subhead", "summary", "byline", "editor")
WRITTEN = (
    *TEXT,
    *("body", "home", "section", "source", "original_url", "lead_photo", "comments_open", "expires_at"),
)


class WorkflowError(Exception):
    """The act is not allowed. The message is for the editor."""


class Conflict(WorkflowError):
    """Somebody else saved the story since it was read."""


@transaction.atomic
def write(
    article: Article,
    *,
    by: User | None = None,
    tags: Iterable[str] | None = None,
    figures: Sequence[Figure] | None = None,
    places: Iterable[int] = (),
) -> Article:
    """Save the text of a new or existing story; `None` leaves tags and figures as they are.
    `places` are the ids of further regions.

    Never writes the state. Raises Conflict when the row's version is no longer the one that was read.
    """
    _tidy(article)
    if figures and not article.lead_photo_id:
        article.lead_photo = next((figure.photo for figure in figures if figure.is_lead), None)
    if article._state.adding:
        article.created_by = by
        article.save()
    else:
        _save_next_version(article)
    if figures is not None:
        article.figures.all().delete()
        for order, figure in enumerate(figures):
            figure.article, figure.order = article, order
        Figure.objects.bulk_create(figures)
    if tags is not None:
        _set_tags(article, tags)
    for region_id in places:
        placements.place(article, region_id, by=by)
    _record(article, Act.WRITE, by)
    return article


def submit(article: Article, *, by: User | None) -> None:
    _move(article, State.SUBMITTED, by)


def review(article: Article, *, by: User | None) -> None:
    _move(article, State.REVIEWED, by)


def return_to_draft(article: Article, *, by: User | None) -> None:
    _move(article, State.DRAFT, by)


def publish(article: Article, *, by: User | None = None, at: datetime | None = None) -> None:
    """Publish now, or at a time: a future one appears by itself. The first month stays in the address."""
    at = at or timezone.now()
    if article.expires_at and article.expires_at <= at:
        raise WorkflowError(_("The story expires before it is published. Change one of the two times."))
    month = article.month or f"{timezone.localtime(at):%Y%m}"
    _move(article, State.PUBLISHED, by, published_at=at, month=month)


@transaction.atomic
def withdraw(article: Article, *, by: User | None, notice: str) -> Correction:
    """Remove the story from everywhere; the notice stays at its address."""
    if not notice.strip():
        raise WorkflowError(_("Say in a sentence why the story was withdrawn; readers see it in its place."))
    _move(article, State.WITHDRAWN, by)
    return Correction.objects.create(
        article=article, kind=Correction.Kind.WITHDRAWAL, text=notice.strip(), by=by
    )


@transaction.atomic
def correct(
    article: Article,
    *,
    by: User | None,
    text: str,
    kind: str = Correction.Kind.CORRECTION,
    at: datetime | None = None,
) -> Correction:
    """Put a public notice on a published story."""
    at = at or timezone.now()
    if not text.strip():
        raise WorkflowError(_("Write what was wrong and what is right."))
    correction = Correction.objects.create(article=article, kind=kind, text=text.strip(), by=by, at=at)
    article.updated_at = at
    article.save(update_fields=["updated_at"])
    _record(article, Act.CORRECT, by)
    return correction


def keys(article: Article, region_ids: Iterable[int] = ()) -> set[str]:
    """The surrogate keys of everything that shows the story."""
    tags = article.taggings.values_list("tag_id", flat=True)
    return {
        f"article:{article.pk}",
        *(f"region:{pk}" for pk in region_ids),
        *(f"tag:{pk}" for pk in tags),
        "corrections",
    }


def _tidy(article):
    article.body = richtext.clean(article.body)
    for name in TEXT:
        setattr(article, name, " ".join(richtext.without_control(getattr(article, name)).split()))
    if not article.headline:
        raise WorkflowError(_("A story needs a headline."))


def _save_next_version(article):
    read = Article.objects.filter(pk=article.pk, version=article.version)
    if not read.update(version=F("version") + 1):
        raise Conflict(_("Somebody else saved this story meanwhile. Your text was not saved over theirs."))
    article.save(update_fields=WRITTEN)
    article.refresh_from_db(fields=["state", "published_at", "month", "version"])


@transaction.atomic
def _move(article, new, by, **fields):
    old = State(article.state)
    if new not in MOVES[old]:
        raise WorkflowError(
            _("“%(old)s” cannot become “%(new)s”.") % {"old": old.label, "new": State(new).label}
        )
    # The filter on the old state makes two editors' clicks safe: one wins, one is told.
    fields |= {"state": new, "version": F("version") + 1}
    if not Article.objects.filter(pk=article.pk, state=old, version=article.version).update(**fields):
        raise Conflict(_("Somebody else changed this story meanwhile. Reload it and try again."))
    article.refresh_from_db(fields=list(fields))
    _record(article, Act(new.value), by)


def _record(article, act, by):
    """Keep a revision, and bring what shows the story in line."""
    content = {name: getattr(article, Article._meta.get_field(name).attname) for name in WRITTEN}
    content["expires_at"] = article.expires_at and article.expires_at.isoformat()
    content["tags"] = list(article.taggings.values_list("tag__name", flat=True))
    Revision.objects.create(
        article=article, version=article.version, act=act, state=article.state, content=content, by=by
    )
    refresh(article)


@transaction.atomic
def refresh(article: Article) -> None:
    """Bring listings and search in line with the story and its further channels, and announce the change."""
    if article.state == State.PUBLISHED:
        touched = placements.write(article)
        heat.carry_over(article.pk)
        search.index(article)
    else:
        touched = placements.remove(article)
        search.remove(article.pk)
    changes.announce(keys(article, touched))


def _set_tags(article, names):
    wanted = {tag.pk for tag in map(_tag, dict.fromkeys(names)) if tag}
    present = set(article.taggings.values_list("tag_id", flat=True))
    article.taggings.exclude(tag__in=wanted).delete()
    Tagging.objects.bulk_create(Tagging(article=article, tag_id=pk) for pk in sorted(wanted - present))


def _tag(name):
    name = " ".join(richtext.without_control(name).split())[:40]
    if not name:
        return None
    if tag := Tag.objects.filter(name=name).first():
        return tag
    base = slugify(name, allow_unicode=True)[:50] or "tag"
    taken = set(Tag.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(s for s in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)
    return Tag.objects.create(name=name, slug=slug)
