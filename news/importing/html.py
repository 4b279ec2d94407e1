"""A saved web page as the lines that a reader sees."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _
from lxml import etree, html

from .text import ImportProblem

_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|d[dlt]|div|fieldset|fig(?:ure|caption)|footer|form|"
    "h[1-6r]|header|li|main|nav|[ou]l|p|pre|section|table|tbody|t[dhr]|tfoot|thead"
).fullmatch
_UNSEEN = ("head", "script", "style", "noscript", "template", "svg", "iframe", "object", "select", "textarea")


class Line(NamedTuple):
    number: int
    text: str
    image: str = ""  # address of a picture that stands here
    is_caption: bool = False


def is_html(text: str) -> bool:
    return re.match(r"\s*<(?:!doctype|!--|html|head|body|div|meta|p|h1)\b", text, re.IGNORECASE) is not None


def lines(text: str) -> list[Line]:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError as error:
        raise ImportProblem(_("The file is empty.")) from error
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    found = _Found()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            found.enter(element)
        else:
            found.leave(element)
    found.end_line()
    return found.lines


class _Found:
    def __init__(self):
        self.lines: list[Line] = []
        self.text: list[str] = []
        self.number = 1
        self.captions = 0

    def enter(self, element):
        if _BLOCKS(element.tag):
            self.end_line()
        self.captions += element.tag == "figcaption"
        if element.tag == "img" and (source := element.get("src")):
            self.end_line()
            self.lines.append(Line(element.sourceline or 0, "", source))
        self.add(element, element.text)

    def leave(self, element):
        if _BLOCKS(element.tag):
            self.end_line()
        self.captions -= element.tag == "figcaption"
        self.add(element, element.tail)

    def add(self, element, text):
        if text and text.strip() and not self.text:
            self.number = element.sourceline or 0
        if text:
            self.text.append(text)

    def end_line(self):
        text = " ".join("".join(self.text).split())
        if text:
            self.lines.append(Line(self.number, text, is_caption=self.captions > 0))
        self.text = []
