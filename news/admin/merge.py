"""Bringing two people's changes of one text together, paragraph by paragraph. Pure functions."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_EDGE = re.compile(r"<(/?)(p|h2|h3|ul|ol|blockquote|table|figure)\b[^>]*>|<hr>")


class Merged(NamedTuple):
    """`clashes` counts the places where both changed the same; there both versions stand."""

    pieces: list[str]
    clashes: int


def blocks(html: str) -> list[str]:
    """The top-level blocks of a clean body; joined by line ends they are the same body."""
    found, start, depth = [], 0, 0
    for edge in _EDGE.finditer(html):
        if edge[2]:
            depth += -1 if edge[1] else 1
        if depth == 0:
            found.append(html[start : edge.end()].strip())
            start = edge.end()
    rest = html[start:].strip()
    return [*found, rest] if rest else found


def merge(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], *, marks: tuple[str, str]
) -> Merged:
    """Both changes of `base`. Where they overlap: mine, then theirs between the two `marks`."""
    pieces, clashes = [], 0
    b = m = t = 0
    for b_to, m_to, t_to in _anchors(base, mine, theirs):
        old, ours, other = list(base[b:b_to]), list(mine[m:m_to]), list(theirs[t:t_to])
        if other in (old, ours):
            pieces += ours
        elif ours == old:
            pieces += other
        else:
            clashes += 1
            pieces += [*ours, marks[0], *other, marks[1]]
        pieces += base[b_to : b_to + 1]
        b, m, t = b_to + 1, m_to + 1, t_to + 1
    return Merged(pieces, clashes)


def _anchors(base, mine, theirs):
    """Where all three have the same piece, and at last their ends."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    both = sorted(in_mine.keys() & in_theirs.keys())
    return [*((n, in_mine[n], in_theirs[n]) for n in both), (len(base), len(mine), len(theirs))]


def _places(base, other):
    """Positions in `base` that stayed, with their positions in `other`."""
    pairs = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {a + n: b + n for a, b, size in pairs for n in range(size)}
