"""What a reader asked: several words, “a quoted phrase”, -word. Anything else is harmless text."""

import re
from collections.abc import Callable
from typing import NamedTuple

from .words import fold, pairs, words

LONGEST = 100  # characters of a query that count
_TERM = re.compile(r'(?P<minus>-?)(?:["“](?P<phrase>[^"“”]*)["”]|(?P<text>[^\s"“”]+))')


class Term(NamedTuple):
    text: str  # as it may stand in a folded text
    words: list[str]
    pairs: list[str]
    quoted: bool
    refused: bool


class Ask(NamedTuple):
    """A question to an engine: what, and between which positions (both included)."""

    terms: list[Term]
    marks: list[str]  # of the region and the section that it is narrowed to
    low: int
    high: int
    now: int  # seconds; what has expired by then is not found
    loose: bool = False  # a term is also found as a mere run of characters, in headlines and openings


class Dialect(NamedTuple):
    """How an engine writes its questions."""

    both: str
    either: str
    phrase: Callable[[list[str]], str]


def parse(q: str) -> list[Term]:
    """The terms of a query; none if it asks for nothing. Never raises."""
    text = fold(q[:LONGEST].encode(errors="replace").decode())
    found = [_term(match) for match in _TERM.finditer(text)]
    found = [term for term in found if term.words or term.pairs]
    return found if any(not term.refused for term in found) else []


def wanted(ask: Ask, dialect: Dialect) -> str:
    return dialect.both.join(_expression(term, dialect, ask.loose) for term in ask.terms if not term.refused)


def refused(ask: Ask, dialect: Dialect) -> str:
    """What must not be in the story, or ""."""
    return dialect.either.join(_expression(term, dialect, loose=True) for term in ask.terms if term.refused)


def _term(match):
    text = (match["phrase"] if match["phrase"] is not None else match["text"]).strip()
    return Term(text, words(text), pairs(text), match["phrase"] is not None, bool(match["minus"]))


def _expression(term, dialect, loose):
    whole = term.quoted or term.refused
    by_words = (
        dialect.phrase(term.words) if whole else dialect.both.join(dialect.phrase([w]) for w in term.words)
    )
    by_pairs = dialect.phrase(term.pairs) if term.pairs and (loose or not term.words) else ""
    return f"({dialect.either.join(f'({found})' for found in (by_words, by_pairs) if found)})"
