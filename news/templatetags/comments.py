from django import template

from .. import comments
from ..comments.reasons import in_words

register = template.Library()
register.filter("comments_closed", comments.closed)
register.filter("reason_in_words", in_words)
