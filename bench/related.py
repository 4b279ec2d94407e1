"""Related stories: `python -m bench.related show` prints those of 30 stories of real news, for a person to
judge; `python -m bench.related speed 100000` how long it takes. In a scratch database: bench/archive.py.
"""

import argparse
import random

from . import archive
from .search import row, say

SAMPLE = 300  # stories whose related ones are timed


def show(number: int = 30) -> None:
    from news import related  # noqa: PLC0415  Django is set up by now
    from news.models import Article  # noqa: PLC0415

    archive.load(archive.records(archive.CHINANEWS))
    stories = list(Article.objects.filter(import_key__startswith="cn").order_by("import_key"))
    headlines = {story.pk: story.headline for story in stories}
    for story in random.Random(7).sample(stories, number):  # noqa: S311 a choice, no secret
        say(f"\n{story.headline}")
        for pk in related.closest(story, [])[:6]:
            say(f"    {headlines.get(pk, pk)}")


def speed(articles: int) -> None:
    from news import related  # noqa: PLC0415
    from news.models import Article  # noqa: PLC0415

    archive.load(archive.made(articles))
    ids = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(1).sample(ids, min(SAMPLE, len(ids)))  # noqa: S311
    stories = {story.headline: story for story in Article.objects.filter(pk__in=chosen)}
    say("| what | stories | p50 | p95 | worst | worst is |\n| --- | --- | --- | --- | --- | --- |")
    row("related", stories, lambda headline: related.closest(stories[headline], []))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["show", "speed"])
    parser.add_argument("articles", type=int, nargs="?", default=100_000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with archive.scratch(keep=options.keep):
        show() if options.what == "show" else speed(options.articles)
