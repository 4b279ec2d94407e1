"""How likely this newsroom rejects a comment, learned from what its moderators decided.

An ordinary logistic regression over words and single characters. It starts neutral: with no model there is no
score. The weights are a table {word: weight}, so that a score is a sum that its words explain.
"""

import logging
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from math import exp, sqrt

from django.conf import settings
from django.utils import timezone

from counties import changes

from ..models import CommentAct, CommentDecision, CommentModel
from ..search import words as search_words
from .plain import plain

CHANGED = "comment-model"  # announced when something was learned
RELOAD = 60  # seconds after which a machine that heard nothing looks for a newer model
ENOUGH = 50  # approvals, and as many rejections, before anything is learned
NEW = 100  # decisions since the last model before the next one
PAUSE = timedelta(minutes=10)  # between two models
USED = 20_000  # newest decisions
KEPT = 5  # models, the newest ones
STRENGTH = 4.0  # the inverse of the regularisation, chosen by bench/comments.py
LOOK = 60  # seconds between two looks whether there is something to learn

logger = logging.getLogger(__name__)
_next_look = 0.0


@dataclass(frozen=True)
class Model:
    generation: int
    read_at: float
    pk: int | None
    bias: float
    weights: dict[str, float]


_model: Model | None = None


def score(text: str) -> float | None:
    """0 (as what was approved) to 1 (as what was rejected); None before anything was learned."""
    model = _current()
    if model.pk is None:
        return None
    return probability(model, features(text))


def explain(text: str, limit: int = 5) -> list[tuple[str, float]]:
    """The words that moved the score most, with their share of it: above 0 towards a rejection.

    A single character is named only where no word that has it is.
    """
    model = _current()
    known = [word for word in features(text) if word in model.weights]
    weights = {word: model.weights[word] / sqrt(len(known)) for word in known}
    told: list[str] = []
    for word in sorted(weights, key=lambda word: (len(word) == 1, -abs(weights[word]), word)):
        if len(word) > 1 or not any(word in longer for longer in told):
            told.append(word)
    told.sort(key=lambda word: -abs(weights[word]))
    return [(word, round(weights[word], 3)) for word in told[:limit]]


def features(text: str) -> set[str]:
    read = plain(text).text
    return set(search_words.words(text)) | set(read)


def fit(texts: list[str], rejected: list[bool]) -> tuple[float, dict[str, float]]:
    """(bias, weights) of a new model. Takes about a second for 2,000 texts, and 100 MB of memory."""
    # Imported here: half a second and 100 MB that no web process should pay.
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.preprocessing import normalize  # noqa: PLC0415

    counting = CountVectorizer(analyzer=features, binary=True, min_df=2, dtype=float)
    rows = normalize(counting.fit_transform(texts))
    model = LogisticRegression(C=STRENGTH, max_iter=500, class_weight="balanced").fit(rows, rejected)
    weights = zip(counting.get_feature_names_out(), model.coef_[0], strict=True)
    return float(model.intercept_[0]), {str(word): round(float(weight), 4) for word, weight in weights}


def learn() -> CommentModel | None:
    """Make a new model from the newest decisions; None if there are too few of either kind."""
    texts, rejected, last = _examples()
    if min(rejected.count(True), rejected.count(False)) < ENOUGH:
        return None
    bias, weights = fit(texts, rejected)
    model = CommentModel.objects.create(decisions=len(texts), last_decision=last, bias=bias, weights=weights)
    old = CommentModel.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
    CommentModel.objects.filter(pk__in=list(old)).delete()
    forget()
    changes.announce({CHANGED})
    return model


def learn_when_due() -> int:
    """The chore: learn in a process of its own, whose memory is given back. Looks once a minute."""
    global _next_look
    if time.monotonic() < _next_look:
        return 0
    _next_look = time.monotonic() + LOOK
    if not is_due():
        return 0
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "learn_comments"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 ours
    if done.returncode:
        logger.error("Learning from decisions failed: %s", done.stderr[-500:])
    forget()
    return 0


def is_due() -> bool:
    """Whether enough was decided since the last model. Two queries by index."""
    newest = CommentModel.objects.order_by("-pk").defer("weights").first()
    if newest and newest.made_at > timezone.now() - PAUSE:
        return False
    new = CommentDecision.objects.filter(pk__gt=newest.last_decision if newest else 0, by__isnull=False)
    return len(new.order_by("pk").values_list("pk")[:NEW]) >= NEW


def forget() -> None:
    """Read the newest model again at the next use."""
    global _model
    _model = None


def _examples():
    """(texts, whether each was rejected, the newest decision). Of a comment the last decision counts, and of
    near-repeats one, or a flood would be all that is learned."""
    acts = [CommentAct.APPROVE, CommentAct.REJECT, CommentAct.HIDE]
    rows = CommentDecision.objects.filter(act__in=acts, undone=False, by__isnull=False).order_by("-pk")
    texts, rejected, seen, last = [], [], set(), 0
    for pk, act, comment, group, text in rows.values_list(
        "pk", "act", "comment", "comment__group", "comment__text"
    )[:USED]:
        last = max(last, pk)
        names = {("comment", comment), ("group", group or comment)}
        if text and not names & seen:
            texts.append(text)
            rejected.append(act != CommentAct.APPROVE)
        seen |= names
    return texts, rejected, last


def probability(model: Model, words: set[str]) -> float:
    known = [model.weights[word] for word in words if word in model.weights]
    total = model.bias + (sum(known) / sqrt(len(known)) if known else 0)
    return round(1 / (1 + exp(-total)), 3)


def _current():
    global _model
    now, generation = time.monotonic(), changes.generation(CHANGED)
    if _model is None or _model.generation != generation:
        _model = _read(generation, now)
    elif now - _model.read_at > RELOAD:
        pk = CommentModel.objects.order_by("-pk").values_list("pk", flat=True).first()
        unchanged = Model(generation, now, _model.pk, _model.bias, _model.weights)
        _model = unchanged if pk == _model.pk else _read(generation, now)
    return _model


def _read(generation, now):
    newest = CommentModel.objects.order_by("-pk").first()
    if newest is None:
        return Model(generation, now, None, 0.0, {})
    return Model(generation, now, newest.pk, newest.bias, newest.weights)
