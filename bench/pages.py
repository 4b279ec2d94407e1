"""What a page that nobody keeps costs, and what a save does, in the archive of DATA_DIR and DATABASE_URL.

`python -m bench.pages` prints medians as JSON: {name: {"ms": of processor time, "times": the reference,
"queries": …, "size": bytes}}. The reference page never changes and is measured in turn with each, as machines
drift.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from itertools import cycle

import django
from django.template import Context, Engine

from bench.addresses import busiest, newest

TIMES = 31
DEPTH = 10_000  # the page of a listing that counts as deep
REFERENCE = Engine().from_string(
    "<ol>{% for row in rows %}<li{% if row.3 %} class='new'{% endif %}><a href='{{ row.0 }}'>{{ row.1 }}</a> "
    "<time>{{ row.2 }}</time>{% for tag in row.4 %}<i>{{ tag }}</i>{% endfor %}</li>{% endfor %}</ol>"
)
ROWS = [(f"/a/{n}/", f"第{n}条新闻的标题", "2026-01-01", n % 3, ("果园", "道路")) for n in range(50)]


def measure() -> dict[str, dict[str, float]]:
    region = busiest()
    articles = [row.article for row in newest(region).select_related("article")[:TIMES]]
    addresses = [article.get_absolute_url() for article in articles]
    deep = f"{region.url}?before={_cursor(region)}"
    pages = {"home": ["/"], "channel": [region.url], "channel, deep": [deep], "article": addresses}
    found = {"reference": _cost(reference)}
    for name, paths in pages.items():
        _ask(paths[-1])
        found[name] = _page(paths, lambda: None)
        found[f"{name}, cold"] = _page(paths, partial(_forget, region))
    return found | _writing(articles[0])


def reference() -> None:
    """A millisecond or two of template."""
    REFERENCE.render(Context({"rows": ROWS}))


def _cursor(region):
    """Where a page far down begins; the last full one in a small archive."""
    # Imported here and below: Django has to be set up first.
    from news import listing  # noqa: PLC0415

    rows = newest(region)
    row = rows[max(min(DEPTH * listing.PAGE, rows.count() - listing.PAGE) - 1, 0)]
    return listing.write_cursor(row.published_at, row.article_id)


def _page(paths, before):
    from django.db import connection  # noqa: PLC0415

    turn, asked = cycle(paths), []
    before()
    with connection.execute_wrapper(lambda execute, *query: (asked.append(1), execute(*query))[1]):
        body = _ask(paths[0])
    return _cost(lambda: _ask(next(turn)), before) | {"queries": len(asked), "size": len(body)}


def _ask(address):
    path, _mark, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO(),
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
        "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    said = []
    response = APPLICATION(environ, lambda status, _headers: said.append(status))
    body = b"".join(response)
    response.close()
    if said != ["200 OK"]:
        raise RuntimeError(f"{address} was answered with {said}")
    return body


def _forget(region):
    """What is remembered of the channel is read anew, as after a publication in it."""
    from counties import changes  # noqa: PLC0415

    changes.announce(f"region:{above.id}" for above in region.covering)


def _cost(work: Callable[[], object], before: Callable[[], object] = lambda: None) -> dict[str, float]:
    took, yardstick = [], []
    for _turn in range(TIMES):
        before()
        took.append(_ms(work))
        yardstick.append(_ms(reference))
    ms = statistics.median(took)
    return {"ms": round(ms, 3), "times": round(ms / statistics.median(yardstick), 2)}


def _ms(work):
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _writing(article):
    """The list of stories in the newsroom, a save and a publication, by an account that may do everything."""
    from django.test import Client  # noqa: PLC0415

    from counties.models import User  # noqa: PLC0415
    from news import workflow  # noqa: PLC0415
    from news.models import Article  # noqa: PLC0415

    may_all = {"is_staff": True, "is_superuser": True}
    staff, _new = User.objects.get_or_create(username="bench", defaults=may_all)
    client = Client(SERVER_NAME="localhost")
    client.force_login(staff)
    fields = {"home_id": article.home_id, "section_id": article.section_id, "body": article.body}
    drafts = [Article(headline=f"第{n}篇", **fields) for n in range(TIMES + 1)]
    for draft in drafts:
        workflow.write(draft, by=staff, tags=["核桃", "修路"])
    waiting, published = iter(drafts), iter(drafts)

    def save():
        draft = next(waiting)
        draft.body += "<p>又写了一段。</p>"
        workflow.write(draft, by=staff, tags=["核桃", "花椒"])

    return {
        "newsroom list": _cost(lambda: client.get("/admin/news/article/")),
        "save": _cost(save),
        "publish": _cost(lambda: workflow.publish(next(published))),
    }


if __name__ == "__main__":
    django.setup()
    from django.core.wsgi import get_wsgi_application

    APPLICATION = get_wsgi_application()
    json.dump(measure(), sys.stdout, ensure_ascii=False)
