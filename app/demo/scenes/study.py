"""Scenes of meeting, study and talk."""

from random import Random

from app.demo.scenes.canvas import HEIGHT, WIDTH, Canvas, darker, lighter, mix, rgb
from app.demo.scenes.light import INK, IRON, PAPER, STEEL, STEEL_DARK, WOOD, Light
from app.demo.scenes.people import Figure, Look, mixed
from app.demo.scenes.rooms import office, papers, plant, sunbeam, table, view, wall_chart
from app.demo.scenes.stage import Scene, Stage

_CLOTH = (rgb("#9a6a45"), rgb("#a97f55"), rgb("#8a6f5a"), rgb("#b89a74"), rgb("#8f8b80"))


def _row(stage: Stage, people: list[Look], x0: float, x1: float, y: float, tall: float, *, back: bool = False) -> None:
    poses = ("table", "table", "table", "front", "chin")
    for n, who in enumerate(people):
        x = x0 + (x1 - x0) * (n + 0.5) / len(people) + stage.random.randint(-12, 12)
        facing = stage.random.choice((-1, 0, 1)) if not back else 0
        figure = Figure(stage.canvas, x, y, tall * stage.random.uniform(0.95, 1.03), who, facing=facing, back=back)
        figure.upper(
            stage.random.choice(poses) if not back else "front", "front" if back else stage.random.choice(poses)
        )


def _chair_backs(canvas: Canvas, random: Random, x0: float, x1: float, y: float, count: int) -> None:
    colour = random.choice((IRON, rgb("#7d5f48"), rgb("#5f7682")))
    for n in range(count):
        x = x0 + (x1 - x0) * (n + 0.5) / count
        canvas.rect(x - 74, y, x + 74, y + 190, colour, radius=22)
        canvas.rect(x - 74, y + 4, x + 74, y + 18, lighter(colour, 0.14), radius=10)


def fishbone(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season, window=random.random() < 0.7)
    x0 = random.randint(500, 600)
    _bone_board(canvas, random, x0, 170, x0 + 560, 500)
    people = mixed(random, 7)
    Figure(canvas, x0 + 600, 1010, 620, people[0], facing=-1).stand(random.choice(("high", "rise")), "down")
    count = random.choice((3, 4, 5))
    _row(stage, people[1 : 1 + count], 60, x0 + 430, 1130, 520)
    table(canvas, -40, WIDTH + 40, 890, colour=random.choice(_CLOTH), depth=170)
    papers(canvas, random, 120, 1460, 920, count + 3)
    if random.random() < 0.6:
        plant(canvas, random, 1490, 940, 300)
    return light


