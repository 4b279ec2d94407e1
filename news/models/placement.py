from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counties.models import Region

from .article import Article, live
from .source import Section


class PlacementRequest(models.Model):
    """A further channel that an article was proposed for, and what that channel's editor decided."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="placement_requests", verbose_name=_("article")
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    headline = models.CharField(
        _("short headline"),
        max_length=60,
        blank=True,
        help_text=_("Shown in this channel's listing instead."),
    )
    pinned_until = models.DateTimeField(_("pinned until"), null=True, blank=True)
    published_at = models.DateTimeField(
        _("time in this channel"),
        null=True,
        blank=True,
        help_text=_("Orders it; never before the story's own."),
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("proposed by"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("decided by"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("further placement")
        verbose_name_plural = _("further placements")
        constraints = [
            models.UniqueConstraint(name="placement_request_once", fields=["article", "region"]),
            models.CheckConstraint(
                name="placement_request_state_known",
                condition=Q(state__in=["proposed", "accepted", "refused"]),
            ),
        ]
        indexes = [
            # Serves an editor's list of what waits for their channel.
            models.Index(
                name="placement_request_waiting", fields=["region", "-id"], condition=Q(state="proposed")
            ),
        ]

    def __str__(self):
        return f"{self.article_id} → {self.region}"


class PlacementQuerySet(models.QuerySet):
    def live(self):
        return self.filter(live(timezone.now()))

    def newest(self):
        return self.order_by("-published_at", "-article_id")


class Placement(models.Model):
    """A published article in one channel's listing; news.placements alone writes it.

    One row for the home region, for each further region and for all regions above those, each repeating
    what a listing needs. So any channel's listing, at any depth, is one index range.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="placements", verbose_name=_("article"))
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", db_index=False, verbose_name=_("region")
    )
    section = models.ForeignKey(
        Section, models.PROTECT, related_name="+", db_index=False, verbose_name=_("section")
    )
    published_at = models.DateTimeField(_("published at"))
    expires_at = models.DateTimeField(_("expires at"), null=True)
    headline = models.CharField(_("short headline"), max_length=60, blank=True)
    pinned_until = models.DateTimeField(_("pinned until"), null=True)
    heat_day = models.FloatField(
        _("heat of the day"), null=True, help_text=_("See news.heat, which writes it.")
    )
    heat_week = models.FloatField(_("heat of the week"), null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [models.UniqueConstraint(name="placement_once", fields=["article", "region"])]
        indexes = [
            # Serves channel listings, feeds and every “newest” block.
            models.Index(name="placement_newest", fields=["region", "-published_at", "-article"]),
            # Serves sections of a channel.
            models.Index(
                name="placement_newest_in_section",
                fields=["region", "section", "-published_at", "-article"],
            ),
            # Serves what stands at the head of a channel's listing.
            models.Index(
                name="placement_pinned",
                fields=["region", "-pinned_until"],
                condition=Q(pinned_until__isnull=False),
            ),
            # Serves the page cache: when the next story leaves a channel.
            models.Index(
                name="placement_expiring",
                fields=["region", "expires_at"],
                condition=Q(expires_at__isnull=False),
            ),
            # Serve the rankings.
            models.Index(
                name="placement_hot_day", fields=["region", "-heat_day"], condition=Q(heat_day__isnull=False)
            ),
            models.Index(
                name="placement_hot_week",
                fields=["region", "-heat_week"],
                condition=Q(heat_week__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.article_id} · {self.region_id}"


class Pick(models.Model):
    """An editor's choice for a block of a channel: a story to show first, or one to keep out."""

    class Block(models.TextChoices):
        LEAD = "lead", _("lead story")
        CHANNEL = "channel", _("channel picks")
        RECOMMENDED = "recommended", _("recommended after a story")
        PHOTOS = "photos", _("photo stories")
        HOT = "hot_reading", _("hot reading")
        FOLKS = "folks", _("folks next door")
        # These are chosen by the story, the reader and the readings: an editor only keeps stories out.
        RELATED = "related", _("related stories")
        LIKE = "you_may_like", _("you may like")
        RANKING = "ranking", _("hot ranking")
        EVERY = "every", _("every block")

    PINNED = Block.LEAD, Block.CHANNEL, Block.RECOMMENDED, Block.PHOTOS, Block.HOT, Block.FOLKS

    region = models.ForeignKey(Region, models.CASCADE, related_name="+", verbose_name=_("region"))
    block = models.CharField(_("block"), max_length=12, choices=Block, default=Block.CHANNEL)
    article = models.ForeignKey(Article, models.CASCADE, related_name="+", verbose_name=_("article"))
    is_kept_out = models.BooleanField(_("keep out"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pick")
        verbose_name_plural = _("picks")
        ordering = ["region", "block", "order", "id"]
        constraints = [
            models.UniqueConstraint(name="pick_once", fields=["region", "block", "article"]),
            models.CheckConstraint(
                name="pick_where_one_can_be_shown",
                condition=Q(is_kept_out=True)
                | Q(block__in=["lead", "channel", "recommended", "photos", "hot_reading", "folks"]),
                violation_error_message=_("Stories can only be kept out of this block."),
            ),
        ]

    def __str__(self):
        return f"{self.region} · {self.get_block_display()}"
