"""What hit other sites, tried here. Each test names the attack; the pages' own tests hold the rest."""

import io
import logging
import os
import re
import socket
import sys
from logging.config import DictConfigurator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import ValidationError

from bench.serving import free_port, serving
from counties import second_factor
from news.models import (
    Reader,
)
from portal import wsgi
from tests.factories import make_article, make_region, make_staff
from tests.serving import Served

pytestmark = pytest.mark.django_db
HOME, FOREIGN = "sichuan/liangshan/ganluo", "guizhou/bijie"
EVIL = "javascript:alert(1)"


@pytest.fixture
def served(monkeypatch):
    make_region(HOME)
    return Served(monkeypatch)


# The cache


@pytest.mark.parametrize("page", ["/", f"/{HOME}/", "{story}", "/articles/{pk}/comments/"])
def test_what_an_editor_visits_is_kept_without_the_editor(client, served, page):
    article = make_article(home=HOME)
    user = make_staff("editor", HOME, first_name="编辑甲")
    client.force_login(user)
    session = client.cookies["session"].value
    page = page.format(story=article.get_absolute_url(), pk=article.pk)
    cookie = f"session={session}; csrf=abc; author=mine; browser=mine; django_language=en"
    theirs = served.ask(page, HTTP_COOKIE=cookie, HTTP_ACCEPT_LANGUAGE="en")
    strangers = served.ask(page)
    assert strangers.status == 200
    assert not theirs.cookies + strangers.cookies
    for secret in (session, user.username, user.first_name, "/admin/"):
        assert secret not in strangers.whole
    assert theirs.content == strangers.content


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "host=evil.example", "HTTP_X_ORIGINAL_HOST": "evil.example"},
        {"HTTP_X_ORIGINAL_URL": "/admin/", "HTTP_X_REWRITE_URL": "/admin/"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST", "HTTP_AUTHORIZATION": "Basic eA=="},
        {"HTTP_RANGE": "bytes=0-1", "HTTP_CACHE_CONTROL": "no-cache", "HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "https", "HTTP_ACCEPT": "application/json"},
        {"HTTP_IF_MATCH": '"x"'},
        {"HTTP_IF_UNMODIFIED_SINCE": "Thu, 01 Jan 1970 00:00:00 GMT", "HTTP_IF_RANGE": '"x"'},
        {"HTTP_USER_AGENT": "evil.example", "HTTP_REFERER": "https://evil.example/", "HTTP_ORIGIN": "null"},
    ],
)  # fmt: skip
def test_no_header_of_one_reader_gets_into_the_page_of_the_next(served, headers):
    make_article(home=HOME)
    plain = served.ask(f"/{HOME}/")
    served.cache.pages.clear()
    poisoned = served.ask(f"/{HOME}/", **headers)
    assert poisoned.status == 200  # whoever waits for the same page gets this very answer
    assert "evil" not in poisoned.whole
    assert served.ask(f"/{HOME}/").whole.split("'content-type'")[1] == plain.whole.split("'content-type'")[1]


@pytest.mark.parametrize("tail", ["x.css", "x.js", "%2fx.css", ";x.css", "%00.css", "..%2fadmin%2f"])
def test_a_private_page_does_not_pass_for_a_file(client, served, tail):
    """Web cache deception: /admin/…/x.css is kept by a cache that goes by the end of an address."""
    client.force_login(make_staff())
    cookie = f"session={client.cookies['session'].value}"
    for base in ("/admin/", "/admin/sessions/", "/articles/account/"):
        answer = served.ask(base + tail, HTTP_COOKIE=cookie)
        assert answer.status in {301, 302, 400, 404}
        assert not served.cache.pages


# Addresses in fields


def test_an_address_that_runs_is_refused_and_not_linked_in_the_admin(client):
    draft = make_article(home=HOME, source="源", live=False, original_url=EVIL)
    type(draft.source).objects.update(url=EVIL)
    with pytest.raises(ValidationError):
        draft.clean_fields()  # as the importer does
    client.force_login(make_staff())
    source = f"/admin/news/source/{draft.source_id}/change/"
    for page in ("/admin/news/source/", source, f"/admin/news/article/{draft.pk}/change/"):
        shown = client.get(page).content.decode()
        assert not re.search(r"""(?:href|src|action)=["']?\s*javascript:""", shown, re.IGNORECASE), page
    assert client.post(source, {"name": "源", "url": EVIL}).context["errors"]


# Logs


