import fcntl
import os
import signal
import subprocess
import sys
import threading
from functools import partial

import pytest
from django.conf import settings

from news import background


class NoConnections:
    """The test's own connection must outlive the loop."""

    @staticmethod
    def close_all():
        pass


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    monkeypatch.setattr(background, "IDLE", 0.001)
    monkeypatch.setattr(background, "RETRY", 0.001)
    monkeypatch.setattr(background, "connections", NoConnections)


def stop_at(count, stop, done, error=None):
    """A chore that sets `stop` the `count`th time."""
    done.append(threading.current_thread())
    if len(done) >= count:
        stop.set()
    if error:
        raise error


def test_chores_run_until_it_is_stopped(monkeypatch):
    stop, done = threading.Event(), []
    monkeypatch.setattr(background, "CHORES", [partial(stop_at, 3, stop, done)])

    background.run(stop)

    assert len(done) == 3


def test_a_failing_chore_ends_neither_the_loop_nor_the_others(monkeypatch, caplog):
    stop, failed, done = threading.Event(), [], []
    broken = partial(stop_at, 99, stop, failed, error=RuntimeError("no database"))
    monkeypatch.setattr(background, "CHORES", [broken, partial(stop_at, 2, stop, done)])

    background.run(stop)

    assert (len(failed), len(done)) == (2, 2)
    assert "no database" in caplog.text


def test_one_works_and_the_next_takes_over(monkeypatch):
    stop, done = threading.Event(), []
    monkeypatch.setattr(background, "CHORES", [partial(stop_at, 1, stop, done)])
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)

    with (settings.DATA_DIR / "worker.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=background.run, args=[stop])
        waiting.start()
        waiting.join(timeout=0.05)
        assert (waiting.is_alive(), done) == (True, [])
    waiting.join(timeout=5)

    assert done == [waiting]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_stops_cleanly(number, tmp_path):
    environ = os.environ | {"DATA_DIR": str(tmp_path)}  # without tables: every chore fails, and it works on
    command = [sys.executable, "manage.py", "worker"]

    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as worker:
        assert b"runs" in worker.stdout.readline()
        worker.send_signal(number)
        assert worker.wait(timeout=5) == 0
