"""Readings, and the heat that ranks stories. No other module writes Reading rows or a placement's heat.

Heat is the exponentially decayed count of distinct readings, kept as one number per placement and half-life
that stays exact without a decay job (forward decay: Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009):

    h = ln Σ wᵢ·exp(λ·(tᵢ − L)),   λ = ln 2 / half-life,   L a fixed landmark

A reading of weight w at t adds x = ln w + λ·(t − L):  h ← max(h, x) + ln(1 + exp(−|h − x|)).  Ordering by h
is ordering by decayed count, and exp(h − λ·(now − L)) is that count.
"""

import hashlib
import hmac
import logging
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import exp, log
from multiprocessing.util import Finalize

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django_redis import get_redis_connection

from .models import Article, ChannelReading, Comment, CommentState, Origin, Placement, Reading

LANDMARK = datetime(2025, 1, 1, tzinfo=UTC)
HALF_LIVES = {"heat_day": timedelta(hours=6), "heat_week": timedelta(hours=48)}
NOT_DIRECT = [origin for origin in Origin if origin != Origin.DIRECT]
COMMENT = 4  # an approved comment weighs as much as so many readings
AGAIN = 30 * 60  # seconds in which one reader counts once for a story
FLUSH = 5  # seconds that readings wait in memory at the most
KEPT = timedelta(days=30)  # readings further back no longer weigh in either half-life
MARGIN = 0.05  # neighbours of a shown ranking change places only when their counts differ by more

MOST = 200_000  # readings that wait to be looked through; while Redis is away, further ones are not counted
ASKED = 1_000  # readings that Redis is asked about at once
STEP = 100  # stories written in one transaction, so that an editor's save waits for milliseconds only

_ROBOTS = re.compile(
    r"(?<!cu)bot|spider|crawl|slurp|curl|wget|python|headless|monitor|preview|mediapartners|google(other|-inspect)"
    r"|feedfetcher|lighthouse|externalhit|externalagent|whatsapp|archiver|phantomjs|yandexmetrika|chatgpt|claude-"
    r"|transcoder|validator|scrapy|go-http|okhttp|java/|axios|libwww|node-fetch|undici"
)
_AHEAD = "Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"  # where a browser says that nobody looks yet
logger = logging.getLogger(__name__)
_lock = threading.Lock()
_writing = threading.Lock()  # a process that ends waits for the thread that writes
# {hash of reader and story: (article id, minute, origin)}, not looked through yet
_heard: dict[str, tuple[int, datetime, Origin]] = {}
_waiting: defaultdict[int, Counter] = defaultdict(Counter)  # {article id: {(minute, origin): how many}}
_timer: threading.Timer | None = None


def is_reader(headers: Mapping[str, str]) -> bool:
    """Whether a beacon comes from a person: no known robot, no prefetch, no page of another site."""
    agent = headers.get("User-Agent", "").lower()
    if not agent or _ROBOTS.search(agent) or headers.get("Sec-Fetch-Site") == "cross-site":
        return False
    return not any(re.search("prefetch|preview", headers.get(name, "").lower()) for name in _AHEAD)


def count(article_id: int, reader: str, origin: Origin = Origin.DIRECT, at: datetime | None = None) -> None:
    """Count a reading, unless this reader (address and browser) was counted for it in the last 30 minutes.

    Costs no query and no question to the cache: readings wait in memory, and after FLUSH seconds another
    thread looks through them together and writes them.
    """
    at = at or timezone.now()
    # The salt changes with the day, and only the hash is kept, for half an hour.
    salted = f"{at.date()}:{article_id}:{reader}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), salted, hashlib.sha256).hexdigest()
    with _lock:
        if len(_heard) < MOST:
            _heard.setdefault(digest, (article_id, at.replace(second=0, microsecond=0), origin))
        _start_timer()


def flush() -> int:
    """Write what waits in memory; the number of readings written. What fails to be written waits on; what
    was said to be read and is not public is dropped."""
    with _writing:
        return _flush()


