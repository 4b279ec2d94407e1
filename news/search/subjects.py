"""What a story is about: its tags, the places it names, the words of its headline; and what shares them.

A subject is written t5, p12 or w核桃 for a tag, a place (by their ids) or a word. `news_search_subject` has a
row for each subject of each story, in the order of time: the stories that share one are an index range, how
common it may be.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from counties import reading

from .entry import Entry, position, tag_mark

TAGS, PLACES, WORDS = 10, 8, 12  # of a story that are looked for

_RANGE = """
    position FROM news_search_subject WHERE subject = %s AND position > %s AND position < %s ORDER BY position
"""


class About(NamedTuple):
    position: int
    subjects: list[str]
    stories: int  # in the whole archive, about
    span: int  # of time, in positions, from its first to its last


def rows(entry: Entry) -> list[tuple[int, int]]:
    """For the table: number and position."""
    return [(number(subject), entry.position) for subject in entry.subjects]


def remove(ids: list[int]) -> None:
    places = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        sql = f"SELECT position, subjects FROM news_search WHERE article_id IN ({places})"  # noqa: S608
        cursor.execute(sql, ids)
        rows = [(number(subject), at) for at, subjects in cursor.fetchall() for subject in subjects.split()]
        if rows:
            cursor.executemany("DELETE FROM news_search_subject WHERE subject = %s AND position = %s", rows)


def number(subject: str) -> int:
    """63 bits that stand for the subject in the table."""
    return int.from_bytes(blake2b(subject.encode(), digest_size=8).digest(), "big") >> 1


def about(article_id: int, tag_ids: Iterable[int] = ()) -> About:
    """A published story's subjects; of one that is not in the index, its tags. One query."""
    sql = """
        SELECT min(position), max(position), max(article_id),
        (SELECT position FROM news_search WHERE article_id = %s),
        (SELECT subjects FROM news_search WHERE article_id = %s) FROM news_search
    """
    with reading.cursor() as cursor:
        cursor.execute(sql, [article_id, article_id])
        first, last, stories, at, subjects = cursor.fetchone()
    if at is None:
        at, subjects = position(timezone.now()), " ".join(map(tag_mark, tag_ids))
    return About(at, _chosen(subjects.split()), stories or 0, max((last or 0) - (first or 0), 1))


def near(found: About, limit: int) -> dict[str, list[int]]:
    """For each subject the positions of other stories with it: `limit` before and as many after this one, not
    later than now. One query, each part of it an index range."""
    lists: dict[str, list[int]] = {subject: [] for subject in found.subjects}
    now = position(timezone.now()) + 2**30
    parts, values = [], []
    for n, subject in enumerate(found.subjects):
        for above, order in ((False, "DESC"), (True, "ASC")):
            low, high = (found.position, now) if above else (-(2**63), found.position)
            parts.append(f"SELECT * FROM (SELECT {n} AS n, {_RANGE} {order} LIMIT %s) AS part")  # noqa: S608
            values += [number(subject), low, high, limit]
    if parts:
        with reading.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for n, at in cursor.fetchall():
                lists[found.subjects[n]].append(at)
    return lists


def _chosen(subjects):
    kinds = {"t": TAGS, "p": PLACES, "w": WORDS}
    return [s for kind, most in kinds.items() for s in [s for s in subjects if s[0] == kind][:most]]
