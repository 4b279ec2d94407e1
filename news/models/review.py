from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article, State


class Act(models.TextChoices):
    """What was done to a story: its text written, its state moved, a notice put on it."""

    WRITE = "write", _("text written")
    IMPORT = "import", _("imported")
    SIGN = "sign", _("review signed")
    RESTORE = "restore", _("earlier version restored")
    DRAFT = "draft", _("returned to draft")
    SUBMITTED = "submitted", _("submitted")
    REVIEWED = "reviewed", _("reviewed")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CORRECT = "correct", _("corrected")


class Revision(models.Model):
    """An article as it stood after one act of the newsroom. Written by news.workflow, never changed;
    whoever is named in one is deactivated, not deleted."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions", verbose_name=_("article"))
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(_("act"), max_length=12, choices=Act)
    state = models.CharField(_("state"), max_length=10, choices=State)
    content = models.JSONField(_("content"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.article_id} v{self.version} {self.act}"


class Review(models.Model):
    """A reviewer's signature on one exact text: it counts only while the story's text has this hash."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="reviews", verbose_name=_("article"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    text_hash = models.CharField(_("hash of the text"), max_length=64)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="review_once", fields=["article", "by", "text_hash"]),
        ]

    def __str__(self):
        return f"{self.article_id} · {self.by}"
