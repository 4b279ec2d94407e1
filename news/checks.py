"""What to look at before a story is submitted: a list to act on, never a refusal. Reads only.

Each message says what is the matter and what to do; `field` names the field of the article's form.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from . import richtext, search
from .models import Article, Figure, Photo, WatchWord

HEADLINE = 30  # characters that a phone shows in two lines
OPENING = 100  # characters by which two stories are the same
RECENT = 200  # stories of any state that are compared; older ones are found by the search
AROUND = 8  # characters of an excerpt on either side

_HAN = "[\u3400-\u9fff]"
_DIGIT = r"\d〇零一二两三四五六七八九十百千"
_BYLINE = re.compile(
    r"(?:[□■◎●]|本报|本网|本台|通讯员|特约)?(?:全媒体)?(?:记者|通讯员|文/图|图/文)"
    "[ \u3000:：·、\u3400-\u9fff]{2,20}"
)
_NO_NAME = re.compile("的|了|在|说|走进|节|证|问|站|会|采访|体验|探访|眼中|镜头|观察|手记|调查")
_LOST = re.compile(
    rf"""(?:增长|下降|增加|减少|提高|降低|上涨|下跌|达到|占比?)[了近约超到过]?\ *[%％]
    |(?:[{_DIGIT}]年|年\ +|[于在从自至到]年)\ *月\ *\d*\ *日
    |[{_DIGIT}]月\ *日[，。、电讯至起上下]
    |(?:共有|共计|总计|合计|其中|总人口|面积|总投资|投资|收入|产值|约为|超过|达到?)\ *
        (?:万元|亿元|万人|万亩|公里|平方公里|亩[，。])
    |(?:共有|共计|总计|合计|分别为|达到)\ +(?:人|户|名|个|亩|元|吨|件|次|家)
    |第\ +(?:届|次|期|名|位|章|条)""",
    re.VERBOSE,
)
_DATELINE = re.compile(
    rf"""^\ *(?:本报|本网|新华社|中新[社网]|人民网|央视网|新华网){_HAN}{{0,8}}\d{{1,2}}月\d{{1,2}}日[电讯]
    |^\ *本[报网]讯""",
    re.MULTILINE | re.VERBOSE,
)
_HALF_WIDTH = re.compile(rf'{_HAN}[,;:?!"](?={_HAN})|{_HAN}\.(?={_HAN}|$)|\({_HAN}+\)', re.MULTILINE)
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "「": "」", "『": "』", "【": "】", "〈": "〉"}
_OPENS = {close: opening for opening, close in _PAIRS.items()}
_ITEM = re.compile(r"(?:\d|[A-Za-z]|[一二三四五六七八九十])$")  # before the ） of “1）”


class Level(StrEnum):
    MEND = "mend"  # almost surely wrong
    LOOK = "look"  # may be meant


class Finding(NamedTuple):
    level: Level
    message: str
    field: str


def check(article: Article, figures: Iterable[Figure] | None = None) -> list[Finding]:
    """What to mend, then what to look at. At most 9 queries, whatever the length; `figures` are those of
    a form that is not stored yet, with their photos."""
    text = richtext.plain(article.body)
    if figures is None:
        figures = article.figures.select_related("photo") if article.pk else ()
    found = [
        *_headline(article),
        *_summary(article),
        *_pictures(article, list(figures)),
        *_watched(article, text),
        *_same(article, text),
        *_punctuation(article.headline, "headline"),
        *_text(text),
    ]
    return sorted(found, key=lambda finding: finding.level == Level.LOOK)


def _headline(article):
    line = article.headline.strip()
    if len(line) > HEADLINE:
        message = _("The headline has %(count)d characters, a phone shows %(most)d. Shorten it.")
        yield Finding(Level.LOOK, message % {"count": len(line), "most": HEADLINE}, "headline")
    if line and (line == article.byline.strip() or (_BYLINE.fullmatch(line) and not _NO_NAME.search(line))):
        message = _("A byline stands as headline. Write a headline, and move the name to the byline.")
        yield Finding(Level.MEND, message, "headline")


def _summary(article):
    if not article.summary.strip():
        message = _("There is no summary. Write one or two sentences for lists and search.")
        yield Finding(Level.LOOK, message, "summary")


def _pictures(article: Article, figures: list[Figure]) -> Iterator[Finding]:
    own = {figure.photo_id: figure for figure in figures if figure.photo_id}
    photos = {pk: figure.photo for pk, figure in own.items()}
    if article.lead_photo_id:
        photos.setdefault(article.lead_photo_id, article.lead_photo)
    for pk, photo in photos.items():
        for level, message in _words_of(photo, own.get(pk)):
            yield Finding(level, message % {"name": str(photo)[:20]}, "figures")
    if missing := set(richtext.photo_ids(article.body)) - photos.keys():
        message = _("The text shows picture %d, which is not among the story's pictures. Add it there.")
        yield Finding(Level.MEND, message % min(missing), "figures")
    if awaited := sum(not figure.photo_id for figure in figures):
        message = _("Pictures still awaited: %d. Add them, or remove their captions.")
        yield Finding(Level.LOOK, message % awaited, "figures")


def _words_of(photo: Photo, figure: Figure | None) -> Iterator[tuple[Level, str]]:
    if not photo.credit and not (figure and figure.credit):
        yield Level.MEND, _("The picture “%(name)s” has no credit. Say who took it.")
    if not photo.alt:
        yield Level.MEND, _("The picture “%(name)s” has no alt text. Say what it shows.")
    if not photo.is_confirmed:
        yield (
            Level.MEND,
            _("Credit and caption of the picture “%(name)s” are only proposals. Confirm them."),
        )


def _watched(article, text):
    """A plain scan: 2,000 words in a long story take 2 ms."""
    head = "\n".join([article.kicker, article.headline, article.subhead])
    fields = {"headline": head, "summary": article.summary, "body": text}
    together = "\n".join(fields.values())
    for word, kind, better in WatchWord.objects.values_list("word", "kind", "better"):
        if word not in together or (better and word not in together.replace(better, "")):
            continue
        field = next(name for name, value in fields.items() if word in value)
        around = _around(fields[field], fields[field].index(word), len(word))
        words = {"word": word, "better": better, "around": around}
        if kind == WatchWord.Kind.SENSITIVE:
            message = _("“%(word)s” is a sensitive word here: “%(around)s”. Make sure that it is right.")
        elif better:
            message = _("“%(word)s” is often mistyped: “%(around)s”. Write “%(better)s” if that is meant.")
        else:
            message = _("“%(word)s” is often mistyped: “%(around)s”. Read that place again.")
        yield Finding(Level.LOOK if kind == WatchWord.Kind.SENSITIVE else Level.MEND, message % words, field)


def _same(article, text):
    """Another story with this headline, or with these first characters."""
    own = {article.pk, article.copy_of_id, *_copies(article)}
    titled = Article.objects.filter(headline=article.headline.strip()).order_by("pk")
    same = next((pk for pk in titled.values_list("pk", flat=True)[: len(own) + 1] if pk not in own), None)
    if same:
        message = _("Story %d has the same headline. Make sure that this is not the same story.")
        yield Finding(Level.MEND, message % same, "headline")
    opening = _squeezed(text)
    if len(opening) == OPENING and (twin := _twin(opening, text, own - {None})) and twin != same:
        message = _("Story %d begins with the same words. Make sure that this is not the same story.")
        yield Finding(Level.MEND, message % twin, "body")


def _copies(article):
    return Article.objects.filter(copy_of=article).values_list("pk", flat=True) if article.pk else ()


def _twin(opening, text, own):
    """Looks among the newest stories, and by the opening's longest run of words in all published ones."""
    run = max(re.findall(f"{_HAN}+", text[: 2 * OPENING]), key=len, default="")[:20]
    older = [hit.article_id for hit in search.find(f'"{run}"', sort="newest", size=5).hits] if run else []
    rows = Article.objects.annotate(start=Substr("body", 1, 8 * OPENING)).values_list("pk", "start")
    recent = rows.order_by("-created_at", "-pk")[:RECENT]
    found = [*recent, *rows.filter(pk__in=older)]
    return next(
        (pk for pk, start in found if pk not in own and _squeezed(richtext.plain(start)) == opening), None
    )


