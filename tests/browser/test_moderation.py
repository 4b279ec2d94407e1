"""A reader's way through the comments, and a moderator's through the desk, in a real browser."""

import time

import pytest
from django.test import Client
from playwright.sync_api import expect

from news import comments
from news.models import Comment, CommentState, FilterWord
from tests.factories import make_article, make_comment, make_region, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "sichuan/liangshan/ganluo"
WATCH = 'addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective));'


@pytest.fixture
def tab(chromium):
    """Opens a browser of its own; at the end nothing went wrong in any."""
    contexts, wrong = [], []

    def opened(width=360, **options):
        context = chromium.new_context(viewport={"width": width, "height": 740}, locale="zh-CN", **options)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def story(transactional_db):
    make_region("sichuan", name="四川省", short_name="四川", label="四川")
    make_region("sichuan/liangshan", name="凉山彝族自治州", short_name="凉山", label="凉山州")
    make_region(HOME, name="甘洛县", short_name="甘洛")
    return make_article(home=HOME, headline="路修好了")


@pytest.fixture
def desk(tab, live_server, settings, story):
    """Opens the desk as a moderator of the prefecture."""

    def opened(width=1000, user=None):
        page, client = tab(width), Client()
        client.force_login(user or make_staff("moderator", "sichuan/liangshan"))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}/admin/desk/")
        page.wait_for_selector(".desk--live")
        return page

    return opened


def sent(story, number):
    said = ["桥也该修了", "核桃几时能卖", "谢谢修路的人", "山上还缺水", "校车能到村口了"]
    return [
        comments.post(story, name=f"读者{n}", text=f"{said[n % 5]}{'，真的' * (n // 5)}。", author=f"甲{n}")
        for n in range(number)
    ]


def waiting():
    return Comment.objects.filter(state=CommentState.PENDING).count()


def until(page, condition):
    """Wait for what the server does behind the page."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about")


def say(page, text):
    page.get_by_label("昵称").fill("海棠人")
    page.get_by_label("评论内容").fill(text)
    page.get_by_role("button", name="发表").click()


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_reader_likes_answers_and_is_told_what_became_of_it(live_server, tab, story):
    make_comment(story, name="阿木", text="好消息")
    page = tab()
    page.goto(live_server.url + story.get_absolute_url())
    page.get_by_role("button", name="赞").click()
    page.locator("[data-like] [aria-pressed=true]").wait_for()
    expect(page.locator("[data-like] span")).to_have_text("1")
    page.get_by_role("link", name="回复").click()
    expect(page.locator(".comment__body #write")).to_have_count(1)
    say(page, "是啊，盼了很久")
    expect(page.get_by_text("审核中")).to_be_visible()
    page.reload()
    expect(page.get_by_text("是啊，盼了很久")).to_be_visible()
    page.goto(live_server.url + story.get_absolute_url())
    page.locator("#mine").get_by_text("是啊，盼了很久").wait_for()
    expect(page.locator("[data-like] [aria-pressed=true]")).to_have_count(1)
    assert sideways(page) == 0
    comments.approve(Comment.objects.get(text__contains="盼了很久"), by=None)
    page.goto(f"{live_server.url}/articles/{story.pk}/comments/")
    expect(page.get_by_text("评论已通过")).to_be_visible()
    expect(page.locator(".comment__answers").get_by_text("盼了很久")).to_be_visible()
    assert sideways(page) == 0


def test_a_reader_without_scripts_likes_answers_and_reports(live_server, tab, story):
    comment = make_comment(story, name="阿木", text="好消息")
    page = tab(java_script_enabled=False)
    page.goto(live_server.url + story.get_absolute_url())
    page.get_by_role("button", name="赞").click()
    expect(page.locator("[data-like] span")).to_have_text("1")
    page.get_by_role("link", name="回复").click()
    say(page, "没有脚本也能回复")
    expect(page.get_by_text("没有脚本也能回复")).to_be_visible()
    page.get_by_role("link", name="举报").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="举报").click()
    expect(page.get_by_role("status")).to_be_visible()
    comment.refresh_from_db()
    answer = Comment.objects.get(text="没有脚本也能回复")
    assert (comment.likes, comment.reports, answer.parent) == (1, 1, comment)


def test_twenty_comments_are_approved_by_keyboard_alone(desk, story):
    sent(story, 20)
    page = desk()
    began = time.monotonic()
    for _ in range(20):
        page.keyboard.press("a")
    until(page, lambda: not waiting())
    assert time.monotonic() - began < 60
    assert Comment.objects.filter(state=CommentState.APPROVED).count() == 20
    page.locator(".desk__empty").wait_for()


def test_reject_with_a_reason_undo_and_select(desk, story):
    first, second, *_rest = sent(story, 4)
    page = desk()
    page.keyboard.press("r")
    page.keyboard.press("2")
    until(page, lambda: waiting() == 3)
    first.refresh_from_db()
    assert (first.state, first.decision_reason) == (CommentState.REJECTED, "spam")
    page.keyboard.press("u")
    until(page, lambda: waiting() == 4)
    page.locator(f"[data-card='{first.pk}']").wait_for()
    page.locator(f"[data-card='{second.pk}']").focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("Shift+A")
    until(page, lambda: waiting() == 2)
    page.keyboard.press("r")
    page.keyboard.type("跑题了")
    page.keyboard.press("Enter")
    until(page, lambda: Comment.objects.filter(decision_reason="跑题了").exists())


def test_a_flood_is_rejected_by_one_key(desk, story):
    for n in range(30):
        comments.post(story, name="王", text="出售发票，价格便宜，欢迎选购", author=f"王{n}")
    comments.post(story, name="读者", text="路修得真好")
    page = desk()
    page.keyboard.press("g")
    until(page, lambda: waiting() == 1)
    page.locator("[data-card]").get_by_text("路修得真好").wait_for()
    expect(page.locator("[data-card]")).to_have_count(1)


def test_new_comments_come_by_themselves_and_held_ones_do_not(desk, story):
    sent(story, 1)
    page, other = desk(), desk()
    expect(page.locator("[data-card]")).to_have_count(1)
    expect(other.locator("[data-card], [data-row]")).to_have_count(0)
    other.clock.install()
    other.reload()
    other.wait_for_selector(".desk--live")
    comments.post(story, name="新读者", text="刚刚写下的一句")
    other.clock.run_for(16_000)
    other.get_by_text("刚刚写下的一句").wait_for()


def test_a_selected_word_is_put_on_a_list(desk, story):
    comments.post(story, name="读者", text="代开发票请联系")
    page = desk()
    page.evaluate(
        """() => {
            const text = document.querySelector(".card .said").firstChild
            getSelection().setBaseAndExtent(text, 0, text, 4)
        }"""
    )
    page.keyboard.press("e")
    expect(page.locator("#words-word")).to_have_value("代开发票")
    page.keyboard.press("Enter")
    until(page, lambda: FilterWord.objects.filter(word="代开发票", kind="hold").exists())


def test_the_desk_fits_a_phone(desk, story):
    for comment in sent(story, 3):
        Comment.objects.filter(pk=comment.pk).update(text="W" * 300)
    page = desk(width=360)
    assert sideways(page) == 0
    page.locator(".card .quick--approve").first.click()
    until(page, lambda: waiting() == 2)
