"""Stories that are close to a story.

Score = Σ idf(shared tags)·10 + idf(shared place names)·5 + idf(shared words of the headline)·3, halved for
each 180 days between the two. What is shared is looked for near the story in time, in one index range for
each subject, so it costs no more in a larger archive and however common a tag is.
"""

from collections import defaultdict
from math import log

from .models import Article
from .search import subjects
from .search.entry import article_id, second
from .search.subjects import About

WEIGHTS = {"t": 10, "p": 5, "w": 3}  # of a shared tag, place name, word of the headline
NEAR = 40  # stories before and after that share a subject, at the most
HALVED = 180 * 86_400  # seconds between two stories
ENOUGH = 1.2  # of the weight of a word that no other story has: below, two stories are not related
PLACES_ALONE = 0.75  # of the rarest place's weight, where nothing else is shared: the channel lists those
BESIDE = 0.4  # of the closest story's score: below, one is left out beside it
SMOOTH = 100  # stories by which an archive is taken to be larger, so that a small one shows something too
MOST = 24


def closest(article: Article, tag_ids: list[int]) -> list[int]:
    """The ids of related stories, the closest first; none rather than unrelated ones. Two queries."""
    about = subjects.about(article.pk, tag_ids)
    weights, shared = {}, defaultdict(list)
    for subject, positions in subjects.near(about, NEAR).items():
        weights[subject] = WEIGHTS[subject[0]] * _rarity(about, positions)
        for at in positions:
            shared[at].append(subject)
    scores = {
        at: _weight(found, weights) * 0.5 ** (abs(second(at) - second(about.position)) / HALVED)
        for at, found in shared.items()
    }
    least = ENOUGH * WEIGHTS["w"] * log(about.stories + SMOOTH)
    enough = max(least, BESIDE * max(scores.values(), default=0))
    best = sorted((at for at in scores if scores[at] >= enough), key=lambda at: (-scores[at], -at))
    return [article_id(at) for at in best[:MOST]]


def _weight(shared: list[str], weights: dict[str, float]) -> float:
    found = [weights[subject] for subject in shared]
    alone = all(subject[0] == "p" for subject in shared)
    return PLACES_ALONE * max(found) if alone else sum(found)


def _rarity(about: About, positions: list[int]) -> float:
    """ln(1 + stories / stories with the subject). Of a common one the number is guessed from how near each
    other the found ones stand."""
    if not positions:
        return 0
    number = len(positions)
    if number >= NEAR:
        span = max(max(positions), about.position) - min(min(positions), about.position)
        number = max(number, number * about.span / max(span, 1))
    return log(1 + (about.stories + SMOOTH) / number)
