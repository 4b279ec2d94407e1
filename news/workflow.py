"""Writing a story and moving it between states. No other module writes an article's state, text or times."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from counties import changes
from counties.models import User
from counties.navigation import regions

from . import heat, placements, richtext, search, tagging
from .models import (
    Act,
    Article,
    Autosave,
    Correction,
    Figure,
    Relation,
    Review,
    Revision,
    State,
)
from .models.comment import filed

MOVES = {
    State.DRAFT: {State.SUBMITTED, State.PUBLISHED},
    State.SUBMITTED: {State.DRAFT, State.REVIEWED, State.PUBLISHED},
    State.REVIEWED: {State.DRAFT, State.SUBMITTED, State.PUBLISHED},
    State.PUBLISHED: {State.WITHDRAWN},
    State.WITHDRAWN: {State.DRAFT, State.PUBLISHED},
}
TEXT = ("kicker", "headline", "subhead", "summary", "byline", "editor")
WRITTEN = (
    *TEXT,
    *("body", "home", "section", "source", "original_url", "lead_photo", "comments_open"),
    *("expires_at", "embargo_until"),
)
FIGURE = ("photo_id", "caption", "credit", "is_lead")


class WorkflowError(Exception):
    """The act is not allowed. The message is for the editor."""


class Conflict(WorkflowError):
    """Somebody else saved the story since it was read."""


# The text


@transaction.atomic
def write(
    article: Article,
    *,
    by: User | None = None,
    tags: Iterable[str] | None = None,
    figures: Sequence[Figure] | None = None,
    places: Iterable[int] = (),
    act: Act = Act.WRITE,
) -> Article:
    """Save the text of a new or existing story; `None` leaves tags and figures as they are.
    `places` are the ids of further regions.

    Never writes the state, but a changed text voids the reviews that were signed on the earlier one.
    Raises Conflict when the row's version is no longer the one that was read.
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
        _set_figures(article, figures)
    if tags is not None:
        tagging.write(article, tags)
    for region_id in places:
        placements.place(article, region_id, by=by)
    _record(article, act, by)
    return article


@transaction.atomic
def restore(article: Article, revision: Revision, *, by: User | None) -> Article:
    """Write the text of an earlier revision as the story's newest."""
    content = revision.content
    for name in WRITTEN:
        field = Article._meta.get_field(name)
        if field.attname in content or name in content:
            value = content.get(name, content.get(field.attname))
            setattr(article, field.attname, parse_datetime(value) if name in _TIMES and value else value)
    figures = [Figure(**figure) for figure in content.get("figures", ())]
    return write(article, by=by, tags=content.get("tags", ()), figures=figures, act=Act.RESTORE)


@transaction.atomic
def amend(article: Article) -> None:
    """Complete the newest revision with what was saved beside the text: figures, relations, channels."""
    newest = article.revisions.first()
    newest.content = content_of(article)
    newest.save(update_fields=["content"])
    refresh(article)


def content_of(article: Article) -> dict:
    """All that an editor writes in a story, as JSON: what a revision keeps and a reviewer signs."""
    content = {name: getattr(article, Article._meta.get_field(name).attname) for name in WRITTEN}
    for name in _TIMES:
        content[name] = content[name] and content[name].isoformat()
    content["tags"] = sorted(article.taggings.values_list("tag__name", flat=True))
    content["figures"] = list(article.figures.values(*FIGURE))
    if relations := list(article.relations.values("kind", "target_id", "headline")):
        content["relations"] = relations
    return content


