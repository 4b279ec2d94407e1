"""Search in PostgreSQL: tsvectors with GIN indexes; regions, sections and months are lexemes too.

GIN reads the whole list of a word. Where that is long, it is asked for the last months first.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from counties import reading

from .entry import Entry, month
from .query import Ask, Dialect, marked, refused, wanted

MANY = 5_000  # matches, as the planner guesses, from which on months narrow the search
WINDOWS = (1, 6, 36)  # months
_ALIVE = "AND (expires_at IS NULL OR expires_at > %s)"
NOTE = "position, words"
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
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


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
    """For a tsvector, which takes the places of a word together. It leaves out those above 16,383, and of one
    word all after 255."""
    return [f"{word}:{n}{weight}" for n, word in enumerate(words, start=place)]


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
    now = [] if ask.index else [ask.now]
    found = []
    for months in _windows(ask, match, index, column):
        params = [match + months, *filter(None, [bad]), ask.low, ask.high, *now, limit]
        with reading.cursor() as cursor:
            cursor.execute(sql, params)
            found = [position for (position,) in cursor.fetchall()]
        if len(found) >= limit:
            break
    return found


def scores(ask: Ask, positions: list[int], *, common: bool) -> dict[int, float]:
    """Closeness and number of the words, in long texts worth less; for these positions only."""
    sql = "SELECT position, 40 * ts_rank_cd(words, %s::tsquery, 1) FROM news_search WHERE position = ANY(%s)"
    with reading.cursor() as cursor:
        cursor.execute(sql, [wanted(ask, _DIALECT), positions])
        return dict(cursor.fetchall())


def _match(ask):
    text = wanted(ask, _DIALECT)
    return " & ".join([*([f"({text})"] if text else []), *marked(ask, _DIALECT)])


def _windows(ask, match, index, column) -> Iterator[str]:
    """What to add to the question, the narrowest first; the last adds nothing."""
    with reading.cursor() as cursor:
        guess = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {index} WHERE {column} @@ %s::tsquery"  # noqa: S608
        cursor.execute(guess, [match])
        if cursor.fetchone()[0][0]["Plan"]["Plan Rows"] > MANY:
            cursor.execute(f"SELECT max(position) FROM {index} WHERE position <= %s", [ask.high])  # noqa: S608
            if (newest := cursor.fetchone()[0]) is not None:
                yield from _months(ask, month(newest))
                return
    yield ""


def _months(ask, last):
    """The last months, no more of them than were asked for."""
    all_of_them = max(last - month(ask.low) + 1, 1) if ask.low > -(2**63) else WINDOWS[-1] + 1
    for number in [*(n for n in WINDOWS if n < all_of_them), all_of_them]:
        if number > WINDOWS[-1]:
            yield ""
        else:
            yield f" & ({' | '.join(f'_m{last - n}' for n in range(number))})"
