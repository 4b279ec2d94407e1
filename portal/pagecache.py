"""Whole public pages, answered before Django is entered. It knows no models, only surrogate keys.

A page is kept under its address with the generation that each of its keys had before it was made. It is
valid while none of them has been announced as changed since, in any process of this machine
(`counties.changes`), and while it is younger than the `s-maxage` it came with. What happens otherwise:

- a key changed: the page is made anew, once, while all who ask for it wait for that one;
- it is only too old: it is given out a while longer (`stale-while-revalidate`), while one makes it anew;
- making it anew fails, or hangs with the network: the old one is given out (`stale-if-error`);
- this machine does not hear what others announce: the page is too old after one second, but once a making has
  failed, too, the database is gone, and for some seconds nobody waits for the next try.

Only answers that are the same for everybody are kept: 200, GET, `public`, with surrogate keys, no cookie.
"""

import gzip
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO

import brotli
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from counties import changes

logger = logging.getLogger(__name__)
LARGEST = 40 * 2**20  # bytes of pages kept in each process
# Of addresses with a query string only these are kept, so that nobody can fill the cache with one page.
QUERY = re.compile(
    r"(?:before=[0-9]{1,20}-[0-9]{1,20}|sort=liked|window=(?:day|week)|province=[a-z-]{1,40})?"
)
NEVER = ("/admin/", "/static/", "/media/", "/preview/", "/search/", "/for-you/", "/livez", "/readyz")
BROTLI, GZIP = 5, 6
# nginx in front may keep a copy for a moment (deploy/nginx). First of the headers, as nginx reads no
# Cache-Control after it. Absences and redirects have it too: they take the place of a page that is gone.
FOR_NGINX = "X-Accel-Expires", "1"
ABSENT = "301", "302", "404", "410"
DEAF_FRESH = 1  # seconds
PATIENCE = 3  # seconds that who could be given the old page waits for the new one
GONE_FOR = 10  # seconds after a failure in which nobody waits for the next try
SET = 2  # seconds between two clocks by which one of them was set: what a page waits for may be over
TRIES = 2  # at a time, when the database is gone: other requests wait for the same threads
_DIRECTIVE = re.compile(r"(s-maxage|stale-while-revalidate|stale-if-error)=(\d+)")

Answer = tuple[str, list[tuple[str, str]], bytes]  # status line, headers, body


class Page:
    """An answer with the generations it was made under; `answers` has it ready for each way of asking."""

    __slots__ = ("answers", "body", "born", "dated", "etag", "fresh", "headers", "marks", "on_error", "size")
    __slots__ += ("seen", "stale", "used")

    def __init__(self, headers, body, marks, born):
        kept = {name.lower(): value for name, value in headers}
        times = {name: int(value) for name, value in _DIRECTIVE.findall(kept["cache-control"])}
        own = {"content-length", "etag", "vary"}
        self.headers = [FOR_NGINX, *((name, value) for name, value in headers if name.lower() not in own)]
        self.headers.append(("Vary", "Accept-Encoding"))
        self.etag = kept.get("etag", "").removeprefix("W/")
        self.body, self.answers = body, {}
        self.size = len(body) * 3 // 2  # its compressed forms are there, too
        self.marks, self.seen = marks, b""
        self.born = born  # when its making began: what it shows was read after that
        self.dated = time.time() - (time.monotonic() - born)
        self.fresh = times.get("s-maxage", 0)
        self.stale = self.fresh + times.get("stale-while-revalidate", 0)
        self.on_error = self.stale + times.get("stale-if-error", 0)
        self.used = True

    @property
    def age(self) -> float:
        """Seconds; where the machine's clock was set meanwhile, as much as only a failure excuses."""
        age = time.monotonic() - self.born
        return age if abs(time.time() - self.dated - age) < SET else max(age, self.stale)

    @property
    def is_true(self) -> bool:
        """Whether none of its keys was announced since it was made."""
        latest = changes.latest()
        if latest != self.seen:
            if not changes.unchanged(self.marks):
                return False
            self.seen = latest
        return True

    def answer(self, encoding: str, if_none_match: str) -> Answer:
        is_known = bool(if_none_match and self.etag) and self.etag in if_none_match
        way = encoding, is_known
        return self.answers.get(way) or self.answers.setdefault(way, self._answer(encoding, is_known))

    def _answer(self, encoding, is_known):
        headers = list(self.headers)
        if self.etag:
            headers.append(("ETag", f"W/{self.etag}" if encoding else self.etag))
        if is_known:
            return "304 Not Modified", headers, b""
        body = _compressed(self.body, encoding) if encoding else self.body
        if encoding:
            headers.append(("Content-Encoding", encoding))
        headers.append(("Content-Length", str(len(body))))
        return "200 OK", headers, body