def _squeezed(text):
    return re.sub(r"\s+", "", text[: 4 * OPENING])[:OPENING]


def _text(text):
    if lost := _LOST.search(text):
        message = _("A number seems to be lost: “%s”. Compare with the manuscript.")
        yield Finding(Level.MEND, message % _around(text, lost.start(), len(lost[0])), "body")
    if len(datelines := _DATELINE.findall(text)) > 1:
        message = _("The text has %(count)d datelines, the last is “%(last)s”. Keep one.")
        yield Finding(Level.MEND, message % {"count": len(datelines), "last": datelines[-1].strip()}, "body")
    yield from _punctuation(text, "body")


def _punctuation(text, field):
    if (at := _unbalanced(text)) is not None:
        message = _("“%s”: the other half of this mark is missing. Add it.")
        yield Finding(Level.MEND, message % _around(text, at, 1), field)
    if half := list(_HALF_WIDTH.finditer(text)):
        message = _(
            "Half-width punctuation between Chinese characters, %(count)d times, first in “%(around)s”."
        )
        around = _around(text, half[0].start(), len(half[0][0]))
        yield Finding(Level.LOOK, message % {"count": len(half), "around": around}, field)


def _unbalanced(text: str) -> int | None:
    """Where a quotation mark or bracket stands without its other half.

    A quotation that goes on over paragraphs opens anew in each; “1）” and “don’t” are no halves.
    """
    waiting: list[tuple[str, int]] = []
    for mark in re.finditer("[“”‘’《》（）「」『』【】〈〉]", text):
        char, at = mark[0], mark.start()
        if char in _PAIRS:
            goes_on = text[at - 1 : at] == "\n" and any(char == opening for opening, _at in waiting)
            waiting += [] if goes_on else [(char, at)]
        elif waiting and waiting[-1][0] == _OPENS[char]:
            waiting.pop()
        elif not (char == "）" and _ITEM.search(text[:at][-1:])) and not _is_apostrophe(text, at):
            return at
    return waiting[0][1] if waiting else None


def _is_apostrophe(text, at):
    return text[at] == "’" and text[at - 1 : at].isascii()


def _around(text, at, length):
    start, end = max(0, at - AROUND), at + length + AROUND
    return " ".join(text[start:end].split())
