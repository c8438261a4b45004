"""Scenes of maintenance, order and safety."""

from math import cos, pi, sin
from random import Random

from app.demo.scenes.canvas import WIDTH, Canvas, darker, lighter, mix, rgb
from app.demo.scenes.holding import clipboard, tablet
from app.demo.scenes.light import INK, IRON, LINE_YELLOW, PAPER, RED, STEEL, STEEL_DARK, STEEL_LIGHT, Light
from app.demo.scenes.machines import floor_people, metal
from app.demo.scenes.people import Figure, crew
from app.demo.scenes.rooms import gauge, hall
from app.demo.scenes.stage import Scene, Stage


def motor(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light, horizon=780)
    paint = random.choice((rgb("#6f9a80"), rgb("#5d86a0"), rgb("#8a8f96"), rgb("#a9824f")))
    x = random.randint(760, 860)
    canvas.shade(x + 300, 985, 420, 34)
    canvas.rect(x - 90, 900, x + 720, 944, IRON)
    for leg in (x - 50, x + 610):
        canvas.rect(leg, 940, leg + 60, 1000, darker(IRON, 0.3))
    canvas.fade(x, 580, x + 380, 900, [(0, lighter(paint, 0.35)), (0.3, lighter(paint, 0.5)), (1, darker(paint, 0.35))])
    for n in range(12):
        canvas.rect(x + 14 + n * 30, 580, x + 22 + n * 30, 900, darker(paint, 0.22))
    canvas.rect(x + 370, 530, x + 660, 900, STEEL_DARK, radius=12)
    canvas.disc(x + 515, 715, 120, STEEL_LIGHT)
    for n in range(8):
        canvas.disc(x + 515 + cos(n * pi / 4) * 96, 715 + sin(n * pi / 4) * 96, 10, STEEL_DARK)
    canvas.disc(x + 515, 715, 46, IRON)
    canvas.line([(x + 430, 900), (x + 500, 770)], rgb("#d8dcdc"), 20)
    _tool_cart(canvas, random, random.randint(150, 250), 1050)
    people = crew(random, 3)
    Figure(canvas, x - 170, 1090, 520, people[0], facing=1).stand("hip", "point")
    Figure(canvas, x + 230, 1130, 540, people[1], facing=1).crouch("low", "rise")
    if random.random() < 0.4:
        clipboard(Figure(canvas, x - 360, 1100, 510, people[2], facing=1).stand("front", "front"))
    return light


def _tool_cart(canvas: Canvas, random: Random, x: float, y: float) -> None:
    paint = random.choice((rgb("#a8503a"), rgb("#4d7893"), rgb("#b58a3c")))
    canvas.shade(x + 130, y, 150, 16)
    canvas.line([(x + 20, y - 290), (x + 96, y - 330), (x + 160, y - 284)], STEEL_DARK, 12)
    canvas.rect(x, y - 270, x + 260, y - 34, paint, radius=8)
    canvas.rect(x - 12, y - 286, x + 272, y - 262, darker(paint, 0.35), radius=6)
    for n in range(3):
        canvas.rect(x + 18, y - 240 + n * 66, x + 242, y - 192 + n * 66, darker(paint, 0.18))
        canvas.rect(x + 98, y - 224 + n * 66, x + 162, y - 214 + n * 66, LINE_YELLOW)
    for wheel in (x + 40, x + 220):
        canvas.disc(wheel, y - 16, 22, INK)


