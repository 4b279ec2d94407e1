"""What other machines announce, heard through the database and passed on to all processes of this machine."""

import fcntl
import logging
import threading
import time

import psycopg
from django.conf import settings
from django.db import connections

from counties import changes

BEAT = 0.25  # seconds of silence after which the connection is tried
RETRY = 0.5  # seconds between tries to connect
logger = logging.getLogger(__name__)


def start() -> None:
    """Listen from now on, in a thread of this process; on PostgreSQL only, as SQLite has one machine."""
    if connections["default"].vendor == "postgresql":
        threading.Thread(target=_listen, name="listener", daemon=True).start()


def _listen():
    """Of all processes of this machine one listens; the kernel lets the next one in when it dies."""
    with (settings.DATA_DIR / "listener.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        while True:
            try:
                _hear()
            except psycopg.Error as error:
                logger.warning("The announcements of other machines are not heard: %s", error)
                time.sleep(RETRY)


def _hear():
    """Hear until the connection breaks. What was announced before it was there is unknown."""
    with _connected() as connection, connection.cursor() as cursor:
        cursor.execute(f"LISTEN {changes.CHANNEL}")
        changes.missed_some(changes.log_position(cursor))
        while True:
            changes.heard_all()
            if notes := list(connection.notifies(timeout=BEAT, stop_after=1)):
                keys = {key for note in notes for key in note.payload.split()}
                changes.heard(keys, changes.log_position(cursor))
            cursor.execute("SELECT 1")  # a dead network is silent, too


def _connected():
    """A connection of its own, which notices within a second that the other side is gone."""
    parameters = connections["default"].get_connection_params()
    limits = {"connect_timeout": 2, "keepalives_idle": 1, "tcp_user_timeout": 1000}
    return psycopg.connect(**parameters | limits, autocommit=True)
