"""Reading a page of an old portal: every line has its place, in the record or in the report."""

import re
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.importing import ImportProblem, page
from news.importing.page import split_captions
from news.importing.text import decode, repair
from tests.factories import make_region

SAMPLES = Path(__file__).parent / "samples"
SEED = Path(__file__).parents[2] / "shared" / "seed" / "ganluo.txt"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def liangshan(db):
    make_region("sichuan", name="四川省", short_name="四川", label="四川")
    make_region("sichuan/liangshan", name="凉山彝族自治州", short_name="凉山", label="凉山州")
    make_region("sichuan/liangshan/huidong", name="会东县", short_name="会东", label="会东")
    make_region("sichuan/liangshan/ganluo", name="甘洛县", short_name="甘洛", label="甘洛")


def read(text: str, path=Path("page.txt")):
    return page.parse(text.encode(), path, 1)


def sample(name="page.txt"):
    path = SAMPLES / name
    return page.parse(path.read_bytes(), path, 1)


def imported(record) -> str:
    """All text of the record, and all that it reports, in no order."""
    known = [record.kicker, record.headline, record.source, record.original_url, record.byline, record.slogan]
    known += [f"{moment:%Y-%m-%d%H:%M}" for moment in [record.date] if moment]
    known += [re.sub(r'<h2 data-part="(.)">', r"\1", record.body)]
    for picture in record.pictures:
        known += [picture.caption, picture.credit]
    for mention in record.mentions:
        known += [mention.headline, mention.text, f"{mention.at:%Y-%m-%d%H:%M}" if mention.at else ""]
    known += [text for texts in record.left_out.values() for text in texts]
    known += [text.partition(": ")[2] for text in record.unplaced]
    return re.sub(r"</?(?:p|h2|br)>", "", "".join(known))


def characters(text: str) -> Counter:
    """Without the marks around a kicker, a credit and an entry of a block, and without entities."""
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return Counter(re.sub(r"[\s：:()（）•·●]", "", text))


def assert_nothing_lost(text: str):
    record = read(text)
    lines = "\n".join(repair(line)[0] for line in text.splitlines())
    assert characters(imported(record)) == characters(lines)


def test_head_of_the_page():
    record = sample()

    assert record.region == "sichuan/liangshan/huidong"
    assert (record.kicker, record.headline) == ("会东县", "一座“水上粮仓”的三本账")
    assert record.source == "凉山日报"
    assert record.date == timezone.make_aware(datetime(2018, 9, 3, 9, 40))  # noqa: DTZ001 made aware
    assert record.original_url == "https://www.example.cn/"
    assert record.tags == ["会东"]
    assert (
        record.summary
        == "九月初，野租镇的稻子黄了一半。站在田埂上的沙马说：“去年这里还是旱地，今年一亩田收了两样东西。”"
    )


def test_captions_with_their_credits():
    assert [(picture.caption, picture.credit) for picture in sample().pictures] == [
        ("稻田里的第一网鱼。", ""),
        ("村民在田埂上分拣鱼苗。", "木呷 摄"),
        ("合作社的账本。", "本报记者 李小满 摄"),
        ("山脚下的新水渠。", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("渠边。（木呷 摄）", [("渠边。", "木呷 摄")]),
        ("渠边。木呷、阿依摄影", [("渠边。", "木呷、阿依 摄影")]),
        ("水渠通到家门口 木呷 摄", [("水渠通到家门口", "木呷 摄")]),
        ("游客在湖边拍摄日出。", [("游客在湖边拍摄日出。", "")]),
        ("游客拍摄", [("游客拍摄", "")]),
        ("木呷 摄", [("", "木呷 摄")]),
        ("", []),
    ],
)
def test_where_a_caption_ends(text, expected):
    assert split_captions(text) == expected


def test_body_with_its_parts():
    body = sample().body.split("\n")

    assert body[2] == '<h2 data-part="A">稻鱼共生<br>一田两收</h2>'
    assert body[5] == '<h2 data-part="B">账本公开<br>心里有数</h2>'
    assert body[-1] == "<p>每月5日，合作社把账贴在村委会的墙上，谁都能看。</p>"
    assert len(body) == 7


def test_punctuation_is_repaired():
    second = sample().body.split("\n")[1]

    assert second == (
        "<p>“先有水，后有鱼”，这是老支书挂在嘴边的话；他管了12年水渠（含3年义务），记得每一处漏水的地方。"
        "每天7:30出门，1,600米长的渠要走两遍！</p>"
    )
    assert any(note.endswith("1") for note in sample().notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("‘开战\\’、‘决战\\'", "‘开战’、‘决战’"),
        ("他说:“好!”", "他说：“好！”"),
        ("比分3:2,时间8:30,共1,600人", "比分3:2,时间8:30,共1,600人"),
        ("see: a, b (c)", "see: a, b (c)"),
        ("水渠(新)通水", "水渠（新）通水"),
        ("《报告》(2017)指出", "《报告》（2017）指出"),
        ("此外,2016年", "此外，2016年"),
        ("\u3000\u3000特点, 细分", "特点，细分"),
        ("C:\\路径", "C:\\路径"),
    ],
)
def test_repair(text, expected):
    assert repair(text)[0] == expected


