"""Still lifes for the demo: harvests in bowls and baskets, cloth, lacquer, books."""

import math

from .canvas import WHITE, mix

WOOD, WALL = (138, 98, 66), (228, 218, 198)


def table(c, level=0.62, cloth=None) -> None:
    """A wall in window light and a table in front of it."""
    wall = mix(WALL, c.ink["mist"], 0.5)
    c.image.paste(c.shade([(0, mix(wall, c.ink["near"], 0.14)), (0.6, wall), (1, wall)]))
    c.glow(0.26, 0.2, 0.5, mix(wall, WHITE, 0.8), 0.7)
    c.shape([(0.6, 0), (0.86, 0), (0.66, level), (0.4, level)], mix(wall, WHITE, 0.22))
    board = cloth or mix(WOOD, c.ink["near"], 0.12)
    c.shape([(0, level), (1, level), (1, 1), (0, 1)], board)
    for _ in range(70):
        y, x = level + (1 - level) * c.rng.random(), c.rng.random() * 0.9
        c.line(
            [(x, y), (x + 0.1 + 0.3 * c.rng.random(), y)],
            mix(board, c.ink["near"], 0.1 + 0.14 * c.rng.random()),
            1,
        )
    c.line([(0, level), (1, level)], mix(board, c.ink["near"], 0.4), 2)


def ball(c, x, y, r, tone, crown=False) -> None:
    """A round fruit lit from the upper left."""
    for k in range(7):
        t = k / 6
        c.disc(
            x - r * 0.3 * t,
            y - r * 0.36 * t,
            r * (1 - 0.8 * t),
            mix(mix(tone, c.ink["near"], 0.34), mix(tone, WHITE, 0.42), t),
        )
    if crown:
        c.shape(
            [(x - r * 0.2, y - r * 1.2), (x, y - r * 1.75), (x + r * 0.2, y - r * 1.2)],
            mix(tone, c.ink["near"], 0.3),
        )


def _shadow(c, x, y, r) -> None:
    c.disc(x + r * 0.16, y, r, mix(WOOD, c.ink["near"], 0.45), 0.22)


def bowl(c, x=0.5, y=0.72, r=0.24, fruit=(200, 80, 50), size=0.055, crown=False, glaze=None) -> None:
    ratio = c.w / c.h
    glaze = glaze or mix(c.ink["top"], c.ink["near"], 0.35)
    _shadow(c, x, y + r * 0.62 * ratio, r * 0.98)
    for row in range(4):
        many = 5 - row
        for i in range(many):
            px = x + (i - (many - 1) / 2) * size * 1.72 + (c.rng.random() - 0.5) * size * 0.3
            tone = mix(fruit, (232, 190, 110), c.rng.random() * 0.28)
            ball(
                c,
                px,
                y - (0.06 + row * 1.05) * size * ratio,
                size * (0.92 + 0.16 * c.rng.random()),
                tone,
                crown,
            )
    box = (*c.at(x - r, y - r * 0.62 * ratio), *c.at(x + r, y + r * 0.62 * ratio))
    c.draw.pieslice(box, 0, 180, fill=glaze)
    inner = (*c.at(x - r * 0.62, y - r * 0.5 * ratio), *c.at(x + r * 0.3, y + r * 0.5 * ratio))
    c.draw.arc(inner, 95, 170, fill=mix(glaze, WHITE, 0.35), width=round(c.w * 0.006))
    c.line([(x - r, y), (x + r, y)], mix(glaze, WHITE, 0.4), 6)
    for k in range(11):
        px = x - r * 0.8 + k * r * 0.16
        c.line(
            [(px, y + 0.03), (px + r * 0.05, y + 0.055), (px + r * 0.1, y + 0.03)], mix(glaze, WHITE, 0.5), 2
        )
    c.box(x - r * 0.36, y + r * 0.58 * ratio, r * 0.72, 0.018, mix(glaze, c.ink["near"], 0.3))


