"""What changed, for whoever remembers something: the one announcement in the house.

A surrogate key names a thing that pages show: "article:7", "region:51", "regions" (the tree itself), "site".
Whoever writes announces the keys; whoever remembers compares `generation(key)` with the number it remembers.
The numbers are 8-byte counters in a memory-mapped file in DATA_DIR that all processes of this machine share,
so reading one costs no query and no system call.

Other machines hear it through PostgreSQL: the keys are part of the transaction (NOTIFY), so that no change is
committed without its announcement; `portal.listeners` receives them. With SQLite there is one machine.
"""

import fcntl
import mmap
import struct
import threading
import time
import zlib
from array import array
from collections.abc import Iterable
from contextlib import contextmanager
from functools import cache, partial

from django.conf import settings
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

GONE = "gone"  # a key of every page: a story left, and any page may have shown it beside its own
SLOTS = 65_536  # two keys in one slot only make a page fresh more often than needed
_counter = struct.Struct("<Q")
# Behind the counters: when this machine last heard from the database (nanoseconds of its monotonic clock),
# how far a replica must have read the primary's log to know of all that was announced, and the generation of
# all keys together.
_HEARD, _POSITION, _ANY, _SIZE = (_counter.size * (SLOTS + at) for at in range(4))
_threads = threading.Lock()
DEAF_AFTER = 10**9  # nanoseconds of silence
CHANNEL = "changes"
KEYS_A_NOTE = 200  # a note of PostgreSQL has at most 8,000 bytes


def announce(keys: Iterable[str]) -> None:
    """Tell everybody, once the current transaction is committed, that what these keys name has changed."""
    keys = sorted(set(keys))
    if _several_machines():
        with connection.cursor() as cursor:
            for at in range(0, len(keys), KEYS_A_NOTE):
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, " ".join(keys[at : at + KEYS_A_NOTE])])
    transaction.on_commit(partial(_committed, keys))


def hearing() -> bool:
    """Whether this machine hears what other machines announce; always true where there is but one."""
    return not _several_machines() or 0 <= time.monotonic_ns() - _read(_HEARD) < DEAF_AFTER


def heard(keys: Iterable[str], position: int = 0) -> None:
    """These keys were announced; a replica that has not read up to `position` may not know it."""
    with _writing() as counters:
        _counter.pack_into(counters, _POSITION, max(position, _read(_POSITION)))
        for key in keys:
            _counter.pack_into(counters, _slot(key), generation(key) + 1)


def heard_all() -> None:
    """This machine knows of all that was announced until now."""
    _counter.pack_into(_counters()[0], _HEARD, time.monotonic_ns())


def missed_some(position: int = 0) -> None:
    """Announcements may have been missed: as if every key had been announced (15 ms)."""
    heard((), position)
    with _writing() as counters:
        counters[:_HEARD] = array("Q", (number + 1 for number in array("Q", counters[:_HEARD]))).tobytes()


def position() -> int:
    """How far a replica must have read the primary's log to know of all that was announced."""
    return _read(_POSITION)


def generation(key: str) -> int:
    """A number that grows with every announcement of the key, in any process of this machine."""
    return _read(_slot(key))


def latest() -> bytes:
    """What differs from what it was if anything was announced since: asked first, it spares `unchanged`."""
    return _counters()[0][_ANY:_SIZE]


def snapshot() -> bytes:
    """All generations as they are now (half a megabyte, about 20 µs)."""
    return _counters()[0][:]


def marks(snapshot: bytes, keys: Iterable[str]) -> tuple[tuple[int, int, bytes], ...]:
    """What `unchanged` compares: where each key's counter stands and what it was in the snapshot."""
    places = sorted({_slot(key) for key in keys})
    return tuple((at, at + _counter.size, snapshot[at : at + _counter.size]) for at in places)


def unchanged(marks: tuple[tuple[int, int, bytes], ...]) -> bool:
    """Whether none of the keys was announced since."""
    counters = _counters()[0]
    for start, stop, was in marks:  # noqa: SIM110  all() takes twice as long, and each kept page asks this
        if counters[start:stop] != was:
            return False
    return True


def shows(response: HttpResponse, keys: Iterable[str]) -> HttpResponse:
    """Say what a public page shows, to our cache and any other; a copy may be given out for a minute.

    The announcement of a key drops the page at once; the age is for what no key names.
    """
    response["Surrogate-Key"] = " ".join(sorted({*keys, "regions", "site", GONE}))
    return ends(response, 60)


def ends(response: HttpResponse, seconds: float) -> HttpResponse:
    """Say for how long at most a copy of a public page may be given out."""
    fresh = max(0, int(seconds))
    patch_cache_control(
        response,
        public=True,
        max_age=0,
        s_maxage=fresh,
        stale_while_revalidate=30 if fresh >= 60 else 0,
        stale_if_error=86_400,
    )
    return response


def _committed(keys):
    with connection.cursor() as cursor:
        heard(keys, log_position(cursor))


def log_position(cursor) -> int:
    """Where the log of the primary ends now; 0 where nobody needs to know, without replicas."""
    if len(connections.settings) == 1:
        return 0
    cursor.execute("SELECT pg_current_wal_flush_lsn() - '0/0'")
    return int(cursor.fetchone()[0])


@cache
def _several_machines():
    return connection.vendor == "postgresql"


def _read(at):
    return _counter.unpack_from(_counters()[0], at)[0]


@contextmanager
def _writing():
    counters, file = _counters()
    with _threads:  # flock keeps other processes out, not other threads
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield counters
            # Last: whoever sees this changed sees what changed.
            _counter.pack_into(counters, _ANY, _read(_ANY) + 1)
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _slot(key):
    return zlib.crc32(key.encode()) % SLOTS * _counter.size


@cache
def _counters():
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    file = (settings.DATA_DIR / "generations").open("a+b")
    file.truncate(_SIZE)
    return mmap.mmap(file.fileno(), _SIZE), file
