"""What readers do with a comment that they see: like it, report it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from counties.navigation import regions

from ..models import Comment, CommentAct, CommentDecision, CommentLike, CommentReport, CommentState
from ..models.comment import filed
from .errors import CommentError


@transaction.atomic
def like(comment_id: int, browser: str) -> int:
    """Count a browser's like once; the number of likes.

    Drops no page: a kept page may show the number of a minute ago.
    """
    comment = _visible(comment_id)
    _like, is_new = CommentLike.objects.get_or_create(comment=comment, browser=browser)
    if is_new:
        comment.likes += 1
        comment.save(update_fields=["likes"])
    return comment.likes


@transaction.atomic
def report(comment_id: int, browser: str, reason: str = CommentReport.Reason.OTHER) -> bool:
    """Bring a comment before the moderators again, once for each browser; whether this report was new.

    Readers go on seeing it until a moderator has decided.
    """
    if reason not in CommentReport.Reason.values:
        raise CommentError(_("Please choose a reason."))
    comment = _visible(comment_id)
    _report, is_new = CommentReport.objects.get_or_create(
        comment=comment, browser=browser, defaults={"reason": reason}
    )
    if not is_new:
        return False
    where = filed(regions().by_id[comment.article.home_id])
    CommentDecision.objects.create(
        comment=comment, act=CommentAct.REPORT, before=comment.state, reason=reason,
        queued_before=comment.queued_at, reports_before=comment.reports, **where,
    )  # fmt: skip
    since = comment.queued_at or timezone.now()
    Comment.objects.filter(pk=comment.pk).update(reports=comment.reports + 1, queued_at=since, **where)
    return True


def _visible(comment_id):
    """Locked, so that counts are exact."""
    rows = Comment.objects.select_for_update().filter(pk=comment_id, state=CommentState.APPROVED)
    comment = rows.first()
    if comment is None:
        raise CommentError(_("This comment is no longer there."))
    return comment
