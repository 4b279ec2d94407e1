"""Runs the suite on SQLite, then on PostgreSQL and Redis, private ones in a temporary folder.

`python -m tests.engines [arguments for pytest]`; REQUIRE=postgres,redis,chromium makes a missing one an
error.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from deploy.servers import as_postgres, connect, postgres_folder, say, wait_for

CHROMIUM = Path("/usr/bin/chromium")
# The suite sets what it needs; what the shell happens to have must not change its result.
OURS = (
    *("SITE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "ALLOWED_HOSTS", "DEBUG", "DATA_DIR", "DATABASE_URL"),
    *("REPLICA_URLS", "REDIS_URL", "STORAGE_URL", "TRUSTED_PROXIES", "DEMO_PASSWORD", "STAFF_MFA"),
    *(
        "RATE_LIMITS",
        "EMBEDDED",
        "METRICS_ADDRESS",
        "LOG_JSON",
        "REVIEWS",
        "COMMENTS_REQUIRE_LOGIN",
        "COMMENTS_CLOSE_AFTER_DAYS",
    ),
    *("COMMENT_RETENTION_DAYS", "KEEP_ADDRESSES", "ADDRESS_RETENTION_DAYS"),
)
NAMES = {"postgres": "PostgreSQL", "redis": "Redis", "chromium": "Chromium"}
NO_TESTS = 5  # pytest's exit code when it selected none, as a -k may do on one of the engines
OUTCOMES = {0: "passed", NO_TESTS: "had nothing to run"}


def main(arguments: list[str]) -> int:
    redis_server = shutil.which("redis-server")
    found = {"postgres": postgres_folder(), "redis": redis_server, "chromium": CHROMIUM.exists()}
    if complaint := unmet(os.environ.get("REQUIRE", ""), found):
        say(complaint)
        return 1
    results = {"SQLite": run("SQLite", {}, arguments)}
    with ExitStack() as servers:
        environment, names = {}, []
        if found["postgres"]:
            environment["DATABASE_URL"] = servers.enter_context(postgres(found["postgres"]))
            names.append(f"PostgreSQL {version(found['postgres'] / 'postgres')}")
        if found["redis"]:
            environment["REDIS_URL"] = servers.enter_context(redis(found["redis"]))
            names.append(f"Redis {version(found['redis'])}")
        if environment:
            name = " and ".join(names)
            # The browser tests are slow, and about pages, not engines: once is enough.
            results[name] = run(name, environment, ["-m", "not browser", *arguments])
    report(results, found)
    return max((code for code in results.values() if code != NO_TESTS), default=NO_TESTS)


def unmet(require: str, found: dict) -> str:
    """A sentence if what REQUIRE asks for is not there, else nothing."""
    required = {name.strip() for name in require.split(",") if name.strip()}
    if unknown := required - set(found):
        return f"REQUIRE={require}: use postgres, redis and chromium, not {', '.join(sorted(unknown))}"
    missing = [NAMES[name] for name in sorted(required) if not found[name]]
    return f"REQUIRE={require}: not installed: {', '.join(missing)}" if missing else ""


def report(results: dict[str, int], found: dict) -> None:
    say("")
    for name, code in results.items():
        say(f"The suite {OUTCOMES.get(code, 'FAILED')} on {name}.")
    for name in NAMES:
        if not found[name]:
            say(f"Not run with {NAMES[name]}, which is not installed.")


def run(name: str, environment: dict[str, str], arguments: list[str]) -> int:
    say(f"\n== The suite on {name}")
    inherited = {key: value for key, value in os.environ.items() if key not in OURS}
    command = [sys.executable, "-m", "pytest", "-n", "2", *arguments]
    with subprocess.Popen(command, env=inherited | environment) as suite:
        try:
            return suite.wait()
        finally:
            if suite.returncode is None:  # we are being stopped: so is it, and it tidies up
                suite.send_signal(signal.SIGINT)


@contextmanager
def postgres(programs: Path):
    """Yields the DATABASE_URL of a new server that answers on a socket file only."""
    with temporary_folder() as folder:
        options = as_postgres(folder)
        if user := options["user"]:
            shutil.chown(folder, user, user)
        data = folder / "data"
        how = ["--username=xiangyin", "--auth=trust", "--encoding=UTF8", "--no-locale"]
        initdb = [programs / "initdb", "-D", data, *how]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **options)
        fast = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *fast]
        with server(command, folder / ".s.PGSQL.5432", folder / "log", **options):
            yield f"postgres://xiangyin@/postgres?host={folder}"


@contextmanager
def redis(program: str):
    """Yields the REDIS_URL of a new server that answers on a socket file only."""
    with temporary_folder() as folder:
        file = folder / "redis.sock"
        command = [program, "--port", "0", "--unixsocket", file, "--save", "", "--appendonly", "no"]
        with server(command, file, folder / "log", cwd=folder):
            yield f"unix://{file}"


@contextmanager
def server(command: list, socket_file: Path, log: Path, **options):
    """Starts it, waits until its socket answers, and stops it whatever happens."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True, **options)
    try:
        wait_for(partial(connect, socket_file), process, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's “fast” stop, which does not wait for clients
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def temporary_folder():
    """Directly below /tmp, because the path of a socket file may have about 100 characters."""
    folder = Path(tempfile.mkdtemp(prefix="xiangyin-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def version(program: Path | str) -> str:
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    return re.search(r"\d+(\.\d+)+", said)[0]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped then, too
    sys.exit(main(sys.argv[1:]))
