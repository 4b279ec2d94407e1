"""The home, the pages about the site, its health, its files, and what every public answer must have."""

import pytest
from django.db import OperationalError, connection

from counties import navigation
from counties.models import Region
from news import cards
from news.models import Pick
from tests.factories import make_article, make_region, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def network(db):
    return make_region("", name="乡音")


def test_home_shows_the_lead_the_provinces_and_the_newest(client, network):
    for path in ("sichuan/liangshan/ganluo", "guizhou/bijie", "yunnan/zhaotong"):
        for n in range(8):
            make_article(home=path, hours_ago=n, headline=f"{path}之{n}")
    lead = make_article(hours_ago=40, headline="选定的头条")
    Pick.objects.create(region=network, block="lead", article=lead)
    answer = client.get("/")
    assert answer.context["lead"].id == lead.pk
    assert {node.path for node, _cards in answer.context["provinces"]} == {"sichuan", "guizhou", "yunnan"}
    assert answer.content.decode().count("<h1") == 1


def test_home_of_an_empty_network_is_a_page(client, network):
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("stories", [1, 3])
def test_home_costs_six_queries(client, network, stories, django_assert_num_queries):
    for _ in range(stories):
        make_article(home="sichuan/liangshan/ganluo", source="凉山日报")
        make_article(home="guizhou/bijie")
    client.get("/")
    with django_assert_num_queries(6):
        client.get("/")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/about/",
        "/corrections/",
        "/regions/",
        "/search/?q=核桃",
        "/hot/",
        "/nothing/",
        "/atom.xml",
        "/sitemap.xml",
        "/robots.txt",
        "/livez",
        "/readyz",
    ],
)
def test_public_answers_are_for_everybody_and_strict(client, network, path):
    answer = client.get(path, headers={"Accept-Language": "en", "Cookie": "session=x; csrf=y"})
    assert not answer.cookies
    vary = answer.get("Vary", "")
    assert "Cookie" not in vary
    assert "Accept-Language" not in vary
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]


def test_error_pages_speak_chinese_whatever_the_browser_asks(client, network):
    page = client.get("/nothing/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="zh-CN"' in page
    assert "没有" in page


def test_a_failing_page_says_so_without_details(client, network, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("news.candidates.of", lambda *args, **kwargs: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.content.decode()
    assert "<h1" in answer.content.decode()


def test_a_page_without_its_database_asks_to_come_again(client, network, monkeypatch):
    def fails(*args, **kwargs):
        raise OperationalError("connection refused")

    client.raise_request_exception = False
    monkeypatch.setattr("news.candidates.of", fails)
    answer = client.get("/")
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "数据库暂时没有回应" in answer.content.decode()


def test_what_could_not_be_saved_is_handed_back(client, monkeypatch):
    """As on a full disk, or while the database is away."""

    def fails(*args, **kwargs):
        raise OperationalError("database or disk is full")

    client.raise_request_exception = False
    monkeypatch.setattr("news.comments.post", fails)
    typed = {"name": "海棠人", "text": "写了很久的<b>一段话</b>"}
    answer = client.post(f"/articles/{make_article().pk}/comments/", typed)
    assert answer.status_code == 503
    assert "没能保存" in answer.content.decode()
    assert "写了很久的&lt;b&gt;一段话&lt;/b&gt;</textarea>" in answer.content.decode()


def test_a_password_is_not_handed_back(client, settings, monkeypatch):
    client.raise_request_exception = False
    settings.COMMENTS_REQUIRE_LOGIN = True
    monkeypatch.setattr("news.readers.authenticated", lambda *args, **kwargs: 1 / 0)
    answer = client.post("/articles/account/sign-in/", {"who": "海棠人", "password": "山上的核桃熟了"})
    assert answer.status_code == 500
    assert "核桃" not in answer.content.decode()


def test_a_password_is_not_handed_back_where_the_session_cannot_be_read(client, monkeypatch):
    """That is before the view is asked, which says what is sensitive."""

    def fails(*args, **kwargs):
        raise OperationalError("connection refused")

    client.raise_request_exception = False
    client.force_login(make_staff())
    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore._get_session_from_db", fails)
    typed = {"old_password": "山上的核桃熟了", "new_password1": "山下的核桃熟了"}
    answer = client.post("/admin/password_change/", typed)
    assert answer.status_code == 503
    assert "核桃" not in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health(client, network, path):
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_names_what_failed(client, network):
    Region.objects.all().delete()
    navigation.forget()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.content.decode()


def test_media_serves_renditions_and_nothing_else(client, network, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    key = "ab" + "c" * 30
    folder = tmp_path / "photos/ab" / key
    folder.mkdir(parents=True)
    for name in ("full-480.avif", "full-480.html", "secret.jpg"):
        (folder / name).write_bytes(b"x")
    (tmp_path / "secret.jpg").write_bytes(b"x")
    answer = client.get(f"/media/photos/ab/{key}/full-480.avif")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/avif")
    assert "immutable" in answer["Cache-Control"]
    for name in (
        f"photos/ab/{key}/full-480.html",
        f"photos/ab/{key}/secret.jpg",
        "secret.jpg",
        "../db.sqlite3",
        f"photos/ab/{key}/full-800.avif",
    ):
        assert client.get(f"/media/{name}").status_code == 404


def test_a_page_that_was_not_changed_is_not_sent_again(client, network):
    tag = client.get("/about/")["ETag"]
    assert client.get("/about/", headers={"If-None-Match": tag}).status_code == 304


def test_sqlite_answers_with_its_write_ahead_log():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys")
            assert cursor.fetchone() == (1,)


def test_a_story_withdrawn_while_home_is_made_is_left_out(client, monkeypatch):
    make_article()
    monkeypatch.setattr(cards, "load", lambda ids: {})
    assert client.get("/").status_code == 200
