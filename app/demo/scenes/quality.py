"""Scenes of watching and measuring: control room, quality bench; and of the store."""

from dataclasses import replace
from random import Random

from app.demo.scenes.canvas import HEIGHT, WIDTH, Canvas, darker, lighter, mix, rgb
from app.demo.scenes.holding import clipboard, tablet
from app.demo.scenes.light import (
    GLASS_DARK,
    INK,
    IRON,
    LINE_YELLOW,
    PAPER,
    RED,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    TOBACCO,
    Light,
)
from app.demo.scenes.machines import floor_people, leaf_strands
from app.demo.scenes.people import Figure, Look, crew
from app.demo.scenes.rooms import hall, screen
from app.demo.scenes.stage import Scene, Stage


def control(stage: Stage) -> Light:
    """The central control room: a wall of screens, operators before it."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    canvas.fade(0, 0, WIDTH, 830, [(0, light.wall_top), (1, light.wall_low)])
    canvas.rect(0, 0, WIDTH, 80, darker(light.wall_top, 0.12))
    for x in range(random.randint(40, 120), WIDTH, 330):
        canvas.rect(x, 80, x + 180, 92, light.lamp)
    canvas.fade(0, 830, WIDTH, HEIGHT, [(0, light.floor_top), (1, light.floor_low)])
    if random.random() < 0.5:
        _cabinets(canvas, random, light)
    else:
        _screen_wall(canvas, random)
    seated = random.random() < 0.5
    people = crew(random, 3, hat="none" if seated else None)
    if not seated:
        figure = Figure(canvas, 690, 1110, 560, people[0], facing=1).stand("down", "front")
        Figure(canvas, 890, 1110, 550, people[1], facing=-1).stand("front", "down")
        tablet(figure, dx=17)
        return light
    for n, x in enumerate((480, 1060)):
        _operator_seat(canvas, random, x, people[n])
    if random.random() < 0.6:
        Figure(canvas, 770, 1130, 560, people[2], facing=1).stand("down", "point")
    return light


def _operator_seat(canvas: Canvas, random: Random, x: float, who: Look) -> None:
    canvas.rect(x - 260, 850, x + 260, 884, lighter(STEEL, 0.3))
    canvas.rect(x - 240, 884, x + 240, 1060, darker(STEEL, 0.25))
    for side in (-1, 1):
        canvas.rect(x + side * 128 - 110, 690, x + side * 128 + 110, 836, INK, radius=8)
        screen(canvas, random, x + side * 128 - 98, 702, x + side * 128 + 98, 824)
    Figure(canvas, x, 1250, 560, who, back=True).upper("front", "front")
    canvas.rect(x - 84, 930, x + 84, 1120, IRON, radius=30)
    canvas.rect(x - 12, 1120, x + 12, 1180, INK)


def _cabinets(canvas: Canvas, random: Random, light: Light) -> None:
    canvas.rect(0, 210, WIDTH, 790, mix(rgb("#a9bcc2"), light.wall_low, 0.25))
    wide = random.choice((250, 310))
    for x in range(random.randint(-60, 20), WIDTH, wide + 40):
        canvas.rect(x, 250, x + wide, 770, mix(rgb("#8fa3aa"), light.wall_low, 0.12), radius=8)
        screen(canvas, random, x + 40, 300, x + wide - 40, 450)
        for n, colour in enumerate((LINE_YELLOW, rgb("#6fae86"), PAPER)):
            canvas.disc(x + 66 + n * 62, 512, 17, colour)
        canvas.rect(x + 40, 580, x + wide - 40, 592, darker(STEEL, 0.1))
        canvas.rect(x + 40, 614, x + wide - 40, 626, darker(STEEL, 0.1))


def _screen_wall(canvas: Canvas, random: Random) -> None:
    canvas.rect(120, 150, 1480, 620, INK, radius=10)
    rows, columns = random.choice(((2, 4), (2, 3), (1, 3)))
    wide, high = 1320 / columns, 430 / rows
    for row in range(rows):
        for column in range(columns):
            x, y = 140 + column * wide, 170 + row * high
            if random.random() < 0.6:
                screen(canvas, random, x + 6, y + 6, x + wide - 6, y + high - 6)
            else:
                _flow_sheet(canvas, random, x + 6, y + 6, x + wide - 6, y + high - 6)


def _flow_sheet(canvas: Canvas, random: Random, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.rect(x0, y0, x1, y1, GLASS_DARK)
    y = (y0 + y1) / 2
    canvas.line([(x0 + 20, y), (x1 - 20, y)], rgb("#5d8f86"), 6)
    for n in range(3):
        x = x0 + (x1 - x0) * (0.22 + 0.28 * n)
        canvas.rect(
            x - 30, y - 34, x + 30, y + 34, random.choice((rgb("#6fae96"), rgb("#c9b264"), rgb("#7fa3b5"))), radius=10
        )


def lab(stage: Stage) -> Light:
    """The quality bench: a balance, trays of samples, a moisture meter."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    canvas.fade(0, 0, WIDTH, HEIGHT, [(0, lighter(light.wall_top, 0.3)), (1, light.wall_low)])
    for x in range(0, WIDTH, 160):
        canvas.rect(x, 0, x + 3, 900, darker(light.wall_low, 0.05))
    for y in range(60, 900, 160):
        canvas.rect(0, y, WIDTH, y + 3, darker(light.wall_low, 0.05))
    _shelf(canvas, random, random.choice((120, 900)))
    people = crew(random, 3, hat=random.choice(("none", "cap")))
    coat = rgb("#eef0ec")
    xs = random.choice(([520, 1010], [420, 800, 1190], [700, 960]))
    for who, x in zip(people, xs, strict=False):
        worn = who if random.random() < 0.35 else replace(who, top=coat, band=None)
        Figure(canvas, x, 1190, 640, worn, facing=random.choice((-1, 1))).upper(
            "table", random.choice(("table", "front", "chin"))
        )
    canvas.rect(0, 880, WIDTH, 930, rgb("#e9ece8"))
    canvas.rect(0, 930, WIDTH, HEIGHT, mix(rgb("#9fb2b6"), light.floor_top, 0.2))
    for x in range(60, WIDTH, 300):
        canvas.rect(x, 970, x + 240, 1180, mix(rgb("#b4c4c6"), light.floor_top, 0.2), radius=8)
        canvas.rect(x + 90, 1000, x + 150, 1010, STEEL_DARK)
    for n, x in enumerate(random.sample((150, 380, 640, 880, 1120, 1400), 5)):
        (_balance, _tray, _meter, _tray, _beaker)[n](canvas, random, x)
    return light


