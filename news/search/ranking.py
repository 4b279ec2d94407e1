"""Which of the stories that were found come first."""

from collections import Counter
from math import exp, log

from django.db import connection

from counties.navigation import regions

from .. import heat
from ..models import Placement
from . import postgresql, sqlite
from .entry import article_id, second
from .query import Ask, Term
from .words import fold

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
COUNTED = 1_000  # above, the number is not told
NEWEST, NEWEST_TITLES = 500, 200  # of more than COUNTED matches, the best of these are shown
MANY, READ = (
    500,
    200,
)  # of more than MANY matches, the words are counted in the newest and titled ones at most
TITLE_BONUS = 6.0  # for a story that has all of it in its title
RUN_BONUS = 3.0  # as much again by half, where it stands there as it was typed
NEWS_BONUS, FADING = 0.6, 30 * 86_400.0  # seconds
HEAT_BONUS = 0.15  # for each e-fold of readers
REFINED = 60  # of the best, whose headline and heat are looked at
SPREAD = 300  # of the newest stories with one word of a question are looked at
PARTLY = 100  # stories with only some of the words are shown
SHARE = 0.35  # of the weight of all words that such a story must have at the least
WORDS = 16  # of a question that are looked for

ASKING = frozenset(
    """什么 为什么 为何 何时 何处 何地 哪 哪个 哪些 哪里 哪儿 哪位 哪种 哪年 哪一年 哪国 谁 怎么 怎么样
    怎样 如何 多少 多大 多长 多久 几 是 有 是否""".split()
)


def engine():
    return ENGINES[connection.vendor]


def ranked(ask: Ask, found: list[int]) -> list[int]:
    """The best first: closeness and number of the words, title above text; among equals newer and hotter."""
    common = len(found) > COUNTED
    titled = set(engine().newest(ask, NEWEST_TITLES, title=True))
    candidates = list({*found[:NEWEST], *titled}) if common else found
    many = len(found) > MANY
    scores = engine().scores(ask, list({*found[:READ], *titled}) if many else candidates, common=many)
    for at in candidates:
        news = NEWS_BONUS * exp(-(ask.now - second(at)) / FADING)
        scores[at] = scores.get(at, 0) + TITLE_BONUS * (at in titled) + news
    best = sorted(candidates, key=lambda at: (scores[at], at), reverse=True)
    return [*_refined(ask, best[:REFINED], scores, titled), *best[REFINED:]] if best else []


def _refined(ask, best, scores, titled):
    """In the light of their headlines and their readers."""
    rows = Placement.objects.filter(region=regions().root.id, article__in=map(article_id, best))
    found = list(rows.values_list("article", "article__headline", "heat_week"))
    headlines = fold("\n".join(headline for _pk, headline, _heat in found)).split("\n")
    known = {pk: (text, heat_) for (pk, _headline, heat_), text in zip(found, headlines, strict=True)}
    asked = [term.text for term in ask.terms if not term.refused]

    def score(at):
        headline, heat_ = known.get(article_id(at), ("", None))
        readers = heat.counted(heat_, "heat_week") if heat_ is not None else 0
        bonus = _in_headline(asked, headline, at in titled) + HEAT_BONUS * log(1 + readers)
        return scores[at] + bonus, at

    return sorted(best, key=score, reverse=True)


def _in_headline(asked, headline, is_titled):
    """A bonus for as much of the question as stands in the headline as it was typed."""
    whole = sum(len(text) for text in asked if text in headline) / max(sum(map(len, asked)), 1)
    return RUN_BONUS * whole + (0 if is_titled else TITLE_BONUS / 2 * whole)


def partly(ask: Ask, stories: int) -> list[int]:
    """Stories with some of the words, where none has all: what a question in plain language finds. Of words
    that stand apart in the question, two at the least.

    A word weighs the more the rarer it is. Of common ones only the newest stories are looked at, so it costs
    no more in a larger archive. Refused terms hold.
    """
    refused = [term for term in ask.terms if term.refused]
    pieces = _pieces(ask.terms)
    if len(pieces) < 2:
        return []
    least = min(len(ask.terms) - len(refused), 2)
    scores, times, all_of_it = {}, Counter(), 0.0
    for piece in pieces:
        one = ask._replace(terms=[*refused, piece], loose=False)
        found = engine().newest(one, SPREAD)
        titled = set(engine().newest(one, SPREAD, title=True)) if found else ()
        weight = log(1 + stories / max(len(found), 1)) * (1 if len(piece.text) > 1 else 0.5)
        all_of_it += weight
        times.update(found)
        for at in found:
            scores[at] = scores.get(at, 0) + weight * (1.3 if at in titled else 1)
    enough = [at for at, score in scores.items() if score >= SHARE * all_of_it and times[at] >= least]
    return sorted(enough, key=lambda at: (-scores[at], -at))[:PARTLY]


def _pieces(terms):
    """Quoted terms as they are, the words of the others, without what only asks."""
    asked = [term for term in terms if not term.refused]
    quoted = [term for term in asked if term.quoted]
    loose = dict.fromkeys(word for term in asked if not term.quoted for word in term.words)
    words = [word for word in loose if word not in ASKING][:WORDS]
    return [*quoted, *(Term(word, [word], [], False, False) for word in words)]
