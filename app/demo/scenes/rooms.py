"""Where it happens: a hall, an office, out of doors; and the things that stand about in each."""

from math import cos, pi, sin
from random import Random

from app.demo.scenes.canvas import HEIGHT, WIDTH, Canvas, Colour, darker, lighter, mix, rgb
from app.demo.scenes.light import (
    GLASS_DARK,
    INK,
    IRON,
    LINE_YELLOW,
    PAPER,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    TEAL,
    TRACE,
    WOOD,
    Light,
    Season,
    far,
)


def hall(canvas: Canvas, random: Random, light: Light, *, horizon: float = 800) -> None:
    """A production hall: windows high up, a beam with lamps, a painted line on the floor."""
    canvas.fade(0, 0, WIDTH, horizon, [(0, light.wall_top), (1, light.wall_low)])
    style = random.choice((_tall_panes, _high_band, _high_band, _no_windows))
    style(canvas, random, light)
    _beam(canvas, random, light)
    if random.random() < 0.5:
        _pipes(canvas, random, light)
    canvas.rect(0, horizon - 26, WIDTH, horizon, darker(light.wall_low, 0.2))
    canvas.fade(0, horizon, WIDTH, HEIGHT, [(0, light.floor_top), (1, light.floor_low)])
    for foot in range(-400, 2400, 380):
        canvas.line([(800 + (foot - 800) * 0.72, horizon), (foot, HEIGHT)], darker(light.floor_top, 0.1), 4, ends=False)
    _floor_line(canvas, random, horizon)


def _floor_line(canvas: Canvas, random: Random, horizon: float) -> None:
    yellow = mix(LINE_YELLOW, rgb("#b9a46a"), 0.25)
    if random.random() < 0.5:
        low, high = horizon + random.randint(190, 300), horizon + random.randint(50, 110)
        canvas.poly([(0, low), (WIDTH, high), (WIDTH, high + 26), (0, low + 46)], yellow)
    else:
        y = horizon + random.randint(24, 60)
        canvas.rect(0, y, WIDTH, y + 16, yellow)


def _pane(canvas: Canvas, x: float, y: float, wide: float, high: float, light: Light) -> None:
    frame = darker(light.wall_low, 0.1)
    canvas.rect(x - 12, y - 12, x + wide + 12, y + high + 12, lighter(frame, 0.3))
    canvas.fade(x, y, x + wide, y + high, [(0, light.sky_top), (1, light.sky_low)])
    canvas.rect(x + wide / 2 - 5, y, x + wide / 2 + 5, y + high, lighter(frame, 0.35))
    canvas.rect(x, y + high * 0.48, x + wide, y + high * 0.48 + 8, lighter(frame, 0.35))


def _tall_panes(canvas: Canvas, random: Random, light: Light) -> None:
    wide = random.choice((210, 240, 290))
    first = random.randint(20, 130)
    for x in range(first, WIDTH, wide + 90):
        _pane(canvas, x, 140, wide, 290, light)


def _high_band(canvas: Canvas, random: Random, light: Light) -> None:
    wide = random.choice((190, 250))
    for x in range(random.randint(-60, 60), WIDTH, wide + 60):
        _pane(canvas, x, 95, wide, 190, light)
    canvas.rect(0, 330, WIDTH, 344, lighter(light.wall_low, 0.25))
    canvas.rect(0, 344, WIDTH, 366, darker(light.wall_low, 0.18))


def _no_windows(canvas: Canvas, random: Random, light: Light) -> None:
    for x in range(random.randint(0, 120), WIDTH, 320):
        canvas.rect(x, 0, x + 8, 774, darker(light.wall_low, 0.06))
    canvas.rect(0, 300, WIDTH, 308, darker(light.wall_low, 0.08))
    x = random.randint(240, 1100)
    canvas.rect(x, 150, x + 330, 250, lighter(light.wall_top, 0.4), radius=6)
    canvas.line([(x + 40, 186), (x + 290, 186)], mix(TEAL, light.wall_low, 0.2), 12)
    canvas.line([(x + 40, 218), (x + 200, 218)], mix(STEEL, light.wall_low, 0.3), 8)