def _shelf(canvas: Canvas, random: Random, x: float) -> None:
    for row in (260, 430):
        canvas.rect(x, row, x + 520, row + 16, rgb("#b9a789"))
        for n in range(6):
            if random.random() < 0.8:
                colour = random.choice((TOBACCO, rgb("#9fb7b2"), rgb("#d8cdb6"), rgb("#7f9a9f")))
                canvas.rect(x + 20 + n * 84, row - 86, x + 76 + n * 84, row, mix(colour, PAPER, 0.2), radius=8)
                canvas.rect(x + 24 + n * 84, row - 98, x + 72 + n * 84, row - 84, STEEL_DARK, radius=4)


def _balance(canvas: Canvas, _random: Random, x: float) -> None:
    canvas.rect(x - 74, 800, x + 74, 880, lighter(STEEL, 0.55), radius=10)
    canvas.oval(x, 792, 80, 14, STEEL)
    canvas.oval(x, 782, 50, 18, TOBACCO)
    canvas.rect(x - 34, 836, x + 34, 862, GLASS_DARK)


def _tray(canvas: Canvas, random: Random, x: float) -> None:
    leaf_strands(canvas, random, x - 84, x + 84, 866, 34)
    canvas.poly([(x - 104, 856), (x + 104, 856), (x + 88, 884), (x - 88, 884)], STEEL_LIGHT)


