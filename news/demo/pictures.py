"""The demo's pictures by name. What stands in each is in text/pictures.txt, from the back to the front."""

from functools import cache
from pathlib import Path

from . import built, canvas, growing, land, lights, still
from .grammar import rows_of

ROOMS = (canvas, land, growing, built, lights, still)
SHAPES = {"wide": (1600, 1067), "tall": (1067, 1600), "four": (1600, 1200)}


def _value(text: str):
    """A number, a tuple of numbers (a colour, a place), yes, or a word."""
    if "," in text:
        return tuple(map(_value, text.split(",")))
    if text == "yes":
        return True
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _scene(cells: list[str]) -> tuple:
    shape, palette, *things = cells
    painters = []
    for thing in things:
        tool, *options = thing.split()
        pairs = (option.split("=") for option in options)
        painters.append((tool, {key: _value(value) for key, value in pairs}))
    return SHAPES[shape], palette, painters


@cache
def scenes() -> dict[str, tuple]:
    return {name: _scene(cells) for name, *cells in rows_of("pictures.txt")}


PICTURES = tuple(scenes())


def paint(name: str, folder: Path) -> Path:
    """Paint the picture of that name into the folder: always the same file, in about 0.25 s."""
    size, palette, things = scenes()[name]
    c = canvas.Canvas(name, size, palette)
    for tool, options in things:
        painter = next(getattr(room, tool) for room in ROOMS if hasattr(room, tool))
        painter(c, **options)
    path = Path(folder) / f"{name}.jpg"
    c.print_to(path)
    return path
