"""Writing in a real browser: nothing typed is lost, and the page's policy is never broken."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from news.models import Article, Autosave, Figure
from tests.factories import make_article, make_staff
from tests.pictures import made, saved, scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "sichuan/liangshan/ganluo"
ITEM = """<p class=MsoListParagraph style='mso-list:l0 level{} lfo1'>
<span style='mso-list:Ignore'>{}<span>&nbsp;</span></span>{}</p>"""
ITEMS = "".join(ITEM.format(*item) for item in ((1, "1.", "甲"), (2, "·", "甲一"), (1, "2.", "乙")))
WORD = f"""<html><head><style>p.MsoNormal{{mso-style-parent:""}}</style></head><body><!--StartFragment-->
<h1 style='text-align:center'>第一章<o:p></o:p></h1>
<p class=MsoNormal style='text-indent:21pt'>　　正文<b><span style='color:red'>加粗</span></b>。<o:p></o:p>
</p>{ITEMS}<p class=MsoNormal><img src="file:///c:/a.png"></p><!--EndFragment--></body></html>"""
WECHAT = """<section style="x"><section><span style="font-size:20px;font-weight:bold">大标题</span></section>
<p style="text-indent:2em"><span style="font-size:16px">走进<strong>甘洛</strong></span></p><p><br></p>
<section><img data-src="https://mmbiz.qpic.cn/a.jpg"><p><span>图下的话</span></p></section></section>"""


@pytest.fixture
def desk(chromium, live_server, settings):
    """Opens a story's form as somebody, in a browser of their own; at the end no policy was broken."""
    contexts, complaints = [], []

    def sign_in(context, user):
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
        context.add_cookies([cookie])

    def open_as(user, path, context=None):
        if context is None:
            context = chromium.new_context(viewport={"width": 1000, "height": 900}, locale="zh-CN")
            context.set_default_timeout(10_000)
            contexts.append(context)
            sign_in(context, user)
        page = context.new_page()
        page.on("console", lambda said: "Content Security" in said.text and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        page.wait_for_selector(".body__page")
        return page

    open_as.sign_in = sign_in
    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def change(article):
    return reverse("admin:news_article_change", args=[article.pk])


def say(page, state):
    page.wait_for_selector(f"[data-state='{state}']")


def leave(page):
    """As if another window were chosen: what is typed is sent at once."""
    page.evaluate("dispatchEvent(new Event('blur'))")


def write(page, words):
    page.click(".body__page")
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def body(page):
    return page.eval_on_selector("textarea[data-body]", "area => area.value")


def paste(page, html):
    page.evaluate(
        """html => {
            const data = new DataTransfer()
            data.setData("text/html", html)
            const how = { clipboardData: data, bubbles: true, cancelable: true }
            document.querySelector(".body__page").dispatchEvent(new ClipboardEvent("paste", how))
        }""",
        html,
    )


def test_what_is_typed_is_autosaved_beside_the_story(desk):
    article = make_article(home=HOME, live=False)
    page = desk(make_staff("reporter", HOME), change(article))
    write(page, "新的一句。")
    leave(page)
    say(page, "saved")
    assert "新的一句。" in Autosave.objects.get().fields["body"]
    article.refresh_from_db()
    assert "新的一句。" not in article.body


def test_without_network_the_text_stays_here_and_is_offered_on_return(desk):
    article = make_article(home=HOME, live=False)
    user = make_staff("reporter", HOME)
    page = desk(user, change(article))
    page.context.set_offline(True)
    write(page, "断网时写的。")
    leave(page)
    say(page, "offline")
    page.close()
    page.context.set_offline(False)
    assert not Autosave.objects.exclude(fields={}).exists()

    page = desk(user, change(article), page.context)
    page.wait_for_selector("[data-take]")
    page.click(".left summary")
    assert "断网时写的。" in page.inner_text(".left ins")
    page.click("[data-take]")
    assert "断网时写的。" in page.inner_text(".body__page")
    page.click("[name=_save]")
    page.wait_for_url("**/article/")
    article.refresh_from_db()
    assert "断网时写的。" in article.body

    page = desk(user, change(article), page.context)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-take]")).to_have_count(0)


def test_after_a_lost_session_the_same_page_goes_on(desk):
    article = make_article(home=HOME, live=False)
    user = make_staff("reporter", HOME)
    page = desk(user, change(article))
    page.context.clear_cookies()
    write(page, "会话断了。")
    leave(page)
    say(page, "signedOut")
    desk.sign_in(page.context, user)
    page.evaluate("dispatchEvent(new Event('online'))")
    say(page, "saved")
    page.click("[name=_save]")
    page.wait_for_url("**/article/")
    article.refresh_from_db()
    assert "会话断了。" in article.body


def test_a_new_story_is_recovered_after_the_browser_died(desk):
    make_article(home=HOME)
    user, add = make_staff("reporter", HOME), reverse("admin:news_article_add")
    page = desk(user, add)
    page.fill("[name=headline]", "没有写完的标题")
    write(page, "没有写完的正文")
    leave(page)
    say(page, "saved")
    page.context.clear_cookies()
    page.close()

    page = desk(user, add)  # another browser
    page.click("[data-take]")
    expect(page.locator("[name=headline]")).to_have_value("没有写完的标题")
    assert "没有写完的正文" in page.inner_text(".body__page")


