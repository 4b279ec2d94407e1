from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counties.models import Region
from counties.navigation import Node

from .article import Article

LEVELS = "province", "prefecture", "county"


class CommentState(models.TextChoices):
    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    HIDDEN = "hidden", _("hidden")


class Filed(models.Model):
    """Where the story is at home, said again in the row: so what a region has is one range of an index."""

    province = models.ForeignKey(
        Region, models.DO_NOTHING, null=True, editable=False, related_name="+", db_index=False,
        db_constraint=False, verbose_name=_("province"),
    )  # fmt: skip
    prefecture = models.ForeignKey(
        Region, models.DO_NOTHING, null=True, editable=False, related_name="+", db_index=False,
        db_constraint=False, verbose_name=_("prefecture"),
    )  # fmt: skip
    county = models.ForeignKey(
        Region, models.DO_NOTHING, null=True, editable=False, related_name="+", db_index=False,
        db_constraint=False, verbose_name=_("county"),
    )  # fmt: skip

    class Meta:
        abstract = True


def filed(home: Node) -> dict[str, int | None]:
    """The columns of `Filed` for a story at home there."""
    above = {node.level: node.id for node in home.covering}
    return {f"{level}_id": above.get(level) for level in LEVELS}


class Comment(Filed):
    """What a reader said under a story. All but name and text is written by news.comments alone."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="comments", db_index=False, verbose_name=_("article")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies", db_index=False,
        verbose_name=_("reply to"), help_text=_("Replies are one level deep."),
    )  # fmt: skip
    reply_to = models.CharField(
        _("nickname answered"), max_length=20, blank=True, editable=False,
        help_text=_("Set where a reply answers another reply."),
    )  # fmt: skip
    name = models.CharField(_("nickname"), max_length=20)
    text = models.TextField(_("comment"), max_length=1000)
    state = models.CharField(
        _("state"), max_length=8, choices=CommentState, default=CommentState.PENDING, editable=False
    )
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)

    # Who wrote it, as far as that is known.
    author = models.CharField(
        _("author key"), max_length=64, blank=True, editable=False,
        help_text=_("Hash of the browser's comment cookie; never an address."),
    )  # fmt: skip
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        editable=False, verbose_name=_("reader"),
    )  # fmt: skip
    address_hash = models.CharField(
        _("address key"), max_length=32, blank=True, editable=False,
        help_text=_("Hash of the address with a secret that changes with the day."),
    )  # fmt: skip
    address_sealed = models.TextField(
        _("address, encrypted"), blank=True, editable=False,
        help_text=_("Kept only if the operator says so, and erased after the legal time."),
    )  # fmt: skip

    # What looks wrong in it.
    reasons = models.JSONField(
        _("reasons"), default=list, blank=True, editable=False,
        help_text=_("[{kind, start, end, text}]; start and end are characters of the comment."),
    )  # fmt: skip
    score = models.FloatField(
        _("score"), null=True, blank=True, editable=False,
        help_text=_("How likely this newsroom rejects it, 0 to 1; empty before anything was learned."),
    )  # fmt: skip
    group = models.CharField(
        _("group"), max_length=16, blank=True, editable=False, help_text=_("Shared by near-repeats.")
    )

    # Where it stands.
    likes = models.PositiveIntegerField(_("likes"), default=0, editable=False)
    reports = models.PositiveIntegerField(_("reports since the last decision"), default=0, editable=False)
    queued_at = models.DateTimeField(
        _("waiting since"), null=True, blank=True, editable=False,
        help_text=_("Empty when no moderator needs to look at it."),
    )  # fmt: skip
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False,
        editable=False, verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(name="comment_state_known", condition=Q(state__in=CommentState.values)),
        ]
        indexes = [
            # Serves the comments under a story, and their count.
            models.Index(name="comment_by_article", fields=["article", "state", "-created_at", "-id"]),
            # Serves the same, most liked first.
            models.Index(
                name="comment_most_liked",
                fields=["article", "-likes", "-created_at", "-id"],
                condition=Q(state="approved"),
            ),
            # Serves the replies below a comment.
            models.Index(
                name="comment_replies",
                fields=["parent", "created_at", "id"],
                condition=Q(parent__isnull=False),
            ),
            # Serves an author's own comments, repeats and speed, and their history on the desk.
            models.Index(
                name="comment_by_browser", fields=["author", "-created_at"], condition=~Q(author="")
            ),
            # Serves the speed of an address.
            models.Index(
                name="comment_by_address",
                fields=["address_hash", "-created_at"],
                condition=~Q(address_hash=""),
            ),
            # Serves the moderators' queue, oldest first.
            models.Index(
                name="comment_queue", fields=["queued_at", "id"], condition=Q(queued_at__isnull=False)
            ),
            # Serve the same of one region.
            *(
                models.Index(
                    name=f"comment_queue_{level}",
                    fields=[level, "queued_at", "id"],
                    condition=Q(queued_at__isnull=False),
                )
                for level in LEVELS
            ),
            # Serves the letting in of what a script made; empty otherwise.
            models.Index(
                name="comment_unqueued",
                fields=["id"],
                condition=Q(state="pending") & Q(queued_at__isnull=True),
            ),
            # Serves the reported ones of the queue.
            models.Index(name="comment_reported", fields=["queued_at", "id"], condition=Q(reports__gt=0)),
            *(
                models.Index(
                    name=f"comment_reported_{level}",
                    fields=[level, "queued_at", "id"],
                    condition=Q(reports__gt=0),
                )
                for level in LEVELS
            ),
            # Serves a flood: its near-repeats that wait.
            models.Index(name="comment_group", fields=["group", "id"], condition=Q(queued_at__isnull=False)),
            # Serves the erasing of what was rejected, and of addresses, after their time.
            models.Index(
                name="comment_rejected", fields=["decided_at"], condition=Q(state="rejected") & ~Q(text="")
            ),
            models.Index(name="comment_address", fields=["created_at"], condition=~Q(address_sealed="")),
            # Serve the history of a reader's account, and the deletion of one or of a moderator's.
            models.Index(
                name="comment_by_reader", fields=["reader", "-created_at"], condition=Q(reader__isnull=False)
            ),
            models.Index(
                name="comment_decider", fields=["decided_by"], condition=Q(decided_by__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.name}：{self.text[:30]}"


class CommentAct(models.TextChoices):
    APPROVE = "approve", _("approved")
    REJECT = "reject", _("rejected")
    HIDE = "hide", _("hidden")
    UNDO = "undo", _("undone")
    REPORT = "report", _("reported")


class CommentDecision(Filed):
    """One line of the log of comments: an act of a moderator, or a reader's report (`by` is then empty)."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions", verbose_name=_("comment"))
    act = models.CharField(_("act"), max_length=8, choices=CommentAct)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    before = models.CharField(_("state before"), max_length=8, choices=CommentState)
    queued_before = models.DateTimeField(null=True, blank=True)
    reports_before = models.PositiveIntegerField(default=0)
    batch = models.CharField(
        _("batch"),
        max_length=16,
        blank=True,
        help_text=_("Shared by all that one act decided."),
    )
    undone = models.BooleanField(_("undone"), default=False)

    class Meta:
        verbose_name = _("act on a comment")
        verbose_name_plural = _("log of comments")
        ordering = ["-id"]
        indexes = [
            # Serve the log of one region.
            *(models.Index(name=f"comment_log_{level}", fields=[level, "-id"]) for level in LEVELS),
            # Serves the undoing of what one act decided.
            models.Index(name="comment_log_batch", fields=["batch"], condition=~Q(batch="")),
        ]

    def __str__(self):
        return f"{self.get_act_display()} · {self.comment_id}"


