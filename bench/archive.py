"""A scratch archive for the figures of search and of related stories; the site's own data is not touched.

The database is the one that DATABASE_URL (else SQLite in DATA_DIR) makes for tests, so it is another than the
site's. With `keep` it stays, for the next run to go on with.
"""

import json
import os
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

NEWS = Path(__file__).parents[2] / "shared" / "data" / "news"
CHINANEWS, PASSAGES = "dev_chinanews_2020", "shared_search_cmrc_trial_passages"
BATCH = 200


@contextmanager
def scratch(*, keep: bool = False) -> Iterator[None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    # Imported here and below, because Django has to be set up first.
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    folder = os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="bench-"))
    django.setup()
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "bench.sqlite3")
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    try:
        call_command("load_regions", verbosity=0, stdout=sys.stderr)
        yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0, keepdb=keep)


@contextmanager
def here() -> Iterator[None]:
    """The site's own database, which is only read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django  # noqa: PLC0415

    django.setup()
    yield


def records(name: str) -> list[dict]:
    with (NEWS / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load(found: Iterable[dict]) -> float:
    """Publish records (title, body, date, id) not there yet; the seconds that indexing took."""
    from news.models import Article  # noqa: PLC0415

    now = datetime.now().astimezone().isoformat()
    seconds, rows = 0.0, iter(found)
    while batch := list(islice(rows, BATCH)):
        there = Article.objects.filter(import_key__in=[row["id"] for row in batch])
        known = set(there.values_list("import_key", flat=True))
        fresh = [row | {"date": row["date"] or now} for row in batch if row["id"] not in known]
        seconds += _publish(fresh) if fresh else 0
    return seconds


def made(number: int, seed: int = 1) -> Iterator[dict]:
    """Stories of about 800 characters, of sentences of real news: words are as common as they really are.

    One every five minutes, newest first; the headline is a real one with some words of another.
    """
    rng = random.Random(seed)  # noqa: S311 made-up stories, no secret
    found = records(CHINANEWS)
    titles = [row["title"] for row in found]
    sentences = [s for row in found for s in row["body"].replace("\n", "").split("。") if 10 < len(s) < 120]
    now = datetime.now().astimezone()
    for n in range(number):
        body, length = [], 0
        while length < 800:
            body.append(rng.choice(sentences) + "。")
            length += len(body[-1])
        title = f"{rng.choice(titles)[:14]} {rng.choice(titles)[-12:]}"
        at = now - timedelta(minutes=5 * n + 1)
        yield {"id": f"made-{seed}-{n}", "title": title, "body": "".join(body), "date": at.isoformat()}


def _publish(rows):
    from django.db import transaction  # noqa: PLC0415

    from counties.navigation import regions  # noqa: PLC0415
    from news import search  # noqa: PLC0415
    from news.models import Article, Placement, Section, State  # noqa: PLC0415

    section, _new = Section.objects.get_or_create(slug="news", defaults={"name": "要闻"})
    counties = [node for node in regions().by_id.values() if node.level == "county"]
    homes = {row["id"]: counties[zlib.crc32(row["id"].encode()) % len(counties)] for row in rows}
    with transaction.atomic():
        articles = Article.objects.bulk_create(
            Article(
                home_id=homes[row["id"]].id,
                section=section,
                headline=row["title"][:200],
                body="".join(f"<p>{line}</p>" for line in row["body"].split("\n")),
                import_key=row["id"],
                state=State.PUBLISHED,
                published_at=datetime.fromisoformat(row["date"]),
                month=row["date"][:7].replace("-", ""),
            )
            for row in rows
        )
        Placement.objects.bulk_create(
            Placement(article=a, region_id=node.id, section=section, published_at=a.published_at)
            for a in articles
            for node in homes[a.import_key].covering
        )
        start = time.perf_counter()
        search.index_many(articles)
        return time.perf_counter() - start
