"""The tree of regions, the staff, and which staff member works where."""

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# First path segments that belong to other pages, below the root or below a region.
RESERVED_SLUGS = frozenset(
    """about admin articles atom comments corrections feed for-you hot livez manifest media news preview
    readyz regions robots rss search sections sitemap static tags""".split()
)


class Level(models.TextChoices):
    NETWORK = "network", _("network")
    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")


class RegionQuerySet(models.QuerySet):
    def covering(self, path: str):
        """The region at `path` and all above it, root first. One indexed query."""
        segments = path.split("/") if path else []
        paths = [""] + ["/".join(segments[: n + 1]) for n in range(len(segments))]
        return self.filter(path__in=paths).order_by("path")

    def siblings(self, region):
        """The channels beside `region`, itself included, in the order of the navigation."""
        return self.filter(parent=region.parent_id).order_by("order", "code")


class Region(models.Model):
    """A node of the tree of regions, and the channel that shows it (甘洛县, 甘洛新闻).

    Read it through `counties.navigation.regions()`, which holds the whole tree in memory;
    query the table only where it is edited.
    """

    code = models.CharField(_("GB/T 2260 code"), max_length=6, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    path = models.CharField(_("path"), max_length=120, unique=True, blank=True)
    slug = models.SlugField(
        _("slug"), max_length=40, blank=True, db_index=False, validators=[RegexValidator("^[a-z][a-z0-9-]*$")]
    )
    name = models.CharField(_("name"), max_length=40)
    short_name = models.CharField(
        _("short name"), max_length=20, help_text=_("甘洛, as in the channel's name.")
    )
    label = models.CharField(_("label"), max_length=20, help_text=_("凉山州, as in a breadcrumb."))
    pinyin = models.CharField(
        _("pinyin"), max_length=80, blank=True, help_text=_("Syllables with spaces: gan luo.")
    )
    aliases = models.TextField(
        _("aliases"), blank=True, help_text=_("Former names and codes that find this region, one a line.")
    )
    slogan = models.CharField(_("slogan"), max_length=200, blank=True)
    is_open = models.BooleanField(
        _("open"), default=True, help_text=_("A closed channel is not shown to readers.")
    )
    comments_open = models.BooleanField(
        _("comments open"), default=True, help_text=_("Closed here, they are closed in all regions below.")
    )
    order = models.PositiveIntegerField(_("order in the navigation"), default=0)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="region_one_network", fields=["level"], condition=Q(level="network")
            ),
            models.CheckConstraint(name="region_level_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="region_only_network_has_no_parent",
                condition=Q(level="network", parent=None, path="", slug="")
                | Q(~Q(level="network"), parent__isnull=False, path__gt="", slug__gt=""),
            ),
            models.CheckConstraint(
                name="region_slug_not_reserved", condition=~Q(slug__in=sorted(RESERVED_SLUGS))
            ),
            # The path ends in the slug, or links would lead nowhere.
            models.CheckConstraint(
                name="region_path_ends_in_slug", condition=Q(path__endswith=models.F("slug"))
            ),
        ]
        indexes = [
            # Serves the row of sibling channels.
            models.Index(name="region_siblings", fields=["parent", "order", "code"]),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/{self.path}/" if self.path else "/"


class _OfLevel(models.Manager.from_queryset(RegionQuerySet)):
    def __init__(self, level):
        super().__init__()
        self._level = level

    def get_queryset(self):
        return super().get_queryset().filter(level=self._level)


class Province(Region):
    objects = _OfLevel(Level.PROVINCE)

    class Meta:
        proxy = True
        verbose_name = _("province")
        verbose_name_plural = _("provinces")


class Prefecture(Region):
    objects = _OfLevel(Level.PREFECTURE)

    class Meta:
        proxy = True
        verbose_name = _("prefecture")
        verbose_name_plural = _("prefectures")


class County(Region):
    objects = _OfLevel(Level.COUNTY)

    class Meta:
        proxy = True
        verbose_name = _("county")
        verbose_name_plural = _("counties")


class User(AbstractUser):
    """A member of the newsroom, whose memberships say what they may do where; or a reader who may comment."""

    contact = models.CharField(
        _("phone number or e-mail address"), max_length=254, unique=True, null=True, blank=True,
        editable=False, help_text=_("A reader's alone, for the operator; never shown to the public."),
    )  # fmt: skip

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                name="user_reader_is_no_staff",
                condition=Q(contact=None) | Q(is_staff=False, is_superuser=False),
            ),
        ]


class Role(models.TextChoices):
    REPORTER = "reporter", _("reporter")
    EDITOR = "editor", _("editor")
    CHIEF = "chief", _("chief editor")
    MODERATOR = "moderator", _("moderator")


class Membership(models.Model):
    """A role in a region and in all regions below it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["user", "region", "role"]),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self):
        return f"{self.user} · {self.region} · {self.get_role_display()}"


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in; counties.sessions writes it. Without a row nobody is in."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("user"))
