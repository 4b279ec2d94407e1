"""The production stack on this machine, in the foreground: `make stack`.

PostgreSQL with a streaming replica, Redis, app servers, the background worker and nginx in front, from the
files of this folder. A part that dies is started again. Data is kept in DATA_DIR (var/stack); sockets and the
HTTP cache are temporary. SIGHUP restarts the app servers one after another, as a release does.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from string import Template
from urllib.request import urlopen

from deploy.servers import as_postgres, connect, postgres_folder, say, wait_for

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "deploy"
PYTHON = Path(sys.executable)
PROGRAMS = {"nginx": "nginx-light", "redis-server": "redis-server", "postgres": "postgresql"}
DATABASE = USER = "xiangyin"
PRIMARY, REPLICA = 5432, 5433  # names of socket files only
HOST = os.environ.get("HOST") or "127.0.0.1"


@dataclass
class Part:
    """A process of the stack, its log, and what raises no OSError once it is up."""

    name: str
    command: list
    answers: Callable[[], object] | None = None
    options: dict = field(default_factory=dict)
    stop_by: int = signal.SIGTERM
    process: subprocess.Popen | None = None
    began: float = 0

    def start(self, logs: Path, *, wait: bool = True) -> None:
        log, self.began = logs / f"{self.name}.log", time.monotonic()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C comes to us alone, and we stop them in order
                **self.options,
            )
        if self.answers and wait:
            wait_for(self.answers, self.process, log)

    @property
    def died(self) -> bool:
        """Whether it has to be started again: at most once a second."""
        return self.process.poll() is not None and time.monotonic() - self.began > 1

    def stop_orphans(self) -> None:
        """End what a killed process left behind: its workers hold its port and know no new settings."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, self.stop_by)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_by)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Stack:
    def __init__(self, data: Path, port: int, apps: int):
        self.data, self.port = data, port
        self.logs = data / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.sockets = Path(tempfile.mkdtemp(prefix="xiangyin-", dir="/tmp"))  # a socket's path must be short
        self.copies = Path(tempfile.mkdtemp(prefix="xiangyin-", dir="/tmp"))
        self.copies.chmod(0o755)  # the workers of nginx are another user
        self.postgres = Postgres(data, self.sockets)
        self.apps = [port + number for number in range(1, apps + 1)]
        self.doors: list[socket.socket] = []
        self.parts: list[Part] = []
        self.is_new_release = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for part in reversed(self.parts):
            part.stop()
        for folder in (self.sockets, self.copies):
            shutil.rmtree(folder, ignore_errors=True)

    def start(self, part: Part) -> None:
        self.parts.append(part)
        part.start(self.logs)
        say(f"  {part.name}")

    def up(self) -> None:
        self.postgres.prepare()
        self.start(self.postgres.part("primary", PRIMARY))
        self.postgres.create()
        self.start(self.postgres.part("replica", REPLICA))
        self.start(self.redis())
        small = ["--small"] if os.environ.get("STACK_DEMO") == "small" else []
        prepare = [PYTHON, "manage.py", "prepare", *small]
        subprocess.run(prepare, check=True, cwd=ROOT, env=self.environment())
        for port in self.apps:
            self.start(self.app(port))
        django = {"cwd": ROOT, "env": self.environment()}
        self.start(Part("worker", [PYTHON, "manage.py", "worker"], options=django))
        self.start(self.nginx())

    def redis(self) -> Part:
        socket = self.sockets / "redis.sock"
        command = ["redis-server", HERE / "redis/redis.conf", "--port", 0, "--unixsocket", socket]
        return Part("redis", command, partial(connect, socket))

    def app(self, port: int) -> Part:
        environment = self.environment() | settings(HERE / "granian.env")
        environment["METRICS_ADDRESS"] = f"127.0.0.1:{port + 100}"
        granian = PYTHON.with_name("granian")
        command = [granian, "--host", "127.0.0.1", "--port", port, "portal.wsgi:application"]
        return Part(f"app-{port}", command, partial(ask, port), {"cwd": ROOT, "env": environment})

    def nginx(self) -> Part:
        text = configure_nginx(
            LISTEN=f"listen {HOST}:{self.port};",
            APP_SERVERS=" ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in self.apps),
            REAL_IP="",
            CACHE=self.copies,
            STATUS=f"127.0.0.1:{self.port + 100}",
        )
        (self.data / "nginx.conf").write_text(text, encoding="utf-8")
        how = f"daemon off; pid {self.sockets}/nginx.pid;"
        command = ["nginx", "-e", "stderr", "-p", self.data, "-c", "nginx.conf", "-g", how]
        # Readers who come while nginx is started again wait at these instead of being refused.
        for address in (HOST, self.port), ("127.0.0.1", self.port + 100):
            self.doors.append(socket.create_server(address, backlog=511))
            self.doors[-1].setblocking(False)  # nginx takes what it inherits as it is
        doors = [door.fileno() for door in self.doors]
        inherited = os.environ | {"NGINX": "".join(f"{number};" for number in doors)}
        options = {"env": inherited, "pass_fds": doors}
        return Part("nginx", command, partial(ask, self.port), options, signal.SIGQUIT)

    def environment(self) -> dict[str, str]:
        """What Django needs, kept in a file, too, for a shell beside the stack."""
        ours = {
            "DATA_DIR": str(self.data),
            "HOST": HOST,
            "PORT": str(self.port),
            "DATABASE_URL": self.postgres.url(PRIMARY),
            "REPLICA_URLS": self.postgres.url(REPLICA),
            "REDIS_URL": f"unix://{self.sockets}/redis.sock",
            "TRUSTED_PROXIES": "127.0.0.1",
            "LOG_JSON": "1",
        }
        lines = "".join(f"{name}={value!r}\n" for name, value in ours.items())
        (self.data / "environment").write_text(lines, encoding="utf-8")
        return dict(os.environ) | ours

    def watch(self) -> None:
        """For ever: what died is started again; after a SIGHUP the app servers are, one after another."""
        signal.signal(signal.SIGHUP, lambda *_: setattr(self, "is_new_release", True))
        while True:
            time.sleep(0.05)
            for part in self.parts:
                if part.died:
                    code, log = part.process.returncode, self.logs / f"{part.name}.log"
                    say(f"{part.name} ended ({code}) and is started again; see {log}")
                    part.stop_orphans()
                    part.start(self.logs, wait=False)
            if self.is_new_release:
                self.is_new_release = False
                self.renew()

    def renew(self) -> None:
        for part in self.parts:
            if part.name.startswith("app-"):
                part.stop()
                part.start(self.logs)


