from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from counties.models import Region

from .photo import Photo
from .source import Section, Source


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    REVIEWED = "reviewed", _("reviewed")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


def live(now, prefix: str = "") -> Q:
    """published_at ≤ now < expires_at, for articles and for the rows that repeat their times."""
    return Q(**{f"{prefix}published_at__lte": now}) & (
        Q(**{f"{prefix}expires_at": None}) | Q(**{f"{prefix}expires_at__gt": now})
    )


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """What the public may see now: the only definition of visible.

        A future published_at is a scheduled story. It appears by itself, whether or not a job runs.
        """
        return self.filter(live(timezone.now()), state=State.PUBLISHED)

    def newest(self):
        return self.order_by("-published_at", "-pk")


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=40, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True, allow_unicode=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return iri_to_uri(f"/tags/{self.slug}/")


class Article(models.Model):
    """A story. Its state, text, times and placements are written by news.workflow alone."""

    home = models.ForeignKey(
        Region, models.PROTECT, related_name="+", verbose_name=_("home region"),
        help_text=_("The one region that the story's address names."),
    )  # fmt: skip
    section = models.ForeignKey(Section, models.PROTECT, related_name="+", verbose_name=_("section"))
    kicker = models.CharField(_("kicker"), max_length=100, blank=True)
    headline = models.CharField(_("headline"), max_length=200)
    subhead = models.CharField(_("subhead"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), max_length=500, blank=True)
    body = models.TextField(_("body"), blank=True, help_text=_("Clean HTML: see news.richtext."))
    byline = models.CharField(_("byline"), max_length=100, blank=True)
    editor = models.CharField(_("responsible editor"), max_length=60, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    original_url = models.URLField(_("original address"), max_length=500, blank=True)
    tags = models.ManyToManyField(Tag, through="Tagging", blank=True, verbose_name=_("tags"))
    lead_photo = models.ForeignKey(
        Photo, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead photo")
    )
    comments_open = models.BooleanField(_("comments open"), default=True)

    copy_of = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="copy",
        editable=False,
        verbose_name=_("working copy of"),
        help_text=_("Readers see the published story until its working copy is published into it."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True, help_text=_("It cannot be published for an earlier time.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    month = models.CharField(
        _("month of the address"), max_length=6, blank=True, editable=False,
        help_text=_("yyyymm of the first publication; the address keeps it for ever."),
    )  # fmt: skip
    updated_at = models.DateTimeField(_("updated at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("created by"),
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    comment_count = models.PositiveIntegerField(
        _("approved comments"), default=0, editable=False, help_text=_("Written by news.comments alone.")
    )
    import_key = models.CharField(_("import key"), max_length=200, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.CheckConstraint(name="article_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="article_published_has_time_and_month",
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False, month__gt=""),
            ),
            models.CheckConstraint(
                name="article_expires_after_publication",
                condition=Q(expires_at=None) | Q(published_at=None) | Q(expires_at__gt=F("published_at")),
            ),
            models.CheckConstraint(name="article_has_headline", condition=~Q(headline="")),
            models.CheckConstraint(
                name="article_copy_is_never_public", condition=Q(copy_of=None) | ~Q(state=State.PUBLISHED)
            ),
            models.UniqueConstraint(
                name="article_import_key_once", fields=["import_key"], condition=~Q(import_key="")
            ),
        ]
        indexes = [
            # Serves the newsroom's lists of what is not public. Published stories are left out: SQLite would
            # otherwise read all of them where a handful of ids is asked for.
            models.Index(
                name="article_unpublished",
                fields=["state", "-created_at", "-id"],
                condition=~Q(state=State.PUBLISHED),
            ),
            # Serves the import, which looks for a relation's target, and the search for duplicates.
            models.Index(name="article_by_headline", fields=["headline"]),
            # Serves the newsroom's list of one region.
            models.Index(name="article_by_home", fields=["home", "-created_at", "-id"]),
            # Serves the newsroom's list, newest work first.
            models.Index(name="article_by_creation", fields=["-created_at", "-id"]),
        ]

    def __str__(self):
        return self.headline

    def get_absolute_url(self):
        """The canonical address. Before the first publication, the one that it would have today."""
        month = self.month or f"{timezone.localtime():%Y%m}"
        return f"{self.home.get_absolute_url()}{month}/{self.pk}/"


class Tagging(models.Model):
    """A tag on an article. Repeats the article's times while it is published, else none,
    so that a tag's page is one index range however common the tag."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    published_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tagging")
        verbose_name_plural = _("taggings")
        constraints = [models.UniqueConstraint(name="tagging_once", fields=["article", "tag"])]
        indexes = [
            # Serves the tag's page and feed, and related stories.
            models.Index(name="tagging_newest", fields=["tag", "-published_at", "-article"]),
        ]

    def __str__(self):
        return f"{self.tag} · {self.article_id}"


class Relation(models.Model):
    """A story that an editor or an import puts beside another: in 相关新闻, or as its 新闻推荐.

    An imported page may name a story that is not in this archive; then `target` is empty and the headline,
    text and time stand for it, until an import brings the story.
    """

    class Kind(models.TextChoices):
        RELATED = "related", _("related")
        RECOMMENDED = "recommended", _("recommended")

    article = models.ForeignKey(Article, models.CASCADE, related_name="relations", verbose_name=_("article"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.RELATED)
    target = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("related article")
    )
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="relation_names_a_story", condition=Q(target__isnull=False) | ~Q(headline="")
            ),
            models.CheckConstraint(
                name="relation_not_to_itself", condition=Q(target=None) | ~Q(target=F("article"))
            ),
            models.UniqueConstraint(name="relation_once", fields=["article", "kind", "target"]),
        ]
        indexes = [
            # Serves the import, which links a waiting relation to the story once it comes.
            models.Index(name="relation_waiting", fields=["headline"], condition=Q(target=None)),
        ]

    def __str__(self):
        return self.headline or str(self.target_id)
