from django.conf import settings
from django.core.files.storage import storages
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import LazyObject
from django.utils.translation import gettext_lazy as _


class OriginalStorage(LazyObject):
    """Where originals lie: outside of what is public, with no address."""

    def _setup(self):
        self._wrapped = storages["originals"]


class Photo(models.Model):
    """A picture in the photo library. The file is stored once, however often it is uploaded.

    `original` is shown nowhere; news.images makes what readers see from it, in the background.
    """

    class Progress(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    original = models.FileField(_("file"), storage=OriginalStorage, max_length=100)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    width = models.PositiveIntegerField(
        _("width"), editable=False, help_text=_("Pixels, orientation applied.")
    )
    height = models.PositiveIntegerField(_("height"), editable=False)
    is_animated = models.BooleanField(_("animated"), default=False, editable=False)
    tint = models.CharField(
        _("placeholder colour"), max_length=12, blank=True, editable=False,
        help_text=_("Name of one of the stylesheet's tint classes."),
    )  # fmt: skip
    focal_x = models.PositiveSmallIntegerField(
        _("focal point from the left, %"), default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point from the top, %"), default=50, validators=[MaxValueValidator(100)]
    )
    progress = models.CharField(
        _("renditions"), max_length=8, choices=Progress, default=Progress.WAITING, editable=False
    )
    renditions = models.JSONField(
        _("renditions made"), default=dict, blank=True, editable=False,
        help_text=_("The key of their file names and the widths of each kind: see news.images."),
    )  # fmt: skip

    credit = models.CharField(_("credit"), max_length=60, blank=True)
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    alt = models.CharField(_("alt text"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=60, blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    rights = models.CharField(_("rights note"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(
        _("words confirmed"),
        default=True,
        help_text=_("Off while credit and caption are only proposed from the file."),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("uploaded by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="photo_has_size", condition=Q(width__gt=0, height__gt=0)),
            models.CheckConstraint(
                name="photo_focal_point_inside", condition=Q(focal_x__lte=100, focal_y__lte=100)
            ),
        ]
        indexes = [
            # Serves the background worker: what still has to be made.
            models.Index(name="photo_waiting", fields=["id"], condition=Q(progress="waiting")),
        ]

    def __str__(self):
        return self.caption or self.sha256[:12]


class Figure(models.Model):
    """A photo in an article, with its own caption. Where the body has <figure data-photo="ID">, it stands
    there; otherwise after the text. Without a photo it waits for a picture, and its caption is shown as text.
    """

    article = models.ForeignKey(
        "news.Article", models.CASCADE, related_name="figures", verbose_name=_("article")
    )
    photo = models.ForeignKey(
        Photo, models.PROTECT, null=True, blank=True, related_name="figures", verbose_name=_("photo")
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_lead = models.BooleanField(_("at the head of the story"), default=False)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="figure_shows_something", condition=Q(photo__isnull=False) | ~Q(caption="")
            ),
            models.UniqueConstraint(name="figure_photo_once", fields=["article", "photo"]),
        ]
        indexes = [
            # Serves the editor's list of pictures awaited.
            models.Index(name="figure_awaiting", fields=["-id"], condition=Q(photo=None)),
        ]

    def __str__(self):
        return self.caption or str(self.photo)
