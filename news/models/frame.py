from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counties.models import Region

from .article import Article


class BreakingNews(models.Model):
    """A line above the pages of a region and of all regions below it, until its time is over."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("region"))
    text = models.CharField(_("text"), max_length=60)
    article = models.ForeignKey(
        Article,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("The line leads to this story, and is shown only while readers can see it."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    until = models.DateTimeField(_("until"), db_index=True, help_text=_("Then the line goes away by itself."))

    class Meta:
        verbose_name = verbose_name_plural = _("breaking news")
        ordering = ["-until", "-id"]

    def __str__(self):
        return self.text


class Mourning(models.Model):
    """Days on which the pages of a region and of all regions below it are grey."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("region"))
    occasion = models.CharField(_("occasion"), max_length=60, help_text=_("Only the newsroom sees it."))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("days of mourning")
        ordering = ["-last_day", "-id"]
        constraints = [
            models.CheckConstraint(
                name="mourning_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day is before the first."),
            )
        ]

    def __str__(self):
        return self.occasion
