"""The cost of uncached pages against the number of articles, as an SVG."""

import math

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 48, 40
COLOURS = "#b3261e", "#1a5276", "#2e7d32", "#6a4c93", "#8d6e63", "#455a64"


def costs(uncached: dict[int, dict[str, dict]]) -> str:
    """A line for each page over the archives' sizes, sizes by their logarithm."""
    sizes = sorted(uncached)
    names = [name for name, said in uncached[sizes[0]].items() if "queries" in said or name == "reference"]
    top = max(uncached[size][name]["ms"] for size in sizes for name in names) * 1.1
    low, high = math.log(sizes[0]), math.log(sizes[-1] * 1.0001)

    def x(size):
        return LEFT + (WIDTH - LEFT - 170) * (math.log(size) - low) / (high - low)

    def y(ms):
        return (HEIGHT - BOTTOM) * (1 - ms / top) + 10

    parts = [_text(x(size), HEIGHT - 8, f"{size:,}", "middle") for size in sizes]
    parts += [_text(LEFT - 6, y(ms) + 4, f"{ms} ms", "end") for ms in _steps(top)]
    parts += [
        f'<path d="M{LEFT} {y(ms):.1f}H{WIDTH - 160}" stroke="#ccc" stroke-width="0.5"/>'
        for ms in _steps(top)
    ]
    for number, name in enumerate(names):
        colour = COLOURS[number // 2 % len(COLOURS)]
        points = [(x(size), y(uncached[size][name]["ms"])) for size in sizes]
        dashes = ' stroke-dasharray="5 3"' if name.endswith("cold") else ""
        line = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts.append(_text(WIDTH - 150, 20 + 16 * number, name, "start", colour))
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11" role="img"><title>CPU milliseconds of a page, by number of articles</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{inside}\n</svg>\n'
    )


def _steps(top):
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if top / step <= 8)
    return range(0, int(top) + 1, step)


def _text(x, y, text, anchor, colour="#333"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'
