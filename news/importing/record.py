"""A story on its way in, whatever its format, and how it becomes an article."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from counties import changes, finder
from counties.models import Region
from counties.navigation import CHANGED, Node, regions

from .. import images, richtext, workflow
from ..models import Article, Figure, Photo, Section, Source, State
from . import relations
from .relations import Mention
from .text import ImportProblem, one_line

TEXT = ("kicker", "headline", "subhead", "summary", "byline", "editor", "original_url")


@dataclass
class Picture:
    """A picture of a story. Without a file it waits for one."""

    caption: str = ""
    credit: str = ""
    file: Path | None = None


@dataclass
class Record:
    """All that a file says about a story, and all in it that did not become part of the story."""

    file: Path
    line: int
    key: str = ""
    headline: str = ""
    body: str = ""  # HTML
    kicker: str = ""
    subhead: str = ""
    summary: str = ""
    byline: str = ""
    editor: str = ""
    source: str = ""
    original_url: str = ""
    section: str = ""
    slogan: str = ""  # of the region
    region: str = ""  # path, code or name; empty: the default
    regions: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    date: datetime | None = None
    pictures: list[Picture] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for the editor
    unplaced: list[str] = field(default_factory=list)  # text that nobody understood
    left_out: dict[str, list[str]] = field(default_factory=dict)  # text of the old site, by block
    ignored: Counter = field(default_factory=Counter)  # unknown fields

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def waiting(self) -> list[str]:
        """Captions of the pictures that are awaited."""
        return [picture.caption for picture in self.pictures if not picture.file]

    def natural_key(self, form: str) -> str:
        """For a story that brings no key: where, when and what it is."""
        date = f"{self.date:%Y-%m-%dT%H:%M}" if self.date else ""
        return make_key(form, self.region, date, f"{self.kicker}{self.headline}")

    def digest(self) -> int:
        """Equal for two records that say the same, wherever they stand."""
        return hash(repr(replace(self, file=Path(), line=0)))


class Saved(NamedTuple):
    outcome: str  # created, updated, unchanged, kept
    article: Article


def make_key(*parts: str) -> str:
    """A key that fits its column, the same for the same parts on every machine."""
    key = ":".join(parts)
    return key if len(key) <= 200 else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def find_region(text: str) -> Node:
    """The region that a record or the command line means; the empty text is the network."""
    node = finder.resolve(text) if text else regions().root
    if node is None:
        problem = _("No region, or more than one, is called “%(text)s”. Use its path or GB/T 2260 code.")
        raise ImportProblem(problem % {"text": text})
    return node


@transaction.atomic
def save(
    record: Record, *, default_region: Node | None = None, status: str = State.DRAFT, dry_run: bool = False
) -> Saved:
    """Create or update the article with the record's key; what is the same already is not written.

    An article whose newest revision a person signed is kept as it is. A dry run does everything and takes it
    back, but stores no picture.
    """
    article = _article(record.key)
    home = _home(record, default_region, article)
    if article.pk and article.revisions.order_by("-id").values_list("by", flat=True).first():
        record.notes.append(_("Kept as it is: an editor has worked on it since the last import."))
        return Saved("kept", article)
    outcome = "updated" if article.pk else "created"
    changed = _write(article, record, home, dry_run)
    changed |= _publish(article, record, status)
    changed |= relations.write(article, record.mentions)
    if changed:
        relations.link_waiting(article)
    changed |= _set_slogan(home, record)
    if dry_run:
        transaction.set_rollback(True)
    return Saved(outcome if changed else "unchanged", article)


def _home(record, default, article):
    """The record's region; else the default; else the one that the story has; else the network."""
    if record.region:
        return find_region(record.region)
    if default or article.pk:
        return default or regions().by_id[article.home_id]
    record.notes.append(_("The record names no region: the story belongs to the whole network."))
    return regions().root


def _article(key):
    # The second condition is the index's own: without it SQLite would read the whole table.
    found = Article.objects.filter(import_key=key).exclude(import_key="").first()
    return found or Article(import_key=key)


