from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article, State


class Act(models.TextChoices):
    """What was done to a story: its text written, its state moved, a notice put on it."""

    WRITE = "write", _("text written")
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
