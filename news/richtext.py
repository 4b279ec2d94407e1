"""The one kind of HTML that a story's body may hold, and what is made from it.

Stored bodies are clean: the tags below and nothing else, no control characters. Two things in them are ours:
`<figure data-photo="5"></figure>` marks where a photo of the story stands, and
`<h2 data-part="A">题<br>副题</h2>` opens a lettered part. Both are spelled out only when the page is made.
"""

import re
from collections.abc import Callable
from html import escape, unescape
from itertools import count
from typing import NamedTuple

import nh3

_TAGS = set(
    """p br hr h2 h3 ul ol li blockquote a strong em s sub sup ruby rt rp table caption thead tbody tr th td
    figure span""".split()
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "figure": {"data-photo"},
    "h2": {"data-part"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "span": {"lang"},
    "p": {"lang"},
}
_VALUES = {
    "data-photo": re.compile(r"[1-9]\d{0,17}"),
    "data-part": re.compile(r"[A-Z]"),
    "start": re.compile(r"\d{1,4}"),
    "colspan": re.compile(r"[1-9]\d?"),
    "rowspan": re.compile(r"[1-9]\d?"),
    "scope": re.compile(r"row|col"),
    "lang": re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"),
}
_SAME_AS = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "div": "p", "del": "s"}
_RENAMED = re.compile(rf"<(/?)({'|'.join(_SAME_AS)})(?=[\s>])", re.IGNORECASE)
# Blocks within blocks: the parser's work grows with the square of their depth.
_NESTED = re.compile(
    r"""<(/?)(?:address|article|aside|blockquote|center|details|dialog|dir|dl|fieldset|figcaption|figure|footer
    |form|header|hgroup|listing|main|menu|nav|ol|pre|search|section|summary|table|ul)(?=[\s/>])""",
    re.IGNORECASE | re.VERBOSE,
)
DEEPEST = 100
# Control characters (one \x08 breaks a feed), and the invisible ones that reorder or hide text.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_EMPTY = re.compile(r"<(p|h2|h3|li|blockquote)>(?:\s|&nbsp;|<br>)*</\1>")
_FIGURE = re.compile(r'<figure data-photo="(\d+)"></figure>')
_FIGURE_TAG = re.compile(r'<figure(?: data-photo="(\d+)")?>|</figure>')
_PART = re.compile(r'<h2 data-part="([A-Z])">(.*?)</h2>', re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|tr|figure|caption)>|<br>|<hr>")
_TAG = re.compile(r"<[^>]*>")
# Markup nested against the rules, emptied blocks and control characters written as &#8; need more than one.
PASSES = 8


class Part(NamedTuple):
    """A lettered part of a story, for its list of contents."""

    letter: str
    title: str
    anchor: str


def without_control(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean(html: str) -> str:
    """The allowed part of any HTML. Linear in its length; running it twice changes nothing."""
    for _pass in range(PASSES):
        before, html = html, _clean_once(html)
        if html == before:
            break
    return html


def _clean_once(html):
    html = _RENAMED.sub(lambda m: f"<{m[1]}{_SAME_AS[m[2].lower()]}", without_control(html))
    html = nh3.clean(
        _shallow(html),
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
        strip_comments=True,
    )
    return _EMPTY.sub("", _FIGURE_TAG.sub(_bare_figure, html)).strip()


def _shallow(html):
    """Deeper blocks become tags that nobody knows, so that their text stays."""
    depth = 0

    def name(match):
        nonlocal depth
        is_end = bool(match[1])
        depth = max(0, depth - 1) if is_end else depth + 1
        return f"<{match[1]}x" if depth + is_end > DEEPEST else match[0]

    return _NESTED.sub(name, html)


def _allowed(tag, name, value):
    pattern = _VALUES.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


def _bare_figure(match):
    """A mark without content; what stood in a pasted figure stays as text."""
    return f'<figure data-photo="{match[1]}"></figure>' if match[1] else ""


def from_text(text: str) -> str:
    """Plain text, one paragraph a line, as a clean body."""
    lines = (line.strip(" \t\u3000") for line in without_control(text).split("\n"))
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def is_html(text: str) -> bool:
    """Whether a text of unknown kind is meant as HTML: it has the tags of one of our blocks."""
    return re.search(r"<(?:p|br|div|h[1-6]|ul|ol|table|blockquote)[\s/>]", text, re.IGNORECASE) is not None


def plain(html: str) -> str:
    """The words of a clean body, one block a line: for search, summaries and feeds."""
    lines = unescape(_TAG.sub("", _BLOCK_END.sub("\n", html))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def excerpt(text: str, length: int) -> str:
    """The first `length` characters or so, up to the end of a sentence where one is near."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[:length]
    end = max(cut.rfind(mark) for mark in "。！？")
    return cut[: end + 1] if end > length * 0.6 else cut.rstrip("，、；：") + "……"


def photo_ids(html: str) -> list[int]:
    """The photos that a clean body shows, in their order."""
    return [int(pk) for pk in _FIGURE.findall(html)]


def parts(html: str) -> list[Part]:
    found = _PART.findall(html)
    return [
        Part(letter, plain(inner).split("\n")[0], f"part-{number}")
        for number, (letter, inner) in enumerate(found, start=1)
    ]


def render(html: str, figure: Callable[[int], str]) -> str:
    """A clean body as the page shows it; `figure` gives the markup for a photo id."""
    html = _FIGURE.sub(lambda match: figure(int(match[1])), html)
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )
    numbers = count(1)
    return _PART.sub(lambda match: _render_part(match, next(numbers)), html)


def _render_part(match, number):
    letter, inner = match[1], match[2]
    title, _, line = inner.partition("<br>")
    line = f"<p>{line.strip()}</p>" if line.strip() else ""
    letter_big = f'<span class="part__letter" aria-hidden="true">{letter}</span>'
    return f'<div class="part" id="part-{number}">{letter_big}<h2>{title.strip()}</h2>{line}</div>'