def _meter(canvas: Canvas, random: Random, x: float) -> None:
    canvas.rect(x - 90, 730, x + 90, 880, rgb("#dcd8cc"), radius=12)
    screen(canvas, random, x - 66, 752, x + 40, 822)
    canvas.disc(x + 64, 786, 13, RED)


def _beaker(canvas: Canvas, _random: Random, x: float) -> None:
    canvas.rect(x - 30, 800, x + 30, 882, rgb("#cfe0e0"), radius=8)
    canvas.rect(x - 30, 840, x + 30, 882, rgb("#a9c7c1"), radius=8)


def warehouse(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light, horizon=820)
    frame = random.choice((rgb("#4d7893"), rgb("#b5702f"), rgb("#5f7a6a")))
    start = random.choice((40, 620))
    for level in (300, 520, 740):
        for n in range(4):
            x = start + 20 + n * 230
            _cartons(canvas, random, x, level, 200)
        canvas.rect(start, level, start + 940, level + 18, frame)
    for n in range(5):
        canvas.rect(start - 8 + n * 232, 130, start + 10 + n * 232, 880, darker(frame, 0.15))
    side = 1280 if start < 300 else 300
    _forklift(canvas, random, side, 1000, -1 if side > 800 else 1)
    figures = floor_people(
        stage, [(640 if side > 800 else 900, "front", "front", 1), (850 if side > 800 else 1120, "down", "rise", -1)]
    )
    clipboard(figures[0])
    return light


def _cartons(canvas: Canvas, random: Random, x: float, floor: float, wide: float) -> None:
    colour = random.choice((rgb("#c79d6c"), rgb("#b98d5d"), rgb("#d3b083"), rgb("#a9b3a8")))
    high = random.choice((90, 130, 160))
    if random.random() < 0.12:
        return
    canvas.rect(x, floor - 14, x + wide, floor, rgb("#8f6b42"))
    canvas.rect(x + 6, floor - 14 - high, x + wide - 6, floor - 14, colour)
    canvas.rect(x + 6, floor - 14 - high / 2 - 3, x + wide - 6, floor - 14 - high / 2 + 3, darker(colour, 0.14))
    canvas.rect(x + wide / 2 - 4, floor - 14 - high, x + wide / 2 + 4, floor - 14, darker(colour, 0.1))
    canvas.rect(x + 24, floor - 48, x + 66, floor - 26, PAPER)


def _forklift(canvas: Canvas, random: Random, x: float, y: float, way: int) -> None:
    paint = random.choice((rgb("#d29a35"), rgb("#b9563a"), rgb("#3f8371")))
    canvas.shade(x, y, 230, 24)
    canvas.poly(
        [(x - 150, y - 60), (x + 150, y - 60), (x + 150, y - 190), (x - way * 20, y - 220), (x - 150, y - 190)], paint
    )
    canvas.line([(x - 110, y - 200), (x - 90, y - 430), (x + 90, y - 430), (x + 110, y - 200)], INK, 18)
    mast = x + way * 180
    canvas.rect(mast - 14, y - 470, mast + 14, y - 20, IRON)
    canvas.rect(min(mast, mast + way * 150), y - 44, max(mast, mast + way * 150), y - 26, INK)
    canvas.rect(
        min(mast + way * 14, mast + way * 150), y - 180, max(mast + way * 14, mast + way * 150), y - 48, rgb("#c79d6c")
    )
    for wheel in (x - 96, x + 100):
        canvas.disc(wheel, y - 40, 50, INK)
        canvas.disc(wheel, y - 40, 22, STEEL)


SCENES: dict[str, Scene] = {
    "control": control,
    "lab": lab,
    "warehouse": warehouse,
}
