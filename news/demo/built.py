"""What people built in a demo landscape: bridges, towns, schools, markets, masts."""

import math

from .canvas import WHITE, mix
from .growing import tree
from .land import person

LAMP = (244, 190, 104)


def bridge(c, y=0.55, kind="beam", train=False) -> None:
    ink, deck = c.ink, mix(c.ink["mist"], c.ink["near"], 0.55)
    if kind == "beam":
        for i in range(9):
            c.box(0.03 + i * 0.12, y, 0.012, 0.5, mix(deck, ink["mist"], 0.25))
    if kind == "arch":
        for i in range(5):
            box = (*c.at(-0.02 + i * 0.21, y + 0.03), *c.at(0.18 + i * 0.21, y + 0.36))
            c.draw.arc(box, 180, 360, fill=deck, width=round(c.w * 0.011))
            for j in range(1, 6):
                x = -0.02 + i * 0.21 + j * 0.033
                c.line([(x, y), (x, y + 0.03 + 0.12 * abs(j - 3) / 3)], deck, 2)
    if kind == "cable":
        for x in (0.3, 0.7):
            c.shape(
                [(x - 0.006, y - 0.3), (x + 0.006, y - 0.3), (x + 0.014, y + 0.45), (x - 0.014, y + 0.45)],
                deck,
            )
            for k in range(1, 9):
                for side in (-1, 1):
                    c.line(
                        [(x, y - 0.3 + k * 0.012), (x + side * k * 0.024, y)],
                        mix(deck, ink["mist"], 0.35),
                        0.9,
                    )
    c.box(0, y, 1, 0.018, deck)
    c.box(0, y - 0.004, 1, 0.005, mix(deck, WHITE, 0.4))
    if train:
        c.box(0.16, y - 0.045, 0.56, 0.04, mix(ink["green"], ink["near"], 0.35))
        c.box(0.16, y - 0.026, 0.56, 0.005, LAMP)
        for i in range(34):
            c.box(
                0.168 + i * 0.0162, y - 0.039, 0.009, 0.011, LAMP if c.dark else mix(ink["mist"], WHITE, 0.5)
            )


def town(c, y=0.7, count=26, height=0.2) -> None:
    for _ in range(count):
        x, tall, wide = (
            c.rng.random() * 1.04 - 0.04,
            height * (0.35 + 0.65 * c.rng.random()),
            0.03 + 0.03 * c.rng.random(),
        )
        wall = mix(mix(c.ink["far"], c.ink["mist"], 0.35), c.ink["near"], 0.1 + 0.35 * c.rng.random())
        c.box(x, y - tall, wide, tall + 0.03, wall)
        c.box(x + wide * 0.7, y - tall, wide * 0.3, tall + 0.03, mix(wall, c.ink["near"], 0.2))
        for row in range(int(tall / 0.02)):
            for column in range(3):
                lit = c.dark and c.rng.random() < 0.5
                pane = LAMP if lit else mix(wall, c.ink["near"], 0.35)
                c.box(x + wide * (0.1 + column * 0.2), y - tall + 0.008 + row * 0.02, wide * 0.1, 0.009, pane)


def school(c, y=0.7) -> None:
    """A school, its flag, its running track and a few children."""
    ink, wall = c.ink, mix(c.ink["mist"], c.ink["sun"], 0.14)
    c.box(0.14, y - 0.22, 0.6, 0.22, wall)
    c.box(0.12, y - 0.24, 0.64, 0.024, mix(ink["near"], ink["red"], 0.4))
    for row in range(3):
        for i in range(14):
            c.box(
                0.16 + i * 0.041,
                y - 0.2 + row * 0.068,
                0.024,
                0.036,
                LAMP if c.dark else mix(ink["top"], ink["near"], 0.35),
            )
    c.box(0.42, y - 0.07, 0.05, 0.07, mix(ink["near"], ink["red"], 0.3))
    court = mix(ink["red"], ink["mist"], 0.42)
    c.shape([(0, y + 0.03), (1, y + 0.03), (1, 1), (0, 1)], mix(ink["green"], ink["mist"], 0.15))
    for k in range(4):
        box = (*c.at(-0.3 + k * 0.06, y + 0.06 + k * 0.02), *c.at(1.3 - k * 0.06, 1.35 - k * 0.07))
        c.draw.ellipse(
            box, fill=court if k < 3 else mix(ink["green"], ink["low"], 0.12), outline=WHITE, width=3
        )
    c.line([(0.83, y + 0.04), (0.83, y - 0.36)], mix(ink["near"], WHITE, 0.4), 2.5)
    c.shape([(0.83, y - 0.36), (0.9, y - 0.34), (0.83, y - 0.3)], (196, 62, 44))
    for i in range(9):
        person(
            c,
            0.16 + i * 0.08 + 0.03 * c.rng.random(),
            y + 0.16 + 0.1 * c.rng.random(),
            0.03,
            (ink["red"], ink["top"], LAMP)[i % 3],
        )


