"""Pictures in templates; the markup itself is made elsewhere."""

from django import template
from django.utils.safestring import SafeString

from news import figures, images
from news.models import Figure

register = template.Library()


@register.simple_tag
def picture(photo, kind: str, *, sizes: str, alt: str = "", eager: bool = False) -> SafeString | str:
    """<picture> for a photo; "" without one, or before its first renditions are made."""
    return images.picture(photo, kind, alt=alt, sizes=sizes, eager=eager) if photo else ""


@register.simple_tag
def lead_figure(figure: Figure | None, sizes: str = figures.AT_HEAD) -> SafeString | str:
    """The figure at the head of a story; "" without one."""
    return figures.markup(figure, sizes=sizes, eager=True) if figure else ""
