"""What happens to a comment. No other module writes a comment's state."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from counties import changes
from counties.models import User

from .. import heat
from ..models import Article, Comment, CommentState

MOVES = {
    CommentState.PENDING: {CommentState.APPROVED, CommentState.REJECTED},
    CommentState.APPROVED: {CommentState.HIDDEN},
    CommentState.REJECTED: {CommentState.APPROVED},
    CommentState.HIDDEN: {CommentState.APPROVED},
}


class CommentError(Exception):
    """The act is not allowed. The message is for whoever asked for it."""


def post(article: Article, *, name: str, text: str, author: str = "", at: datetime | None = None) -> Comment:
    """Keep a reader's comment. Nobody but its author sees it until a moderator has approved it."""
    if not article.comments_open:
        raise CommentError(_("Comments on this story are closed."))
    same = (
        Comment.objects.filter(author=author, article=article, text=text)
        if author
        else Comment.objects.none()
    )
    if same.exists():
        raise CommentError(_("You have already sent this comment."))
    return Comment.objects.create(
        article=article, name=name, text=text, author=author, created_at=at or timezone.now()
    )


def approved(article_id: int, *, before: str = "", limit: int = 50) -> list[Comment]:
    """What readers may see under a story, newest first; `before` is the id of the last one shown."""
    rows = Comment.objects.filter(article=article_id, state=CommentState.APPROVED)
    if before.isascii() and before.isdigit() and len(before) < 19:
        last = Comment.objects.filter(pk=before).values_list("created_at", "pk").first()
        rows = (
            rows.filter(created_at__lte=last[0]).exclude(created_at=last[0], pk__gte=last[1])
            if last
            else rows
        )
    return list(rows.order_by("-created_at", "-pk")[:limit])


def waiting(article_id: int, author: str) -> list[Comment]:
    """An author's own comments that no moderator has seen yet."""
    rows = Comment.objects.filter(article=article_id, author=author, state=CommentState.PENDING)
    return list(rows.order_by("-created_at", "-pk")[:20])


def approve(comment: Comment, *, by: User | None) -> None:
    _move(comment, CommentState.APPROVED)


def reject(comment: Comment, *, by: User | None) -> None:
    _move(comment, CommentState.REJECTED)


def hide(comment: Comment, *, by: User | None) -> None:
    _move(comment, CommentState.HIDDEN)


@transaction.atomic
def _move(comment, new):
    old = CommentState(comment.state)
    labels = {"old": old.label, "new": CommentState(new).label}
    if new not in MOVES[old]:
        raise CommentError(_("“%(old)s” cannot become “%(new)s”.") % labels)
    if not Comment.objects.filter(pk=comment.pk, state=old).update(state=new):
        raise CommentError(_("Somebody else has decided on this comment meanwhile."))
    comment.state = new
    if new == CommentState.APPROVED and old == CommentState.PENDING:
        heat.warm(comment.article_id, [(comment.created_at, heat.COMMENT)])
    changes.announce({f"article:{comment.article_id}"})
