from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class Reading(models.Model):
    """How many distinct readings an article had in one hour."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="readings", verbose_name=_("article"))
    hour = models.DateTimeField(_("hour"))
    count = models.PositiveIntegerField(_("readings"), default=0)

    class Meta:
        verbose_name = _("readings of an hour")
        verbose_name_plural = _("readings by hour")
        constraints = [models.UniqueConstraint(name="reading_once", fields=["article", "hour"])]

    def __str__(self):
        return f"{self.article_id} · {self.hour:%Y-%m-%d %H} · {self.count}"
