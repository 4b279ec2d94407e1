"""Regions named in a story are proposed: those that are meant, and no others."""

import pytest

from news.mentions import mentioned
from news.models import PlacementRequest
from tests.factories import make_article, make_region

pytestmark = pytest.mark.django_db
HOME = "sichuan/liangshan/ganluo"


@pytest.fixture(autouse=True)
def regions():
    for path, name, short in [
        ("sichuan", "四川省", "四川"),
        ("sichuan/liangshan", "凉山彝族自治州", "凉山"),
        (HOME, "甘洛县", "甘洛"),
        ("sichuan/liangshan/xichang", "西昌市", "西昌"),
        ("sichuan/liangshan/muli", "木里藏族自治县", "木里"),
        ("sichuan/dazhou", "达州市", "达州"),
        ("hainan", "海南省", "海南"),
        ("shanghai", "上海市", "上海"),
        ("shaanxi", "陕西省", "陕西"),
        ("shaanxi/xian", "西安市", "西安"),
        ("shaanxi/xian/changan", "长安区", "长安"),
        ("hubei", "湖北省", "湖北"),
        ("hubei/jingzhou", "荆州市", "荆州"),
        ("hubei/jingzhou/gongan", "公安县", "公安"),
        ("chongqing", "重庆市", "重庆"),
        ("beijing", "北京市", "北京"),
        ("beijing/chaoyang", "朝阳区", "朝阳"),
        ("jilin", "吉林省", "吉林"),
        ("jilin/changchun", "长春市", "长春"),
        ("jilin/changchun/chaoyang", "朝阳区", "朝阳"),
        ("anhui", "安徽省", "安徽"),
        ("anhui/maanshan", "马鞍山市", "马鞍山"),
        ("anhui/maanshan/hexian", "和县", "和县"),
    ]:
        make_region(path, name=name, short_name=short, label="凉山州" if short == "凉山" else short)


def names(text, **fields):
    article = make_article(home=HOME, live=False, body=f"<p>{text}</p>", **fields)
    return [mention.region.name for mention in mentioned(article)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("代表团在西昌市参观", ["西昌市"]),
        ("代表团在西昌参观", ["西昌市"]),  # below a region above the home
        ("木里县发生山火", ["木里藏族自治县"]),
        ("西昌市委书记说", ["西昌市"]),
        ("代表團到西昌參觀", ["西昌市"]),
        ("列车驶入上海南站", ["上海市"]),
        ("他在佛罗里达州工作", []),
        ("家住重庆路，开长安汽车", []),
        ("县公安局发布通告", []),
        ("县领导和县委宣传部", []),
        ("湖北省荆州市公安县", ["公安县"]),  # those above only say where it is
        ("荆州和公安县", ["荆州市", "公安县"]),
        ("朝阳区举行活动", []),
        ("北京的朝阳区举行活动", ["北京市", "朝阳区"]),
        ("甘洛县、凉山州和四川", []),  # these show it already
    ],
)
def test_names_are_understood(text, found):
    assert names(text) == found


def test_of_two_regions_with_a_name_the_one_in_the_named_parent_is_meant():
    article = make_article(home=HOME, live=False, body="<p>长春的朝阳区</p>")

    assert [m.region.path for m in mentioned(article)] == ["jilin/changchun", "jilin/changchun/chaoyang"]


def test_the_headline_counts_most_and_the_excerpt_shows_the_place():
    article = make_article(
        home=HOME, live=False, headline="西安来客", body="<p>上海客商到访。</p><p>上海客商又来。</p>"
    )

    found = mentioned(article)

    assert [(m.region.name, m.times) for m in found] == [("西安市", 1), ("上海市", 2)]
    assert found[1].excerpt == "上海客商到访。"


def test_what_was_asked_before_is_not_proposed_again():
    article = make_article(home=HOME, live=False, body="<p>西昌市和上海市</p>")
    region = make_region("shanghai")
    PlacementRequest.objects.create(article=article, region=region, state="refused")

    assert [mention.region.name for mention in mentioned(article)] == ["西昌市"]


def test_it_costs_one_query(django_assert_num_queries):
    article = make_article(home=HOME, live=False, body="<p>西昌市、上海市、西安市</p>")
    mentioned(article)

    with django_assert_num_queries(1):
        assert len(mentioned(article)) == 3
