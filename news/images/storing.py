"""Taking pictures in, and writing files so that nobody ever meets half of one."""

import hashlib
import os
import threading
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth.models import AbstractUser

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
    write(Path(originals.path(name)), data)
    fields["taken_at"] = fields.get("taken_at") or facts.taken_at
    found = {key: getattr(facts, key) for key in ("width", "height", "is_animated", "tint")}
    return Photo.objects.get_or_create(
        sha256=sha256, defaults=found | {"original": name, "uploaded_by": by} | fields
    )


def write(path: Path, data: bytes) -> None:
    """All of the file, or nothing: also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
