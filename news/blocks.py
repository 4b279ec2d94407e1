"""The blocks of a page: one function per block, and one per page that orders them.

Candidates are read first, for all blocks in three queries (picks, index ranges, cards). Then each block takes
from its own candidates, in the order of precedence, what no block above it shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from counties.navigation import Node

from . import cards, heat, richtext
from .cards import Card, Range
from .models import Article, Pick, Placement, Relation, Section, Tagging
from .related import closest

HOT_DAYS = 7
RANKED = 30  # the length of a ranking in full
FEW_READERS = 5  # below, a channel shows the ranking of its parent


class Block(NamedTuple):
    """`empty` is the line that leads on when there is nothing to show, `week` the ranking's second tab."""

    name: str
    title: str
    cards: list
    empty: str = ""
    more: str = ""
    week: list = []


class Line(NamedTuple):
    """A headline of 相关新闻 or 新闻推荐; without a url while the archive does not have the story."""

    headline: str
    url: str
    when: str
    iso: str
    text: str = ""


@dataclass
class Candidates:
    """What the blocks of one channel may show, newest first, and what the page already shows."""

    region: Node
    picks: dict[str, list[int]]
    ids: dict[object, list[int]]
    heats: dict[object, list[tuple[int, float]]]
    cards: dict[int, Card]
    shown: set[int] = field(default_factory=set)

    def take(self, size: int, *names: object, keep=lambda card: True) -> list[Card]:
        """The first `size` cards of these lists that the page does not show yet; now it does."""
        taken = []
        for pk in (pk for name in names for pk in self.picks.get(name, self.ids.get(name, ()))):
            card = self.cards.get(pk)
            if len(taken) < size and card and pk not in self.shown and keep(card):
                taken.append(card)
                self.shown.add(pk)
        return taken


def candidates(
    region: Node, *, also: dict[object, Range] | None = None, extra: Iterable[int] = ()
) -> Candidates:
    """Read what the channel's blocks need. Three queries, whatever the archive's size."""
    rows = cards.first(Placement, _ranges(region) | (also or {}))
    ids = {name: [pk for pk, _heat in found] for name, found in rows.items()}
    picks = _picks(region)
    wanted = {pk for found in (*ids.values(), *picks.values(), extra) for pk in found}
    return Candidates(region, picks, ids, rows, cards.load(wanted))


def _ranges(region):
    week = timezone.now() - timedelta(days=HOT_DAYS)
    wider, province = region.wider, region.wider.wider
    return {
        "newest": Range(region.id, 30),
        "hot": Range(wider.id, 16, since=week, by="heat_week"),
        "hot wider": Range(province.id, 16, since=week, by="heat_week"),
        "new wider": Range(wider.id, 24, since=week),
        "new province": Range(province.id, 16, since=week),
        **{(region, name): Range(region.id, RANKED, by=name) for name in heat.HALF_LIVES},
        **{(wider, name): Range(wider.id, RANKED, by=name) for name in heat.HALF_LIVES},
        "photos": Range(region.id, 12, Section.PHOTOS),
        "photos wider": Range(wider.id, 12, Section.PHOTOS),
        "folks": Range(wider.id, 60, Section.FOLKS),
    }


def _picks(region):
    rows = Pick.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), region=region.id)
    picks = {}
    for block, article in rows.order_by("order", "id").values_list("block", "article_id"):
        picks.setdefault(block, []).append(article)
    return picks


# One function per block


def lead(found: Candidates) -> Card | None:
    """头条: the editor's choice, else the newest story with a picture, else the newest."""
    found.ids["fresh"] = found.ids["newest"][:8]
    taken = (
        found.take(1, Pick.Block.LEAD)
        or found.take(1, "fresh", keep=lambda card: card.photo is not None)
        or found.take(1, "newest")
    )
    return taken[0] if taken else None


def related(found: Candidates, relations: list[Relation]) -> Block:
    """相关新闻: the editor's relations first, then the closest (see related); never filled up with others."""
    lines = []
    for relation in relations:
        found.ids["relation"] = [relation.target_id]
        lines += [_waiting(relation)] if relation.target_id is None else map(_line, found.take(1, "relation"))
    lines = [*lines, *map(_line, found.take(6 - len(lines), "close"))][:6]
    return Block("related", _("Related stories"), lines, _("No related stories yet."), found.region.url)


