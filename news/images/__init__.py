"""The picture pipeline: what may come in, and what readers see of it.

No other module writes Photo.original, Photo.renditions or Photo.progress.
"""

from .markup import PUBLIC_NAME, Variant, full_url, picture, variants
from .reading import PictureError
from .renditions import ask_again, make_renditions, make_waiting
from .storing import store
from .tints import TINTS

__all__ = [
    "PUBLIC_NAME",
    "TINTS",
    "PictureError",
    "Variant",
    "ask_again",
    "full_url",
    "make_renditions",
    "make_waiting",
    "picture",
    "store",
    "variants",
]
