"""Servers under load: requests a second as a client gets them, and what each cost the server, from /proc."""

import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 16
TICK = os.sysconf("SC_CLK_TCK")


class Load(NamedTuple):
    per_second: float
    cpu_ms: float  # of the server, for one request


class Server:
    """A server in a process group of its own."""

    def __init__(self, port: int, process: subprocess.Popen):
        self.port, self.process = port, process

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def load(self, path: str, headers: dict[str, str], seconds: float) -> Load:
        before = self.cpu()
        count, took = _asked(self.url(path), headers, seconds)
        return Load(count / took, (self.cpu() - before) / count * 1000)

    def cpu(self) -> float:
        """Seconds of processor time that its processes have used."""
        return sum(_cpu(stat, self.process.pid) for stat in Path("/proc").glob("[0-9]*/stat"))


@contextmanager
def serving(command: list[str], port: int, environment: dict[str, str] | None = None, path: str = "/"):
    """Run a server until the block ends. Raises RuntimeError when it does not answer within a minute."""
    with subprocess.Popen(  # noqa: S603 commands of ours
        command, env=os.environ | (environment or {}), start_new_session=True
    ) as process:
        try:
            _wait(process, port, path)
            yield Server(port, process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url: str, headers: dict[str, str] | None = None) -> tuple[str, dict[str, str], bytes]:
    """Status line, headers by small letters, and body of one answer, as sent."""
    where = urlsplit(url)
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        connection.sendall(_request(url, {"Connection": "close"} | (headers or {})))
        head, _blank, body = b"".join(iter(lambda: connection.recv(65_536), b"")).partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return status, {name.lower(): value for name, value in pairs}, body


def _wait(process, port, path):
    for _attempt in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with code {process.returncode}")
        try:
            fetch(f"http://127.0.0.1:{port}{path}")
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args[0]} does not answer on port {port}")


def _asked(url, headers, seconds):
    """(requests answered, seconds), by wrk where it is installed: it takes less of the machine."""
    if not shutil.which("wrk"):
        return _ask(url, headers, seconds)
    marked = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    said = subprocess.run(  # noqa: S603
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *marked, url],  # noqa: S607
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if re.search("Non-2xx|Socket errors", said):
        raise RuntimeError(f"{url} was not answered as it should be:\n{said}")
    count, took = re.search(r"(\d+) requests in ([\d.]+)s", said).groups()
    return int(count), float(took)


def _ask(url, headers, seconds):
    """The same with nothing installed. All answers must be as long as the first."""
    asked, where = _request(url, headers), urlsplit(url)
    _status, _headers, body = fetch(url, headers)
    with selectors.DefaultSelector() as ready:
        for _connection in range(CONNECTIONS):
            connection = socket.create_connection((where.hostname, where.port))
            connection.sendall(asked)
            ready.register(connection, selectors.EVENT_READ, [b""])
        count, start = 0, time.perf_counter()
        while (took := time.perf_counter() - start) < seconds:
            for key, _events in ready.select(1):
                key.data[0] += key.fileobj.recv(262_144)
                _head, ended, came = key.data[0].partition(b"\r\n\r\n")
                if ended and len(came) >= len(body):
                    count += 1
                    key.data[0] = b""
                    key.fileobj.sendall(asked)
        for key in list(ready.get_map().values()):
            key.fileobj.close()
    return count, took


def _request(url, headers):
    where = urlsplit(url)
    target = f"{where.path}?{where.query}" if where.query else where.path
    lines = [f"GET {target} HTTP/1.1", f"Host: {where.netloc}", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def _fields(stat):
    try:
        return stat.read_text().rpartition(") ")[2].split()
    except OSError:  # it has ended meanwhile
        return None


def _cpu(stat, group):
    fields = _fields(stat)
    return (int(fields[11]) + int(fields[12])) / TICK if fields and int(fields[2]) == group else 0
