"""The body's editor: its field in the form, its words, and the photos that it offers."""

import json
from uuid import uuid4

from django import forms
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from counties.filters import is_number

from .. import images, search
from ..models import Photo
from .conflict import Conflict, find
from .filters import numbered, typed

_WORDS = {
    "tools": _lazy("Text tools"),
    "body": _lazy("Body of the story"),
    "undo": _lazy("Undo"),
    "redo": _lazy("Redo"),
    "h2": _lazy("Heading"),
    "h3": _lazy("Subheading"),
    "part": _lazy("Lettered part"),
    "bold": _lazy("Bold"),
    "italic": _lazy("Italic"),
    "strike": _lazy("Strike out"),
    "sup": _lazy("Superscript"),
    "sub": _lazy("Subscript"),
    "quote": _lazy("Quotation"),
    "ul": _lazy("List"),
    "ol": _lazy("Numbered list"),
    "hr": _lazy("Dividing line"),
    "table": _lazy("Table"),
    "link": _lazy("Link"),
    "photo": _lazy("Photo"),
    "punctuate": _lazy("Mend punctuation"),
    "plain": _lazy("Clear formatting"),
    "addRow": _lazy("Add row"),
    "addColumn": _lazy("Add column"),
    "dropRow": _lazy("Remove row"),
    "dropColumn": _lazy("Remove column"),
    "headRow": _lazy("Heading row"),
    "tableTitle": _lazy("Table title"),
    "dropTable": _lazy("Remove table"),
    "count": _lazy("%s characters"),
    "address": _lazy("Address of the link"),
    "noLink": _lazy("Remove link"),
    "apply": _lazy("Apply"),
    "close": _lazy("Close"),
    "search": _lazy("Search captions, credits, places or a number"),
    "noPhotos": _lazy("No photo found."),
    "upload": _lazy("Upload photos"),
    "uploadFailed": _lazy("The upload failed. Try again."),
    "noPicture": _lazy("The picture is still being made"),
    "caption": _lazy("Caption"),
    "credit": _lazy("Credit: %s"),
    "noCredit": _lazy("No credit yet"),
    "removePhoto": _lazy("Take out of the text"),
    "photoKept": _lazy("The photo stays with the story and shows after the text."),
    "removeRow": _lazy("Remove it from the story too"),
    "imagesLeftOut": _lazy("%s foreign pictures were left out. Insert pictures from the photo library."),
    "punctuated": _lazy("%s places mended; undo with Ctrl+Z."),
    "nothingToMend": _lazy("Nothing to mend."),
    "unsaved": _lazy("Changed"),
    "saved": _lazy("Autosaved %s"),
    "offline": _lazy("No network: kept in this browser"),
    "signedOut": _lazy("You are signed out; the text is kept in this browser."),
    "signIn": _lazy("Sign in again"),
    "refused": _lazy("The server does not take it; the text is kept in this browser."),
    "full": _lazy("This browser cannot keep the text. Save soon."),
    "recovered": _lazy("Recovered. Look it over and save."),
}
CHOICES = 24


class BodyField(forms.Textarea):
    """A text area that the page's script turns into the editor."""

    def __init__(self):
        super().__init__({"data-body": "", "rows": 24, "class": "vLargeTextField"})


class WritingForm(forms.ModelForm):
    """A story's form that knows which version was read, and what to do when it is no longer the newest."""

    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput, label=_lazy("version read"))
    form_key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40, label=_lazy("form"))
    conflict: Conflict | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial |= {"form_key": uuid4().hex, "read_version": self.instance.version}
        if "body" in self.fields:
            self.fields["body"].widget = BodyField()
            self.fields["body"].help_text = ""

    def clean(self):
        """What was read must still be what is there, or the form comes back with both texts.

        A version that only moved the story on, or a save that changed nothing here, is no conflict.
        """
        data = super().clean()
        if self.instance.pk and data.get("read_version") != self.instance.version:
            self.conflict = find(self)
            self._rebase()
        if self.conflict:
            raise forms.ValidationError(
                _("Somebody else saved this story meanwhile. Compare, choose, and save again."), "conflict"
            )
        return data

    def _rebase(self):
        """From here on the form stands on the newest version, with what only the other changed taken over."""
        self.data = self.data.copy()
        self.data["read_version"] = self.instance.version
        for name, value in (self.conflict.inputs if self.conflict else {}).items():
            if value is None:
                self.data.pop(name, None)
            else:
                self.data[name] = value


def photo_choices(request: HttpRequest) -> JsonResponse:
    """The newest photos, or those found for `q`, at most 24; or those with `ids`, at most 50."""
    rows, query = Photo.objects.order_by("-pk"), typed(request.GET.get("q", ""))
    ids = [int(pk) for pk in request.GET.get("ids", "").split(",") if is_number(pk)]
    if ids:
        rows = rows.filter(pk__in=ids[:50])
    elif query:
        rows = rows.filter(pk__in=[*search.photos_found(query), *numbered(query)])
    found = [_choice(photo, is_large=bool(ids)) for photo in rows[: 50 if ids else CHOICES]]
    return JsonResponse({"photos": found})


def _choice(photo, *, is_large):
    made = images.variants(photo, "full" if is_large else "card")
    fitting = [variant for variant in made if variant.width <= 800] or made
    src = fitting[-1 if is_large else 0].url if made else ""
    return {"id": photo.pk, "src": src} | {
        name: getattr(photo, name) for name in ("caption", "credit", "alt")
    }


def words() -> str:
    """What the editor's scripts say, as JSON for their `data-words`."""
    return json.dumps({name: str(text) for name, text in _WORDS.items()}, ensure_ascii=False)
