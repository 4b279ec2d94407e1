"""A text without its disguises, and where each character of it stood in the original."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from opencc import OpenCC

# Letters of other scripts that look like Latin ones, and signs that are written for others. Chinese words
# that sound or look like others are words of their own: those of contact details are in contacts.py.
LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁԛԝһкмтнвгαοενικρτυχγωβ〇曰+➕",
    "aeopcyxijsdqwhkmthbraoevikptuxywb0日加加",
)
_ENCLOSED = re.compile(
    r"(?:NEGATIVE |CROSSED )?(?:CIRCLED|SQUARED|PARENTHESIZED)"
    r" LATIN (?:CAPITAL|SMALL) LETTER (\w)"
)
# Signs that end a sentence or a clause: a match across one may be chance.
BREAKS = frozenset("。，、；：！？,.;:!?\n")


@dataclass(frozen=True)
class Plain:
    """`text` has letters and digits only; text[n] is of the original's character number at[n]."""

    text: str
    at: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] stands in the original, with all that was slipped in between."""
        return (self.at[start], self.at[end - 1] + 1) if end > start else (0, 0)

    def said(self, start: int, end: int) -> str:
        begin, stop = self.span(start, end)
        return self.original[begin:stop]


def plain(text: str) -> Plain:
    """Compatibility forms, case, width, traditional characters and look-alikes folded; spaces, punctuation,
    marks, emoji and all that is invisible dropped."""
    folded = [_folded(char) for char in text]
    at = tuple(place for place, part in enumerate(folded) for _ in part)
    return Plain("".join(folded), at, text)


def signs(text: str) -> Plain:
    """As `plain`, but every visible sign and single spaces stay: for addresses and links."""
    folded = [_folded(char) or _sign(char) for char in text]
    at = tuple(place for place, part in enumerate(folded) for _ in part)
    return Plain("".join(folded), at, text)


@lru_cache(50_000)
def _folded(char):
    """What a character is read as: nothing, one character, or a few (㈱ → 株)."""
    if unicodedata.category(char) == "So" and (enclosed := _ENCLOSED.fullmatch(unicodedata.name(char, ""))):
        char = enclosed[1]
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
    kept = "".join(c for c in wide.translate(LOOK_ALIKES) if unicodedata.category(c)[0] in "LN")
    return _simplifier().convert(kept) if kept and not kept.isascii() else kept


def _sign(char):
    if char.isspace():
        return " "
    wide = unicodedata.normalize("NFKC", char)
    return "" if unicodedata.category(char)[0] in "CMS" and not wide.isascii() else wide


@cache
def _simplifier():
    return OpenCC("t2s")