def market(c, y=0.72, stalls=5) -> None:
    """A row of awnings with heaped trays below, and customers."""
    ink = c.ink
    c.box(0, y - 0.02, 1, 1 - y + 0.02, mix(ink["mist"], ink["near"], 0.2))
    cloths = (ink["red"], ink["green"], mix(LAMP, ink["mist"], 0.3), mix(ink["top"], ink["near"], 0.3))
    wide = 1.04 / stalls
    for i in range(stalls):
        x, cloth = -0.02 + i * wide, cloths[(i + c.rng.randrange(2)) % 4]
        c.box(x + 0.01, y - 0.2, wide - 0.02, 0.24, mix(ink["near"], ink["mist"], 0.15))
        for k in range(8):
            a, b, w = x + k * wide / 8, x + (k + 1) * wide / 8, wide / 16
            shade = cloth if k % 2 else mix(cloth, WHITE, 0.68)
            c.shape([(a + w, y - 0.34), (b + w * (0.8), y - 0.34), (b, y - 0.2), (a, y - 0.2)], shade)
            c.disc((a + b) / 2, y - 0.2, w, shade, 0.7)
        c.box(x + 0.012, y + 0.02, wide - 0.024, 0.09, mix((128, 92, 62), ink["near"], 0.3))
        for tray in range(3):
            fruit = ((205, 92, 50), (176, 52, 48), (226, 178, 84), (120, 140, 80), (160, 130, 90))[
                c.rng.randrange(5)
            ]
            for n in range(26):
                tx = x + 0.02 + (tray + c.rng.random() * 0.86) * (wide - 0.04) / 3
                c.disc(
                    tx,
                    y + 0.022 - 0.018 * (n % 4) * c.rng.random(),
                    0.0085,
                    mix(fruit, ink["near"], c.rng.random() * 0.25),
                )
    for i in range(6):
        person(c, 0.08 + i * 0.16 + 0.05 * c.rng.random(), y + 0.2 + 0.05 * c.rng.random(), 0.085)


def turbines(c, count=7, y=0.5, size=0.1) -> None:
    ratio = c.w / c.h
    for i in range(count):
        x = 0.08 + 0.86 * (i + 0.4 * c.rng.random()) / count
        s, base = size * (0.6 + 0.5 * c.rng.random()), y + 0.05 * c.rng.random()
        top = base - s * 1.5 * ratio
        c.line([(x, base), (x, top)], WHITE, 26 * s)
        turn = c.rng.random() * 2
        for k in range(3):
            a = turn + k * 2.094
            c.line(
                [(x, top), (x + math.cos(a) * s * 0.72, top + math.sin(a) * s * 0.72 * ratio)], WHITE, 17 * s
            )


def pylons(c, y=0.6) -> None:
    ink, last = mix(c.ink["near"], c.ink["mist"], 0.15), None
    for i in range(5):
        s = 0.06 + 0.045 * i
        x, base = 0.06 + 0.21 * i, y + 0.06 * i
        top = base - s * 3.2
        for side in (-1, 1):
            c.line([(x + side * s * 0.4, base), (x + side * s * 0.06, top)], ink, 1 + i * 0.5)
        for k in range(1, 7):
            w, yy = s * 0.4 * (1 - k / 7.6), base - (base - top) * k / 7
            c.line([(x - w, yy), (x + w, yy)], ink, 0.8 + i * 0.2)
        arms = [(x - s * 0.62, top + s * 0.5), (x + s * 0.62, top + s * 0.5)]
        c.line(arms, ink, 1.4 + i * 0.4)
        if last:
            for a, b in zip(last, arms, strict=True):
                wire = [
                    (
                        a[0] + (b[0] - a[0]) * t / 12,
                        a[1] + (b[1] - a[1]) * t / 12 + 0.05 * math.sin(math.pi * t / 12),
                    )
                    for t in range(13)
                ]
                c.line(wire, ink, 0.7)
        last = arms


def pagoda(c, x=0.62, y=0.68, size=0.05, floors=5) -> None:
    ink, ratio = c.ink, c.w / c.h
    for k in range(floors):
        w, yy = size * (1 - 0.13 * k), y - k * size * 0.82 * ratio
        c.box(
            x - w * 0.7,
            yy - size * 0.6 * ratio,
            w * 1.4,
            size * 0.62 * ratio,
            mix(ink["red"], ink["near"], 0.45),
        )
        for j in (-0.45, -0.1, 0.25):
            c.box(
                x + j * w,
                yy - size * 0.42 * ratio,
                w * 0.2,
                size * 0.3 * ratio,
                LAMP if c.dark else ink["near"],
            )
        eave = yy - size * 0.56 * ratio
        c.shape(
            [
                (x - w * 1.35, eave - size * 0.1),
                (x - w, eave),
                (x + w, eave),
                (x + w * 1.35, eave - size * 0.1),
                (x + w * 0.6, eave - size * 0.3 * ratio),
                (x - w * 0.6, eave - size * 0.3 * ratio),
            ],
            ink["near"],
        )
    top = y - floors * size * 0.82 * ratio
    c.line([(x, top + 0.03), (x, top - 0.05)], ink["near"], 3)


