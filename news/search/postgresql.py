"""Search in PostgreSQL: tsvectors with GIN indexes; regions, sections and months are lexemes too.

GIN reads the whole list of a word. Where that is long, it is asked for the last months first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import connection

from .entry import Entry, month
from .query import Ask, Dialect, marked, refused, wanted

MANY = 5_000  # matches, as the planner guesses, from which on months narrow the search
WINDOWS = (1, 6, 36)  # months
_LONGEST = 16_000  # words of a story; a tsvector holds 1 MB and positions up to 16,383
_PLACES = 200  # of one word; PostgreSQL keeps 255


def _phrase(words):
    return f"({' <-> '.join(map(_quoted, words))})"


def _quoted(word):
    return f"'{word}'"


_DIALECT = Dialect(" & ", " | ", _phrase)


def write(entries: Iterable[Entry]) -> None:
    sql = (
        "INSERT INTO news_search (position, article_id, expires_at, title, words, subjects) "
        "VALUES (%s, %s, %s, %s, %s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, map(_row, entries))


def newest(ask: Ask, limit: int, *, title: bool = False) -> list[int]:
    """Positions of the newest matches, of all or of those in the title."""
    match, bad = _match(ask), refused(ask, _DIALECT)
    column = "title" if title else "words"
    # OFFSET 0 keeps the planner from walking along the times in hope of an early match.
    sql = f"""
        SELECT position FROM (
            SELECT position, expires_at FROM news_search
            WHERE {column} @@ %s::tsquery {"AND NOT words @@ %s::tsquery" if bad else ""}
            AND position BETWEEN %s AND %s OFFSET 0
        ) AS found WHERE expires_at IS NULL OR expires_at > %s ORDER BY position DESC LIMIT %s
    """  # noqa: S608
    found = []
    for months in _windows(ask, match, column):
        params = [match + months, *filter(None, [bad]), ask.low, ask.high, ask.now, limit]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = [position for (position,) in cursor.fetchall()]
        if len(found) >= limit:
            break
    return found


def scores(ask: Ask, positions: list[int], *, common: bool) -> dict[int, float]:
    """Closeness and number of the words, in long texts worth less; for these positions only."""
    sql = "SELECT position, 40 * ts_rank_cd(words, %s::tsquery, 1) FROM news_search WHERE position = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(sql, [wanted(ask, _DIALECT), positions])
        return dict(cursor.fetchall())


def _match(ask):
    text = wanted(ask, _DIALECT)
    return " & ".join([*([f"({text})"] if text else []), *marked(ask, _DIALECT)])


def _windows(ask, match, column) -> Iterator[str]:
    """What to add to the question, the narrowest first; the last adds nothing."""
    with connection.cursor() as cursor:
        guess = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM news_search WHERE {column} @@ %s::tsquery"  # noqa: S608
        cursor.execute(guess, [match])
        if cursor.fetchone()[0][0]["Plan"]["Plan Rows"] > MANY:
            cursor.execute("SELECT max(position) FROM news_search WHERE position <= %s", [ask.high])
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


def _row(entry):
    marks = [*entry.marks, f"_m{month(entry.position)}"]
    title = [*entry.title, *entry.title_pairs]
    return (
        *(entry.position, entry.article_id, entry.expires_at),
        _vector(title, [], marks),
        _vector(title, [*entry.pairs, *entry.body], marks),
        " ".join(entry.subjects),
    )


def _vector(title, body, marks):
    """The text of a tsvector: words with their places, those of the title with weight A."""
    places = defaultdict(list)
    for place, word in enumerate([*title, *body][:_LONGEST], start=1):
        if len(places[word]) < _PLACES:
            places[word].append(f"{place}A" if place <= len(title) else str(place))
    return " ".join(
        [*(f"'{word}':{','.join(found)}" for word, found in places.items()), *map(_quoted, marks)]
    )
