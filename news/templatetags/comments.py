from django import template
from django.conf import settings

from .. import comments
from ..comments.reasons import in_words

register = template.Library()
register.filter("comments_closed", comments.closed)
register.filter("reason_in_words", in_words)


@register.simple_tag
def comments_need_account() -> bool:
    return settings.COMMENTS_REQUIRE_LOGIN


@register.simple_tag
def days_addresses_are_kept() -> int:
    return settings.ADDRESS_RETENTION_DAYS if settings.KEEP_ADDRESSES else 0