class FilterWord(models.Model):
    """A word that the comment filter looks for, whatever disguise it comes in."""

    class Kind(models.TextChoices):
        BLOCK = "block", _("refuse")
        HOLD = "hold", _("highlight")
        ALLOW = "allow", _("never match")

    word = models.CharField(_("word"), max_length=40)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.HOLD)
    # NULL is the whole network, as in words of the release that knew no regions.
    region = models.ForeignKey(
        Region,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("The word counts under the stories of this region and of all below it."),
    )

    class Meta:
        verbose_name = _("word of the comment filter")
        verbose_name_plural = _("words of the comment filter")
        ordering = ["word", "id"]
        constraints = [models.UniqueConstraint(name="filter_word_once", fields=["region", "word"])]

    def __str__(self):
        return self.word


class CommentLike(models.Model):
    """A browser that likes a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+", db_index=False)
    browser = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(name="comment_like_once", fields=["comment", "browser"])]

    def __str__(self):
        return f"{self.comment_id}"


class CommentReport(models.Model):
    """A reader's report of a comment."""

    class Reason(models.TextChoices):
        SPAM = "spam", _("advertising or spam")
        ABUSE = "abuse", _("insult or hatred")
        FALSE = "false", _("rumour or falsehood")
        PRIVACY = "privacy", _("private details")
        OTHER = "other", _("something else")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reported", db_index=False)
    browser = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, default=Reason.OTHER)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="comment_report_once", fields=["comment", "browser"])]

    def __str__(self):
        return f"{self.comment_id} · {self.get_reason_display()}"


class CommentLease(models.Model):
    """Which moderator has a comment before them, so that no other gets the same."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="lease")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self):
        return f"{self.comment_id} · {self.by_id}"


class CommentPrint(models.Model):
    """One of the finger-prints of a recent comment, by which its near-repeats find its group."""

    key = models.BigIntegerField(db_index=True)
    group = models.CharField(max_length=16)
    text = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.group


class CommentModel(models.Model):
    """What was learned from the newsroom's decisions; the newest row counts. `weights` is {word: weight}."""

    made_at = models.DateTimeField(default=timezone.now)
    decisions = models.PositiveIntegerField(help_text="The number of decisions it was learned from.")
    last_decision = models.BigIntegerField(default=0)
    bias = models.FloatField()
    weights = models.JSONField()

    def __str__(self):
        return f"{self.made_at:%Y-%m-%d %H:%M}"
