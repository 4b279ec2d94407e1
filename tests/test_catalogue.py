"""The tool that keeps the message catalogue."""

import gettext
from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from portal.management.commands import catalogue

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
TITLE = _("Search")
def text(n):
    return ngettext("%(n)s comment", "%(n)s comments", n), pgettext("verb", "Share"), _("a " "b")
"""
TEMPLATE = """{% load i18n %}
  {# a note #}{% translate "Read on" as more %}
<p title="{% translate 'It is "here"' %}">
    {% blocktranslate trimmed count n=n %}
      one of {{ all }}
    {% plural %}
      {{ n }} of {{ all }}
    {% endblocktranslate %}</p>
 {{ value|default:_("nothing") }} it's {% include "x" with y=_("more") %}
"""


@pytest.fixture
def root(tmp_path):
    for name, text in {"news/views.py": CODE, "templates/page.html": TEMPLATE}.items():
        file = tmp_path / name
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    return tmp_path


def translated(*entries):
    text = "".join(
        f"{entry}\n\n" for entry in ('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"', *entries)
    )
    return read_po(BytesIO(text.encode()), locale="zh_Hans")


def ids(found):
    return {message.id for message in found if message.id}


def test_finds_messages_in_code_and_templates(root):
    found = catalogue.collect(root, translated())

    assert ids(found) == {
        "Search",
        ("%(n)s comment", "%(n)s comments"),
        "Share",
        "a b",
        "Read on",
        'It is "here"',
        ("one of %(all)s", "%(n)s of %(all)s"),
        "nothing",
        "more",
    }
    assert found.get("Share", "verb").context == "verb"


def test_keeps_translations_and_drops_what_is_gone(root):
    old = translated('msgid "Search"\nmsgstr "搜索"', 'msgid "Gone"\nmsgstr "没了"')

    found = catalogue.collect(root, old)

    assert found.get("Search").string == "搜索"
    assert found.get("Gone") is None


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('msgid "Search"\nmsgstr ""', "untranslated: 'Search'"),
        ('#, fuzzy\nmsgid "Search"\nmsgstr "搜索"', "fuzzy: 'Search'"),
        ('msgid "Search"\nmsgstr "搜索 %(n)s"', "placeholders differ: 'Search'"),
        ('msgid "Search"\nmsgstr "搜索"', None),
    ],
)
def test_names_what_is_not_translated_well(tmp_path, entry, problem):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "x.py").write_text('_("Search")')

    found = catalogue.problems(catalogue.collect(tmp_path, translated(entry)))

    assert found == ([problem] if problem else [])


def test_placeholders_may_change_their_order_but_not_their_names():
    assert catalogue.placeholders("%(a)s {b} 5%%") == catalogue.placeholders("{b}，%(a)s")
    assert catalogue.placeholders("%(a)s") != catalogue.placeholders("%(A)s")


def test_both_files_are_the_same_each_time_and_can_be_read_back(root):
    old = translated('msgid "Search"\nmsgstr "搜索"', 'msgctxt "verb"\nmsgid "Share"\nmsgstr "分享"')
    found = catalogue.collect(root, old)

    again = catalogue.collect(root, read_po(BytesIO(catalogue.po(found)), locale="zh_Hans"))

    assert catalogue.po(again) == catalogue.po(found)
    assert catalogue.mo(again) == catalogue.mo(found)


def test_the_compiled_file_is_what_gettext_reads(root):
    plural = 'msgid "%(n)s comment"\nmsgid_plural "%(n)s comments"\nmsgstr[0] "%(n)s 条评论"'
    old = translated('msgid "Search"\nmsgstr "搜索"', 'msgctxt "verb"\nmsgid "Share"\nmsgstr "分享"', plural)

    compiled = gettext.GNUTranslations(BytesIO(catalogue.mo(catalogue.collect(root, old))))

    assert compiled.gettext("Search") == "搜索"
    assert compiled.pgettext("verb", "Share") == "分享"
    assert compiled.ngettext("%(n)s comment", "%(n)s comments", 2) == "%(n)s 条评论"
    assert compiled.gettext("Read on") == "Read on"
