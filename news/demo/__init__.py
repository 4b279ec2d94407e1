"""The demo newsroom's words and pictures: pure data, made from nothing but a seed or a name.

`slogans`, `picks` and `leads` are {region path: …}, `corrections` a list; they are made when first asked for.
"""

from . import people
from .people import comments, readings
from .pictures import PICTURES, paint
from .stories import sections, stories

__all__ = ["PICTURES", "comments", "paint", "readings", "sections", "stories"]


def __getattr__(name: str):
    if name in ("corrections", "leads", "picks", "slogans"):
        return getattr(people, name)()
    raise AttributeError(name)
