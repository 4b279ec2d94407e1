"""Signing in: password, lock-out, second factor, and who must have one."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from counties import second_factor
from counties.models import User
from tests.factories import make_region, make_staff

pytestmark = pytest.mark.django_db
LOGIN, FACTOR = "/admin/login/", "/admin/second-factor/"
PASSWORD = "甘洛河边的土鸡枞菌"


def member(role="editor", path="sichuan", **fields) -> User:
    make_region(path)
    user = make_staff(role, path, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def enrolled(role="editor", path="sichuan") -> tuple[User, TOTPDevice, list[str]]:
    user = member(role, path)
    device = second_factor.offered(user)
    codes = second_factor.switch_on(device)
    return user, TOTPDevice.objects.get(user=user), codes


def code_of(device) -> str:
    return f"{totp(device.bin_key):06d}"


def sign_in(client, user, password=PASSWORD, **fields):
    name = user if isinstance(user, str) else user.username
    return client.post(LOGIN, {"username": name, "password": password, **fields})


def is_in(client) -> bool:
    return client.get(reverse("admin:password_change")).status_code == 200


def test_one_page_with_a_form(client):
    answer = client.get(LOGIN)
    assert answer.status_code == 200
    for field in ("username", "password", "next", "csrfmiddlewaretoken"):
        assert f'name="{field}"' in answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_the_password_signs_in_and_leads_on(client):
    answer = sign_in(client, member(), next="/admin/news/photo/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/news/photo/")
    assert is_in(client)
    assert client.post("/admin/logout/").status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize("fields", [{}, {"next": "https://elsewhere.example/"}])
def test_without_a_place_of_ours_it_leads_to_the_front_page(client, fields):
    assert sign_in(client, member(), **fields)["Location"] == "/admin/"


def test_an_unknown_name_is_answered_like_a_wrong_password(client):
    user, stranger, asleep = member(), member(), member()
    User.objects.filter(pk=stranger.pk).update(is_staff=False)
    User.objects.filter(pk=asleep.pk).update(is_active=False)
    tries = [(user, "falsch"), ("nobody", "falsch"), (stranger, PASSWORD), (asleep, PASSWORD)]
    pages = [sign_in(client, *each).content.decode() for each in tries]
    assert len({page.partition('class="errornote"')[2].partition("</p>")[0] for page in pages}) == 1
    assert not is_in(client)


@pytest.mark.parametrize("known", [True, False])
def test_after_ten_wrong_tries_an_account_is_locked_for_that_address(client, known):
    user = member()
    name = user.username if known else "nobody"
    assert [sign_in(client, name, "falsch").status_code for _try in range(10)] == [200] * 10
    answer = sign_in(client, name, "falsch")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "csrfmiddlewaretoken" in answer.content.decode()
    assert sign_in(client, name).status_code == 429
    assert sign_in(client, member()).status_code == 302


def test_the_lock_is_for_one_address_and_survives_a_lost_cache(client, settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    user = member()
    elsewhere = {"headers": {"x-forwarded-for": "8.8.8.8, 203.0.113.9"}}
    for _try in range(11):
        client.post(LOGIN, {"username": user.username, "password": "falsch"}, **elsewhere)
    cache.clear()
    right = {"username": user.username, "password": PASSWORD}
    assert client.post(LOGIN, right, **elsewhere).status_code == 429
    assert client.post(LOGIN, right, headers={"x-forwarded-for": "203.0.113.10"}).status_code == 302


def test_ten_wrong_tries_a_minute_from_one_address(client, settings, monkeypatch):
    settings.RATE_LIMITS = True
    monkeypatch.setattr("counties.signin.time", lambda: 1_800_000_010.0)
    user = member()
    for _try in range(3):
        assert sign_in(Client(), user).status_code == 302  # right ones do not count
    assert [sign_in(client, f"name{n}", "falsch").status_code for n in range(10)] == [200] * 10
    answer = sign_in(client, user)
    assert (answer.status_code, answer["Retry-After"]) == (429, "50")
    assert not is_in(client)
    monkeypatch.setattr("counties.signin.time", lambda: 1_800_000_070.0)
    assert sign_in(client, user).status_code == 302


def test_the_session_key_changes_at_sign_in(client):
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    sign_in(client, member())
    assert client.session.session_key != before


def test_the_password_alone_does_not_sign_in_who_has_a_device(client):
    user, device, _codes = enrolled()
    answer = sign_in(client, user, next="/admin/news/photo/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/code/")
    assert not is_in(client)
    page = client.get(answer["Location"])
    assert 'autocomplete="one-time-code"' in page.content.decode()
    answer = client.post("/admin/login/code/", {"code": code_of(device)})
    assert answer["Location"] == "/admin/news/photo/"
    assert is_in(client)


def test_a_code_works_once(client):
    user, device, _codes = enrolled()
    code = code_of(device)
    for allowed in (True, False):
        other = Client()
        sign_in(other, user)
        other.post("/admin/login/code/", {"code": code})
        assert is_in(other) is allowed


def test_a_recovery_code_works_once(client):
    user, _device, codes = enrolled()
    assert len(set(codes)) == 10
    for allowed in (True, False):
        other = Client()
        sign_in(other, user)
        other.post("/admin/login/code/", {"code": f" {codes[0].upper()} "})
        assert is_in(other) is allowed
    assert second_factor.recovery_codes_left(user) == 9


def test_wrong_codes_make_the_right_one_wait(client):
    user, device, _codes = enrolled()
    sign_in(client, user)
    client.post("/admin/login/code/", {"code": "x"})
    for code in ("000000", code_of(device)):
        assert client.post("/admin/login/code/", {"code": code}).status_code == 200
    assert not is_in(client)
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(minutes=1))
    assert client.post("/admin/login/code/", {"code": code_of(device)}).status_code == 302


def test_wrong_codes_count_for_the_address(client, settings):
    settings.RATE_LIMITS = True
    user, _device, _codes = enrolled()
    sign_in(client, user)
    answers = [client.post("/admin/login/code/", {"code": "000000"}) for _try in range(11)]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}, {"password": "!"}])
def test_the_code_is_not_taken_when_the_account_has_changed(client, change):
    user, device, _codes = enrolled()
    sign_in(client, user)
    User.objects.filter(pk=user.pk).update(**change)
    answer = client.post("/admin/login/code/", {"code": code_of(device)})
    assert answer["Location"] == LOGIN
    assert not is_in(client)


def test_the_code_page_needs_a_password_first(client):
    assert client.get("/admin/login/code/")["Location"] == LOGIN


def test_enrolling_shows_ten_codes_once(client):
    user = member()
    sign_in(client, user)
    page = client.get(FACTOR).content.decode()
    assert 'class="qr"' in page
    assert "otpauth://totp/" in page
    assert "style=" not in page
    assert second_factor.device_of(user) is None
    device = second_factor.offered(user)
    assert client.post(FACTOR, {"code": "abc"}).status_code == 200
    assert second_factor.device_of(user) is None
    TOTPDevice.objects.update(throttling_failure_count=0)
    answer = client.post(FACTOR, {"code": code_of(device)})
    assert answer.content.decode().count("<li><code>") == 10
    assert "no-store" in answer["Cache-Control"]
    assert second_factor.device_of(user) == device
    assert "<li><code>" not in client.get(FACTOR).content.decode()
    assert is_in(client)


def test_enrolling_ends_the_sessions_that_gave_no_code(client):
    user, other = member(), Client()
    sign_in(other, user)
    sign_in(client, user)
    client.post(FACTOR, {"code": code_of(second_factor.offered(user))})
    assert is_in(client)
    assert not is_in(other)


def test_enrolling_long_after_signing_in_asks_for_the_password(client):
    user = member()
    client.force_login(user)
    device = second_factor.offered(user)
    client.post(FACTOR, {"code": code_of(device)})
    assert second_factor.device_of(user) is None
    client.post(FACTOR, {"code": code_of(device), "password": PASSWORD})
    assert second_factor.device_of(user) == device


def signed_in_with_code(client):
    user, device, codes = enrolled()
    sign_in(client, user)
    client.post("/admin/login/code/", {"code": code_of(device)})
    assert is_in(client)
    TOTPDevice.objects.update(last_t=-1)  # so that the same half minute's code serves again
    return user, device, codes


def test_switching_off_needs_password_and_code(client):
    user, device, _codes = signed_in_with_code(client)
    wrong = {"act": "off", "off-password": "falsch", "off-code": code_of(device)}
    for fields in (wrong, {"act": "off", "off-password": PASSWORD, "off-code": ""}):
        assert client.post(FACTOR, fields).status_code == 200
        assert second_factor.device_of(user)
    client.post(FACTOR, {"act": "off", "off-password": PASSWORD, "off-code": code_of(device)})
    assert second_factor.device_of(user) is None
    assert second_factor.recovery_codes_left(user) == 0


def test_new_recovery_codes_replace_the_old(client):
    user, device, codes = signed_in_with_code(client)
    answer = client.post(FACTOR, {"act": "renew", "renew-code": code_of(device)})
    assert answer.content.decode().count("<li><code>") == 10
    assert codes[0] not in answer.content.decode()
    assert second_factor.recovery_codes_left(user) == 10


@pytest.mark.parametrize(("role", "must"), [(None, True), ("chief", True), ("editor", False)])
def test_who_must_have_a_second_factor(client, settings, role, must):
    settings.STAFF_MFA = True
    user = member(role, "sichuan")
    sign_in(client, user)
    for page in ("/admin/", "/admin/password_change/", "/admin/sessions/", "/admin/news/article/add/"):
        assert (client.get(page).headers.get("Location") == FACTOR) is must
    client.post(FACTOR, {"code": code_of(second_factor.offered(user))})
    assert is_in(client)


def test_who_must_may_still_sign_out(client, settings):
    settings.STAFF_MFA = True
    sign_in(client, member(None))
    assert client.post("/admin/logout/").status_code == 200


def test_a_session_without_a_code_ends_where_one_is_owed(client, settings):
    settings.STAFF_MFA = True
    user, _device, _codes = enrolled("chief")
    client.force_login(user)
    assert client.get("/admin/")["Location"] == FACTOR
    assert client.get(FACTOR)["Location"] == LOGIN
    assert client.get("/admin/")["Location"] == f"{LOGIN}?next=/admin/"


def test_nobody_reads_secrets_in_the_admin(client):
    client.force_login(member(None))
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/axes/accessattempt/").status_code == 404


def test_only_a_staff_member_opens_the_pages(client):
    for path in (FACTOR, "/admin/sessions/"):
        assert client.get(path)["Location"] == f"{LOGIN}?next={path}"


def test_passwords_are_kept_as_argon2(settings, rf):
    from portal import settings as product  # noqa: PLC0415 the tests' own settings hash with MD5

    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    user = member()
    assert user.password.startswith("argon2")
    assert authenticate(rf.get(LOGIN), username=user.username, password=PASSWORD) == user
