"""Random editorial acts while readers of two servers read: does anybody see what the promises forbid?

`python -m tests.random_acts --acts 5000` runs on an SQLite of its own. Prints how much was done and each
broken promise, and ends with 1 if there was one. What readers saw is judged afterwards, against what was true
between one second before they asked and the moment they had the answer:

- a story that was not public in that time stands on no page, in no feed, search or block;
- one that was stands in its channels' first pages and feeds, and is never shown there in an older version.
"""

import argparse
import http.client
import os
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from bench.serving import free_port, serving

PROMISED = 1.0  # seconds
ASIDE = 95  # seconds that a block beside the story may show an earlier headline
BETWEEN = 0.01  # seconds that a reader rests
QUIET = 0.05  # of the acts are followed by a silence
NEWEST = 5  # of a channel's stories surely stand on its first page
COUNTIES = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang", "guizhou/zunyi/xishui"
ACTS = "new later edit edit edit withdraw withdraw again place expire".split()
ACROSS = "/search/?q=事", "/hot/", "/tags/核桃/", "/news-sitemap.xml", "/for-you/"
MARK = re.compile(r"事(\d+)版(\d+)止")
GRANIAN = (
    "--interface wsgi --workers 2 --blocking-threads 16 --no-ws --log-level error --host 127.0.0.1".split()
)


@dataclass
class Truth:
    """A story from some moment between `first` and `last`: `version` is None while it is not public."""

    first: float
    last: float
    version: int | None
    places: frozenset[str] = frozenset()


@dataclass
class Story:
    article: object
    truths: list[Truth]
    busy_until: float = 0

    def during(self, start: float, end: float) -> list[Truth]:
        ends = [truth.last for truth in self.truths[1:]] + [float("inf")]
        return [t for t, until in zip(self.truths, ends, strict=True) if t.first <= end and until >= start]


@dataclass
class Seen:
    path: str
    start: float
    end: float
    status: int
    marks: set[tuple[int, int]]


@dataclass
class Newsroom:
    """Acts by the same verbs as the admin, and remembers what was true when."""

    rng: random.Random
    stories: list[Story] = field(default_factory=list)
    done: Counter = field(default_factory=Counter)

    def act(self) -> None:
        now = time.time()
        idle = [story for story in self.stories[-40:] if story.busy_until < now]
        public = [story for story in idle if story.truths[-1].version is not None]
        gone = [story for story in idle if story.truths[-1].version is None]
        name = self.rng.choice(ACTS)
        if name in {"new", "later"} or not public or (name == "again" and not gone):
            self.new(due=name == "later")
        elif name == "again":
            self.publish(self.rng.choice(gone))
        else:
            getattr(self, name)(self.rng.choice(public))
        self.done[name] += 1

    def new(self, due):
        article = make_article(home=self.rng.choice(COUNTIES), live=False, tags=["核桃"], headline="待定")
        story = Story(article, [Truth(0, 0, None)])
        self.stories.append(story)
        self.write(story, 1)
        self.publish(story, timezone.now() + timedelta(seconds=2) if due else None)

    def write(self, story, version):
        story.article.headline = f"事{self.stories.index(story)}版{version}止"
        story.article.body = f"<p>{story.article.headline}</p>" * 3
        workflow.write(story.article)

    def publish(self, story, at=None):
        """Now or at a time, in the next version: what was withdrawn may be written anew before."""
        version = max((t.version or 0) for t in story.truths) + 1
        story.article.refresh_from_db()
        before = time.time()
        self.write(story, version)
        workflow.publish(story.article, at=at)
        if at:
            story.busy_until = at.timestamp() + PROMISED
            self.now(story, at.timestamp(), at.timestamp(), version)
        else:
            self.now(story, before, time.time(), version)

    def edit(self, story):
        story.article.refresh_from_db()
        copy = workflow.working_copy(story.article, by=None)
        version = story.truths[-1].version + 1
        copy.headline = f"事{self.stories.index(story)}版{version}止"
        copy.body = f"<p>{copy.headline}</p>" * 3
        workflow.write(copy)
        before = time.time()
        workflow.publish(copy)
        self.now(story, before, time.time(), version)

    def withdraw(self, story):
        story.article.refresh_from_db()
        before = time.time()
        workflow.withdraw(story.article, by=None, notice="内容有误")
        self.now(story, before, time.time(), None)

    def place(self, story):
        story.article.refresh_from_db()
        region = regions().by_path[self.rng.choice(COUNTIES)]
        before = time.time()
        placements.place(story.article, region.id)
        workflow.refresh(story.article)
        self.now(story, before, time.time(), story.truths[-1].version)

    def expire(self, story):
        story.article.refresh_from_db()
        story.article.expires_at = timezone.now() + timedelta(seconds=2)
        workflow.write(story.article)
        at = story.article.expires_at.timestamp()
        story.busy_until = float("inf")  # it stays gone
        self.now(story, at, at, None)

    def now(self, story, first, last, version):
        ids = placements.where(story.article)
        places = frozenset(regions().by_id[pk].path for pk in ids)
        story.truths.append(Truth(first, last, version, places))


