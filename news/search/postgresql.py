"""Search in PostgreSQL: tsvectors with GIN indexes; regions, sections and months are lexemes too.

GIN reads the whole list of a word, so it is asked for the last month first, then for as many as should do.
"""

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from math import ceil
from operator import add

from django.db import connection, transaction

from counties import reading

from .entry import Entry, month
from .query import Ask, Dialect, marked, refused, wanted

MONTHS = 8  # more of them cost more than they save
ALL = MONTHS + 1
_PLACES = [f":{n}" for n in range(2**14)]
_ALIVE = "AND (expires_at IS NULL OR expires_at > %s)"
NOTE = "position, words"
INDEXES = "news_search_title", "news_search_words", "news_search_photo_words", "news_search_comment_words"
COLUMNS = "position, article_id, expires_at, title, words, subjects"


def _phrase(words):
    return f"({' <-> '.join(map(_quoted, words))})"


def _quoted(word):
    return f"'{word}'"


_DIALECT = Dialect(" & ", " | ", _phrase)


@contextmanager
def asking() -> Iterator[None]:
    """Questions inside go by the indexes. The planner does not see what it costs to unpack the long vector of
    each story, and would rather read all of them while new words wait for the index."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def insert(table: str, columns: str, rows: Iterable[tuple]) -> None:
    """One stream. Making a row must ask the database nothing: each would wait for the other."""
    copying = f"COPY {table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, _patient(), cursor.copy(copying) as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def in_bulk() -> Iterator[None]:
    """For many entries: another connection tidies the indexes up meanwhile. Else the one that writes does it,
    and takes nothing in until it is done. What waits is bounded, as a search reads all of it."""
    done = threading.Event()
    tidying = threading.Thread(target=_tidy, args=[done])
    with connection.cursor() as cursor:
        cursor.execute("SET gin_pending_list_limit = '64MB'")
        tidying.start()
        try:
            yield
        finally:
            done.set()
            tidying.join()
            cursor.execute("RESET gin_pending_list_limit")


def _tidy(done):
    try:
        with connection.cursor() as cursor:
            is_last = False
            while not is_last:
                is_last = done.wait(0.1)  # what was left for later would be done in an editor's save
                for index in INDEXES:
                    cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
    finally:
        connection.close()


@contextmanager
def _patient():
    """The server reads nothing while it tidies an index up, which may take longer than it may be silent
    otherwise (portal.env)."""
    with socket.socket(fileno=os.dup(connection.connection.fileno())) as line:
        if line.family == socket.AF_UNIX or not hasattr(socket, "TCP_USER_TIMEOUT"):
            yield
            return
        option = socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT
        usual = line.getsockopt(*option)
        line.setsockopt(*option, 0)
        try:
            yield
        finally:
            line.setsockopt(*option, usual)


def row(entry: Entry) -> tuple:
    marks = [*entry.marks, f"_m{month(entry.position)}"]
    title = _lexemes([*entry.title, *entry.title_pairs], 1, "A")
    text = _lexemes([*entry.pairs, *entry.body], len(title) + 1)
    return (
        *(entry.position, entry.article_id, entry.expires_at),
        " ".join([*title, *marks]),
        " ".join([*title, *text, *marks]),
        " ".join(entry.subjects),
    )


def note(position: int, words: list[str], marks: list[str]) -> tuple:
    return position, " ".join([*_lexemes(words, 1), *marks, f"_m{month(position)}"])


def forget(index: str, positions: list[int]) -> None:
    """Drop notes."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {index} WHERE position = ANY(%s)", [positions])  # noqa: S608


def _lexemes(words, place, weight=""):
    """For a tsvector, which takes the places of a word together. It has no place after the last, and of one
    word all after 255 are left out."""
    places = chain(_PLACES[place : place + len(words)], repeat(_PLACES[-1]))
    marked = map(add, words, places)
    return [word + weight for word in marked] if weight else list(marked)


def newest(ask: Ask, limit: int, *, title: bool = False) -> list[int]:
    """Positions of the newest matches, of all or of those in the title."""
    match, bad = _match(ask), refused(ask, _DIALECT)
    index, column = ask.index or "news_search", "title" if title else "words"
    # OFFSET 0 and + 0 keep the planner from walking along the times in hope of an early match.
    sql = f"""
        SELECT position FROM (
            SELECT position FROM {index}
            WHERE {column} @@ %s::tsquery {"AND NOT words @@ %s::tsquery" if bad else ""}
            AND position + 0 BETWEEN %s AND %s {"" if ask.index else _ALIVE} OFFSET 0
        ) AS found ORDER BY position DESC LIMIT %s
    """  # noqa: S608
    given = [*filter(None, [bad]), ask.low, ask.high, *([] if ask.index else [ask.now]), limit]
    with reading.cursor() as cursor:
        last, months = _months(cursor, ask, index)
        asked, is_since = min(1, months), ask.low > -(2**63)
        while months:
            is_narrowed = asked < months or (is_since and asked <= MONTHS)
            within = f" & ({' | '.join(f'_m{last - n}' for n in range(asked))})" if is_narrowed else ""
            cursor.execute(sql, [match + within, *given])
            found = [position for (position,) in cursor.fetchall()]
            if len(found) >= limit or asked == months:
                return found
            # As many as should hold enough, and some more.
            asked = max(2, ceil(1.15 * asked * limit / max(len(found), 1)))
            asked = asked if asked <= min(MONTHS, months / 2) else months
    return []


def scores(ask: Ask, positions: list[int], *, common: bool) -> dict[int, float]:
    """Closeness and number of the words, in long texts worth less; for these positions only."""
    sql = "SELECT position, 40 * ts_rank_cd(words, %s::tsquery, 1) FROM news_search WHERE position = ANY(%s)"
    with reading.cursor() as cursor:
        cursor.execute(sql, [wanted(ask, _DIALECT), positions])
        return dict(cursor.fetchall())


def _match(ask):
    text = wanted(ask, _DIALECT)
    return " & ".join([*([f"({text})"] if text else []), *marked(ask, _DIALECT)])


def _months(cursor, ask, index):
    """The last month in the time that was asked for, and how many there are up to it; (0, 0) for none."""
    ends = f"SELECT min(position), max(position) FROM {index} WHERE position BETWEEN %s AND %s"  # noqa: S608
    cursor.execute(ends, [ask.low, ask.high])
    first, last = cursor.fetchone()
    return (0, 0) if last is None else (month(last), month(last) - month(first) + 1)
