from django.core.management.base import BaseCommand
from rich.console import Console

from counties import loading


class Command(BaseCommand):
    help = "Loads or updates all provinces, prefectures and counties; keeps what editors changed."

    def handle(self, **options):
        with Console(stderr=True).status("Loading regions"):  # silent where there is no terminal
            report = loading.load()
        self.stdout.write(
            f"Regions: {report.created} created, {report.updated} updated, {report.unchanged} unchanged."
        )
        for region in report.gone:
            self.stdout.write(f"No longer in the file, and left as it is: {region}")