def _flush():
    global _timer  # one timer for the process
    with _lock:
        _timer = None
        heard, taken = dict(_heard), dict(_waiting)
        _heard.clear()
        _waiting.clear()
    taken = defaultdict(Counter, taken)
    written = 0
    try:
        while heard:
            digests = list(islice(heard, ASKED))
            for digest in _not_counted(digests):
                article_id, *when_and_whence = heard[digest]
                taken[article_id][tuple(when_and_whence)] += 1
            for digest in digests:
                del heard[digest]
        waiting = sorted(taken)
        for ids in (waiting[start : start + STEP] for start in range(0, len(waiting), STEP)):
            public = Article.objects.published().filter(pk__in=ids).values_list("pk", flat=True)
            record({pk: taken[pk] for pk in public})
            written += sum(taken[pk].total() for pk in public)
            for pk in ids:
                del taken[pk]
    except Exception:
        with _lock:
            _heard.update(heard)
            for article_id, readings in taken.items():
                _waiting[article_id].update(readings)
            _start_timer()
        raise
    return written


@transaction.atomic
def record(readings: Mapping[int, Mapping[tuple[datetime, str], int]]) -> None:
    """Add readings, {article id: {(moment, origin): how many}}, to the heat of every placement, to the hours
    of the articles and to those of their channels. Four queries."""
    places = warm(
        {pk: [(at, number) for (at, _origin), number in found.items()] for pk, found in readings.items()}
    )
    hours, channels = defaultdict(Counter), defaultdict(Counter)
    for article_id, found in readings.items():
        for (at, origin), number in found.items():
            hour = at.replace(minute=0, second=0, microsecond=0)
            for counts in hours[article_id, hour], *(channels[pk, hour] for pk in places[article_id]):
                counts["count"] += number
                counts[f"from_{origin}"] += number
    _add(Reading, "article_id", hours)
    _add(ChannelReading, "region_id", channels)


def warm(weights: Mapping[int, Iterable[tuple[datetime, float]]]) -> dict[int, list[int]]:
    """Add {article id: weights at moments} to the heat of the stories' placements; the regions of each story.
    Touches no article row. Two queries, in a transaction of the caller's."""
    rows = Placement.objects.select_for_update().filter(article__in=list(weights)).order_by("pk")
    found, regions = [], defaultdict(list)
    for pk, article_id, region_id, *heats in rows.values_list("pk", "article_id", "region_id", *HALF_LIVES):
        regions[article_id].append(region_id)
        added = [(at, weight) for at, weight in weights[article_id] if weight > 0]
        of_each = zip(HALF_LIVES.values(), heats, strict=True)
        found.append((*(sum_of(added, half_life, heat) for half_life, heat in of_each), pk))
    _execute_many("UPDATE news_placement SET heat_day = %s, heat_week = %s WHERE id = %s", found)
    return regions


def carry_over(article_id: int) -> None:
    """Give new placements of a story the heat that its others have, else what its past readings come to."""
    cold = Placement.objects.filter(article=article_id, heat_week=None)
    if not cold.exists():
        return
    known = Placement.objects.filter(article=article_id).aggregate(
        heat_day=Max("heat_day"), heat_week=Max("heat_week")
    )
    if known["heat_week"] is None:
        known = of_readings(article_id)
    if known["heat_week"] is not None:
        cold.update(**known)


@transaction.atomic
def rebuild(article_id: int) -> None:
    """Set the heat of a story's placements from its readings and comments."""
    rows = Placement.objects.select_for_update().filter(article=article_id)
    if rows:
        rows.update(**of_readings(article_id))


