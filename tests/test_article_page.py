from datetime import timedelta

import pytest
from django.utils import timezone

from counties import navigation
from counties.models import Region
from news import workflow
from news.models import Article, Figure, Relation
from tests.factories import make_article, make_comment, make_region

pytestmark = pytest.mark.django_db


def page_of(client, article):
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


PARTS = """甘洛县： <h1 核桃下山 三天到省城 凉山日报 阿木 依火 第一段。 id="part-1" 第二段。 通村水泥路。
宋恩&nbsp;摄 /tags/%E6%A0%B8%E6%A1%83/ 甘洛，行走的行李。 达子沟瀑布 想买两斤 西昌 地方网 正文""".split()
BLOCKS = "新闻推荐 相关新闻 猜你喜欢 频道推荐 热点阅读 图文看点 乡里乡亲 最新".split()


@pytest.fixture
def full_story(db):
    make_region("sichuan/liangshan/xichang", name="西昌市", short_name="西昌")
    words = {"name": "甘洛县", "short_name": "甘洛", "slogan": "甘洛，行走的行李。"}
    article = make_article(
        home=make_region("sichuan/liangshan/ganluo", **words),
        kicker="甘洛县：",
        headline="核桃下山",
        subhead="三天到省城",
        source="凉山日报",
        byline="阿木",
        editor="依火",
        tags=["核桃"],
        body='<p>第一段。</p><h2 data-part="A">修路<br>三年</h2><p>第二段。</p>',
        figures=[Figure(caption="通村水泥路。", credit="宋恩 摄")],
    )
    Relation.objects.create(article=article, headline="达子沟瀑布")
    make_comment(article, text="想买两斤")
    return article


def test_shows_every_part_of_the_story(client, full_story):
    page = page_of(client, full_story)
    assert [part for part in PARTS if part.replace("&nbsp;", " ") not in page] == []
    assert [block for block in BLOCKS if block not in page] == []
    assert f"/articles/{full_story.pk}/" in page


def test_has_one_h1_and_nothing_personal(client):
    answer = client.get(make_article(headline="核桃下山").get_absolute_url())
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert not answer.cookies
    assert "csrf" not in page
    assert "/admin/" not in page
    assert "style=" not in page
    assert "Cookie" not in answer.get("Vary", "")
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    "wrong",
    [
        "/{home}/200001/{pk}/",
        "/sichuan/{month}/{pk}/",
        "/{month}/{pk}/",
        "/Sichuan/LIANGSHAN/ganluo/{month}/{pk}/",
        "/nowhere/{month}/{pk}/",
        "/articles/{pk}/",
        "/{home}/{month}/{pk}",
    ],
)
def test_every_other_form_of_the_address_moves_to_the_canonical_one(client, wrong):
    article = make_article()
    at = wrong.format(home=article.home.path, month=article.month, pk=article.pk)
    answer = client.get(at)
    assert (answer.status_code, answer["Location"]) == (301, article.get_absolute_url())


@pytest.mark.parametrize("state", ["draft", "submitted", "reviewed", "due", "expired"])
def test_hides_what_is_not_public(client, state):
    if state == "due":
        article = make_article(hours_ago=-1)
    elif state == "expired":
        article = make_article(hours_ago=2, expires_at=timezone.now() - timedelta(hours=1))
    else:
        article = make_article(live=False)
        Article.objects.filter(pk=article.pk).update(state=state)
    article.refresh_from_db()
    assert client.get(article.get_absolute_url()).status_code == 404
    assert client.get(f"/articles/{article.pk}/").status_code == 404


def test_a_withdrawn_story_leaves_its_notice(client):
    article = make_article(headline="误发的", body="<p>不该发。</p>")
    workflow.withdraw(article, by=None, notice="本稿因核实有误撤回。")
    answer = client.get(article.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "本稿因核实有误撤回。" in page
    assert "不该发" not in page


def test_a_story_withdrawn_before_its_time_was_never_public(client):
    article = make_article(hours_ago=-24)
    workflow.withdraw(article, by=None, notice="不发了")
    assert client.get(article.get_absolute_url()).status_code == 404
    assert client.get(f"/articles/{article.pk}/comments/").status_code == 404
    assert "不发了" not in client.get("/corrections/").content.decode()


def test_a_story_of_a_closed_channel_stands_in_the_open_one_above(client):
    article = make_article(home="sichuan/liangshan/muli")
    Region.objects.filter(path="sichuan/liangshan/muli").update(is_open=False)
    navigation.forget()
    for address in (article.get_absolute_url(), f"/articles/{article.pk}/comments/"):
        page = client.get(address).content.decode()
        assert 'href="/sichuan/liangshan/muli/"' not in page
        assert 'href="/sichuan/liangshan/"' in page


def test_a_correction_is_shown(client):
    article = make_article()
    workflow.correct(article, by=None, text="“十万只”应为“一万只”。")
    assert "“十万只”应为“一万只”。" in page_of(client, article)


def test_hostile_text_is_shown_as_text(client):
    article = make_article(headline='"><script>alert(1)</script>', kicker="<b>", summary="</script><script>x")
    page = page_of(client, article)
    assert "<script>alert(1)" not in page
    assert "<script>x" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_costs_twelve_queries(client, rows, django_assert_num_queries):
    article = make_article(
        tags=["核桃"], source="凉山日报", figures=[Figure(caption=f"图{n}") for n in range(rows)]
    )
    for _ in range(rows):
        make_article(tags=["核桃"], section="folks")
        make_comment(article)
        workflow.correct(article, by=None, text="改了。")
        Relation.objects.create(article=article, headline="等待的")
    client.get(article.get_absolute_url())
    with django_assert_num_queries(12):
        client.get(article.get_absolute_url())


def test_the_notice_stays_while_the_story_is_written_anew(client):
    article = make_article()
    workflow.withdraw(article, by=None, notice="核实有误，正在重写。")
    workflow.return_to_draft(article, by=None)
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 410
    assert "核实有误，正在重写。" in answer.content.decode()
    workflow.publish(article)
    assert client.get(article.get_absolute_url()).status_code == 200


def test_the_qr_code_is_a_picture_of_its_own(client):
    article = make_article()
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'src="/articles/{article.pk}/qr.svg"' in page
    code = client.get(f"/articles/{article.pk}/qr.svg")
    assert code["Content-Type"] == "image/svg+xml"
    assert b'xmlns="http://www.w3.org/2000/svg"' in code.content
    assert f"article:{article.pk}" in code["Surrogate-Key"]
    workflow.withdraw(article, by=None, notice="内容有误")
    assert client.get(f"/articles/{article.pk}/qr.svg").status_code == 404