def _beam(canvas: Canvas, random: Random, light: Light) -> None:
    deep = random.randint(46, 78)
    canvas.rect(0, 0, WIDTH, deep, mix(STEEL_DARK, light.wall_low, 0.35))
    canvas.rect(0, deep - 10, WIDTH, deep, mix(STEEL_DARK, light.wall_low, 0.15))
    for x in range(random.randint(30, 160), WIDTH, 270):
        canvas.rect(x, deep, x + 120, deep + 14, light.lamp, radius=4)


def _pipes(canvas: Canvas, random: Random, light: Light) -> None:
    y = random.randint(380, 420)
    for step, width in ((0, 12), (28, 8), (50, 8)):
        colour = mix(STEEL, light.wall_low, 0.35)
        canvas.rect(0, y + step, WIDTH, y + step + width, colour)
        canvas.rect(0, y + step, WIDTH, y + step + 3, lighter(colour, 0.4))
    x = random.choice((150, 420, 1180, 1440))
    canvas.rect(x, 60, x + 22, 780, mix(STEEL, light.wall_low, 0.3))
    canvas.rect(x + 4, 60, x + 9, 780, mix(STEEL_LIGHT, light.wall_low, 0.3))
    gauge(canvas, x + 11, 520, 34)


def gauge(canvas: Canvas, x: float, y: float, radius: float, *, turn: float = 0.7) -> None:
    canvas.disc(x, y, radius, rgb("#c08b45"))
    canvas.disc(x, y, radius * 0.78, PAPER)
    canvas.line([(x, y), (x + cos(turn) * radius * 0.55, y - sin(turn) * radius * 0.55)], INK, radius * 0.12)


def office(
    canvas: Canvas, random: Random, light: Light, season: Season, *, horizon: float = 830, window: bool = True
) -> None:
    """A meeting room or an office: a window with the season outside, a skirting board, a warm floor."""
    tone = random.choice(
        (light.wall_top, mix(light.wall_top, rgb("#d6e2dc"), 0.5), mix(light.wall_top, rgb("#ecdcc0"), 0.5))
    )
    canvas.fade(0, 0, WIDTH, horizon, [(0, lighter(tone, 0.15)), (1, darker(tone, 0.07))])
    if random.random() < 0.35:
        canvas.rect(0, horizon - 210, WIDTH, horizon, mix(tone, rgb("#a7b8b0"), 0.4))
        canvas.rect(0, horizon - 216, WIDTH, horizon - 206, lighter(tone, 0.5))
    if window:
        x = random.choice((70, 110, 1110, 1170))
        view(canvas, random, light, season, x, 130, 360, 400)
    wood = random.choice((rgb("#b3946d"), rgb("#c2a987"), rgb("#a3a097"), rgb("#9d8a6f")))
    canvas.rect(0, horizon - 22, WIDTH, horizon, lighter(tone, 0.35))
    canvas.fade(0, horizon, WIDTH, HEIGHT, [(0, mix(wood, light.floor_top, 0.25)), (1, darker(wood, 0.22))])


