"""The demo newsroom: accounts, stories, pictures, comments and readings of a network around 凉山."""

import random
import secrets
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from html import escape
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from counties import changes, navigation
from counties.models import Membership, Region, Role, User
from counties.navigation import regions
from news import comments, demo, heat, images, search, workflow
from news.models import Article, CommentState, Figure, Origin, Photo, Pick, Section, Source

PREFECTURE, COUNTY = "sichuan/liangshan", "sichuan/liangshan/ganluo"
ACCOUNTS = [
    ("admin", None, None),
    ("chief", Role.CHIEF, ""),
    ("editor-liangshan", Role.EDITOR, PREFECTURE),
    ("editor-ganluo", Role.EDITOR, COUNTY),
    ("reporter-ganluo", Role.REPORTER, COUNTY),
    ("moderator-liangshan", Role.MODERATOR, PREFECTURE),
]
KEY = "demo:"
# How many of a hundred readers come from where.
ORIGINS = {Origin.DIRECT: 34, Origin.SEARCH: 21, Origin.SOCIAL: 24, Origin.OWN: 18, Origin.OTHER: 3}
SMALL = 40  # stories with --small


class Command(BaseCommand):
    help = "Loads the demo newsroom. A second run adds what is missing and changes nothing else."

    def add_arguments(self, parser):
        parser.add_argument("--small", action="store_true", help="a tenth of the stories, for a quick look")

    def handle(self, *, small, **options):
        if "" not in regions().by_path:
            raise CommandError("There are no regions yet. Run: manage.py load_regions")
        stories = demo.stories()[: SMALL if small else None]
        present = set(Article.objects.filter(import_key__startswith=KEY).values_list("import_key", flat=True))
        missing = [story for story in stories if KEY + story["key"] not in present]
        self._accounts()
        if missing:
            _sections()
            _slogans()
            photos = self._pictures({photo["picture"] for story in missing for photo in story["photos"]})
            for story in self._track(missing, "stories"):
                _story(story, photos)
            _picks()
            _notices()
        self.stdout.write(f"Demo newsroom: {len(stories)} stories, {len(missing)} of them new.")

    def _accounts(self):
        """Make the accounts that are missing. A password is said once, when it is made."""
        password = settings.DEMO_PASSWORD or secrets.token_urlsafe(9)
        made = [name for name, role, path in ACCOUNTS if _account(name, role, path, password)]
        names = ", ".join(name for name, _role, _path in ACCOUNTS)
        self.stdout.write(f"Accounts for /admin/: {names}")
        if made and settings.DEMO_PASSWORD:
            self.stdout.write("Their password is DEMO_PASSWORD.")
        elif made:
            self.stdout.write(f"Their password, said only now: {password}")
        else:
            self.stdout.write("Their password was said when they were made (manage.py changepassword NAME).")

    def _pictures(self, names):
        """Paint on all cores, and store; the sizes for readers are made later, in the background."""
        photos = {}
        with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor() as painters:
            paths = painters.map(demo.paint, sorted(names), [Path(folder)] * len(names))
            for name, path in zip(sorted(names), self._track(paths, "pictures", len(names)), strict=True):
                with path.open("rb") as file:
                    photos[name], _new = images.store(File(file, name=f"{name}.jpg"))
        return photos

    def _track(self, work, what, total=None):
        """A progress bar on a terminal, silence elsewhere."""
        console = Console(file=self.stdout._out)
        quiet = not console.is_terminal
        return track(work, what, total=total, console=console, transient=True, disable=quiet)


def _account(name, role, path, password):
    if User.objects.filter(username=name).exists():
        return False
    user = User(username=name, first_name=name, is_staff=True, is_superuser=role is None)
    user.set_password(password)
    user.save()
    if role:
        Membership.objects.create(user=user, role=role, region_id=regions().by_path[path].id)
    return True


def _sections():
    for slug, name, order in demo.sections():
        Section.objects.get_or_create(slug=slug, defaults={"name": name, "order": order})
    changes.announce({"site"})


def _slogans():
    for path, slogan in demo.slogans.items():
        Region.objects.filter(path=path, slogan="").update(slogan=slogan)
    changes.announce({navigation.CHANGED})


