"""JSON Lines: one story a line."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from django.utils.translation import gettext as _

from .. import richtext
from .record import Picture, Record, in_shanghai, inside, make_key
from .text import ImportProblem, decode, one_line, storable

# Fields of the format whose value goes into the record as it is.
PLAIN = {
    "title": "headline",
    "kicker": "kicker",
    "subhead": "subhead",
    "summary": "summary",
    "source": "source",
    "author": "byline",
    "section": "section",
    "region": "region",
    "url": "original_url",
}
KNOWN = {*PLAIN, "id", "body", "date", "tags", "regions", "photos"}
PHOTO = {"file", "caption", "credit"}


def pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, one at a time, so that a file of any size takes no memory."""
    with path.open("rb") as file:
        yield from ((number, line) for number, line in enumerate(file, start=1) if line.strip())


def parse(raw: bytes, path: Path, line: int) -> Record:
    fields = _load(raw)
    values = {name: _text(fields, key) for key, name in PLAIN.items()}
    if not values["headline"]:
        raise ImportProblem(_("The record has no “title”."))
    record = Record(path, line, **values, body=_body(fields), date=_date(_text(fields, "date")))
    record.tags, record.regions = _list(fields, "tags"), _list(fields, "regions")
    record.ignored.update(fields.keys() - KNOWN)
    for photo in fields.get("photos") or []:
        record.pictures.append(_picture(photo, record))
    record.key = _key(_text(fields, "id"), record)
    if images := len(re.findall(r"<img[\s/>]", record.body, re.IGNORECASE)):
        note = _("Pictures inside the text were left out: %(count)d. List them as “photos”.")
        record.notes.append(note % {"count": images})
    return record


def _load(raw):
    try:
        fields = json.loads(decode(raw))
    except (ValueError, RecursionError) as error:
        raise ImportProblem(_("The line is not JSON: %(error)s") % {"error": error}) from error
    if not isinstance(fields, dict):
        raise ImportProblem(_("The line is not a JSON object."))
    return fields


def _text(fields, name):
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # ids and codes are often written as numbers
    if value is not None and not isinstance(value, str):
        raise ImportProblem(_("“%(name)s” must be text.") % {"name": name})
    return one_line(value or "")


def _body(fields):
    body = fields.get("body")
    if not isinstance(body, str) or not body.strip():
        raise ImportProblem(_("The record has no “body”."))
    body = storable(body)
    return body if richtext.is_html(body) else richtext.from_text(body)


def _list(fields, name):
    """A list of texts; one text with commas is taken for such a list."""
    value = fields.get(name) or []
    if isinstance(value, str):
        value = re.split(r"[,，、;；]", value)
    if not isinstance(value, list) or not all(isinstance(item, str | int) for item in value):
        raise ImportProblem(_("“%(name)s” must be a list of texts.") % {"name": name})
    return [text for item in value if (text := one_line(str(item)))]


def _date(text):
    """ISO 8601. A bare date is noon; without an offset it is the time in Asia/Shanghai."""
    if not text:
        return None
    try:
        moment = datetime.combine(date.fromisoformat(text), time(12))
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise ImportProblem(_("“%(text)s” is not a date in ISO 8601.") % {"text": text}) from error
    if not 1900 <= moment.year <= 2100:
        raise ImportProblem(_("The year of “%(text)s” cannot be right.") % {"text": text})
    return in_shanghai(moment)


def _picture(photo, record):
    if not isinstance(photo, dict):
        raise ImportProblem(_("“photos” must be a list of objects with file, caption and credit."))
    record.ignored.update(f"photos.{name}" for name in photo.keys() - PHOTO)
    name, caption, credit = (_text(photo, key) for key in ("file", "caption", "credit"))
    if not name and not caption:
        raise ImportProblem(_("A photo needs a file or a caption."))
    return Picture(caption, credit, inside(record.file.parent, name) if name else None)


def _key(given, record):
    """The record's id; without one its address, and without that what makes a story what it is."""
    if given:
        return make_key(given)
    if record.original_url:
        return make_key("url", record.original_url)
    return record.natural_key("jsonl")