def view(  # noqa: PLR0913 - a window is placed by its frame
    canvas: Canvas,
    random: Random,
    light: Light,
    season: Season,
    x: float,
    y: float,
    wide: float,
    high: float,
    *,
    curtain: bool = True,
) -> None:
    """A window and what the month shows in it."""
    canvas.rect(x - 18, y - 18, x + wide + 18, y + high + 18, PAPER)
    canvas.fade(x, y, x + wide, y + high, [(0, light.sky_top), (0.8, light.sky_low)])
    hill = far(season.hill, light.sky_low, 0.25)
    base = y + high
    for middle, reach, rise in ((0.25, 0.42, 0.30), (0.75, 0.5, 0.38)):
        left, right = x + wide * max(0.0, middle - reach), x + wide * min(1.0, middle + reach)
        top = base - high * rise
        curve = [
            (left + (right - left) * n / 10, base - (base - top) * sin(pi * (0.18 + 0.64 * n / 10))) for n in range(11)
        ]
        canvas.poly([(left, base), *curve, (right, base)], darker(hill, 0.06) if middle > 0.5 else hill)
    canvas.rect(x, base - high * 0.12, x + wide, base, far(season.ground, light.sky_low, 0.2))
    bar = rgb("#f4eee1")
    canvas.rect(x + wide / 2 - 6, y, x + wide / 2 + 6, base, bar)
    canvas.rect(x, y + high * 0.42, x + wide, y + high * 0.42 + 9, bar)
    canvas.rect(x - 30, base + 14, x + wide + 30, base + 32, lighter(WOOD, 0.55))
    if curtain:
        cloth = random.choice((rgb("#f3e6c8"), rgb("#dfe6e0"), rgb("#e9d9c5")))
        canvas.rect(x - 46, y - 42, x + wide + 46, y - 26, darker(cloth, 0.12))
        for side in (0, 1):
            edge, inner = (x - 40, x + 58) if side == 0 else (x + wide + 40, x + wide - 58)
            canvas.poly(
                [(edge, y - 34), (inner, y - 34), ((edge + inner) / 2, y + high * 0.75), (edge, base + 10)], cloth
            )


def table(canvas: Canvas, x0: float, x1: float, y: float, *, colour: Colour = WOOD, depth: float = 120) -> None:
    canvas.poly([(x0 + 46, y), (x1 - 46, y), (x1, y + depth * 0.55), (x0, y + depth * 0.55)], lighter(colour, 0.16))
    canvas.fade(x0, y + depth * 0.55, x1, y + depth * 1.7, [(0, darker(colour, 0.12)), (1, darker(colour, 0.34))])
    canvas.rect(x0, y + depth * 0.55, x1, y + depth * 0.55 + 9, lighter(colour, 0.3))


def papers(canvas: Canvas, random: Random, x0: float, x1: float, y: float, count: int) -> None:
    """Sheets, notebooks and cups laid along a table."""
    for n in range(count):
        x = x0 + (x1 - x0) * (n + 0.5) / count + random.randint(-14, 14)
        if random.random() < 0.3:
            canvas.rect(x - 10, y - 8, x + 12, y + 22, random.choice((PAPER, rgb("#dfe7e4"), rgb("#8fae9f"))), radius=5)
        else:
            canvas.poly(
                [(x - 30, y + 2), (x + 26, y), (x + 34, y + 20), (x - 34, y + 22)],
                random.choice((PAPER, PAPER, rgb("#cfd9dd"))),
            )
            canvas.line([(x - 18, y + 10), (x + 16, y + 9)], rgb("#b4ad9f"), 3)


def plant(canvas: Canvas, random: Random, x: float, y: float, size: float) -> None:
    canvas.shade(x, y, size * 0.4, size * 0.08)
    green = random.choice((rgb("#6c8f68"), rgb("#5a7d5e"), rgb("#84a06a")))
    for n in range(9):
        turn = pi * (0.1 + 0.8 * n / 8)
        long = size * (0.7 + 0.3 * sin(n * 2.1))
        tip = (x + cos(turn) * long * 0.62, y - size * 0.42 - sin(turn) * long * 0.85)
        side = (x + cos(turn + 0.22) * long * 0.3, y - size * 0.42 - sin(turn + 0.22) * long * 0.42)
        canvas.poly([(x - 4, y - size * 0.4), side, tip, (x + 5, y - size * 0.4)], darker(green, 0.08 * (n % 3)))
    pot = random.choice((rgb("#a5573f"), rgb("#d9d3c4"), rgb("#6b7d84")))
    canvas.poly(
        [
            (x - size * 0.24, y - size * 0.42),
            (x + size * 0.24, y - size * 0.42),
            (x + size * 0.17, y),
            (x - size * 0.17, y),
        ],
        pot,
    )
    canvas.rect(x - size * 0.27, y - size * 0.46, x + size * 0.27, y - size * 0.37, lighter(pot, 0.18))


