"""Django's `i18n` tags, of which {% translate "…" %} looks a sentence up once for each language.

A page has about seventy of these sentences; with Django's own tag rendering it costs a tenth more.
Installed under Django's name in TEMPLATES, so for the admin's templates too.
"""

from django.template import Library
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class Sentence(i18n.TranslateNode):
    """A sentence that the template itself has, without filters: the same at each rendering."""

    def __init__(self, node):
        super().__init__(node.filter_expression, node.noop, message_context=node.message_context)
        self.name = node.asvar
        self.said = {}

    def render(self, context):
        language = get_language()
        if language not in self.said:
            self.said[language] = super().render(context)
        if not self.name:
            return self.said[language]
        context[self.name] = self.said[language]
        return ""


@register.tag
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    node = i18n.do_translate(parser, token)
    if _is_constant(node):
        return Sentence(node)
    return node


def _is_constant(node):
    parts = filter(None, (node.filter_expression, node.message_context))
    return all(part.token[0] in "\"'" and not part.filters for part in parts)
