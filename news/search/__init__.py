"""Search: the one writer of its index, and finding in it.

SQLite and PostgreSQL each have an engine with `write`, `newest` and `scores`; both keep a table `news_search`
with a position for each story (see entry.py).
"""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from counties import finder

from .. import richtext
from ..models import Article, State, Tag, Tagging
from ..models.article import live
from .entry import entries
from .finding import ENGINES, Hit, Results, find

__all__ = ["Hit", "Results", "find", "index", "index_many", "remove", "remove_strays", "suggest"]


def index(article: Article) -> None:
    """Write the entry of a published story, in the caller's transaction."""
    index_many([article])


@transaction.atomic
def index_many(articles: Iterable[Article]) -> None:
    """Write the entries of published stories, a few hundred at a time: under a millisecond each."""
    found = entries(articles)
    _remove([entry.article_id for entry in found])
    ENGINES[connection.vendor].write(found)


def remove(article_id: int) -> None:
    """Drop the story's entry, in the caller's transaction."""
    _remove([article_id])


def remove_strays() -> None:
    """Drop entries of what is not published. Reads the whole index."""
    sql = """
        DELETE FROM news_search WHERE NOT EXISTS
        (SELECT 1 FROM news_article a WHERE a.id = news_search.article_id AND a.state = %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [State.PUBLISHED])


def suggest(q: str) -> list[dict[str, str]]:
    """Open channels and public tags that begin with what is typed. One query."""
    q = " ".join(richtext.without_control(q[:40]).split()).encode(errors="replace").decode()
    if not q:
        return []
    places = [
        {"kind": "place", "label": node.name, "url": node.url} for node in finder.find(q, 3, open_only=True)
    ]
    shown = Tagging.objects.filter(live(timezone.now()), tag=OuterRef("pk"))
    # An index range on either: SQLite has none for LIKE, PostgreSQL in most collations none for "<".
    begins = (
        {"name__startswith": q}
        if connection.vendor == "postgresql"
        else {"name__range": (q, f"{q}\U0010ffff")}
    )
    tags = Tag.objects.filter(Exists(shown), **begins).order_by("name")[:5]
    return places + [{"kind": "tag", "label": tag.name, "url": tag.get_absolute_url()} for tag in tags]


def _remove(ids):
    if ids:
        places = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM news_search WHERE article_id IN ({places})", ids)  # noqa: S608
