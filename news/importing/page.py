"""A page of the old county portals, as copied text or as saved HTML.

From the top: the row of sibling channels, the breadcrumb, the headline with its kicker, source and time, the
captions, the headline again, the text with its lettered parts, a recommended story, the channel's slogan,
related stories, and the blocks of the site. Every line becomes part of the record, or is listed in it as left
out or not placed.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from counties import finder
from counties.navigation import regions

from .. import richtext
from ..models import Relation
from . import html
from .html import Line
from .record import Picture, Record, in_shanghai, inside, make_key
from .relations import Mention
from .text import ImportProblem, decode, repair

RECOMMENDED, RELATED = "新闻推荐", "相关新闻"
_SITE = "猜你喜欢|评论|频道推荐|热点阅读|图文看点|乡里乡亲|热点排行"
_BLOCK = re.compile(rf"({RECOMMENDED}|{RELATED}|{_SITE})(?:\s*[：:]\s*(.*))?")
_SIBLINGS = re.compile(r"(?:\S{1,10}新闻(?:\s+|$))+")
_BREADCRUMB = re.compile(r"\s*[>＞›»]\s*")
_TIME = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?(?:\s*(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?)?")
_ADDRESS = re.compile(r"https?://\S+")
_LABEL = re.compile(r"(来源|作者|编辑)\s*[：:]\s*")
_LABELLED = {"来源": "source", "作者": "byline", "编辑": "editor"}
_HAN = r"[\u3400-\u9fff·]"
# “宋恩 摄”, “（本报记者 宋恩 摄影）”: the end of a caption.
_CREDIT = re.compile(
    rf"(?<!{_HAN})[（(]?((?:(?:{_HAN}{{0,4}}(?:记者|通讯员)|{_HAN}{{2,3}})[ 、]+){{0,4}}{_HAN}{{2,4}})"
    r"\s*((?<!拍)摄影?)[）)]?(?=\s|$)"
)
_SENTENCE = re.compile(r"[^。！？]+[。！？]*")
_CUT = re.compile(r"(?:\.{3}|…+)\s+")  # between the shortened headlines of one line
_MENTION = re.compile(rf"(.+?)\s*({_TIME.pattern})")


def pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    yield 1, path.read_bytes()


def parse(raw: bytes, path: Path, line: int) -> Record:
    text = decode(raw)
    rows = html.lines(text) if html.is_html(text) else map(Line, count(1), text.splitlines())
    return _Page(path, line, rows).read()


class _Page:
    def __init__(self, path, line, rows):
        self.record = Record(path, line)
        self.channel = ""  # 甘洛新闻
        self.recommended: Mention | None = None  # the story of the block that is being read
        repaired = [(row, *repair(row.text)) for row in rows]
        self.rows = [row._replace(text=text) for row, text, _damaged in repaired if text or row.image]
        if damaged := sum(marks for _row, _text, marks in repaired):
            note = _("Damaged quotation marks repaired: %(count)d")
            self.record.notes.append(note % {"count": damaged})

    def read(self) -> Record:
        record = self.record
        above, source, below = self._split()
        title = self._above(above)
        if source:
            self._source(source)
        elif "breadcrumb" not in record.left_out:
            raise ImportProblem(
                _("This is no page of a county portal: it has no breadcrumb and no line “来源”.")
            )
        end = next((n for n, row in enumerate(below) if _BLOCK.fullmatch(row.text)), len(below))
        self._story(title, below[:end])
        self._blocks(below[end:])
        if not record.body:
            raise ImportProblem(_("The page has no text that could be a story."))
        record.summary = richtext.excerpt(richtext.plain(record.body).split("\n")[0], 80)
        record.key = self._key()
        self._note_blocks()
        return record

    def _split(self):
        """The lines above the source, the source, and those below. Without one the headline ends the head."""
        rows = self.rows
        for n, row in enumerate(rows):
            if row.text.startswith("来源") and _TIME.search(row.text):
                return rows[:n], row, rows[n + 1 :]
        n = next((n for n, row in enumerate(rows) if row.text and not _is_navigation(row.text)), len(rows))
        return rows[: n + 1], None, rows[n + 1 :]

    def _key(self):
        """The page's own address; a site's front page is none."""
        record = self.record
        address = urlsplit(record.original_url)
        if address.path.strip("/") or address.query:
            return make_key("page", record.original_url)
        return record.natural_key("page")

    def _unplaced(self, row, text=""):
        self.record.unplaced.append(f"{row.number}: {text or row.text or row.image[:200]}")

    def _leave_out(self, block, text):
        self.record.left_out.setdefault(block, []).append(text)

    # Above the story

    def _above(self, rows) -> str:
        """Navigation and title; gives back the title."""
        titles = []
        for row in rows:
            if len(_BREADCRUMB.findall(row.text)) > 1:
                self._breadcrumb(row)
            elif _SIBLINGS.fullmatch(row.text):
                self._leave_out("siblings", row.text)
            else:
                titles.append(row)
        texts = [row for row in titles if row.text]
        if not texts:
            raise ImportProblem(_("The page has no headline."))
        kicker = texts[-2:-1] if texts[-2:-1] and texts[-2].text.endswith("：") else []
        for row in titles:
            if row not in (*kicker, texts[-1]):
                self._unplaced(row)
        return "".join(row.text for row in (*kicker, texts[-1]))

    def _breadcrumb(self, row):
        """地方网 > 四川 > 凉山州 > 甘洛新闻 > 正文: each step names a region below the one before."""
        self._leave_out("breadcrumb", row.text)
        node = regions().root
        for step in _BREADCRUMB.split(row.text, maxsplit=8):
            name = step.removesuffix("新闻")
            node = _below(node, name) or node
            if step.endswith("新闻"):
                self.channel = step
                if name not in _names(node):
                    self._unplaced(row, step)
        if node.path:
            self.record.region, self.record.tags = node.path, [node.short_name]

    def _source(self, row):
        """来源：凉山日报 2017-08-11 08:25 https://…"""
        text, record = row.text, self.record
        if address := _ADDRESS.search(text):
            record.original_url = address[0]
            text = text.replace(address[0], " ")
        if found := _TIME.search(text):
            record.date = self._time(found, row)
            text = text.replace(found[0], " ")
        before, *labelled = _LABEL.split(text)
        if before.strip():
            self._unplaced(row, before.strip())
        for label, value in zip(labelled[::2], labelled[1::2], strict=True):
            self._leave_out("labels", label)
            before = getattr(record, _LABELLED[label])
            setattr(record, _LABELLED[label], " ".join(f"{before} {value}".split()))

    def _time(self, found, row):
        year, month, day, hour, minute = (int(part) if part else None for part in found.groups()[-5:])
        try:
            return in_shanghai(datetime(year, month, day, 12 if hour is None else hour, minute or 0))  # noqa: DTZ001
        except ValueError:
            self._unplaced(row, found[0])
            return None

    # The story

    def _story(self, title, rows):
        start, size = self._repeated(title, rows)
        kicker, colon, headline = title.partition("：")
        lines = [_squash(row.text) for row in rows[start : start + size]]
        if colon and headline and (finder.resolve(kicker) or (size > 1 and lines[0] == _squash(kicker))):
            self.record.kicker, self.record.headline = kicker.strip(), headline.strip()
        else:
            self.record.headline = title
        for row in rows[start : start + size]:
            self._leave_out("title", row.text)
        self._captions(rows[:start])
        self._body(rows[start + size :])

    def _repeated(self, title, rows):
        """Where the title stands again, in one to three lines; else where the captions end."""
        for start in range(min(len(rows), 40)):
            for size in (1, 2, 3):
                if _squash("".join(row.text for row in rows[start : start + size])) == _squash(title):
                    return start, min(size, len(rows) - start)
        captions = next((n for n, row in enumerate(rows) if not _may_be_caption(row)), len(rows))
        return captions, 0

    def _captions(self, rows):
        """Captions and pictures in their order; a picture belongs to the caption after it."""
        images, pictures = [], []
        for row in rows:
            if row.image:
                images.append(row)
            for caption, credit in split_captions(row.text):
                file = self._file(images.pop(0)) if images else None
                if caption or file:
                    pictures.append(Picture(caption, credit, file))
                else:
                    self._unplaced(row, credit)
        for picture in pictures:  # captions that stand above their pictures
            if images and not picture.file:
                picture.file = self._file(images.pop(0))
        pictures += [Picture(file=file) for row in images if (file := self._file(row))]
        self.record.pictures += pictures

    def _file(self, row):
        """The picture beside the saved page. What lies elsewhere is not fetched."""
        try:
            path = inside(self.record.file.parent, unquote(row.image))
        except (ImportProblem, ValueError):
            path = None
        if path is None or not path.is_file():
            self._unplaced(row)
            return None
        return path

    def _body(self, rows):
        pictures = [row for row in rows if row.image or row.is_caption]
        texts = [row for row in rows if not row.image and not row.is_caption]
        if texts and self._is_slogan(texts[-1].text):
            self.record.slogan = texts.pop().text
        blocks, titles = [], []
        for row in texts:
            if not re.fullmatch("[A-Z]", row.text):
                blocks.append(f"<p>{escape(row.text, quote=False)}</p>")
                titles = [*titles[-1:], blocks[-1]] if _may_be_title(row.text) else []
            elif titles:
                lines = "<br>".join(title[3:-4] for title in titles)
                blocks[-len(titles) :] = [f'<h2 data-part="{row.text}">{lines}</h2>']
                titles = []
            else:
                self._unplaced(row)
        self.record.body = "\n".join(blocks)
        self._captions(pictures)

    # Below the story

    def _is_slogan(self, text):
        start = re.escape(self.channel) or r"\S{1,8}新闻"
        return re.match(f"{start}[，,]", text) is not None

    def _blocks(self, rows):
        block = ""
        for row in rows:
            heading = _BLOCK.fullmatch(row.text.lstrip("•·● "))
            if heading:
                block, self.recommended = heading[1], None
                self._leave_out("labels", block)
            text = heading[2] if heading else row.text
            if not text:
                if row.image:
                    self._leave_out(block, row.image)
            elif not self._entry(block, text):
                self._leave_out(block, text)

    def _note_blocks(self):
        for block in _SITE.split("|"):
            if entries := sum(len(_CUT.split(text)) for text in self.record.left_out.get(block, ())):
                note = _("%(block)s: entries left out, since this site fills the block itself: %(count)d")
                self.record.notes.append(note % {"block": block, "count": entries})

    def _entry(self, block, text) -> bool:
        """Take one line of a block into the record; False for the blocks that this site fills itself."""
        mentions = self.record.mentions
        if block == RECOMMENDED and not self.record.slogan and self._is_slogan(text):
            self.record.slogan = text
        elif block == RECOMMENDED and self.recommended:
            self.recommended.text = f"{self.recommended.text}\n{text}".strip()
        elif block == RECOMMENDED:
            self.recommended = Mention(Relation.Kind.RECOMMENDED, text)
            mentions.append(self.recommended)
        elif block == RELATED:
            found = _MENTION.fullmatch(text)
            time = found and self._time(found, Line(0, text))
            mentions.append(Mention(Relation.Kind.RELATED, found[1] if time else text, at=time))
        return block in (RECOMMENDED, RELATED)


