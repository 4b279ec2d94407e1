"""Reading a record of JSON Lines, and what is said of one that cannot be read."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from news.importing import ImportProblem, jsonl, linter
from tests.factories import make_region

NEWS = Path(__file__).parents[2] / "shared" / "data" / "news"
FULL = {
    "id": "story-1",
    "title": "渠水到了 家门口",
    "body": "第一段。\n　　第二段 <b>不是标记</b>。\n",
    "kicker": "会东县",
    "subhead": "三年修渠记",
    "summary": "一条渠的三年。",
    "source": "凉山日报",
    "author": "李小满",
    "date": "2018-10-11T17:05:00+08:00",
    "tags": ["水利", "会东"],
    "section": "folks",
    "region": "sichuan/liangshan/huidong",
    "regions": ["513425"],
    "url": "https://www.example.cn/1.html",
}


def read(path=Path("news.jsonl"), **fields):
    record = {"title": "标题", "body": "正文。", **fields}
    return jsonl.parse(json.dumps(record).encode(), path, 7)


def test_all_fields():
    record = read(**FULL)

    assert record.key == "story-1"
    assert record.headline == "渠水到了 家门口"
    assert record.body == "<p>第一段。</p>\n<p>第二段 &lt;b&gt;不是标记&lt;/b&gt;。</p>"
    assert (record.kicker, record.subhead, record.summary) == ("会东县", "三年修渠记", "一条渠的三年。")
    assert (record.source, record.byline, record.section) == ("凉山日报", "李小满", "folks")
    assert record.date == datetime(2018, 10, 11, 9, 5, tzinfo=UTC)
    assert (record.region, record.regions) == ("sichuan/liangshan/huidong", ["513425"])
    assert (record.tags, record.original_url) == (["水利", "会东"], "https://www.example.cn/1.html")
    assert record.ignored == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-10-11", datetime(2018, 10, 11, 4, 0, tzinfo=UTC)),
        ("2018-10-11T17:05", datetime(2018, 10, 11, 9, 5, tzinfo=UTC)),
        ("2018-10-11 17:05:30", datetime(2018, 10, 11, 9, 5, 30, tzinfo=UTC)),
        ("2018-10-11T17:05:00Z", datetime(2018, 10, 11, 17, 5, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_dates(text, expected):
    assert read(date=text).date == expected


def test_html_body_is_kept_as_html():
    assert read(body="<p>一</p><h2>二</h2>").body == "<p>一</p><h2>二</h2>"


def test_pictures_inside_the_text_are_mentioned():
    assert len(read(body='<p>一<img src="a.jpg"></p>').notes) == 1


def test_unknown_fields_are_counted():
    record = read(category="体育", divisions={"51": 1}, photos=[{"caption": "渠", "size": 3}])

    assert record.ignored == {"category": 1, "divisions": 1, "photos.size": 1}


def test_key_without_an_id():
    assert read(url="https://www.example.cn/1.html").key == "url:https://www.example.cn/1.html"
    assert read(date="2018-10-11", region="会东").key == "jsonl:会东:2018-10-11T12:00:标题"
    assert read(id=17).key == "17"
    assert len(read(id="长" * 500).key) == 71


def test_the_key_does_not_depend_on_folder_or_text():
    assert read(Path("a/x.jsonl"), id="1", body="一").key == read(Path("b/y.jsonl"), id="1", body="二").key


def test_control_characters_and_halves_of_characters_are_dropped():
    record = read(title="标\u0000题\ud800", body="正\u0008文\udfff", source="报\u0000")

    assert (record.headline, record.body, record.source) == ("标题", "<p>正文</p>", "报")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": None},
        {"title": ["a"]},
        {"body": ""},
        {"body": 5},
        {"body": "  \n "},
        {"date": "昨天"},
        {"date": "0001-01-01"},
        {"tags": {"a": 1}},
        {"tags": [["a"]]},
        {"regions": 5},
        {"photos": "a.jpg"},
        {"photos": {"file": "a.jpg"}},
        {"photos": [{}]},
        {"photos": [{"file": "../a.jpg"}]},
        {"photos": [{"file": "/etc/passwd"}]},
        {"photos": [{"file": "x/../../a.jpg"}]},
    ],
)
def test_bad_records_are_refused_with_a_sentence(fields):
    with pytest.raises(ImportProblem) as problem:
        read(**fields)
    assert len(str(problem.value)) > 5


@pytest.mark.parametrize("line", [b"{", b"[]", b"null", b'"x"', b"\xff\xff", b"[" * 100_000, b"1" * 5000])
def test_bad_lines_are_refused(line):
    with pytest.raises(ImportProblem):
        jsonl.parse(line, Path("x.jsonl"), 1)


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "archive").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (tmp_path / "archive" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(ImportProblem):
        read(tmp_path / "archive" / "news.jsonl", photos=[{"file": "link.jpg"}])


def test_lines_are_numbered_as_in_the_file(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_bytes(b'{"a":1}\n\n  \n{"b":2}\r\n')

    assert [number for number, _line in jsonl.pieces(path)] == [1, 4]


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({}, 0),
        ({"source": ""}, 1),
        ({"date": None}, 1),
        ({"date": "2099-01-01"}, 1),
        ({"title": "一座“水上粮仓"}, 1),
        ({"body": "一句话。"}, 1),
        ({"body": "本报讯 " + "渠水" * 40 + "\n本报讯 " + "早市" * 40}, 1),
        ({"photos": [{"caption": "渠边。"}]}, 2),
        ({"photos": [{"caption": "渠边。", "credit": "木呷 摄", "file": "a.jpg"}]}, 0),
    ],
)
def test_what_an_editor_should_look_at(fields, count):
    good = {"source": "凉山日报", "date": "2018-10-11", "body": "渠水到了家门口。" * 20}

    assert len(linter.look(read(**(good | fields)))) == count


@pytest.mark.django_db
@pytest.mark.skipif(not NEWS.is_dir(), reason="the archives are not here")
def test_real_archives_have_no_bad_record():
    make_region()
    for path in NEWS.glob("*news*.jsonl"):
        if "queries" not in path.name:
            for number, line in jsonl.pieces(path):
                assert jsonl.parse(line, path, number).headline