def tools(stage: Stage) -> Light:
    """Putting the tool wall and the marked floor in order."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light, horizon=820)
    board = random.choice((rgb("#6f8794"), rgb("#7d8f7a"), rgb("#b3a283")))
    x0 = random.choice((130, 560))
    canvas.rect(x0, 250, x0 + 900, 700, board, radius=10)
    canvas.rect(x0 + 14, 264, x0 + 886, 686, lighter(board, 0.2), radius=6)
    for n in range(18):
        x, y = x0 + 80 + (n % 6) * 140, 310 + (n // 6) * 126
        _tool(canvas, random, x, y)
    canvas.rect(x0, 790, x0 + 900, 830, rgb("#a97f4f"))
    canvas.rect(x0 + 20, 830, x0 + 880, 930, darker(rgb("#a97f4f"), 0.3))
    for n in range(3):
        left = x0 + 90 + n * 270
        canvas.rect(
            left, 730, left + 150, 790, random.choice((rgb("#4d7893"), rgb("#b5702f"), rgb("#6f9a80"))), radius=6
        )
    spots = [(x0 + 250, "down", "high", 1), (x0 + 560, "front", "front", -1)]
    if random.random() < 0.5:
        spots.append((x0 + 800, "hip", "down", -1))
    clipboard(floor_people(stage, spots)[1])
    return light


def _tool(canvas: Canvas, random: Random, x: float, y: float) -> None:
    metal = random.choice((STEEL_LIGHT, STEEL, IRON))
    kind = random.randint(0, 3)
    if kind == 0:
        canvas.line([(x, y + 12), (x, y + 84)], metal, 12)
        canvas.ring(x, y + 4, 20, 20, metal, 10)
    elif kind == 1:
        canvas.line([(x, y + 20), (x, y + 90)], rgb("#a9783f"), 12)
        canvas.rect(x - 32, y - 6, x + 32, y + 24, metal, radius=5)
    elif kind == 2:
        canvas.line([(x, y), (x, y + 46)], metal, 8)
        canvas.line([(x, y + 48), (x, y + 86)], RED, 18)
    else:
        canvas.line([(x - 14, y + 88), (x, y + 34), (x + 14, y + 88)], rgb("#3f6f8f"), 12)
        canvas.line([(x - 12, y), (x, y + 34), (x + 12, y)], metal, 12)


def safety(stage: Stage) -> Light:
    """A safety walk along the painted line: extinguishers, a door, somebody writing it down."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light)
    x = random.randint(110, 260)
    canvas.rect(x, 420, x + 300, 790, mix(rgb("#7d9aa5"), light.wall_low, 0.15))
    canvas.rect(x + 146, 420, x + 152, 790, darker(STEEL, 0.2))
    canvas.rect(x + 60, 340, x + 240, 396, rgb("#3f8f63"), radius=6)
    canvas.line([(x + 110, 368), (x + 186, 368), (x + 168, 354)], PAPER, 8)
    _extinguishers(canvas, random.randint(1080, 1180))
    _warning(canvas, random.randint(760, 860), 380)
    count = random.choice((2, 3, 3))
    spots = [(560, "front", "front", 1), (770, "down", "point", 1), (960, "hip", "down", 1)][:count]
    people = crew(random, count, hat="helmet")
    figures = []
    for who, (px, left, right, facing) in zip(people, spots, strict=True):
        figures.append(
            Figure(canvas, px, 1095 + random.randint(-10, 16), 530, who, facing=facing).stand(
                left, right, stride=random.choice((0, 2.5))
            )
        )
    clipboard(figures[0])
    return light


def _extinguishers(canvas: Canvas, x: float) -> None:
    canvas.rect(x - 20, 640, x + 300, 850, mix(RED, PAPER, 0.12), radius=8)
    canvas.rect(x, 660, x + 280, 850, mix(rgb("#d9d5cb"), RED, 0.12))
    for n in range(3):
        left = x + 26 + n * 86
        canvas.rect(left, 710, left + 54, 842, RED, radius=20)
        canvas.rect(left + 18, 684, left + 36, 714, INK)
        canvas.line([(left + 32, 696), (left + 58, 706), (left + 60, 760)], INK, 7)
        canvas.rect(left + 8, 760, left + 46, 790, PAPER)


def _warning(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, x + 150, y + 190, PAPER, radius=6)
    canvas.poly([(x + 75, y + 22), (x + 130, y + 116), (x + 20, y + 116)], LINE_YELLOW)
    canvas.line([(x + 75, y + 58), (x + 75, y + 84)], INK, 9)
    canvas.disc(x + 75, y + 102, 6, INK)
    canvas.line([(x + 36, y + 150), (x + 114, y + 150)], rgb("#8d877a"), 8)


def pump_room(stage: Stage) -> Light:
    """The power house: pipes, valves, pumps, somebody reading a gauge."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    hall(canvas, random, light, horizon=830)
    paints = random.sample((rgb("#5f8f76"), rgb("#5b7fa0"), rgb("#b9833d"), rgb("#a8b3b3")), 3)
    for n, paint in enumerate(paints):
        y = 300 + n * 110
        canvas.fade(0, y, WIDTH, y + 54, metal(paint))
        for x in range(random.randint(100, 300), WIDTH, 460):
            canvas.rect(x, y - 10, x + 30, y + 64, darker(paint, 0.25), radius=4)
    for n, x in enumerate((190, 620, 1320)):
        paint = paints[n]
        canvas.fade(x, 340 + n * 110, x + 50, 830, metal(paint), across=True)
        canvas.ring(x + 25, 640, 62, 62, RED, 15)
        canvas.line([(x - 30, 640), (x + 80, 640)], RED, 9)
        canvas.fade(x - 110, 790, x + 160, 930, [(0, lighter(paint, 0.35)), (1, darker(paint, 0.35))])
        canvas.oval(x - 110, 860, 26, 70, darker(paint, 0.3))
        canvas.rect(x - 130, 926, x + 180, 956, IRON)
    gauge(canvas, 980, 560, 74, turn=random.uniform(0.5, 2.4))
    canvas.rect(972, 630, 988, 700, STEEL_DARK)
    spots = [(860, "down", "rise", 1), (1090, "front", "front", -1)]
    if random.random() < 0.35:
        spots.append((420, "hip", "down", 1))
    figures = floor_people(stage, spots)
    (clipboard if random.random() < 0.5 else tablet)(figures[1])
    return light


SCENES: dict[str, Scene] = {
    "motor": motor,
    "tools": tools,
    "safety": safety,
    "pump_room": pump_room,
}
