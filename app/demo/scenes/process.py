"""Scenes along the process: drying drum, belt, cutting machine, packing machines."""

from math import cos, pi, sin
from random import Random

from app.demo.scenes.canvas import WIDTH, Canvas, Colour, darker, lighter, mix, rgb
from app.demo.scenes.holding import clipboard, tablet
from app.demo.scenes.light import IRON, LINE_YELLOW, PAPER, RED, STEEL, STEEL_DARK, STEEL_LIGHT, Light
from app.demo.scenes.machines import belt, console, floor_people, metal
from app.demo.scenes.people import Figure, crew
from app.demo.scenes.rooms import gauge, hall, screen, sunbeam
from app.demo.scenes.stage import Scene, Stage


def drum(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light)
    (_tilted_drum if random.random() < 0.5 else _level_drum)(canvas, random)
    if random.random() < 0.5:
        sunbeam(canvas, random, light)
    if random.random() < 0.6:
        console(canvas, random, 1160, 1075)
        floor_people(stage, [(690, "hip", "front", 1), (895, "down", "point", 1)])
        return light
    count = random.choice((2, 3))
    spots = [(880, "front", "front", 1), (1085, "down", "point", 1), (1300, "chin", "down", -1)][:count]
    clipboard(floor_people(stage, spots)[0])
    return light


def _level_drum(canvas: Canvas, random: Random) -> None:
    paint = random.choice((STEEL, rgb("#93a39c"), rgb("#9a9fa8")))
    canvas.poly([(190, 470), (380, 520), (380, 730), (190, 700)], darker(paint, 0.15))
    belt(canvas, random, 60, 360, 640, heap=30)
    canvas.poly([(1240, 520), (1480, 520), (1480, 690), (1240, 710)], darker(paint, 0.2))
    canvas.rect(1430, 250, 1500, 720, lighter(paint, 0.1))
    canvas.fade(340, 450, 1300, 760, metal(paint))
    for x in range(480, 1240, 140):
        canvas.rect(x, 450, x + 6, 760, darker(paint, 0.12))
    for x in (440, 1120):
        canvas.poly([(x - 10, 760), (x + 80, 760), (x + 100, 860), (x - 30, 860)], IRON)
        canvas.rect(x, 430, x + 66, 780, darker(paint, 0.12), radius=8)
        canvas.rect(x + 14, 434, x + 24, 776, lighter(paint, 0.5))
    for x in (340, 1300):
        canvas.oval(x, 605, 26, 155, darker(paint, 0.22))


def _tilted_drum(canvas: Canvas, random: Random) -> None:
    paint = random.choice((STEEL, rgb("#8d9fa6"), rgb("#a0a6a2")))
    right = random.randint(960, 1060)
    belt(canvas, random, right - 30, 1560, 700, heap=60, foot=110)
    canvas.poly([(right - 10, 420), (right + 110, 420), (right + 160, 640), (right - 10, 660)], darker(paint, 0.05))
    for step in range(60):
        share = step / 60
        tone = _shade_at(paint, share)
        upper, lower = 0.0 + share, share + 1.2 / 60
        canvas.poly(
            [
                (200, 440 + 400 * upper),
                (right, 400 + 390 * upper),
                (right, 400 + 390 * lower),
                (200, 440 + 400 * lower),
            ],
            tone,
        )
    for share in (0.24, 0.52, 0.8):
        x = 200 + (right - 200) * share
        canvas.poly(
            [(x, 424 - 30 * share), (x + 30, 422 - 30 * share), (x + 52, 850 - 24 * share), (x + 16, 852 - 24 * share)],
            darker(paint, 0.22),
        )
        canvas.line([(x + 4, 430 - 30 * share), (x + 22, 846 - 24 * share)], lighter(paint, 0.55), 6)
    canvas.oval(200, 640, 72, 202, darker(paint, 0.1))
    canvas.oval(204, 640, 48, 152, darker(paint, 0.5))
    for x in (300, right - 190):
        canvas.poly([(x, 826), (x + 80, 822), (x + 126, 930), (x - 40, 930)], IRON)


def _shade_at(colour: Colour, share: float) -> Colour:
    return mix(
        lighter(colour, 0.6), darker(colour, 0.3), abs(share - 0.22) / 0.78 if share > 0.22 else (0.22 - share) * 1.6
    )


def conveyor(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light)
    level = random.randint(590, 650)
    belt(canvas, random, -40, 1640, level, heap=random.randint(50, 90), foot=190)
    x = random.choice((180, 1080))
    canvas.rect(x, level - 330, x + 330, level - 110, lighter(STEEL, 0.4), radius=10)
    canvas.rect(x + 26, level - 304, x + 304, level - 136, mix(STEEL, PAPER, 0.25))
    for leg in (x + 60, x + 250):
        canvas.rect(leg, level - 110, leg + 18, level - 20, STEEL)
    if random.random() < 0.5:
        screen(canvas, random, x + 60, level - 280, x + 270, level - 160)
    spots = [(random.randint(480, 620), "front", "front", 1), (random.randint(780, 900), "hip", "low", 1)]
    if random.random() < 0.4:
        spots.append((1100, "down", "chin", -1))
    figures = floor_people(stage, spots)
    clipboard(figures[0])
    if random.random() < 0.5:
        sunbeam(canvas, random, light)
    return light


