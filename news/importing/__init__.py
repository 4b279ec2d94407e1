"""Archives on their way in: each format reads files into records, and a record becomes an article."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from counties.navigation import Node

from .. import workflow
from ..models import Article
from . import jsonl, linter, page
from .record import Record, find_region, save
from .text import ImportProblem

__all__ = ["FORMATS", "Import", "ImportProblem", "Result", "files", "find_region"]

FORMATS = {"page": page, "jsonl": jsonl}
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".txt": "page", ".html": "page", ".htm": "page"}


@dataclass
class Result:
    """What came of one record."""

    where: str
    outcome: str  # created, updated, unchanged, kept, failed
    reason: str = ""
    record: Record | None = None
    article: Article | None = None


def files(paths: Iterable[Path], form: str = "auto") -> Iterator[tuple[Path, str]]:
    """Each file with its format. In folders only the files are taken whose names tell a format."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                own = SUFFIXES.get(file.suffix.lower())
                if own and form in ("auto", own) and file.is_file():
                    yield file, own
        else:
            yield path, _form(path) if form == "auto" else form


def _form(path):
    if own := SUFFIXES.get(path.suffix.lower()):
        return own
    with path.open("rb") as file:
        return "jsonl" if file.read(200).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") else "page"


@dataclass
class Import:
    """One run over any number of files."""

    region: Node | None = None
    status: str = "draft"
    dry_run: bool = False
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)

    def file(self, path: Path, form: str) -> Iterator[tuple[Result, int]]:
        """Import a file; gives each record's result, and how many bytes it took."""
        try:
            for line, raw in FORMATS[form].pieces(path):
                yield self._record(FORMATS[form], raw, path, line), len(raw)
        except OSError as error:
            yield Result(str(path), "failed", error.strerror), 0

    def _record(self, form, raw, path, line):
        result = Result(f"{path}:{line}", "failed")
        try:
            result.record = record = form.parse(raw, path, line)
            self._only_once(record)
            record.notes += linter.look(record)
            saved = save(record, default_region=self.region, status=self.status, dry_run=self.dry_run)
            result.outcome = saved.outcome
            result.article = None if self.dry_run else saved.article
        except ValidationError as error:
            result.reason = "; ".join(
                f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
            )
        except (ImportProblem, workflow.WorkflowError, DataError, IntegrityError) as error:
            result.reason = str(error)
        return result

    def _only_once(self, record):
        """Two records of one run with one key: fine if they say the same."""
        digest, where = self.seen.setdefault(record.key, (record.digest(), record.where))
        if digest != record.digest():
            raise ImportProblem(
                _("A record with the same key but another text came before: %(where)s.") % {"where": where}
            )
