"""How many readings a second the beacon takes, and what a stop loses: `python -m bench.heat 15 --workers 2`.

Starts the site on the database and the Redis of the environment (DATABASE_URL, REDIS_URL, DATA_DIR), which
must have stories, sends readings of ever new readers with wrk, stops it by SIGTERM right after the last and
counts what was written; then the same with SIGKILL. The sender shares the processors: mind the CPU column.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

from .serving import free_port

CONNECTIONS = 64
STORIES = 300
LUA = """
local ids = {%s}
local threads = 0
function setup(thread) threads = threads + 1; thread:set("id", threads) end
local n = 0
function request()
  n = n + 1
  local headers = {["User-Agent"] = "Mozilla/5.0 (Linux) " .. %d .. "-" .. id .. "-" .. n}
  return wrk.format("POST", "/articles/" .. ids[n %% #ids + 1] .. "/seen/", headers, "www.baidu.com")
end
"""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(how: signal.Signals, seconds: int, workers: int) -> None:
    """One row of the table."""
    from news.models import Article  # noqa: PLC0415  Django is set up by now

    ids = list(Article.objects.published().newest().values_list("pk", flat=True)[:STORIES])
    before, port = written(), free_port()
    site = start(port, workers)
    try:
        wait_for(port)
        cpu = spent(site.pid)
        with ThreadPoolExecutor() as beside:
            pages = beside.submit(lambda: sorted(page(port) for _ in range(seconds)))
            taken = send(port, ids, seconds)
            cpu = spent(site.pid) - cpu
    finally:
        stop(site, how)
    kept = written() - before
    lost = max(0, taken - kept)
    page_ms = 1000 * pages.result()[seconds // 2]
    say(
        f"| {how.name} | {workers} | {taken / seconds:,.0f} | {1000 * cpu / max(taken, 1):.2f} ms "
        f"| {page_ms:.0f} ms | {lost:,} = {lost / max(taken / seconds, 1):.1f} s |"
    )


def written() -> int:
    from django.db.models import Sum  # noqa: PLC0415

    from news.models import Reading  # noqa: PLC0415

    return Reading.objects.aggregate(n=Sum("count"))["n"] or 0


def start(port: int, workers: int) -> subprocess.Popen:
    options = f"--interface wsgi --workers {workers} --blocking-threads 64 --no-ws --log-level error"
    command = [
        sys.executable,
        "-m",
        "granian",
        *options.split(),
        "--port",
        str(port),
        "portal.wsgi:application",
    ]
    environment = os.environ | {"RATE_LIMITS": "0", "EMBEDDED": "1", "ALLOWED_HOSTS": "127.0.0.1"}
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603


def stop(site: subprocess.Popen, how: signal.Signals) -> None:
    if how == signal.SIGKILL:
        os.killpg(site.pid, how)
    else:
        site.send_signal(how)
    site.wait(30)


def send(port: int, ids: list[int], seconds: int) -> int:
    """The number of readings that were answered with 204."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % (", ".join(map(str, ids)), time.time()))
        script.flush()
        command = f"wrk -t1 -c{CONNECTIONS} -d{seconds}s -s {script.name} http://127.0.0.1:{port}/"
        said = subprocess.run(command.split(), capture_output=True, text=True, check=True).stdout  # noqa: S603
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return int(re.search(r"(\d+) requests in", said)[1]) - (int(failed[1]) if failed else 0)


def spent(parent: int) -> float:
    """Seconds of CPU of a process and its children."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if parent in (int(folder.name), int(fields[1])):
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def page(port: int) -> float:
    """Seconds that a page which is not in the cache takes while readings are being written."""
    time.sleep(0.5)
    started = time.perf_counter()
    urllib.request.urlopen(f"http://127.0.0.1:{port}/for-you/?seen=1").read()
    return time.perf_counter() - started


def wait_for(port: int) -> None:
    for _ in range(150):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/livez").read()
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The site did not start.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=int, nargs="?", default=15)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    say("| stopped by | workers | readings/s | CPU a reading | a page meanwhile | lost |")
    say("| --- | --- | --- | --- | --- | --- |")
    for how in (signal.SIGTERM, signal.SIGKILL):
        measure(how, options.seconds, options.workers)