def scatter(c, count=7, fruit=(200, 80, 50), size=0.045, y=0.88, crown=False) -> None:
    for i in range(count):
        x, yy = 0.07 + 0.86 * (i + 0.5 * c.rng.random()) / count, y + 0.05 * (c.rng.random() - 0.5)
        _shadow(c, x, yy + size * 1.3, size)
        ball(
            c,
            x,
            yy,
            size * (0.85 + 0.25 * c.rng.random()),
            mix(fruit, (232, 190, 110), c.rng.random() * 0.3),
            crown,
        )


def basket(c, x=0.5, y=0.5, w=0.3, fruit=(200, 80, 50), size=0.03, rough=0.0) -> None:
    """A wicker basket heaped with fruit, nuts, potatoes or mushrooms."""
    ratio, straw = c.w / c.h, (176, 138, 88)
    tall = w * 0.8 * ratio
    _shadow(c, x, y + tall, w * 0.9)
    for k in range(230):
        t = k / 230
        px = x + (c.rng.random() * 2 - 1) * w * 0.93 * (0.35 + 0.65 * t)
        py = y - 0.3 * w * ratio * (1 - t) * (0.7 + 0.6 * c.rng.random()) + 0.03
        tone = mix(fruit, c.ink["near"], c.rng.random() * 0.25)
        ball(
            c,
            px,
            py,
            size * (1 - rough + 2 * rough * c.rng.random()),
            mix(tone, (230, 200, 140), c.rng.random() * 0.25),
        )
    c.shape(
        [(x - w, y), (x + w, y), (x + w * 0.78, y + tall), (x - w * 0.78, y + tall)],
        mix(straw, c.ink["near"], 0.35),
    )
    for row in range(9):
        yy, half = y + tall * row / 9, w * (1 - 0.22 * row / 9)
        for k in range(22):
            px = x - half + 2 * half * (k + 0.5 * (row % 2)) / 22
            c.line(
                [(px, yy + tall * 0.03), (px + half * 0.075, yy + tall * 0.06)],
                mix(straw, WHITE, 0.12 + 0.3 * c.rng.random()),
                8,
            )
    c.line([(x - w, y), (x + w, y)], straw, 14)
    c.line([(x - w, y - 0.006), (x + w, y - 0.006)], mix(straw, WHITE, 0.35), 4)


def lacquer(c, x=0.5, y=0.6, r=0.2) -> None:
    """A Yi lacquer bowl on its foot: black, red and yellow rings."""
    black, red, yellow = (34, 28, 28), (176, 44, 34), (222, 166, 58)
    ratio = c.w / c.h
    _shadow(c, x, y + r * 1.06 * ratio, r * 0.8)
    c.shape(
        [
            (x - r * 0.2, y + r * 0.5 * ratio),
            (x + r * 0.2, y + r * 0.5 * ratio),
            (x + r * 0.46, y + r * 1.02 * ratio),
            (x - r * 0.46, y + r * 1.02 * ratio),
        ],
        black,
    )
    c.line([(x - r * 0.4, y + r * 0.9 * ratio), (x + r * 0.4, y + r * 0.9 * ratio)], red, 10)
    box = (*c.at(x - r, y - r * 0.7 * ratio), *c.at(x + r, y + r * 0.7 * ratio))
    c.draw.pieslice(box, 0, 180, fill=black)
    for depth, tone in ((0.1, red), (0.2, yellow), (0.5, red)):
        half = r * math.sqrt(1 - (depth / 0.72) ** 2) * 0.985
        c.line([(x - half, y + depth * r * ratio), (x + half, y + depth * r * ratio)], tone, 40 * r)
    for k in range(13):
        px, yy = x - r * 0.82 + k * r * 0.137, y + 0.34 * r * ratio
        if abs(px - x) < r * 0.8:
            c.shape([(px - r * 0.05, yy + 0.014), (px, yy - 0.016), (px + r * 0.05, yy + 0.014)], yellow)
    c.disc(x, y, r, red, 0.2)
    c.disc(x, y + 0.004, r * 0.88, (58, 30, 26), 0.17)
    c.disc(x - r * 0.3, y - 0.004, r * 0.3, (110, 50, 38), 0.1)


