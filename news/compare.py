"""What changed between two Chinese texts: by paragraph, then by character inside a changed paragraph."""

from difflib import SequenceMatcher
from html import escape
from itertools import zip_longest
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

LONG = 4_000_000  # characters of one paragraph times those of the other; above, it is shown as wholly changed
SHORT = 3  # characters: between two changes, what stayed the same is too short to help the eye


class Row(NamedTuple):
    """A paragraph on both sides; <del> and <ins> mark what differs. `same` paragraphs are equal."""

    same: bool
    old: SafeString
    new: SafeString


def rows(old: str, new: str) -> list[Row]:
    """Two texts of one paragraph a line, side by side. The texts are escaped."""
    before, after = old.split("\n"), new.split("\n")
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Row(True, text, text) for text in map(_plain, before[a:b])]
        else:
            found += [_pair(x, y) for x, y in zip_longest(before[a:b], after[c:d], fillvalue="")]
    return found


def differs(rows_: list[Row]) -> bool:
    return any(not row.same for row in rows_)


def _pair(old, new):
    if not old or not new or len(old) * len(new) > LONG:
        return Row(False, _marked("del", old), _marked("ins", new))
    left, right = [], []
    for kind, a, b, c, d in _readable(SequenceMatcher(None, old, new, autojunk=False).get_opcodes()):
        left.append(_plain(old[a:b]) if kind == "equal" else _marked("del", old[a:b]))
        right.append(_plain(new[c:d]) if kind == "equal" else _marked("ins", new[c:d]))
    return Row(False, mark_safe("".join(left)), mark_safe("".join(right)))


def _readable(opcodes):
    """The same changes in fewer pieces: one or two equal characters between two changes join them."""
    joined = []
    for number, (kind, a, b, c, d) in enumerate(opcodes):
        inside = 0 < number < len(opcodes) - 1
        kind = "replace" if kind != "equal" or (inside and b - a < SHORT) else "equal"
        if joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1], b, joined[-1][3], d)
        else:
            joined.append((kind, a, b, c, d))
    return joined


def _plain(text):
    return mark_safe(escape(text, quote=False))


def _marked(tag, text):
    return mark_safe(f"<{tag}>{escape(text, quote=False)}</{tag}>" if text else "")