class PageCache:
    """Pages of one process. `make` answers a request by Django; `pool` runs it."""

    def __init__(self, make: Callable[[dict], Answer], pool: ThreadPoolExecutor, largest: int = LARGEST):
        self.make, self.pool, self.largest = make, pool, largest
        self.pages: OrderedDict[str, Page] = OrderedDict()
        self.making: dict[str, Future] = {}
        self.size = self.given = 0
        self.gone_until = 0.0
        self.lock = threading.Lock()

    def answer(self, environ: dict) -> Answer | None:
        """The answer from the cache, made first if need be; None for what is never kept."""
        address = _address(environ)
        if address is None:
            return None
        page = self.pages.get(address)
        if page is not None and page.is_true:
            page.used = True
            age, hearing = page.age, changes.hearing()
            if age < (page.fresh if hearing else DEAF_FRESH):
                return self._given(page, environ)
            if age < (page.stale if hearing else page.on_error if time.monotonic() < self.gone_until else 0):
                if _is_ours(environ) and (hearing or len(self.making) < TRIES):
                    self._renew(address, environ, page)
                return self._given(page, environ)
        if not _is_ours(environ):
            return None  # Django refuses it, and nobody who waits for the same page is given that
        made, plain = self._made(address, environ, page)
        if made is not None and not made.is_true:  # begun before a change that this request came after
            made, plain = self._made(address, environ, made)
        if made is not None:
            return self._given(made, environ)
        failed = plain is None or plain[0].startswith("5")
        if failed:
            self.gone_until = time.monotonic() + GONE_FOR
        if failed and page is not None and page.is_true and page.age < page.on_error:
            return self._given(page, environ)  # never one that was changed since: it may have been withdrawn
        if plain is None:
            return None
        headers = [FOR_NGINX, *plain[1]] if plain[0][:3] in ABSENT else plain[1]
        return plain[0], headers, plain[2] if environ["REQUEST_METHOD"] == "GET" else b""

    def _given(self, page, environ):
        encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        answer = page.answer(encoding, environ.get("HTTP_IF_NONE_MATCH", ""))
        return answer if environ["REQUEST_METHOD"] == "GET" else (*answer[:2], b"")

    def _made(self, address, environ, seen):
        """What came of a making, or (None, None)."""
        could_stand = seen is not None and seen.is_true
        try:
            return self._renew(address, environ, seen).result(PATIENCE if could_stand else None)
        except TimeoutError:
            return None, None

    def _renew(self, address, environ, seen):
        """The one making of a page that is under way, started if there is none: (page or None, answer).
        It may have ended since the caller saw the page."""
        with self.lock:
            if found := self.making.get(address):
                return found
            page = self.pages.get(address)
            if page is not None and page is not seen and page.is_true:
                made = Future()
                made.set_result((page, None))
                return made
            future = self.making[address] = self.pool.submit(self._make, address, _anonymous(environ))
            return future

    def _make(self, address, environ):
        try:
            before, born = changes.snapshot(), time.monotonic()  # before anything is read
            answer = self.make(environ)
            page = _page(answer, before, born)
            if page is not None:
                self._keep(address, page)
            return page, answer
        except Exception:
            logger.exception("A page could not be made: %r", address)
            return None, None
        finally:
            with self.lock:
                self.making.pop(address, None)

    def _keep(self, address, page):
        with self.lock:
            if old := self.pages.pop(address, None):
                self.size -= old.size
            self.pages[address] = page
            self.size += page.size
            while self.size > self.largest:
                oldest, candidate = self.pages.popitem(last=False)
                if candidate.used and len(self.pages) > 1:  # a second chance for what was asked for since
                    candidate.used = False
                    self.pages[oldest] = candidate
                else:
                    self.size -= candidate.size


def _address(environ):
    """What a page is kept under; None for a request that the cache has no business with."""
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if (
        environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
        or path.startswith(NEVER)
        or (query and not QUERY.fullmatch(query))
    ):
        return None
    if path.startswith("/articles/") and "author=" in environ.get("HTTP_COOKIE", ""):
        return None  # its author sees their own waiting comments
    return f"{path}?{query}"


def _is_ours(environ):
    """Whether the request names a host of this site, or none."""
    host = environ.get("HTTP_HOST")
    return host is None or validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _anonymous(environ):
    """The request as anybody would send it: of the headers of whoever asks first, only a host of ours."""
    told = {name for name in environ if name.startswith("HTTP_")} - {"HTTP_HOST"}
    plain = {name: value for name, value in environ.items() if name not in told}
    return plain | {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}


def _page(answer, before, born):
    """The page to keep, or None for an answer that is not for everybody."""
    status, headers, body = answer
    kept = {name.lower(): value for name, value in headers}
    control = kept.get("cache-control", "")
    if not status.startswith("200") or "set-cookie" in kept or "surrogate-key" not in kept:
        return None
    if "private" in control or "no-store" in control or "s-maxage" not in control:
        return None
    return Page(headers, body, changes.marks(before, kept["surrogate-key"].split()), born)


def _encoding(accepted):
    return "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""


def _compressed(body, encoding):
    if encoding == "br":
        return brotli.compress(body, quality=BROTLI)
    return gzip.compress(body, compresslevel=GZIP, mtime=0)
