"""The moderators' queue: what waits, whose it is, and who has it before them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from counties import rights
from counties.models import User
from counties.navigation import Node, regions

from ..models import Comment, CommentDecision, CommentLease, CommentState
from ..models.comment import LEVELS, filed

NEXT = 25
LEASE = timedelta(minutes=5)
COUNTED = 100  # of waiting comments, or of a group; more are “100+”
SPREAD = 1_000  # of the oldest that wait, among which the regions are counted
BATCH = 2_000  # comments let in with one query for each region


@dataclass(frozen=True)
class Backlog:
    """How many wait, up to COUNTED + 1, and since when the oldest does."""

    number: int
    oldest: datetime | None

    @property
    def shown(self) -> str:
        return f"{COUNTED}+" if self.number > COUNTED else str(self.number)


def queue(
    user: User,
    *,
    region: Node | None = None,
    reported: bool = False,
    newest: bool = False,
    limit: int = NEXT,
) -> list[Comment]:
    """What waits for this moderator, oldest first, without what another has before them.

    Walks the index of what waits in each region of theirs, mostly one, and stops at `limit`.
    """
    if not newest:  # who asks for the newest has just asked for the next ones
        _let_in()
    held = CommentLease.objects.filter(until__gt=timezone.now()).exclude(by=user)
    order = ["-queued_at", "-pk"] if newest else ["queued_at", "pk"]
    found = []
    for rows in _waiting(user, region, reported):
        rows = rows.exclude(pk__in=held.values("comment")).select_related("article", "parent", "reader")
        found += rows.defer("article__body", "address_sealed").order_by(*order)[:limit]
    return sorted(found, key=lambda comment: (comment.queued_at, comment.pk), reverse=newest)[:limit]


def backlog(user: User, *, region: Node | None = None, reported: bool = False) -> Backlog:
    """Reads no more than COUNTED + 1 rows of the index in each region of theirs."""
    if not reported:
        _let_in()
    since = sorted(
        at
        for rows in _waiting(user, region, reported)
        for at in rows.order_by("queued_at", "pk").values_list("queued_at", flat=True)[: COUNTED + 1]
    )
    return Backlog(min(len(since), COUNTED + 1), since[0] if since else None)


def spread(user: User, region: Node | None = None) -> tuple[Counter[int], bool]:
    """({region id: how many of the oldest wait there or below}, whether there are more than were counted)."""
    found = Counter()
    for rows in _waiting(user, region):
        homes = rows.order_by("queued_at", "pk").values_list(*LEVELS)[:SPREAD]
        found.update(homes)
    numbers = Counter()
    for home, number in found.items():
        numbers.update({pk: number for pk in home if pk})
    return numbers, found.total() >= SPREAD


def log(user: User, *, before: int | None = None, limit: int = 50) -> list[CommentDecision]:
    """What was decided and reported in one's regions, newest first; `before` is the id of the last one."""
    rows = CommentDecision.objects.select_related("comment__article", "by")
    rows = rows.defer("comment__article__body", "comment__address_sealed")
    rows = rows.filter(pk__lt=before) if before else rows
    found = [act for part in _of_regions(rows, user) for act in part.order_by("-pk")[:limit]]
    return sorted(found, key=lambda act: -act.pk)[:limit]


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
    outside = Comment.objects.filter(state=CommentState.PENDING, queued_at__isnull=True).order_by("pk")
    while found := list(outside.values_list("pk", "article__home")[:BATCH]):
        by_home = defaultdict(list)
        for pk, home in found:
            by_home[home].append(pk)
        for home, ids in by_home.items():
            rows = Comment.objects.filter(pk__in=ids)
            rows.update(queued_at=F("created_at"), **filed(regions().by_id[home]))


def _waiting(user, region=None, reported=False):
    rows = Comment.objects.filter(queued_at__isnull=False)
    return _of_regions(rows.filter(reports__gt=0) if reported else rows, user, region)


def _of_regions(rows: QuerySet, user: User, region: Node | None = None) -> list[QuerySet]:
    """The rows where the user may moderate, and below `region` if one is given: those of each topmost region
    by themselves, as only these are one range of an index each."""
    covered = set(rights.covered(user, "moderate"))
    if region and covered.intersection(region.covering):
        covered = {region}
    elif region:
        covered = {node for node in covered if region in node.covering}
    tops = [node for node in covered if not covered.intersection(node.covering[:-1])]
    return [rows.filter(**{node.level: node.id}) if node.parent else rows for node in tops]
