"""A picture for a story that has none: its headline on our paper, for apps that show a link with a picture.

It is drawn when it is asked for. The page cache keeps it, and drops it with the story.
"""

import hashlib
import math
import threading
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630  # what Open Graph asks for
DESIGN = "1"  # another number gives all posters new addresses
PAPER, INK, GREY, RED = "#f8f3e8", "#1c1915", "#6a6155", "#b2281a"
RIDGES = (("#dfe2d8", 500, 46), ("#c3cdc5", 540, 38), ("#9fb0a8", 584, 26))
MARGIN, TOP, BOTTOM = 80, 176, 486  # the headline stands between TOP and BOTTOM
SIZES = range(112, 43, -4)  # of the headline, the largest that fits
COLOURS = 64
NEVER_FIRST = frozenset("，。、；：？！”’）》」』】…—,.;:?!)%")  # in a line

# A bold Song where there is one; number of the Chinese face in a collection. A server may have no such font.
FONTS = [
    ("NotoSerifCJK-Bold.ttc", 2),
    ("NotoSerifCJKsc-Bold.otf", 0),
    ("SourceHanSerifSC-Bold.otf", 0),
    ("NotoSansCJK-Bold.ttc", 2),
    ("NotoSansCJK-Regular.ttc", 2),
    ("wqy-zenhei.ttc", 0),
    ("Songti.ttc", 0),
    ("simsun.ttc", 0),
]
FOLDERS = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
]

_one_at_a_time = threading.Lock()  # a crawler that asks for many must not take all threads of a process


def version(headline: str, channel: str) -> str:
    """Changes with all that the poster shows."""
    return hashlib.sha256(f"{DESIGN}\n{headline}\n{channel}".encode()).hexdigest()[:12]


def draw(headline: str, network: str, channel: str) -> bytes:
    """A PNG, about 20 KB in 60 ms. Without a Chinese font on the machine it has no words."""
    with _one_at_a_time:
        image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        pen = ImageDraw.Draw(image)
        _landscape(pen)
        _nameplate(pen, network, channel)
        if _font(SIZES[0]):
            _headline(pen, headline)
        file = BytesIO()
        image.quantize(COLOURS).save(file, "PNG", optimize=True)
        return file.getvalue()


def _landscape(pen):
    for number, (colour, level, swing) in enumerate(RIDGES):
        ridge = [
            (x, level + swing * (math.sin(x / 170 + 2.4 * number) + 0.5 * math.sin(x / 61 + number)))
            for x in range(0, WIDTH + 10, 10)
        ]
        pen.polygon([*ridge, (WIDTH, HEIGHT), (0, HEIGHT)], fill=colour)


def _nameplate(pen, network, channel):
    """The seal, the channel's name and the thick-and-thin rule, as over a page."""
    pen.rectangle((MARGIN, 36, MARGIN + 60, 136), fill=RED)
    pen.rectangle((MARGIN, 152, WIDTH - MARGIN, 157), fill=INK)
    pen.rectangle((MARGIN, 161, WIDTH - MARGIN, 162), fill=INK)
    if not _font(44):
        return
    for number, letter in enumerate(network[:2]):
        pen.text((MARGIN + 30, 62 + 48 * number), letter, font=_font(44), fill=PAPER, anchor="mm")
    if channel != network:
        pen.text((MARGIN + 84, 86), channel, font=_font(60), fill=INK, anchor="lm")


def _headline(pen, headline):
    for size in SIZES:
        lines, step = _lines(headline, _font(size), WIDTH - 2 * MARGIN), round(size * 1.3)
        if step * len(lines) <= BOTTOM - TOP:
            break
    top = (TOP + BOTTOM - step * len(lines)) // 2
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + step * number), line, font=_font(size), fill=INK)


def _lines(text, font, width):
    """Lines of about the same length, none of which begins with a closing mark."""
    lengths = [font.getlength(letter) for letter in text]
    share = sum(lengths) / math.ceil(sum(lengths) / width)
    lines, used = [""], 0
    for letter, length in zip(text, lengths, strict=True):
        if (used >= share or used + length > width) and letter not in NEVER_FIRST:
            lines.append("")
            used = 0
        lines[-1] += letter
        used += length
    return lines


@lru_cache
def _font(size):
    found = _file()
    return ImageFont.truetype(found[0], size, index=found[1]) if found else None


@lru_cache
def _file():
    """The first of FONTS that this machine has, and the number of its face; None without one."""
    there = {path.name: path for folder in FOLDERS for path in Path(folder).expanduser().rglob("*.[to]t[cf]")}
    return next(((there[name], face) for name, face in FONTS if name in there), None)
