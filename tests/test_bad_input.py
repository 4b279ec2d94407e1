"""Whatever is sent, the answer is never an error of ours. EXAMPLES=1000 tries more than the suite does."""

import json
import os
import re
from io import BytesIO

import pytest
from django.contrib import admin
from django.test import Client, override_settings
from django.urls import get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news import workflow
from tests.factories import make_article, make_comment, make_staff
from tests.serving import Served

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("EXAMPLES", "12"))
HOME = "sichuan/liangshan/ganluo"
OURS = {"Origin": "http://testserver"}

# Numbers that are none, or too large, for int(), for a database or for a calendar; odd texts; names of files.
NASTY = ["", "\0", " 1 ", "9" * 19, "9" * 5000, *"-1 0 ² １ ٣ 1e9 NaN -0 1.5 1_0 0x1 +1".split()]
NASTY += [
    "2026-02-30",
    "0001-01-01",
    "9999-12-31T23:59:59",
    "10000-01-01",
    "1-1",
    "9-9-9",
    "99999999999999999999-1",
]
NASTY += [
    "\u202e\u2066",
    "\ufeff",
    "a" * 3000,
    "核桃" * 600,
    "../../etc/passwd",
    "%00",
    "%s%n{0}",
    "' OR 1=1 --",
    '"',
    "\\",
]
NASTY += [
    "[]",
    "{}",
    "null",
    '{"a": 1}',
    "javascript:alert(1)",
    "//evil.example",
    "\r\nX: y",
    "\ud800",
    "𠮷\u0301" * 50,
]
TEXT = st.sampled_from(NASTY) | st.text(max_size=60)


def tried(number=EXAMPLES):
    return settings(
        max_examples=number,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


def some(names):
    return st.dictionaries(st.sampled_from(names), TEXT, max_size=4)


def sendable(data):
    """No client can send half a character; a form that holds one comes from a test alone."""
    return {name: value.encode("utf-8", "replace").decode() for name, value in data.items()}


@pytest.fixture
def story():
    article = make_article(home=HOME, tags=["核桃"], places=["guizhou/bijie"])
    make_comment(article)
    return article


# Readers

PAGES = [
    "/",
    f"/{HOME}/",
    "/hot/",
    "/sections/news/",
    "/tags/核桃/",
    "/search/",
    "/search/suggest/",
    "/for-you/",
]
PAGES += ["/regions/", "/corrections/", "/articles/account/", "/atom.xml", "/tags/核桃/feed.json", "/about/"]
PAGES += [
    "/articles/1/comments/",
    "/comments/1/report/",
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/admin/login/",
]
ASKED = "q region section from to sort before after window province seen reply liked next page".split()


@tried(4 * EXAMPLES)
@given(page=st.sampled_from(PAGES), query=some(ASKED))
@override_settings(COMMENTS_REQUIRE_LOGIN=True)
def test_no_query_breaks_a_page(client, story, page, query):
    answer = client.get(page.replace("/1/", f"/{story.pk}/"), sendable(query))
    assert answer.status_code < 500


@tried()
@given(page=st.sampled_from(PAGES), query=st.text(st.characters(max_codepoint=255), max_size=80))
def test_no_raw_query_breaks_a_page(monkeypatch, story, page, query):
    assert Served(monkeypatch).ask(page, QUERY_STRING=query).status < 500


SEGMENTS = [
    "sichuan",
    "SICHUAN",
    "liangshan",
    "hot",
    "sections",
    "news",
    "articles",
    "comments",
    "tags",
    "preview",
]
SEGMENTS += [
    "202611",
    "1",
    "07",
    "9" * 18,
    "atom.xml",
    "media",
    "photos",
    "static",
    "admin",
    "..",
    ".",
    "",
    "%2e%2e",
    "like",
]


@tried(2 * EXAMPLES)
@given(segments=st.lists(st.sampled_from(SEGMENTS) | TEXT, max_size=5), end=st.sampled_from(["", "/"]))
def test_no_address_breaks_the_site(monkeypatch, story, segments, end):
    address = "/" + "/".join(segments).encode("utf-8", "replace").decode().replace("?", "") + end
    for method in ("GET", "POST", "HEAD", "OPTIONS"):
        assert Served(monkeypatch).ask(address, method).status < 500


HEADERS = (
    "ACCEPT ACCEPT_ENCODING ACCEPT_LANGUAGE COOKIE HOST IF_NONE_MATCH IF_MODIFIED_SINCE IF_MATCH RANGE ORIGIN"
)
HEADERS += " REFERER USER_AGENT X_FORWARDED_FOR X_FORWARDED_PROTO SEC_FETCH_SITE SEC_PURPOSE CACHE_CONTROL"
NAMES = [f"HTTP_{name}" for name in HEADERS.split()] + ["CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_ADDR"]
COOKIES = [
    "session=x",
    "author=x; browser=y",
    "csrf=z",
    "author=; =; ;;",
    "django_language=../x",
    'a="\\',
    "author",
]
VALUES = st.sampled_from(
    [*NASTY[:-1], *COOKIES, "multipart/form-data", "multipart/form-data; boundary=x", "a/b; charset=x"]
)
VALUES |= st.text(st.characters(max_codepoint=255), max_size=60)


@tried(3 * EXAMPLES)
@given(headers=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), body=st.binary(max_size=80))
@override_settings(TRUSTED_PROXIES=["0.0.0.0/0", "::/0"], COMMENTS_REQUIRE_LOGIN=True)
def test_no_header_breaks_the_site(monkeypatch, story, headers, body):
    served = Served(monkeypatch)
    sent = {name: value.encode("utf-8", "replace").decode("latin-1") for name, value in headers.items()}
    for address in ("/", f"/articles/{story.pk}/comments/", "/admin/login/", "/search/?q=x"):
        assert served.ask(address, **sent).status < 500
    for address in (f"/articles/{story.pk}/comments/", "/admin/login/", f"/articles/{story.pk}/seen/"):
        assert served.ask(address, "POST", body, **sent).status < 500


