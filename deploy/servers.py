"""Finding and starting the servers that are no part of Python: for `make stack` and for the tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def postgres_folder() -> Path | None:
    """Where initdb and postgres are: Debian keeps them off the PATH, one folder for each version."""
    on_path = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    candidates = [*reversed(folders), *([Path(on_path).parent] if on_path else [])]
    return next((folder for folder in candidates if (folder / "postgres").exists()), None)


def as_postgres(folder: Path) -> dict:
    """Arguments for subprocess: PostgreSQL refuses to run as root; Debian's package makes the user."""
    user = "postgres" if os.geteuid() == 0 else None
    return {"user": user, "group": user, "extra_groups": [] if user else None, "cwd": folder}


def wait_for(answers: Callable[[], object], process: subprocess.Popen, log: Path) -> None:
    """Until this raises no OSError any more: half a minute at most."""
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            answers()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{process.args[0]} did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def connect(file: Path) -> None:
    """To a socket file."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(file))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
