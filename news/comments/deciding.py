"""What moderators do: approve, reject, hide, undo; one comment or thousands at once. Every act is logged."""

import secrets
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from counties import changes, rights
from counties.models import User
from counties.navigation import regions

from .. import heat
from ..models import Comment, CommentAct, CommentDecision, CommentLease, CommentState
from ..models.comment import filed
from . import counting
from .errors import CommentError

MOVES = {
    CommentState.PENDING: {CommentState.APPROVED, CommentState.REJECTED},
    CommentState.APPROVED: {CommentState.HIDDEN},
    CommentState.REJECTED: {CommentState.APPROVED},
    CommentState.HIDDEN: {CommentState.APPROVED},
}
BECOMES = {
    CommentAct.APPROVE: CommentState.APPROVED,
    CommentAct.REJECT: CommentState.REJECTED,
    CommentAct.HIDE: CommentState.HIDDEN,
}
BATCH = 2_000  # comments decided in one transaction
AT_ONCE = 20_000  # comments of a group that one act decides at the most


def approve(comment: Comment, *, by: User | None) -> CommentDecision:
    """Show it to readers. An approved comment that was reported is kept, and leaves the queue."""
    return _decide(comment, CommentAct.APPROVE, by)


def reject(comment: Comment, *, by: User | None, reason: str = "") -> CommentDecision:
    """Never show it. Its author reads the reason."""
    return _decide(comment, CommentAct.REJECT, by, reason)


def hide(comment: Comment, *, by: User | None, reason: str = "") -> CommentDecision:
    """Take an approved comment from the page."""
    return _decide(comment, CommentAct.HIDE, by, reason)


def undo(decision: CommentDecision, *, by: User | None) -> None:
    """Put the comment back to where it was before this decision, its newest."""
    if decision.act not in BECOMES:
        raise CommentError(_("Only a moderator's decision can be undone."))
    if not _undo_some([decision.pk], by):
        raise CommentError(_("This cannot be undone: something newer was decided, or the text is erased."))


def decide_all(comment_ids: Iterable[int], act: str, *, by: User, reason: str = "") -> tuple[str, int]:
    """Decide on many at once: (batch for `undo_batch`, how many were decided).

    Those that somebody else decided on or holds, and those outside the regions of `by`, are left as they are.
    """
    if act not in BECOMES:
        raise CommentError(_("Please choose what to do."))
    held = CommentLease.objects.filter(until__gt=timezone.now()).exclude(by=by)
    rows = Comment.objects.exclude(pk__in=held.values("comment")).exclude(text="")
    covered = rights.below(by, "moderate")
    if covered is not None:
        rows = rows.filter(article__home__in=covered)
    batch, done, ids = secrets.token_hex(8), 0, sorted(set(comment_ids))
    for start in range(0, len(ids), BATCH):
        some = rows.filter(_may_become(act), pk__in=ids[start : start + BATCH])
        done += len(_decide_some(some, act, by, reason, batch))
    return batch, done


def reject_group(group: str, *, by: User, reason: str = "") -> tuple[str, int]:
    """Reject all waiting near-repeats in one act: (batch for `undo_batch`, how many)."""
    return decide_all(_waiting_in(group), CommentAct.REJECT, by=by, reason=reason)


def approve_group(group: str, *, by: User) -> tuple[str, int]:
    return decide_all(_waiting_in(group), CommentAct.APPROVE, by=by)


def undo_batch(batch: str, *, by: User) -> int:
    """Undo what one act did to many; the number put back. Those decided on again since then stay."""
    rows = CommentDecision.objects.filter(batch=batch, undone=False).exclude(batch="")
    ids = list(rows.values_list("pk", flat=True))
    return sum(_undo_some(ids[start : start + BATCH], by) for start in range(0, len(ids), BATCH))


def _waiting_in(group):
    rows = Comment.objects.filter(group=group, queued_at__isnull=False, state=CommentState.PENDING)
    return rows.exclude(group="").order_by("pk").values_list("pk", flat=True)[:AT_ONCE]


def _may_become(act):
    """The states from which an act leads on; and what is approved already but was reported."""
    new = BECOMES[act]
    moves = Q(state__in=[old for old, become in MOVES.items() if new in become])
    return moves | Q(state=new, queued_at__isnull=False) if act == CommentAct.APPROVE else moves


