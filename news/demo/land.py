"""What stands in a demo landscape: terraces, water, roads, houses, people.

Each function draws one thing on a Canvas; places and sizes are fractions of the picture.
"""

import math

from PIL import ImageOps

from .canvas import WHITE, crest, haze, layer, mix, noise
from .growing import tree


def ground(c, y=0.66, tone="green", dark=0.25, height=0.06) -> None:
    fill = mix(c.ink[tone], c.ink["near"], dark)
    layer(c, crest(c, y, height, "calm"), mix(fill, c.ink["mist"], 0.35), fill, 0.3)


def terraces(c, top=0.52, rows=13, wet=0.45, tone="green") -> None:
    """Fields along the contours of a hill; some of them stand under water and mirror the sky."""
    hill = noise(c.rng, 200, ((2.3, 0.62), (4.5, 0.2), (9, 0.05)))
    green, water = mix(c.ink[tone], c.ink["far"], 0.25), mix(c.ink["low"], c.ink["top"], 0.3)
    for k in range(rows):
        p = k / rows
        own = noise(c.rng, 200, ((5, 0.05 * (0.4 + p)), (14, 0.012)))
        y = top + (1.06 - top) * p**1.35
        curve = [(i / 199, y + hill[i] * (0.9 - p * 0.35) * 0.6 + own[i]) for i in range(200)]
        fill = water if c.rng.random() < wet else mix(green, c.ink["near"], 0.1 + c.rng.random() * 0.35)
        fill = mix(fill, c.ink["mist"], 0.5 * (1 - p) ** 2)
        layer(c, curve, fill, mix(fill, c.ink["near"], 0.22), 0.1)
        c.line(curve, mix(c.ink["near"], fill, 0.55 - 0.35 * p), 0.8 + 2.6 * p)
        lip = [(x, yy + 0.006 + 0.008 * p) for x, yy in curve]
        c.line(lip, mix(fill, WHITE, 0.35), 0.6 + 1.2 * p)


def lake(c, level=0.62, boats=0) -> None:
    """Water that mirrors what is above it."""
    line, ink = round(level * c.h), c.ink
    depth = c.h - line
    above = c.image.crop((0, max(0, line - depth), c.w, line))
    mirror = ImageOps.flip(above).resize((c.w, depth))
    water = mix(ink["top"], ink["near"], 0.22)
    c.image.paste(mirror, (0, line))
    veil = c.shade([(0, (70, 70, 70)), (1, (150, 150, 150))], depth).convert("L")
    c.image.paste(water, (0, line, c.w, c.h), veil)
    for _ in range(46):
        p = c.rng.random() ** 1.6
        y, x, long = level + p * (1 - level), c.rng.random(), 0.03 + 0.16 * c.rng.random()
        c.line([(x, y), (x + long, y)], mix(water, ink["low"], 0.3 + 0.4 * c.rng.random()), 0.5 + 1.8 * p)
    c.line([(0, level), (1, level)], mix(ink["near"], ink["mist"], 0.5), 1)
    for _ in range(boats):
        boat(c, 0.15 + 0.7 * c.rng.random(), level + 0.08 + 0.2 * c.rng.random())


def boat(c, x, y) -> None:
    s, ink = 0.03 + (y - 0.6) * 0.12, c.ink["near"]
    c.shape([(x - s, y), (x + s, y), (x + s * 0.7, y + s * 0.35), (x - s * 0.7, y + s * 0.35)], ink)
    person(c, x + s * 0.3, y + s * 0.05, s * 1.3, mix(ink, c.ink["red"], 0.3))
    c.line([(x + s * 0.4, y - s * 0.7), (x + s * 1.1, y + s * 0.6)], ink, 1.4)


def ribbon(c, top, bottom, start, end, wide, bend, tone) -> list[tuple[float, float]]:
    """A road or river coming towards us in bends. Returns its middle line."""
    left, right, middle = [], [], []
    phase = c.rng.random() * 6
    for i in range(121):
        t = i / 120
        y = top + (bottom - top) * t**1.7
        x = (
            start
            + (end - start) * t
            + bend * math.sin(phase + 9 * t**0.75) * (0.15 + 0.85 * t) * (1.1 - t * 0.4)
        )
        half = 0.0016 + wide * t**2.1
        left.append((x - half, y))
        right.append((x + half, y))
        middle.append((x, y))
    c.shape(left + right[::-1], tone)
    c.line(left, mix(tone, c.ink["near"], 0.35), 1.4)
    c.line(right, mix(tone, c.ink["near"], 0.35), 1.4)
    return middle


def road(c, top=0.6, start=0.55, end=0.4, wide=0.16, bend=0.13) -> None:
    grey = mix(c.ink["mist"], c.ink["near"], 0.34)
    middle = ribbon(c, top, 1.02, start, end, wide, bend, grey)
    for i in range(30, 118, 7):
        c.line(middle[i : i + 4], mix(grey, WHITE, 0.75), 0.4 + 4 * (i / 120) ** 2)