def split_captions(text: str) -> list[tuple[str, str]]:
    """Captions with their credits: a sentence is a caption, and “宋恩 摄” closes the one before it."""
    captions, at = [], 0
    for credit in (*_CREDIT.finditer(text), None):
        before = text[at : credit.start() if credit else len(text)]
        captions += [(sentence.strip(), "") for sentence in _SENTENCE.findall(before) if sentence.strip()]
        if credit:
            last = captions.pop()[0] if captions and not captions[-1][1] else ""
            captions.append((last, f"{credit[1]} {credit[2]}"))
            at = credit.end()
    return captions


def _is_navigation(text):
    return len(_BREADCRUMB.findall(text)) > 1 or _SIBLINGS.fullmatch(text)


def _below(node, name):
    """The region of that name one step below, or the only one two steps below."""
    for region in node.children:
        if name in _names(region):
            return region
    found = [child for region in node.children for child in region.children if name in _names(child)]
    return found[0] if len(found) == 1 else None


def _names(node):
    return node.label, node.short_name, node.name, *node.aliases


def _squash(text):
    """The text without what differs between two copies of a headline."""
    return re.sub(r"[\s：:]", "", text)


def _may_be_caption(row):
    return row.image or row.is_caption or _CREDIT.search(row.text)


def _may_be_title(text):
    return len(text) <= 30 and text[-1] not in "。！？；：，、…"
