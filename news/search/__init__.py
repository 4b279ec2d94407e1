"""Search: the one writer of its index, and finding in it.

SQLite and PostgreSQL each have an engine with `insert`, `row`, `newest` and `scores`; both keep a table
`news_search` with a position for each story (see entry.py).
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from itertools import chain

from django.db import connection, transaction

from ..models import Article, State
from . import subjects
from .entry import entries, position
from .finding import Hit, Results, find
from .notes import comments_found, forget_photo, keep_comments, keep_photos, photos_found
from .ranking import engine
from .suggesting import near, suggest

__all__ = [
    "Hit",
    "Results",
    "comments_found",
    "find",
    "forget_photo",
    "in_bulk",
    "index",
    "index_many",
    "keep_comments",
    "keep_photos",
    "near",
    "photos_found",
    "position",
    "positions",
    "remove",
    "remove_strays",
    "suggest",
]

BATCH = 500


def in_bulk() -> AbstractContextManager:
    """For writing very many entries, which goes quicker inside."""
    return engine().in_bulk()


def index(article: Article) -> None:
    """Write the entry of a published story, in the caller's transaction."""
    index_many([article])


@transaction.atomic
def index_many(articles: Iterable[Article]) -> None:
    """Write the entries of published stories, a few hundred at a time: under a millisecond each."""
    articles, index = list(articles), engine()
    _remove([article.pk for article in articles])
    found = entries(articles)
    index.insert("news_search", index.COLUMNS, map(index.row, found))
    index.insert("news_search_subject", "subject, position", chain.from_iterable(map(subjects.rows, found)))


def positions(article_ids: Iterable[int]) -> dict[int, int]:
    """Where these stories stand in the index; without those that it does not hold."""
    ids = list(article_ids)
    marks = ", ".join(["%s"] * len(ids)) or "NULL"
    with connection.cursor() as cursor:
        sql = f"SELECT article_id, position FROM news_search WHERE article_id IN ({marks})"  # noqa: S608
        cursor.execute(sql, ids)
        return dict(cursor.fetchall())


def remove(article_id: int) -> None:
    """Drop the story's entry, in the caller's transaction."""
    _remove([article_id])


def remove_strays() -> None:
    """Drop entries of what is not published. Reads the whole index."""
    sql = """
        SELECT article_id FROM news_search WHERE NOT EXISTS
        (SELECT 1 FROM news_article a WHERE a.id = news_search.article_id AND a.state = %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [State.PUBLISHED])
        ids = [pk for (pk,) in cursor.fetchall()]
    for start in range(0, len(ids), BATCH):
        _remove_strays(ids[start : start + BATCH])


@transaction.atomic
def _remove_strays(ids):
    """One may have been published meanwhile; a lock keeps the others from it."""
    rows = Article.objects.select_for_update().filter(pk__in=ids).values_list("pk", "state")
    _remove(sorted(set(ids) - {pk for pk, state in rows if state == State.PUBLISHED}))


def _remove(ids):
    if ids:
        subjects.remove(ids)
        places = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM news_search WHERE article_id IN ({places})", ids)  # noqa: S608