def cutter(stage: Stage) -> Light:
    """A cutting machine with its hood open."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light)
    paint = random.choice((rgb("#7f9b94"), rgb("#8c9aa3"), rgb("#a4a08f"), rgb("#6f8fa0")))
    canvas.shade(560, 960, 420, 40)
    canvas.fade(200, 420, 920, 950, [(0, lighter(paint, 0.25)), (1, darker(paint, 0.22))])
    canvas.poly([(200, 420), (920, 420), (860, 330), (270, 330)], lighter(paint, 0.4))
    canvas.rect(260, 500, 600, 820, darker(paint, 0.5), radius=14)
    canvas.disc(430, 660, 132, STEEL_DARK)
    canvas.disc(430, 660, 112, STEEL_LIGHT)
    for n in range(8):
        turn = pi * n / 4 + 0.2
        canvas.line([(430, 660), (430 + cos(turn) * 104, 660 + sin(turn) * 104)], STEEL_DARK, 9)
    canvas.disc(430, 660, 32, IRON)
    screen(canvas, random, 680, 480, 860, 610)
    for n in range(3):
        canvas.disc(700 + n * 60, 670, 16, (rgb("#4f9d6d"), LINE_YELLOW, RED)[n])
    canvas.rect(680, 730, 860, 890, darker(paint, 0.12), radius=8)
    belt(canvas, random, 900, 1640, 760, heap=54, foot=120)
    crouches = random.random() < 0.5
    first, second = crew(random, 2)
    if crouches:
        Figure(canvas, 660, 1110, 520, first, facing=-1).crouch("reach", "rise")
        figure = Figure(canvas, 1010, 1100, 520, second, facing=-1).stand("front", "front")
    else:
        Figure(canvas, 700, 1100, 520, first, facing=-1).stand("point", "down")
        figure = Figure(canvas, 980, 1095, 520, second, facing=-1).stand("front", "front")
    clipboard(figure)
    return light


def packing(stage: Stage) -> Light:
    """A row of packing machines behind glass doors; what they pack is not shown."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light)
    paint = random.choice((rgb("#dfe2dc"), rgb("#cdd8d6"), rgb("#e3dccb")))
    for n, x in enumerate(range(random.randint(-220, -60), WIDTH, 480)):
        canvas.fade(x, 440, x + 440, 940, [(0, lighter(paint, 0.4)), (1, darker(paint, 0.16))])
        canvas.rect(x, 430, x + 440, 462, mix(rgb("#3f7f86"), paint, 0.2))
        for door in (0, 1):
            left = x + 26 + door * 200
            canvas.rect(left, 500, left + 180, 770, mix(rgb("#9fc0c4"), paint, 0.15), radius=10)
            canvas.poly(
                [(left + 20, 510), (left + 90, 510), (left + 40, 760), (left + 14, 760)],
                mix(rgb("#c7dcdd"), paint, 0.15),
            )
            canvas.disc(left + 120, 640, 36, mix(STEEL, paint, 0.3))
        canvas.rect(x + 340, 330, x + 352, 432, STEEL_DARK)
        for step, colour in enumerate((RED, LINE_YELLOW, rgb("#5aa277"))):
            lit = step == 2 - (n == 1)
            canvas.rect(
                x + 330, 280 + step * 34, x + 362, 312 + step * 34, colour if lit else mix(colour, STEEL, 0.6), radius=6
            )
        canvas.rect(x + 26, 810, x + 414, 900, darker(paint, 0.1), radius=8)
    count = random.choice((2, 3))
    spots = [(560, "down", "point", 1), (860, "front", "front", -1), (1180, "hip", "down", -1)][:count]
    tablet(floor_people(stage, spots)[1])
    return light


def joint(stage: Stage) -> Light:
    """Two teams round one machine: somebody shows, the others look on."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light)
    paint = random.choice((rgb("#8fa39c"), rgb("#93a3b0"), rgb("#b0a58e")))
    canvas.shade(800, 930, 380, 30)
    canvas.fade(520, 470, 1090, 920, [(0, lighter(paint, 0.4)), (1, darker(paint, 0.2))])
    canvas.rect(500, 440, 1110, 486, darker(paint, 0.28), radius=8)
    canvas.rect(570, 540, 820, 800, mix(rgb("#bfd6d8"), paint, 0.25), radius=10)
    for n in range(3):
        canvas.disc(640 + n * 58, 690, 26, mix(STEEL_DARK, paint, 0.3))
    screen(canvas, random, 880, 540, 1040, 650)
    gauge(canvas, 960, 740, 44, turn=random.uniform(0.3, 2.6))
    home, guests = crew(random, 3), crew(random, 4)
    for n, who in enumerate(home[:2]):
        Figure(canvas, 250 + n * 190, 1030 + n * 30, 500, who, facing=1).stand("down", "front" if n else "hip")
    Figure(canvas, 620, 1085, 530, home[2], facing=1).stand("down", "rise")
    for n, who in enumerate(guests[: random.choice((2, 3, 4))]):
        pose = random.choice(("front", "chin", "down", "hip"))
        Figure(
            canvas, 1140 + (n % 2) * 210 - (n // 2) * 230, 1040 + (n // 2) * 90, 500 + (n // 2) * 25, who, facing=-1
        ).stand(pose, "down")
    return light


SCENES: dict[str, Scene] = {
    "drum": drum,
    "conveyor": conveyor,
    "cutter": cutter,
    "packing": packing,
    "joint": joint,
}
