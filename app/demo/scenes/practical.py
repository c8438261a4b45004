"""Scenes of practical help under a roof."""

from random import Random

from app.demo.scenes.canvas import HEIGHT, WIDTH, Canvas, darker, lighter, mix, rgb
from app.demo.scenes.holding import clipboard
from app.demo.scenes.light import INK, IRON, LINE_YELLOW, PAPER, RED, STEEL, STEEL_DARK, WOOD, Light
from app.demo.scenes.people import Figure, crew, mixed, volunteers
from app.demo.scenes.rooms import office, plant
from app.demo.scenes.stage import Scene, Stage


def dispenser(stage: Stage) -> Light:
    """A new water dispenser in the changing room."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    canvas.fade(0, 0, WIDTH, 830, [(0, light.wall_top), (1, light.wall_low)])
    if random.random() < 0.5:
        _tiles(canvas, light)
    canvas.fade(0, 830, WIDTH, HEIGHT, [(0, light.floor_top), (1, light.floor_low)])
    _lockers(canvas, random, random.choice((60, 120)))
    x = random.randint(1060, 1150)
    canvas.shade(x + 90, 960, 130, 16)
    canvas.fade(x, 380, x + 190, 955, [(0, rgb("#f6f6f1")), (1, rgb("#d9dcd8"))])
    canvas.rect(x, 380, x + 190, 470, INK, radius=8)
    canvas.rect(x + 22, 420, x + 90, 440, rgb("#7fd0c0"))
    canvas.rect(x + 24, 560, x + 166, 680, STEEL_DARK, radius=8)
    for tap, colour in ((56, RED), (120, rgb("#4d7ea8"))):
        canvas.rect(x + tap, 560, x + tap + 16, 600, colour)
    _notice(canvas, x + 260, 420)
    first, second = crew(random, 2, hat="none")
    Figure(canvas, x - 170, 1060, 540, first, facing=1).stand("down", "point" if random.random() < 0.6 else "reach")
    Figure(canvas, x - 400, 1080, 530, second, facing=1).stand(
        random.choice(("hip", "down")), random.choice(("front", "chin"))
    )
    if random.random() < 0.6:
        plant(canvas, random, x + 340, 980, 280)
    return light


def _tiles(canvas: Canvas, light: Light) -> None:
    line = darker(light.wall_low, 0.08)
    for x in range(0, WIDTH, 150):
        canvas.rect(x, 0, x + 4, 830, line)
    for y in range(0, 830, 150):
        canvas.rect(0, y, WIDTH, y + 4, line)


def _notice(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x, y, x + 170, y + 130, PAPER)
    for n, wide in enumerate((120, 96, 110)):
        canvas.rect(x + 22, y + 26 + n * 32, x + 22 + wide, y + 36 + n * 32, rgb("#a9b0aa"))


def _lockers(canvas: Canvas, random: Random, x: float) -> None:
    paint = random.choice((rgb("#5f8391"), rgb("#7d9580"), rgb("#a39a86"), rgb("#6f7f96")))
    for n in range(random.choice((3, 4))):
        left = x + n * 148
        canvas.rect(left, 340, left + 140, 900, paint)
        canvas.rect(left + 8, 350, left + 132, 890, lighter(paint, 0.08))
        for slot in range(3):
            canvas.rect(left + 44, 390 + slot * 20, left + 96, 397 + slot * 20, darker(paint, 0.25))
        canvas.disc(left + 112, 620, 8, LINE_YELLOW)
    canvas.rect(x + 20, 985, x + 420, 1012, lighter(WOOD, 0.15), radius=6)
    for leg in (x + 60, x + 360):
        canvas.rect(leg, 1012, leg + 18, 1070, IRON)


def heater(stage: Stage) -> Light:
    """Hot water back in the wash room."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    wall = random.choice((rgb("#d3e2df"), rgb("#dfe3da"), rgb("#e6dfd0")))
    canvas.fade(0, 0, WIDTH, 850, [(0, mix(wall, light.wall_top, 0.35)), (1, darker(wall, 0.06))])
    _tiles(canvas, light)
    canvas.fade(0, 850, WIDTH, HEIGHT, [(0, light.floor_top), (1, light.floor_low)])
    x = random.randint(180, 380)
    for pipe in (x + 110, x + 430):
        canvas.rect(pipe, 400, pipe + 22, 700, STEEL)
    canvas.line([(x + 440, 690), (x + 600, 690), (x + 600, 730)], STEEL, 22)
    canvas.poly([(x + 560, 730), (x + 640, 730), (x + 670, 770), (x + 530, 770)], STEEL_DARK)
    for n in range(4):
        canvas.line([(x + 554 + n * 32, 786), (x + 550 + n * 34, 880)], rgb("#8cc4cf"), 7)
    canvas.rect(x, 210, x + 560, 420, rgb("#f4f1e8"), radius=100)
    canvas.rect(x + 190, 275, x + 330, 345, INK, radius=10)
    canvas.rect(x + 216, 294, x + 290, 326, rgb("#e0b04e"))
    canvas.disc(x + 430, 312, 32, rgb("#d6d0c2"))
    canvas.rect(1330, 330, 1560, 880, rgb("#78909a"))
    canvas.rect(1442, 330, 1450, 880, darker(rgb("#78909a"), 0.2))
    first, second = crew(random, 2, hat=random.choice(("helmet", "cap")))
    Figure(canvas, x + 800, 1090, 560, first, facing=-1).stand("point", "down")
    if random.random() < 0.6:
        clipboard(Figure(canvas, x + 1010, 1100, 540, second, facing=-1).stand("front", "front"))
    return light


