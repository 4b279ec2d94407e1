from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import backups


class Command(BaseCommand):
    help = "Writes database, pictures and secret into one file, while the site runs."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, help="default: a name with the time, in DATA_DIR/backups"
        )

    def handle(self, *, file, **options):
        file = file or settings.DATA_DIR / "backups" / f"{timezone.localtime():%Y-%m-%dT%H%M%S}.tar"
        try:
            backups.make(file.resolve())
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file}  ({file.stat().st_size / 2**20:.0f} MB)")
