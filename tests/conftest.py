"""What all tests share. Each test process has its own DATA_DIR, database and numbered Redis database."""

import os

import pytest
from django.conf import settings as project
from django.core.cache import caches
from hypothesis import settings as examples

from counties import navigation
from news import comments, due, frame, heat, limits
from portal import listeners
from tests.engines import CHROMIUM

# The suite tries the same examples each time, however slow the machine; EXAMPLES=1000 looks for others.
examples.register_profile("suite", deadline=None, derandomize="EXAMPLES" not in os.environ)
examples.load_profile("suite")

CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


def pytest_configure():
    listeners.start = lambda: None  # its connection would keep the test database from being dropped
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    for options in project.CACHES.values():
        if options["BACKEND"].startswith("django_redis."):
            options["LOCATION"] += f"?db={number}"
    for options in project.DATABASES.values():
        if options["ENGINE"].endswith(".sqlite3"):
            # A file as in production, not memory: only there do threads wait for each other's writes.
            options.setdefault("TEST", {})["NAME"] = str(project.DATA_DIR / "test.sqlite3")


def pytest_report_header():
    engines = [options["ENGINE"].rpartition(".")[2] for options in project.DATABASES.values()]
    caches = [options["BACKEND"].rpartition(".")[2] for options in project.CACHES.values()]
    return f"databases: {', '.join(engines)}; caches: {', '.join(caches)}"


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """No test sees the regions, the cache or the readings of the one before."""
    navigation.forget()
    due.forget()
    frame.forget()
    comments.filter.forget()
    comments.learning.forget()
    for one in caches.all():
        one.clear()
    monkeypatch.setattr(heat, "_start_timer", lambda: None)  # tests write readings when they say so
    heat._heard.clear()
    heat._waiting.clear()
    limits._here.clear()


@pytest.fixture
def site_url(settings):
    return settings.SITE_URL


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        needed = "chromium" in os.environ.get("REQUIRE", "")
        (pytest.fail if needed else pytest.skip)(f"there is no {CHROMIUM}")
    # Imported here, because it takes half a second and few tests need it.
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415

    expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's event loop runs in the tests' own thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A new tab of a phone, 360 pixels wide, with nothing stored."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
