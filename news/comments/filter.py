"""What looks wrong in a comment, by rules. A match is highlighted for the moderator; the block list refuses.

A reason is {kind, start, end, text}, where start and end are characters of the original text: `block` and
`hold` (words of the lists), `link`, `contact`, `repeat`; news.comments.posting adds `alike` and `speed`.
"""

import re
import time
from collections import defaultdict
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick
from django.utils.translation import gettext as _

from counties import changes
from counties.navigation import Node

from ..models import FilterWord
from . import contacts
from .errors import CommentError
from .plain import BREAKS, Plain, plain

CHANGED = "comment-words"  # announced when the lists change
RELOAD = 60  # seconds after which a machine that heard nothing reads the lists again
SHOWN = 20  # reasons of one text; more tell a moderator nothing
_REPEAT = re.compile(r"(.{1,20}?)\1{5,}")


@dataclass(frozen=True)
class Lists:
    """The words as they are looked for. 20,000 take 20 ms to build."""

    generation: int
    read_at: float
    searcher: AhoCorasick | None
    rules: list[list[tuple[str, int | None]]]  # of each word its kinds, each with its region's id


_lists: Lists | None = None


def reasons(text: str, region: Node, field: str = "text") -> list[dict]:
    """What looks wrong in a text under a story of a region, by the words that hold in that region.

    Of a nickname only the words count, as nothing of it is highlighted.
    """
    read = plain(text)
    found = _listed(read, region)
    if field == "name":
        return [reason | {"start": 0, "end": 0, "field": field} for reason in found]
    found += contacts.found(text, read)
    found += [_reason("repeat", read, *match.span()) for match in _REPEAT.finditer(read.text)][:1]
    return sorted(found, key=lambda reason: (reason["start"], reason["end"]))[:SHOWN]


def check_word(word: str, kind: str) -> None:
    """Raise CommentError unless the word can be on the list."""
    said = plain(word).text
    if not said or len(word) > 40 or kind not in FilterWord.Kind.values:
        raise CommentError(_("A word of the lists has 1 to 40 characters, letters or digits among them."))
    if kind == FilterWord.Kind.BLOCK and len(said) < 2:
        raise CommentError(_("One character stands in too many innocent words to be refused: highlight it."))


def add_word(word: str, kind: str, region: Node) -> FilterWord:
    """Put a word on a list of a region, or on another one. It counts for the comments sent from now on."""
    word = word.strip()
    check_word(word, kind)
    row, _made = FilterWord.objects.update_or_create(word=word, region_id=region.id, defaults={"kind": kind})
    words_changed()
    return row


def words_changed() -> None:
    """To be called after any other change of the lists."""
    forget()
    changes.announce({CHANGED})


def forget() -> None:
    """Read the lists again at the next use."""
    global _lists
    _lists = None


def _listed(read: Plain, region: Node):
    lists = _current()
    if lists.searcher is None:
        return []
    above = {None, *(node.id for node in region.covering)}
    hits = [
        (kind, start, end)
        for word, start, end in lists.searcher.find_matches_as_indexes(read.text, overlapping=True)
        if _stands_alone(read, start, end)
        for kind, where in lists.rules[word]
        if where in above
    ]
    allowed = [(start, end) for kind, start, end in hits if kind == FilterWord.Kind.ALLOW]
    bad = [hit for hit in hits if hit[0] != FilterWord.Kind.ALLOW and not _within(hit, allowed)]
    widest = [hit for hit in bad if not _within(hit, [other[1:] for other in bad if _beats(other, hit)])]
    return [_reason(_kind(kind, read, start, end), read, start, end) for kind, start, end in widest]


def _within(hit, spans):
    return any(start <= hit[1] and hit[2] <= end for start, end in spans)


def _beats(other, hit):
    """A longer word of at least the same weight says all that a shorter one inside of it does."""
    longer = other[2] - other[1] > hit[2] - hit[1]
    return longer and (other[0] == hit[0] or other[0] == FilterWord.Kind.BLOCK)


def _kind(kind, read, start, end):
    """办法，轮到 is no 法轮: across the end of a clause a word is highlighted, never refused."""
    broken = kind == FilterWord.Kind.BLOCK and BREAKS & set(read.said(start, end))
    return FilterWord.Kind.HOLD if broken else kind


def _stands_alone(read, start, end):
    """A Latin word or a number is not looked for inside of another: av in have, or in a very."""
    text, at = read.text, read.at
    if start and _joined(text[start - 1], text[start]) and at[start] - at[start - 1] <= 1:
        return False
    after = end < len(text) and at[end] - at[end - 1] <= 1
    return not (after and _joined(text[end - 1], text[end]))


def _joined(one, other):
    return one.isascii() and other.isascii() and one.isdigit() == other.isdigit()


def _reason(kind, read, start, end):
    begin, stop = read.span(start, end)
    return {"kind": str(kind), "start": begin, "end": stop, "text": read.original[begin:stop]}


def _current():
    global _lists
    now, generation = time.monotonic(), changes.generation(CHANGED)
    if _lists is None or _lists.generation != generation or now - _lists.read_at > RELOAD:
        rules = defaultdict(list)
        for word, kind, where in FilterWord.objects.values_list("word", "kind", "region"):
            rules[plain(word).text].append((kind, where))
        _lists = Lists(generation, now, AhoCorasick(list(rules)) if rules else None, list(rules.values()))
    return _lists
