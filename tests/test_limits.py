"""How many requests one reader may make in a minute, and who one reader is."""

import pytest
from django.urls import reverse

from news import limits
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db
NOBODY = "0.0.0.0"  # noqa: S104 nothing listens there


@pytest.fixture(autouse=True)
def limited(settings):
    settings.RATE_LIMITS = True
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "fd00::/8"]
    make_region()


@pytest.mark.parametrize(
    ("peer", "forwarded", "reader"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # no proxy of ours says so
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (
            "10.0.0.1",
            "192.0.2.1, 198.51.100.7, 10.0.0.2",
            "198.51.100.7",
        ),  # the first is the reader's own claim
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", NOBODY),
        ("", "198.51.100.7", NOBODY),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::"),
        ("fd00::1", "2001:db8:1:2:3::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_a_reader_is_an_address_or_a_64_of_ipv6_and_only_our_proxies_speak_for_others(
    rf, peer, forwarded, reader
):
    request = rf.get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert limits.address_of(request) == reader


@pytest.mark.parametrize(
    ("method", "address", "per_minute"),
    [("get", "/search/?q=x", 600), ("get", "/search/suggest/?q=x", 600), ("post", "/articles/1/seen/", 120)],
)
def test_searching_and_reading_are_limited_for_each_address(client, monkeypatch, method, address, per_minute):
    monkeypatch.setattr(limits, "time", lambda: 1_000_000 * 60.0)  # no minute ends meanwhile
    ask = getattr(client, method)
    for _ in range(per_minute // 10 + 1):
        assert ask(address).status_code != 429
    key = f"limit:{'seen' if method == 'post' else 'search'}:127.0.0.1:1000000"
    assert limits.cache.get(key) == per_minute // 10 + 1  # those before were counted, too
    limits.cache.set(key, per_minute - 1)
    assert ask(address).status_code != 429
    refused = ask(address)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "稍" in refused.content.decode() or "分钟" in refused.content.decode()
    assert ask(address, REMOTE_ADDR="203.0.113.9").status_code != 429
    assert ask(address, headers={"X-Forwarded-For": "203.0.113.10"}).status_code == 429


@pytest.mark.parametrize("name", ["upload", "replace", "add"])
def test_uploads_are_limited_for_each_address(client, monkeypatch, name):
    monkeypatch.setattr(limits, "time", lambda: 1_000_000 * 60.0)
    client.force_login(make_staff())
    address = reverse(f"admin:news_photo_{name}", args=[1] if name == "replace" else [])
    assert client.post(address).status_code in {200, 302, 404}
    limits._here["limit:uploads:127.0.0.1:1000000"] = 301
    assert client.post(address).status_code == 429


def lost(key, delta):
    raise ValueError("no such key")


@pytest.mark.parametrize("incr", [lost, lambda key, delta: None], ids=["key dropped", "Redis away"])
def test_without_the_shared_cache_each_process_counts_for_itself(client, monkeypatch, incr):
    monkeypatch.setattr(limits, "time", lambda: 1_000_000 * 60.0)
    monkeypatch.setattr(limits.cache, "incr", incr)
    limits._here["limit:search:127.0.0.1:1000000"] = 100
    assert client.get("/search/?q=x").status_code == 200
    limits._here["limit:search:127.0.0.1:1000000"] = 600
    assert client.get("/search/?q=x").status_code == 429


def test_a_body_too_large_for_a_form_is_refused(client, settings):
    address = f"/articles/{make_article().pk}/comments/"
    data = {"name": "名", "text": "字" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    assert client.post(address, data, headers={"Origin": "http://testserver"}).status_code == 400
    many = "&".join(f"f{number}=" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 2))
    assert client.post(address, many, "application/x-www-form-urlencoded").status_code == 400
