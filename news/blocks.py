"""The blocks of a page: one function per block, and one per page that orders them.

Each block takes from the channel's candidates, in the order of precedence, what no block above it shows.
"""

from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from counties.navigation import Node, regions

from . import candidates, cards, heat, richtext
from .candidates import Candidates
from .cards import Card, Range
from .models import Article, Pick, Placement, Relation, Section, Tagging
from .related import closest

Picked = Pick.Block
# 猜你喜欢: a reader's favourite tags, the newest stories of each that compete, how much less the story read
# before weighs, and the age that halves what a story's readers count.
FAVOURITE, OF_A_TAG, READ_BEFORE, NEW = 8, 12, 0.9, timedelta(days=7)


class Block(NamedTuple):
    """`empty` is the line that leads on when there is nothing to show, `week` the ranking's second tab."""

    name: str
    title: str
    cards: list
    empty: str = ""
    more: str = ""
    week: list = []

    @property
    def rows(self) -> SafeString:
        return mark_safe("".join([card.row for card in self.cards]))

    @property
    def placed_rows(self) -> SafeString:
        return mark_safe("".join([card.placed_row for card in self.cards]))

    @property
    def week_rows(self) -> SafeString:
        return mark_safe("".join([card.row for card in self.week]))


class Line(NamedTuple):
    """A headline of 相关新闻 or 新闻推荐; without a url while the archive does not have the story."""

    headline: str
    url: str
    when: str
    iso: str
    text: str = ""


# One function per block


def lead(found: Candidates) -> Card | None:
    """头条: the editor's choice, else the newest story with a picture, else the newest."""
    found.ids["fresh"] = found.ids["newest"][:8]
    taken = (
        found.fill(Picked.LEAD, 1)
        or found.fill(Picked.LEAD, 1, "fresh", keep=lambda card: card.photo is not None)
        or found.fill(Picked.LEAD, 1, "newest")
    )
    return taken[0] if taken else None


def related(found: Candidates, relations: list[Relation]) -> Block:
    """相关新闻: the editor's relations first, then the closest (see related); never filled up with others."""
    lines = []
    for relation in relations:
        found.ids["relation"] = [relation.target_id]
        lines += [_waiting(relation)] if relation.target_id is None else map(_line, found.take(1, "relation"))
    lines = [*lines, *map(_line, found.fill(Picked.RELATED, 6 - len(lines[:6]), "close"))][:6]
    return Block("related", _("Related stories"), lines, _("No related stories yet."), found.region.url)


def recommended(found: Candidates, relations: list[Relation]) -> Block:
    """新闻推荐: one story. The editor's for this article, else the channel's, else the newest of the channel
    that shares the rarest tags, else its newest."""
    here = set(found.ids["newest"])
    found.ids["close here"] = [pk for pk in found.ids["close"] if pk in here]
    found.ids["relation"] = [relation.target_id for relation in relations]
    lines = [_waiting(relation) for relation in relations if relation.target_id is None][:1]
    taken = lines or found.take(1, "relation") or found.fill(Picked.RECOMMENDED, 1, "close here", "newest")
    lines = lines or list(map(_line, taken))
    return Block("recommended", _("Recommended"), lines, _("See what else is new here."), found.region.url)


def channel_picks(found: Candidates) -> Block:
    """频道推荐: 8 headlines. The channel's picks in their order, then its newest."""
    taken = found.fill(Picked.CHANNEL, 8, "newest")
    return Block("channel_picks", _("Channel picks"), taken, _("Nothing here yet."), found.region.wider.url)


def photos(found: Candidates, size: int = 4) -> Block:
    """图文看点: 4 to 6 picture cards: section 图文 first, then stories with a wide enough photo; from the
    parent region when the channel has too few. A card without a working picture is never shown."""

    def works(card):
        return card.photo is not None and card.photo.width >= 600 and bool(card.photo.renditions)

    taken = found.fill(Picked.PHOTOS, size, "photos", "newest", "photos wider", "new wider", keep=works)
    more = f"{found.region.url}sections/{Section.PHOTOS}/"
    return Block("photos", _("Photo stories"), taken, _("No photo stories yet."), more)


def hot_reading(found: Candidates) -> Block:
    """热点阅读: 8 stories of the prefecture from the last 7 days by heat, widened to the province when short;
    then the newest of both."""
    taken = found.fill(Picked.HOT, 8, "hot", "hot wider", "new wider", "new province")
    more = f"{found.region.wider.url}hot/"
    return Block("hot_reading", _("Hot reading"), taken, _("Nothing new in the last seven days."), more)


def folks(found: Candidates) -> Block:
    """乡里乡亲: 8 headlines from the sibling counties, at most one per county; at the top from anywhere."""
    homes = set()

    def from_another(card):
        if card.region.id in homes or found.region in card.region.covering:
            return False
        homes.add(card.region.id)
        return True

    at_top = found.region.parent is None
    taken = found.fill(Picked.FOLKS, 8, "folks", keep=(lambda card: True) if at_top else from_another)
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
    taken = []
    for size, *names in ((3, "hot here", "newest"), (2, *around), (1, "chance"), (6, *around)):
        taken += found.fill(Picked.LIKE, min(size, 6 - len(taken)), *names)
    return Block("you_may_like", _("You may like"), taken, _("Nothing else yet."), found.region.wider.url)


