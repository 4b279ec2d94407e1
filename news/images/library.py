"""The photo library: taking files in with what they say, where they are used, replacing, deleting."""

import hashlib
from collections.abc import Iterable
from functools import partial
from io import BytesIO
from typing import BinaryIO

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from news import search
from news.models import Article, Figure, Photo

from .reading import MAX_BYTES, PictureError, examine, opened, upright
from .renditions import make_ahead, retire
from .storing import content_of, one_at_a_time, originals, store
from .words import proposed

PEEK = 480  # pixels of the longer side


class AlreadyThere(PictureError):
    """The file is another photo of the library."""

    def __init__(self, photo: Photo):
        super().__init__(_("This file is already in the library, as another photo. Use that one."))
        self.photo = photo


def take(file: BinaryIO, *, by: AbstractUser | None = None, **words: str) -> tuple[Photo, bool]:
    """As `store`; what `words` do not say is proposed from the file, and then waits to be confirmed."""
    photo, is_new = store(file, by=by, **words)
    if is_new:
        file.seek(0)
        for name, text in proposed(file.read()).items():
            if not words.get(name):
                setattr(photo, name, text)
        photo.is_confirmed = False
        photo.save(update_fields=["credit", "caption", "alt", "place", "is_confirmed"])
        search.keep_photos([photo])
    return photo, is_new


def peek(photo: Photo) -> bytes:
    """A small JPEG of the whole picture, straight from the original: until the renditions are made."""
    with opened(content_of(photo)) as image:
        small = upright(image, min(1, PEEK / image.width)).convert("RGB")
    small.thumbnail((PEEK, PEEK))
    small.info.clear()
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def used_by(photo: Photo) -> Iterable[Article]:
    """The stories that show it, at their head or among their pictures, newest first; without their texts."""
    figures = Figure.objects.filter(photo=photo).values("article")
    stories = Article.objects.filter(Q(lead_photo=photo) | Q(pk__in=figures))
    return stories.defer("body", "summary").select_related("home").order_by("-created_at", "-pk")


def has_original(photo: Photo) -> bool:
    return originals.exists(photo.original.name)


def replace(photo: Photo, file: BinaryIO) -> None:
    """Put another file in the photo's place, everywhere at once; takes 1 to 3 s, outside of any transaction.

    Readers see the old picture until the new renditions are there. PictureError when it is refused.
    """
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    sha256 = hashlib.sha256(data).hexdigest()
    if other := Photo.objects.filter(sha256=sha256).first():
        if other.pk == photo.pk:
            raise PictureError(_("This is the same file. Nothing was changed."))
        raise AlreadyThere(other)
    with one_at_a_time:
        facts = examine(data)
    old = photo.sha256, photo.original.name, photo.renditions.get("key")
    name = f"{sha256[:2]}/{sha256}.{facts.extension}"
    originals.save(name, ContentFile(data))
    new = {key: getattr(facts, key) for key in ("width", "height", "is_animated", "tint", "taken_at")}
    new |= {"sha256": sha256, "original": name}
    for key, value in new.items():
        setattr(photo, key, value)
    new |= {"renditions": make_ahead(photo), "progress": Photo.Progress.READY}
    if not Photo.objects.filter(pk=photo.pk, sha256=old[0]).update(**new):
        raise PictureError(_("Somebody else replaced or deleted this photo meanwhile. Load the page again."))
    photo.refresh_from_db()
    retire(photo, old[2])
    originals.delete(old[1])


def remove(photo: Photo) -> None:
    """Delete a photo that no story shows, with its files. PictureError when one does."""
    key, name = photo.renditions.get("key"), photo.original.name
    try:
        with transaction.atomic():
            search.forget_photo(photo)
            Photo.objects.get(pk=photo.pk).delete()
    except ProtectedError as error:
        raise PictureError(_("A story shows this photo. Take it out there first.")) from error
    transaction.on_commit(partial(_forget, photo, key, name))


def _forget(photo, key, name):
    retire(photo, key)
    originals.delete(name)
