"""Pictures in a folder of this machine. With STORAGE_URL they are in a bucket, through django-storages."""

import os
import threading
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class Folder(FileSystemStorage):
    """A file is there whole or not at all, also after a crash; a new one takes the place of the old."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
        try:
            with draft.open("wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return name
