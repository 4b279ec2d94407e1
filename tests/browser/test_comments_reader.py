"""A reader comments on a phone, in a real browser, with scripts and without."""

import pytest
from playwright.sync_api import expect

from news import comments
from news.comments import work
from news.models import Comment, CommentState
from tests.factories import make_article, make_comment, make_region

WATCH = 'addEventListener("securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective));'
SECRET = "核桃熟了三回-2026"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(transactional_db):
    make_region()
    return make_article(headline="路修好了")


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request):
    return request.param == "with scripts"


@pytest.fixture
def visit(chromium, live_server, story):
    """Opens the story in a browser of its own; `tab.wrong` is what went wrong in it."""
    contexts = []

    def opened(address=None, **options):
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", **options)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        contexts.append(context)
        tab = context.new_page()
        tab.wrong = []
        tab.on("pageerror", lambda error: tab.wrong.append(str(error)))
        tab.on("console", lambda said: tab.wrong.append(said.text) if "CSP" in said.text else None)
        tab.goto(f"{live_server}{address or story.get_absolute_url()}")
        return tab

    yield opened
    for context in contexts:
        context.close()


def write(tab, text, name="海棠人"):
    if name:
        tab.get_by_label("昵称").fill(name)
    tab.get_by_role("textbox", name="评论内容").fill(text)
    tab.get_by_role("button", name="发表").click()


def test_ones_own_comment_waits_before_ones_eyes_alone(visit, story, scripts):
    tab = visit(java_script_enabled=scripts)
    write(tab, "回家快了。")
    mine = tab.locator("#mine")
    for _ in range(2):
        expect(mine).to_contain_text("回家快了。")
        expect(mine).to_contain_text("审核中")
        tab.reload()
    if scripts:
        tab.goto(tab.url.partition("/articles")[0] + story.get_absolute_url())
        expect(mine).to_contain_text("审核中")
    expect(visit(f"/articles/{story.pk}/comments/").locator("body")).not_to_contain_text("回家快了。")
    comments.approve(Comment.objects.get(), by=None)
    tab.reload()
    expect(mine).to_contain_text("已通过")
    assert not tab.wrong


def test_an_answer_to_an_answer_names_whom_it_answers(visit, story, scripts):
    first = make_comment(story, name="甲", text="第一句")
    make_comment(story, name="乙", text="第二句", parent=first)
    tab = visit(java_script_enabled=scripts)
    tab.locator(".comment__answers").get_by_role("link", name="回复").click()
    expect(tab.locator("[data-answering]")).to_contain_text("乙")
    write(tab, "第三句")
    expect(tab.locator("#mine")).to_contain_text("第三句")
    answer = Comment.objects.get(state=CommentState.PENDING)
    assert (answer.parent, answer.reply_to) == (first, "乙")
    comments.approve(answer, by=None)
    tab.reload()
    expect(tab.locator(".comment__answers")).to_contain_text("回复 乙")
    assert not tab.wrong


def test_a_like_counts_once_and_a_report_reaches_the_desk(visit, story, scripts):
    comment = make_comment(story, text="说得好")
    tab = visit(java_script_enabled=scripts)
    for _ in range(2):
        tab.get_by_role("button", name="赞").first.click()
        expect(tab.locator(f"#comment-{comment.pk} [data-like]")).to_contain_text("1")
    tab.get_by_role("link", name="举报").click()
    tab.get_by_label("广告").check()
    tab.get_by_role("button", name="举报").click()
    expect(tab.get_by_role("status").last).to_contain_text("编辑")
    comment.refresh_from_db()
    assert (comment.likes, comment.reports) == (1, 1)
    assert not tab.wrong


def test_what_is_refused_is_explained_and_stays_typed(visit, story, scripts):
    tab = visit(java_script_enabled=scripts)
    write(tab, "回家快了。")
    write(tab, "回家快了。")
    expect(tab.get_by_role("alert")).to_contain_text("已经发过")
    expect(tab.get_by_role("textbox", name="评论内容")).to_have_value("回家快了。")
    expect(tab.get_by_label("昵称")).to_have_value("海棠人")
    story.comments_open = False
    story.save(update_fields=["comments_open"])
    write(tab, "还有一句。")
    expect(tab.locator("main")).to_contain_text("评论已关闭")
    expect(tab.locator("textarea")).to_have_value("还有一句。")


def test_in_a_flood_the_browser_works_and_sends_by_itself(visit, story, settings):
    settings.RATE_LIMITS = True
    for _ in range(work.FLOOD):
        work.count(story.pk)
    tab = visit()
    write(tab, "回家快了。")
    expect(tab.locator("#mine")).to_contain_text("回家快了。")
    assert not tab.wrong


def test_in_a_flood_who_has_no_scripts_is_asked_to_wait(visit, story, settings):
    settings.RATE_LIMITS = True
    for _ in range(work.FLOOD):
        work.count(story.pk)
    tab = visit(java_script_enabled=False)
    write(tab, "回家快了。")
    expect(tab.get_by_role("alert")).to_contain_text("一分钟后")
    expect(tab.get_by_role("textbox", name="评论内容")).to_have_value("回家快了。")
    expect(tab.locator("[data-working]")).to_be_hidden()


def test_with_accounts_the_typed_comment_waits_for_its_author_to_register(visit, settings, scripts):
    settings.COMMENTS_REQUIRE_LOGIN = True
    tab = visit(java_script_enabled=scripts)
    write(tab, "回家快了。\n\n真好。", name="")
    expect(tab.locator("blockquote")).to_contain_text("回家快了。")
    tab.get_by_text("还没有账号").click()
    form = tab.locator("details form")
    form.get_by_label("昵称").fill("海棠人")
    form.get_by_label("手机号").fill("12345")
    form.get_by_label("密码").fill(SECRET)
    form.get_by_role("button").click()
    expect(form).to_contain_text("请填写手机号或电子邮箱")
    form.get_by_label("手机号").fill("138 0013 8000")
    form.get_by_label("密码").fill(SECRET)
    form.get_by_role("button").click()
    expect(tab.locator("#mine")).to_contain_text("回家快了。")
    expect(tab.locator("#mine")).to_contain_text("海棠人")
    tab.get_by_role("link", name="我的账号").click()
    tab.get_by_role("button", name="退出登录").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("登录后发表评论")
    assert Comment.objects.get().text == "回家快了。\n真好。"
    assert not tab.wrong
