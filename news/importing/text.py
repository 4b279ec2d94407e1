"""Text as archives hold it: bytes of some encoding, half-width punctuation, damaged quotation marks."""

import re

from django.utils.translation import gettext as _

from .. import richtext

_HAN = r"\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_OPEN, _CLOSE = "“‘（《【「『〈", "”’）》】」』〉…—。，、；：？！"
_WIDE = str.maketrans(",;:?!", "，；：？！")
# After Chinese text and before Chinese text, a number or the end; never inside numbers, times, Latin words.
_HALF = re.compile(rf"(?<=[{_HAN}{_CLOSE}])[,;:?!]+(?=\s*(?:[{_HAN}{_OPEN}{_CLOSE}\d]|$))")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_CHINESE = re.compile(rf"[{_HAN}]")
_CHINESE_ENDS = re.compile(rf"[{_HAN}{_OPEN}{_CLOSE}]")
_SPACE_AFTER = re.compile(rf"(?<=[，；：？！。、])\s+(?=[{_HAN}{_OPEN}\d])")
NESTED = 50  # brackets within brackets that are mended; each level is one pass over the line
_DAMAGED = re.compile(r"""\\(["'‘’“”])""")
_ROUND = {"'": "’", '"': "”"}


class ImportProblem(Exception):
    """The record cannot be imported. The message says why, for whoever runs the import."""


def decode(raw: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, or GB18030 (with GBK and GB2312 inside it)."""
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportProblem(_("The text is neither UTF-8 nor GB18030. Save it as UTF-8 and try again."))


def one_line(text: str) -> str:
    """Without control characters, halves of characters and needless spaces."""
    return " ".join(storable(text).split())


def storable(text: str) -> str:
    return richtext.without_control(text.encode("utf-8", "ignore").decode())


def repair(text: str) -> tuple[str, int]:
    """A line with its punctuation mended, and how many damaged quotation marks (‘开战\\’) it had."""
    text, damaged = _DAMAGED.subn(lambda m: _ROUND.get(m[1], m[1]), one_line(text))
    for _inside_out in range(NESTED):
        text, before = _BRACKETS.sub(_widen, text), text
        if text == before:
            break
    text = _HALF.sub(lambda m: m[0].translate(_WIDE), text)
    return _SPACE_AFTER.sub("", text), damaged


def _widen(brackets):
    """Wide brackets around Chinese text, and around anything between Chinese texts."""
    line, start, end = brackets.string, *brackets.span()
    between = (
        start
        and _CHINESE_ENDS.match(line, start - 1)
        and (end == len(line) or _CHINESE_ENDS.match(line, end))
    )
    return f"（{brackets[1]}）" if between or _CHINESE.search(brackets[1]) else brackets[0]
