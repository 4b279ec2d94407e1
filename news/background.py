"""The background work: every chore in turn, for ever, in one process of each machine."""

import fcntl
import logging
import threading
from functools import partial

from django.conf import settings
from django.db import connections

from news import images
from news.comments import keeping, learning

# A chore does a bounded piece of its work and says how much it did; what is left comes with the next round.
CHORES = [partial(images.make_waiting, limit=1), keeping.erase_due, learning.learn_when_due]
IDLE = 2  # seconds after a round that found nothing to do
RETRY = 10  # seconds after a failure, and between tries for the lock

logger = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Work until `stop` is set. Of all processes and threads of this machine that run it, one works and the
    others wait to take over."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.DATA_DIR / "worker.lock").open("a") as lock:
        while not stop.is_set() and not _got(lock):
            stop.wait(RETRY)
        while not stop.is_set():
            stop.wait(_round(stop))


def _round(stop):
    """Do each chore once; the seconds to rest."""
    rest = IDLE
    for chore in CHORES:
        if stop.is_set():
            break
        try:
            if chore():
                rest = min(rest, 0)
        except Exception:  # a missing database or a full disk must not end the loop
            logger.exception("A background chore failed; the next try is in %s seconds", RETRY)
            rest = RETRY
    connections.close_all()
    return rest


def _got(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
