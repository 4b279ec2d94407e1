"""What grows and grazes in a demo landscape: trees, orchards, field rows, forests, reeds, herds."""

import math

from .canvas import WHITE, layer, mix, noise


def tree(c, x, y, r, fruit=None, crown=None) -> None:
    """A round tree whose trunk stands at (x, y)."""
    ratio = c.w / c.h
    crown = crown or mix(c.ink["green"], c.ink["near"], 0.35 + 0.25 * c.rng.random())
    c.line([(x, y), (x, y - r * ratio)], mix(c.ink["near"], (90, 60, 40), 0.4), r * 130)
    top = y - r * 1.7 * ratio
    for dx, dy, size in ((-0.55, 0.2, 0.72), (0.55, 0.25, 0.7), (0, -0.25, 0.85), (0.1, 0.3, 0.75)):
        c.disc(x + dx * r, top + dy * r * ratio, r * size, crown)
    for dx, dy, size in ((-0.3, -0.35, 0.4), (0.3, -0.1, 0.34)):
        c.disc(x + dx * r, top + dy * r * ratio, r * size, mix(crown, c.ink["low"], 0.22))
    if fruit:
        for _ in range(14):
            a, d = c.rng.random() * 6.3, c.rng.random() ** 0.5 * r * 1.05
            c.disc(x + math.cos(a) * d, top + math.sin(a) * d * ratio, r * 0.085, fruit)


def orchard(c, horizon=0.62, rows=7, fruit=None, crown=None) -> None:
    for j in range(rows):
        p = (j + 0.4) / rows
        y, r = horizon + (1.06 - horizon) * p**1.7, 0.012 + 0.062 * p**1.6
        x = -r * c.rng.random() * 2
        while x < 1.05:
            tree(c, x + r * 0.3 * (c.rng.random() - 0.5), y, r, fruit if p > 0.25 else None, crown)
            x += r * (2.5 + 0.5 * c.rng.random())


def furrows(c, horizon=0.64, vanish=0.5, count=26, tone="green", dots=None) -> None:
    """Rows of a field running to one point; with dots, in flower."""
    one = mix(c.ink[tone], c.ink["near"], 0.18)
    for i in range(-count, count + 1):
        a, b = vanish + (i - 0.5) / count * 2.4, vanish + i / count * 2.4
        near = vanish + (i - 0.5) / count * 0.5
        far = vanish + i / count * 0.5
        c.shape(
            [(near, horizon), (far, horizon), (b, 1), (a, 1)], one if i % 2 else mix(one, c.ink["low"], 0.3)
        )
    if not dots:
        return
    for _ in range(2600):
        p = c.rng.random() ** 0.75
        y = horizon + (1 - horizon) * p**1.5
        r = 0.0007 + 0.0042 * p**1.7
        c.disc(
            c.rng.random(),
            y,
            r,
            mix(dots, WHITE if c.rng.random() < 0.5 else c.ink["near"], c.rng.random() * 0.3),
            0.8,
        )


def hedges(c, horizon=0.56, rows=11, tone="green") -> None:
    """Clipped rows of tea across a slope."""
    for j in range(rows):
        p = j / (rows - 1)
        y, thick = horizon + (1 - horizon) * p**1.5, 0.008 + 0.05 * p**1.4
        slope = noise(c.rng, 160, ((1.3, 0.1), (3, 0.03), (26, thick * 0.32), (60, thick * 0.2)))
        fill = mix(c.ink[tone], c.ink["near"], 0.1 + 0.3 * p)
        curve = [(i / 159, y + slope[i]) for i in range(160)]
        layer(c, curve, mix(fill, c.ink["low"], 0.35), mix(fill, c.ink["near"], 0.5), thick * 1.5)


