"""Finding a region by whatever somebody types: 甘洛, 涼山州甘洛縣, ganluo, gan luo, glx, 513435, 会理县.

Everything is matched in memory against one short text a region: no query, and about a millisecond.
Traditional characters, full-width letters, case, spaces and punctuation make no difference.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice

import opencc

from .models import Level
from .navigation import Node, Tree, regions

LONGEST = 50  # characters of a query that are looked at
ENDINGS = {"省": "sheng", "市": "shi", "州": "zhou", "盟": "meng", "县": "xian", "区": "qu", "旗": "qi"}
RANKS = {Level.PROVINCE: 0, Level.PREFECTURE: 1, Level.COUNTY: 2}
NOISE = re.compile(r"[\W_]+")


@dataclass(slots=True, eq=False)
class Entry:
    """A region and the words that find it, each with a line break on either side."""

    node: Node
    today: str
    former: str
    all: str


class Index:
    """The words of all regions below the network.

    Wider regions come first, then families that an editor has arranged (the network's home ground, if any),
    then counties and cities before districts, whose readers are served by their city.
    """

    def __init__(self, tree: Tree):
        self.tree = tree
        self.entries: list[Entry] = []
        self.named: dict[str, list[Node]] = {}
        self.formerly: dict[str, list[Node]] = {}
        self.parents: dict[str, set[Node]] = {}  # names and pinyin of regions that have others below
        self.arranged = {node for node in tree.by_id.values() if _is_arranged(node)}
        for node in sorted((node for node in tree.by_id.values() if node.parent), key=self._rank):
            self._add(node)

    def _rank(self, node):
        return _level(node), node.parent not in self.arranged, node.name.endswith("区"), node.code

    def _add(self, node):
        names = {_folded(name) for name in (node.name, node.short_name, node.label)}
        latin, former = _latin(node), [_folded(word) for word in node.aliases]
        today = "\n".join(["", *names, *latin, node.code, ""])
        self.entries.append(Entry(node, today, "\n".join(["", *former, ""]), "\n".join([today, *former, ""])))
        for name in names:
            self.named.setdefault(name, []).append(node)
        for word in former:
            self.formerly.setdefault(word, []).append(node)
        if node.children:
            for word in (*names, *latin):
                self.parents.setdefault(word, set()).add(node)


def find(query: str, limit: int = 10, *, open_only: bool = False) -> list[Node]:
    """The regions that the query may mean, best first.

    A whole word comes before a beginning, that before a region named with those above it, that before the
    middle of a word; today's names before former ones; among equals, wider regions before narrower ones.
    """
    index = _current()
    at_path = index.tree.by_path.get(_path(query))
    hits = chain([at_path] if at_path else [], _search(index, _spellings(query)))
    shown = (node for node in hits if node.parent and (node.is_open or not open_only))
    return list(islice(dict.fromkeys(shown), limit))


def resolve(text: str) -> Node | None:
    """The one region that a record means by a path, a code (former ones too) or a whole name, or None.

    Regions above may stand in front of the name. Today's names count before former ones. Of several regions
    of that name the one of the highest level is meant (朝阳 is the city in 辽宁, 海南 the province); where
    this leaves more than one (朝阳区, 鼓楼区), none is.
    """
    index, words = _current(), _spellings(text)
    if node := index.tree.by_code.get(text.strip()) or (_path(text) and index.tree.by_path.get(_path(text))):
        return node
    for names in (index.named, index.formerly):
        below = partial(_below, index, lookup=lambda word, names=names: names.get(word, []))
        hits = [node for word in words for node in names.get(word) or below(word)]
        if hits:
            widest = {node for node in hits if _level(node) == min(map(_level, hits))}
            return widest.pop() if len(widest) == 1 else None
    return None


_remembered: Index | None = None


def _current():
    """The index of today's tree; about 30 ms when the tree has changed."""
    global _remembered
    tree = regions()
    if _remembered is None or _remembered.tree is not tree:
        _remembered = Index(tree)
    return _remembered


def _search(index, words) -> Iterator[Node]:
    exact, former, beginning, middle = _matches(index, words)
    yield from chain(exact, former, beginning)
    if not exact and not former:
        lookup = partial(_whole, index)
        yield from chain.from_iterable(_below(index, word, lookup) for word in words)
    yield from middle


def _matches(index, words):
    """The regions with one of the words as a whole word, a former one, a beginning, and a middle."""
    found: tuple[list[Node], ...] = ([], [], [], [])
    for word in words:
        line, start = f"\n{word}\n", f"\n{word}"
        part = start if word.isascii() and len(word) < 3 else word  # the middle of pinyin says little
        for entry in index.entries:
            if part in entry.all:
                closest = (line in entry.today, line in entry.former, start in entry.all, True).index(True)
                found[closest].append(entry.node)
    return found


def _whole(index, word):
    exact, former, beginning, _middle = _matches(index, [word])
    return [*exact, *former, *beginning]


def _below(index, word: str, lookup: Callable[[str], Iterable[Node]], deep: int = 2) -> Iterator[Node]:
    """What `lookup` finds for the end of the word among the regions below the one that its beginning names.

    四川甘洛 is 甘洛 below 四川. At most two regions can stand in front.
    """
    for cut in range(len(word) - 1, 0, -1):
        if above := index.parents.get(word[:cut]):
            end = word[cut:]
            further = _below(index, end, lookup, deep - 1) if deep > 1 else ()
            for node in chain(lookup(end), further):
                if above.intersection(node.covering[:-1]):
                    yield node


def _spellings(text):
    """The folded text as it was typed and in simplified characters (converting 乾县 would spoil it)."""
    word = _folded(text[:LONGEST])
    if not word:
        return []
    return [word] if word.isascii() else list(dict.fromkeys([word, _folded(_simplifier().convert(word))]))


def _folded(text):
    return NOISE.sub("", unicodedata.normalize("NFKC", text).casefold()).replace("ü", "v")


def _path(text):
    return unicodedata.normalize("NFKC", text).strip().strip("/").lower()


@cache
def _simplifier():
    return opencc.OpenCC("t2s")  # reads its dictionaries: 20 ms, and nothing where all is typed in pinyin


def _latin(node):
    """ganluo, ganluoxian, gl, glx."""
    if not node.pinyin:
        return set()
    ending = "" if node.short_name == node.name else ENDINGS.get(node.name[-1], "")
    joined, initials = node.pinyin.replace(" ", ""), "".join(part[0] for part in node.pinyin.split())
    words = {joined, joined + ending, initials, initials + ending[:1]}
    return words | {joined.replace("v", "u")}  # 吕梁: lvliang, luliang


def _level(node):
    return RANKS[node.level]


def _is_arranged(node):
    codes = [child.code for child in node.children]
    return codes != sorted(codes)
