"""The life of a story in real browsers: filed, edited, placed, signed, published, corrected, withdrawn."""

import re

import pytest
from django.urls import reverse

from news import images
from news.models import Article, Photo, State
from tests.factories import make_region, make_section, make_staff
from tests.pictures import saved, scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME, NEXT = "sichuan/liangshan/ganluo", "sichuan/liangshan/xichang"


@pytest.fixture
def newsroom(chromium, live_server):
    """Signs somebody in by the form, in a browser of their own; at the end no policy was broken anywhere."""
    make_region(HOME, name="甘洛县", short_name="甘洛")
    make_region(NEXT, name="西昌市", short_name="西昌")
    make_section("news")
    contexts, complaints = [], []

    def sign_in(user):
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: "Content Security" in said.text and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/admin/login/?next=/admin/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", "secret")
        page.click("[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []


def type_body(page, words):
    page.click(".body__page")
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def upload(page, live_server, folder):
    files = []
    for number in (1, 2):
        file = folder / f"{number}.jpg"
        file.write_bytes(saved(scene(900 + number, 600)).read())
        files.append(str(file))
    page.goto(f"{live_server.url}{reverse('admin:news_photo_changelist')}")
    page.set_input_files("input[type=file][multiple]", files)
    page.wait_for_function("() => document.querySelectorAll('a[href*=\"/confirm/\"]').length > 0")
    page.click("a[href*='/confirm/']")
    for number, field in enumerate(page.query_selector_all("[name$=credit]")):
        field.fill(f"阿木 摄{number}")
    for field in page.query_selector_all("[name$=caption]"):
        field.fill("通村路修好了。")
    for field in page.query_selector_all("[name$=alt]"):
        field.fill("一条路")
    with page.expect_navigation():
        page.click("main [type=submit], #content [type=submit]")


def file_story(page, live_server):
    page.goto(f"{live_server.url}{reverse('admin:news_article_add')}")
    page.fill("[name=headline]", "通村路修好了")
    type_body(page, "正西村的路今天通车。")
    for number in (1, 2):
        page.click("[data-tool=photo]")
        page.click(f".photos button >> nth={number - 1}")
    with page.expect_navigation():
        page.click("[name=_submit]")


def review_and_place(page, live_server, article):
    page.click("text=通村路修好了")
    page.fill("[name=summary]", "路通了，进城只要四十分钟。")
    with page.expect_navigation():
        page.click("[name=_sign]")
    page.goto(f"{live_server.url}{reverse('admin:news_article_history', args=[article.pk])}")
    page.fill("[name=channel]", "西昌市")
    with page.expect_navigation():
        page.click("[name=step][value=place]")


def say_in_public(page, live_server, article, step, notice):
    page.goto(f"{live_server.url}{reverse('admin:news_article_history', args=[article.pk])}")
    page.fill("[name=notice]", notice)
    with page.expect_navigation():
        page.click(f"[name=step][value={step}]")


def test_a_story_from_the_reporter_to_its_withdrawal(newsroom, live_server, tmp_path, client):
    page = newsroom(make_staff("reporter", HOME))
    upload(page, live_server, tmp_path)
    images.make_waiting()
    assert Photo.objects.filter(is_confirmed=True).count() == 2
    file_story(page, live_server)
    article = Article.objects.get()
    assert (article.state, article.figures.count(), article.home.path) == (State.SUBMITTED, 2, HOME)

    review_and_place(newsroom(make_staff("editor", "sichuan")), live_server, article)
    article.refresh_from_db()
    assert article.state == State.REVIEWED

    chief = newsroom(make_staff("chief", ""))
    chief.goto(f"{live_server.url}{reverse('admin:news_article_change', args=[article.pk])}")
    chief.click("[name=_publish]")
    chief.wait_for_url(re.compile("history"))
    article.refresh_from_db()
    assert article.state == State.PUBLISHED
    for path in (f"/{HOME}/", f"/{NEXT}/", "/"):
        assert "通村路修好了" in client.get(path).content.decode()

    say_in_public(chief, live_server, article, "correct", "“四十分钟”应为“五十分钟”。")
    assert "“四十分钟”应为“五十分钟”。" in client.get(article.get_absolute_url()).content.decode()
    say_in_public(chief, live_server, article, "withdraw", "本稿核实有误，予以撤回。")
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 410
    assert "本稿核实有误，予以撤回。" in answer.content.decode()
    assert "通村路修好了" not in client.get(f"/{NEXT}/").content.decode()


def test_a_short_item_with_a_new_photo_needs_one_page(newsroom, live_server, tmp_path):
    page = newsroom(make_staff("editor", HOME))
    page.goto(f"{live_server.url}{reverse('admin:news_article_add')}")
    page.fill("[name=headline]", "一句话新闻")
    type_body(page, "今天通车。")
    page.click("[data-tool=photo]")
    file = tmp_path / "1.jpg"
    file.write_bytes(saved(scene(900, 600)).read())
    page.set_input_files(".photos__files", str(file))
    page.click(".photos button")
    page.click("[name=_publish]")
    page.wait_for_url(re.compile("history"))
    article = Article.objects.published().get()
    assert article.figures.count() == 1


# Fields, buttons and links that a screen reader would announce without a name.
NAMELESS = """() => [...document.querySelectorAll(
    "#content :is(input:not([type=hidden]), select:not([aria-hidden]), textarea, button, a, [role=combobox])"
)].filter((e) => e.checkVisibility() && !(e.labels?.length || e.ariaLabel || e.textContent.trim()
    || e.title || e.value && e.type === "submit" || e.querySelector("img:not([alt=''])")
    || e.querySelector("[title]")
    || document.getElementById(e.getAttribute("aria-labelledby"))?.ariaLabel)).map((e) => e.outerHTML)"""


@pytest.mark.parametrize(
    "name",
    [
        *("news_article_add", "news_breakingnews_add", "news_pick_add", "counties_user_add"),
        *("news_article_changelist", "counties_region_changelist", "news_photo_changelist"),
    ],
)
def test_every_field_of_the_newsroom_has_a_name(newsroom, live_server, name):
    page = newsroom(make_staff())
    page.goto(f"{live_server.url}{reverse(f'admin:{name}')}")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    assert page.evaluate(NAMELESS) == []