def pines(c, count=14, y=1.0, size=0.16, snow=False) -> None:
    ratio, side = c.w / c.h, (0.02, 0.3, 0.68, 0.98)
    for i in range(count):
        left = i % 2
        x = side[left * 2] + (side[left * 2 + 1] - side[left * 2]) * c.rng.random()
        tall = size * (0.6 + c.rng.random())
        fill = mix(c.ink["near"], c.ink["green"], 0.1 + 0.3 * c.rng.random())
        c.line([(x, y), (x, y - tall * 0.3 * ratio)], c.ink["near"], 5)
        for k in range(7):
            w, yy = tall * 0.24 * (1 - k / 8), y - tall * (0.16 + k * 0.13) * ratio
            c.shape(
                [(x - w, yy), (x + w, yy), (x, yy - tall * 0.24 * ratio)], mix(fill, c.ink["mist"], 0.02 * k)
            )
            if snow:
                c.shape(
                    [(x - w * 0.8, yy - 0.004), (x + w * 0.2, yy - 0.012), (x, yy - tall * 0.2 * ratio)],
                    mix(fill, WHITE, 0.75),
                )


def bamboo(c, count=26) -> None:
    for i in range(count):
        x, near = c.rng.random(), i / count
        if 0.32 < x < 0.66 and near > 0.4:
            continue
        fill = mix(mix(c.ink["far"], c.ink["green"], 0.4 + 0.6 * near), c.ink["near"], near * 0.45)
        lean, wide = (c.rng.random() - 0.5) * 0.06, 2 + 9 * near
        for k in range(10):
            a, b = 1 - k / 9, 1 - (k + 0.94) / 9
            c.line([(x + lean * (1 - a), a), (x + lean * (1 - b), b)], fill, wide)
        for _ in range(26):
            y, s = c.rng.random() * 0.62, 0.012 + 0.02 * near
            lx = x + lean * (1 - y) + (c.rng.random() - 0.5) * 0.09
            c.shape(
                [(lx, y), (lx + s * 1.5, y + s * 1.1), (lx + s * 0.35, y + s * 0.5)],
                mix(fill, c.ink["low"], 0.12),
            )


def reeds(c, count=70, y=1.02, tall=0.22) -> None:
    for _ in range(count):
        x, high, lean = c.rng.random(), tall * (0.5 + 0.7 * c.rng.random()), (c.rng.random() - 0.3) * 0.05
        fill = mix(c.ink["near"], c.ink["green"], c.rng.random() * 0.5)
        c.line([(x, y), (x + lean * 0.4, y - high * 0.6), (x + lean, y - high)], fill, 1.4)
        if c.rng.random() < 0.6:
            for k in range(6):
                c.disc(
                    x + lean * (1 - k * 0.03), y - high + k * 0.009, 0.0028, mix(c.ink["mist"], fill, 0.35)
                )


def herd(c, count=16, kind="sheep", top=0.68, bottom=0.92) -> None:
    for y in sorted(top + (bottom - top) * c.rng.random() for _ in range(count)):
        s = 0.008 + 0.02 * (y - top) / (bottom - top)
        _beast(c, 0.06 + 0.88 * c.rng.random(), y, s, kind)


def _beast(c, x, y, s, kind) -> None:
    ratio, leg = c.w / c.h, mix(c.ink["near"], (30, 26, 24), 0.5)
    coat = (
        mix(c.ink["mist"], WHITE, 0.5)
        if kind == "sheep"
        else mix((122, 82, 54), c.ink["near"], 0.6 * c.rng.random())
    )
    for dx in (-0.6, -0.3, 0.3, 0.6):
        c.line([(x + dx * s, y), (x + dx * s, y - 0.7 * s * ratio)], leg, s * 130)
    for dx in (-0.45, 0, 0.45):
        c.disc(x + dx * s, y - 0.95 * s * ratio, s * 0.55, coat, 0.8)
    c.disc(x + s * 1.05, y - 1.2 * s * ratio, s * 0.3, leg if kind == "sheep" else coat, 0.85)
