from django.core.management.base import BaseCommand

from news.comments import learning


class Command(BaseCommand):
    help = (
        "Learns from what moderators decided; the background work calls it. --always: even if little is new."
    )

    def add_arguments(self, parser):
        parser.add_argument("--always", action="store_true", help="even if little is new")

    def handle(self, *, always, **options):
        model = learning.learn() if always or learning.is_due() else None
        said = (
            f"Learned from {model.decisions} decisions."
            if model
            else "There is not enough to learn from yet."
        )
        self.stdout.write(said)