class Reader(threading.Thread):
    def __init__(self, port, newsroom, seed, stop):
        super().__init__(daemon=True)
        self.port, self.newsroom, self.stop = port, newsroom, stop
        self.rng, self.seen = random.Random(seed), []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stop.wait(BETWEEN):
            path, start = self.choose(), time.time()
            connection.request("GET", path, headers={"Connection": "keep-alive"})
            response = connection.getresponse()
            text = response.read().decode()
            marks = {(int(story), int(version)) for story, version in MARK.findall(text)}
            self.seen.append(Seen(path, start, time.time(), response.status, marks))

    def choose(self):
        kind = self.rng.randrange(4)
        if kind == 0 and self.newsroom.stories:
            story = self.rng.choice(self.newsroom.stories[-40:])
            home = regions().by_id[story.article.home_id]
            return f"{home.url}{timezone.localtime():%Y%m}/{story.article.pk}/"
        if kind == 1:
            return quote(self.rng.choice(ACROSS), safe="/?=")
        place = self.rng.choice(["", "sichuan/", "sichuan/liangshan/", *(f"{path}/" for path in COUNTIES)])
        return f"/{place}{self.rng.choice(['', '', 'atom.xml', 'feed.json'])}"


def judge(stories: list[Story], seen: list[Seen]) -> list[str]:
    return [said for one in seen for said in (*_shown(stories, one), *_missing(stories, one))]


def _shown(stories, one):
    place = _place(one.path)
    for number, version in one.marks:
        story = stories[number]
        now = story.during(one.start - PROMISED, one.end)
        older = story.during(one.start - ASIDE, one.end)
        ours = any(place in truth.places for truth in now) or one.path.endswith(f"/{story.article.pk}/")
        if all(truth.version is None for truth in now):
            yield f"{one.path} shows story {number}, which is not public"
        elif version not in {truth.version for truth in (now if ours else older)}:
            yield f"{one.path} shows version {version} of story {number}: {now}"


def _missing(stories, one):
    if one.status >= 500:
        yield f"{one.path} answered {one.status}"
    place = _place(one.path)
    if place is None:
        return
    surely = []
    for number, story in enumerate(stories):
        now = story.during(one.start - PROMISED, one.end)
        if all(truth.version and place in truth.places for truth in now):
            surely.append((story.article.published_at, number))
    there = {number for number, _version in one.marks}
    for _at, number in sorted(surely, reverse=True)[:NEWEST]:
        if number not in there:
            yield f"{one.path} lacks story {number}"


def _place(path):
    """The channel whose first page or feed this is."""
    found = re.fullmatch(r"/((?:[a-z]+/)*)(?:atom\.xml|feed\.json)?", path)
    return found[1].strip("/") if found and path.split("/")[1] in {"", "sichuan", "guizhou"} else None


def run(acts: int, seed: int, ports: list[int]) -> int:
    newsroom, stop = Newsroom(random.Random(seed)), threading.Event()
    readers = [Reader(port, newsroom, seed + n, stop) for n, port in enumerate(ports * 2)]
    for reader in readers:
        reader.start()
    for _act in range(acts):
        newsroom.act()
        if newsroom.rng.random() < QUIET:
            time.sleep(2 * PROMISED)  # or the next act hides that this one dropped too little
    time.sleep(2 * PROMISED)
    stop.set()
    for reader in readers:
        reader.join(60)
    seen = [one for reader in readers for one in reader.seen]
    broken = judge(newsroom.stories, seen)
    done = f"{acts} acts {dict(newsroom.done)}, {len(seen)} pages read, {len(broken)} promises broken"
    sys.stdout.write("\n".join([done, *broken[:20], ""]))
    return 1 if broken else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.random_acts", description=__doc__)
    parser.add_argument("--acts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("load_regions", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    ports = [free_port(), free_port()]
    granian = str(Path(sys.executable).with_name("granian"))
    first, second = ([granian, *GRANIAN, f"--port={port}", "portal.wsgi:application"] for port in ports)
    with serving(first, ports[0], path="/livez"), serving(second, ports[1], path="/livez"):
        return run(asked.acts, asked.seed, ports)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        os.environ |= {"RATE_LIMITS": "0", "EMBEDDED": "0"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.utils import timezone

        from counties.navigation import regions
        from news import placements, workflow
        from tests.factories import make_article

        sys.exit(main())
