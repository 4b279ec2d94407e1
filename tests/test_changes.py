"""Announcements: counters that all processes share, notes to other machines, and what is done in silence."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction

from counties import changes
from portal import listeners

ROOT = Path(__file__).parents[1]
on_postgresql = pytest.mark.skipif(
    "postgres" not in os.environ.get("DATABASE_URL", ""), reason="with SQLite there is one machine"
)


def test_a_key_counts_up_once_committed(db, django_capture_on_commit_callbacks):
    before = changes.generation("article:7")
    with django_capture_on_commit_callbacks() as waiting:
        changes.announce({"article:7"})
        assert changes.generation("article:7") == before
    waiting[0]()
    assert changes.generation("article:7") == before + 1


def test_another_process_of_this_machine_sees_it(settings):
    before = changes.generation("article:7")
    code = "import django; django.setup(); from counties import changes; changes.heard(['article:7'])"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATA_DIR": str(settings.DATA_DIR),
    }
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)
    assert changes.generation("article:7") == before + 1


def test_threads_lose_no_count():
    before = changes.generation("article:7")
    threads = [
        threading.Thread(target=lambda: [changes.heard(["article:7"]) for _ in range(200)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert changes.generation("article:7") == before + 800


def test_what_may_have_been_missed_is_taken_for_changed():
    marks = changes.marks(changes.snapshot(), ["article:7", "region:1"])
    assert changes.unchanged(marks)
    changes.missed_some()
    assert not changes.unchanged(marks)


@pytest.mark.parametrize("announce", [lambda: changes.heard(["region:1"]), changes.missed_some])
def test_each_announcement_changes_what_is_asked_first(announce):
    before = changes.latest()
    assert changes.latest() == before
    announce()
    assert changes.latest() != before


def test_it_changes_after_the_key():
    """Else a page could be taken for true for ever: by who looked between the two."""
    before = changes.latest()
    with changes._writing() as counters:
        changes._counter.pack_into(counters, changes._slot("region:1"), changes.generation("region:1") + 1)
        assert changes.latest() == before


def test_a_position_never_goes_back():
    changes.heard([], position=10**6)
    changes.heard([], position=5)
    assert changes.position() == 10**6
    changes._counter.pack_into(changes._counters()[0], changes._POSITION, 0)


def test_a_machine_hears_for_a_second_after_the_last_sign(monkeypatch):
    monkeypatch.setattr(changes, "_several_machines", lambda: True)
    changes.heard_all()
    assert changes.hearing()
    later = time.monotonic_ns() + 2 * 10**9
    monkeypatch.setattr(changes.time, "monotonic_ns", lambda: later)
    assert not changes.hearing()


def test_with_sqlite_there_is_nothing_to_hear():
    if connection.vendor == "sqlite":
        assert changes.hearing()


@pytest.fixture
def other_machine(transactional_db):
    """What a second machine is told from now on."""
    with listeners._connected() as heard:
        heard.execute(f"LISTEN {changes.CHANNEL}")
        yield lambda: [note.payload.split() for note in heard.notifies(timeout=0.3)]


@on_postgresql
def test_other_machines_are_told_with_the_commit(other_machine):
    with transaction.atomic():
        changes.announce({"article:7", "region:1"})
        assert other_machine() == []
    assert other_machine() == [["article:7", "region:1"]]


@on_postgresql
def test_what_is_rolled_back_is_told_to_nobody(other_machine):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        changes.announce({"article:7"})
        raise ZeroDivisionError
    assert other_machine() == []


@on_postgresql
def test_many_keys_fit(other_machine):
    changes.announce({f"region:{number}" for number in range(3_300)})
    assert len({key for keys in other_machine() for key in keys}) == 3_300


@on_postgresql
def test_the_listener_passes_on_what_it_hears_and_forgets_all_when_it_connects(transactional_db, monkeypatch):
    first = changes.generation("article:8")
    monkeypatch.setattr(listeners, "_connected", lambda real=listeners._connected: Breaking(real()))
    with pytest.raises(psycopg.OperationalError):
        listeners._hear()
    assert changes.generation("article:8") == first + 2  # once as everything, once by name
    assert changes.hearing()


class Breaking:
    """A connection on which one announcement comes, and which breaks then."""

    def __init__(self, connection):
        self.connection, self.announced = connection, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def cursor(self):
        return self.connection.cursor()

    def notifies(self, **how):
        if self.announced:
            raise psycopg.OperationalError("gone")
        self.announced = True
        with psycopg.connect(**self.connection.info.get_parameters(), autocommit=True) as other:
            other.execute("SELECT pg_notify(%s, 'article:8')", [changes.CHANNEL])
        return self.connection.notifies(**how)
