from html import unescape
from re import sub

from hypothesis import given
from hypothesis import strategies as st

from news import compare

TEXT = st.text(alphabet="路修好了，回家快。\n<&", max_size=80)


def words(rows, side):
    return "\n".join(unescape(sub(r"</?(?:del|ins)>", "", getattr(row, side))) for row in rows)


def test_shows_the_characters_that_changed_and_no_more():
    (row,) = compare.rows("通村公路修了三年，终于通车。", "通村公路修了五年，终于通车。")
    assert row == (
        False,
        "通村公路修了<del>三</del>年，终于通车。",
        "通村公路修了<ins>五</ins>年，终于通车。",
    )


def test_an_added_paragraph_stands_beside_nothing():
    rows = compare.rows("一\n三", "一\n二\n三")
    assert [(row.same, row.old, row.new) for row in rows] == [
        (True, "一", "一"),
        (False, "", "<ins>二</ins>"),
        (True, "三", "三"),
    ]


def test_equal_texts_do_not_differ():
    assert not compare.differs(compare.rows("一\n二", "一\n二"))


def test_markup_is_text():
    (row,) = compare.rows("<b>", "<i>")
    assert "<b>" not in row.old
    assert "&lt;" in row.old


@given(TEXT, TEXT)
def test_both_sides_keep_every_character(old, new):
    rows = compare.rows(old, new)
    assert words(rows, "old").replace("\n", "") == old.replace("\n", "")
    assert words(rows, "new").replace("\n", "") == new.replace("\n", "")
