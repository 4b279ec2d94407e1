"""Bringing archives in. The work is in news.importing."""

import json
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from news import importing

SHOWN = 20  # lines of a list on the screen; the report has all


class Command(BaseCommand):
    help = "Import articles from saved pages or JSON Lines. A second run updates, never duplicates."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
        parser.add_argument("--format", default="auto", choices=["auto", *importing.FORMATS])
        parser.add_argument("--region", help="path, GB/T 2260 code or name, where a record names none")
        parser.add_argument("--status", default="draft", choices=["draft", "published"])
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write all results as JSON")

    def handle(self, *, paths, region, status, dry_run, report, **options):
        files = self._files(paths, options["format"])
        run = importing.Import(region=self._region(region), status=status, dry_run=dry_run)
        if report and not report.parent.is_dir():
            raise CommandError(_("There is no file or folder “%(path)s”.") % {"path": report.parent})
        self.counts, self.ignored, self.notes, self.awaited, self.rows = (
            Counter(),
            Counter(),
            Counter(),
            [],
            [],
        )
        self._run(run, files, keep=report is not None)
        self._summary(dry_run)
        if report:
            self._report(report)
        if failed := self.counts["failed"]:
            raise CommandError(_("Records not imported: %(count)d") % {"count": failed})

    def _files(self, paths, form):
        for path in paths:
            if not path.exists():
                raise CommandError(_("There is no file or folder “%(path)s”.") % {"path": path})
        if files := list(importing.files(paths, form)):
            return files
        raise CommandError(_("The folders hold no file of a known format."))

    def _region(self, text):
        try:
            return None if text is None else importing.find_region(text)
        except importing.ImportProblem as problem:
            raise CommandError(str(problem)) from problem

    def _run(self, run, files, *, keep):
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task(_("Importing"), total=sum(path.stat().st_size for path, _form in files))
            for path, form in files:
                for result, size in run.file(path, form):
                    self._take(result, keep)
                    progress.advance(task, size)

    def _take(self, result, keep):
        self.counts[result.outcome] += 1
        if result.outcome == "failed":
            self.stderr.write(f"{result.where}: {result.reason}")
        if record := result.record:
            self.ignored.update(record.ignored)
            self.notes.update([*record.notes, *(_("Not placed: %s") % text for text in record.unplaced)])
            if result.outcome != "failed":
                self.awaited += [f"{result.where}: {caption}" for caption in record.waiting]
        if keep:
            self.rows.append(row(result))

    def _summary(self, dry_run):
        names = {
            "created": _("created"),
            "updated": _("updated"),
            "unchanged": _("unchanged"),
            "kept": _("kept as editors left them"),
            "failed": _("failed"),
        }
        if dry_run:
            self.stdout.write(_("Nothing was written. This is what an import would do:"))
        self.stdout.write(", ".join(f"{name} {self.counts[outcome]}" for outcome, name in names.items()))
        if self.ignored:
            fields = ", ".join(f"{name} {count}" for name, count in sorted(self.ignored.items()))
            self.stdout.write(_("Unknown fields, ignored: %(fields)s") % {"fields": fields})
        if self.awaited:
            self._list(_("Pictures awaited: %(count)d") % {"count": len(self.awaited)}, self.awaited)
        if self.notes:
            title = _("For an editor to look at: %(count)d") % {"count": self.notes.total()}
            self._list(title, [f"{note} ×{count}" for note, count in self.notes.most_common()])

    def _list(self, title, lines):
        more = [_("… and more: --report lists all")] if len(lines) > SHOWN else []
        for line in (title, *lines[:SHOWN], *more):
            self.stdout.write(line if line is title else f"  {line}")

    def _report(self, path):
        content = {"totals": self.counts, "ignored_fields": self.ignored, "records": self.rows}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def row(result: importing.Result) -> dict:
    """A record's line of the report."""
    article, record = result.article, result.record
    found = {"where": result.where, "result": result.outcome}
    if result.reason:
        found["reason"] = result.reason
    if article:
        found |= {"article": article.pk, "address": article.get_absolute_url()}
    if record:
        found |= {
            "key": record.key,
            "headline": record.headline,
            "notes": record.notes,
            "unplaced": record.unplaced,
            "left_out": record.left_out,
            "ignored_fields": record.ignored,
            "pictures_awaited": record.waiting,
        }
    return found
