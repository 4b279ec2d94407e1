"""Something to go on with: while somebody types, and where a search found nothing."""

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from counties import finder
from counties.navigation import regions

from .. import richtext
from ..models import Article, Tag, Tagging
from ..models.article import live
from .entry import SHIFT, article_id, position
from .query import Ask, Term
from .ranking import engine
from .words import fold, pairs

LONGEST = 40  # characters of what is typed that count
PLACES, TAGS, HEADLINES = 3, 5, 4
LOOKED_AT = 30  # of the newest headlines with what is typed; those that begin with it come first
NEAR_TAGS = 200  # tags that begin alike and are compared


def suggest(q: str) -> list[dict[str, str]]:
    """Open channels, public tags and headlines that begin with what is typed, or have it."""
    q = _typed(q)
    if not q:
        return []
    places = [_suggestion("place", node.name, node.url) for node in finder.find(q, PLACES, open_only=True)]
    tags = [_suggestion("tag", tag.name, tag.get_absolute_url()) for tag in _tags(q)[:TAGS]]
    return [*places, *tags, *_headlines(q)]


def near(q: str) -> dict[str, list]:
    """What may have been meant where nothing was found: words to search for instead, and tags."""
    q = _typed(q)
    text = fold(q)
    names = dict.fromkeys(node.short_name for node in [*finder.find(text, 2), *_misspelt(text)])
    tags = Tag.objects.filter(_public(), **_begins(text[:1])).order_by("name")[:NEAR_TAGS] if text else []
    alike = [tag for tag in tags if tag.name != q and _is_near(fold(tag.name), text)]
    return {"words": [name for name in names if name != text][:PLACES], "tags": alike[:TAGS]}


def _typed(q):
    """What no database refuses: no control characters, no half of a surrogate pair."""
    return " ".join(richtext.without_control(q[:LONGEST]).split()).encode(errors="replace").decode()


def _suggestion(kind, label, url):
    return {"kind": kind, "label": label, "url": url}


def _tags(q):
    return Tag.objects.filter(_public(), **_begins(q)).order_by("name")


def _public():
    return Exists(Tagging.objects.filter(live(timezone.now()), tag=OuterRef("pk")))


def _begins(text):
    """An index range on either: SQLite has none for LIKE, PostgreSQL in most collations none for "<"."""
    if connection.vendor == "postgresql":
        return {"name__startswith": text}
    return {"name__range": (text, f"{text}\U0010ffff")}


def _headlines(q):
    """The newest stories with it in the headline; one character is too little to say anything."""
    text = fold(q)
    if not (runs := pairs(text)):
        return []
    now = timezone.now()
    whole = Term(text, [], runs, True, False)
    ask = Ask([whole], [], -(2**63), position(now) + 2**SHIFT - 1, int(now.timestamp()))
    with engine().asking():
        ids = [article_id(at) for at in engine().newest(ask, LOOKED_AT, title=True)]
    rows = Article.objects.published().filter(pk__in=ids).values_list("pk", "headline", "home_id", "month")
    found = sorted(rows, key=lambda row: (not fold(row[1]).startswith(text), ids.index(row[0])))
    by_id = regions().by_id
    return [
        _suggestion("story", headline, f"{by_id[home].url}{month}/{pk}/")
        for pk, headline, home, month in found[:HEADLINES]
    ]


def _misspelt(text):
    """Regions whose name differs in one character: those that sound alike first (甘落 is 甘洛 misheard)."""
    if not 2 <= len(text) <= 8 or text.isascii():
        return []
    sounds = _sounds()
    alike = [
        (-_alike(sounds, name, text), node.code, node)
        for node in regions().by_id.values()
        if node.parent and node.is_open
        for name in {fold(node.name), fold(node.short_name)}
        if len(name) == len(text) and _is_near(name, text)
    ]
    return [node for _same, _code, node in sorted(alike, key=lambda found: found[:2])]


def _sounds():
    """Characters to the syllables that they have in names of regions. A few milliseconds."""
    sounds: dict[str, set[str]] = {}
    for node in regions().by_id.values():
        syllables = node.pinyin.split()
        if len(syllables) == len(node.short_name):
            for char, syllable in zip(node.short_name, syllables, strict=True):
                sounds.setdefault(char, set()).add(syllable)
    return sounds


def _alike(sounds, name, text):
    """In how many places the two sound alike."""
    pairs_ = zip(name, text, strict=True)
    return sum(bool(sounds.get(a, {a}) & sounds.get(b, {b})) for a, b in pairs_)


def _is_near(one: str, other: str) -> bool:
    """At most one character written wrongly, too many, missing, or two neighbours exchanged."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 2:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    a, b = ("", "") if start is None else (one[start:], other[start:])
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
