from django.db import models
from django.utils.translation import gettext_lazy as _


class Section(models.Model):
    """A subject that runs through all channels: 要闻, 图文看点, 乡里乡亲."""

    # Sections that blocks and pages know by name.
    NEWS, PHOTOS, FOLKS = "news", "photos", "folks"

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=20, unique=True)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Source(models.Model):
    """The paper or station that stories come from: 凉山日报."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    url = models.URLField(_("address"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name"]

    def __str__(self):
        return self.name
