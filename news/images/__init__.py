"""The picture pipeline: what may come in, and what readers see of it.

No other module writes Photo.original, Photo.renditions or Photo.progress, or deletes a Photo.
"""

from . import poster
from .library import AlreadyThere, has_original, peek, remove, replace, take, used_by
from .markup import PUBLIC_NAME, Variant, full_url, picture, variants
from .reading import PictureError
from .renditions import ask_again, has_renditions, make_renditions, make_waiting, shown_by
from .storing import store
from .tints import TINTS
from .words import proposed, split

__all__ = [
    "PUBLIC_NAME",
    "TINTS",
    "AlreadyThere",
    "PictureError",
    "Variant",
    "ask_again",
    "full_url",
    "has_original",
    "has_renditions",
    "make_renditions",
    "make_waiting",
    "peek",
    "picture",
    "poster",
    "proposed",
    "remove",
    "replace",
    "shown_by",
    "split",
    "store",
    "take",
    "used_by",
    "variants",
]