def cloth(c, bands=7) -> None:
    """Embroidery seen close: bands of zigzag, ram's horn and star."""
    tones = [(34, 30, 34), (168, 42, 36), (30, 52, 70), (196, 140, 48), (60, 84, 66)]
    for b in range(bands):
        y, tall = b / bands, 1 / bands
        field = tones[(b * 2 + c.rng.randrange(2)) % 5]
        c.box(0, y, 1, tall, field)
        other = [t for t in tones if t != field]
        c.line([(0, y + 0.008), (1, y + 0.008)], other[3], 5)
        c.line([(0, y + 0.018), (1, y + 0.018)], mix(WALL, field, 0.2), 3)
        motif = (_zigzag, _horn, _star)[(b + c.rng.randrange(3)) % 3]
        motif(
            c, y + tall / 2, tall * 0.3, mix(other[b % 4], WHITE, 0.22), mix(other[(b + 1) % 4], WHITE, 0.4)
        )
    for k in range(300):
        y = k / 300
        c.line([(0, y), (1, y)], (24, 20, 22), 0.25)


def _zigzag(c, y, s, one, two) -> None:
    for offset, tone, wide in ((0, one, 13), (s * 0.55, two, 7), (-s * 0.55, two, 7)):
        c.line([(k / 24, y + offset + (s * 0.5 if k % 2 else -s * 0.5)) for k in range(25)], tone, wide)


def _horn(c, y, s, one, two) -> None:
    r = s * c.h / c.w
    for k in range(9):
        x = (k + 0.5) / 9
        for side in (-1, 1):
            curl = [
                (
                    x + side * r * (1.5 - t / 22) * math.sin(t / 4.2) * 0.7,
                    y + s * (0.75 - t / 20) * math.cos(t / 4.2),
                )
                for t in range(20)
            ]
            c.line(curl, one, 8)
        c.disc(x, y, r * 0.2, two)


def _star(c, y, s, one, two) -> None:
    r = s * c.h / c.w
    for k in range(11):
        x = (k + 0.5) / 11
        points = [
            (
                x + r * (1 if i % 2 else 0.42) * math.cos(i * math.pi / 8),
                y + s * (1 if i % 2 else 0.42) * math.sin(i * math.pi / 8),
            )
            for i in range(16)
        ]
        c.shape(points, one)
        c.disc(x, y, r * 0.3, two)


def shelves(c, rows=4) -> None:
    """Books in a reading room."""
    c.box(0, 0, 1, 1, mix(WOOD, c.ink["near"], 0.45))
    for row in range(rows):
        foot, x = (row + 0.93) / rows, 0.015
        while x < 0.97:
            wide, tall = 0.009 + 0.016 * c.rng.random(), (0.56 + 0.26 * c.rng.random()) / rows
            tone = mix(
                c.rng.choice(
                    (c.ink["red"], c.ink["green"], c.ink["top"], (196, 160, 96), WALL, c.ink["near"])
                ),
                c.ink["mist"],
                0.25 * c.rng.random(),
            )
            if c.rng.random() < 0.93:
                c.box(x, foot - tall, wide, tall, tone)
                c.box(x, foot - tall, wide * 0.2, tall, mix(tone, WHITE, 0.2))
                c.box(x + wide * 0.25, foot - tall * 0.8, wide * 0.5, tall * 0.22, mix(tone, WHITE, 0.6))
            x += wide + 0.0012
        c.box(0, foot, 1, 0.02, mix(WOOD, WHITE, 0.14))
        c.box(0, foot + 0.02, 1, 0.016, mix(WOOD, (0, 0, 0), 0.5))


