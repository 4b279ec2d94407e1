"""The production stack as it ships, in a browser, through the HTTP cache, with parts killed: `make smoke`.

Its tests depend on each other's stack, not on each other. The stack is started once, from nothing.
"""

import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from deploy.stack import PRIMARY, Postgres
from tests.engines import OURS

ROOT = Path(__file__).parents[1]
COUNTY = "/sichuan/liangshan/ganluo/"
PASSWORD = "xiangyin-smoke-1"
PROMISED = 1  # seconds after an editor's click in which it is right for every reader
UP_WITHIN = 240


class Site:
    def __init__(self, process, port: int, data: Path):
        self.process, self.port, self.data = process, port, data
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **headers) -> tuple[int, dict, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def seconds_until(self, path: str, text: str, *, there: bool = True) -> float:
        start = time.monotonic()
        while (text in self.get(path)[2].decode()) is not there:
            assert time.monotonic() - start < 10, f"{text} on {path}: {not there} for 10 s"
            time.sleep(0.02)
        return time.monotonic() - start

    def parts(self, pattern: str) -> set[int]:
        """The processes that the stack started, and whose command line has the pattern."""
        return {pid for pid in _related(self.process.pid, PARENT) if re.search(pattern, _command(pid))}

    def app_servers(self) -> set[int]:
        return self.parts(r"granian .*portal\.wsgi")


PARENT, GROUP = 1, 2  # in /proc/<pid>/stat, behind the name


def _related(pid, how):
    """The processes with this parent, or in this group."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if int(stat.read_text().rpartition(") ")[2].split()[how]) == pid:
                found.add(int(stat.parent.name))
    return found


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


@pytest.fixture(scope="module")
def site():
    folder = Path(tempfile.mkdtemp(prefix="xiangyin-smoke-", dir="/tmp"))
    folder.chmod(0o755)
    not_for_it = (*OURS, "DJANGO_SETTINGS_MODULE")
    environment = {key: value for key, value in os.environ.items() if key not in not_for_it}
    environment |= {"DATA_DIR": str(folder), "DEMO_PASSWORD": PASSWORD, "STACK_DEMO": "small"}
    environment |= {"STAFF_MFA": "0", "RATE_LIMITS": "0"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = environment["STACK_PORT"] = str(probe.getsockname()[1] % 20_000 + 20_000)
    log = folder / "stack.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "deploy.stack"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        wait_until_up(log, process)
        yield Site(process, int(port), folder)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_up(log, process):
    end = time.monotonic() + UP_WITHIN
    while "is up on" not in log.read_text():
        assert process.poll() is None and time.monotonic() < end, log.read_text()
        time.sleep(0.2)


@contextmanager
def readers(site, paths, number=4):
    """Reads the pages again and again; yields a list of (status, seconds) that grows."""
    stop, answers = threading.Event(), []

    def read(at):
        while not stop.is_set():
            start = time.monotonic()
            try:
                status = site.get(paths[at % len(paths)])[0]
            except OSError as error:
                status = type(error).__name__
            answers.append((status, time.monotonic() - start))
            at += 1
            time.sleep(0.01)

    threads = [threading.Thread(target=read, args=[at]) for at in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def pages(site):
    """The front pages and some stories."""
    stories = re.findall(rf'href="({COUNTY}\d{{6}}/\d+/)"', site.get(COUNTY)[2].decode())
    return ["/", COUNTY, "/sichuan/liangshan/", "/about/", *dict.fromkeys(stories[:6])]


@pytest.fixture
def editor(site, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{site.url}/admin/login/?next=/admin/")
    page.fill("[name=username]", "editor-ganluo")
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url(re.compile(r"/admin/$"))
    yield page
    context.close()


def test_every_part_works(site):
    assert site.get("/readyz")[::2] == (200, b"ok")


def test_pages_come_compressed_and_conditional_and_without_cookies(site):
    status, headers, plain = site.get(COUNTY)
    assert (status, headers.get("content-encoding")) == (200, None)
    assert "set-cookie" not in headers and "x-accel-expires" not in headers
    for encoding in ("br", "gzip"):
        status, headers, body = site.get(COUNTY, **{"Accept-Encoding": f"{encoding}, deflate"})
        assert (status, headers["content-encoding"]) == (200, encoding)
        assert len(body) < len(plain) / 3
    assert site.get(COUNTY, **{"If-None-Match": headers["etag"]})[0] == 304


def test_a_page_from_the_cache_asks_no_app_server(site):
    for _ in range(20):
        site.get("/about/")
    time.sleep(1.2)  # the log is written once a second
    lines = [line for line in (site.data / "logs/nginx.log").read_text().splitlines() if '"/about/"' in line]
    assert sum('"cache":"HIT"' in line for line in lines[-20:]) >= 10


def test_published_and_withdrawn_within_a_second(site, editor):
    title = "冒烟测试：通村路修好了"
    with readers(site, ["/", COUNTY]):
        editor.goto(f"{site.url}/admin/news/article/add/")
        editor.fill("[name=headline]", title)
        editor.click(".body__page")
        editor.keyboard.type("正西村的路今天通车。")
        editor.click("[name=_publish]")
        editor.wait_for_url(re.compile("history"))
        assert all(site.seconds_until(path, title) <= PROMISED for path in (COUNTY, "/"))
        address = re.search(rf'href="({COUNTY}\d+/\d+/)"[^>]*>\s*{title}', site.get(COUNTY)[2].decode())[1]
        with readers(site, [address]):
            editor.fill("[name=notice]", "本稿核实有误，予以撤回。")
            with editor.expect_navigation():
                editor.click("[name=step][value=withdraw]")
            assert all(site.seconds_until(path, title, there=False) <= PROMISED for path in (COUNTY, "/"))
            assert site.seconds_until(address, "予以撤回") <= PROMISED
        assert site.get(address)[0] == 410


def test_ten_thousand_idle_readers_stop_nobody(site):
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as idle:
        for _ in range(min(10_000, hard - 1_000)):
            idle.enter_context(socket.create_connection(("127.0.0.1", site.port)))
        start = time.monotonic()
        assert site.get(COUNTY)[0] == 200
        assert time.monotonic() - start < 2


def test_a_release_under_load_loses_no_reader(site):
    with readers(site, [*pages(site), f"/search/?q={quote('甘洛')}"]) as answers:
        time.sleep(1)
        before = site.app_servers()
        site.process.send_signal(signal.SIGHUP)
        while site.app_servers() & before:
            time.sleep(0.5)
        time.sleep(2)
    assert dict(Counter(status for status, _ in answers)) == {200: len(answers)}


@pytest.mark.parametrize(
    ("pattern", "kill"),
    [
        ("nginx: master", os.killpg),
        ("nginx: master", os.kill),
        ("granian .*--port {app} ", os.killpg),
        ("granian .*--port {app} ", os.kill),
        ("manage.py worker", os.killpg),
        ("redis-server", os.killpg),
        ("postgres -D .*/replica", os.kill),
        ("postgres -D .*/primary", os.kill),
    ],
)
def test_readers_go_on_reading_when_a_part_is_killed(site, pattern, kill):
    paths = pages(site)
    for path in paths * 4:  # so that each app server has each page
        assert site.get(path)[0] == 200
    with readers(site, paths) as answers:
        (killed,) = site.parts(pattern.format(app=site.port + 1))
        kill(killed, signal.SIGKILL)
        time.sleep(8)
    failed = [status for status, _ in answers if status != 200]
    assert len(answers) > 100
    assert len(failed) <= len(answers) / 1000, Counter(failed)
    assert not _related(killed, GROUP)
    end = time.monotonic() + 10
    while site.get("/readyz")[0] != 200:
        assert time.monotonic() < end, "it is not back after 10 s"
        time.sleep(0.2)


def test_the_database_can_go_back_to_any_moment(site):
    """From a copy and the log: `before` is there, `after`, written later, is not."""
    sockets = Path(re.search(r"host=([^&']+)", (site.data / "environment").read_text())[1])
    server = Postgres(site.data, sockets)
    copy, wal, where = server.folder / "copy", server.folder / "wal", ["-h", sockets, "-U", "xiangyin"]

    def sql(command, port=PRIMARY):
        return server.run("psql", *where, "-p", port, "-qAtc", command, "xiangyin").stdout.strip()

    server.run("pg_basebackup", *where, "-D", copy, "--checkpoint=fast")
    sql("CREATE TABLE smoke AS SELECT 'before' AS text")
    moment = sql("SELECT now()")
    sql("INSERT INTO smoke VALUES ('after')")
    last = sql("SELECT pg_walfile_name(pg_switch_wal())")
    while not (wal / last).exists():
        time.sleep(0.1)

    how = [
        f"restore_command=cp {wal}/%f %p",
        f"recovery_target_time={moment}",
        "recovery_target_action=promote",
    ]
    how += ["listen_addresses=", "archive_mode=off", f"unix_socket_directories={sockets}", "port=5440"]
    with (copy / "postgresql.auto.conf").open("a") as settings:
        settings.writelines("{} = '{}'\n".format(*line.split("=", 1)) for line in how)
    (copy / "recovery.signal").touch()
    server.run("pg_ctl", "-D", copy, "-w", "-l", copy / "log", "start")
    try:
        assert sql("SELECT text FROM smoke", port=5440) == "before"
    finally:
        server.run("pg_ctl", "-D", copy, "-m", "immediate", "stop")
