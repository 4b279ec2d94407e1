"""The paper that demo pictures are printed on: palettes, noise, sky, ridges, mist and the finish.

Everything random comes from the picture's own name, so one name is always one picture.
Coordinates are fractions of the width and height. A Canvas is half as large again as the print: smooth edges.
"""

import random

from PIL import Image, ImageChops, ImageDraw

OVERSIZE = 1.5
WHITE = (250, 247, 238)


def colour(code: str) -> tuple[int, ...]:
    return tuple(int(code[i : i + 2], 16) for i in (0, 2, 4))


def mix(one, other, t: float) -> tuple[int, ...]:
    return tuple(round(a + (b - a) * t) for a, b in zip(one, other, strict=True))


INKS = ("top", "low", "far", "near", "mist", "sun", "green", "red")
PALETTES = {
    name: dict(zip(INKS, map(colour, inks.split()), strict=True))
    for name, inks in {
        "dawn": "c9d3d0 f4dcc0 b9bdb6 2f4542 f3e4d0 e2684a 6d8570 c4553a",
        "dusk": "4b5570 e9a77c 8d8192 1f2536 e2b296 f6d9a8 4d5a57 b8503c",
        "noon": "b7cfd2 eef0e4 a9c0bb 30544a eef1e6 fbf6e2 6f9272 c65f43",
        "rain": "aab3b1 dcdfd8 b3bbb7 33403f e3e5de dcdfd8 71857a a35c4b",
        "snow": "b9c4cf eef0f0 c4ced6 40505e f2f3f1 f7efe0 8d9c9b b25f4c",
        "autumn": "d7d2bd f3e2bd c6b694 5a3a24 f2e3c4 d9532f 9a8a4e c2502c",
        "night": "141b2b 3b4a62 35445c 0d121c 55657c f1ead2 27383f d9683c",
        "spring": "c5d6d6 f3efe0 b5c9ba 3d5a45 f4f1e4 f3b79a 86a673 d08a83",
        "plain": "d8d4c8 f1ece0 bdbcae 3f4640 f1ece0 d96b4a 808c68 b9523a",
    }.items()
}


def noise(rng, count: int, waves) -> list[float]:
    """A smooth curve of `count` values around 0, the sum of waves (how many, how high)."""
    total = [0.0] * count
    for many, height in waves:
        knots = [rng.random() - 0.5 for _ in range(int(many) + 3)]
        for i in range(count):
            x = i / (count - 1) * many
            k = int(x)
            t = x - k
            t = t * t * (3 - 2 * t)
            total[i] += height * (knots[k] * (1 - t) + knots[k + 1] * t)
    return total


