from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article


class CommentState(models.TextChoices):
    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    HIDDEN = "hidden", _("hidden")


class Comment(models.Model):
    """What a reader said under a story. Its state is written by news.comments alone."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="comments", db_index=False, verbose_name=_("article")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies", verbose_name=_("reply to")
    )
    name = models.CharField(_("nickname"), max_length=20)
    text = models.TextField(_("comment"), max_length=1000)
    state = models.CharField(
        _("state"), max_length=8, choices=CommentState, default=CommentState.PENDING, editable=False
    )
    author = models.CharField(
        _("author key"), max_length=64, blank=True, editable=False,
        help_text=_("Hash of the browser's comment cookie; never an address."),
    )  # fmt: skip
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(name="comment_state_known", condition=Q(state__in=CommentState.values)),
        ]
        indexes = [
            # Serves the comments under a story, and their count.
            models.Index(name="comment_by_article", fields=["article", "state", "-created_at", "-id"]),
            # Serves an author's own pending comments.
            models.Index(name="comment_by_author", fields=["author", "article"], condition=~Q(author="")),
            # Serves the moderators' queue.
            models.Index(name="comment_waiting", fields=["-id"], condition=Q(state="pending")),
        ]

    def __str__(self):
        return f"{self.name}：{self.text[:30]}"
