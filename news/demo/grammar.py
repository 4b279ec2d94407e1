"""Fills the demo's hand-written sentences with people, places and numbers, and deals them without repeating.

Marks in a sentence: {p} the person of the story, {q} who explains it (role and name at first, then the name),
{town} {vil} {county} {crop}, {n:20-60} a number, {this|that} a choice.
"""

import re
from functools import cache
from pathlib import Path

MARK = re.compile(r"\{([^{}]+)\}")
TEXT = Path(__file__).parent / "text"


def lines_of(name: str) -> list[str]:
    lines = (TEXT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("# ")]


def rows_of(name: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in lines_of(name)]


@cache
def words() -> dict[str, list[str]]:
    """Surnames and given names, villages, readers' nicknames."""
    return {kind: text.split() for kind, text in rows_of("words.txt")}


class Deck:
    """Deals its cards in random order, each once before any comes again."""

    def __init__(self, rng, cards):
        self.rng, self.cards, self.hand = rng, list(cards), []

    def deal(self):
        if not self.hand:
            self.hand = self.cards[:]
            self.rng.shuffle(self.hand)
        return self.hand.pop()


def person(rng, people: str, gender: str = "") -> str:
    kin = "yi" if people == "yi" or (people == "mixed" and rng.random() < 0.45) else "han"
    return rng.choice(words()[kin]) + rng.choice(words()[f"{kin} {gender or rng.choice('mf')}"])


def village(rng, people: str) -> str:
    return rng.choice(words()["yi village" if people == "yi" else "village"]) + "村"


class Pen:
    """Writes one story: keeps its people, village and crop the same from the first word to the last."""

    def __init__(self, rng, place, town: str, crop: str, roles: tuple[str, str], gender: str = "m"):
        self.rng, self.roles, self.met = rng, dict(zip("pq", roles, strict=True)), set()
        self.said: set[str] = set()
        self.words = {
            "p": person(rng, place.people, gender),
            "q": person(rng, "han" if place.people == "han" else "mixed", "m"),
            "r": person(rng, place.people),
            "town": town, "county": place.name, "crop": crop, "vil": village(rng, place.people),
        }  # fmt: skip

    def fill(self, text: str) -> str:
        return MARK.sub(self._mark, text)

    def _mark(self, match) -> str:
        mark = match[1]
        if mark.startswith("n:"):
            return self._number(*map(int, mark[2:].split("-")))
        if "|" in mark:
            return self.rng.choice(mark.split("|"))
        if mark in self.roles and mark not in self.met:
            self.met.add(mark)
            return self.roles[mark] + self.words[mark]
        return self.words[mark]

    def _number(self, low: int, high: int) -> str:
        step = 100 if high >= 3000 else 10 if high >= 300 else 1
        return str(self.rng.randrange(low, high + 1) // step * step or low)
