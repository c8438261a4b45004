"""What stands on a production floor: belts with cut leaf, desks with a screen, the crew."""

from collections.abc import Sequence
from math import cos, sin
from random import Random

from app.demo.scenes.canvas import Canvas, Colour, darker, lighter, mix, rgb
from app.demo.scenes.light import INK, IRON, LINE_YELLOW, RED, STEEL, STEEL_DARK, TOBACCO, TOBACCO_DARK, TOBACCO_LIGHT
from app.demo.scenes.people import Figure, crew
from app.demo.scenes.rooms import screen
from app.demo.scenes.stage import Stage


def metal(colour: Colour) -> list[tuple[float, Colour]]:
    return [(0, colour), (0.26, lighter(colour, 0.72)), (0.55, lighter(colour, 0.1)), (1, darker(colour, 0.38))]


def leaf_strands(canvas: Canvas, random: Random, x0: float, x1: float, y: float, rise: float) -> None:
    """Cut leaf heaped on a belt."""
    hump = [(x0 + (x1 - x0) * n / 12, y - rise * (0.55 + 0.45 * sin(n * 1.7 + x0))) for n in range(13)]
    canvas.poly([(x0, y), *hump, (x1, y)], TOBACCO)
    for _ in range(int((x1 - x0) / 11)):
        x, up = random.uniform(x0, x1), random.uniform(0, rise * 0.9)
        turn = random.uniform(-0.7, 0.7)
        end = (x + cos(turn) * 26, y - up - sin(turn) * 14)
        canvas.line([(x, y - up), end], random.choice((TOBACCO_LIGHT, TOBACCO_DARK, TOBACCO)), 4.5)


def belt(
    canvas: Canvas, random: Random, x0: float, x1: float, y: float, *, heap: float = 46, foot: float = 150
) -> None:
    leaf_strands(canvas, random, x0 + 12, x1 - 12, y, heap)
    canvas.rect(x0, y, x1, y + 44, STEEL_DARK)
    canvas.rect(x0, y, x1, y + 8, lighter(STEEL, 0.3))
    for x in range(round(x0) + 34, round(x1), 74):
        canvas.disc(x, y + 56, 19, INK)
        canvas.disc(x, y + 56, 8, STEEL)
    for leg in (x0 + 60, (x0 + x1) / 2, x1 - 76):
        canvas.rect(leg, y + 50, leg + 18, y + 50 + foot, IRON)


def floor_people(
    stage: Stage, spots: Sequence[tuple[float, str, str, int]], *, y: float = 1090, tall: float = 520
) -> list[Figure]:
    """One crew on the floor: (x, left arm, right arm, facing) each."""
    people = crew(stage.random, len(spots))
    figures = []
    for who, (x, left, right, facing) in zip(people, spots, strict=True):
        height = tall * stage.random.uniform(0.94, 1.04)
        figures.append(
            Figure(
                stage.canvas,
                x + stage.random.randint(-18, 18),
                y + stage.random.randint(-14, 20),
                height,
                who,
                facing=facing,
            ).stand(left, right)
        )
    return figures


def console(canvas: Canvas, random: Random, x: float, y: float) -> None:
    """An operator's desk with a slanted screen; x is its middle, y the floor."""
    canvas.shade(x, y, 190, 22)
    canvas.poly([(x - 128, y - 290), (x + 128, y - 290), (x + 176, y), (x - 176, y)], IRON)
    canvas.poly([(x - 190, y - 500), (x + 190, y - 500), (x + 168, y - 286), (x - 168, y - 286)], darker(IRON, 0.35))
    screen(canvas, random, x - 158, y - 478, x + 158, y - 312, dark=random.random() < 0.4)
    for n, colour in enumerate((rgb("#4f9d6d"), LINE_YELLOW, RED)):
        canvas.disc(x - 60 + n * 60, y - 240, 15, mix(colour, IRON, 0.15))
