"""Public pages are read from a replica that knows all that was announced, everything else from the primary.

`changes.position()` is how far a replica must have read the primary's log, and it is looked at for each
query: what is made after an announcement never shows what was before, however far a replica is behind. Staff
and authors, who want to see what they just wrote, read from the primary; so does everybody while no replica
is good enough. A replica serves readers alone while the primary is gone.
"""

import logging
import random
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse

from counties import changes

PRIMARY = "default"
CHECK = 0.2  # seconds between two looks at a replica
FORGOTTEN = 3  # seconds after which a look counts no longer: the replica hangs
REACHED = "SELECT pg_last_wal_replay_lsn() - '0/0'"

logger = logging.getLogger(__name__)
_seen: dict[str, tuple[int, float]] = {}  # how far each replica had read, and when that was seen
_request = threading.local()  # `reads`: whether this thread answers a public GET


class Router:
    def db_for_read(self, model, **hints) -> str:
        if not getattr(_request, "reads", False) or connections[PRIMARY].in_atomic_block:
            return PRIMARY
        return _chosen()

    def db_for_write(self, model, **hints) -> str:
        return PRIMARY

    def allow_relation(self, one, other, **hints) -> bool:
        return True

    def allow_migrate(self, db, app_label, **hints) -> bool:
        return db == PRIMARY


class Reading:
    """Middleware: who may be answered from a replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _request.reads = _is_public(request)
        try:
            return self.get_response(request)
        finally:
            _request.reads = False

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A replica that died under a page: once more, from the primary."""
        if not isinstance(error, DatabaseError) or not _request.reads:
            return None
        logger.warning("A page is made again, from the primary: %s", error)
        _request.reads = False
        found = request.resolver_match
        return found.func(request, *found.args, **found.kwargs)


def start() -> None:
    """Watch the replicas from now on."""
    for alias in connections.settings.keys() - {PRIMARY}:
        threading.Thread(target=_watch, args=[alias], name=alias, daemon=True).start()


def _is_public(request):
    staff = request.path_info.startswith(("/admin/", "/preview/"))
    author = "author=" in request.META.get("HTTP_COOKIE", "")
    return request.method in {"GET", "HEAD"} and not staff and not author


def usable() -> dict[str, bool]:
    """which replicas answer and know all that was announced."""
    needed, now = changes.position(), time.monotonic()
    return {
        alias: reached >= needed and now - seen < FORGOTTEN for alias, (reached, seen) in _seen.copy().items()
    }


def _chosen():
    good = [alias for alias, is_usable in usable().items() if is_usable]
    return random.choice(good) if good else PRIMARY  # noqa: S311 no secret


def _watch(alias):
    while True:
        try:
            _look(alias)
        except DatabaseError as error:
            logger.warning("%s is not read from: %s", alias, error)
            _seen[alias] = 0, 0.0
            connections[alias].close()
        time.sleep(CHECK)


def _look(alias):
    with connections[alias].cursor() as cursor:
        while True:
            cursor.execute(REACHED)
            _seen[alias] = int(cursor.fetchone()[0] or 0), time.monotonic()
            time.sleep(CHECK)
