import tarfile
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from news.models import Article
from portal import backups


class Command(BaseCommand):
    help = (
        "Puts the database and the pictures of a backup in the place of what is there. Stop the site before."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            backups.restore(file.resolve())
        except (backups.BackupError, OSError, tarfile.TarError) as error:
            raise CommandError(str(error)) from error
        call_command("migrate", verbosity=0)  # the backup may be of an older release
        self.stdout.write(f"Restored: {Article.objects.count()} stories. Start the site again.")