FORMS = {
    "/articles/{pk}/comments/": "name text website work parent",
    "/comments/{said}/like/": "x",
    "/comments/{said}/report/": "reason",
    "/articles/account/sign-in/": "who password next text parent",
    "/articles/account/register/": "nickname contact password next text parent",
    "/articles/account/password/": "password new again",
    "/articles/account/delete/": "password",
    "/admin/login/": "username password next",
    "/admin/login/code/": "code",
}


@tried(5 * EXAMPLES)
@given(
    address=st.sampled_from(list(FORMS)),
    data=st.data(),
    kind=st.sampled_from(["form", "json", "multipart", "raw"]),
)
def test_no_form_of_readers_breaks_the_site(client, story, address, data, kind):
    typed = sendable(data.draw(some(FORMS[address].split())))
    address = address.format(pk=story.pk, said=story.comments.first().pk)
    body, content_type = {
        "form": (
            "&".join(f"{name}={value}" for name, value in typed.items()),
            "application/x-www-form-urlencoded",
        ),
        "json": (typed, "application/json"),
        "raw": (str(typed).encode(), "multipart/form-data; boundary=x"),
    }.get(kind, (typed, None))
    options = {"content_type": content_type} if content_type else {}
    with override_settings(COMMENTS_REQUIRE_LOGIN=data.draw(st.booleans())):
        assert client.post(address, body, headers=OURS, **options).status_code < 500


# The newsroom


@pytest.fixture
def newsroom(story):
    """A client whose user may do everything, and rows to work on."""
    make_article(home=HOME, live=False)
    workflow.working_copy(story, by=make_staff())
    make_comment(story, state="pending")
    client = Client()
    client.force_login(make_staff())
    return client


def of_the_admin(resolver=None, above="/"):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = above + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from of_the_admin(pattern, route)
        elif route.startswith("/admin/") and "logout" not in route and "?P<" not in route:
            yield route


ROUTES = sorted(set(of_the_admin()))
PARAMETERS = """
    q o p e all region state section source block kind is_confirmed__exact published_at at created_at article
    a b term app_label model_name field_name model_id ids seen from to before after group lease by act queue
    sort _popup _to_field _changelist_filters home headline lead channel not-lead window days
""".split()


