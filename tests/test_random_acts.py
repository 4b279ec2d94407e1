"""No reader of any worker sees for longer than a second what is not public, or not the newest."""

import subprocess
import sys

import pytest
from django.db import connection


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it brings a database of its own")
def test_random_acts_break_no_promise():
    command = [sys.executable, "-m", "tests.random_acts", "--acts", "30"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "30 acts" in done.stdout
