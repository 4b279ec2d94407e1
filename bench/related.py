"""Related stories: `python -m bench.related show` prints those of 30 stories of real news, for a person to
judge; `python -m bench.related speed 100000` how long it takes. In a scratch database: bench/archive.py.
"""

import argparse
import random

from . import archive
from .search import row, say

SAMPLE = 300  # stories whose related ones are timed


def show(number: int = 30, seed: int = 7) -> None:
    from news import related  # noqa: PLC0415  Django is set up by now
    from news.models import Article  # noqa: PLC0415

    archive.load(archive.records(archive.CHINANEWS))
    stories = list(Article.objects.filter(import_key__startswith="cn").order_by("import_key"))
    headlines = {story.pk: story.headline for story in stories}
    for story in random.Random(seed).sample(stories, number):  # noqa: S311 a choice, no secret
        say(f"\n{story.headline}")
        for pk in related.closest(story, [])[:6]:
            say(f"    {headlines.get(pk, pk)}")


def speed(articles: int) -> None:
    from news import related  # noqa: PLC0415
    from news.models import Article  # noqa: PLC0415

    archive.load(archive.made(articles))
    last = Article.objects.order_by("-pk").values_list("pk", flat=True)[0]
    chosen = random.Random(1).sample(range(1, last + 1), min(SAMPLE, last))  # noqa: S311
    stories = {story.headline: story for story in Article.objects.published().filter(pk__in=chosen)}
    say("| what | stories | p50 | p95 | worst | worst is |\n| --- | --- | --- | --- | --- | --- |")
    row("related", stories, lambda headline: related.closest(stories[headline], []))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["show", "speed"])
    parser.add_argument("articles", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=7, help="shows other stories")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--here", action="store_true", help="speed in the site's own database, as it is")
    options = parser.parse_args()
    with archive.here() if options.here else archive.scratch(keep=options.keep):
        if options.what == "show":
            show(seed=options.seed)
        else:
            speed(0 if options.here else options.articles)
