"""What an editor should look at after an import."""

import re

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import richtext
from .record import Record

SHORT = 60  # characters; a notice of one sentence has more
_DATELINE = re.compile(r"[（(]?(?:本报.{0,12}讯|(?:本报|新华社|中新[网社]|.{2,8}[网社]).{1,12}电)")


def look(record: Record) -> list[str]:
    text = richtext.plain(richtext.clean(record.body))
    return [message for message in (*_pictures(record), *_head(record), *_text(text)) if message]


def _pictures(record):
    if waiting := len(record.waiting):
        yield _("Pictures awaited: %(count)d") % {"count": waiting}
    for picture in record.pictures:
        if not picture.credit:
            name = picture.caption or picture.file.name
            yield _("The picture “%(name)s” has no credit.") % {"name": name}


def _head(record):
    for opening, closing in ("“”", "‘’", "《》", "（）"):
        if record.headline.count(opening) != record.headline.count(closing):
            yield _("%(marks)s are not paired in the headline; is it cut off?") % {"marks": opening + closing}
    if not record.source:
        yield _("The story has no source.")
    if not record.date:
        yield _("The story has no date.")
    elif record.date > timezone.now():
        yield _("The date lies in the future.")


def _text(text):
    if len(text) < SHORT:
        yield _("The text is very short: %(count)d characters.") % {"count": len(text)}
    if sum(bool(_DATELINE.match(line)) for line in text.split("\n")) > 1:
        yield _("The text has two datelines; are these two stories?")
