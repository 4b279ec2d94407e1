"""What search offers beyond the words typed: pinyin, sources, parts of a question, other spellings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from news import heat, search
from news.search import ranking
from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db


def found(q, **options):
    return [hit.article_id for hit in search.find(q, **options).hits]


@pytest.fixture
def ganluo():
    pinyin = {"pinyin": "gan luo", "aliases": "呷洛县"}
    return make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛", **pinyin)


@pytest.mark.parametrize("q", ["ganluo", "GanLuo", "gan luo", "ganluoxian", "ｇａｎｌｕｏ"])
def test_the_pinyin_of_a_place_finds_its_stories(ganluo, q):
    article = make_article(headline="甘洛县通车")
    make_article(headline="别处通车")
    results = search.find(q)
    assert ([hit.article_id for hit in results.hits], results.places) == ([article.pk], ["甘洛"])


def test_pinyin_goes_with_other_words(ganluo):
    article = make_article(headline="甘洛县通车")
    make_article(headline="甘洛县开学")
    assert found("ganluo 通车") == [article.pk]


@pytest.mark.parametrize("q", ["来源:凉山日报", "来源：凉山", "核桃 来源:“凉山日报”", "source:凉山日报 核桃"])
def test_a_source_narrows(q):
    article = make_article(headline="核桃", source="凉山日报")
    make_article(headline="核桃", source="四川日报")
    assert found(q) == [article.pk]
    assert found(q, sort="newest") == [article.pk]


@pytest.mark.parametrize("q", ["来源:没有的报 核桃", "来源:", "来源:“”"])
def test_a_source_that_is_not_there_finds_nothing(q):
    make_article(headline="核桃", source="凉山日报")
    assert found(q) == []


def test_a_question_finds_the_story_with_most_of_its_words():
    article = make_article(headline="天生三桥", body="<p>三座桥的高度都在两百米以上，桥下有河。</p>")
    make_article(headline="学校开学", body="<p>老师等在门口。</p>")
    results = search.find("天生三桥的高度总共有多少公里？")
    assert ([hit.article_id for hit in results.hits], results.is_partly) == ([article.pk], True)
    assert found("天生三桥的高度总共有多少公里？", sort="newest") == [article.pk]


def test_of_words_that_stand_apart_one_is_not_enough():
    make_article(headline="核桃丰收")
    assert found("核桃 苹果") == []


@pytest.mark.parametrize("q", ["“的了”", "哪儿", "-的了 核桃", "“的”"])
def test_words_that_say_nothing_are_no_error(q):
    make_article(headline="核桃")
    search.find(q)
    search.suggest(q)


def test_refused_words_hold_for_questions_too():
    make_article(headline="天生三桥", body="<p>三座桥的高度。</p>")
    assert found("天生三桥的高度总共多少公里 -三座") == []


def test_the_hotter_of_two_equals_comes_first():
    now = timezone.now()
    cold = make_article(headline="核桃丰收", at=now - timedelta(hours=2))
    hot = make_article(headline="核桃丰收", at=now - timedelta(hours=2, seconds=1))
    assert found("核桃") == [cold.pk, hot.pk]
    heat.record({hot.pk: {(now, "direct"): 50}})
    assert found("核桃") == [hot.pk, cold.pk]


def test_a_headline_as_it_was_typed_comes_first():
    apart = make_article(headline="丰收的季节里说核桃", hours_ago=1)
    as_typed = make_article(headline="今年核桃丰收", hours_ago=5)
    assert found("核桃丰收") == [as_typed.pk, apart.pk]


def test_after_the_best_the_older_ones_follow_by_time(monkeypatch):
    monkeypatch.setattr(ranking, "COUNTED", 3)
    monkeypatch.setattr(ranking, "NEWEST", 2)
    monkeypatch.setattr(ranking, "NEWEST_TITLES", 2)
    made = [make_article(headline="山里", body="<p>核桃</p>", hours_ago=n).pk for n in range(1, 7)]
    best = search.find("核桃")
    assert [hit.article_id for hit in best.hits] == made[:2]
    assert found("核桃", sort="newest", after=best.older) == made[2:]


def test_suggests_headlines_that_begin_with_it_first():
    inside = make_article(headline="今年核桃丰收", hours_ago=1)
    begins = make_article(headline="核桃丰收", hours_ago=9)
    make_article(headline="核桃草稿", live=False)
    shown = [found["label"] for found in search.suggest("核桃") if found["kind"] == "story"]
    assert shown == [begins.headline, inside.headline]
    assert search.suggest("核桃")[0]["url"].endswith(f"/{begins.pk}/")


@pytest.mark.parametrize("q", ["甘落", "甘落县", "甘县洛"])
def test_a_misspelt_place_is_offered(ganluo, q):
    assert search.near(q)["words"] == ["甘洛"]


def test_the_place_that_sounds_alike_is_offered_first():
    make_region("gansu/a/ganyu", name="甘余", short_name="甘余", pinyin="gan yu", code="100000")
    make_region("gansu/a/ganluo", name="甘洛", short_name="甘洛", pinyin="gan luo", code="200000")
    make_region("gansu/a/luobei", name="落北", short_name="落北", pinyin="luo bei")
    assert search.near("甘落")["words"] == ["甘洛", "甘余"]


def test_a_misspelt_tag_is_offered():
    make_article(tags=["核桃丰收", "核查"])
    assert [tag.name for tag in search.near("核桃风收")["tags"]] == ["核桃丰收"]


def test_an_empty_result_leads_on(client: Client, ganluo):
    article = make_article(headline="学校开学")
    page = client.get("/search/", {"q": "甘落县"}).content.decode()
    assert 'href="/search/?q=%E7%94%98%E6%B4%9B"' in page
    assert article.headline in page


def test_the_form_offers_suggestions_and_works_without(client: Client):
    make_region()
    page = client.get("/search/").content.decode()
    assert 'data-suggest="/search/suggest/"' in page
    assert "suggest.js" in page


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet="来源:source\"“”-'| &!()*<>%_\\核桃gan luo是什么\0😀", max_size=30))
def test_no_query_is_an_error(q):
    make_region()
    search.find(q)
    search.find(q, sort="newest", after="5.5")
    search.suggest(q)
    search.near(q)
