"""Builds the demo's stories from what text/ holds: places, subjects, and the facts of each story."""

import random
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from .captions import photos_for
from .grammar import TEXT, Deck, Pen, lines_of, person, rows_of
from .longreads import long_reads
from .notices import notice_body

SECTIONS = (
    ("news", "要闻"), ("photos", "图文看点"), ("folks", "乡里乡亲"), ("livelihood", "民生"),
    ("industry", "产业"), ("culture", "文旅"), ("education", "教育"), ("notices", "公告"),
)  # fmt: skip
# What a body is built of, a paragraph in each item: a and b the story's own facts, the rest the subject's.
PLANS = (
    "ab > -“ *- “- -!", "> ab -“ *- “- -!", "ab >- “ -* -“ -!", "> ab - “- *- “ -!", "a b- > “- *- -“ !",
    "ab -“ *- “- -“ !", "a b > -“ -* -“ -!", "> ab “- -* -“ -", "ab > “- -“ *- !",
)  # fmt: skip
SHORTEST = 350  # characters of a body
DAYS, QUIET = 60, {"butuo": 9, "puge": 6, "muli": 12}


@dataclass
class Place:
    path: str
    name: str
    paper: str
    people: str
    towns: list[str]
    pictures: list[str]
    slogan: str


@dataclass
class Subject:
    """A kind of story. Its lines: > scene, - detail, “ what {p} says, * what {q} explains, ! outlook."""

    section: str = "news"
    gender: str = "m"
    tags: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    experts: list[str] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in ">-“*!"})


@cache
def places() -> dict[str, Place]:
    found = {}
    for path, name, paper, people, towns, pictures, slogan in rows_of("places.txt"):
        own = [] if pictures == "-" else pictures.split()
        found[path] = Place(path, name, paper, people, towns.split(), own, slogan)
    return found


@cache
def subjects() -> dict[str, Subject]:
    found = {}
    for name in sorted(path.name for path in TEXT.glob("subjects-*.txt")):
        for line in lines_of(name):
            if line.startswith("== "):
                subject = found.setdefault(line[3:], Subject())
            elif line[0] in subject.lines:
                subject.lines[line[0]].append(line[1:].strip())
            else:
                key, value = line.split(":")
                setattr(subject, key, value.strip() if key in ("section", "gender") else value.split())
    return found


