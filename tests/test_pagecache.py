"""Whole pages are kept while what they show is true, for everybody alike, and made once for all who wait."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from counties import changes
from portal import pagecache

PUBLIC = "public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=86400"
BODY = "核桃下山".encode() * 200


class Site:
    """Stands for Django: counts what it is asked, and answers as it is told."""

    def __init__(self):
        self.asked, self.status, self.body, self.wait = 0, "200 OK", BODY, threading.Event()
        self.headers = {"Cache-Control": PUBLIC, "Surrogate-Key": "article:7 site", "ETag": '"abc"'}
        self.wait.set()

    def __call__(self, environ):
        self.asked += 1
        self.environ = environ
        self.wait.wait(5)
        if self.status == "broken":
            raise RuntimeError
        return self.status, list(self.headers.items()), self.body


@pytest.fixture(autouse=True)
def hearing(monkeypatch):
    """Makes this machine deaf to others, or not."""

    def set_to(hears):
        monkeypatch.setattr(changes, "hearing", lambda: hears)

    set_to(True)
    return set_to


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def cache(site):
    with ThreadPoolExecutor(4) as pool:
        yield pagecache.PageCache(site, pool)


def ask(cache, path="/a/", query="", method="GET", **headers):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
    return cache.answer(environ | {f"HTTP_{name.upper()}": value for name, value in headers.items()})


def announce(key):
    changes.heard([key])


def begun(readers, cache, site):
    """A page that is being made, until `site.wait` is set."""
    site.wait.clear()
    making = readers.submit(ask, cache)
    while not site.asked:
        time.sleep(0.001)
    return making


def header(answer, name):
    return dict(answer[1]).get(name)


def test_a_page_is_made_once_and_given_to_all(cache, site):
    assert ask(cache)[2] == ask(cache, cookie="session=x")[2] == BODY
    assert site.asked == 1
    assert "HTTP_COOKIE" not in site.environ


def test_an_announced_key_makes_it_anew_at_once(cache, site):
    ask(cache)
    announce("article:8")
    ask(cache)
    assert site.asked == 1
    announce("article:7")
    site.body = b"new"
    assert ask(cache)[2] == b"new"


def test_a_change_while_it_is_made_is_noticed(cache, site):
    """Who asks after the change does not get what was begun before it."""
    with ThreadPoolExecutor(2) as readers:
        first = begun(readers, cache, site)
        announce("article:7")
        late = readers.submit(ask, cache)
        site.wait.set()
        first.result(), late.result()
    assert site.asked == 2


def test_a_stampede_is_one_making(cache, site):
    site.wait.clear()
    with ThreadPoolExecutor(20) as readers:
        answers = [readers.submit(ask, cache) for _ in range(20)]
        while not site.asked:
            time.sleep(0.001)
        site.wait.set()
        assert {answer.result()[2] for answer in answers} == {BODY}
    assert site.asked == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("Set-Cookie", "a=b"), ("Cache-Control", "private, s-maxage=60"),
     ("Cache-Control", "no-store, s-maxage=9"), ("Cache-Control", "public, max-age=60")],
)  # fmt: skip
def test_what_is_not_for_everybody_is_never_kept(cache, site, name, value):
    site.headers[name] = value
    ask(cache)
    ask(cache)
    assert site.asked == 2


def test_without_keys_or_with_an_error_nothing_is_kept(cache, site):
    site.status = "404 Not Found"
    assert ask(cache)[0] == "404 Not Found"
    site.status = "200 OK"
    del site.headers["Surrogate-Key"]
    ask(cache)
    ask(cache)
    assert site.asked == 3


@pytest.mark.parametrize(
    ("path", "query", "method"),
    [("/admin/", "", "GET"), ("/a/", "x=1", "GET"), ("/a/", "before=1&x=2", "GET"), ("/a/", "", "POST"),
     ("/search/", "", "GET"), ("/preview/x/", "", "GET")],
)  # fmt: skip
def test_what_is_none_of_its_business_goes_to_django(cache, site, path, query, method):
    assert ask(cache, path, query, method) is None


def test_an_author_sees_their_own_waiting_comments(cache, site):
    assert ask(cache, "/articles/7/comments/", cookie="author=x") is None
    assert ask(cache, "/articles/7/comments/") is not None


def test_known_queries_are_pages_of_their_own(cache, site):
    ask(cache, query="before=12-3")
    ask(cache, query="window=week")
    ask(cache, query="window=week")
    assert site.asked == 2


def test_compressed_and_conditional(cache, site):
    packed = ask(cache, accept_encoding="gzip, br")
    assert brotli.decompress(packed[2]) == BODY
    assert (header(packed, "Content-Encoding"), header(packed, "ETag")) == ("br", 'W/"abc"')
    assert gzip.decompress(ask(cache, accept_encoding="gzip")[2]) == BODY
    assert header(packed, "Vary") == "Accept-Encoding"
    again = ask(cache, accept_encoding="br", if_none_match='W/"abc"')
    assert (again[0], again[2]) == ("304 Not Modified", b"")
    assert site.asked == 1


def test_head_is_the_same_without_a_body(cache, site):
    answer = ask(cache, method="HEAD")
    assert (answer[0], answer[2], header(answer, "Content-Length")) == ("200 OK", b"", str(len(BODY)))
    assert site.environ["REQUEST_METHOD"] == "GET"


def older(cache, seconds):
    for page in cache.pages.values():
        page.born, page.dated = page.born - seconds, page.dated - seconds


def test_an_old_page_is_given_while_one_makes_it_anew(cache, site):
    ask(cache)
    older(cache, 70)
    site.body = b"new"
    assert ask(cache)[2] == BODY
    while cache.making:
        time.sleep(0.001)
    assert ask(cache)[2] == b"new"
    assert site.asked == 2


def test_its_age_counts_from_before_it_was_made(cache, site):
    """What it shows was read then, and may become due while a busy machine still prints it."""
    with ThreadPoolExecutor(1) as reader:
        making, told = begun(reader, cache, site), time.monotonic()
        site.wait.set()
        making.result()
    (page,) = cache.pages.values()
    assert page.born <= told


@pytest.mark.parametrize("hours", [1, -1])
def test_a_clock_that_is_set_makes_pages_too_old(cache, site, monkeypatch, hours):
    ask(cache)
    now = time.time()
    monkeypatch.setattr(pagecache.time, "time", lambda: now + hours * 3600)
    site.body = b"due"
    assert [ask(cache)[2], ask(cache)[2]] == [b"due", b"due"]
    assert site.asked == 2
    site.status = "broken"
    monkeypatch.undo()
    assert ask(cache)[2] == b"due"


@pytest.mark.parametrize("failure", ["broken", "500 Internal Server Error", "503 Service Unavailable"])
def test_when_the_database_is_gone_the_last_true_page_stands(cache, site, failure):
    ask(cache)
    older(cache, 100)
    site.status = failure
    assert ask(cache)[2] == BODY
    older(cache, 90_000)
    answer = ask(cache)
    assert answer is None or answer[0] == failure


def test_when_its_making_hangs_the_last_true_page_stands(cache, site, hearing, monkeypatch):
    monkeypatch.setattr(pagecache, "PATIENCE", 0.05)
    ask(cache)
    hearing(False)
    older(cache, 2)
    site.wait.clear()
    assert ask(cache)[2] == BODY
    assert site.asked == 2
    site.wait.set()


def test_a_page_that_was_changed_never_stands_in(cache, site):
    ask(cache)
    announce("article:7")
    site.status = "503 Service Unavailable"
    assert ask(cache)[0] == "503 Service Unavailable"


def test_memory_is_bounded_and_what_is_read_stays(site):
    with ThreadPoolExecutor(2) as pool:
        cache = pagecache.PageCache(site, pool, largest=len(BODY) * 9 // 2)  # three pages
        for n in range(10):
            ask(cache, f"/{n}/")
            ask(cache, "/0/")
        assert len(cache.pages) == 3
        assert cache.size <= cache.largest
        made = site.asked
        ask(cache, "/0/")
        assert site.asked == made


def test_a_machine_that_hears_nothing_asks_anew_after_a_second(cache, site, hearing):
    hearing(False)
    ask(cache)
    ask(cache)
    assert site.asked == 1
    older(cache, 1)
    site.body = b"new"
    assert ask(cache)[2] == b"new"


def test_once_the_database_is_gone_too_nobody_waits_for_the_next_try(cache, site, hearing):
    for path in ("/a/", "/b/", "/c/", "/d/"):
        ask(cache, path)
    older(cache, 2)
    hearing(False)
    site.status = "503 Service Unavailable"
    assert ask(cache)[2] == BODY
    site.wait.clear()
    assert {ask(cache, path)[2] for path in ("/a/", "/b/", "/c/", "/d/")} == {BODY}
    assert site.asked <= 4 + 1 + pagecache.TRIES
    site.wait.set()


def test_but_never_one_that_was_changed(cache, site, hearing):
    ask(cache)
    hearing(False)
    announce("article:7")
    site.status = "503 Service Unavailable"
    assert ask(cache)[0] == "503 Service Unavailable"


def test_nginx_may_keep_pages_and_absences_for_a_moment_but_no_failure(cache, site):
    assert ask(cache)[1][0] == ("X-Accel-Expires", "1")
    site.status = "410 Gone"
    assert ask(cache, "/gone/")[1][0] == ("X-Accel-Expires", "1")
    site.status = "500 Internal Server Error"
    assert header(ask(cache, "/broken/"), "X-Accel-Expires") is None


def test_nobody_waits_for_what_a_foreign_host_asked(cache, site):
    assert ask(cache, host="evil.example") is None
    assert site.asked == 0
    assert ask(cache, host="testserver:8000")[0] == "200 OK"
    assert site.environ["HTTP_HOST"] == "testserver:8000"
    assert ask(cache, host="evil.example")[0] == "200 OK"  # what is kept is the same for all hosts
