import signal
import threading

from django.core.management.base import BaseCommand

from news import background


class Command(BaseCommand):
    help = "Does the background work (renditions of photos) until SIGTERM or Ctrl-C."

    def handle(self, **options):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker = threading.Thread(target=background.run, args=[stop], daemon=True)
        worker.start()
        self.stdout.write("The background worker runs.")
        while worker.is_alive() and not stop.wait(1):
            pass
        # What is half made then is dropped: files appear whole or not at all, and the photo goes on waiting.
        worker.join(timeout=0.3)
