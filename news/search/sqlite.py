"""Search in SQLite: an FTS5 index over a table of the words.

The index reads the table to forget an entry, so triggers keep the two in line (see the migration).
Its row ids are positions, so “the newest matches in a time” is a walk along the index that stops early.
"""

from collections.abc import Iterable

from django.db import connection

from .query import Ask, Dialect, marked, refused, wanted

_DIALECT = Dialect(" AND ", " OR ", lambda words: f'"{" ".join(words)}"')
_COLUMNS = "position, article_id, expires_at, title, title_pairs, body, pairs, marks, subjects"


def write(entries: Iterable) -> None:
    rows = [
        (
            *(entry.position, entry.article_id, entry.expires_at),
            *(" ".join(words) for words in entry[3:]),
        )
        for entry in entries
    ]
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * 9)
        cursor.executemany(f"INSERT INTO news_search ({_COLUMNS}) VALUES ({places})", rows)  # noqa: S608


def newest(ask: Ask, limit: int, *, title: bool = False) -> list[int]:
    """Positions of the newest matches, of all or of those in the title."""
    sql = """
        SELECT f.rowid FROM news_search_words f
        WHERE f.news_search_words MATCH %s AND f.rowid BETWEEN %s AND %s AND NOT EXISTS (
            SELECT 1 FROM news_search e INDEXED BY news_search_expiring
            WHERE e.position = f.rowid AND e.expires_at IS NOT NULL AND e.expires_at <= %s
        ) ORDER BY f.rowid DESC LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(ask, title), ask.low, ask.high, ask.now, limit])
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