def test_discarded_text_is_not_offered_again(desk):
    article = make_article(home=HOME, live=False)
    user = make_staff("reporter", HOME)
    page = desk(user, change(article))
    write(page, "不要了。")
    leave(page)
    say(page, "saved")
    page.close()
    page = desk(user, change(article), page.context)
    page.click("[data-drop]")
    page.wait_for_selector(".left", state="detached")
    page = desk(user, change(article), page.context)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".left")).to_have_count(0)


def test_two_people_see_each_other_collide_and_lose_nothing(desk):
    article = make_article(home=HOME, live=False, body="<p>第一段。</p><p>第二段。</p><p>第三段。</p>")
    first, second = (
        make_staff("editor", HOME, first_name="阿木"),
        make_staff("reporter", HOME, first_name="阿依"),
    )
    one, two = desk(first, change(article)), desk(second, change(article))
    one.evaluate("dispatchEvent(new Event('online'))")
    write(one, "阿木写的。")
    leave(one)
    say(one, "saved")
    two.reload()
    two.wait_for_selector("[data-others] >> text=阿木")
    two.fill("[name=headline]", "阿依的标题")
    two.click(".body__page p:first-child")
    two.keyboard.press("Home")
    two.keyboard.type("阿依写的。")
    one.click("[name=_save]")
    one.wait_for_url("**/article/")
    two.click("[name=_save]")
    two.wait_for_selector("[data-conflict]")
    assert "阿依写的。" in body(two)
    expect(two.locator("[name=headline]")).to_have_value("阿依的标题")
    two.click("[data-pick=merged]")
    assert body(two) == "<p>阿依写的。第一段。</p>\n<p>第二段。</p>\n<p>第三段。阿木写的。</p>"
    two.click("[data-conflict] [name=_continue]")
    two.wait_for_selector("[data-conflict]", state="detached")
    article.refresh_from_db()
    assert article.headline == "阿依的标题"
    assert "阿木写的。" in article.body
    assert "阿依写的。" in article.body


def test_a_photo_from_the_library_with_its_caption(desk):
    article = make_article(home=HOME, live=False)
    photo = made(saved(scene()))
    page = desk(make_staff("reporter", HOME), change(article))
    page.click(".body__page p:first-child")
    page.click("[data-tool=photo]")
    page.click(".photos button")
    page.fill(".photo__caption", "溪边的人家")
    assert f'<p>第一段文字。</p>\n<figure data-photo="{photo.pk}"></figure>' in body(page)
    page.click("[name=_save]")
    page.wait_for_url("**/article/")
    assert Figure.objects.get(article=article, photo=photo).caption == "溪边的人家"


def test_a_photo_taken_out_of_the_text_can_go_for_good(desk):
    photo = made(saved(scene()))
    text = f'<p>话。</p><figure data-photo="{photo.pk}"></figure>'
    article = make_article(home=HOME, live=False, body=text, figures=[Figure(photo=photo, caption="说明")])
    page = desk(make_staff("reporter", HOME), change(article))
    expect(page.locator(".photo__caption")).to_have_value("说明")
    page.click(".photo__remove")
    assert "data-photo" not in body(page)
    page.click(".body__act")
    page.click("[name=_save]")
    page.wait_for_url("**/article/")
    assert not article.figures.exists()


def test_what_comes_from_word_and_wechat_is_plain(desk):
    page = desk(make_staff("reporter", HOME), reverse("admin:news_article_add"))
    paste(page, WORD)
    assert body(page) == (
        "<h2>第一章</h2>\n<p>正文<strong>加粗</strong>。</p>\n<ol><li>甲<ul><li>甲一</li></ul></li><li>乙</li></ol>"
    )
    assert "1" in page.inner_text(".body__notice")
    page.click(".body__page")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    paste(page, WECHAT)
    assert body(page) == "<h3>大标题</h3>\n<p>走进<strong>甘洛</strong></p>\n<p>图下的话</p>"


def test_the_text_is_counted_and_its_punctuation_mended(desk):
    page = desk(make_staff("reporter", HOME), reverse("admin:news_article_add"))
    write(page, '他说:"好,走吧."共3,500人(含孩子),见http://a.cn/b,c?d=1')
    page.keyboard.press("Control+Alt+u")
    assert body(page) == "<p>他说：“好，走吧。”共3,500人（含孩子），见http://a.cn/b,c?d=1</p>"
    assert "21" in page.inner_text(".body__count")


def test_every_tool_is_reached_by_the_keyboard(desk):
    page = desk(make_staff("reporter", HOME), reverse("admin:news_article_add"))
    write(page, "标题")
    page.keyboard.press("Alt+F10")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert body(page) == "<h2>标题</h2>"
    page.locator(".body__page:focus").wait_for()


def test_opening_and_saving_an_untouched_story_changes_nothing(desk):
    table = "<table><caption>表</caption><tbody><tr><td>1</td></tr></tbody></table>"
    text = f'<h2 data-part="A">题<br>副题</h2><p>甘<ruby>洛<rt>luò</rt></ruby></p>{table}'
    article = make_article(home=HOME, live=False, body=text)
    page = desk(make_staff("reporter", HOME), change(article))
    write(page, "")
    page.click("[name=_save]")
    page.wait_for_url("**/article/")
    assert Article.objects.get(pk=article.pk).body == text


def test_the_editor_fits_a_phone_and_its_tools_stay_in_sight(desk):
    article = make_article(home=HOME, live=False, body="<p>话</p>" * 60)
    page = desk(make_staff("reporter", HOME), change(article))
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate("document.querySelector('.body__foot').scrollIntoView({ block: 'end' })")
    assert page.locator("[data-tool=undo]").bounding_box()["y"] >= 0