def recommended(found: Candidates, relations: list[Relation]) -> Block:
    """新闻推荐: one story. The editor's for this article, else the channel's, else the newest of the channel
    that shares the rarest tags, else its newest."""
    here = set(found.ids["newest"])
    found.ids["close here"] = [pk for pk in found.ids["close"] if pk in here]
    found.ids["relation"] = [relation.target_id for relation in relations]
    lines = [_waiting(relation) for relation in relations if relation.target_id is None][:1]
    names = ("relation", Pick.Block.RECOMMENDED, "close here", "newest")
    lines = lines or [_line(card) for card in found.take(1, *names)]
    return Block("recommended", _("Recommended"), lines, _("See what else is new here."), found.region.url)


def channel_picks(found: Candidates) -> Block:
    """频道推荐: 8 headlines. The channel's picks in their order, then its newest."""
    taken = found.take(8, Pick.Block.CHANNEL, "newest")
    return Block("channel_picks", _("Channel picks"), taken, _("Nothing here yet."), found.region.wider.url)


def photos(found: Candidates, size: int = 4) -> Block:
    """图文看点: 4 to 6 picture cards: section 图文 first, then stories with a wide enough photo; from the
    parent region when the channel has too few. A card without a working picture is never shown."""

    def works(card):
        return card.photo is not None and card.photo.width >= 600 and bool(card.photo.renditions)

    taken = found.take(size, "photos", "newest", "photos wider", "new wider", keep=works)
    more = f"{found.region.url}sections/{Section.PHOTOS}/"
    return Block("photos", _("Photo stories"), taken, _("No photo stories yet."), more)


def hot_reading(found: Candidates) -> Block:
    """热点阅读: 8 stories of the prefecture from the last 7 days by heat, widened to the province when short;
    then the newest of both."""
    taken = found.take(8, "hot", "hot wider", "new wider", "new province")
    more = f"{found.region.wider.url}hot/"
    return Block("hot_reading", _("Hot reading"), taken, _("Nothing new in the last seven days."), more)


def folks(found: Candidates) -> Block:
    """乡里乡亲: 8 headlines from the sibling counties, at most one per county."""
    homes = set()

    def from_another(card):
        fresh = card.region.id not in homes and found.region not in card.region.covering
        homes.add(card.region.id) if fresh else None
        return fresh

    at_top = found.region.parent is None
    taken = found.take(8, "folks", keep=(lambda card: True) if at_top else from_another)
    more = f"{found.region.wider.url}sections/{Section.FOLKS}/"
    return Block("folks", _("Folks next door"), taken, _("No stories from the neighbours yet."), more)


def you_may_like(found: Candidates, seed: int) -> Block:
    """猜你喜欢 for a reader without a history: 3 hot of the channel, 2 of the prefecture, 1 of the last days.

    “At random” hangs on the story, so that a page is the same page each time it is made.
    """
    older = found.ids["new wider"][8:] or found.ids["newest"][8:]
    turn = seed % len(older) if older else 0
    found.ids["chance"] = [*older[turn:], *older[:turn]]
    around = "hot", "hot wider", "new wider"
    taken = found.take(3, (found.region, "heat_week"), "newest") + found.take(2, *around)
    taken += found.take(1, "chance")
    taken += found.take(6 - len(taken), *around)
    return Block("you_may_like", _("You may like"), taken, _("Nothing else yet."), found.region.wider.url)


def ranking(found: Candidates, size: int = 10) -> Block:
    """热点排行, 1 to 10: by the heat of the day, and of the week. Exempt from “no story twice”, for a ranking
    with holes lies. With fewer than 5 readers the parent region's; without any, the newest, which it says."""
    day, week = (_ranked(found, name)[:size] for name in heat.HALF_LIVES)
    more = f"{found.region.url}hot/"
    if week:
        return Block("ranking", _("Hot ranking"), day or week, more=more, week=week)
    taken = [found.cards[pk] for pk in found.ids["newest"][:size] if pk in found.cards]
    return Block("ranking", _("Newest"), taken, _("No stories yet."), more)