def hanging(c, tone=(222, 166, 62), rows=3, strings=17) -> None:
    """Strings of maize or chillies drying below the eaves."""
    c.box(0, 0, 1, 1, mix(WALL, c.ink["near"], 0.22))
    for k in range(40):
        c.line([(0, k / 40), (1, k / 40 + 0.008)], mix(WALL, c.ink["near"], 0.3), 1)
    c.box(0, 0, 1, 0.09, mix(WOOD, c.ink["near"], 0.55))
    for i in range(strings):
        x, long = 0.03 + 0.94 * i / (strings - 1), 0.5 + 0.34 * c.rng.random()
        c.line([(x, 0.05), (x, 0.1)], (90, 70, 50), 3)
        for k in range(rows * 14):
            y, side = 0.1 + long * k / (rows * 14), 1 if k % 2 else -1
            ear = mix(tone, (206, 92, 36), c.rng.random() * 0.4)
            c.shape(
                [
                    (x, y),
                    (x + side * 0.02, y + 0.014),
                    (x + side * 0.024, y + 0.058),
                    (x + side * 0.008, y + 0.05),
                ],
                ear,
            )
            c.line([(x + side * 0.008, y + 0.012), (x + side * 0.019, y + 0.048)], mix(ear, WHITE, 0.35), 1.2)


def cups(c, count=3, y=0.74) -> None:
    """Tea, steaming."""
    ratio = c.w / c.h
    for i in range(count):
        x, r = 0.5 + (i - (count - 1) / 2) * 0.24, 0.075
        _shadow(c, x, y + r * 1.2 * ratio, r)
        glaze = mix(WALL, c.ink["top"], 0.3)
        c.shape(
            [
                (x - r, y),
                (x + r, y),
                (x + r * 0.62, y + r * 1.15 * ratio),
                (x - r * 0.62, y + r * 1.15 * ratio),
            ],
            glaze,
        )
        c.shape(
            [
                (x + r * 0.3, y),
                (x + r, y),
                (x + r * 0.62, y + r * 1.15 * ratio),
                (x + r * 0.2, y + r * 1.15 * ratio),
            ],
            mix(glaze, c.ink["near"], 0.2),
        )
        c.disc(x, y, r, mix(glaze, WHITE, 0.4), 0.3)
        c.disc(x, y + 0.004, r * 0.86, (150, 140, 70), 0.26)
        for k in range(2):
            sway = [
                (x - 0.02 + k * 0.035 + 0.012 * math.sin(t / 3 + k), y - 0.03 - t * 0.015) for t in range(16)
            ]
            c.line(sway, mix(WALL, WHITE, 0.6), 3.5)


def cocoons(c) -> None:
    """White and golden cocoons on a round tray."""
    straw = (168, 130, 82)
    ratio = c.w / c.h
    c.disc(0.5, 0.56, 0.43, mix(straw, c.ink["near"], 0.4), 0.72)
    c.disc(0.5, 0.55, 0.42, straw, 0.7)
    c.disc(0.5, 0.55, 0.39, mix(straw, c.ink["near"], 0.2), 0.67)
    spots = [(c.rng.random() * 6.283, c.rng.random() ** 0.5) for _ in range(330)]
    for a, d in sorted(spots, key=lambda spot: math.sin(spot[0]) * spot[1]):
        x, y = 0.5 + math.cos(a) * d * 0.36, 0.54 + math.sin(a) * d * 0.36 * 0.66 * ratio
        tone = mix((246, 240, 222), (230, 190, 100), 0.9 if c.rng.random() < 0.2 else 0)
        c.disc(x, y + 0.006, 0.019, mix(straw, c.ink["near"], 0.45), 0.72)
        c.disc(x, y, 0.018, mix(tone, c.ink["near"], 0.14), 0.7)
        c.disc(x - 0.003, y - 0.004, 0.012, tone, 0.66)