@tried(6 * EXAMPLES)
@given(
    route=st.sampled_from(ROUTES),
    number=st.sampled_from(["1", "2", "0", "9" * 18, "9" * 5000]) | TEXT,
    query=some(PARAMETERS),
)
def test_no_address_of_the_newsroom_breaks(newsroom, route, number, query):
    number = number.encode("utf-8", "replace").decode().strip("/ ") or "1"
    number = number if "<path:" in route or number.isdigit() else "1"
    address = re.sub("<[^>]+>", lambda _match: number, route)
    assert newsroom.get(address, sendable(query)).status_code < 500


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "²", "-1"])
@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("news/article/", ["quick", "_selected_action", "propose", "revision"]),
        ("news/article/{story}/change/", ["propose", "region", "figures-{}-photo", "figures-0-photo"]),
        ("news/article/{story}/compare/", ["a", "b"]),
        ("news/article/{story}/restore/", ["revision"]),
        ("news/article/{number}/change/", ["headline"]),
        ("news/photo/confirm/", ["form-0-id"]),
        ("news/reading/", ["article"]),
        ("news/reading/", ["region"]),
    ],
)
def test_no_number_of_the_newsroom_breaks(newsroom, story, path, names, number):
    address = "/admin/" + path.format(story=story.pk, number=number)
    sent = {name.format(number): f"publish:{number}" if name == "quick" else number for name in names}
    assert newsroom.get(address, sent).status_code < 500
    assert newsroom.post(address, sent | {"action": "publish"}).status_code < 500


POSTED = [
    route for route in ROUTES if not re.search(r"user|reader|second|password|sessions|view_on_site", route)
]
ACTIONS = """
    step at notice kind text revision article base fields now local form_key id ids act decision reason batch
    group next language order pick block post confirm index action _selected_action select_across _save _keep
    word
""".split()


@tried(6 * EXAMPLES)
@given(
    route=st.sampled_from(POSTED),
    number=st.sampled_from(["1", "2", "3", "9" * 18, "9" * 5000]),
    typed=some(ACTIONS),
)
def test_no_act_of_the_newsroom_breaks(newsroom, route, number, typed):
    address = re.sub("<[^>]+>", number, route)
    assert newsroom.post(address, sendable(typed)).status_code < 500
    assert newsroom.post(address, sendable(typed), "application/json").status_code < 500


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
KEYS = "article base fields now local at form_key field".split()


@tried(2 * EXAMPLES)
@given(
    name=st.sampled_from(["autosave", "recover", "discard"]),
    message=st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5) | JSON,
)
def test_no_message_of_the_editor_breaks(newsroom, name, message):
    sent = newsroom.post(f"/admin/news/article/writing/{name}/", dumped(message), "application/json")
    assert sent.status_code < 500


def dumped(message):
    """As a browser would send it: without halves of characters, and with NaN, which is no JSON."""
    return re.sub(r"\\ud[89a-f]..", "", json.dumps(message))


ADDED = [model for model in admin.site._registry if model._meta.app_label == "news"]


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model.__name__)
def test_no_form_of_the_newsroom_breaks(newsroom, model):
    """Each field of each form, its rows beside it included, filled with anything."""
    base = f"/admin/news/{model._meta.model_name}/"
    row = model._base_manager.first()
    for address in [f"{base}add/", *([f"{base}{row.pk}/change/"] if row else [])]:
        shown = newsroom.get(address, follow=True)
        if shown.status_code != 200 or "adminform" not in (shown.context or {}):
            continue
        address = shown.redirect_chain[-1][0] if shown.redirect_chain else address
        fill_in(newsroom, address, shown.context)


def fill_in(newsroom, address, context):
    forms = [
        context["adminform"].form,
        *(form for rows in context["inline_admin_formsets"] for form in rows.formset),
    ]
    sent = {}
    for rows in context["inline_admin_formsets"]:
        sent |= {field.html_name: field.value() for field in rows.formset.management_form}
    for form in forms:
        sent |= {field.html_name: field.value() for field in form if field.value() is not None}
    names = sorted({"_save"} | {field.html_name for form in forms for field in form} | set(sent))

    @tried(max(3, EXAMPLES // 4))
    @given(typed=st.dictionaries(st.sampled_from(names), TEXT, min_size=1, max_size=3))
    def fill(typed):
        assert newsroom.post(address, sent | sendable(typed)).status_code < 500

    fill()


@tried()
@given(
    name=TEXT,
    data=st.binary(max_size=200),
    start=st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF"]),
)
def test_no_file_breaks_the_library(newsroom, tmp_path, name, data, start):
    file = BytesIO(start + data)
    file.name = name.encode("utf-8", "replace").decode()[:200] or "x"  # more is no header that Django reads
    with override_settings(MEDIA_ROOT=tmp_path / "media", ORIGINALS_DIR=tmp_path / "originals"):
        answer = newsroom.post(
            "/admin/news/photo/upload/", {"files": [file]}, headers={"Accept": "application/json"}
        )
    assert answer.status_code == 200
    assert all(result["status"] == "refused" for result in answer.json()["results"])
