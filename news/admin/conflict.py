"""Two people saved one story: what each of them changed, field by field, so that nothing typed is lost.

Three sides: the version that was read (its revision), the one that stands now, and what the form holds. All
are compared in the shape of a revision's content: see workflow.content_of.
"""

import json
import re
from datetime import datetime
from typing import NamedTuple

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from counties.filters import is_number

from .. import compare, richtext, workflow
from ..models import Article, Figure, Revision
from .merge import blocks, merge

ROW = re.compile(r"figures-(\d{1,18})-photo")
_FIGURE = re.compile(r'<figure data-photo="(\d+)"></figure>')
# The form's name of what a revision keeps under another one.
_IN_FORM = {"tags": "tag_names"}
_TIMES = {"expires_at", "embargo_until"}


class Difference(NamedTuple):
    """A field that both changed. `mine`, `theirs` and `merged` are the form's inputs, as JSON."""

    label: str
    by_them: list[compare.Row]
    by_me: list[compare.Row]
    mine: str
    theirs: str
    merged: str = ""
    clashes: int = 0


class Conflict(NamedTuple):
    """`taken` are the labels of fields that only the other changed; `inputs` their values for the form."""

    revision: Revision | None
    differences: list[Difference]
    taken: list[str]
    inputs: dict[str, str | None]


def find(form: forms.ModelForm) -> Conflict | None:
    """What stands between the form and the story as it is now; None if nobody else changed its text."""
    article = form.instance
    read = _revision(article, form.cleaned_data.get("read_version"))
    base, theirs = (read.content if read else {}), workflow.content_of(article)
    mine = {name: _mine(form, name, theirs[name]) for name in theirs if _field(name) in form.fields}
    differences, taken, inputs = [], [], {}
    for name, my in mine.items():
        if _same(name, theirs[name], base.get(name, ...)) or _same(name, theirs[name], my):
            continue
        if _same(name, my, base.get(name, ...)):
            taken.append(_label(form, name))
            inputs |= _inputs(form, name, theirs[name])
        else:
            differences.append(_difference(form, name, base.get(name), theirs[name], my))
    differences += _captions(form, base.get("figures", ()), theirs["figures"])
    if not differences and not taken:
        return None
    return Conflict(_last(article, read), differences, taken, inputs)


def with_their_rows(post: QueryDict, article: Article) -> QueryDict:
    """The posted form with its picture rows in line with those that are there now.

    Rows that another save made anew get their new ids, removed ones are let go, and captions that only the
    other changed are theirs.
    """
    read = _revision(article, post.get("read_version"))
    base = {row["photo_id"]: row for row in (read.content.get("figures", ()) if read else ())}
    now = {row.photo_id: row for row in article.figures.all()}
    post = post.copy()
    for number, photo in _rows(post):
        name, row = f"figures-{number}", now.get(photo)
        if post.get(f"{name}-id") and row is None:
            post[f"{name}-DELETE"] = "on"
        elif post.get(f"{name}-id"):
            post[f"{name}-id"] = str(row.pk)
        elif row is not None:
            post[f"{name}-DELETE"] = "on"  # both added the same picture
        for field in ("caption", "credit"):
            if row and photo in base and post.get(f"{name}-{field}") == base[photo][field]:
                post[f"{name}-{field}"] = getattr(row, field)
    return post


def _rows(data):
    """(number, photo id) of the posted picture rows that have a photo."""
    found = [(ROW.fullmatch(name), data.get(name)) for name in data]
    return [(int(m[1]), int(value)) for m, value in found if m and is_number(value)]


def _captions(form, base, theirs):
    base = {row["photo_id"]: row for row in base}
    theirs = {row["photo_id"]: row for row in theirs}
    found = []
    for number, photo in _rows(form.data):
        for field in ("caption", "credit"):
            name = f"figures-{number}-{field}"
            my, old = form.data.get(name, ""), base.get(photo, {}).get(field)
            their = theirs.get(photo, {}).get(field, my)
            if their not in (old, my) and my != old:
                label = f"{Figure._meta.get_field(field).verbose_name} · {photo}"
                sides = json.dumps({name: my}), json.dumps({name: their})
                found.append(Difference(label, _changed(old or "", their), _changed(old or "", my), *sides))
    return found


def _revision(article, version):
    known = re.fullmatch(r"[0-9]{1,9}", str(version or ""))
    return article.revisions.filter(version=int(version)).first() if known else None


def _last(article, read):
    """The newest save of the text since the version that was read."""
    return article.revisions.filter(id__gt=read.pk if read else 0).select_related("by").first()


def _field(name):
    return _IN_FORM.get(name, name)


def _label(form, name):
    return str(form.fields[_field(name)].label)


def _mine(form, name, otherwise):
    """The form's value in the shape of a revision; `otherwise` where the form says nothing valid."""
    value = form.cleaned_data.get(_field(name), otherwise)
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, datetime):
        return value.isoformat()
    if name == "body":
        return richtext.clean(value)
    if name == "tags":
        return sorted(value)
    return " ".join(value.split()) if name in workflow.TEXT else value


def _same(name, one, other):
    if name in _TIMES and one and isinstance(other, str):
        return parse_datetime(one) == parse_datetime(other)
    if name == "body" and isinstance(other, str):
        return blocks(one) == blocks(other)
    return one == other


def _difference(form, name, base, theirs, mine):
    old, merged, clashes = _shown(form, name, base), "", 0
    if name == "body" and base is not None:
        marks = tuple(f"<p>{text}</p>" for text in (_("【Their version】"), _("【End of their version】")))
        pieces, clashes = merge(*map(blocks, (base, mine, theirs)), marks=marks)
        merged = json.dumps({"body": "\n".join(pieces)})
    elif name == "tags":
        merged = json.dumps({"tag_names": " ".join(_both(base or (), mine, theirs))})
    sides = (json.dumps(_inputs(form, name, value)) for value in (mine, theirs))
    return Difference(
        _label(form, name),
        _changed(old, _shown(form, name, theirs)),
        _changed(old, _shown(form, name, mine)),
        *sides,
        merged,
        clashes,
    )


def _both(base, mine, theirs):
    gone = set(base) - (set(mine) & set(theirs))
    return [name for name in dict.fromkeys([*mine, *theirs]) if name not in gone]


def _changed(old, new):
    return [row for row in compare.rows(old, new) if not row.same]


def _inputs(form, name, value):
    """A value as the form's inputs; None for a box that is not ticked."""
    if name in _TIMES:
        moment = timezone.localtime(parse_datetime(value)) if value else None
        return {
            f"{name}_0": f"{moment:%Y-%m-%d}" if moment else "",
            f"{name}_1": f"{moment:%H:%M:%S}" if moment else "",
        }
    if name == "tags":
        return {"tag_names": " ".join(value)}
    if isinstance(value, bool):
        return {name: "on" if value else None}
    if hasattr(form.fields[name], "queryset"):
        return {name: str(value or ""), f"_text:{name}": _shown(form, name, value)}
    return {name: value or ""}


def _shown(form, name, value):
    """A value in words, one paragraph a line."""
    if name == "body":
        return richtext.plain(_FIGURE.sub(_("<p>[photo %s]</p>") % r"\1", value or ""))
    if name == "tags":
        return "、".join(value or ())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in _TIMES:
        return f"{timezone.localtime(parse_datetime(value)):%Y-%m-%d %H:%M}" if value else ""
    if value and hasattr(form.fields[name], "queryset"):
        return str(form.fields[name].queryset.model._base_manager.filter(pk=value).first() or "")
    return value or ""