def _bone_board(canvas: Canvas, random: Random, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.rect(x0 - 14, y0 - 14, x1 + 14, y1 + 14, STEEL)
    canvas.rect(x0, y0, x1, y1, rgb("#fcfaf3"))
    middle, wide = (y0 + y1) / 2, x1 - x0
    canvas.line([(x0 + 40, middle), (x1 - 80, middle)], INK, 8)
    canvas.poly([(x1 - 84, middle - 22), (x1 - 36, middle), (x1 - 84, middle + 22)], INK)
    notes = (rgb("#d8a24a"), rgb("#8fb3c4"), rgb("#d98f6a"), rgb("#a7bf86"))
    for n in range(3):
        x = x0 + wide * (0.22 + 0.22 * n)
        for side in (-1, 1):
            tip = middle + side * (y1 - y0) * 0.33
            canvas.line([(x + 60, middle), (x - 20, tip)], rgb("#5f6b6d"), 6)
            canvas.rect(x - 66, tip - 20, x + 24, tip + 20, random.choice(notes))
            if random.random() < 0.7:
                canvas.line([(x + 6, middle + side * 52), (x + 66, middle + side * 52)], rgb("#a7a395"), 4)


def meeting(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season)
    if random.random() < 0.7:
        wall_chart(canvas, random, 610, 170, 1010, 430)
    people = mixed(random, 9)
    far_side = random.choice((3, 4, 5))
    _row(stage, people[:far_side], 220, 1380, 1010, 480)
    table(canvas, 130, 1470, 800, colour=random.choice(_CLOTH), depth=210)
    papers(canvas, random, 260, 1340, 830, far_side + 3)
    near = random.choice((2, 3))
    span = (300, 1300) if near == 3 else (420, 1180)
    _row(stage, people[far_side : far_side + near], *span, 1330, 560, back=True)
    _chair_backs(canvas, random, *span, 1090, near)
    if random.random() < 0.5:
        plant(canvas, random, random.choice((70, 1530)), 960, 320)
    return light


def circle(stage: Stage) -> Light:
    """A talk in the team's own room: chairs in a half circle, no table."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season)
    if random.random() < 0.6:
        wall_chart(canvas, random, 640, 190, 960, 400)
    people = mixed(random, 7)
    count = random.choice((4, 5, 6))
    seat = random.choice((rgb("#6b7d84"), rgb("#a5714a"), rgb("#5b7a6b")))
    for n in range(count):
        x = 260 + 1080 * n / (count - 1)
        y = 1010 + 70 * (1 - abs(2 * n / (count - 1) - 1))
        toward = 1 if x < 800 else -1
        canvas.shade(x, y, 110, 18)
        canvas.rect(x - 66, y - 250, x + 66, y - 70, darker(seat, 0.1), radius=18)
        for leg in (-54, 54):
            canvas.line([(x + leg, y - 130), (x + leg * 1.1, y)], IRON, 9)
        canvas.rect(x - 70, y - 150, x + 70, y - 124, seat, radius=10)
        Figure(canvas, x, y, 500, people[n], facing=toward).sit(
            random.choice(("front", "chin", "table")), random.choice(("table", "rise", "front")), toward=toward
        )
    if random.random() < 0.5:
        plant(canvas, random, 90, 930, 320)
    return light


def lecture(stage: Stage) -> Light:
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season, window=False)
    if random.random() < 0.5:
        view(canvas, random, light, stage.season, 1280, 160, 240, 380, curtain=False)
    x0 = random.randint(420, 520)
    wall_chart(canvas, random, x0, 120, x0 + 700, 540)
    people = mixed(random, 14)
    Figure(canvas, x0 - 150, 900, 590, people[0], facing=1).stand("down", random.choice(("point", "rise")))
    if random.random() < 0.5:
        canvas.poly([(150, 650), (330, 650), (350, 930), (130, 930)], rgb("#8d6543"))
        canvas.poly([(136, 640), (344, 640), (330, 600), (150, 600)], rgb("#a97f55"))
    first = random.choice((4, 5))
    _row(stage, people[1 : 1 + first], 280, 1560, 1200, 470, back=True)
    second = random.choice((4, 5))
    _row(stage, people[1 + first : 1 + first + second], 60, 1500, 1370, 540, back=True)
    return light


def pair(stage: Stage) -> Light:
    """Two at a desk by the window, a book between them."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season, window=False)
    view(canvas, random, light, stage.season, random.randint(470, 620), 110, 480, 430)
    older, younger = mixed(random, 2)
    older = Look(older.skin, rgb("#96938d"), "short", older.top, older.trousers)
    Figure(canvas, 560, 1180, 640, older, facing=1).upper("table", random.choice(("front", "table", "chin")))
    Figure(canvas, 1030, 1180, 620, younger, facing=-1).upper(random.choice(("table", "reach")), "table")
    table(canvas, 230, 1370, 850, colour=random.choice(_CLOTH), depth=190)
    _open_book(canvas, 800, 880)
    canvas.rect(380, 842, 424, 896, random.choice((PAPER, rgb("#8fae9f"))), radius=8)
    if random.random() < 0.6:
        for n in range(4):
            canvas.rect(
                1140,
                880 - n * 16,
                1280,
                894 - n * 16,
                random.choice((rgb("#4f7f8f"), rgb("#b07c48"), rgb("#7f5c78"), rgb("#d8cdb6"))),
            )
    else:
        plant(canvas, random, 1230, 880, 200)
    if random.random() < 0.6:
        sunbeam(canvas, random, light)
    return light


def _open_book(canvas: Canvas, x: float, y: float) -> None:
    for side in (-1, 1):
        canvas.poly(
            [(x, y + 4), (x + side * 110, y - 8), (x + side * 124, y + 34), (x, y + 46)],
            PAPER if side < 0 else darker(PAPER, 0.05),
        )
        for n in range(3):
            canvas.line([(x + side * 18, y + 12 + n * 9), (x + side * 96, y + 3 + n * 10)], rgb("#b9b2a2"), 3)
    canvas.line([(x, y + 4), (x, y + 46)], rgb("#c9c1ae"), 4)


def reading(stage: Stage) -> Light:
    """The reading corner: shelves, somebody standing with a book, others at a low table."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season, window=False)
    start = random.choice((60, 700))
    canvas.rect(start, 140, start + 840, 830, rgb("#96714b"))
    for row in range(4):
        top = 165 + row * 165
        canvas.rect(start + 18, top, start + 822, top + 145, darker(rgb("#96714b"), 0.35))
        x = start + 26.0
        while x < start + 790:
            wide, high = random.randint(16, 34), random.randint(90, 136)
            colour = random.choice(
                (rgb("#4f7f8f"), rgb("#b07c48"), rgb("#7f5c78"), rgb("#d8cdb6"), rgb("#6e8a58"), rgb("#a8604c"))
            )
            if random.random() < 0.9:
                canvas.rect(x, top + 145 - high, x + wide, top + 145, colour)
            x += wide + 4
    view(canvas, random, light, stage.season, 1090 if start < 300 else 130, 150, 330, 400)
    people = mixed(random, 4)
    stand = Figure(canvas, start + 250, 1060, 560, people[0], facing=1).stand("front", "front")
    canvas.poly(
        [stand.at(-9, -62), stand.at(0, -58), stand.at(9, -62), stand.at(9, -50), stand.at(0, -46), stand.at(-9, -50)],
        PAPER,
    )
    middle = 1080 if start < 300 else 430
    for n, x in enumerate((middle - 190, middle + 190)[: random.choice((1, 2, 2))]):
        Figure(canvas, x, 1200, 560, people[1 + n], facing=1 if n == 0 else -1).upper("table", "table")
    table(canvas, middle - 380, middle + 380, 960, colour=random.choice(_CLOTH), depth=130)
    papers(canvas, random, middle - 280, middle + 280, 985, 4)
    return light


def home_visit(stage: Stage) -> Light:
    """Bringing the study material to somebody's home: a sofa, a low table, two or three people."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season, window=random.random() < 0.8)
    sofa = random.choice((rgb("#8a9a7f"), rgb("#a98467"), rgb("#7f93a3"), rgb("#b09a6f")))
    canvas.shade(840, 1010, 420, 26)
    canvas.rect(430, 640, 1250, 900, darker(sofa, 0.08), radius=46)
    canvas.rect(380, 760, 490, 1000, darker(sofa, 0.2), radius=34)
    canvas.rect(1190, 760, 1300, 1000, darker(sofa, 0.2), radius=34)
    canvas.rect(470, 850, 1210, 1000, sofa, radius=26)
    if random.random() < 0.7:
        canvas.rect(720, 240, 960, 420, rgb("#8f6b42"))
        canvas.rect(736, 256, 944, 404, mix(stage.season.hill, PAPER, 0.4))
    guest, host, other = mixed(random, 3)
    host = Look(host.skin, rgb("#a5a29c"), "short", rgb("#8b7a8f"), host.trousers)
    Figure(canvas, 680, 1020, 540, host, facing=1).sit("front", "table", toward=1)
    Figure(canvas, 1000, 1020, 540, guest, facing=-1).sit("rise", "front", toward=-1)
    if random.random() < 0.5:
        Figure(canvas, 250, 1080, 560, other, facing=1).stand("front", "reach")
    canvas.shade(840, 1130, 250, 20)
    canvas.poly([(640, 1030), (1040, 1030), (1090, 1070), (590, 1070)], lighter(WOOD, 0.15))
    canvas.rect(590, 1070, 1090, 1086, darker(WOOD, 0.1))
    for leg in (620, 1040):
        canvas.rect(leg, 1086, leg + 20, 1140, darker(WOOD, 0.3))
    _open_book(canvas, 830, 1034)
    canvas.rect(690, 1012, 724, 1048, PAPER, radius=7)
    if random.random() < 0.6:
        plant(canvas, random, 1450, 1000, 380)
    return light


def desk_check(stage: Stage) -> Light:
    """Looking through each other's record books, side by side."""
    canvas, random, light = stage.canvas, stage.random, stage.indoors()
    office(canvas, random, light, stage.season)
    canvas.rect(620, 250, 1000, 820, mix(STEEL, light.wall_low, 0.35), radius=6)
    for row in range(3):
        canvas.rect(640, 275 + row * 180, 980, 435 + row * 180, mix(STEEL_DARK, light.wall_low, 0.35))
        for n in range(10):
            if random.random() < 0.85:
                canvas.rect(
                    652 + n * 32,
                    290 + row * 180,
                    678 + n * 32,
                    433 + row * 180,
                    random.choice((rgb("#4f7f8f"), rgb("#b5573f"), rgb("#d8cdb6"), rgb("#6e8a58"))),
                )
    people = mixed(random, 4)
    count = random.choice((2, 3, 4))
    xs = {2: (560, 1010), 3: (420, 790, 1160), 4: (330, 640, 960, 1270)}[count]
    for n, x in enumerate(xs):
        Figure(canvas, x, 1190, 600, people[n], facing=1 if n % 2 == 0 else -1).upper(
            random.choice(("table", "front")), random.choice(("table", "reach", "chin"))
        )
    table(canvas, 120, 1480, 890, colour=random.choice(_CLOTH), depth=180)
    for x in xs:
        canvas.poly(
            [(x - 70, 912), (x + 66, 908), (x + 78, 944), (x - 82, 948)],
            random.choice((PAPER, rgb("#cfd9dd"), rgb("#e8d9b8"))),
        )
        canvas.line([(x - 46, 926), (x + 44, 923)], rgb("#a9a291"), 4)
    for n in range(5):
        canvas.rect(
            1290, 915 - n * 20, 1410, 932 - n * 20, random.choice((rgb("#4f7f8f"), rgb("#b5573f"), rgb("#e8d9b8")))
        )
    canvas.rect(0, HEIGHT - 4, WIDTH, HEIGHT, darker(WOOD, 0.4))
    return light


SCENES: dict[str, Scene] = {
    "fishbone": fishbone,
    "meeting": meeting,
    "circle": circle,
    "lecture": lecture,
    "pair": pair,
    "reading": reading,
    "home_visit": home_visit,
    "desk_check": desk_check,
}
