"""The HTTP cache in front, as it ships: nginx with a stand-in for the app server behind it."""

import shutil
import socket
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.db import connection

from deploy.stack import configure_nginx
from tests.engines import server

NGINX = shutil.which("nginx")
pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="no database takes part; once is enough"),
]
PAGE = {
    "X-Accel-Expires": "1",
    "Cache-Control": "public, s-maxage=60, stale-while-revalidate=30",
    "ETag": '"a"',
}


class App(ThreadingHTTPServer):
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.headers, self.body, self.asked, self.delay = 200, PAGE, b"first", [], 0
        self.is_dead = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def die(self):
        """Connections that nginx holds end, too."""
        self.is_dead = True
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        app = self.server
        if app.is_dead:
            self.close_connection = True
            return
        app.asked.append(self.headers)
        known = "If-None-Match" in self.headers and app.headers.get("ETag") == self.headers["If-None-Match"]
        body = app.body
        time.sleep(app.delay)
        self.send_response(304 if known else app.status)
        for name, value in app.headers.items():
            self.send_header(name, value)
        if not known:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not known:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def app():
    app = App()
    yield app
    app.shutdown()
    app.server_close()


@pytest.fixture
def folder():
    """Where nginx's workers, which are another user, may look."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def front(app, folder):
    """Sends a request to nginx, as text; returns what comes back."""
    file = folder / "nginx.sock"
    config = configure_nginx(
        LISTEN=f"listen unix:{file};",
        APP_SERVERS=f"server 127.0.0.1:{app.server_port};",
        REAL_IP="",
        CACHE=folder,
        STATUS=f"unix:{folder}/status.sock",
    )
    (folder / "nginx.conf").write_text(config)
    how = f"daemon off; pid {folder}/pid;"
    command = [NGINX, "-e", "stderr", "-p", folder, "-c", "nginx.conf", "-g", how]

    def send(text):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(file))
            client.sendall(text.encode())
            return b"".join(iter(lambda: client.recv(65_536), b"")).decode()

    with server(command, file, folder / "log"):
        yield send


def get(front, path="/", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return front(f"GET {path} HTTP/1.1\r\nHost: news\r\nConnection: close\r\n{lines}\r\n")


def test_many_readers_are_one_question(app, front):
    start = time.time()
    answers = [get(front) for _ in range(20)]
    moments = int((time.time() - start) * 2) + 2
    assert all(answer.endswith("first") for answer in answers)
    assert len(app.asked) <= moments


def test_no_copy_is_given_out_for_more_than_half_a_second(app, front):
    for _ in range(4):
        get(front)
        app.body, app.headers = str(time.time()).encode(), PAGE | {"ETag": f'"{time.time()}"'}
        changed = time.monotonic()
        while not get(front).endswith(app.body.decode()):
            assert time.monotonic() - changed < 0.9  # half a second, on a busy machine
            time.sleep(0.01)


def at_each_moment(front):
    """An answer for each of the copies that there may be: one for each half of five seconds."""
    end = time.monotonic() + 5.2
    while time.monotonic() < end:
        yield get(front)
        time.sleep(0.1)


def test_a_page_that_is_gone_is_gone_for_good_and_the_last_copy_stands_in_for_a_dead_app(app, front):
    assert {answer.rsplit("\r\n")[-1] for answer in at_each_moment(front)} == {"first"}
    app.status, app.body, app.headers = 410, b"withdrawn", {"X-Accel-Expires": "1"}
    time.sleep(0.6)
    assert {answer.rsplit("\r\n")[-1] for answer in at_each_moment(front)} == {"withdrawn"}
    app.die()
    time.sleep(1.1)
    given = {answer.rsplit("\r\n")[-1] for answer in at_each_moment(front)}
    assert "withdrawn" in given and "first" not in given


def test_a_copy_that_came_late_is_no_fresher(app, front):
    """It was asked for before the change, and came a second later."""
    app.delay = 1.2
    get(front)
    app.delay, app.body, app.headers = 0, b"second", PAGE | {"ETag": '"b"'}
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        assert get(front).endswith("second")
        time.sleep(0.05)


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_of_the_app_is_no_reason_for_an_old_copy(app, front, status):
    """The app gives out old pages itself, and knows which were withdrawn."""
    get(front)
    app.status, app.headers, app.body = status, {}, b"broken"
    time.sleep(1.1)
    assert get(front).endswith("broken")


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "public, s-maxage=60"},
        {"Cache-Control": "private", "ETag": '"b"'},
        PAGE | {"Set-Cookie": "author=x"},
    ],
)
def test_only_what_the_page_cache_answers_is_kept(app, front, headers):
    app.headers = headers
    get(front)
    get(front)
    assert len(app.asked) == 2


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/search/?q=x", "/preview/x/", "/for-you/"])
def test_what_is_for_one_reader_is_never_kept(app, front, path):
    get(front, path)
    get(front, path)
    assert len(app.asked) == 2


def test_an_author_is_answered_by_the_app(app, front):
    get(front, "/articles/7/comments/")
    get(front, "/articles/7/comments/", Cookie="__Secure-author=x")
    assert len(app.asked) == 2


def test_files_are_kept_as_long_as_they_say(app, front):
    app.headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    get(front, "/static/site.css")
    time.sleep(1.1)
    get(front, "/static/site.css")
    assert len(app.asked) == 1


def test_each_encoding_has_its_copy(app, front):
    get(front)
    get(front, Accept_Encoding="gzip, deflate, br, zstd")
    assert [asked.get("Accept-Encoding") for asked in app.asked] == [None, "br"]


def test_what_a_client_says_of_itself_is_dropped(app, front):
    claims = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "Forwarded")
    get(front, "/search/", **dict.fromkeys(claims, "evil"))
    assert "evil" not in str(app.asked[0])
    assert app.asked[0]["X-Forwarded-Proto"] == "http"


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: +5\r\n\r\nhello",
    ],
)
def test_a_request_with_two_ends_is_refused(app, front, lines):
    answer = front(
        f"POST /articles/1/comments/ HTTP/1.1\r\nHost: news\r\n{lines}GET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    assert answer.startswith(("HTTP/1.1 400", "HTTP/1.1 501"))
    assert app.asked == []
