"""Pictures in pages. Strings only: a page prints dozens of them."""

from typing import NamedTuple

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .renditions import height_of

# What may be served below MEDIA_URL, and for ever: a file under such a name never changes.
PUBLIC_NAME = r"photos/[0-9a-f]{2}/[0-9a-f]{32}/(full|card)-\d+\.(avif|webp|jpg)"
MOVING = "(prefers-reduced-motion: no-preference)"


class Variant(NamedTuple):
    url: str
    width: int
    height: int


def variants(photo, kind: str) -> list[Variant]:
    """The JPEGs of a kind, "full" or "card", the smallest first; none before the first is made."""
    if not photo.renditions:
        return []
    base = _base(photo, kind)
    return [Variant(f"{base}{w}.jpg", w, height_of(photo, kind, w)) for w in photo.renditions[kind]]


def full_url(photo) -> str:
    """The largest JPEG, below the site's own root; "" before it is made."""
    return f"{_base(photo, 'full')}{photo.renditions['full'][-1]}.jpg" if photo.renditions else ""


def picture(photo, kind: str, *, alt: str, sizes: str, eager: bool = False) -> SafeString:
    """A <picture>; "" before the first renditions are made.

    `photo` is a Photo, or anything with its width, height, renditions and tint.
    `eager` is for what a reader sees first.
    """
    made = photo.renditions
    if not made:
        return mark_safe("")
    base, widths, sizes = _base(photo, kind), made[kind], escape(sizes)
    if kind == "full" and made["animated"]:
        sources = f'<source media="{MOVING}" type="image/webp" srcset="{base}{made["animated"]}.webp">'
    else:
        sources = _source(base, widths, sizes, "avif") + _source(base, widths, sizes, "webp")
    tint = f' class="tint-{photo.tint}"' if photo.tint else ""
    loading = 'fetchpriority="high"' if eager else 'loading="lazy"'
    width = widths[-1]
    return mark_safe(
        f'<picture>{sources}<img{tint} src="{base}{width}.jpg" srcset="{_srcset(base, widths, "jpg")}" '
        f'sizes="{sizes}" width="{width}" height="{height_of(photo, kind, width)}" alt="{escape(alt)}" '
        f'{loading} decoding="async"></picture>'
    )


def _base(photo, kind):
    key = photo.renditions["key"]
    return f"{settings.MEDIA_URL}photos/{key[:2]}/{key}/{kind}-"


def _source(base, widths, sizes, extension):
    return f'<source type="image/{extension}" srcset="{_srcset(base, widths, extension)}" sizes="{sizes}">'


def _srcset(base, widths, extension):
    return ", ".join([f"{base}{width}.{extension} {width}w" for width in widths])