def of_readings(article_id: int) -> dict[str, float | None]:
    """The heat that a story's hours of readings, each taken at its middle, and its comments come to."""
    since = timezone.now() - KEPT
    hours = Reading.objects.filter(article=article_id, hour__gt=since).values_list("hour", "count")
    weights = [(hour + timedelta(minutes=30), number) for hour, number in hours if number]
    said = Comment.objects.filter(article=article_id, state=CommentState.APPROVED, created_at__gt=since)
    weights += [(at, COMMENT) for at in said.values_list("created_at", flat=True)]
    return {name: sum_of(weights, half_life) for name, half_life in HALF_LIVES.items()}


def counted(heat: float, name: str, now: datetime | None = None) -> float:
    """The decayed count that a heat stands for now."""
    decay = log(2) / HALF_LIVES[name].total_seconds()
    return exp(heat - decay * ((now or timezone.now()) - LANDMARK).total_seconds())


def settled(key: str, ranked: list[tuple[int, float]]) -> list[int]:
    """The order to show: as last shown under this key, but for neighbours that differ by more than MARGIN.

    `ranked` is [(article id, heat)], hottest first. Heats are logarithms, so 5 % is a difference of ln 1.05.
    """
    heats = dict(ranked)
    place = {pk: number for number, pk in enumerate(cache.get(f"ranking:{key}", ()))}
    order = [pk for pk, _heat in ranked]
    for end in range(len(order) - 1, 0, -1):
        for n in range(end):
            first, second = order[n], order[n + 1]
            was_behind = place.get(second, len(place)) < place.get(first, len(place))
            if was_behind and abs(heats[first] - heats[second]) <= log(1 + MARGIN):
                order[n], order[n + 1] = second, first
    cache.set(f"ranking:{key}", order, 7 * 24 * 3600)
    return order


def _not_counted(digests):
    """Those that no process counted in the last half hour; from now on they are."""
    keys = [f"seen:{digest}" for digest in digests]
    if hasattr(cache, "client"):  # Redis, which is asked once for all
        with get_redis_connection().pipeline(transaction=False) as asked:
            for key in keys:
                asked.set(cache.make_key(key), 1, ex=AGAIN, nx=True)
            added = asked.execute()
    else:
        added = [cache.add(key, 1, AGAIN) for key in keys]
    return [digest for digest, is_new in zip(digests, added, strict=True) if is_new]


def _add(model, owner, hours):
    """Add counts, {(owner's id, hour): {column: number}}, to their rows, which are made where missing."""
    table, columns = model._meta.db_table, ("count", *(f"from_{origin}" for origin in NOT_DIRECT))
    names, marks = ", ".join((owner, "hour", *columns)), ", ".join(["%s"] * (2 + len(columns)))
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in columns)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT ({owner}, hour) DO UPDATE SET {sums}"  # noqa: S608
    # In the order of the keys, so that two processes that write at once wait for each other in one direction.
    rows = [
        (pk, connection.ops.adapt_datetimefield_value(hour), *(counts[name] for name in columns))
        for (pk, hour), counts in sorted(hours.items())
    ]
    _execute_many(sql, rows)


def _execute_many(sql, rows):
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def sum_of(
    weights: Iterable[tuple[datetime, float]], half_life: timedelta, heat: float | None = None
) -> float | None:
    """The heat that weights at moments come to, added to an earlier one; None for nothing."""
    decay = log(2) / half_life.total_seconds()
    terms = [log(weight) + decay * (at - LANDMARK).total_seconds() for at, weight in weights]
    if heat is not None:
        terms.append(heat)
    if not terms:
        return None
    top = max(terms)
    return top + log(sum(exp(term - top) for term in terms))


def _start_timer():
    global _timer
    if _timer is None:
        _timer = threading.Timer(FLUSH, _flush_on_time)
        _timer.daemon = True
        _timer.start()


def _flush_on_time():
    try:
        flush()
    except Exception:  # the database may be away; the readings wait for the next time
        logger.exception("Readings could not be written; the next try is in %s seconds", FLUSH)
    finally:
        connection.close()  # this thread ends


# Not by atexit: a server's worker that multiprocessing started ends without it.
Finalize(None, flush, exitpriority=1)