class Postgres:
    """A primary and its replica, reached by socket files in a folder that only their user may enter."""

    def __init__(self, data: Path, sockets: Path):
        self.programs, self.sockets = postgres_folder(), sockets
        self.options = as_postgres(sockets)
        self.folder = self.reachable(data / "postgres")

    def reachable(self, folder: Path) -> Path:
        """The folder, or where its user may not go there, one at home with this user."""
        folder.mkdir(exist_ok=True)
        if user := self.options["user"]:
            shutil.chown(self.sockets, user, user)
            shutil.chown(folder, user, user)
            if subprocess.run(["test", "-x", folder], check=False, **self.options).returncode:
                folder = Path(f"~{user}").expanduser() / f"xiangyin-{zlib.crc32(bytes(folder)):x}"
                folder.mkdir(exist_ok=True)
                shutil.chown(folder, user, user)
        return folder

    def run(self, program: str, *arguments, check: bool = True) -> subprocess.CompletedProcess:
        command = [self.programs / program, *map(str, arguments)]
        return subprocess.run(command, check=check, stdout=subprocess.PIPE, text=True, **self.options)

    def prepare(self) -> None:
        primary, wal = self.folder / "primary", self.folder / "wal"
        if not primary.exists():
            how = [f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--no-locale"]
            self.run("initdb", "-D", primary, *how)
        wal.mkdir(exist_ok=True)
        if user := self.options["user"]:
            shutil.chown(wal, user, user)

    def create(self) -> None:
        """What is not there yet of the database and the replica."""
        where = ["-h", self.sockets, "-U", USER]
        for _ in range(600):  # after a crash it reads its log first
            if self.run("pg_isready", *where, check=False).returncode == 0:
                break
            time.sleep(0.1)
        names = self.run("psql", *where, "-Atc", "SELECT datname FROM pg_database", "postgres").stdout
        if DATABASE not in names.split():
            self.run("createdb", *where, DATABASE)
        if not (self.folder / "replica").exists():
            self.run("pg_basebackup", *where, "-D", self.folder / "replica", "-R", "--checkpoint=fast")

    def part(self, name: str, port: int) -> Part:
        data = self.folder / name
        shutil.copyfile(HERE / "postgres/postgresql.conf", data / "postgresql.conf")
        origin = f"primary_conninfo=host={self.sockets} user={USER} application_name={name}"
        command = [self.programs / "postgres", "-D", data, "-k", self.sockets, "-p", port]
        command += ["-c", "listen_addresses=", "-c", origin]
        answers = partial(connect, self.sockets / f".s.PGSQL.{port}")
        return Part(f"postgres-{name}", command, answers, self.options, signal.SIGINT)

    def url(self, port: int) -> str:
        return f"postgres://{USER}@/{DATABASE}?host={self.sockets}&port={port}"


def ask(port: int) -> None:
    """Whether a server on this machine answers."""
    urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()


def configure_nginx(**values) -> str:
    """The shipped configuration for these values, as envsubst would fill them in."""
    template = (HERE / "nginx/nginx.conf.template").read_text(encoding="utf-8")
    return Template(template).safe_substitute(values)


def settings(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "=" in line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


def missing() -> str:
    """A sentence if a program is not installed, else nothing."""
    found = {name: shutil.which(name) for name in PROGRAMS} | {"postgres": postgres_folder()}
    packages = [PROGRAMS[name] for name in PROGRAMS if not found[name]]
    return f"Not installed; on Debian: apt-get install {' '.join(packages)}" if packages else ""


def main() -> int:
    if complaint := missing():
        say(complaint)
        return 1
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var/stack").resolve()
    port, apps = int(os.environ.get("STACK_PORT") or 8080), int(os.environ.get("STACK_APPS") or 2)
    say(f"The stack keeps its data in {data}; its parts:")
    with Stack(data, port, apps) as stack:
        stack.up()
        say(f"The whole stack is up on http://127.0.0.1:{port}/  (Ctrl-C stops it)")
        stack.watch()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("The stack has stopped.")
