"""`make bench`: what a page costs, beside the limits of this machine, in one run.

Archives of the sizes asked for are made once, below var/bench/, on SQLite. Ratios are taken between
measurements that follow each other within seconds; the spread is that of the rounds. Writes bench.json,
bench.md and the plot bench.svg to var/.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench import plot
from bench.constant import SIZE
from bench.serving import Server, fetch, free_port, serving

VAR = Path(os.environ.get("DATA_DIR", "var"))
GRANIAN = [str(Path(sys.executable).with_name("granian")), "--host", "127.0.0.1"]  # its options: granian.env
ASKED = {
    "plain": {},
    "brotli": {"Accept-Encoding": "br"},
    "gzip": {"Accept-Encoding": "gzip"},
    "304": {},
}
NGINX = """
daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log stderr crit;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 10000000; sendfile on; tcp_nopush on; open_file_cache max=100;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/static; default_type text/html; }}
}}
"""


class Limits(NamedTuple):
    ours: Server
    constant: Server
    bare: Server
    nginx: Server | None
    files: Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default="1000,100000", help="archives, in articles")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="of load for each measurement")
    asked = parser.parse_args()
    archives = {size: archive(size) for size in map(int, asked.sizes.split(","))}
    uncached = {size: measured(folder) for size, folder in archives.items()}
    cached, least = kept(archives[min(archives)], asked.rounds, asked.seconds)
    table = f"{cached_table(cached)}\n\n{least_line(least)}\n\n{uncached_table(uncached, least)}\n"
    sys.stdout.write(table)
    (VAR / "bench.md").write_text(table, encoding="utf-8")
    (VAR / "bench.svg").write_text(plot.costs(uncached), encoding="utf-8")
    said = {"cached": cached, "least": least, "uncached": uncached}
    (VAR / "bench.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")


def archive(size: int) -> Path:
    """The folder of a filled archive of this size, made if it is not there."""
    folder = VAR / "bench" / str(size)
    filled = (folder / "filled").exists()
    if not filled:
        shutil.rmtree(folder, ignore_errors=True)
    commands = [["migrate", "-v0"], ["collectstatic", "-v0", "--no-input"]]
    for command in commands if filled else [*commands, ["load_regions"], ["fill", f"--articles={size}"]]:
        say(f"{size} articles: {command[0]}")
        run(folder, "manage.py", *command)
    (folder / "filled").touch()
    return folder


def measured(folder: Path) -> dict:
    say(f"uncached pages, {folder.name} articles")
    return json.loads(run(folder, "-m", "bench.pages"))


def run(folder: Path, *command: str) -> str:
    """Run Python on that archive, its errors shown; what it printed."""
    done = subprocess.run(  # noqa: S603 commands of ours
        [sys.executable, *command], env=environment(folder), stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """Embedded as `make run` is, on that archive alone."""
    ours = {"DATA_DIR": str(folder), "EMBEDDED": "1", "RATE_LIMITS": "0", "STAFF_MFA": "0"}
    nothing_else = {"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    return os.environ | ours | nothing_else


def kept(folder: Path, rounds: int, seconds: int) -> tuple[dict[str, dict[str, dict]], dict[str, float]]:
    """{page: {way of asking: figures}} of pages in the cache, each round beside the limits; and the least
    that this machine asks for a request, as CPU ms."""
    addresses = json.loads(run(folder, "-m", "bench.addresses"))
    with ExitStack() as stack:
        limits = started(stack, folder)
        cached = {
            page: {way: compared(limits, path, way, rounds, seconds) for way in ASKED}
            for page, path in addresses.items()
        }
        return cached, {
            "constant": smallest(limits.constant, f"/{SIZE}", rounds, seconds),
            "bare view": smallest(limits.bare, "/", rounds, seconds),
        }


def smallest(server: Server, path: str, rounds: int, seconds: int) -> float:
    return round(statistics.median(server.load(path, {}, seconds).cpu_ms for _round in range(rounds)), 4)


def started(stack: ExitStack, folder: Path) -> Limits:
    ports = [free_port() for _server in range(4)]
    files = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    (files / "static").mkdir()
    files.chmod(0o755)
    (files / "static" / "1").write_bytes(b"x")
    ours = [*GRANIAN, f"--port={ports[0]}", "portal.wsgi:application"]
    constant = [*GRANIAN, f"--port={ports[1]}", "bench.constant:application"]
    bare = [*GRANIAN, f"--port={ports[2]}", "bench.bare:application"]
    servers = [
        stack.enter_context(serving(ours, ports[0], environment(folder), "/livez")),
        stack.enter_context(serving(constant, ports[1], {"LIKE": str(files / "static")}, "/1")),
        stack.enter_context(serving(bare, ports[2])),
    ]
    nginx = None
    if shutil.which("nginx"):
        (files / "nginx.conf").write_text(NGINX.format(folder=files, port=ports[3]))
        command = ["nginx", "-c", str(files / "nginx.conf")]
        nginx = stack.enter_context(serving(command, ports[3], path="/1"))
    return Limits(*servers, nginx, files / "static")


def compared(limits: Limits, path: str, way: str, rounds: int, seconds: int) -> dict[str, float]:
    """Medians and spread of one page asked for in one way, as ratios to the same bytes sent by the limits."""
    status, headers, body = fetch(limits.ours.url(path), ASKED[way])
    wanted = ASKED[way]
    if way == "304":
        wanted = {"If-None-Match": headers["etag"]}
        status, headers, body = fetch(limits.ours.url(path), wanted)
        if " 304 " not in status:
            raise RuntimeError(f"{path} answered {status} to its own ETag")
    same = "/304" if way == "304" else f"/{len(body)}"
    (limits.files / same[1:]).write_bytes(body)
    alike = limits.files / f"{path.replace('/', '-')}{way}"
    alike.write_bytes(body)
    own = [pair for pair in headers.items() if pair[0] not in {"server", "date", "connection"}]
    alike.with_suffix(".json").write_text(json.dumps([status.removeprefix("HTTP/1.1 "), own]))
    say(f"{path} {way}, {len(body)} bytes")
    ours, constant, like, nginx = [], [], [], []
    for _round in range(rounds):
        constant.append(limits.constant.load(same, {}, seconds))
        ours.append(limits.ours.load(path, wanted, seconds))
        like.append(limits.constant.load(f"/like/{alike.name}", {}, seconds))
        if limits.nginx and way != "304":
            nginx.append(limits.nginx.load(same, {}, seconds))
    return figures(ours, constant, like, nginx) | {"size": len(body)}


def figures(ours, constant, like, nginx):
    rates = ratios(ours, constant, "per_second")
    cpu = ratios(ours, constant, "cpu_ms")
    middle = statistics.median
    found = {
        "per second": round(middle(load.per_second for load in ours)),
        "cpu ms": round(middle(load.cpu_ms for load in ours), 4),
        "of constant": round(middle(rates), 2),
        "lowest": round(min(rates), 2),
        "highest": round(max(rates), 2),
        "times the cpu": round(middle(cpu), 2),
        "of alike": round(middle(ratios(ours, like, "per_second")), 2),
        "times the cpu of alike": round(middle(ratios(ours, like, "cpu_ms")), 2),
    }
    if nginx:
        found["nginx per second"] = round(middle(load.per_second for load in nginx))
        found["nginx cpu ms"] = round(middle(load.cpu_ms for load in nginx), 4)
    return found


def ratios(ours: list, limits: list, name: str) -> list[float]:
    return [getattr(mine, name) / getattr(limit, name) for mine, limit in zip(ours, limits, strict=True)]


def cached_table(cached: dict) -> str:
    lines = [
        "| kept page | bytes | requests/s | of the constant app (spread) | CPU ms | times its CPU "
        "| of it with our headers, times its CPU | nginx, a file: requests/s, CPU ms |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for page, ways in cached.items():
        for way, said in ways.items():
            cells = [
                f"{page}, {way}",
                f"{said['size']:,}",
                f"{said['per second']:,}",
                f"{said['of constant']} ({said['lowest']}–{said['highest']})",
                said["cpu ms"],
                said["times the cpu"],
                f"{said['of alike']}, {said['times the cpu of alike']}",
                f"{said['nginx per second']:,}, {said['nginx cpu ms']}" if "nginx cpu ms" in said else "–",
            ]
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def least_line(least: dict) -> str:
    constant, bare = least["constant"], least["bare view"]
    return f"CPU ms of {SIZE:,} bytes: the constant app {constant}, a bare Django view {bare}."


def uncached_table(uncached: dict, least: dict) -> str:
    """The last column: how many bare views the same would pay for, in the largest archive."""
    sizes = list(uncached)
    lines = [
        f"| CPU ms (queries) | {' | '.join(f'{size:,} articles' for size in sizes)} | bare views |",
        f"| --- |{' --- |' * len(sizes)} --- |",
    ]
    for name in uncached[sizes[0]]:
        cells = [uncached[size][name] for size in sizes]
        said = [f"{c['ms']:.1f}" + (f" ({c['queries']})" if "queries" in c else "") for c in cells]
        views = round(cells[-1]["ms"] / least["bare view"])
        lines.append(f"| {name} | {' | '.join(said)} | {views} |")
    return "\n".join(lines)


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    main()