def _decide(comment, act, by, reason=""):
    old, new = CommentState(comment.state), BECOMES[act]
    was_reported = act == CommentAct.APPROVE and old == new and comment.queued_at
    if new not in MOVES[old] and not was_reported:
        raise CommentError(_("“%(old)s” cannot become “%(new)s”.") % {"old": old.label, "new": new.label})
    if not comment.text:
        raise CommentError(_("The text of this comment was erased after its time."))
    rows = Comment.objects.filter(_may_become(act), pk=comment.pk, state=old)
    decisions = _decide_some(rows, act, by, reason)
    if not decisions:
        raise CommentError(_("Somebody else has decided on this comment meanwhile."))
    for name, value in _decided(new, by, reason, decisions[0].at).items():
        setattr(comment, name, value)
    return decisions[0]


@transaction.atomic
def _decide_some(rows, act, by, reason, batch=""):
    """The decisions on those rows that nobody else decided on first: the rows are locked, then read."""
    now, new = timezone.now(), BECOMES[act]
    columns = "article__home", "state", "created_at", "queued_at", "reports"
    rows = rows.select_related("article").only(*columns)
    found, tree = list(rows.select_for_update(of=("self",)).order_by("pk")), regions().by_id
    ids = [comment.pk for comment in found]
    if act == CommentAct.APPROVE:
        _warm([comment for comment in found if comment.state == CommentState.PENDING])
    Comment.objects.filter(pk__in=ids).update(**_decided(new, by, reason, now))
    decisions = CommentDecision.objects.bulk_create(
        CommentDecision(
            comment=comment, act=act, by=by, at=now, reason=reason[:200], batch=batch,
            before=comment.state, queued_before=comment.queued_at, reports_before=comment.reports,
            **filed(tree[comment.article.home_id]),
        )
        for comment in found
    )  # fmt: skip
    CommentLease.objects.filter(comment__in=ids).delete()
    counting.moved((comment.article_id, comment.state, new) for comment in found)
    changes.announce({f"article:{comment.article_id}" for comment in found})
    return decisions


@transaction.atomic
def _undo_some(decision_ids, by):
    """The number of comments put back: those whose newest decision is among these."""
    acts = CommentDecision.objects.filter(act__in=BECOMES, undone=False)
    by_comment = {act.comment_id: act for act in acts.filter(pk__in=decision_ids)}
    rows = Comment.objects.filter(pk__in=by_comment).exclude(text="").order_by("pk")
    locked = dict(rows.select_for_update().values_list("pk", "state"))
    newest = dict(acts.filter(comment__in=locked).order_by("pk").values_list("comment", "pk"))
    undone = [
        act for pk, act in by_comment.items() if newest.get(pk) == act.pk and locked[pk] == BECOMES[act.act]
    ]
    comments = Comment.objects.filter(pk__in=[act.comment_id for act in undone])
    was = acts.filter(comment=OuterRef("pk")).order_by("-pk")
    comments.update(
        state=Subquery(was.values("before")[:1]),
        queued_at=Subquery(was.values("queued_before")[:1]),
        reports=Subquery(was.values("reports_before")[:1]),
        decided_by=None,
        decided_at=None,
        decision_reason="",
    )
    acts.filter(pk__in=[act.pk for act in undone]).update(undone=True)
    CommentDecision.objects.bulk_create(
        CommentDecision(
            comment_id=act.comment_id, act=CommentAct.UNDO, by=by, before=BECOMES[act.act],
            province_id=act.province_id, prefecture_id=act.prefecture_id, county_id=act.county_id,
        )
        for act in undone
    )  # fmt: skip
    articles = dict(comments.values_list("pk", "article"))
    counting.moved((articles[act.comment_id], BECOMES[act.act], act.before) for act in undone)
    changes.announce({f"article:{pk}" for pk in articles.values()})
    return len(undone)


def _decided(new, by, reason, at):
    return {
        "state": new,
        "queued_at": None,
        "reports": 0,
        "decided_by": by,
        "decided_at": at,
        "decision_reason": reason[:200],
    }


def _warm(comments):
    """An approval counts once for the heat of its story, however often it is undone and done again."""
    before = CommentDecision.objects.filter(comment__in=comments, act=CommentAct.APPROVE)
    already = set(before.values_list("comment", flat=True)) if comments else set()
    by_article = defaultdict(list)
    for comment in comments:
        if comment.pk not in already:
            by_article[comment.article_id].append((comment.created_at, heat.COMMENT))
    heat.warm(by_article)
