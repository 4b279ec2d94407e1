"""What is typed into a story's form, kept beside the story for the one who types; and who else is there.

A row of Autosave whose `fields` are empty tells two things: when its user was last there, and by `form_key`
the form that was last saved for good, so that a late autosave of it is not taken for new text.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from counties.models import User

from .. import compare, richtext
from ..models import Act, Article, Autosave

PRESENT = timedelta(seconds=45)  # a browser calls every 15 seconds
KEPT = timedelta(days=30)  # new stories that were begun and never saved
LARGEST = 2_000_000  # characters of one form
_TECHNICAL = re.compile(
    r"_|csrf|initial-|.*__prefix__|.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$|.*-(id|article)$"
)
_KEY = re.compile(r"\w{0,40}")
_VERSION = re.compile(r"[0-9]{1,9}")
_ROW = re.compile(r"(\w+)-(\d+)-(\w+)")


class Typed(NamedTuple):
    """A form as somebody left it."""

    fields: dict[str, str]
    at: datetime
    base_version: int
    form_key: str


def posted(post: QueryDict) -> Typed:
    """A posted form as an autosave keeps it."""
    own = {"read_version", "form_key", "csrfmiddlewaretoken"}
    fields = _storable({name: post[name] for name in post if name not in own and name[:1] != "_"})
    key, base = post.get("form_key", ""), post.get("read_version", "")
    version = int(base) if _VERSION.fullmatch(base) else 0
    return Typed(fields, timezone.now(), version, key if _KEY.fullmatch(key) else "")


def keep(user: User, article: Article | None, typed: Typed) -> bool:
    """Keep what is typed; False if that form has been saved for good meanwhile."""
    if is_finished(user, article, typed.form_key):
        return False
    values = {"fields": typed.fields, "base_version": typed.base_version, "saved_at": typed.at}
    _store(user, article, typed.form_key, values)
    return True


def finish(user: User, article: Article, form_key: str, *, is_new: bool) -> None:
    """The form was saved for good: nothing is left to recover."""
    Autosave.objects.filter(user=user, article=article.copy_of_id).exclude(article=None).update(fields={})
    _store(user, article, "", {"fields": {}, "form_key": form_key, "saved_at": timezone.now()})
    if is_new:
        _store(user, None, form_key, {"fields": {}, "saved_at": timezone.now()})
        old = timezone.now() - KEPT
        Autosave.objects.filter(user=user, article=None, seen_at__lt=old).delete()


def be_seen(user: User, article: Article) -> None:
    _store(user, article, "", {})


def discard(user: User, article: Article | None, form_key: str) -> None:
    rows = _own(user, article, form_key)
    if article:
        rows = Autosave.objects.filter(user=user, article__in=_both(article))
    rows.update(fields={}, saved_at=None)


def left(user: User, article: Article | None) -> Typed | None:
    """What the user left unsaved: in this story (or in the one that it is a copy of), or in a new one."""
    rows = Autosave.objects.filter(user=user).exclude(fields={}).order_by("-saved_at")
    row = (rows.filter(article__in=_both(article)) if article else rows.filter(article=None)).first()
    return Typed(row.fields, row.saved_at, row.base_version, row.form_key) if row else None


def is_finished(user: User, article: Article | None, form_key: str) -> bool:
    row = _own(user, article, form_key).first()
    return bool(row and row.form_key == form_key and not row.fields and row.saved_at)


def others(user: User, article: Article) -> list[str]:
    """A sentence for each other person who has the story's form open now."""
    since = timezone.now() - PRESENT
    rows = Autosave.objects.filter(article=article, seen_at__gt=since).exclude(user=user)
    return [_who(row) for row in rows.select_related("user").defer("fields").order_by("id")]


def newer(user: User, article: Article, version: int) -> str:
    """A sentence when somebody else saved the story's text after the version that was read."""
    rows = article.revisions.filter(version__gt=version, act__in=(Act.WRITE, Act.RESTORE)).exclude(by=user)
    row = rows.select_related("by").defer("content").first()
    if row is None:
        return ""
    return _("%(name)s saved this story at %(time)s. When you save, you will compare both texts.") % {
        "name": name_of(row.by),
        "time": clock(row.at),
    }


def differences(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, list[compare.Row]]]:
    """(label, changed paragraphs) of the fields that differ between two forms."""
    found = []
    for name in dict.fromkeys([*after, *before]):
        old, new = _words(name, before), _words(name, after)
        if not _TECHNICAL.match(name) and old != new:
            rows = [row for row in compare.rows(old, new) if not row.same]
            found.append((label(name), rows))
    return found


def label(name: str) -> str:
    """What a person calls an input: “caption 2” for figures-1-caption."""
    if name == "tag_names":
        return str(Article._meta.get_field("tags").verbose_name)
    row = _ROW.fullmatch(name)
    model = Article._meta.get_field(row[1]).related_model if row else Article
    try:
        words = model._meta.get_field(row[3] if row else re.sub(r"_\d$", "", name)).verbose_name
    except FieldDoesNotExist:
        return name
    return f"{words} {int(row[2]) + 1}" if row else str(words)


def read(text: bytes) -> dict:
    """The browser's message. Raises ValueError for anything that it would not send."""
    message = json.loads(text)
    if not isinstance(message, dict) or len(text) > LARGEST:
        raise ValueError("not a form")
    return message


def typed(message: dict, at: datetime | None = None) -> Typed:
    """Raises ValueError when a part is not what it should be."""
    fields, base, key = message.get("fields"), message.get("base") or 0, message.get("form_key") or ""
    right = isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())
    right = right and isinstance(key, str)
    if not right or not isinstance(base, int) or not 0 <= base < 2**31 or not _KEY.fullmatch(key):
        raise ValueError("not a form")
    return Typed(_storable(fields), at or timezone.now(), base, key)


def _storable(fields):
    """Without what PostgreSQL keeps in no JSON. Raises ValueError for halves of characters."""
    fields = {name.replace("\0", ""): value.replace("\0", "") for name, value in fields.items()}
    json.dumps(fields, ensure_ascii=False).encode()
    return fields


def sent_at(milliseconds: object) -> datetime:
    """A browser's clock, which may be wrong but never lies in the future."""
    try:
        moment = datetime.fromtimestamp(float(milliseconds) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return timezone.now() - KEPT
    return min(moment, timezone.now())


def clock(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%m-%d %H:%M}"


def name_of(user: User | None) -> str:
    return (user.get_full_name() or user.username) if user else _("somebody")


def _who(row):
    if not row.saved_at:
        return _("%s has this story open.") % name_of(row.user)
    if timezone.now() - row.saved_at < timedelta(minutes=1):
        return _("%s is working on this story (last change just now).") % name_of(row.user)
    return _("%(name)s is working on this story (last change %(ago)s ago).") % {
        "name": name_of(row.user),
        "ago": timesince(row.saved_at),
    }


def _own(user, article, form_key) -> QuerySet:
    rows = Autosave.objects.filter(user=user, article=article)
    return rows if article else rows.filter(form_key=form_key)


def _both(article):
    """A working copy and its story: what was typed for either is recovered in the copy."""
    return [pk for pk in (article.pk, article.copy_of_id) if pk]


def _store(user, article, form_key, values):
    values = values | {"seen_at": timezone.now()}
    own = {"user": user, "article": article} | ({} if article else {"form_key": form_key})
    Autosave.objects.update_or_create(**own, defaults=values)


def _words(name, fields):
    value = fields.get(f"_text:{name}", fields.get(name, ""))
    return richtext.plain(richtext.clean(value)) if name == "body" else value.strip()
