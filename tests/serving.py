"""The site as a server runs it, page cache included, within the thread and the transaction of a test."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

from django.db.backends.base.base import BaseDatabaseWrapper

from portal import wsgi
from portal.pagecache import PageCache


class Here:
    """Stands for the pool: the work is done by whoever waits for its result."""

    def submit(self, work: Callable, *args) -> "Here":
        waiting = Here()
        waiting.result = lambda _timeout=None: work(*args)
        return waiting


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    cookies: list[str]

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def whole(self) -> str:
        """All that the asker learns."""
        return f"{self.headers} {self.text}"


class Served:
    def __init__(self, monkeypatch):
        pool = Here()
        self.cache = PageCache(wsgi._make, pool)
        monkeypatch.setattr(wsgi, "pool", pool)
        monkeypatch.setattr(wsgi, "pages", self.cache)
        # The end of a request would close the connection, and the test's transaction with it.
        monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)

    def ask(self, address: str, method: str = "GET", body: bytes = b"", **environ: str) -> Answer:
        """`environ` are further variables of the request, such as HTTP_COOKIE."""
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": "203.0.113.9",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        } | environ
        setup_testing_defaults(environ)
        said = []
        parts = wsgi.application(environ, lambda status, headers, *_: said.extend((status, headers)))
        content = b"".join(parts)
        if close := getattr(parts, "close", None):
            close()
        cookies = [value for name, value in said[1] if name.lower() == "set-cookie"]
        return Answer(int(said[0][:3]), {name.lower(): value for name, value in said[1]}, content, cookies)
