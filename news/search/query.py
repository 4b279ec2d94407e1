"""What a reader asked: several words, “a quoted phrase”, -word, 来源:paper. All else is harmless text."""

import re
from collections.abc import Callable
from typing import NamedTuple

from counties import finder

from .words import fold, pairs, words

LONGEST = 100  # characters of a query that count
_TERM = re.compile(
    r'(?P<minus>-?)(?:["“「『](?P<phrase>[^"“”「」『』]*)["”」』]|(?P<text>[^\s"“”「」『』]+))'
)
_SOURCE = re.compile(r'(?<!\S)(?:来源|source):\s?(?:["“「『]([^"“”「」『』]*)["”」』]|([^\s"“”「」『』]+))')
_LATIN = re.compile(r"[a-z][a-z' ]+[a-z]")
SHORTEST_PINYIN = 4  # letters
LONGEST_RUN = 12  # pairs of characters that are looked for as they stand; of more, the words


class Term(NamedTuple):
    text: str  # as it may stand in a folded text
    words: list[str]
    pairs: list[str]
    quoted: bool
    refused: bool
    places: list[str] = []  # whose names in pinyin it is


class Ask(NamedTuple):
    """A question to an engine: what, and between which positions (both included)."""

    terms: list[Term]
    marks: list[list[str]]  # one of each list: of the region, the section, the sources that it is narrowed to
    low: int
    high: int
    now: int  # seconds; what has expired by then is not found
    loose: bool = False  # a term is also found as a mere run of characters, in headlines and openings
    index: str = ""  # another than that of stories: see notes.py


class Dialect(NamedTuple):
    """How an engine writes its questions."""

    both: str
    either: str
    phrase: Callable[[list[str]], str]


def parse(q: str) -> list[Term]:
    """The terms of a query; none if it asks for nothing. Never raises."""
    text = _SOURCE.sub(" ", _text(q)).strip()
    if names := _places(text):  # gan luo
        return [Term(text, words(text), [], True, False, names)]
    found = [_term(match) for match in _TERM.finditer(text)]
    found = [term for term in found if term.words or term.pairs]
    return found if any(not term.refused for term in found) else []


def sources(q: str) -> list[str]:
    """The names after 来源: in a query, folded."""
    return [name for pair in _SOURCE.findall(_text(q)) if (name := "".join(pair).strip())]


def _text(q):
    return fold(q[:LONGEST].encode(errors="replace").decode())


def wanted(ask: Ask, dialect: Dialect) -> str:
    """What must be in the story; "" where it is asked for by its marks alone."""
    return dialect.both.join(_expression(term, dialect, ask.loose) for term in ask.terms if not term.refused)


def marked(ask: Ask, dialect: Dialect) -> list[str]:
    return [f"({dialect.either.join(dialect.phrase([mark]) for mark in group)})" for group in ask.marks]


def refused(ask: Ask, dialect: Dialect) -> str:
    """What must not be in the story, or ""."""
    return dialect.either.join(_expression(term, dialect, loose=True) for term in ask.terms if term.refused)


def _term(match):
    text = (match["phrase"] if match["phrase"] is not None else match["text"]).strip()
    quoted, refused = match["phrase"] is not None, bool(match["minus"])
    return Term(text, words(text), pairs(text), quoted, refused, [] if quoted else _places(text))


def _places(text):
    """The short names of the places that the text is the pinyin of, with or without xian, shi, zhou."""
    if not _LATIN.fullmatch(text) or len(word := re.sub("[' ]", "", text)) < SHORTEST_PINYIN:
        return []
    found = [node for node in finder.find(word, 6) if word in _spellings(node)]
    return list(dict.fromkeys(fold(node.short_name) for node in found))[:3]


def _spellings(node):
    joined = node.pinyin.replace(" ", "")
    ending = "" if node.short_name == node.name else finder.ENDINGS.get(node.name[-1], "")
    return {joined, joined + ending}


def _expression(term, dialect, loose):
    whole = term.quoted or term.refused
    phrases = [term.words] if whole else [[word] for word in term.words]
    by_words = dialect.both.join(dialect.phrase(phrase) for phrase in phrases if phrase)
    looks = (loose and len(term.pairs) <= LONGEST_RUN) or not term.words
    by_pairs = dialect.phrase(term.pairs) if term.pairs and looks else ""
    by_place = [dialect.phrase(words(name)) for name in term.places]
    return f"({dialect.either.join(f'({found})' for found in (by_words, by_pairs, *by_place) if found)})"
