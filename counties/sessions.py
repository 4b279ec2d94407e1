"""Where the staff are signed in: each browser is one row, which its owner may end. No address is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import time
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, login
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from .models import Session, User

LONGEST = timedelta(days=7)  # an open tab asks often enough to never be idle
SEEN_EVERY = timedelta(minutes=5)  # how exact “last seen” is; each time costs one write

# What a user agent says it is; the first that fits is right, as they all claim to be their forebears too.
BROWSERS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "QQBrowser": "QQ 浏览器",
    "UCBrowser": "UC 浏览器",
    "Quark": "夸克",
    "HuaweiBrowser": "华为浏览器",
    "MiuiBrowser": "小米浏览器",
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "OpenHarmony": "HarmonyOS",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


class SessionStore(db.SessionStore):
    """Django's sessions in the database, which also know whose they are."""

    @classmethod
    def get_model_class(cls):
        return Session

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row


class Place(NamedTuple):
    """A browser where somebody is signed in."""

    handle: str  # names the session in a form, without giving away its key
    browser: str
    system: str
    signed_in: datetime
    seen: datetime
    is_this: bool


def begin(request: HttpRequest, user: User) -> None:
    """Sign the user in under a new session key, and note when and in what browser."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    agent, now = request.headers.get("User-Agent", ""), time()
    device = {"browser": _named(BROWSERS, agent), "system": _named(SYSTEMS, agent)}
    request.session.update({"signed_in": now, "seen": now, **device})


def _named(names, agent):
    return next((name for part, name in names.items() if part in agent), "")


def is_over(request: HttpRequest) -> bool:
    """Whether this session is too old, however busy it is."""
    return _age(request, "signed_in") > LONGEST


def touch(request: HttpRequest) -> None:
    """Note that the session is in use, which also puts its end off."""
    if _age(request, "seen") > SEEN_EVERY:
        request.session["seen"] = time()


def _age(request, moment):
    now = time()
    return timedelta(seconds=now - request.session.get(moment, now))


def signed_in_within(request: HttpRequest, span: timedelta) -> bool:
    return "signed_in" in request.session and _age(request, "signed_in") < span


def places(request: HttpRequest) -> list[Place]:
    """Where this user is signed in, the browser in use first."""
    found = [_place(row, data, request) for row, data in _live(request.user)]
    return sorted(found, key=lambda place: (place.is_this, place.seen), reverse=True)


def _live(user) -> Iterator[tuple[Session, dict]]:
    """The user's sessions that still hold: a changed password has ended the others."""
    for row in user.sessions.filter(expire_date__gt=timezone.now()):
        data = SessionStore().decode(row.session_data)
        if constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            yield row, data


def _place(row, data, request):
    seen = data.get("seen", (row.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE)).timestamp())
    return Place(
        _handle(row.session_key),
        data.get("browser") or _("Unknown browser"),
        data.get("system", ""),
        datetime.fromtimestamp(data.get("signed_in", seen), tz=UTC),
        datetime.fromtimestamp(seen, tz=UTC),
        row.session_key == request.session.session_key,
    )


def _handle(key):
    return salted_hmac("counties.sessions", key).hexdigest()[:16]


def end(request: HttpRequest, handle: str) -> bool:
    """End one of the user's own sessions; False if it is gone already."""
    keys = request.user.sessions.values_list("session_key", flat=True)
    found = [key for key in keys if _handle(key) == handle]
    return bool(Session.objects.filter(session_key__in=found).delete()[0])


def end_others(request: HttpRequest) -> int:
    """End all of the user's sessions but this one."""
    return request.user.sessions.exclude(session_key=request.session.session_key).delete()[0]


def end_all(user: User) -> None:
    user.sessions.all().delete()