def ranking(found: Candidates, size: int = 10) -> Block:
    """热点排行, 1 to 10: by the heat of the day, and of the week. Exempt from “no story twice”, for a ranking
    with holes lies. With fewer than 5 readers the parent region's; without any, the newest, which it says."""
    day, week, newest = (_let_in(found, name)[:size] for name in (*heat.HALF_LIVES, "newest"))
    more = f"{found.region.url}hot/"
    if week:
        return Block("ranking", _("Hot ranking"), day or week, more=more, week=week)
    return Block("ranking", _("Newest"), newest, _("No stories yet."), more)


def _let_in(found, name):
    shown = (found.cards[pk] for pk in found.ids[name] if pk in found.cards)
    return [card for card in shown if found.is_let_in(Picked.RANKING, card.id)]


# One function per page


def for_article(article: Article, region: Node, tag_ids: list[int]) -> dict[str, Block]:
    """The blocks of a story's page, in the order of precedence. Four queries for what depends on the story,
    and three for the channel where its rows are not kept; the cards are read in one."""
    relations = list(article.relations.all())
    close = closest(article, tag_ids)
    found = candidates.of(region, extra={*close, *(r.target_id for r in relations if r.target_id)})
    found.shown.add(article.pk)
    return of_story(found, article.pk, close, relations)


def of_story(found: Candidates, seed: int, close: list[int], relations: list[Relation]) -> dict[str, Block]:
    found.ids["close"] = close
    of_kind = {kind: [r for r in relations if r.kind == kind] for kind in Relation.Kind}
    blocks = [
        related(found, of_kind[Relation.Kind.RELATED]),
        recommended(found, of_kind[Relation.Kind.RECOMMENDED]),
        channel_picks(found),
        photos(found),
        hot_reading(found),
        folks(found),
        you_may_like(found, seed),
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


def gazette(found: Candidates) -> list[tuple[Node, Card]]:
    """各县一览: each open channel below with its newest headline; beside a county that has no stories, those
    of its neighbours. A channel without one is left out."""
    if found.region.children or found.ids["newest"]:
        heads = {node: ids[0] for node, ids in found.ids.items() if isinstance(node, Node) and ids}
        return [(node, found.cards[pk]) for node, pk in heads.items() if pk in found.cards]
    return found.once("neighbours", lambda: _neighbours(found.region))


def _neighbours(region):
    beside = {node: Range(node.id, 1) for node in region.siblings if node is not region}
    heads = {node: ids[0] for node, ids in cards.newest(Placement, beside).items() if ids}
    known = cards.load(heads.values())
    return [(node, known[pk]) for node, pk in heads.items() if pk in known]


def text_of(article: Article, length: int = 80) -> str:
    """The summary, or the beginning of the text."""
    return article.summary or richtext.excerpt(richtext.plain(article.body), length)


def for_reader(region: Node, seen: list[int], shown: list[int] = ()) -> Block:
    """猜你喜欢 from what a browser has read, latest first: of each of its favourite tags, which weigh by how
    lately they were read, the warmest of the newest stories; nothing already read, or `shown` on the page.
    Without a history, what a reader without one gets. Four queries and the channel's."""
    found = candidates.of(region)
    found.shown.update(seen, shown)
    if not seen:
        return you_may_like(found, 0)
    weights = _favourites(seen)
    newest = cards.newest(Tagging, {tag: Range(tag, OF_A_TAG) for tag in weights})
    of_tags = cards.load(pk for ids in newest.values() for pk in ids)
    found.cards |= of_tags
    warmth = _warmth(of_tags)
    best = {}
    for tag, ids in newest.items():
        found.ids[tag] = sorted(ids, key=lambda pk: -warmth.get(pk, 0))
        best[tag] = weights[tag] * max((warmth.get(pk, 0) for pk in ids), default=0)
    taken = []
    for tag in sorted(best, key=lambda tag: -best[tag]):
        taken += found.fill(Picked.LIKE, min(1, 6 - len(taken)), tag)
    taken += found.fill(Picked.LIKE, 6 - len(taken), "hot", "newest", "new wider")
    return Block("you_may_like", _("You may like"), taken, _("Nothing else yet."), region.url)


def _favourites(seen):
    """{tag: weight} of the tags that weigh most in what was read, latest first. One query."""
    weights = {}
    for article, tag in Tagging.objects.filter(article__in=seen).values_list("article_id", "tag_id"):
        weights[tag] = weights.get(tag, 0) + READ_BEFORE ** seen.index(article)
    return {tag: weights[tag] for tag in sorted(weights, key=lambda tag: -weights[tag])[:FAVOURITE]}


def _warmth(found):
    """{article: readers of the last days, at least one, times how new the story is}. One query."""
    now = timezone.now()
    rows = Placement.objects.filter(article__in=found, region=regions().root.id, heat_week__isnull=False)
    heats = dict(rows.values_list("article", "heat_week"))
    readers = {pk: heat.counted(value, "heat_week", now) for pk, value in heats.items()}
    return {
        pk: (1 + readers.get(pk, 0)) * 0.5 ** ((now - card.published_at) / NEW) for pk, card in found.items()
    }
