"""Search in SQLite: an FTS5 index over a table of the words.

The index reads the table to forget an entry, so triggers keep the two in line (see the migration).
Its row ids are positions, so “the newest matches in a time” is a walk along the index that stops early.
"""

from collections.abc import Iterable
from contextlib import nullcontext

from django.db import connection

from .entry import Entry
from .query import Ask, Dialect, marked, refused, wanted

_DIALECT = Dialect(" AND ", " OR ", lambda words: f'"{" ".join(words)}"')
_ALIVE = """
    AND NOT EXISTS (
        SELECT 1 FROM news_search e INDEXED BY news_search_expiring
        WHERE e.position = f.rowid AND e.expires_at IS NOT NULL AND e.expires_at <= %s
    )
"""
NOTE = "rowid, words"
COLUMNS = "position, article_id, expires_at, title, title_pairs, body, pairs, marks, subjects"


asking = in_bulk = nullcontext


def insert(table: str, columns: str, rows: Iterable[tuple]) -> None:
    places = ", ".join(["%s"] * (columns.count(",") + 1))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608


def row(entry: Entry) -> tuple:
    return (
        *(entry.position, entry.article_id, entry.expires_at),
        *(" ".join(words) for words in entry[3:]),
    )


def note(position: int, words: list[str], marks: list[str]) -> tuple:
    return position, " ".join([*words, *marks])


def forget(index: str, positions: list[int]) -> None:
    """Drop notes."""
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {index} WHERE rowid = %s", [(at,) for at in positions])  # noqa: S608


def newest(ask: Ask, limit: int, *, title: bool = False) -> list[int]:
    """Positions of the newest matches, of all or of those in the title."""
    index = ask.index or "news_search_words"
    sql = f"""
        SELECT f.rowid FROM {index} f
        WHERE f.{index} MATCH %s AND f.rowid BETWEEN %s AND %s {"" if ask.index else _ALIVE}
        ORDER BY f.rowid DESC LIMIT %s
    """  # noqa: S608
    now = [] if ask.index else [ask.now]
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(ask, title), ask.low, ask.high, *now, limit])
        return [position for (position,) in cursor.fetchall()]


def scores(ask: Ask, positions: list[int], *, common: bool) -> dict[int, float]:
    """bm25 of the matches, or nothing where there are many: it reads the whole list of each common word."""
    if common or not positions:
        return {}
    sql = """
        SELECT rowid, -bm25(news_search_words, 10, 10, 1, 2, 0) FROM news_search_words
        WHERE news_search_words MATCH %s AND rowid BETWEEN %s AND %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(ask, title=False), min(positions), max(positions)])
        return dict(cursor.fetchall())


def _match(ask, title):
    text = wanted(ask, _DIALECT)
    text = f"({{title title_pairs}} : ({text}))" if title and text else text and f"({text})"
    text = " AND ".join(filter(None, [text, *marked(ask, _DIALECT)]))
    return f"({text}) NOT ({bad})" if (bad := refused(ask, _DIALECT)) else text
