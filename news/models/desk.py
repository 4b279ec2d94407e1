from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .article import Article


class Autosave(models.Model):
    """What one person has typed into a story's form, kept beside the story and never in it.

    `fields` is the form as the browser would send it, {name: value}. A new story has no article yet; then
    `form_key`, made by the browser, tells its forms apart. `seen_at` tells who is at work on a story now.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="autosaves", verbose_name=_("article")
    )
    form_key = models.CharField(_("form"), max_length=40, blank=True)
    base_version = models.PositiveIntegerField(_("version read"), default=0)
    fields = models.JSONField(_("fields"), default=dict)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen at"), default=timezone.now)

    class Meta:
        verbose_name = _("autosaved text")
        verbose_name_plural = _("autosaved texts")
        constraints = [
            models.UniqueConstraint(
                name="autosave_once_a_story", fields=["user", "article"], condition=Q(article__isnull=False)
            ),
            models.UniqueConstraint(
                name="autosave_once_a_form", fields=["user", "form_key"], condition=Q(article=None)
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.article_id or self.form_key}"


class WatchWord(models.Model):
    """A word that the newsroom wants to be asked about before a story is submitted."""

    class Kind(models.TextChoices):
        MISTAKE = "mistake", _("commonly mistyped")
        SENSITIVE = "sensitive", _("sensitive")

    word = models.CharField(_("word"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MISTAKE)
    better = models.CharField(_("better"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("watched word")
        verbose_name_plural = _("watched words")
        ordering = ["word"]

    def __str__(self):
        return self.word


class Redirect(models.Model):
    """An address of an earlier site that leads to one of ours."""

    path = models.CharField(_("old address"), max_length=300, unique=True, help_text=_("Begins with /."))
    target = models.CharField(_("new address"), max_length=300, help_text=_("Begins with /."))

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="redirect_stays_on_this_site",
                condition=Q(path__startswith="/", target__startswith="/") & ~Q(target__startswith="//"),
            ),
            models.CheckConstraint(name="redirect_leads_elsewhere", condition=~Q(path=models.F("target"))),
        ]

    def __str__(self):
        return f"{self.path} → {self.target}"