def trace(random: Random, x0: float, y0: float, x1: float, y1: float, *, points: int = 7) -> list[tuple[float, float]]:
    """A curve that settles: it swings at first and ends quiet."""
    calm = [(1 - n / points) for n in range(points)]
    middle, half = (y0 + y1) / 2, (y1 - y0) / 2
    return [
        (x0 + (x1 - x0) * n / (points - 1), middle + half * random.uniform(-0.9, 0.9) * (0.25 + calm[n]))
        for n in range(points)
    ]


def screen(canvas: Canvas, random: Random, x0: float, y0: float, x1: float, y1: float, *, dark: bool = True) -> None:
    """A process screen with one curve."""
    canvas.rect(x0, y0, x1, y1, GLASS_DARK if dark else rgb("#dcebe4"))
    step = (x1 - x0) * 0.08
    line = TRACE if dark else TEAL
    thick = max(3.0, (x1 - x0) * 0.022)
    canvas.line(
        [(x0 + step, (y0 + y1) / 2), (x1 - step, (y0 + y1) / 2)],
        mix(line, GLASS_DARK if dark else PAPER, 0.7),
        thick * 0.5,
    )
    canvas.line(trace(random, x0 + step, y0 + (y1 - y0) * 0.2, x1 - step, y1 - (y1 - y0) * 0.2), line, thick)


def wall_chart(canvas: Canvas, random: Random, x0: float, y0: float, x1: float, y1: float) -> None:
    """A white board or a slide: a heading, some lines, a bar or curve."""
    canvas.rect(x0 - 14, y0 - 14, x1 + 14, y1 + 14, random.choice((IRON, rgb("#6d5a48"), STEEL_DARK)))
    canvas.rect(x0, y0, x1, y1, rgb("#fbf8ef"))
    wide, high = x1 - x0, y1 - y0
    canvas.rect(x0 + wide * 0.07, y0 + high * 0.1, x0 + wide * random.uniform(0.35, 0.6), y0 + high * 0.17, INK)
    for n in range(random.randint(3, 4)):
        y = y0 + high * (0.32 + 0.14 * n)
        canvas.rect(x0 + wide * 0.07, y, x0 + wide * random.uniform(0.26, 0.42), y + high * 0.035, rgb("#9aa39f"))
    _figure(canvas, random, x0 + wide * 0.52, y0 + high * 0.3, x0 + wide * 0.93, y0 + high * 0.86)


def _figure(canvas: Canvas, random: Random, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line([(x0, y0), (x0, y1), (x1, y1)], STEEL_DARK, 6)
    colour = random.choice((TEAL, rgb("#36588a"), rgb("#a3652a"), rgb("#5b7a3b")))
    if random.random() < 0.5:
        count = random.randint(4, 6)
        for n in range(count):
            x = x0 + (x1 - x0) * (n + 0.35) / count
            canvas.rect(
                x,
                y1 - (y1 - y0) * random.uniform(0.25, 0.95),
                x + (x1 - x0) / count * 0.55,
                y1 - 4,
                mix(colour, PAPER, 0.1 if n % 2 else 0.4),
            )
    else:
        canvas.line(trace(random, x0 + 12, y0 + 16, x1 - 10, y1 - 20), colour, 9)
        canvas.line([(x0 + 10, y1 - (y1 - y0) * 0.35), (x1 - 6, y1 - (y1 - y0) * 0.35)], rgb("#c07a3a"), 4)


def sunbeam(canvas: Canvas, random: Random, light: Light) -> None:
    """One shaft of light; kept narrow, because translucent areas are what costs."""
    x = random.randint(150, 1000)
    canvas.tint(
        [(x + 260, 60), (x + 420, 60), (x + 120, 1160), (x - 190, 1160)], light.lamp, random.uniform(0.07, 0.13)
    )
