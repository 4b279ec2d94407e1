"""Where one is signed in: the list, ending sessions, and what ends them by itself."""

from datetime import timedelta
from time import time

import pytest
from django.test import Client
from django.utils import timezone

from counties import sessions
from counties.models import Session, User
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
PAGE = "/admin/sessions/"
PHONE = "Mozilla/5.0 (Linux; Android 14; HLK-AL00) AppleWebKit/537.36 Chrome/126 Mobile MicroMessenger/8.0.49"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
PASSWORD = "甘洛河边的土鸡枞菌"


@pytest.fixture
def user():
    user = make_staff("editor", "sichuan")
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user, agent=DESK) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/admin/login/", {"username": user.username, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get(PAGE).status_code == 200


def places(client):
    return client.get(PAGE).context["places"]


def test_lists_ones_browsers_in_plain_words(user):
    signed_in(user, PHONE)
    client = signed_in(user)
    found = [(place.browser, place.system, place.is_this) for place in places(client)]
    assert found == [("Edge", "Windows", True), ("微信", "Android", False)]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari iPhone"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox Mac",
        ),
        (
            "Mozilla/5.0 (Phone; OpenHarmony 5.0) Chrome/114 Safari/537.36 HuaweiBrowser/5.0",
            "华为浏览器 HarmonyOS",
        ),
        ("curl/8.5", "未知浏览器 "),
    ],
)
def test_names_of_browsers(user, agent, words):
    place = places(signed_in(user, agent))[0]
    assert place.browser in {words.partition(" ")[0], "Unknown browser"}
    assert place.system == words.partition(" ")[2]


def test_no_key_and_no_address_is_shown(user):
    other, client = signed_in(user, PHONE), signed_in(user)
    page = client.get(PAGE).content.decode()
    assert other.session.session_key not in page
    assert client.session.session_key not in page
    assert "127.0.0.1" not in page


def test_ending_one_session(user):
    one, two, client = signed_in(user, PHONE), signed_in(user, PHONE), signed_in(user)
    handle = sessions._handle(one.session.session_key)
    client.post(PAGE, {"end": handle})
    assert [is_in(one), is_in(two), is_in(client)] == [False, True, True]


def test_ending_all_others(user):
    one, two, client = signed_in(user), signed_in(user), signed_in(user)
    client.post(PAGE, {"others": "1"})
    assert [is_in(one), is_in(two), is_in(client)] == [False, False, True]


def test_nobody_ends_the_session_of_somebody_else(user):
    other = make_staff("editor", "sichuan")
    other.set_password(PASSWORD)
    other.save()
    theirs, client = signed_in(other), signed_in(user)
    client.post(PAGE, {"end": sessions._handle(theirs.session.session_key)})
    client.post(PAGE, {"others": "1"})
    assert is_in(theirs)
    assert len(places(client)) == 1


def test_a_changed_password_ends_the_others(user):
    other, client = signed_in(user), signed_in(user)
    new = "另一句很长的话1"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", fields).status_code == 302
    assert len(places(client)) == 1
    assert not is_in(other)


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_deactivated_account_is_out_at_once(user, change):
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(**change)
    assert not is_in(client)


def test_an_old_session_ends_however_busy(user):
    client = signed_in(user)
    session = client.session
    session["signed_in"] = time() - timedelta(days=7, minutes=1).total_seconds()
    session.save()
    assert not is_in(client)


def test_an_idle_session_ends(user):
    client = signed_in(user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)
    signed_in(user)
    assert Session.objects.count() == 1  # and its row is gone


def test_use_is_noted_every_five_minutes_only(user, django_assert_num_queries):
    client = signed_in(user)
    client.get(PAGE)
    with django_assert_num_queries(4):  # session, user, memberships, sessions: nothing is written
        client.get(PAGE)
    session = client.session
    session["seen"] = time() - 301
    session.save()
    client.get(PAGE)
    assert time() - client.session["seen"] < 60


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same(user, number, django_assert_num_queries):
    clients = [signed_in(user) for _ in range(number)]
    clients[0].get(PAGE)
    with django_assert_num_queries(4):
        assert len(places(clients[0])) == number


def test_readers_have_no_session(client):
    client.get("/admin/login/")
    assert Session.objects.count() == 0
