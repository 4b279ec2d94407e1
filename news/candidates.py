"""What the blocks of a channel may show: read together, and kept in memory for all pages of the channel.

What is kept is true until something is published, changed, withdrawn or picked in the channel or in the two
above it, which together have every story that it may show; until a story becomes due or expires; and for
SECONDS at most, because heat moves without an announcement.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from counties import changes
from counties.navigation import Node

from . import cards, due, heat
from .cards import Card, Range
from .models import Pick, Placement, Section

SECONDS = 60
CHANNELS = 128  # kept by each process; one takes about 180 KB
HOT_DAYS = 7
RANKED = 30  # the length of a ranking in full
FEW_READERS = 5  # below, a channel shows the ranking of its parent

_kept: "OrderedDict[int, Rows]" = OrderedDict()
_lock = Lock()


@dataclass
class Rows:
    """What was read for a channel. Pages share it, so they change nothing in it."""

    region: Node
    marks: tuple
    until: float
    picks: dict[str, list[int]]
    kept_out: dict[str, set[int]]
    ids: dict[object, list[int]]
    cards: dict[int, Card]
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def is_true(self) -> bool:
        return monotonic() < self.until and changes.hearing() and changes.unchanged(self.marks)


class Candidates:
    """The rows of a channel, first first in each list, and what one page of it shows already."""

    def __init__(self, rows: Rows, loaded: dict[int, Card]):
        self.region, self.picks, self.kept_out = rows.region, rows.picks, rows.kept_out
        self.ids, self.cards, self.shown = dict(rows.ids), loaded, set()
        self._made = rows.made

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """What this makes, once while the channel's rows are kept. It must depend on the channel alone."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def take(self, size: int, *names: object, keep=lambda card: True) -> list[Card]:
        """The first `size` cards of these lists that the page does not show yet; now it does."""
        taken = []
        for pk in (pk for name in names for pk in self.ids.get(name, ())):
            if len(taken) == size:
                break
            card = self.cards.get(pk)
            if card and pk not in self.shown and keep(card):
                taken.append(card)
                self.shown.add(pk)
        return taken

    def fill(self, block: str, size: int, *names: object, keep=lambda card: True) -> list[Card]:
        """A block's cards: its picks, then those of the lists, without what the editors keep out of it."""
        self.ids["picked"] = self.picks.get(block, ())
        return self.take(
            size, "picked", *names, keep=lambda card: self.is_let_in(block, card.id) and keep(card)
        )

    def is_let_in(self, block: str, article_id: int) -> bool:
        return not any(article_id in self.kept_out.get(name, ()) for name in (block, Pick.Block.EVERY))


def of(region: Node, extra: Iterable[int] = ()) -> Candidates:
    """The channel's candidates, with the cards of `extra` stories besides. No query but for those of `extra`
    that it does not have; three where nothing is kept, whatever the archive's size."""
    extra = set(extra)
    with _lock:
        rows = _kept.get(region.id)
        if rows and rows.is_true:
            _kept.move_to_end(region.id)
    if rows and rows.is_true:
        return Candidates(rows, rows.cards | cards.load(extra - rows.cards.keys()))
    rows, loaded = _read(region, extra)
    if not connection.in_atomic_block:  # what a transaction sees may never come to be
        with _lock:
            _kept[region.id] = rows
            while len(_kept) > CHANNELS:
                _kept.popitem(last=False)
    return Candidates(rows, loaded)


def channels(region: Node) -> list[Node]:
    """Those whose stories the region's blocks may show: its own and the two above it, the widest last."""
    return [region, region.wider, region.wider.wider]


def forget() -> None:
    with _lock:
        _kept.clear()


def _read(region, extra):
    above = channels(region)
    keys = {"regions", "site", *(f"region:{node.id}" for node in above)}
    marks = changes.marks(changes.snapshot(), keys)  # before anything is read: a change meanwhile is noticed
    started, seconds = monotonic(), due.seconds(SECONDS)
    picks, kept_out, ending = _picks(above)
    if ending:
        seconds = min(seconds, (ending - timezone.now()).total_seconds())
    found = cards.first(Placement, _ranges(region))
    ids = {name: [pk for pk, _heat in rows] for name, rows in found.items() if not isinstance(name, tuple)}
    ids |= {name: _ranked(region, found, name) for name in heat.HALF_LIVES}
    wanted = {pk for group in (*ids.values(), *picks.values()) for pk in group}
    loaded = cards.load(wanted | extra)
    # Of `extra` nothing is kept: those stories may be of places whose changes are not watched here.
    kept = {pk: loaded[pk] for pk in wanted & loaded.keys()}
    return Rows(region, marks, started + seconds, picks, kept_out, ids, kept), loaded


def _ranges(region):
    week = timezone.now() - timedelta(days=HOT_DAYS)
    wider, province = region.wider, region.wider.wider
    return {
        "newest": Range(region.id, 30),
        "hot here": Range(region.id, 16, by="heat_week"),
        "hot": Range(wider.id, 16, since=week, by="heat_week"),
        "hot wider": Range(province.id, 16, since=week, by="heat_week"),
        "new wider": Range(wider.id, 24, since=week),
        "new province": Range(province.id, 16, since=week),
        "photos": Range(region.id, 12, Section.PHOTOS),
        "photos wider": Range(wider.id, 12, Section.PHOTOS),
        "folks": Range(wider.id, 40, Section.FOLKS),
        **{
            (node, name): Range(node.id, RANKED, by=name)
            for node in (region, wider)
            for name in heat.HALF_LIVES
        },
        **{node: Range(node.id, 1) for node in region.children if node.is_open},
    }


def _ranked(region, found, name):
    """The order of a ranking: the channel's, or with few readers its parent's; empty with few there too."""
    for node in (region, region.wider):
        ranked = found[node, name]
        if sum(heat.counted(heat_, name) for _pk, heat_ in ranked) >= FEW_READERS:
            return heat.settled(f"{node.id}:{name}", ranked)
    return []


def _picks(above):
    """What the editors show and keep out, by block, and when the first of it ends. A story that is in none of
    these channels is not shown: its withdrawal would not be noticed here."""
    here = Placement.objects.filter(article=OuterRef("article"), region__in=[node.id for node in above])
    rows = Pick.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        Q(is_kept_out=True) | Exists(here),
        region=above[0].id,
    )
    picks, kept_out, ends = {}, {}, []
    rows = rows.order_by("order", "id").values_list("block", "article_id", "is_kept_out", "expires_at")
    for block, article, is_kept_out, expires_at in rows:
        if is_kept_out:
            kept_out.setdefault(block, set()).add(article)
        else:
            picks.setdefault(block, []).append(article)
        ends += [expires_at] if expires_at else []
    return picks, kept_out, min(ends, default=None)
