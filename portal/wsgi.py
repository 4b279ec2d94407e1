"""The server's way in: kept pages at once; for the rest, many threads wait for slow clients and few work.

The server gives each request a thread of its own. Those threads only take the body in; Django answers in a
pool of `WORKING` threads, so that three hundred slow senders hold three hundred sockets and not three hundred
database connections. With EMBEDDED=1 the background work runs here too.
"""

import atexit
import os
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from portal import listeners, metrics, replicas
from portal.pagecache import PageCache

WORKING = 8
CHUNK = 65_536
IN_MEMORY = 2**20
BEACON = re.compile(r"/articles/([0-9]{1,18})/seen/")
LENGTH = re.compile("[0-9]{1,18}")
LARGEST_BODY = 64 * 2**20  # a photo has at most 40 MB; a form may bring several fields with it

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django = get_wsgi_application()
from news.views.reading import article_seen  # noqa: E402  models can be read only once Django is set up

pool = ThreadPoolExecutor(WORKING, thread_name_prefix="django")
pages = PageCache(lambda environ: _make(environ), pool)
listeners.start()
replicas.start()
metrics.start(pages)


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    if kept := pages.answer(environ):
        status, headers, body = kept
        pages.given += 1  # a count lost between two threads is no harm, a lock for each page is
        start_response(status, headers)
        return [body]
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        environ["wsgi.input"], refusal = _body(environ)
        if refusal:
            start_response(refusal, [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")])
            return [refusal.encode()]
    if (beacon := BEACON.fullmatch(environ["PATH_INFO"])) and _is_counted(environ, beacon[1]):
        metrics.answers.labels("204").inc()
        start_response("204 No Content", [])
        return []
    return pool.submit(_answer, environ, start_response).result()


def _make(environ):
    """An answer as a whole, for the page cache."""
    said = []
    with metrics.made.time():
        response = django(environ, lambda status, headers, *_: said.extend((status, headers)))
        try:
            body = b"".join(response)
        finally:
            response.close()
    metrics.answers.labels(said[0][:3]).inc()
    return *said, body


def _is_counted(environ, pk):
    """Whether a reader's beacon was taken without entering Django. Each reading of a kept page sends one, and
    with all middleware it would cost ten times what the page does; an answer without a body needs none of
    their headers. Whatever is not to be counted is answered by Django.
    """
    try:
        return article_seen(WSGIRequest(environ), pk).status_code == 204
    except SuspiciousOperation:
        return False


def _body(environ):
    """The whole body, on disk when it is large, and what is wrong with it. A sender who hung up early looks
    like the end of the body, and half a comment must not be taken for one: so its length is checked."""
    said = environ.get("CONTENT_LENGTH") or "0"
    if not LENGTH.fullmatch(said):
        return None, "400 Bad Request"
    if int(said) > LARGEST_BODY:
        return None, "413 Content Too Large"
    body, left = SpooledTemporaryFile(max_size=IN_MEMORY), int(said)  # noqa: SIM115 it lives as long as the request
    while left and (chunk := environ["wsgi.input"].read(min(CHUNK, left))):
        body.write(chunk)
        left -= len(chunk)
    body.seek(0)
    return body, "400 Bad Request" if left else ""


def _answer(environ, start_response):
    """The response; a ready one is taken to pieces here, so that Django's work on it ends in this thread."""
    with metrics.made.time():
        response = django(environ, start_response)
    metrics.answers.labels(str(getattr(response, "status_code", ""))).inc()
    if getattr(response, "streaming", True):
        return response
    content = [response.content]
    response.close()
    return content


if os.environ.get("EMBEDDED") == "1":
    from news import background

    _stop = threading.Event()
    atexit.register(_stop.set)
    threading.Thread(target=background.run, args=(_stop,), name="background", daemon=True).start()
