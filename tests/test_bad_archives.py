"""Whatever an archive holds, its records are read or named, and the command ends in order."""

import io
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_region
from tests.test_bad_input import HOME, JSON, TEXT, dumped, tried

pytestmark = pytest.mark.django_db


@tried()
@given(
    lines=st.lists(
        st.binary(max_size=60) | JSON.map(lambda value: dumped(value).encode("utf-8", "replace")), max_size=4
    )
)
def test_no_line_breaks_the_import(tmp_path, lines):
    make_region(HOME)
    imported(tmp_path / "news.jsonl", b"\n".join(lines))


FIELDS = (
    "id title body kicker subhead summary source author date tags section region regions url photos x".split()
)


@tried()
@given(record=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_no_record_breaks_the_import(tmp_path, record):
    make_region(HOME)
    imported(
        tmp_path / "news.jsonl", dumped({"title": "题", "body": "文"} | record).encode("utf-8", "replace")
    )


@tried()
@given(text=st.binary(max_size=200) | TEXT.map(lambda text: text.encode("gb18030", "replace")))
@pytest.mark.parametrize("name", ["page.txt", "page.html"])
def test_no_page_breaks_the_import(tmp_path, name, text):
    make_region(HOME)
    imported(tmp_path / name, text)


def imported(file, data):
    """Records that make no sense are named and end with an error of the command, no other."""
    file.write_bytes(data)
    with suppress(CommandError, SystemExit):
        call_command("import_articles", str(file), stdout=io.StringIO(), stderr=io.StringIO())