def street(c, horizon=0.62) -> None:
    """An old street between two rows of eaves."""
    ink = c.ink
    c.shape([(0.46, horizon), (0.54, horizon), (0.86, 1), (0.14, 1)], mix(ink["mist"], ink["near"], 0.25))
    for k in range(60):
        t = (k / 60) ** 1.6
        y = horizon + (1 - horizon) * t
        c.line([(0.46 - 0.32 * t, y), (0.54 + 0.32 * t, y)], mix(ink["mist"], ink["near"], 0.36), 0.5 + t)
    for side in (-1, 1):
        for k in range(5):
            a, b = 0.05 + 0.47 * (k / 5) ** 1.8, 0.05 + 0.47 * ((k + 1) / 5) ** 1.8
            _shop(c, side, a, b, horizon)


def _shop(c, side, a, b, horizon) -> None:
    ink = c.ink
    x1, x2 = 0.5 + side * a, 0.5 + side * b
    up, down = 0.9, 0.82
    wall = mix(mix((150, 108, 76), ink["mist"], 0.25), ink["near"], 0.15 + 0.2 * c.rng.random())
    c.shape(
        [(x1, horizon - a * up), (x2, horizon - b * up), (x2, horizon + b * down), (x1, horizon + a * down)],
        wall,
    )
    for k in (0.2, 0.5):
        p, q = x1 + (x2 - x1) * k, x1 + (x2 - x1) * (k + 0.22)
        m, n = a + (b - a) * k, a + (b - a) * (k + 0.22)
        glow = mix(LAMP, ink["mist"], 0.1) if c.dark else mix(ink["near"], wall, 0.3)
        c.shape(
            [
                (p, horizon - m * 0.3),
                (q, horizon - n * 0.3),
                (q, horizon + n * 0.78),
                (p, horizon + m * 0.78),
            ],
            glow,
        )
    roof = mix(ink["near"], ink["mist"], 0.08)
    c.shape(
        [
            (x1 - side * 0.012, horizon - a * up),
            (x2 - side * 0.04, horizon - b * (up - 0.12)),
            (x2, horizon - b * (up + 0.34)),
            (x1, horizon - a * (up + 0.3)),
        ],
        roof,
    )
    lantern = x1 + (x2 - x1) * 0.8 - side * 0.012
    c.disc(lantern, horizon - b * 0.42, b * 0.04, (206, 74, 48), 1.15)


def panels(c, horizon=0.66, rows=6) -> None:
    """Solar panels in ranks."""
    blue = mix(c.ink["top"], c.ink["near"], 0.7)
    for j in range(rows):
        p = (j + 0.5) / rows
        y, tall, wide = horizon + (1 - horizon) * p**1.6, 0.012 + 0.05 * p**1.4, 0.03 + 0.13 * p**1.4
        x = -wide * c.rng.random()
        while x < 1:
            c.line([(x + wide * 0.4, y), (x + wide * 0.4, y + tall * 0.7)], c.ink["near"], 1 + 2 * p)
            c.shape(
                [(x, y), (x + wide * 0.84, y), (x + wide * 0.92, y - tall), (x + wide * 0.1, y - tall)], blue
            )
            for k in (1, 2, 3):
                dx = x + wide * 0.21 * k
                c.line([(dx, y), (dx + wide * 0.1, y - tall)], mix(blue, WHITE, 0.4), 0.6 + p)
            c.line([(x, y), (x + wide * 0.84, y)], mix(blue, WHITE, 0.55), 0.8 + p)
            x += wide


def hoop(c, x=0.74, y=0.9) -> None:
    """A basketball stand, players, and a line of trees behind."""
    ink = c.ink
    for i in range(9):
        tree(c, 0.02 + i * 0.12, 0.66, 0.045)
    c.shape([(0, 0.66), (1, 0.66), (1, 1), (0, 1)], mix(ink["red"], ink["mist"], 0.35))
    for points in ([(0, 0.72), (1, 0.72)], [(0.55, 0.72), (0.4, 1)], [(0.9, 0.72), (1.0, 0.9)]):
        c.line(points, WHITE, 3)
    c.line([(x, y), (x, 0.34)], ink["near"], 9)
    c.box(x - 0.1, 0.24, 0.13, 0.14, mix(ink["mist"], WHITE, 0.4))
    c.line([(x - 0.12, 0.36), (x - 0.05, 0.36)], (206, 74, 48), 4)
    for k in range(4):
        c.line([(x - 0.118 + k * 0.022, 0.36), (x - 0.108 + k * 0.015, 0.42)], WHITE, 1)
    for px, tall in ((0.2, 0.12), (0.36, 0.13), (0.47, 0.12), (0.57, 0.14), (0.88, 0.12)):
        person(c, px, 0.86 + 0.08 * c.rng.random(), tall, (ink["red"], ink["top"])[c.rng.randrange(2)])
    c.disc(0.52, 0.4, 0.013, (206, 110, 60))