def _ranked(found, name):
    for region in (found.region, found.region.wider):
        ranked = [(pk, heat_) for pk, heat_ in found.heats[region, name] if pk in found.cards]
        if sum(heat.counted(heat_, name) for _pk, heat_ in ranked) >= FEW_READERS:
            return [found.cards[pk] for pk in heat.settled(f"{region.id}:{name}", ranked)]
    return []


# One function per page


def for_article(article: Article, region: Node, tag_ids: list[int]) -> dict[str, Block]:
    """The blocks of a story's page, in the order of precedence. Six queries."""
    relations = list(article.relations.all())
    close = closest(article, tag_ids)
    found = candidates(region, extra={*close, *(r.target_id for r in relations if r.target_id)})
    found.shown.add(article.pk)
    found.ids["close"] = close
    of_kind = {kind: [r for r in relations if r.kind == kind] for kind in Relation.Kind}
    blocks = [
        related(found, of_kind[Relation.Kind.RELATED]),
        recommended(found, of_kind[Relation.Kind.RECOMMENDED]),
        channel_picks(found),
        photos(found),
        hot_reading(found),
        folks(found),
        you_may_like(found, article.pk),
        ranking(found),
    ]
    return {block.name: block for block in blocks}


def for_channel(found: Candidates, pictures: Block | None = None) -> dict[str, Block]:
    """The blocks of a channel's page, after its lead and its listing have taken theirs.

    `pictures` is 图文看点 where it takes its stories before the listing.
    """
    blocks = [
        channel_picks(found),
        pictures or photos(found),
        hot_reading(found),
        folks(found),
        ranking(found),
    ]
    return {block.name: block for block in blocks}


def _line(card):
    text = card.summary
    return Line(
        card.headline, card.url, f"{timezone.localtime(card.published_at):%Y-%m-%d %H:%M}", card.iso, text
    )


def _waiting(relation):
    at = relation.published_at and timezone.localtime(relation.published_at)
    when = f"{at:%Y-%m-%d %H:%M}" if at else ""
    return Line(relation.headline, "", when, at.isoformat(timespec="minutes") if at else "", relation.text)


def neighbours(region: Node) -> dict[object, Range]:
    """The newest story of each open channel below, or beside a county: one range each."""
    below = [node for node in region.children if node.is_open] or [
        n for n in region.siblings if n is not region
    ]
    return {node: Range(node.id, 1) for node in below}


def gazette(found: Candidates) -> list[tuple[Node, Card]]:
    """各县一览: each neighbour with its newest headline; a channel without one is left out."""
    newest = ((node, ids[0]) for node, ids in found.ids.items() if isinstance(node, Node) and ids)
    return [(node, found.cards[pk]) for node, pk in newest if pk in found.cards]


def text_of(article: Article, length: int = 80) -> str:
    """The summary, or the beginning of the text."""
    return article.summary or richtext.excerpt(richtext.plain(article.body), length)


def for_reader(region: Node, seen: list[int]) -> Block:
    """猜你喜欢 from what a browser has read, latest first: the newest of the tags of its latest stories, at
    most one per tag, nothing already read. Without a history, what a reader without one gets."""
    found = candidates(region)
    found.shown.update(seen)
    if not seen:
        return you_may_like(found, 0)
    weights = {}
    for article, tag in Tagging.objects.filter(article__in=seen).values_list("article_id", "tag_id"):
        weights[tag] = weights.get(tag, 0) + 0.9 ** seen.index(article)
    favourite = sorted(weights, key=lambda tag: -weights[tag])[:8]
    found.ids |= cards.newest(Tagging, {tag: Range(tag, 12) for tag in favourite})
    found.cards |= cards.load(pk for tag in favourite for pk in found.ids[tag])
    taken = [card for tag in favourite for card in found.take(1, tag)][:6]
    taken += found.take(6 - len(taken), "hot", "newest", "new wider")
    return Block("you_may_like", _("You may like"), taken, _("Nothing else yet."), region.url)
