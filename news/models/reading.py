from django.db import models
from django.utils.translation import gettext_lazy as _

from counties.models import Region

from .article import Article


class Origin(models.TextChoices):
    """Where a reader came from: the class alone is kept, never an address."""

    DIRECT = "direct", _("direct")
    SEARCH = "search", _("search engines")
    SOCIAL = "social", _("social networks")
    OWN = "own", _("this site")
    OTHER = "other", _("other sites")


class Hour(models.Model):
    """Distinct readings of one hour, in all and by where they came from; the rest came directly."""

    hour = models.DateTimeField(_("hour"))
    count = models.PositiveIntegerField(_("readings"), default=0)
    from_search = models.PositiveIntegerField(Origin.SEARCH.label, default=0)
    from_social = models.PositiveIntegerField(Origin.SOCIAL.label, default=0)
    from_own = models.PositiveIntegerField(Origin.OWN.label, default=0)
    from_other = models.PositiveIntegerField(Origin.OTHER.label, default=0)

    class Meta:
        abstract = True


class Reading(Hour):
    """How an article was read in one hour."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="readings", verbose_name=_("article"))

    class Meta:
        verbose_name = _("readings of an hour")
        verbose_name_plural = _("readings by hour")
        constraints = [models.UniqueConstraint(name="reading_once", fields=["article", "hour"])]

    def __str__(self):
        return f"{self.article_id} · {self.hour:%Y-%m-%d %H} · {self.count}"


class ChannelReading(Hour):
    """How all articles of a channel were read in one hour; so a channel's chart is one index range."""

    region = models.ForeignKey(
        Region, models.CASCADE, related_name="+", db_index=False, verbose_name=_("region")
    )

    class Meta:
        verbose_name = _("readings of a channel")
        verbose_name_plural = _("readings of channels")
        constraints = [models.UniqueConstraint(name="channel_reading_once", fields=["region", "hour"])]

    def __str__(self):
        return f"{self.region_id} · {self.hour:%Y-%m-%d %H} · {self.count}"