def counter(stage: Stage) -> Light:
    """A stall in the canteen's hall where colleagues say what bothers them; slips on a board."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    canvas.fade(0, 0, WIDTH, 840, [(0, light.wall_top), (1, light.wall_low)])
    for x in range(random.randint(40, 140), WIDTH, 300):
        canvas.rect(x, 0, x + 6, 70, STEEL_DARK)
        canvas.poly([(x - 50, 110), (x + 56, 110), (x + 26, 66), (x - 20, 66)], rgb("#c9a35a"))
    canvas.fade(0, 840, WIDTH, HEIGHT, [(0, light.floor_top), (1, light.floor_low)])
    x0 = random.choice((140, 880))
    canvas.rect(x0, 230, x0 + 580, 620, rgb("#b58d5f"), radius=6)
    canvas.rect(x0 + 16, 246, x0 + 564, 604, rgb("#d9bf96"))
    for n in range(15):
        if random.random() < 0.8:
            x, y = x0 + 46 + (n % 5) * 104, 272 + (n // 5) * 110
            canvas.rect(
                x,
                y,
                x + 80,
                y + 76,
                random.choice((rgb("#f5e7a9"), rgb("#cfe2d2"), rgb("#f3d3c2"), rgb("#d3e1ec"), PAPER)),
            )
            canvas.line([(x + 14, y + 28), (x + 62, y + 28)], rgb("#a39b88"), 4)
            canvas.line([(x + 14, y + 48), (x + 50, y + 48)], rgb("#a39b88"), 4)
    host = volunteers(random, 2)
    guests = crew(random, 2, hat="none")
    side = 1 if x0 < 500 else -1
    middle = 880 if side > 0 else 640
    for n, who in enumerate(host):
        Figure(canvas, middle + side * 190 * n, 1150, 560, who, facing=-side).upper(
            "table", random.choice(("table", "front"))
        )
    cloth = random.choice((rgb("#5a8a86"), rgb("#8a6f5a"), rgb("#7d8f6a"), rgb("#50708f")))
    canvas.rect(middle - 330, 860, middle + 400, 900, lighter(cloth, 0.25))
    canvas.fade(middle - 320, 900, middle + 390, 1090, [(0, cloth), (1, darker(cloth, 0.2))])
    for n, who in enumerate(guests[: random.choice((1, 2))]):
        Figure(canvas, middle + side * 520 + n * side * 150, 1110, 540, who, facing=-side).stand(
            "reach" if side > 0 else "down", "down" if side > 0 else "reach"
        )
    return light


def first_aid(stage: Stage) -> Light:
    """A drill: somebody kneels by the practice dummy on a mat, others watch."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season, horizon=780)
    people = mixed(random, 6)
    for n in range(random.choice((3, 4, 5))):
        Figure(canvas, 230 + n * 270, 960, 480, people[n], facing=random.choice((-1, 1))).stand(
            random.choice(("front", "hip", "chin", "down")), random.choice(("down", "front"))
        )
    canvas.poly([(420, 1060), (1220, 1060), (1300, 1170), (340, 1170)], random.choice((rgb("#5f8f9a"), rgb("#7f9a6a"))))
    Figure(canvas, 820, 1085, 500, people[5], facing=1).crouch("low", "front")
    canvas.rect(640, 1060, 1000, 1110, rgb("#c7654a"), radius=24)
    canvas.disc(1040, 1084, 36, rgb("#d9b08c"))
    canvas.rect(520, 1066, 650, 1106, rgb("#39434c"), radius=18)
    canvas.rect(1180, 1010, 1290, 1090, PAPER, radius=10)
    for bar in ((1225, 1026, 1245, 1074), (1211, 1040, 1259, 1060)):
        canvas.rect(*bar, rgb("#4f9d6d"))
    return light


SCENES: dict[str, Scene] = {
    "dispenser": dispenser,
    "heater": heater,
    "counter": counter,
    "first_aid": first_aid,
}
