import re

from django import template

register = template.Library()

LINE = 10  # characters of the largest type on a phone of 360 px
MARKS = re.compile(r"[\W_]+")


@register.filter
def breaks_at_marks(headline: str) -> bool:
    """Whether each part between a headline's marks fits on a line, so that it need break nowhere else."""
    return max(map(len, MARKS.split(headline))) <= LINE
