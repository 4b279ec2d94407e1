"""Placeholder colours: a fixed set of classes, each in tints.css, because pages carry no inline style."""

import colorsys
from math import dist

from PIL import Image

HUES = {"red": 0, "orange": 30, "yellow": 50, "green": 110, "teal": 175, "blue": 215, "purple": 290}
DEPTHS = {1: 0.24, 2: 0.44, 3: 0.64}  # lightness
GREYS = {f"grey-{n}": (24 + 52 * n,) * 3 for n in range(5)}


def _rgb(hue: int, lightness: float) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in colorsys.hls_to_rgb(hue / 360, lightness, 0.22))


TINTS = GREYS | {f"{name}-{n}": _rgb(hue, depth) for name, hue in HUES.items() for n, depth in DEPTHS.items()}


def tint(picture: Image.Image) -> str:
    """The name nearest to the picture's mean, so that least changes when it appears.

    None for what is transparent somewhere: the colour would shine through for ever.
    """
    if picture.mode != "RGB":
        return ""
    mean = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return min(TINTS, key=lambda name: dist(TINTS[name], mean))


def stylesheet() -> str:
    """The rules of tints.css."""
    rules = [f".tint-{name} {{ background-color: #{bytes(rgb).hex()}; }}\n" for name, rgb in TINTS.items()]
    return "".join(rules)