def text_hash(article: Article) -> str:
    text = json.dumps(content_of(article), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# Review and publication


def submit(article: Article, *, by: User | None) -> None:
    _move(article, State.SUBMITTED, by)


def return_to_draft(article: Article, *, by: User | None) -> None:
    _move(article, State.DRAFT, by)


def signatures(article: Article) -> list[Review]:
    """The reviews that count: those signed on the text as it is now."""
    return list(article.reviews.filter(text_hash=text_hash(article)).select_related("by"))


@transaction.atomic
def sign(article: Article, *, by: User) -> None:
    """Sign a review of the text as it is now. With the last one that is needed the story is reviewed."""
    if article.state not in {State.SUBMITTED, State.REVIEWED}:
        raise WorkflowError(_("Only a submitted story can be reviewed. Submit it first."))
    if settings.REVIEWS > 1 and by.pk in _writers(article):
        raise WorkflowError(_("You wrote on this text, so somebody else has to review it."))
    _review, new = Review.objects.get_or_create(article=article, by=by, text_hash=text_hash(article))
    if not new:
        raise WorkflowError(_("You have already signed this text."))
    if article.state == State.SUBMITTED and len(signatures(article)) >= settings.REVIEWS:
        _move(article, State.REVIEWED, by, act=Act.SIGN)
    else:
        _record(article, Act.SIGN, by)


@transaction.atomic
def publish(
    article: Article, *, by: User | None = None, at: datetime | None = None, substantive: bool = True
) -> Article:
    """Publish now, or at a time: a future one appears by itself. The first month stays in the address.

    A person publishes only what has its reviews; an import (`by` None) brings what was published before.
    A working copy is published into its story: then `substantive` says whether readers, feeds and sitemaps
    are told of an update, or it is a silent fix. Returns the public story.
    """
    if by is not None:
        _require_reviews(article)
    if article.copy_of_id:
        return _publish_copy(article, by=by, substantive=substantive)
    at = at or timezone.now()
    _require_life(article, at)
    _require_end_of_embargo(article, at)
    month = article.month or f"{timezone.localtime(at):%Y%m}"
    _move(article, State.PUBLISHED, by, published_at=at, month=month)
    return article


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
    """Put a public notice on a story that readers see."""
    at = at or timezone.now()
    if not Article.objects.published().filter(pk=article.pk).exists():
        raise WorkflowError(_("Only a story that readers see can be corrected. Edit this one itself."))
    if not text.strip():
        raise WorkflowError(_("Write what was wrong and what is right."))
    correction = Correction.objects.create(article=article, kind=kind, text=text.strip(), by=by, at=at)
    article.updated_at = at
    article.save(update_fields=["updated_at"])
    _record(article, Act.CORRECT, by)
    return correction


# Working copies of published stories


@transaction.atomic
def working_copy(article: Article, *, by: User) -> Article:
    """The story's working copy, made if there is none: a draft of its own that readers never see."""
    if article.state != State.PUBLISHED:
        raise WorkflowError(_("Only a published story has a working copy; edit this one itself."))
    if found := Article.objects.filter(copy_of=article).first():
        return found
    copy = Article(copy_of=article, created_by=by)
    for name in WRITTEN:
        attname = Article._meta.get_field(name).attname
        setattr(copy, attname, getattr(article, attname))
    copy.save()
    _set_figures(copy, [Figure(**row) for row in article.figures.values(*FIGURE)])
    tagging.write(copy, article.taggings.values_list("tag__name", flat=True))
    for relation in article.relations.all():
        relation.pk, relation.article = None, copy
        relation.save()
    _record(copy, Act.WRITE, by)
    return copy


@transaction.atomic
def discard_copy(copy: Article) -> None:
    """Throw a working copy away; the published story stays as it is, and so does the copy's history."""
    if not copy.copy_of_id:
        raise WorkflowError(_("This is no working copy."))
    Revision.objects.filter(article=copy).update(article=copy.copy_of_id)
    _keep_typed(copy)
    copy.delete()


def _keep_typed(copy):
    """What others have typed into the copy and not saved moves to the story, where it is offered to them."""
    typed = Autosave.objects.filter(article=copy).exclude(fields={})
    users = typed.values_list("user_id", flat=True)
    Autosave.objects.filter(article=copy.copy_of_id, user__in=users, fields={}).delete()
    taken = Autosave.objects.filter(article=copy.copy_of_id).values_list("user_id", flat=True)
    typed.exclude(user__in=list(taken)).update(article=copy.copy_of_id)


def _publish_copy(copy, *, by, substantive):
    """Write the copy's text, figures, tags and relations into its story."""
    article = Article.objects.select_for_update().get(pk=copy.copy_of_id)
    if article.state != State.PUBLISHED:
        raise WorkflowError(_("The story itself is no longer published."))
    _require_end_of_embargo(copy, max(article.published_at, timezone.now()))
    for name in WRITTEN:
        attname = Article._meta.get_field(name).attname
        setattr(article, attname, getattr(copy, attname))
    if substantive:
        article.updated_at = timezone.now()
        article.save(update_fields=["updated_at"])
    Relation.objects.filter(article=article).delete()
    Relation.objects.filter(article=copy).update(article=article)
    figures = [Figure(**row) for row in copy.figures.values(*FIGURE)]
    tags = list(copy.taggings.values_list("tag__name", flat=True))
    discard_copy(copy)
    return write(article, by=by, tags=tags, figures=figures, act=Act.PUBLISHED)


# What follows from all of these


@transaction.atomic
def refresh(article: Article) -> None:
    """Bring listings, search and reviews in line with the story and what belongs to it, and announce it."""
    if article.state == State.REVIEWED and len(signatures(article)) < settings.REVIEWS:
        _move(article, State.SUBMITTED, None)  # the text is no longer the one that was reviewed
        return
    times = "region_id", "published_at", "expires_at"  # any page may be kept beyond a new end
    was = set(article.placements.live().values_list(*times))
    if article.state == State.PUBLISHED:
        touched = placements.write(article)
        heat.carry_over(article.pk)
        search.index(article)
    else:
        touched = placements.remove(article)
        search.remove(article.pk)
    left = was - set(article.placements.live().values_list(*times))
    changes.announce(keys(article, touched) | ({changes.GONE} if left else set()))


def keys(article: Article, region_ids: Iterable[int] = ()) -> set[str]:
    """The surrogate keys of everything that shows the story."""
    tags = article.taggings.values_list("tag_id", flat=True)
    return {
        f"article:{article.pk}",
        *(f"region:{pk}" for pk in region_ids),
        *(f"tag:{pk}" for pk in tags),
        "corrections",
    }


_TIMES = ("expires_at", "embargo_until")


def _tidy(article):
    article.body = richtext.clean(article.body)
    for name in TEXT:
        setattr(article, name, " ".join(richtext.without_control(getattr(article, name)).split()))
    if not article.headline:
        raise WorkflowError(_("A story needs a headline."))
    _require_life(article, article.published_at)


def _require_end_of_embargo(article, at):
    if article.embargo_until and article.embargo_until > at:
        raise WorkflowError(_("The embargo ends after this time. Take a later time, or shorten the embargo."))


def _save_next_version(article):
    read = Article.objects.filter(pk=article.pk, version=article.version)
    if not read.update(version=F("version") + 1):
        raise Conflict(_("Somebody else saved this story meanwhile. Your text was not saved over theirs."))
    if Article.objects.filter(pk=article.pk).exclude(home=article.home_id).exists():
        article.comments.update(**filed(regions().by_id[article.home_id]))
    article.save(update_fields=WRITTEN)
    article.refresh_from_db(fields=["state", "published_at", "month", "version"])


@transaction.atomic
def _move(article, new, by, act=None, **fields):
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
    _record(article, act or Act(new.value), by)


def _record(article, act, by):
    """Keep a revision, and bring what hangs on the text in line."""
    Revision.objects.create(
        article=article,
        version=article.version,
        act=act,
        state=article.state,
        content=content_of(article),
        by=by,
    )
    refresh(article)


def _require_life(article, at):
    if at and article.expires_at and article.expires_at <= at:
        raise WorkflowError(_("The story expires before it is published. Change one of the two times."))


def _require_reviews(article):
    missing = settings.REVIEWS - len(signatures(article))
    if missing > 0:
        raise WorkflowError(
            _("The text as it is now lacks %(count)d review(s). Have it reviewed first.") % {"count": missing}
        )


def _writers(article):
    """Who wrote on the text that now stands: its author and whoever saved it since."""
    acts = (Act.WRITE, Act.RESTORE)
    return {article.created_by_id, *article.revisions.filter(act__in=acts).values_list("by_id", flat=True)}


def _set_figures(article, figures):
    article.figures.all().delete()
    for order, figure in enumerate(figures):
        figure.article, figure.order = article, order
    Figure.objects.bulk_create(figures)
