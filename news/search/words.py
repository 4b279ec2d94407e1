"""Words of Chinese text, the same for the index and for what a reader types."""

import re
import threading
import unicodedata
from functools import cache

from counties.navigation import Tree, regions

# Said in every text and asked for by nobody.
EMPTY_WORDS = frozenset("的了是在和与及或也就都而被把之其这那为于以到着过吗呢吧啊呀")
_WORD = re.compile(r"\w+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_LONGEST = 40  # characters of a word: longer ones are no words
_USUAL = 100  # frequency of a place in the dictionary: joins 甘洛 and 县, leaves common words whole
_lock = threading.Lock()
_learned: Tree | None = None


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
    folded, jieba = fold(text), _segmenter()
    whole, finer = _kept(jieba.cut(folded)), _kept(jieba.cut_for_search(folded))
    return [*whole, *sorted(set(finer).difference(whole))]


def pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters, marked so that they are no words."""
    runs = _HAN.findall(fold(text))
    return [f"_{run[n : n + 2]}" for run in runs for n in range(len(run) - 1)]


def _kept(tokens):
    return [word[:_LONGEST] for word in _WORD.findall(" ".join(tokens)) if word not in EMPTY_WORDS]


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


def _segmenter():
    """The dictionary, with the names of all regions; it learns again when the regions changed."""
    global _learned
    tree, jieba = regions(), _jieba()
    if _learned is not tree:
        with _lock:
            for node in tree.by_id.values():
                for name in (node.name, node.short_name, node.label, *node.aliases):
                    if len(name) > 1 and not name.isdigit() and not jieba.has_word(name):
                        jieba.add_word(name, _USUAL, "ns")
            _learned = tree
    return jieba
