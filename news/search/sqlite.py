"""Search in SQLite: an FTS5 index over a table of the words.

The index reads the table to forget an entry, so triggers keep the two in line (see the migration).
Its row ids are positions, so “the newest matches in a time” is a walk along the index that stops early.
"""

from collections.abc import Iterable

from django.db import connection

from .query import Ask, Dialect, refused, wanted

_DIALECT = Dialect(" AND ", " OR ", lambda words: f'"{" ".join(words)}"')
_COLUMNS = "position, article_id, expires_at, title, title_pairs, body, pairs, marks"


def write(entries: Iterable) -> None:
    rows = [
        (
            *(entry.position, entry.article_id, entry.expires_at),
            *(
                " ".join(words)
                for words in (entry.title, entry.title_pairs, entry.body, entry.pairs, entry.marks)
            ),
        )
        for entry in entries
    ]
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * 8)
        cursor.executemany(f"INSERT INTO news_search ({_COLUMNS}) VALUES ({places})", rows)  # noqa: S608


def newest(ask: Ask, limit: int, *, title: bool = False) -> list[int]:
    """Positions of the newest matches, of all or of those in the title."""
    sql = """
        SELECT f.rowid FROM news_search_words f JOIN news_search e ON e.position = f.rowid
        WHERE f.news_search_words MATCH %s AND f.rowid BETWEEN %s AND %s
        AND (e.expires_at IS NULL OR e.expires_at > %s) ORDER BY f.rowid DESC LIMIT %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [_match(ask, title), ask.low, ask.high, ask.now, limit])
        return [position for (position,) in cursor]


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
    text = f"({wanted(ask, _DIALECT)})"
    text = f"({{title title_pairs}} : {text})" if title else text
    text = " AND ".join([text, *(f'"{mark}"' for mark in ask.marks)])
    return f"({text}) NOT ({bad})" if (bad := refused(ask, _DIALECT)) else text
