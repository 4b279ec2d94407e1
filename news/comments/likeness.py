"""Near-repeats: comments that say nearly the same share a group, so that a flood is one decision.

Min-hashing over shingles of two characters (Broder, 1997): texts that share most of their shingles agree in
one of BANDS finger-prints almost surely, and these are looked up by index. What was found is compared. Only
the first comment of a group leaves finger-prints, so a flood of 10,000 leaves no more than one comment.
"""

import hashlib
import zlib
from collections.abc import Iterable
from random import Random

from ..models import CommentPrint
from .plain import Plain

BANDS, ROWS = 6, 3  # of texts with 8 of 10 shingles in common 99 % are found, with 3 of 10 15 %
ALIKE = 0.6  # of all shingles of two texts are in both
COMPARED = 200  # characters
CANDIDATES = 100  # finger-prints

_PRIME = (1 << 61) - 1
_random = Random(20_240_101)  # noqa: S311 any numbers do, if they are always the same
_HASHES = [(_random.randrange(1, _PRIME), _random.randrange(_PRIME)) for _ in range(BANDS * ROWS)]


def group_of(read: Plain) -> tuple[str, bool]:
    """(the group of a comment, whether an earlier one is in it). One query, and one more for a new group."""
    text = read.text[:COMPARED] or read.original[:COMPARED]  # of emoji alone nothing is left
    mine = _shingles(text)
    keys = _prints(mine)
    known = CommentPrint.objects.filter(key__in=keys).order_by("pk").values_list("group", "text")
    for group, said in dict(known[:CANDIDATES]).items():  # the oldest first, so that a flood does not split
        if _likeness(mine, _shingles(said)) >= ALIKE:
            return group, True
    group = hashlib.sha256(text.encode()).hexdigest()[:16]
    CommentPrint.objects.bulk_create(CommentPrint(key=key, group=group, text=text) for key in keys)
    return group, False


def _shingles(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)} or {text}


def _likeness(one: set, other: set) -> float:
    return len(one & other) / len(one | other)


def _prints(shingles: Iterable[str]) -> list[int]:
    """BANDS numbers of 63 bits."""
    numbers = [zlib.crc32(shingle.encode()) for shingle in shingles]
    smallest = [min((a * number + b) % _PRIME for number in numbers) for a, b in _HASHES]
    bands = [tuple(smallest[n : n + ROWS]) for n in range(0, BANDS * ROWS, ROWS)]
    return sorted({hash((n, *band)) >> 1 for n, band in enumerate(bands)})
