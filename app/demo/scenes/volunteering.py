"""Scenes of volunteers out of doors."""

from math import pi, sin
from random import Random

from app.demo.scenes.canvas import HEIGHT, WIDTH, Canvas, darker, lighter, mix, rgb
from app.demo.scenes.holding import box, broom, clipboard
from app.demo.scenes.light import INK, PAPER, STEEL, STEEL_DARK, STEEL_LIGHT, TEAL, Light
from app.demo.scenes.outside import fallen_leaves, tree, yard
from app.demo.scenes.people import Figure, crew, mixed, volunteers
from app.demo.scenes.stage import Scene, Stage


def _avenue(stage: Stage, light: Light, y: float, sizes: tuple[int, int], count: int) -> None:
    spread = WIDTH / count
    for n in range(count):
        x = spread * (n + 0.5) + stage.random.randint(-50, 50)
        tree(
            stage.canvas,
            stage.random,
            stage.season,
            x,
            y + stage.random.randint(-16, 16),
            stage.random.randint(*sizes),
            light,
        )


def sweep(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.outdoors()
    yard(canvas, random, light, stage.season)
    _avenue(stage, light, 800, (640, 780) if stage.season.fallen else (480, 640), random.choice((3, 4)))
    if stage.season.fallen:
        fallen_leaves(canvas, random, stage.season, 800)
    people = volunteers(random, 4)
    count = random.choice((3, 4, 4))
    for n, who in enumerate(people[:count]):
        x = 240 + 1080 * n / (count - 1) + random.randint(-40, 40)
        y = 1050 + random.choice((0, 40, 70))
        task = random.choice(("broom", "broom", "box", "wave"))
        facing = random.choice((-1, 1))
        if task == "box":
            figure = Figure(canvas, x, y, 480, who, facing=facing).stand("front", "front")
            box(figure, random.choice((rgb("#c08a57"), rgb("#7f9f86"))))
            continue
        figure = Figure(canvas, x, y, 480, who, facing=facing)
        if task == "broom":
            figure.stand("low" if facing < 0 else "front", "low" if facing > 0 else "front")
            broom(figure, figure.hand(facing, "low"), lean=facing * 11)
        else:
            figure.stand("hip", "high")
    if not stage.season.fallen:
        _sack(canvas, random, random.choice((120, 1480)), 1120)
    return light


def _sack(canvas: Canvas, random: Random, x: float, y: float) -> None:
    canvas.shade(x, y, 90, 14)
    colour = random.choice((rgb("#5f7f6a"), rgb("#59697a")))
    canvas.oval(x, y - 66, 74, 68, colour)
    canvas.poly([(x - 26, y - 120), (x + 26, y - 120), (x + 40, y - 160), (x - 40, y - 160)], darker(colour, 0.12))


def planting(stage: Stage) -> Light:
    """Watering and planting in the yard."""
    canvas, random, light = stage.canvas, stage.random, stage.outdoors()
    yard(canvas, random, light, stage.season, houses="works")
    _avenue(stage, light, 790, (420, 540), 3)
    canvas.poly([(0, 900), (WIDTH, 870), (WIDTH, 980), (0, 1010)], rgb("#8a6a4c"))
    for n in range(9):
        x = 60 + n * 180 + random.randint(-20, 20)
        _shrub(canvas, random, x, 945)
    first, second, third = volunteers(random, 3)
    Figure(canvas, 470, 1110, 500, first, facing=1).crouch("reach", "low")
    figure = Figure(canvas, 900, 1100, 490, second, facing=1).stand("hip", "reach")
    _can(canvas, *figure.hand(1, "reach"))
    if random.random() < 0.7:
        spade = Figure(canvas, 1230, 1110, 500, third, facing=-1).stand("front", "front")
        canvas.line([spade.at(-10, -64), spade.at(-14, -8)], rgb("#8f6a3f"), 10)
        canvas.poly([spade.at(-18, -10), spade.at(-10, -10), spade.at(-11, 2), spade.at(-17, 2)], STEEL_DARK)
    return light


def _shrub(canvas: Canvas, random: Random, x: float, y: float) -> None:
    green = random.choice((rgb("#6f9a62"), rgb("#86ad6d"), rgb("#5a8458")))
    for dx, dy, radius in ((-22, -18, 26), (20, -20, 28), (0, -40, 30)):
        canvas.disc(x + dx, y + dy, radius, mix(green, rgb("#c9d49a"), 0.12 if dx > 0 else 0))
    if random.random() < 0.4:
        for _ in range(4):
            canvas.disc(
                x + random.randint(-28, 28),
                y - random.randint(10, 58),
                7,
                random.choice((rgb("#e8b8b0"), rgb("#f0d68a"))),
            )


def _can(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x - 34, y, x + 34, y + 70, rgb("#4d8a86"), radius=8)
    canvas.line([(x + 30, y + 46), (x + 84, y + 8)], rgb("#4d8a86"), 12)
    for n in range(4):
        canvas.line([(x + 88 + n * 8, y + 14), (x + 100 + n * 11, y + 76)], rgb("#a9cfd6"), 4)


def charging(stage: Stage) -> Light:
    """The charging shed for electric bicycles is checked."""
    canvas, random, light = stage.canvas, stage.random, stage.outdoors()
    yard(canvas, random, light, stage.season, houses="flats")
    _avenue(stage, light, 780, (420, 560), 2)
    roof = random.choice((rgb("#5f8a94"), rgb("#8a9a86"), rgb("#a3684a")))
    canvas.rect(150, 560, 1460, 860, mix(rgb("#d8d5ca"), light.sky_low, 0.25))
    canvas.poly([(90, 500), (1520, 430), (1520, 500), (90, 575)], roof)
    canvas.poly([(90, 575), (1520, 500), (1520, 516), (90, 592)], darker(roof, 0.3))
    for x in (170, 600, 1030, 1440):
        canvas.rect(x, 520, x + 20, 900, STEEL_DARK)
    for n in range(4):
        left = 240 + n * 300
        canvas.rect(left, 640, left + 90, 740, PAPER, radius=8)
        canvas.rect(left + 22, 660, left + 68, 690, TEAL)
        canvas.line([(left + 45, 740), (left + 60, 800), (left + 120, 820)], INK, 6)
    for n in range(random.choice((3, 4))):
        _bicycle(canvas, random, 330 + n * 300, 930)
    first, second, third = volunteers(random, 3)
    clipboard(Figure(canvas, 640, 1100, 500, first, facing=1).stand("front", "front"))
    Figure(canvas, 900, 1090, 500, second, facing=1).stand("down", "rise")
    if random.random() < 0.4:
        Figure(canvas, 1230, 1100, 490, third, facing=-1).stand("point", "hip")
    return light


def _bicycle(canvas: Canvas, random: Random, x: float, y: float) -> None:
    paint = random.choice((rgb("#3f7f8f"), rgb("#b0563f"), rgb("#5a5f66"), rgb("#7f9a5a")))
    for wheel in (x - 88, x + 88):
        canvas.ring(wheel, y - 46, 48, 48, INK, 12)
    canvas.line([(x - 88, y - 46), (x - 20, y - 60), (x + 30, y - 60), (x + 76, y - 150)], paint, 22)
    canvas.line([(x + 88, y - 46), (x + 62, y - 170), (x + 34, y - 182)], INK, 11)
    canvas.rect(x - 92, y - 136, x - 4, y - 116, INK, radius=9)
    canvas.line([(x - 46, y - 116), (x - 34, y - 62)], paint, 14)


def group_photo(stage: Stage) -> Light:
    canvas, random = stage.canvas, stage.random
    light = stage.outdoors()
    yard(canvas, random, light, stage.season, houses=random.choice(("works", "works", "flats")))
    if random.random() < 0.6:
        tree(canvas, random, stage.season, random.choice((120, 1480)), 830, 620, light)
    kind = random.choice((crew, mixed, volunteers))
    people = kind(random, 12)
    rear, front = random.choice((4, 5, 6)), random.choice((4, 5, 6))
    for n, who in enumerate(people[:rear]):
        Figure(
            canvas, 300 + 1000 * (n + 0.5) / rear, 960 + random.randint(-8, 8), 470 * random.uniform(0.97, 1.05), who
        ).stand("down", "down")
    for n, who in enumerate(people[rear : rear + front]):
        x = 220 + 1160 * (n + 0.5) / front
        pose = random.choice(("down", "down", "front"))
        Figure(canvas, x, 1090 + random.randint(-8, 8), 490 * random.uniform(0.96, 1.04), who).stand(pose, pose)
    return light


def handover(stage: Stage) -> Light:
    """Boxes of winter clothes or cold drinks are handed on."""
    canvas, random, light = stage.canvas, stage.random, stage.outdoors()
    yard(canvas, random, light, stage.season, houses="flats")
    _avenue(stage, light, 790, (440, 600), 2)
    for n in range(random.choice((3, 5, 6))):
        x, y = 690 + (n % 3) * 130, 1010 - (n // 3) * 92
        colour = random.choice((rgb("#c08a57"), rgb("#b37c4b"), rgb("#d0a170")))
        canvas.rect(x, y - 90, x + 124, y, colour)
        canvas.rect(x + 52, y - 90, x + 72, y, darker(colour, 0.14))
    people = volunteers(random, 3)
    for n, (who, x) in enumerate(zip(people, (360, 600, 1240), strict=True)):
        figure = Figure(canvas, x, 1090 + n * 14, 490, who, facing=1 if x < 800 else -1).stand("front", "front")
        if n != 1 or random.random() < 0.5:
            box(figure, random.choice((rgb("#c08a57"), rgb("#8aa39a"))))
    Figure(canvas, 1050, 1080, 450, mixed(random, 1)[0], facing=-1).stand("reach", "down")
    return light


def lake_walk(stage: Stage) -> Light:
    """By the water with rubbish tongs and sacks."""
    canvas, random, light = stage.canvas, stage.random, stage.outdoors()
    canvas.fade(0, 0, WIDTH, 520, [(0, light.sky_top), (1, light.sky_low)])
    for n in range(3):
        base = [(x, 520 - 90 * sin(pi * x / WIDTH + n) ** 2 - 20 * n) for x in range(0, WIDTH + 1, 100)]
        canvas.poly([(0, 530), *base, (WIDTH, 530)], mix(stage.season.hill, light.sky_low, 0.7 - 0.2 * n))
    canvas.fade(0, 520, WIDTH, 800, [(0, mix(light.sky_top, STEEL_LIGHT, 0.3)), (1, mix(light.sky_top, TEAL, 0.28))])
    for _ in range(26):
        x, y = random.randint(0, WIDTH), random.randint(540, 780)
        canvas.rect(x, y, x + random.randint(40, 150), y + 4, lighter(light.sky_low, 0.3))
    canvas.poly([(0, 770), (WIDTH, 730), (WIDTH, HEIGHT), (0, HEIGHT)], darker(stage.season.ground, 0.06))
    canvas.poly([(0, 900), (WIDTH, 850), (WIDTH, 1090), (0, 1160)], lighter(stage.season.ground, 0.3))
    _avenue(stage, light, 840, (420, 560), 3)
    people = volunteers(random, 4)
    for n, who in enumerate(people[: random.choice((3, 4))]):
        x, facing = 260 + n * 340, random.choice((-1, 1))
        figure = Figure(canvas, x, 1050 + (n % 2) * 50, 480, who, facing=facing).stand(
            "low" if facing < 0 else "down", "low" if facing > 0 else "down", stride=2
        )
        hx, hy = figure.hand(facing, "low")
        canvas.line([(hx, hy), (hx + facing * 50, figure.y - 10)], STEEL, 8)
        canvas.rect(
            x - facing * 80 - 26, figure.y - 190, x - facing * 80 + 26, figure.y - 90, rgb("#59697a"), radius=16
        )
    return light


SCENES: dict[str, Scene] = {
    "sweep": sweep,
    "planting": planting,
    "charging": charging,
    "group_photo": group_photo,
    "handover": handover,
    "lake_walk": lake_walk,
}
