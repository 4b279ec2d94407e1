"""Fire, snow and rain in a demo landscape."""

import math

from .canvas import WHITE, mix
from .land import person


def rocket(c, x=0.6) -> None:
    """A launch at night, seen from across the valley."""
    trail = [(x - 0.1 * t**2.2, 0.74 - 0.56 * t) for t in (k / 40 for k in range(41))]
    c.glow(x, 0.72, 0.3, (255, 190, 120), 0.75)
    for k, (px, py) in enumerate(trail):
        c.disc(px, py, 0.011 - 0.00018 * k, mix((226, 140, 86), (255, 236, 206), k / 40))
    c.glow(*trail[-1], 0.09, (255, 240, 214), 0.9)
    c.disc(*trail[-1], 0.0065, (255, 252, 240))


def torches(c, count=90, y=0.72) -> None:
    """Lines of torches coming down the slopes, and a fire with dancers round it."""
    for line in range(4):
        x, dy = 0.06 + 0.25 * line, c.rng.random() * 0.06
        for k in range(count // 4):
            t = k / (count / 4)
            px, py = (
                x + 0.2 * t + 0.02 * math.sin(9 * t + line),
                y - 0.24 + 0.24 * t + dy + 0.01 * c.rng.random(),
            )
            c.glow(px, py, 0.007 + 0.007 * t, (255, 170, 80), 0.8)
            c.disc(px, py, 0.0011 + 0.0013 * t, (255, 226, 160))
    fire(c, 0.5, 0.9, 0.05)
    for i in range(22):
        a = i / 22 * 2 * math.pi
        person(
            c,
            0.5 + 0.24 * math.cos(a),
            0.925 + 0.055 * math.sin(a),
            0.034 + 0.008 * math.sin(a),
            mix(c.ink["near"], c.ink["red"], 0.45),
        )


def fire(c, x, y, size) -> None:
    c.glow(x, y, size * 7, (255, 150, 70), 0.7)
    for _ in range(26):
        t = c.rng.random()
        tone = mix((206, 74, 36), (255, 224, 150), t)
        w = size * (0.3 * (1 - t) + 0.06)
        px, tall = (
            x + (c.rng.random() - 0.5) * size * (1 - t),
            size * (0.8 + 1.5 * c.rng.random() * (1 - t * 0.4)),
        )
        c.shape([(px - w, y), (px + w, y), (px + w * 0.2, y - tall * 1.2)], tone)
    for k in (-1, 0, 1):
        c.line([(x - size + k * 0.01, y + 0.012), (x + size, y - 0.006 + k * 0.008)], (40, 26, 20), 6)


def snowfall(c, count=420) -> None:
    for _ in range(count):
        near = c.rng.random() ** 2
        c.disc(
            c.rng.random(), c.rng.random(), 0.0009 + 0.0028 * near, mix(c.ink["mist"], WHITE, 0.5 + near / 2)
        )


def rainfall(c, count=300) -> None:
    for _ in range(count):
        x, y, long = c.rng.random(), c.rng.random(), 0.02 + 0.03 * c.rng.random()
        c.line([(x, y), (x - long * 0.25, y + long)], mix(c.ink["mist"], c.ink["far"], c.rng.random()), 0.6)
