"""Showing where a story was found, on its original text."""

import re
from collections import Counter

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .query import Term
from .words import fold

PASSAGE = 80  # characters
BEFORE = 16  # of which so many stand before the first word found
READ = 20_000  # characters of a text that are looked through


class Marker:
    """Marks what one query asked for, in any number of texts."""

    def __init__(self, terms: list[Term]):
        self.pattern = _pattern(terms)

    def marked(self, text: str) -> SafeString:
        """The text, escaped, with what was asked for in <mark>."""
        return _marked(text, self._spans(text))

    def passage(self, text: str) -> SafeString:
        """The stretch of the text that has most of what was asked for; its beginning if it has nothing."""
        text = " ".join(text[:READ].split())
        spans = self._spans(text)
        start = max(_best(text, spans) - BEFORE, 0)
        end = min(start + PASSAGE, len(text))
        start = max(end - PASSAGE, 0)
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
        return mark_safe("…" * (start > 0) + _marked(text[start:end], inside) + "…" * (end < len(text)))

    def _spans(self, text):
        return [match.span() for match in self.pattern.finditer(fold(text))] if self.pattern else []


def _marked(text, spans):
    done, pieces = 0, []
    for start, end in spans:
        pieces += escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"
        done = end
    return mark_safe("".join([*pieces, escape(text[done:])]).replace("</mark><mark>", ""))


def _best(text, spans):
    """Where the stretch with the most different words begins, the earliest of equals."""
    best, most, first = 0, 0, 0
    words = [text[start:end] for start, end in spans]
    count: Counter[str] = Counter()
    for number, (at, _end) in enumerate(spans):
        count[words[number]] += 1
        while at - spans[first][0] > PASSAGE - BEFORE:
            count[words[first]] -= 1
            first += 1
        weight = sum(len(word) for word, times in count.items() if times)
        if weight > most:
            best, most = spans[first][0], weight
    return best


def _pattern(terms):
    """Whole terms before their words. Single characters only where the term is no longer."""
    found = {text for term in terms if not term.refused for text in (term.text, *term.places)}
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
