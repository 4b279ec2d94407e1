"""SQL that only reads what the public sees."""

from django.db import connections, router
from django.db.backends.utils import CursorWrapper

from .models import Region


def cursor() -> CursorWrapper:
    """On the database that a public page is read from, as the ORM would choose it: it may be a replica."""
    return connections[router.db_for_read(Region)].cursor()
