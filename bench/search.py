"""How good and how quick search is: `python -m bench.search quality`, `python -m bench.search speed 100000`.

Both use a scratch database (see bench/archive.py) and print a table; --keep leaves it for the next run. After
`manage.py fill --articles 1000000` and `manage.py rebuild search`, `python -m bench.search speed --here`.
"""

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta

from . import archive

TOP = 10
QUERIES = {
    "known item": "dev_known_item_queries_chinanews",
    "question": "shared_search_cmrc_trial_queries",
}
COMMON = "中国 发展 工作 企业 疫情 经济 北京 病例 防控 社会 国家 新冠肺炎 人员 记者".split()


def quality(*, verbose: bool = False) -> None:
    """Where the story that a query looks for stands."""
    from news import search  # noqa: PLC0415  Django is set up by now
    from news.models import Article  # noqa: PLC0415

    for name in (archive.CHINANEWS, archive.PASSAGES):
        archive.load(archive.records(name))
    keys = dict(Article.objects.values_list("pk", "import_key"))
    places = defaultdict(list)
    queries = {kind: archive.records(name) for kind, name in QUERIES.items()}
    queries["held out"] = held_out({row["target"] for row in queries["known item"]})
    for kind, asked_ in queries.items():
        for row in asked_:
            hits = [keys[hit.article_id] for hit in search.find(row["q"], size=TOP).hits]
            place = hits.index(row["target"]) + 1 if row["target"] in hits else None
            for group in [kind, *([f"{kind}: {row['kind']}"] if "kind" in row else [])]:
                places[group].append(place)
            if verbose and place != 1:
                say(f"{place} {row}")
    say("| queries | number | first | in the top 10 |\n| --- | --- | --- | --- |")
    for group, found in places.items():
        first, top = (sum(p is not None and p <= limit for p in found) / len(found) for limit in (1, TOP))
        say(f"| {group} | {len(found)} | {first:.1%} | {top:.1%} |")


def held_out(targets: set[str]) -> list[dict]:
    """Queries of the same kinds for other stories, on which nothing was tuned; few have their words."""
    from news.search.words import words  # noqa: PLC0415

    rng, found = random.Random(5), archive.records(archive.CHINANEWS)  # noqa: S311 a choice, no secret
    texts = [f"{story['title']}\n{story['body']}" for story in found]
    others = [story for story in found if story["id"] not in targets and len(story["title"]) > 11]
    queries = []
    for story in rng.sample(others, 250):
        title, body = ([w for w in words(story[part]) if len(w) > 1] for part in ("title", "body"))
        start = rng.randrange(len(story["title"]) - 6)
        run = story["title"][start : start + 6]
        made = {"title-words": rng.sample(title, min(2, len(title))), "6 characters of the title": [run]}
        made["title+body word"] = [rng.choice(title), rng.choice(body)] if title and body else []
        for kind, asked_ in made.items():
            has_it = sum(all(word in text for word in asked_) for text in texts)
            if asked_ and run.isalnum() and 0 < has_it <= 3:
                queries.append({"q": " ".join(asked_), "kind": kind, "target": story["id"]})
    return queries


def speed(number: int) -> None:
    """Milliseconds with the twenty results' texts read and highlighted. Of processor time on SQLite, which is
    in this process; else of wall time, so let nothing else run."""
    from django.utils import timezone  # noqa: PLC0415

    from counties.navigation import regions  # noqa: PLC0415
    from news import search  # noqa: PLC0415

    seconds = archive.load(archive.made(number))
    if seconds:
        say(f"{number} stories indexed in {seconds:.0f} s\n")
    search.find("核桃")
    kinds = asked()
    month, province = timezone.now() - timedelta(days=30), regions().by_path["sichuan"]
    ways = {
        "relevance": {},
        "newest": {"sort": "newest"},
        "relevance, 四川": {"region": province},
        "relevance, last 30 days": {"since": month},
        "newest, 四川, last 30 days": {"sort": "newest", "region": province, "since": month},
    }
    say("| way | queries | p50 | p95 | worst | worst is |\n| --- | --- | --- | --- | --- | --- |")
    for way, options in ways.items():
        for kind in ["all", *kinds] if way == "relevance" else ["all"]:
            texts = kinds.get(kind) or [text for found in kinds.values() for text in found]
            row(f"{way}: {kind}", texts, lambda q, options=options: search.find(q, **options))
    typed = [text[:n] for text in kinds["headline words"] for n in (1, 2, 3) if text[:n].strip()]
    row("suggestions", typed, search.suggest)


def asked() -> dict[str, list[str]]:
    """Of words and sentences of the archive itself."""
    from news import richtext  # noqa: PLC0415
    from news.models import Article  # noqa: PLC0415
    from news.search.words import words  # noqa: PLC0415

    rng = random.Random(3)  # noqa: S311 a choice, no secret
    last = Article.objects.order_by("-pk").values_list("pk", flat=True)[0]
    found = Article.objects.published().filter(pk__in=rng.sample(range(1, last + 1), min(200, last)))
    stories = list(found.order_by("pk").values_list("headline", "body")[:60])
    said = [[w for w in words(headline) if len(w) > 1] for headline, _body in stories]
    texts = [richtext.plain(body).replace("\n", "") for _headline, body in stories]
    lines = [text.split("。")[1][:60] for text in texts if text.count("。") > 1]
    questions = archive.records(QUERIES["question"])
    return {
        "one common word": COMMON,
        "one word": [rng.choice(words) for words in said if words],
        "two common words": [" ".join(rng.sample(COMMON, 2)) for _ in range(20)],
        "headline words": [" ".join(words[:2]) for words in said if len(words) > 1],
        "quoted phrase": [f"“{line[4:12]}”" for line in lines[:30]],
        "across words": [line[5:10] for line in lines[:30]],
        "question": [row["q"] for row in rng.sample(questions, 30)],
    }


def row(name: str, texts: Iterable[str], act: Callable) -> None:
    from django.db import connection  # noqa: PLC0415

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    times = []
    for text in texts:
        start = clock()
        act(text)
        times.append(((clock() - start) * 1000, text))
    times.sort()
    p50, p95 = (times[int(len(times) * part)][0] for part in (0.5, 0.95))
    say(f"| {name} | {len(times)} | {p50:.1f} | {p95:.1f} | {times[-1][0]:.1f} | {times[-1][1]} |")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["quality", "speed"])
    parser.add_argument("articles", type=int, nargs="?", default=100_000)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--here", action="store_true", help="speed in the site's own database, as it is")
    parser.add_argument("--verbose", action="store_true", help="the queries that did not find theirs first")
    options = parser.parse_args()
    with archive.here() if options.here else archive.scratch(keep=options.keep):
        if options.what == "quality":
            quality(verbose=options.verbose)
        else:
            speed(0 if options.here else options.articles)
