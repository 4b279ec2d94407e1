"""Proof of work, asked for only while comments flood one story: a browser spends a second, a robot hours.

Self-hosted (altcha): a challenge is signed with our secret, so nothing is kept of it until it is solved.
A solution counts once.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from datetime import timedelta
from time import time

from altcha import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

FLOOD = 60  # comments on one story within a minute
HARDNESS = 50_000  # hashes at the most: about a second in a phone's browser
VALID = timedelta(minutes=10)


def is_asked(article_id: int) -> bool:
    """Whether comments flood this story, in this minute or the one before.

    Without a shared cache each process knows only its own.
    """
    if not settings.RATE_LIMITS:
        return False
    minute = int(time() // 60)
    counts = cache.get_many([_key(article_id, minute), _key(article_id, minute - 1)])
    return max(counts.values(), default=0) >= FLOOD


def count(article_id: int) -> None:
    key = _key(article_id, int(time() // 60))
    cache.add(key, 0, timeout=150)
    try:
        cache.incr(key)
    except ValueError:  # the cache dropped the key meanwhile, or is not there
        return


def challenge() -> dict:
    """What the browser must solve: find the number with which the salt hashes to the challenge."""
    options = ChallengeOptions(hmac_key=_secret(), max_number=HARDNESS, expires=timezone.localtime() + VALID)
    return create_challenge(options).to_dict()


def is_solved(payload: str) -> bool:
    """Whether this is the solution (base64 of JSON) of a challenge of ours, in time and not used before."""
    try:
        solved, _error = verify_solution(payload, _secret(), check_expires=True)
        signature = json.loads(b64decode(payload))["signature"] if solved else ""
    except (ValueError, KeyError, TypeError):
        return False
    return bool(signature) and cache.add(f"comment-work:{signature}", 1, VALID.total_seconds())


def _key(article_id, minute):
    return f"comment-flood:{article_id}:{minute}"


def _secret():
    return hmac.new(settings.SECRET_KEY.encode(), b"comment work", hashlib.sha256).hexdigest()
