"""Figures of this process for Prometheus, on METRICS_ADDRESS alone: no public address shows them."""

import threading
import time
from collections.abc import Iterator

from django.conf import settings
from prometheus_client import REGISTRY, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from counties import changes
from portal import replicas
from portal.pagecache import PageCache

made = Histogram("xiangyin_django_seconds", "Seconds in Django: pages made and answers that are never kept")
answers = Counter("xiangyin_answers", "Answers of Django", ["status"])


class State(Collector):
    """What is so at the moment of asking."""

    def __init__(self, pages: PageCache):
        self.pages = pages

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily("xiangyin_cached", "Answers by the page cache", self.pages.given)
        yield GaugeMetricFamily("xiangyin_pages", "Pages kept", len(self.pages.pages))
        yield GaugeMetricFamily("xiangyin_pages_bytes", "Size of the pages kept", self.pages.size)
        yield GaugeMetricFamily("xiangyin_hearing", "Whether announcements are heard", changes.hearing())
        usable = GaugeMetricFamily(
            "xiangyin_replica_usable", "Whether a replica is read from", labels=["name"]
        )
        for alias, good in replicas.usable().items():
            usable.add_metric([alias], good)
        yield usable


def start(pages: PageCache) -> None:
    """Serve the figures, if METRICS_ADDRESS says where."""
    if settings.METRICS_ADDRESS:
        REGISTRY.register(State(pages))
        threading.Thread(target=_serve, name="metrics", daemon=True).start()


def _serve():
    host, _, port = settings.METRICS_ADDRESS.rpartition(":")
    while True:
        try:
            start_http_server(int(port), host)
            return
        except OSError:  # the process that this one replaces has the port for some seconds more
            time.sleep(1)
