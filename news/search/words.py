"""Words of Chinese text, the same for the index and for what a reader types."""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache

from counties.navigation import Node, Tree, regions

# Said in every text and asked for by nobody.
EMPTY_WORDS = frozenset("的了是在和与及或也就都而被把之其这那为于以到着过吗呢吧啊呀")
_WORD = re.compile(r"\w+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_SMALL = frozenset("cdfimpqrtuyz")  # kinds of words, as the dictionary names them
_LONGEST = 40  # characters of a word: longer ones are no words
_USUAL = 100  # frequency of a place in the dictionary: joins 甘洛 and 县, leaves common words whole
_lock = threading.Lock()
_learned: Tree | None = None
_places: dict[str, int] = {}  # folded names to regions' ids


def fold(text: str) -> str:
    """Lower case, half width, simplified. The length stays, so a place in it is a place in the original."""
    text = text.translate(_Folded.table)
    simple = _converter().convert(text)
    return simple if len(simple) == len(text) else text


def words(text: str) -> list[str]:
    """The words in their order, without punctuation and empty words."""
    return _kept(_segmenter().cut(fold(text)))


def all_words(text: str) -> list[str]:
    """The words in their order, and after them those inside of longer ones: 共和国 in 中华人民共和国."""
    whole = words(text)
    longer = {word for word in whole if len(word) > 2}
    return [*whole, *sorted({part for word in longer for part in _inside(word)}.difference(whole))]


def places(found: Iterable[str]) -> list[int]:
    """The regions that these words are about: their ids, the most named first. They are named more than once,
    by names that mean no other, and none lies around another. `words` has learned the names."""
    named = Counter(_places[word] for word in found if word in _places)
    by_id = _learned.by_id
    often = {pk: by_id[pk] for pk, times in named.most_common() if times > 1 and pk in by_id}
    around = {above for node in often.values() for above in node.covering[:-1]}
    return [pk for pk, node in often.items() if node not in around]


def things(text: str) -> list[str]:
    """What the text is about, places left out: nouns, names, verbs and words of no known kind. Numbers, small
    words and set phrases (多措并举) stand in any story."""
    tagged = _segmenter().tag(fold(text))
    found = (word for word, kind in tagged if kind[0] not in _SMALL and (kind != "l" or len(word) < 4))
    telling = (w for w in dict.fromkeys(found) if len(w) > 1 and w.isalnum() and not w.isdigit())
    return [word for word in telling if word not in _places]


def pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters, marked so that they are no words."""
    runs = _HAN.findall(fold(text))
    return [f"_{run[n : n + 2]}" for run in runs for n in range(len(run) - 1)]


def _kept(tokens):
    """Without punctuation and empty words; what is neither is taken apart: 3.14 is 3 and 14."""
    found = []
    for token in tokens:
        if token.isalnum():
            found.append(token)
        else:
            found += _WORD.findall(token)
    return [word[:_LONGEST] for word in found if word not in EMPTY_WORDS]


class _Folded(dict):
    """Code points to what they are compared as, worked out when first met."""

    table: "_Folded"

    def __missing__(self, point):
        char = chr(point)
        plain = unicodedata.normalize("NFKC", char).lower()
        self[point] = plain if len(plain) == 1 else char
        if self[point] == "_":
            self[point] = " "  # marks the index's own entries
        return self[point]


_Folded.table = _Folded()


@cache
def _converter():
    # Imported here, as rjieba below: only searching and indexing need them.
    from opencc import OpenCC  # noqa: PLC0415

    return OpenCC("t2s")


@cache
def _jieba():
    from rjieba import Jieba  # noqa: PLC0415  0.2 s

    return Jieba()


@lru_cache(100_000)
def _inside(word):
    """The dictionary's words inside of a word. Remembered, because a text is mostly words seen before."""
    found = () if word.isascii() else _kept(_jieba().cut_for_search(word))
    return tuple(part for part in found if part != word)


def _segmenter():
    """The dictionary, with the names of all regions; it learns again when the regions changed."""
    global _learned
    tree, jieba = regions(), _jieba()
    if _learned is not tree:
        with _lock:
            _learn(tree, jieba)
            _inside.cache_clear()
            _learned = tree
    return jieba


def _learn(tree, jieba):
    meant: dict[str, list[Node]] = {}
    for node in tree.by_id.values():
        for name in {node.name, node.short_name, node.label, *node.aliases}:
            if len(name) < 2 or name.isdigit():
                continue
            known = jieba.has_word(name)
            # 资源 and 合作 are regions too, but mostly resources and cooperation.
            if node.parent and (len(name) > 2 or not known or jieba.tag(name)[0][1] == "ns"):
                meant.setdefault(fold(name), []).append(node)
            if not known:
                jieba.add_word(name, _USUAL, "ns")
    _places.clear()
    for name, nodes in meant.items():
        widest = next((node for node in nodes if all(node in other.covering for other in nodes)), None)
        if widest:
            _places[name] = widest.id
