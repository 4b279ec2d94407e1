"""When the next story or breaking line becomes due or expires: until then no page changes by itself."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.utils import timezone

from counties import changes
from counties.navigation import regions

from . import frame
from .models import Placement

_remembered: tuple[int, datetime | None] | None = None


def dated(view: Callable) -> Callable:
    """For a view of a public page: no copy of it outlives that time. It is looked up before anything is read:
    what becomes due while a page is made may be missing in it."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        left = seconds()
        response = view(request, *args, **kwargs)
        return changes.ends(response, left) if response.has_header("Surrogate-Key") else response

    return wrapped


def seconds(longest: float = 60) -> float:
    """Seconds until the next time at which a public page changes, at most `longest`.

    To be asked before the page reads anything: it may lack what becomes due while it is made.
    Two index look-ups in the network's channel, which has a row of every story, and again only when a story
    was published or changed, or the time has come.
    """
    global _remembered
    generation, now = changes.generation(f"region:{regions().root.id}"), timezone.now()
    if _remembered is None or _remembered[0] != generation or (_remembered[1] and _remembered[1] <= now):
        _remembered = generation, _next(now)
    at = min((at for at in (_remembered[1], frame.next_change(now)) if at), default=None)
    return min(longest, (at - now).total_seconds()) if at else longest


def forget() -> None:
    global _remembered
    _remembered = None


def _next(now):
    rows = Placement.objects.filter(region=regions().root.id)
    due = rows.filter(published_at__gt=now).order_by("published_at").values_list("published_at", flat=True)
    ending = rows.filter(expires_at__gt=now).order_by("expires_at").values_list("expires_at", flat=True)
    return min((at for at in (due.first(), ending.first()) if at), default=None)