class Newsroom:
    """One writing of all stories from one seed; the decks see to it that no line comes again soon."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)  # noqa: S311 - a demo needs no secrets
        self.used: set[str] = set()
        self.decks: dict[object, Deck] = {}
        self.reporters = {
            path: [person(self.rng, p.people) for _ in range(4)] for path, p in places().items()
        }

    def deal(self, name, cards):
        deck = self.decks.setdefault(name, Deck(self.rng, cards))
        return deck.deal()

    def write(self) -> list[dict]:
        written, numbers = [], {}
        for record in records():
            short = record["place"].path.split("/")[-1]
            numbers[short] = numbers.get(short, 0) + 1
            written.append(self.story(f"{short}-{numbers[short]:02}", record))
        written += long_reads(self, places(), subjects())
        self.date(written)
        drop_lonely_tags(written)
        return sorted(written, key=lambda story: story["hours_ago"])

    def story(self, key: str, record: dict) -> dict:
        place, subject = record["place"], subjects()[record["subject"]]
        town = record["town"] or self.rng.choice(place.towns)
        crop = record["options"].get("crop", "")
        roles = (
            self.deal((record["subject"], "p"), subject.roles),
            self.deal((record["subject"], "q"), subject.experts),
        )
        pen = Pen(self.rng, place, town, crop, roles, subject.gender)
        section = record["options"].get("section", subject.section)
        body = self.body(record, subject, pen, section)
        story = {
            "key": key, "region": place.path, "regions": record["options"].get("also", "").split(),
            "section": section, "kicker": record["options"].get("kicker", ""), "headline": record["headline"],
            "subhead": record["options"].get("subhead", ""),
            "summary": pen.fill(summary(record, section)), "body": body,
            **self.masthead(place), "tags": self.tags(subject, record["town"], crop, place), "photos": [],
            "hours_ago": 0.0,
        }  # fmt: skip
        if "days" in record["options"]:
            story["days"] = float(record["options"]["days"])
        story["photos"] = photos_for(self, story, record, subject, place, pen)
        place_figures(story)
        return story

    def masthead(self, place) -> dict:
        byline, editor = self.rng.sample(self.reporters[place.path], 2)
        source = "凉山日报" if "/liangshan/" in place.path and self.rng.random() < 0.16 else place.paper
        return {"byline": byline, "editor": editor, "source": source}

    def tags(self, subject, town, crop, place) -> list[str]:
        some = self.rng.sample(subject.tags, min(len(subject.tags), self.rng.randint(2, 3)))
        own = [crop] if crop in crops() else []
        named = [town] if town in place.towns and self.rng.random() < 0.55 else []
        return list(dict.fromkeys(own + some + named))[:5]

    def body(self, record, subject, pen, section) -> list[tuple]:
        if section == "notices":
            return notice_body(self, record, pen)
        if section == "photos":
            return [("p", pen.fill(record["a"])), ("p", pen.fill(record["b"]))]
        plan = self.deal("plans", PLANS).split()
        texts = [text for item in plan if (text := self.paragraph(item, record, subject, pen))]
        for item in ("-“", "-*", "--"):
            if sum(map(len, texts)) < SHORTEST:
                texts.insert(-1, self.paragraph(item, record, subject, pen))
        return [("p", text) for text in texts if text]

    def paragraph(self, item: str, record, subject, pen) -> str:
        """Sentences of the kinds that `item` names: no paragraph twice, no line twice in one story.

        Empty where the subject has no fresh line left.
        """
        for _ in range(12):
            met, said = set(pen.met), set(pen.said)
            text = "".join(self.sentence(record, subject, kind, pen) for kind in item)
            if text not in self.used and "”“" not in text:
                self.used.add(text)
                return text
            pen.met, pen.said = met, said
        return ""

    def sentence(self, record, subject, kind: str, pen) -> str:
        if kind in "ab":
            return pen.fill(record[kind])
        lines = subject.lines[kind]
        for _ in range(2 * len(lines)):
            line = self.deal((record["subject"], kind), lines)
            if line not in pen.said:
                pen.said.add(line)
                return pen.fill(line)
        return ""

    def date(self, stories: list[dict]) -> None:
        """Spread the stories over two months, most of them recent; the newest is minutes old."""
        for story in stories:
            short = story["region"].split("/")[-1]
            age = DAYS * 24 * self.rng.random() ** 2.1 + 0.4
            if "days" in story:
                age = story.pop("days") * 24 + self.rng.random() * 10
            story["hours_ago"] = round(max(age, QUIET.get(short, 0) * 24 + age % 20), 2)
        newest = [s for s in stories if s["region"].endswith(("/ganluo", "/xichang", "liangshan"))]
        for n, story in enumerate(sorted(newest, key=lambda s: s["hours_ago"])[:3]):
            story["hours_ago"] = (0.15, 0.6, 1.1)[n]


@cache
def crops() -> frozenset[str]:
    found = {record["options"].get("crop", "") for record in records()}
    return frozenset(found - {""})


def summary(record: dict, section: str) -> str:
    """The two facts of a story; of a notice its first fact, and as much of its list as a summary needs."""
    if section != "notices":
        return record["a"] + record["b"]
    text, items = record["a"], record["b"].split("；")
    while len(text) < 40 and items:
        text += items.pop(0).rstrip("。") + "。"
    return text


def drop_lonely_tags(stories: list[dict]) -> None:
    """A tag that only one story bears leads nowhere."""
    bearers = Counter(tag for story in stories for tag in story["tags"])
    for story in stories:
        shared = [tag for tag in story["tags"] if bearers[tag] > 1]
        story["tags"] = shared if len(shared) > 1 else story["tags"]


def place_figures(story: dict) -> None:
    """A figure after the first paragraph; in a photo story each after its line."""
    count = len(story["photos"])
    if story["section"] == "photos":
        story["body"][1:1] = [("figure", n) for n in range(count)]
    elif count:
        story["body"].insert(1, ("figure", 0))


@cache
def records() -> list[dict]:
    """The facts of each story: subject | town | headline | first fact | second fact | option=value …"""
    found, place = [], None
    for name in sorted(path.name for path in TEXT.glob("stories-*.txt")):
        for line in lines_of(name):
            if line.startswith("== "):
                place = places()[line[3:]]
                continue
            subject, town, headline, a, b, *options = (cell.strip() for cell in line.split("|"))
            found.append({
                "place": place, "subject": subject, "town": town, "headline": headline, "a": a, "b": b,
                "options": dict(option.split("=") for option in options if option),
            })  # fmt: skip
    return found


@cache
def stories(seed: int = 1) -> list[dict]:
    return Newsroom(seed).write()


def sections() -> list[tuple[str, str, int]]:
    return [(slug, name, order) for order, (slug, name) in enumerate(SECTIONS, 1)]
