"""Showing where a story was found, on its original text."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .query import Term
from .words import fold

PASSAGE = 80  # characters
BEFORE = 16  # of which so many stand before the first word found
READ = 20_000  # characters of a text that are looked through


def marked(text: str, terms: list[Term]) -> SafeString:
    """The text, escaped, with what was asked for in <mark>."""
    pattern, done, pieces = _pattern(terms), 0, []
    for match in pattern.finditer(fold(text)) if pattern else ():
        pieces += (
            escape(text[done : match.start()]),
            "<mark>",
            escape(text[match.start() : match.end()]),
            "</mark>",
        )
        done = match.end()
    return mark_safe("".join([*pieces, escape(text[done:])]).replace("</mark><mark>", ""))


def passage(text: str, terms: list[Term]) -> SafeString:
    """The stretch of the text that has most of what was asked for; its beginning if it has nothing."""
    text = " ".join(text[:READ].split())
    pattern = _pattern(terms)
    places = [(match.start(), match.group()) for match in pattern.finditer(fold(text))] if pattern else []
    start = max(_best(places) - BEFORE, 0)
    end = min(start + PASSAGE, len(text))
    start = max(end - PASSAGE, 0)
    return mark_safe("…" * (start > 0) + marked(text[start:end], terms) + "…" * (end < len(text)))


def _best(places):
    """Where the stretch with the most different words begins, the earliest of equals."""
    best, most, first = 0, 0, 0
    count: dict[str, int] = {}
    for at, word in places:
        count[word] = count.get(word, 0) + 1
        while at - places[first][0] > PASSAGE - BEFORE:
            gone = places[first][1]
            count[gone] -= 1
            if not count[gone]:
                del count[gone]
            first += 1
        weight = sum(map(len, count))
        if weight > most:
            best, most = places[first][0], weight
    return best


def _pattern(terms):
    """Whole terms before their words. Single characters only where the term is no longer."""
    found = {term.text for term in terms if not term.refused}
    found |= {
        word for term in terms if not term.refused and not term.quoted for word in term.words if len(word) > 1
    }
    pieces = [_whole(word) for word in sorted(found, key=len, reverse=True) if word]
    return re.compile("|".join(pieces)) if pieces else None


def _whole(word):
    """“it” is not in “with”."""
    if not re.fullmatch(r"[a-z0-9]+", word):
        return re.escape(word)
    return rf"(?<![a-z0-9]){word}(?![a-z0-9])"
