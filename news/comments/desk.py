"""The moderators' queue: what waits, whose it is, and who has it before them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from counties import rights
from counties.models import User
from counties.navigation import Node

from ..models import Comment, CommentLease, CommentState

NEXT = 25
LEASE = timedelta(minutes=5)
COUNTED = 100  # of waiting comments, or of a group; more are “100+”


@dataclass(frozen=True)
class Backlog:
    """How many wait, up to COUNTED + 1, and since when the oldest does."""

    number: int
    oldest: datetime | None

    @property
    def is_more(self) -> bool:
        return self.number > COUNTED


def queue(
    user: User,
    *,
    region: Node | None = None,
    reported: bool = False,
    newest: bool = False,
    limit: int = NEXT,
) -> list[Comment]:
    """What waits for this moderator, oldest first, without what another has before them.

    Walks the index of waiting comments and stops at `limit`; the table itself is never counted.
    """
    if not newest:  # who asks for the newest has just asked for the next ones
        _let_in()
    rows = in_view(user, region=region, reported=reported)
    held = CommentLease.objects.filter(until__gt=timezone.now()).exclude(by=user)
    rows = rows.exclude(pk__in=held.values("comment"))
    order = ["-queued_at", "-pk"] if newest else ["queued_at", "pk"]
    return list(
        rows.select_related("article", "parent")
        .defer("article__body", "address_sealed")
        .order_by(*order)[:limit]
    )


def in_view(user: User, *, region: Node | None = None, reported: bool = False):
    """The rows that wait where the user may moderate, and below `region` if one is given."""
    rows = Comment.objects.filter(queued_at__isnull=False)
    if reported:
        rows = rows.filter(reports__gt=0)
    covered = rights.below(user, "moderate")
    if region is not None and region.parent is not None:
        below = _subtree(region)
        covered = below if covered is None else covered & below
    if covered is None:
        return rows
    if connection.vendor != "sqlite":
        return rows.filter(article__home__in=covered)
    # SQLite, which knows no numbers of rows, would search the whole archive of the region for what waits.
    # “+ 0” hides the index that it would do so by; so it walks the short index of what waits.
    return rows.alias(home=F("article__home_id") + 0).filter(home__in=covered)


def backlog(user: User, *, region: Node | None = None, reported: bool = False) -> Backlog:
    """Reads no more than COUNTED + 1 rows of the index."""
    if not reported:
        _let_in()
    since = list(
        in_view(user, region=region, reported=reported)
        .order_by("queued_at", "pk")
        .values_list("queued_at", flat=True)[: COUNTED + 1]
    )
    return Backlog(len(since), since[0] if since else None)


def group_size(comment: Comment) -> int:
    """How many near-repeats of a comment wait, itself included, up to 10,001."""
    rows = Comment.objects.filter(group=comment.group, queued_at__isnull=False, state=CommentState.PENDING)
    return len(rows.values_list("pk")[: 100 * COUNTED + 1]) if comment.group else 1


def lease(comments: Iterable[Comment], by: User) -> list[Comment]:
    """Take comments before oneself for LEASE; those that nobody else holds, in the same order."""
    comments, now = list(comments), timezone.now()
    ids = [comment.pk for comment in comments]
    CommentLease.objects.filter(Q(until__lte=now) | Q(by=by), comment__in=ids).delete()
    CommentLease.objects.bulk_create(
        [CommentLease(comment_id=pk, by=by, until=now + LEASE) for pk in ids], ignore_conflicts=True
    )
    mine = set(CommentLease.objects.filter(comment__in=ids, by=by).values_list("comment", flat=True))
    return [comment for comment in comments if comment.pk in mine]


def release(by: User) -> None:
    """Give back all that one moderator holds."""
    CommentLease.objects.filter(by=by).delete()


def _let_in():
    """Give what a script or an import has made its place in the queue. Mostly one look at an empty index."""
    outside = Comment.objects.filter(state=CommentState.PENDING, queued_at__isnull=True)
    if outside.exists():
        outside.update(queued_at=F("created_at"))


def _subtree(region):
    found, to_visit = set(), [region]
    while to_visit:
        node = to_visit.pop()
        found.add(node.id)
        to_visit += node.children
    return found
