from django import template

from counties.navigation import Node
from news import frame

register = template.Library()


@register.simple_tag
def around(region: Node | str = "") -> frame.Frame:
    """Breaking news, and whether the page is grey. No query."""
    return frame.of(region or None)