def river(c, top=0.58, start=0.5, end=0.45, wide=0.3, bend=0.16) -> None:
    water = mix(c.ink["low"], c.ink["top"], 0.55)
    middle = ribbon(c, top, 1.02, start, end, wide, bend, water)
    for i in range(40, 120, 2):
        x, y = middle[i]
        long, off = wide * (i / 120) ** 2 * 0.5, (c.rng.random() - 0.5) * wide * (i / 120) ** 2
        c.line([(x + off, y), (x + off + long, y)], mix(water, WHITE, 0.4), 0.5 + 1.5 * (i / 120) ** 2)


def house(c, x, y, u, lit=False, wall=None) -> None:
    ratio = c.w / c.h
    v = u * ratio
    wall = wall or mix(c.ink["mist"], c.ink["low"], 0.4)
    roof = mix(c.ink["near"], c.ink["red"], 0.12)
    c.box(x, y, 3 * u, 1.5 * v, wall)
    c.box(x + 2.2 * u, y, 0.8 * u, 1.5 * v, mix(wall, c.ink["near"], 0.18))
    c.shape(
        [(x - 0.4 * u, y), (x + 0.35 * u, y - 0.9 * v), (x + 2.65 * u, y - 0.9 * v), (x + 3.4 * u, y)], roof
    )
    c.line([(x + 0.35 * u, y - 0.9 * v), (x + 2.65 * u, y - 0.9 * v)], mix(roof, WHITE, 0.3), u * 60)
    for j in (0.4, 1.4):
        c.box(x + j * u, y + 0.45 * v, 0.5 * u, 0.55 * v, (244, 184, 96) if lit else roof)


def village(c, count=12, left=0.1, right=0.75, top=0.66, bottom=0.84, scale=1.0) -> None:
    places = [(top + (bottom - top) * c.rng.random(), c.rng.random()) for _ in range(count)]
    for y, t in sorted(places):
        u = (0.008 + 0.016 * (y - top) / max(0.01, bottom - top)) * scale
        if c.rng.random() < 0.7:
            tree(c, left + (right - left) * t - u * 1.4, y + u * 2, u * 1.5)
        house(c, left + (right - left) * t, y, u, lit=c.dark and c.rng.random() < 0.8)


def tunnels(c, horizon=0.66, rows=4) -> None:
    """Plastic greenhouses, rank behind rank."""
    film = mix(c.ink["mist"], c.ink["top"], 0.35)
    for j in range(rows):
        p = j / max(1, rows - 1)
        y, u = horizon + (0.93 - horizon) * p**1.3, 0.03 + 0.075 * p
        ratio, x = c.w / c.h, -0.02 - c.rng.random() * u
        while x < 1:
            box = (*c.at(x, y - u * 0.7 * ratio), *c.at(x + 2 * u, y + u * 0.7 * ratio))
            c.draw.pieslice(box, 180, 360, fill=mix(film, c.ink["near"], 0.12 * c.rng.random()))
            for k in range(1, 4):
                inner = (
                    *c.at(x + u * k * 0.18, y - u * (0.7 - k * 0.1) * ratio),
                    *c.at(x + u * (2 - k * 0.18), y + u * 0.5 * ratio),
                )
                c.draw.arc(inner, 180, 360, fill=mix(film, c.ink["near"], 0.3), width=max(1, round(u * 34)))
            c.box(
                x + u * 0.78, y - u * 0.34 * ratio, u * 0.44, u * 0.34 * ratio, mix(c.ink["near"], film, 0.3)
            )
            x += 2.12 * u
        c.line([(0, y), (1, y)], mix(c.ink["near"], c.ink["green"], 0.4), 2 + 5 * p)


def person(c, x, y, tall, coat=None) -> None:
    """A figure standing with its feet at (x, y); `tall` in fractions of the width."""
    ratio = c.w / c.h
    coat, t = coat or mix(c.ink["near"], c.ink["red"], c.rng.random() * 0.6), tall
    for side in (-0.07, 0.07):
        c.line([(x + side * t, y), (x + side * 0.6 * t, y - 0.45 * t * ratio)], c.ink["near"], t * 110)
    top = y - 0.82 * t * ratio
    c.shape(
        [
            (x - 0.12 * t, top),
            (x + 0.12 * t, top),
            (x + 0.17 * t, y - 0.36 * t * ratio),
            (x - 0.17 * t, y - 0.36 * t * ratio),
        ],
        coat,
    )
    c.disc(x, y - 0.91 * t * ratio, 0.085 * t, mix(c.ink["near"], (214, 170, 130), 0.55))


def people(c, count=6, y=0.88, tall=0.035, left=0.2, right=0.8, spread=0.02) -> None:
    for i in range(count):
        x = left + (right - left) * (i + c.rng.random() * 0.7) / count
        person(c, x, y + (c.rng.random() - 0.5) * spread, tall * (0.88 + 0.24 * c.rng.random()))


def birds(c, count=5, x=0.2, y=0.18) -> None:
    for b in range(count):
        bx, by, u = x + 0.035 * b + 0.03 * c.rng.random(), y + 0.05 * c.rng.random(), 0.008
        c.line([(bx - u, by - u * 0.5), (bx, by), (bx + u, by - u * 0.6)], c.ink["near"], 1.5)


def mist(c, y=0.6, strength=0.7, thick=0.2) -> None:
    haze(c, y, strength, thick)