@given(st.text(alphabet="中文字,;:?!()“”‘’\\'\" 12ab。", max_size=30))
def test_repair_of_repaired_text_changes_nothing(text):
    once = repair(text)[0]
    if "\\" not in once:
        assert repair(once)[0] == once


def test_stories_that_the_page_names():
    recommended, *related = sample().mentions

    assert (recommended.kind, recommended.headline) == ("recommended", "会东石榴进了冷库")
    assert recommended.text.startswith("本报讯8月29日，会东县第一座")
    assert [(m.kind, m.headline, f"{m.at:%Y-%m-%d %H:%M}") for m in related] == [
        ("related", "老君峰下修渠人", "2018-08-20 10:05"),
        ("related", "冷库边的早市", "2018-08-28 00:00"),
    ]


def test_slogan():
    assert sample().slogan == "会东新闻，山这边，水那边。走到哪里，都记得家门口的那条渠。"


def test_blocks_of_the_site_are_left_out_and_counted():
    record = sample()

    assert record.unplaced == []
    assert record.left_out["频道推荐"] == ["• 一只羊的山路", "• 邻县：把集市搬到桥上"]
    assert any("频道推荐" in note and "2" in note for note in record.notes)
    assert any("热点阅读" in note and "3" in note for note in record.notes)


def test_nothing_is_lost():
    assert_nothing_lost((SAMPLES / "page.txt").read_text(encoding="utf-8"))


@pytest.mark.skipif(not SEED.exists(), reason="the page is not here")
def test_nothing_of_a_real_page_is_lost():
    text = SEED.read_text(encoding="utf-8")
    record = read(text)

    assert_nothing_lost(text)
    assert record.unplaced == []
    assert len(record.pictures) == 4
    assert record.body.count("<h2 data-part=") == 3


# Lines in any order: a page that was cut, mixed up or is none at all.
LINES = st.sampled_from(
    [line for line in (SAMPLES / "page.txt").read_text(encoding="utf-8").splitlines() if line]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, min_size=1, max_size=30))
def test_nothing_is_lost_of_lines_in_any_order(lines):
    with suppress(ImportProblem):  # the whole page is named as not imported
        assert_nothing_lost("\n".join(["标题", "来源:报 2018-01-01 08:00", *lines]))


def test_saved_html(tmp_path):
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "canal.jpg").write_bytes(b"picture")
    path = tmp_path / "page.html"
    path.write_bytes((SAMPLES / "page.html").read_bytes())

    record = page.parse(path.read_bytes(), path, 1)

    assert (record.kicker, record.headline) == ("会东县", "渠水到了家门口")
    assert record.key == "page:https://www.example.cn/news/20181011.html"
    assert [(p.caption, p.credit, p.file and p.file.name) for p in record.pictures] == [
        ("新渠通水。", "木呷 摄", "canal.jpg"),
        ("村民试水。", "", None),
    ]
    assert len(record.body.split("\n")) == 3
    assert record.body.startswith("<p>十月十一日，水沿着新渠流进了村子。</p>\n<p>老人们搬出板凳")
    assert [m.headline for m in record.mentions] == ["会东石榴进了冷库", "老君峰下修渠人"]
    assert record.left_out["热点排行"] == ["桥通了", "早市开了"]
    assert [text.partition(": ")[2] for text in record.unplaced] == ["https://cdn.example.cn/far.jpg"]


def test_a_picture_outside_of_the_folder_is_not_read(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "archive").mkdir()
    record = read(
        '<html><body><h1>标题</h1><p>来源:报 2018-01-01 08:00</p><img src="../secret.jpg"><p>正文一行。</p>',
        tmp_path / "archive" / "page.html",
    )

    assert record.pictures == []
    assert record.unplaced == ["1: ../secret.jpg"]


def test_page_without_a_source():
    record = read("地方网 > 四川 > 会东新闻\n渠水到了家门口\n十月十一日，水沿着新渠流进了村子。\n")

    assert (record.headline, record.source, record.date) == ("渠水到了家门口", "", None)
    assert record.region == "sichuan/liangshan/huidong"
    assert record.body == "<p>十月十一日，水沿着新渠流进了村子。</p>"


def test_colon_in_a_headline_is_no_kicker():
    record = read("观察:水渠之后\n来源:报 2018-01-01\n正文一行。")

    assert (record.kicker, record.headline) == ("", "观察：水渠之后")
    assert timezone.localtime(record.date).hour == 12


def test_unknown_lines_are_named():
    record = read("欢迎登录\n渠水到了家门口\n来源:报 2018-13-45 08:00\n正文一行。\nZ\n")

    assert record.unplaced == ["1: 欢迎登录", "3: 2018-13-45 08:00", "5: Z"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "只有标题",
        "<html></html>",
        "一个标题\n一段文字。\n又一段。",
        "来源:报 2018-01-01\n正文。",
        "标题\n来源:报 2018-01-01",
    ],
)
def test_what_is_no_page_is_refused(text):
    with pytest.raises(ImportProblem):
        read(text)


def test_encodings():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert decode("会东县，渠水".encode(encoding)) == "会东县，渠水"
    with pytest.raises(ImportProblem):
        decode(b"\x89PNG\xff\xff\xff")