@transaction.atomic
def _story(story, photos):
    by_path = regions().by_path
    home = by_path[story["region"]]
    at = timezone.now() - timedelta(hours=story["hours_ago"])
    source, _new = Source.objects.get_or_create(name=story["source"])
    figures = [_figure(photo, photos, lead=n == 0) for n, photo in enumerate(story["photos"])]
    texts = {name: story[name] for name in ("kicker", "headline", "subhead", "summary", "byline", "editor")}
    article = workflow.write(
        Article(
            **texts,
            home_id=home.id,
            section=Section.objects.get(slug=story["section"]),
            source=source,
            body=_html(story["body"], figures),
            import_key=KEY + story["key"],
            created_at=at,
        ),
        tags=story["tags"],
        figures=figures,
        places=[by_path[path].id for path in story["regions"]],
    )
    workflow.publish(article, at=at)
    _readers(story, article, at)


def _figure(photo, photos, *, lead):
    """The figure, and the words of its photo where the library has none yet."""
    stored = photos[photo["picture"]]
    if not stored.caption:
        stored.caption, stored.credit, stored.alt = photo["caption"], photo["credit"], photo["alt"]
        Photo.objects.filter(pk=stored.pk).update(
            caption=stored.caption, credit=stored.credit, alt=stored.alt
        )
        search.keep_photos([stored])
    return Figure(photo=stored, caption=photo["caption"], credit=photo["credit"], is_lead=lead)


def _html(blocks, figures):
    return "\n".join(_block(kind, values, figures) for kind, *values in blocks)


def _block(kind, values, figures):
    words = [escape(value, quote=False) if isinstance(value, str) else value for value in values]
    match kind, words:
        case "figure", [number]:
            return f'<figure data-photo="{figures[number].photo.pk}"></figure>'
        case "part", [letter, title, line]:
            return f'<h2 data-part="{letter}">{title}<br>{line}</h2>'
        case "list", [items]:
            return "<ul>" + "".join(f"<li>{escape(item, quote=False)}</li>" for item in items) + "</ul>"
        case "table", [rows]:
            return (
                "<table>" + "".join(_row(row, "td" if n else "th") for n, row in enumerate(rows)) + "</table>"
            )
        case "quote", [text]:
            return f"<blockquote><p>{text}</p></blockquote>"
        case _, [text]:
            return f"<{kind}>{text}</{kind}>"


def _row(cells, tag):
    return "<tr>" + "".join(f"<{tag}>{escape(cell, quote=False)}</{tag}>" for cell in cells) + "</tr>"


def _readers(story, article, at):
    """Comments in every state, and the readings of the last weeks."""
    for said in demo.comments(story):
        when = min(at + timedelta(hours=said["hours_after"]), timezone.now())
        comment = comments.post(article, name=said["name"], text=said["text"], at=when)
        if said["state"] == CommentState.REJECTED:
            comments.reject(comment, by=None)
        elif said["state"] != CommentState.PENDING:
            comments.approve(comment, by=None)
        if said["state"] == CommentState.HIDDEN:
            comments.hide(comment, by=None)
    rng = random.Random(story["key"])  # noqa: S311 made-up numbers, no secret
    start = at.replace(minute=0, second=0, microsecond=0)
    read = Counter(
        (start + timedelta(hours=hour), origin)
        for hour, count in demo.readings(story, rng).items()
        for origin in rng.choices(list(ORIGINS), ORIGINS.values(), k=count)
    )
    heat.record({article.pk: read})


def _picks():
    """The channels' picks and leads."""
    for block, chosen in ((Pick.Block.CHANNEL, demo.picks), (Pick.Block.LEAD, demo.leads)):
        for path, keys in chosen.items():
            region = regions().by_path[path].id
            for order, key in enumerate(keys):
                if article := Article.objects.filter(import_key=KEY + key).exclude(import_key="").first():
                    Pick.objects.get_or_create(
                        region_id=region, block=block, article=article, defaults={"order": order}
                    )
            changes.announce({f"region:{region}"})


def _notices():
    """Corrections, and one withdrawal."""
    for notice in demo.corrections:
        article = (
            Article.objects.published().filter(import_key=KEY + notice["key"]).exclude(import_key="").first()
        )
        if article is None or article.corrections.exists():
            continue
        if notice["kind"] == "withdrawal":
            workflow.withdraw(article, by=None, notice=notice["text"])
        else:
            workflow.correct(article, by=None, text=notice["text"], kind=notice["kind"])
