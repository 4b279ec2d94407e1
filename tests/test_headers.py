"""What browsers are told, and by which cookies they are known: the same wherever an answer comes from."""

import runpy

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from news import images
from portal import wsgi
from tests import pictures
from tests.factories import make_article, make_staff
from tests.serving import Served

pytestmark = pytest.mark.django_db
STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
POLICY += "; frame-ancestors 'none'"
REFUSED = "camera", "geolocation", "microphone", "payment", "usb"


@pytest.fixture
def served(monkeypatch):
    make_article()
    return Served(monkeypatch)


ADDRESSES = [
    "/",
    "/",
    "/sichuan/",
    "/search/?q=x",
    "/articles/1/comments/",
    "/atom.xml",
    "/nothing/",
    "/livez",
]
ADDRESSES += ["/admin/login/", "/admin/", "/admin/nothing/", "/admin/jsi18n/", "/preview/x/", "/for-you/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_strict(served, address):
    """Kept or made, error or redirect, public or of the newsroom."""
    answer = served.ask(address)
    assert STRICT.items() <= answer.headers.items()
    assert set(answer.headers["content-security-policy"].split("; ")) == set(POLICY.split("; "))
    assert all(f"{name}=()" in answer.headers["permissions-policy"] for name in REFUSED)
    assert "x-powered-by" not in answer.headers
    assert "server" not in answer.headers


def test_pictures_may_be_shown_elsewhere_and_nothing_else(client, served, settings, tmp_path):
    settings.MEDIA_ROOT, settings.ORIGINALS_DIR = tmp_path / "media", tmp_path / "originals"
    photo, _new = images.store(pictures.saved(pictures.scene()))
    client.force_login(make_staff())
    peek = client.get(reverse("admin:news_photo_peek", args=[photo.pk]))
    assert peek["Cross-Origin-Resource-Policy"] == "same-origin"
    photo = pictures.made(pictures.saved(pictures.scene(), format="PNG"))
    shown = served.ask(images.variants(photo, "full")[0].url)
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
    assert shown.headers["content-type"].startswith("image/")
    assert shown.headers["x-content-type-options"] == "nosniff"


@pytest.fixture
def https(settings, monkeypatch):
    """The settings of a site whose SITE_URL is https."""
    monkeypatch.setenv("SITE_URL", "https://news.example.org")
    of_https = runpy.run_path(settings.BASE_DIR / "portal/settings.py")
    for name, value in of_https.items():
        if name.startswith(("SECURE_", "SESSION_", "CSRF_", "LANGUAGE_COOKIE_", "HTTPS")):
            setattr(settings, name, value)
    monkeypatch.setattr(wsgi, "django", WSGIHandler())


@pytest.mark.parametrize("first", [{}, {"HTTP_X_FORWARDED_PROTO": "http"}, {"wsgi.url_scheme": "https"}])
def test_a_kept_page_asks_for_https_whoever_came_first(served, https, first):
    for _again in range(2):
        said = served.ask("/about/", **first).headers["strict-transport-security"]
        assert said == "max-age=31536000; includeSubDomains; preload"


def test_cookies_of_staff_are_tied_to_the_host(client, https):
    user = make_staff()
    client.get("/admin/login/")
    client.post("/admin/login/", {"username": user.username, "password": "secret"})
    for name in ("__Host-session", "__Host-csrf"):
        cookie = client.cookies[name]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    answer = client.post("/admin/counties/region/language/", {"language": "en"})
    language = answer.cookies["__Secure-language"]
    assert language["secure"]
    assert language["httponly"]


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver@evil", "", "a b", "[::1"]
)
def test_an_unknown_host_is_refused(served, host):
    """What is kept is the same for all hosts; what is made, and every form, is for ours alone."""
    for address in ("/admin/login/", "/search/?q=x", "/about/"):
        answer = served.ask(address, HTTP_HOST=host)
        assert answer.status == 400
        assert "evil" not in answer.whole
    assert not served.cache.pages
