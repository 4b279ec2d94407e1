"""Taking pictures in."""

import hashlib
import threading
from typing import BinaryIO

from django.contrib.auth.models import AbstractUser
from django.core.files.base import ContentFile
from django.db import transaction

from news import search
from news.models import Photo

from .reading import MAX_BYTES, examine

originals = Photo._meta.get_field("original").storage
one_at_a_time = threading.Lock()  # or ten reporters' uploads would need ten times the memory


def store(file: BinaryIO, *, by: AbstractUser | None = None, **fields) -> tuple[Photo, bool]:
    """The photo of the file, and whether it is new. The same bytes give the photo there is, unchanged.

    `fields` are Photo's own: caption, credit, alt, place, taken_at, rights, the focal point.
    PictureError when it is refused; nothing is stored then. Takes at most a few seconds and 450 MB.
    """
    file.seek(0)
    data = file.read(MAX_BYTES + 1)
    sha256 = hashlib.sha256(data).hexdigest()
    if photo := Photo.objects.filter(sha256=sha256).first():
        return photo, False
    with one_at_a_time:
        facts = examine(data)
    name = f"{sha256[:2]}/{sha256}.{facts.extension}"
    originals.save(name, ContentFile(data))
    fields["taken_at"] = fields.get("taken_at") or facts.taken_at
    found = {key: getattr(facts, key) for key in ("width", "height", "is_animated", "tint")}
    with transaction.atomic():
        photo, is_new = Photo.objects.get_or_create(
            sha256=sha256, defaults=found | {"original": name, "uploaded_by": by} | fields
        )
        search.keep_photos([photo])
    return photo, is_new


def content_of(photo: Photo) -> bytes:
    """The original as it was uploaded. FileNotFoundError when it is lost."""
    with originals.open(photo.original.name) as file:
        return file.read()
