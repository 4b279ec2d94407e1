"""What is shown of comments: to readers, to their authors, and the history of one author to a moderator."""

from dataclasses import dataclass

from django.db.models import Q, Window
from django.db.models.functions import RowNumber

from counties.models import User

from ..models import Comment, CommentState

REPLIES = 20  # shown below one comment before “more replies”
LOOKED_AT = 100  # of an author's comments, for their history
ORDERS = {"newest": ["-created_at", "-pk"], "liked": ["-likes", "-created_at", "-pk"]}


@dataclass(frozen=True)
class History:
    """What became of the last 100 comments of one browser or account."""

    approved: int = 0
    rejected: int = 0


def approved(article_id: int, *, sort: str = "newest", before: str = "", limit: int = 50) -> list[Comment]:
    """What readers may see under a story, without replies; `before` is the id of the last one shown."""
    sort = sort if sort in ORDERS else "newest"
    rows = Comment.objects.filter(article=article_id, state=CommentState.APPROVED, parent=None)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = _after(rows, before, sort)
    return list(rows.defer("address_sealed").order_by(*ORDERS[sort])[:limit])


def replies(comments: list[Comment], limit: int = REPLIES) -> None:
    """Give each comment its approved `answers`, oldest first, and `more_answers` if there are. One query."""
    if not comments:
        return
    rows = Comment.objects.filter(parent__in=[c.pk for c in comments], state=CommentState.APPROVED)
    rank = Window(RowNumber(), partition_by="parent_id", order_by=["created_at", "pk"])
    found = rows.annotate(rank=rank).filter(rank__lte=limit + 1).order_by("created_at", "pk")
    by_parent = {comment.pk: [] for comment in comments}
    for reply in found:
        by_parent[reply.parent_id].append(reply)
    for comment in comments:
        answers = by_parent[comment.pk]
        comment.answers, comment.more_answers = answers[:limit], len(answers) > limit


def replies_after(comment: Comment, last: Comment | None = None, limit: int = 50) -> list[Comment]:
    """The approved replies of one comment after the last one shown, oldest first."""
    rows = Comment.objects.filter(parent=comment.pk, state=CommentState.APPROVED)
    if last:
        rows = rows.filter(created_at__gte=last.created_at).exclude(
            created_at=last.created_at, pk__lte=last.pk
        )
    return list(rows.order_by("created_at", "pk")[:limit])


def waiting(article_id: int, author: str | User) -> list[Comment]:
    """An author's own comments that no moderator has seen yet."""
    rows = _of(author).filter(article=article_id, state=CommentState.PENDING)
    return list(rows.order_by("-created_at", "-pk")[:20])


def decided(article_id: int, author: str | User) -> list[Comment]:
    """An author's newest comments under a story that were decided on: state and decision_reason tell how."""
    rows = _of(author).filter(article=article_id, decided_at__isnull=False)
    return list(rows.order_by("-created_at", "-pk")[:5])


def history_of(author: str | User) -> History:
    """How the comments of a browser or an account fared. One query of at most LOOKED_AT rows, by index."""
    if not author:
        return History()
    states = list(_of(author).order_by("-created_at").values_list("state", flat=True)[:LOOKED_AT])
    good = states.count(CommentState.APPROVED)
    return History(good, states.count(CommentState.REJECTED) + states.count(CommentState.HIDDEN))


def _of(author):
    if isinstance(author, User):
        return Comment.objects.filter(reader=author)
    return Comment.objects.filter(author=author).exclude(author="") if author else Comment.objects.none()


def _after(rows, last_id, sort):
    """The rows behind the last one shown, in this order; from the start where that one is gone."""
    last = Comment.objects.filter(pk=last_id).values("created_at", "pk", "likes").first()
    if last is None:
        return rows
    at, pk, likes = last["created_at"], last["pk"], last["likes"]
    behind = Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk)
    # The first condition of each is what the index is walked by.
    if sort == "liked":
        return rows.filter(Q(likes__lt=likes) | behind, likes__lte=likes)
    return rows.filter(behind, created_at__lte=at)