@pytest.fixture
def log(settings):
    """What the site's own handler writes."""
    settings_of = DictConfigurator(settings.LOGGING)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    name = settings.LOGGING["handlers"]["console"]["formatter"]
    handler.setFormatter(settings_of.configure_formatter(dict(settings.LOGGING["formatters"][name])))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_no_line_of_the_log_is_forged(client, served, log, monkeypatch):
    line = "x\n2026-01-01 00:00:00 ERROR django forged\r\n\x1b[31mred\x1b[0m\x9b\u2028\u202e"
    coded = "x%0a2026-01-01%20ERROR%20forged%0d%1b[31mred%c2%9b%e2%80%a8"
    served.ask(f"/{coded}/", HTTP_USER_AGENT=line, HTTP_REFERER=line)
    served.ask(f"/articles/1/comments/?{coded}", "POST", HTTP_ORIGIN=line, HTTP_X_FORWARDED_FOR=line)
    served.ask("/admin/login/", "POST", HTTP_COOKIE=f"csrf={coded}", HTTP_REFERER=line)
    served.ask("/", HTTP_HOST=f"evil{line}")
    client.post("/admin/login/", {"username": line, "password": line})
    monkeypatch.setattr(wsgi, "django", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        served.ask(f"/{coded}/again/")
    said = log.getvalue()
    assert "again" in said
    assert "\x1b" not in said
    assert "\r" not in said
    assert "\x9b" not in said
    assert not re.search("^2026-01-01", said, re.MULTILINE)


# Names of accounts


class Counting(MD5PasswordHasher):
    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


def test_an_unknown_name_of_staff_costs_a_hash_like_a_known_one(client, settings):
    settings.PASSWORD_HASHERS = ["tests.test_replays.Counting"]
    names = [
        make_staff("editor", HOME).username,
        make_staff("editor", HOME, is_active=False).username,
        "nobody",
    ]
    names.append(Reader.objects.create_user("读者", password="secret", contact="13800138000").username)
    answers = []
    for name in names:
        Counting.hashed = 0
        answer = client.post("/admin/login/", {"username": name, "password": "wrong"})
        said = re.sub(rf"{name}|csrfmiddlewaretoken\" value=\"\w+", "", answer.content.decode())
        answers.append((answer.status_code, Counting.hashed, said))
    assert len(set(answers)) == 1
    assert answers[0][1] == 1


def test_whether_somebody_has_a_second_factor_is_told_only_after_the_password(client):
    user = make_staff("editor", HOME)
    second_factor.switch_on(second_factor.offered(user))
    wrong = client.post("/admin/login/", {"username": user.username, "password": "wrong"})
    assert wrong.status_code == 200
    assert client.get("/admin/login/code/")["Location"] == "/admin/login/"


# Other places


PLACES = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
]
PLACES += ["http://testserver@evil.example/", "http://testserver.evil.example/", EVIL, "data:text/html,x"]
PLACES += [
    "//evil.example/%2f..",
    "/%0d%0aLocation:%20//evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "///evil.example",
]


@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_led_to_another_site(client, served, settings, place):
    settings.COMMENTS_REQUIRE_LOGIN = True
    article = make_article(home=HOME)
    reader = Reader.objects.create_user("读者", password="甘洛河边", contact="13800138000")
    user = make_staff()
    origin = {"HTTP_ORIGIN": "http://testserver"}
    sent = [
        client.post("/admin/login/", {"username": user.username, "password": "secret", "next": place}),
        client.post("/admin/counties/region/language/", {"language": "en", "next": place}),
        client.post("/admin/logout/", {"next": place}),
        client.post(
            "/articles/account/sign-in/",
            {"who": reader.username, "password": "甘洛河边", "next": place, "text": "x"},
            **origin,
        ),
        client.get(f"/admin/login/?next={place}"),
    ]
    paths = (
        place,
        f"/{place}",
        f"/{place}/..",
        f"/{HOME}/{place}",
        f"/{HOME.upper()}/{place}",
        f"/admin/{place}",
    )
    paths += (
        f"/admin{place}",
        f"/articles/{article.pk}{place}",
        f"/?next={place}",
        f"/regions/?next={place}",
    )
    for answer in [*sent, *(client.get(path) for path in paths)]:
        assert answer.status_code < 500
        assert is_ours(answer.get("Location", "/")), answer["Location"]
    for path in paths:
        answer = served.ask(path if path.startswith("/") else f"/{path}")
        assert answer.status < 500
        assert is_ours(answer.headers.get("location", "/"))


def is_ours(place):
    """As a browser reads it: it takes \\ for / and ignores tabs and ends of lines."""
    read = re.sub(r"[\t\r\n]", "", place).replace("\\", "/").strip()
    return read.startswith("http://testserver/") or (read.startswith("/") and not read.startswith("//"))


# One request in, one answer out


@pytest.fixture(scope="module")
def granian(tmp_path_factory):
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("granian")),
        "--interface=wsgi",
        "--no-ws",
        "--log-level=error",
    ]
    command += [f"--port={port}", "portal.wsgi:application"]
    environment = {
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "EMBEDDED": "0",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    with serving(command, port, os.environ | environment, "/livez"):
        yield port


HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: testserver\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(CHUNKED), CHUNKED),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 4", CHUNKED),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\nContent-Length: %d" % len(CHUNKED), CHUNKED),
        (b"Transfer-Encoding : chunked\r\nContent-Length: %d" % len(CHUNKED), CHUNKED),
        (b"Transfer-Encoding:\r\n chunked\r\nContent-Length: %d" % len(CHUNKED), CHUNKED),
        (b"Transfer-Encoding: xchunked\r\nContent-Length: 0", HIDDEN),
        (b"Content-Length: 0\r\nContent-Length: %d" % len(HIDDEN), HIDDEN),
        (b"Content-Length: 0, %d" % len(HIDDEN), HIDDEN),
        (b"Content-Length: +0", HIDDEN),
        (b"Content-Length: 0x0", HIDDEN),
        (b"Content-Length: %d" % len(HIDDEN), HIDDEN),
    ],
)
def test_no_second_request_is_smuggled_in_a_body(granian, headers, body):
    """Where two servers disagree about where a request ends, the rest is answered to somebody else."""
    request = b"POST /livez HTTP/1.1\r\nHost: testserver\r\n" + headers + b"\r\n\r\n" + body
    answers = b""
    with socket.create_connection(("127.0.0.1", granian), timeout=10) as connection:
        connection.sendall(request)
        connection.settimeout(0.3)
        try:
            while part := connection.recv(65_536):
                answers += part
                connection.settimeout(0.3)
        except TimeoutError:
            pass
    assert len(re.findall(rb"^HTTP/1\.1 4\d\d ", answers, re.MULTILINE)) == 1
    assert answers.count(b"HTTP/1.1 ") == 1
