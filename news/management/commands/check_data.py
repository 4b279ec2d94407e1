from collections.abc import Iterator
from itertools import chain

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from rich.console import Console
from rich.progress import Progress

from news import consistency, search
from news.models import Article, Photo

BATCH = 500


class Command(BaseCommand):
    help = (
        "Compare what is derived with its source: channels, tags, search, counts and heat of every story, "
        "the files of every photo. Says what differs; with --repair writes it anew. Safe while the site runs."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true")

    def handle(self, *, repair, **options):
        found = 0
        console = Console(stderr=True)
        with Progress(console=console, disable=not self.stderr.isatty(), transient=True) as progress:
            stories = batches(Article.objects.defer("body", "summary"), progress)
            photos = batches(Photo.objects.all(), progress)
            checked = chain(map(consistency.of_stories, stories), map(consistency.of_photos, photos))
            for finding in chain.from_iterable(checked):
                found += 1
                self.stdout.write(str(finding))
                if repair:
                    consistency.mend(finding)
        if repair:
            search.remove_strays()
        self.stdout.write(f"{found} findings{', repaired' if repair and found else ''}")
        if found and not repair:
            raise CommandError("Derived data differs from its source. Run: manage.py check_data --repair")


def batches(rows: QuerySet, progress: Progress) -> Iterator[list]:
    """All rows by their keys: what others change meanwhile shifts nothing."""
    bar, last = progress.add_task(str(rows.model._meta.verbose_name_plural), total=rows.count()), 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        progress.advance(bar, len(batch))
        last = batch[-1].pk