def _write(article, record, home, dry_run):
    """Bring text, tags, pictures and further channels in line; False if they were."""
    fields = {name: getattr(record, name) for name in TEXT}
    fields |= {"body": richtext.clean(record.body), "home_id": home.id, "section_id": _section(record).pk}
    fields["source_id"] = _source(record)
    figures = _figures(record, dry_run)
    places = {find_region(text).id for text in record.regions} - {home.id}
    if places and article.pk:  # what a channel's editor has decided stays
        places -= set(article.placement_requests.values_list("region_id", flat=True))
    tags = list(dict.fromkeys(tag[:40].strip() for tag in record.tags))
    if article.pk and _is_same(article, fields, figures, places, tags):
        return False
    for name, value in (fields | {"lead_photo": None}).items():
        setattr(article, name, value)
    if not article.pk:
        article.published_at = record.date  # a draft keeps the date that its archive gave it
    article.clean_fields(exclude=["home", "section", "source", "created_by"])
    workflow.write(article, tags=tags, figures=figures, places=places)
    return True


def _is_same(article, fields, figures, places, tags):
    row = "photo_id", "caption", "credit", "is_lead"
    return (
        all(getattr(article, name) == value for name, value in fields.items())
        and [tuple(getattr(figure, name) for name in row) for figure in figures]
        == list(article.figures.values_list(*row))
        and set(tags) == set(article.taggings.values_list("tag__name", flat=True))
        and not places
    )


def _publish(article, record, status):
    """Publish a draft at the record's time. A time in the future is kept: the story appears by itself."""
    if article.state == State.PUBLISHED and record.date and article.published_at != record.date:
        record.notes.append(_("The date differs from that of the published story, which stays."))
    if status != State.PUBLISHED or article.state != State.DRAFT:
        return False
    workflow.publish(article, at=record.date)
    return True


def _source(record):
    if not record.source:
        return None
    source = Source.objects.filter(name=record.source).first() or Source(name=record.source)
    if not source.pk:
        source.clean_fields()
        source.save()
    return source.pk


def _section(record):
    """The section of that slug or name, else the news."""
    if record.section:
        for found in Section.objects.filter(Q(slug=record.section) | Q(name=record.section)):
            return found
        note = _("There is no section “%(name)s”; the story is in the news.")
        record.notes.append(note % {"name": record.section})
    return Section.objects.get_or_create(slug=Section.NEWS, defaults={"name": "要闻"})[0]


def _figures(record, dry_run):
    figures, used = [], set()
    for picture in record.pictures:
        photo = picture.file and _photo(picture, record, dry_run)
        if photo and photo.pk in used:
            note = _("The picture %(name)s comes twice; it is shown once.")
            record.notes.append(note % {"name": picture.file.name})
        elif photo or picture.caption:
            used.add(photo and photo.pk)
            figures.append(Figure(photo=photo, caption=picture.caption, credit=picture.credit))
    for figure in figures:
        figure.clean_fields(exclude=["article", "photo"])
    if figures:
        next((figure for figure in figures if figure.photo), figures[0]).is_lead = True
    return figures


def _photo(picture, record, dry_run):
    """The picture in the library. One that is refused leaves its caption waiting, and a note."""
    try:
        with picture.file.open("rb") as file:
            if dry_run:
                return Photo.objects.filter(sha256=hashlib.file_digest(file, "sha256").hexdigest()).first()
            return images.store(file, caption=picture.caption, credit=picture.credit)[0]
    except OSError:
        problem = _("The file is missing.")
    except images.PictureError as error:
        problem = error
    record.notes.append(f"{picture.file.name}: {problem}")
    picture.file = None
    return None


def _set_slogan(home, record):
    """Give the region its slogan if it has none."""
    if not record.slogan or home.slogan:
        return False
    changes.announce({CHANGED})
    return Region.objects.filter(pk=home.id, slogan="").update(slogan=record.slogan) > 0


def inside(folder: Path, name: str) -> Path:
    """The file of that name in the folder of the archive, and nowhere else."""
    path = (folder / one_line(name)).resolve()
    if Path(name).is_absolute() or not path.is_relative_to(folder.resolve()):
        raise ImportProblem(_("The picture “%(name)s” lies outside of the folder.") % {"name": name})
    return path


def in_shanghai(moment: datetime) -> datetime:
    """A time without an offset is the time in Asia/Shanghai."""
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
