from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from news import heat, images, search
from news.models import Article, Comment, Photo, Reading, State

BATCH = 500


class Command(BaseCommand):
    help = "Rebuild derived data from its source. Safe while the site runs."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["search", "renditions", "heat"])

    def handle(self, *, what, **options):
        # A log file wants no progress bar.
        with Progress(
            console=Console(stderr=True), disable=not self.stderr.isatty(), transient=True
        ) as progress:
            count = getattr(self, what)(progress)
        self.stdout.write(f"{what}: {count}")

    def search(self, progress):
        """Of stories, photos and comments."""
        stories = Article.objects.filter(state=State.PUBLISHED).select_related("source")
        with search.in_bulk():
            counts = [
                self._index(progress, stories, search.index_many),
                self._index(progress, Photo.objects.all(), search.keep_photos),
                self._index(progress, Comment.objects.all(), search.keep_comments),
            ]
        search.remove_strays()
        return ", ".join(map(str, counts))

    def _index(self, progress, rows, write):
        """Each batch locks its rows, so that none is withdrawn between being read and being indexed."""
        name = str(rows.model._meta.verbose_name_plural)
        bar, last, count = progress.add_task(name, total=rows.count()), 0, 0
        while True:
            with transaction.atomic():
                batch = list(rows.filter(pk__gt=last).order_by("pk").select_for_update(of=["self"])[:BATCH])
                write(batch)
            if not batch:
                return count
            last, count = batch[-1].pk, count + len(batch)
            progress.advance(bar, len(batch))

    def renditions(self, progress):
        """Asks for them; the background worker makes them, one photo at a time."""
        ids = list(Photo.objects.order_by("pk").values_list("pk", flat=True))
        images.ask_again(ids)
        progress.add_task("renditions", total=len(ids), completed=len(ids))
        return len(ids)

    def heat(self, progress):
        """From the hours of readings and the comments; a reading that comes meanwhile waits for the lock."""
        since = timezone.now() - heat.KEPT
        read = Reading.objects.filter(hour__gt=since).order_by("article").values_list("article", flat=True)
        ids = list(read.distinct())
        bar = progress.add_task("heat", total=len(ids))
        for pk in ids:
            heat.rebuild(pk)
            progress.advance(bar)
        return len(ids)
