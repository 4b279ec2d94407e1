"""{% translate %} remembers what it said, and says it in the language of the page all the same."""

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.i18n import Sentence


def said(template, language, **context):
    with translation.override(language):
        return template.render(Context(context))


def test_a_sentence_is_said_in_each_language():
    template = Template('{% load i18n %}{% translate "Save" %}')
    for _again in range(2):
        assert said(template, "en") == "Save"
        assert said(template, "zh-hans") == "保存"


def test_so_is_one_with_a_context_and_a_name():
    template = Template('{% load i18n %}{% translate "Small" context "type" as word %}{{ word }}')
    assert template.nodelist.get_nodes_by_type(Sentence)
    for _again in range(2):
        assert said(template, "en") == "Small"
        assert said(template, "zh-hans") == "小"


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ('{% translate "<b> & 5 %" %}', "<b> & 5 %"),  # the template's own text, as Django shows it
        ('{% translate "Save" as word %}{{ word }}', "Save"),
        ('{% translate "Save" noop %}', "Save"),
        ('{% translate "Save"|upper %}', "SAVE"),
        ('{% translate "Save" context "no such" %}', "Save"),
        ("{% translate word %}", "&lt;typed&gt;"),
    ],
)
def test_every_form_of_the_tag_shows_what_djangos_does(tag, shown):
    template = Template("{% load i18n %}" + tag)
    assert said(template, "en", word="<typed>") == shown


def test_what_a_reader_may_have_typed_is_not_remembered():
    template = Template("{% load i18n %}{% translate word %}")
    assert not template.nodelist.get_nodes_by_type(Sentence)
    assert [said(template, "en", word=word) for word in ("one", "two")] == ["one", "two"]
