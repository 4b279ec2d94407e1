import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news import richtext

PAYLOADS = Path(__file__).parents[2] / "shared/data/security/shared_html_payloads_payloadbox.jsonl"


def test_keeps_what_a_story_is_made_of():
    body = (
        "<p>一<strong>二</strong><em>三</em><br>四</p><h2>题</h2><ul><li>甲</li></ul>"
        "<blockquote><p>话</p></blockquote><table><tbody><tr><td>格</td></tr></tbody></table>"
        '<figure data-photo="5"></figure><h2 data-part="A">脱贫<br>战鼓擂</h2><p lang="ii">ꆈꌠ</p>'
    )
    assert richtext.clean(body) == body


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p onclick=x>一</p>", "<p>一</p>"),
        ("<script>alert(1)</script><p>一</p>", "<p>一</p>"),
        ('<p style="color:red">一</p>', "<p>一</p>"),
        ("<b>一</b><i>二</i>", "<strong>一</strong><em>二</em>"),
        ("<h1>一</h1><h5>二</h5>", "<h2>一</h2><h3>二</h3>"),
        ("<div>一</div>", "<p>一</p>"),
        ("<p> &nbsp;</p><p>一</p>", "<p>一</p>"),
        ("<p>一\x08二\u202e三\u200b</p>", "<p>一二三</p>"),
        (
            '<figure data-photo="5"><img src="x"><figcaption>说明</figcaption></figure>',
            '<figure data-photo="5"></figure>说明',
        ),
        ('<figure data-photo="0">一</figure>', "一"),
        ('<h2 data-part="AB">一</h2>', "<h2>一</h2>"),
    ],
)
def test_removes_or_renames_the_rest(dirty, clean):
    assert richtext.clean(dirty) == clean


def test_links_lead_only_to_web_and_mail():
    clean = richtext.clean(
        '<a href="javascript:alert(1)">x</a><a href="/y">y</a><a href="https://z.cn">z</a>'
    )
    assert "javascript" not in clean
    assert 'href="/y"' in clean
    assert 'href="https://z.cn"' in clean


MARKUP = """<p> </p> <div> <h1> <b> <li> <hr> <br> <table> <caption> <td> <ruby> <rt> <svg> <div< &nbsp; &#8;
    文 <blockquote> </blockquote> <figure>
    <a|href="x"> <h2|data-part="A"> <a|href="java&#1;script:x">""".split()


@given(st.lists(st.sampled_from(MARKUP), max_size=12).map(lambda pieces: "".join(pieces).replace("|", " ")))
def test_cleaning_twice_changes_nothing_however_it_is_nested(html):
    once = richtext.clean(html)
    assert richtext.clean(once) == once == richtext.without_control(once)


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    once = richtext.clean(text)
    assert richtext.clean(once) == once


@pytest.mark.skipif(not PAYLOADS.exists(), reason="the shared payloads are not here")
def test_no_payload_leaves_anything_that_runs():
    for line in PAYLOADS.read_text(encoding="utf-8").splitlines():
        clean = richtext.clean(json.loads(line)["payload"]).lower()
        assert "<script" not in clean
        assert "<img" not in clean
        assert 'href="javascript' not in clean


def test_text_becomes_one_paragraph_a_line():
    assert richtext.from_text("　　一 & 二\n\n<三>\r\n") == "<p>一 &amp; 二</p>\n<p>&lt;三&gt;</p>"


def test_plain_gives_the_words_one_block_a_line():
    html = '<h2 data-part="A">甲<br>乙</h2><p>一&amp;<strong>二</strong></p><figure data-photo="3"></figure>'
    assert richtext.plain(html) == "甲\n乙\n一&二"


def test_excerpt_ends_with_a_sentence_where_one_is_near():
    assert richtext.excerpt("短。", 10) == "短。"
    assert richtext.excerpt("一二三四五六七。九十甲乙", 10) == "一二三四五六七。"
    assert richtext.excerpt("一二三，四五六七八九十甲乙", 4) == "一二三……"


def test_parts_and_photos_are_found_in_order():
    html = '<h2 data-part="A">甲<br>乙</h2><figure data-photo="7"></figure><h2 data-part="B">丙</h2>'
    assert [(part.letter, part.title, part.anchor) for part in richtext.parts(html)] == [
        ("A", "甲", "part-1"),
        ("B", "丙", "part-2"),
    ]
    assert richtext.photo_ids(html) == [7]


def test_render_puts_figures_and_parts_in_place():
    html = '<h2 data-part="A">甲<br>乙</h2><figure data-photo="7"></figure><table><tbody></tbody></table>'
    rendered = richtext.render(html, lambda pk: f"[{pk}]")
    assert "[7]" in rendered
    assert '<div class="part" id="part-1">' in rendered
    assert "<h2>甲</h2><p>乙</p>" in rendered
    assert '<div class="scroll" tabindex="0"><table>' in rendered
