"""A reader's way through the site on a phone, in a real browser, with scripts and without."""

import pytest
from playwright.sync_api import expect

from news import heat
from tests.factories import make_article, make_region

PHONE = {"width": 360, "height": 740}
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
WATCH = 'addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective));'

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def stories(transactional_db):
    """Three stories of 甘洛, two of them about walnuts."""
    make_region("sichuan", name="四川省", short_name="四川", label="四川")
    make_region("sichuan/liangshan", name="凉山彝族自治州", short_name="凉山", label="凉山州")
    ganluo = make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛", pinyin="gan luo")
    make_region("sichuan/liangshan/xichang", name="西昌市", short_name="西昌", pinyin="xi chang")
    body = "".join(f"<p>{'山路修到了村口，核桃一天就能运出去。' * 12}</p>" for _ in range(6))
    titles = {"核桃熟了": ["核桃"], "核桃卖完了": ["核桃"], "路修好了": ["公路"]}
    return {
        title: make_article(home=ganluo, headline=title, body=body, tags=tags, hours_ago=n)
        for n, (title, tags) in enumerate(titles.items(), start=1)
    }


@pytest.fixture
def visit(chromium):
    """Opens a phone of its own for a reader; gives its tab and what went wrong in it."""
    contexts = []

    def opened(**options):
        context = chromium.new_context(viewport=PHONE, locale="zh-CN", user_agent=AGENT, **options)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        contexts.append(context)
        tab, wrong = context.new_page(), []
        tab.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        return tab, wrong

    yield opened
    for context in contexts:
        context.close()


def find_county(tab, site):
    """From the home page by the finder to the county's channel."""
    tab.goto(site)
    tab.get_by_role("link", name="全部频道").first.click()
    tab.get_by_role("searchbox").last.fill("gl")
    tab.get_by_role("searchbox").last.press("Enter")
    tab.get_by_role("link", name="甘洛县").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("甘洛新闻")


def say(tab, text):
    tab.get_by_label("昵称").fill("海棠人")
    tab.get_by_label("评论内容").fill(text)
    tab.get_by_role("button", name="发表").click()


def sideways(tab):
    return tab.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_a_readers_way_to_a_story_and_a_comment(live_server, visit, stories):
    tab, wrong = visit()
    find_county(tab, live_server.url)
    assert sideways(tab) == 0
    tab.get_by_role("main").get_by_role("link", name="核桃熟了").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("核桃熟了")
    assert sideways(tab) == 0
    say(tab, "好核桃！" + "W" * 300)
    waiting = tab.get_by_text("好核桃！")
    expect(waiting).to_be_visible()
    expect(tab.get_by_text("你的评论，正在等待审核")).to_be_visible()
    assert sideways(tab) == 0
    stranger, _ = visit()
    stranger.goto(f"{live_server.url}/articles/{stories['核桃熟了'].pk}/comments/")
    expect(stranger.get_by_text("好核桃！")).to_have_count(0)
    tab.goto(live_server.url)
    assert (
        tab.get_by_role("link", name="我的家乡：甘洛").get_attribute("href") == "/sichuan/liangshan/ganluo/"
    )
    assert wrong == []


def test_size_and_light_are_remembered(live_server, visit, stories):
    tab, wrong = visit()
    tab.goto(live_server.url + stories["核桃熟了"].get_absolute_url())
    before = tab.locator(".prose p").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)")
    paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.get_by_role("button", name="特大").first.click()
    tab.get_by_text("字号与明暗").click()
    tab.get_by_role("button", name="夜间").click()
    tab.reload()
    assert tab.locator(".prose p").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)") > before
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") != paper
    assert sideways(tab) == 0
    assert wrong == []


@pytest.fixture
def many(stories):
    """So many stories besides that a page cannot show them all."""
    for n in range(25):
        make_article(home=stories["核桃熟了"].home, headline=f"别的事{n}", hours_ago=n / 60)
    return stories


def test_a_reading_is_counted_and_steers_what_one_may_like(live_server, visit, many):
    read, like = many["核桃熟了"], many["核桃卖完了"]
    tab, wrong = visit()
    tab.clock.install()
    with tab.expect_response("**/seen/") as beacon:
        tab.goto(live_server.url + read.get_absolute_url(), referer="https://www.baidu.com/s?wd=walnut")
        tab.clock.run_for(3_500)
    assert beacon.value.status == 204
    assert beacon.value.request.post_data == "www.baidu.com"
    assert [story for story, *_rest in heat._heard.values()] == [read.pk]
    with tab.expect_response("**/for-you/**") as fragment:
        tab.goto(live_server.url + many["路修好了"].get_absolute_url())
    assert fragment.value.status == 200
    block = tab.locator("#for-you")
    block.get_by_role("button", name="清除记录").wait_for()
    expect(block.get_by_role("link", name=like.headline)).to_have_count(1)
    expect(block.get_by_role("link", name=read.headline)).to_have_count(0)
    shown = tab.locator(".list a, .story__title a").evaluate_all("links => links.map((link) => link.href)")
    assert len(shown) == len(set(shown))
    block.get_by_role("button", name="清除记录").click()
    assert not tab.evaluate("localStorage.read")
    assert wrong == []


def test_what_one_may_like_is_switched_off_and_stays_off(live_server, visit, many):
    tab, wrong = visit()
    address = live_server.url + many["路修好了"].get_absolute_url()
    tab.goto(address)
    tab.evaluate(f"localStorage.read = '{many['核桃熟了'].pk}'")
    with tab.expect_response("**/for-you/**"):
        tab.reload()
    tab.get_by_role("button", name="不再记录").click()
    assert tab.evaluate("[localStorage.history, localStorage.read]") == ["off", None]
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.clock.install()
    tab.reload()
    tab.clock.run_for(3_500)
    assert not [url for url in asked if "/for-you/" in url]
    assert not tab.evaluate("localStorage.read")
    button = tab.get_by_role("button", name="不再记录")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert not tab.evaluate("localStorage.history")
    assert wrong == []


def test_every_search_box_suggests_and_is_used_by_keyboard(live_server, visit, stories):
    tab, wrong = visit()
    scripts = []
    tab.on("request", lambda request: scripts.append(request.url) if "suggest" in request.url else None)
    tab.goto(live_server.url)
    assert scripts == []
    tab.get_by_role("searchbox").first.focus()
    box = tab.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("甘洛", delay=20)
    place = tab.get_by_role("option", name="甘洛县")
    expect(place).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(place).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == place.get_attribute("id")
    box.press("Escape")
    expect(place).to_be_hidden()
    box.press_sequentially("县", delay=20)
    expect(place).to_be_visible()
    assert sideways(tab) == 0
    box.press("ArrowDown")
    box.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("甘洛新闻")
    assert wrong == []


def test_the_way_is_open_without_scripts(live_server, visit, stories):
    tab, wrong = visit(java_script_enabled=False)
    find_county(tab, live_server.url)
    tab.get_by_role("main").get_by_role("link", name="核桃熟了").first.click()
    expect(tab.get_by_role("button", name="复制链接")).to_have_count(0)
    expect(tab.locator("#for-you")).to_be_visible()
    say(tab, "没有脚本也能说话。")
    expect(tab.get_by_text("没有脚本也能说话。")).to_be_visible()
    assert wrong == []