class Canvas:
    def __init__(self, name: str, size: tuple[int, int], palette: str):
        self.rng = random.Random(name)  # noqa: S311 - a painter needs no secrets
        self.size = size
        self.w, self.h = (round(side * OVERSIZE) for side in size)
        self.dark = palette in ("night", "dusk")
        self.ink = PALETTES[palette]
        self.image = Image.new("RGB", (self.w, self.h), self.ink["low"])

    @property
    def draw(self):
        return ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return x * self.w, y * self.h

    def shape(self, points, fill) -> None:
        self.draw.polygon([self.at(x, y) for x, y in points], fill=fill)

    def line(self, points, fill, width: float) -> None:
        """Width in thousandths of the picture's width."""
        pixels = [self.at(x, y) for x, y in points]
        self.draw.line(pixels, fill=fill, width=max(1, round(width * self.w / 1000)), joint="curve")

    def disc(self, x: float, y: float, r: float, fill, squash: float = 1.0) -> None:
        """Radius in fractions of the width."""
        cx, cy = self.at(x, y)
        r *= self.w
        self.draw.ellipse((cx - r, cy - r * squash, cx + r, cy + r * squash), fill=fill)

    def box(self, x: float, y: float, w: float, h: float, fill) -> None:
        self.draw.rectangle((*self.at(x, y), *self.at(x + w, y + h)), fill=fill)

    def shade(self, stops, height: int | None = None):
        """A vertical gradient as wide as the picture, from (place, colour) stops."""
        height = height or self.h
        column, low, high = [], stops[0], stops[1]
        rest = list(stops[2:])
        for y in range(256):
            t = y / 255
            while t > high[0] and rest:
                low, high = high, rest.pop(0)
            column.append(mix(low[1], high[1], min(1, max(0, (t - low[0]) / (high[0] - low[0])))))
        strip = Image.new("RGB", (1, 256))
        strip.putdata(column)
        return strip.resize((1, height), Image.Resampling.BICUBIC).resize((self.w, height))

    def cloud_mask(self, columns: int, rows: int, height: int):
        dots = Image.frombytes("L", (columns, rows), self.rng.randbytes(columns * rows))
        small = dots.resize((self.w // 8, max(2, height // 8)), Image.Resampling.BICUBIC)
        return small.resize((self.w, height), Image.Resampling.BILINEAR)

    def glow(self, x: float, y: float, r: float, fill, strength: float = 0.6) -> None:
        """A soft light; radius in fractions of the width."""
        side = max(4, round(r * self.w * 2))
        light = ImageChops.invert(Image.radial_gradient("L")).point(
            [round((max(0, v - 76) / 179) ** 2 * 255 * strength) for v in range(256)]
        )
        corner = round(x * self.w - side / 2), round(y * self.h - side / 2)
        self.image.paste(fill, (*corner, corner[0] + side, corner[1] + side), light.resize((side, side)))

    def print_to(self, path) -> None:
        """Reduce to the print's size, lay the grain of paper over it and save."""
        image = self.image.resize(self.size, Image.Resampling.HAMMING)
        w, h = self.size
        small = (w * 2 // 3, h * 2 // 3)
        grain = Image.frombytes("L", small, self.rng.randbytes(small[0] * small[1]))
        grain = grain.point([round(128 + (v - 128) * 0.055) for v in range(256)]).resize(self.size)
        image = ImageChops.add(image, Image.merge("RGB", [grain] * 3), 1, -128)
        image.save(path, "JPEG", quality=90)


def sky(c: Canvas, sun=None, radius: float = 0.035, stars: int = 0, clouds: float = 0.35) -> None:
    ink = c.ink
    c.image.paste(c.shade([(0, ink["top"]), (0.62, ink["low"]), (1, ink["low"])]))
    height = c.h * 3 // 5
    mask = c.cloud_mask(7, 9, height).point([round(max(0, v - 110) * clouds) for v in range(256)])
    c.image.paste(ink["mist"], (0, 0, c.w, height), mask)
    for _ in range(stars):
        shine = mix(ink["top"], (255, 250, 230), 0.25 + c.rng.random() * 0.6)
        c.disc(c.rng.random(), c.rng.random() ** 1.4 * 0.5, 0.0006 + c.rng.random() * 0.0009, shine)
    if sun:
        c.glow(*sun, radius * 5, mix(ink["sun"], ink["low"], 0.4), 0.5)
        c.disc(*sun, radius, mix(ink["sun"], ink["low"], 0.06))


ROUGH = {
    "soft": ((1.6, 1), (4, 0.5), (9, 0.2), (22, 0.08), (60, 0.03)),
    "sharp": ((1.8, 0.9), (5, 0.6), (12, 0.34), (28, 0.16), (70, 0.06), (150, 0.025)),
    "calm": ((1.2, 0.6), (3, 0.25), (7, 0.08)),
}


def crest(c: Canvas, base: float, height: float, kind: str = "soft", count: int = 400):
    if kind == "karst":
        return _karst(c, base, height, count)
    curve = noise(c.rng, count, ROUGH[kind])
    return [(i / (count - 1), base + value * height) for i, value in enumerate(curve)]


def _karst(c, base, height, count):
    """Rounded cones side by side, as in the limestone country of Guizhou."""
    tops = [base] * count
    x = -0.05
    while x < 1.05:
        wide, high = 0.05 + c.rng.random() * 0.06, height * (0.35 + c.rng.random() * 0.65)
        for i in range(count):
            d = abs(i / (count - 1) - x) / wide
            if d < 1:
                tops[i] = min(tops[i], base - high * (1 - d**2.2))
        x += wide * (0.8 + c.rng.random() * 0.9)
    return [(i / (count - 1), y + (c.rng.random() - 0.5) * 0.004) for i, y in enumerate(tops)]


def layer(c: Canvas, curve, fill, foot, fade: float) -> None:
    """A ridge below its crest, dissolving from `fill` into `foot` over `fade` of the height."""
    top = max(0, min(int(min(y for _, y in curve) * c.h), c.h - 2))
    height = c.h - top
    mask = Image.new("L", (c.w, height), 0)
    points = [(x * c.w, y * c.h - top) for x, y in curve]
    ImageDraw.Draw(mask).polygon([(0, height), *points, (c.w, height)], fill=255)
    reach = min(1, fade * c.h / height)
    stops = [(0, fill), (reach * 0.35, mix(fill, foot, 0.14)), (max(0.01, reach), foot), (1.01, foot)]
    c.image.paste(c.shade(stops, height), (0, top), mask)


def ridges(c, count=6, start=0.34, end=0.95, kind="sharp", height=0.3, snow=False) -> None:
    ink = c.ink
    for i in range(count):
        p = i / max(1, count - 1)
        tone = mix(ink["far"], ink["near"], p**1.1)
        curve = crest(c, start + (end - start) * p**1.12, height * (1 - p) + height * 0.42 * p, kind)
        if snow and i < 2:
            tone = mix(tone, (255, 255, 255), 0.62)
        layer(c, curve, tone, mix(tone, ink["mist"], 0.8), 0.2 + 0.12 * p)
        haze(c, start + (end - start) * p + 0.08, 0.3 * (1 - p * 0.6))


def haze(c, y: float, strength: float, thick: float = 0.16) -> None:
    """A bank of mist, thickest at y."""
    height = round(thick * c.h)
    fall = Image.radial_gradient("L").resize((c.w, height * 2)).crop((0, 0, c.w, height * 2))
    fall = ImageChops.invert(fall).crop((0, height // 2, c.w, height // 2 + height))
    mask = ImageChops.multiply(c.cloud_mask(5, 3, height), fall).point(
        [round(v * strength) for v in range(256)]
    )
    top = round((y - thick / 2) * c.h)
    c.image.paste(c.ink["mist"], (0, top, c.w, top + height), mask)
