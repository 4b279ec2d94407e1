"""What is erased after its time: rejected texts, addresses, finger-prints, leases. The log itself stays."""

import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from ..models import Comment, CommentLease, CommentPrint, CommentState

AT_ONCE = 1_000  # rows in one round
PRINTS = timedelta(days=7)  # how far back near-repeats are found
PAUSE = 300  # seconds between two looks when there was nothing to do
_next_look = 0.0


def erase_due() -> int:
    """The chore: erase what has had its time; the number of rows. Looks every five minutes, by index."""
    global _next_look
    if time.monotonic() < _next_look:
        return 0
    done = sum(erase() for erase in (erase_rejected, erase_addresses, erase_prints, erase_leases))
    if not done:
        _next_look = time.monotonic() + PAUSE
    return done


def erase_rejected() -> int:
    """The text, the name and what the filter quoted of them; when, why and by whom it was rejected stays."""
    since = timezone.now() - timedelta(days=settings.COMMENT_RETENTION_DAYS)
    rows = Comment.objects.filter(state=CommentState.REJECTED, decided_at__lt=since).exclude(text="")
    ids = list(rows.order_by("decided_at").values_list("pk", flat=True)[:AT_ONCE])
    return Comment.objects.filter(pk__in=ids).update(text="", name="", reply_to="", reasons=[]) if ids else 0


def erase_addresses() -> int:
    since = timezone.now() - timedelta(days=settings.ADDRESS_RETENTION_DAYS)
    rows = Comment.objects.filter(created_at__lt=since).exclude(address_sealed="")
    ids = list(rows.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE])
    return Comment.objects.filter(pk__in=ids).update(address_sealed="") if ids else 0


def erase_prints() -> int:
    """The oldest come first by their id, so no index of the time is needed."""
    oldest = list(CommentPrint.objects.order_by("pk").values_list("pk", "at")[:AT_ONCE])
    ids = [pk for pk, at in oldest if at < timezone.now() - PRINTS]
    return CommentPrint.objects.filter(pk__in=ids).delete()[0] if ids else 0


def erase_leases() -> int:
    return CommentLease.objects.filter(until__lt=timezone.now()).delete()[0]
