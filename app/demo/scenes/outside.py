"""Out of doors: sky, buildings, the trees of the month."""

from collections.abc import Sequence
from math import cos, pi, sin
from random import Random

from app.demo.scenes.canvas import HEIGHT, WIDTH, Canvas, Colour, darker, lighter, mix, rgb
from app.demo.scenes.light import Light, Season, far


def yard(
    canvas: Canvas, random: Random, light: Light, season: Season, *, horizon: float = 700, houses: str = "any"
) -> None:
    """Sky, buildings, ground."""
    canvas.fade(0, 0, WIDTH, horizon, [(0, light.sky_top), (1, light.sky_low)])
    for _ in range(random.randint(1, 3)):
        cloud(canvas, random.randint(60, 1500), random.randint(70, 260), random.randint(60, 120), light)
    kind = random.choice((_flats, _works)) if houses == "any" else {"flats": _flats, "works": _works}[houses]
    kind(canvas, random, light, horizon)
    canvas.rect(
        0,
        horizon - 40,
        WIDTH,
        horizon + 30,
        far(rgb("#8fae84") if not season.bare else rgb("#a8ab94"), season.ground, 0.3),
    )
    canvas.fade(0, horizon + 10, WIDTH, HEIGHT, [(0, lighter(season.ground, 0.12)), (1, darker(season.ground, 0.18))])
    canvas.poly(
        [(0, horizon + 120), (WIDTH, horizon + 70), (WIDTH, horizon + 90), (0, horizon + 146)],
        lighter(season.ground, 0.35),
    )


def cloud(canvas: Canvas, x: float, y: float, size: float, light: Light) -> None:
    white = lighter(light.sky_low, 0.45)
    for dx, dy, share in ((-1, 0.1, 0.6), (0, -0.15, 0.85), (0.95, 0.12, 0.55)):
        canvas.oval(x + dx * size, y + dy * size, size * share, size * share * 0.5, white)


def _flats(canvas: Canvas, random: Random, light: Light, ground: float) -> None:
    x = random.randint(-120, 20)
    while x < WIDTH:
        wide, high = random.randint(190, 300), random.randint(260, 480)
        colour = far(
            random.choice((rgb("#e3cfb0"), rgb("#d8b9a0"), rgb("#cfd3cd"), rgb("#e6dccb"))), light.sky_low, 0.3
        )
        canvas.rect(x, ground - high, x + wide, ground, colour)
        canvas.rect(x, ground - high, x + wide, ground - high + 12, darker(colour, 0.12))
        for wx in range(x + 28, x + wide - 40, 62):
            for wy in range(round(ground - high + 44), round(ground - 60), 78):
                canvas.rect(wx, wy, wx + 34, wy + 44, mix(rgb("#8fb0bd"), light.sky_low, 0.25))
        x += wide + random.randint(20, 110)


def _works(canvas: Canvas, random: Random, light: Light, ground: float) -> None:
    """The factory seen from its yard: one long façade with a row of windows."""
    top = ground - random.randint(330, 430)
    wall = far(random.choice((rgb("#dccbb0"), rgb("#d6d2c6"), rgb("#c9d0cf"))), light.sky_low, 0.2)
    canvas.rect(0, top, WIDTH, ground, wall)
    canvas.rect(0, top - 22, WIDTH, top + 8, darker(wall, 0.22))
    for x in range(random.randint(0, 70), WIDTH, 190):
        canvas.rect(x, top + 80, x + 120, top + 260, mix(rgb("#9dbac4"), light.sky_low, 0.3))
        canvas.rect(x + 56, top + 80, x + 64, top + 260, lighter(wall, 0.4))
        canvas.rect(x, top + 164, x + 120, top + 171, lighter(wall, 0.4))


def tree(canvas: Canvas, random: Random, season: Season, x: float, y: float, size: float, light: Light) -> None:
    canvas.shade(x, y, size * 0.34, size * 0.05, 0.14)
    thick = size * 0.055
    canvas.poly(
        [(x - thick, y), (x - thick * 0.6, y - size * 0.62), (x + thick * 0.6, y - size * 0.62), (x + thick, y)],
        season.trunk,
    )
    for side in (-1, 1):
        canvas.line([(x, y - size * 0.4), (x + side * size * 0.2, y - size * 0.66)], season.trunk, thick)
    if season.bare:
        _twigs(canvas, random, season, x, y - size * 0.55, size)
        return
    colours: Sequence[Colour] = season.leaves
    loose = season.fallen or season.blossom
    for n in range(26 if loose else 9):
        turn, out = random.uniform(0, 2 * pi), random.uniform(0.0, 0.34)
        radius = size * (random.uniform(0.06, 0.11) if loose else random.uniform(0.15, 0.21))
        colour = mix(colours[n % len(colours)], light.sky_low, random.uniform(0, 0.12))
        canvas.disc(x + cos(turn) * out * size, y - size * 0.72 + sin(turn) * out * size * 0.8, radius, colour)


def _twigs(canvas: Canvas, random: Random, season: Season, x: float, y: float, size: float) -> None:
    """Bare branches: each parts in two or three, thinner every time."""
    branches = [(x, y, pi * (0.24 + 0.26 * n), size * 0.2, size * 0.03) for n in range(3)]
    colour = lighter(season.trunk, 0.12)
    while branches:
        left, top, turn, long, thick = branches.pop()
        tip = (left + cos(turn) * long, top - sin(turn) * long)
        canvas.line([(left, top), tip], colour, thick, ends=False)
        if long > size * 0.07:
            branches += [
                (*tip, turn + bend + random.uniform(-0.16, 0.16), long * 0.68, thick * 0.6)
                for bend in (-0.42, random.uniform(-0.1, 0.1), 0.42)
            ]


def fallen_leaves(canvas: Canvas, random: Random, season: Season, top: float) -> None:
    for _ in range(110):
        x, y = random.uniform(0, WIDTH), random.uniform(top, HEIGHT)
        near = 0.5 + (y - top) / (HEIGHT - top)
        canvas.oval(x, y, 9 * near, 5 * near, random.choice(season.leaves))
