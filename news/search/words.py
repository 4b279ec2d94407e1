"""Words of Chinese text, the same for the index and for what a reader types."""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain

from counties.navigation import Node, Tree, regions

# Said in every text and asked for by nobody.
EMPTY_WORDS = frozenset("的了是在和与及或也就都而被把之其这那为于以到着过吗呢吧啊呀")
_WORD = re.compile(r"\w+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_UNLIKE = re.compile(r"[^\u4e00-\u9fff a-z0-9\n、。]")  # may fold to another character
_SMALL = frozenset("cdfimpqrtuyz")  # kinds of words, as the dictionary names them
_LONGEST = 40  # characters of a word: longer ones are no words
_USUAL = 100  # frequency of a place in the dictionary: joins 甘洛 and 县, leaves common words whole
_lock = threading.Lock()
_dictionary: "Dictionary | None" = None


class Dictionary:
    """The dictionary's words and the names of all regions."""

    def __init__(self, tree: Tree):
        self.tree = tree
        self.places = _learn(tree, _jieba())  # folded names to regions' ids

    def words(self, text: str) -> list[str]:
        """The words in their order, without punctuation and empty words."""
        return _kept(_jieba().cut(fold(text)))

    def all_words(self, text: str) -> list[str]:
        """The words in their order, and after them those inside of longer ones: 共和国 in 中华人民共和国."""
        whole = self.words(text)
        known = set(whole)
        inside = {part for word in known if len(word) > 2 for part in _inside(word)}
        return [*whole, *sorted(inside - known)]

    def regions(self, found: Iterable[str]) -> list[int]:
        """The regions that these words are about: their ids, the most named first. They are named more than
        once, by names that mean no other, and none lies around another."""
        places, by_id = self.places, self.tree.by_id
        named = Counter([places[word] for word in found if word in places])
        often = {pk: by_id[pk] for pk, times in named.most_common() if times > 1}
        around = {above for node in often.values() for above in node.covering[:-1]}
        return [pk for pk, node in often.items() if node not in around]

    def things(self, text: str) -> list[str]:
        """What the text is about, places left out: nouns, names, verbs and words of no known kind. Numbers,
        small words and set phrases (多措并举) stand in any story."""
        tagged = _jieba().tag(fold(text))
        found = (word for word, kind in tagged if kind[0] not in _SMALL and (kind != "l" or len(word) < 4))
        telling = (w for w in dict.fromkeys(found) if len(w) > 1 and w.isalnum() and not w.isdigit())
        return [word for word in telling if word not in self.places]


def dictionary() -> Dictionary:
    """Today's; it learns again when the regions changed."""
    global _dictionary
    tree = regions()
    if _dictionary is None or _dictionary.tree is not tree:
        with _lock:
            _dictionary = Dictionary(tree)
            _inside.cache_clear()
    return _dictionary


def words(text: str) -> list[str]:
    return dictionary().words(text)


def fold(text: str) -> str:
    """Lower case, half width, simplified. The length stays, so a place in it is a place in the original."""
    text = _UNLIKE.sub(lambda match: _FOLDED[match[0]], text)
    simple = _converter().convert(text)
    return simple if len(simple) == len(text) else text


def is_word(text: str) -> bool:
    """Whether the dictionary knows it."""
    return _jieba().has_word(text)


def pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters, marked so that they are no words."""
    runs = _HAN.findall(fold(text))
    return [f"_{run[n : n + 2]}" for run in runs for n in range(len(run) - 1)]


def _kept(tokens):
    """Without punctuation and empty words; what is neither is taken apart: 3.14 is 3 and 14."""
    return list(chain.from_iterable(map(_in_token, tokens)))


@lru_cache(100_000)
def _in_token(token):
    """The words in it. Remembered, as those of longer words below: a text is mostly words seen before."""
    if not token.isalnum():
        return tuple(word[:_LONGEST] for word in _WORD.findall(token))
    return () if token in EMPTY_WORDS else (token[:_LONGEST],)


class _Folded(dict):
    """Characters to what they are compared as, worked out when first met."""

    def __missing__(self, char):
        plain = unicodedata.normalize("NFKC", char).lower()
        plain = plain if len(plain) == 1 else char
        self[char] = " " if plain == "_" else plain  # _ marks the index's own entries
        return self[char]


_FOLDED = _Folded()


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
    """The dictionary's words inside of a word."""
    found = () if word.isascii() else _kept(_jieba().cut_for_search(word))
    return tuple(part for part in found if part != word)


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
    places = {}
    for name, nodes in meant.items():
        widest = next((node for node in nodes if all(node in other.covering for other in nodes)), None)
        if widest:
            places[name] = widest.id
    return places
