"""The list before submitting: each fault is told once, and a sound story has none."""

import pytest
from django.db import connection
from django.utils import translation

from news.checks import Level, check
from news.models import Figure, Photo, WatchWord
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def make_photo(number=1, **fields):
    words = {"credit": "宋恩 摄", "alt": "核桃树", "caption": "核桃熟了"} | fields
    return Photo.objects.create(sha256=f"{number:064}", width=3, height=2, original="x.jpg", **words)


def make_story(body="<p>核桃熟了。</p>", **fields):
    return make_article(live=False, body=body, **({"summary": "核桃熟了。"} | fields))


def found(article):
    return [(finding.field, finding.message) for finding in check(article)]


def test_a_sound_story_has_no_findings():
    article = make_story(
        "<p>凉山日报讯 3月5日，“核桃王”吉克说：“今年增长12%。”共有36人、3.5万元，1）《春》2024年3月5日。</p>"
    )
    Figure.objects.create(article=article, photo=make_photo())

    assert found(article) == []


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"summary": ""}, "summary", "no summary"),
        ({"headline": "长" * 31}, "headline", "31 characters"),
        ({"headline": "本报记者 宋恩"}, "headline", "byline"),
        ({"headline": "宋恩 阿木", "byline": "宋恩 阿木"}, "headline", "byline"),
        ({"headline": "他说：“好"}, "headline", "other half"),
        ({"body": "<p>产量增长%，势头好。</p>"}, "body", "“产量增长%"),
        ({"body": "<p>会议于 年 月 日召开。</p>"}, "body", "number"),
        ({"body": "<p>会议于2024年月日召开。</p>"}, "body", "number"),
        ({"body": "<p>全县共有 人参加。</p>"}, "body", "number"),
        ({"body": "<p>总投资万元的项目。</p>"}, "body", "number"),
        ({"body": "<p>本报讯 一。</p><p>新华社北京3月5日电 二。</p>"}, "body", "2 datelines"),
        ({"body": "<p>他说：“好。</p>"}, "body", "other half"),
        ({"body": "<p>读《春》》一书。</p>"}, "body", "other half"),
        ({"body": "<p>今天,天气好.</p>"}, "body", "2 times"),
        ({"body": '<figure data-photo="77"></figure><p>字。</p>'}, "figures", "picture 77"),
    ],
)
def test_a_fault_is_told(fields, field, words):
    told = found(make_story(**fields))

    assert [name for name, _message in told] == [field]
    assert words in told[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "“第一段。</p><p>“第二段。”",
        "他说：“读《春》。”（笑）",
        "1）种树；2）养鱼",
        "It’s fine, e.g. A.B. 3.5万元，10:30。",
        "十万元、几万元、每年三月、当年5月3日，增长近12%。",
    ],
)
def test_what_is_right_is_left_alone(text):
    assert found(make_story(f"<p>{text}</p>")) == []


def test_headlines_about_reporters_are_no_bylines():
    assert found(make_story(headline="记者走进甘洛采访核桃节")) == []


def test_pictures_need_credit_alt_text_and_confirmed_words():
    article = make_story()
    photo = make_photo(credit="", alt="", is_confirmed=False)
    Figure.objects.create(article=article, photo=photo)
    Figure.objects.create(article=article, caption="等图")

    told = [message for _field, message in found(article)]

    assert ["credit" in told[0], "alt text" in told[1], "proposals" in told[2]] == [True] * 3
    assert told[3:] == ["Pictures still awaited: 1. Add them, or remove their captions."]


def test_a_figures_own_credit_is_enough():
    article = make_story()
    Figure.objects.create(article=article, photo=make_photo(credit=""), credit="阿木 摄")

    assert found(article) == []


def test_pictures_of_an_unsaved_form_can_be_given():
    assert [f.field for f in check(make_story(), [Figure(photo=make_photo(alt=""))])] == ["figures"]


def test_watched_words_are_told_with_what_is_better():
    WatchWord.objects.create(word="甘落", better="甘洛")
    WatchWord.objects.create(word="截止", better="截止到")
    WatchWord.objects.create(word="慎用", kind="sensitive")

    told = check(make_story("<p>甘落县截止到今天慎用此语。</p>"))

    assert [(f.level, f.field) for f in told] == [(Level.MEND, "body"), (Level.LOOK, "body")]
    assert "甘洛" in told[0].message
    assert "慎用" in told[1].message


LONG = "甘洛县斯觉镇的核桃今年迎来了大丰收，村民们忙着采摘晾晒，" * 5


@pytest.mark.parametrize("live", [True, False])
def test_a_story_told_before_is_found(live):
    first = make_article(headline="核桃丰收", body=f"<p>{LONG}</p>", live=live, hours_ago=24 * 90)

    same_headline = found(make_story(headline="核桃丰收"))
    same_opening = found(make_story(f"<p>{LONG}完。</p>", headline="又是一年"))

    assert [(field, f"Story {first.pk} " in message) for field, message in same_headline] == [
        ("headline", True)
    ]
    assert [(field, f"Story {first.pk} " in message) for field, message in same_opening] == [("body", True)]


def test_a_working_copy_is_no_duplicate():
    first = make_article(headline="核桃丰收", body=f"<p>{LONG}</p>", summary="话")
    copy = make_story(f"<p>{LONG}</p>", headline="核桃丰收", copy_of=first)

    assert found(copy) == []
    assert found(first) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_it_costs_the_same_at_any_size(rows, django_assert_max_num_queries):
    article = make_story(f"<p>{LONG}</p>")
    for number in range(1, rows + 1):
        Figure.objects.create(article=article, photo=make_photo(number))
        WatchWord.objects.create(word=f"词{number}")
        make_article(body=f"<p>{LONG}</p>")

    # Looking for duplicates costs the search engine of PostgreSQL two queries more.
    with django_assert_max_num_queries(9 if connection.vendor == "sqlite" else 12):
        check(article)
