"""Pictures like photos, made by code, and what happens to a photo on its way through phones and chats.

The same number gives the same picture. Six kinds of scene share their layout within a kind (a room always has a wall, a
board, a table and people), so that two unrelated pictures are not easily told apart; a seventh source is the demo
factory's drawings. Grain, soft light and darkened corners lie over everything, as over a photo.
"""

import io
from collections.abc import Callable
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from app.demo import scenes

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
Edit = Callable[[Image.Image, Random], Image.Image]
TURN = Image.Transpose

SIZES = ((800, 600), (800, 600), (800, 600), (600, 800), (600, 800), (800, 450))


# ------------------------------------------------------------------ scenes


def _colour(random: Random, low: int = 20, high: int = 235) -> Colour:
    base = random.randint(low, high)
    red, green, blue = (max(0, min(255, base + random.randint(-40, 40))) for _ in range(3))
    return red, green, blue


def _people(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random, floor: float) -> None:
    width, height = size
    for _ in range(random.randint(1, 9)):
        tall = height * random.uniform(0.2, 0.5)
        x, y = width * random.uniform(0.03, 0.97), floor - tall * random.uniform(0.5, 0.9)
        coat = random.choice([(40, 60, 110), (70, 75, 80), _colour(random)])
        pen.rounded_rectangle((x - tall * 0.16, y, x + tall * 0.16, y + tall), tall * 0.1, fill=coat)
        pen.ellipse((x - tall * 0.09, y - tall * 0.2, x + tall * 0.09, y + tall * 0.02), fill=(205, 165, 135))


def leaves(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
    """Shapes that hide one another, many small and few large: the statistics of a natural photo."""
    width, height = size
    for _ in range(260):
        radius = min(width, height) * min(0.6, 0.02 * random.paretovariate(1.1))
        x, y, flat = random.uniform(0, width), random.uniform(0, height), random.uniform(0.3, 1)
        box = (x - radius, y - radius * flat, x + radius, y + radius * flat)
        random.choice((pen.ellipse, pen.rectangle))(box, fill=_colour(random))


def room(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
    """A wall, a board or screen, perhaps a window, a table, people around it."""
    width, height = size
    floor = height * random.uniform(0.55, 0.75)
    pen.rectangle((0, 0, width, floor), fill=_colour(random, 150, 235))
    pen.rectangle((0, floor, width, height), fill=_colour(random, 60, 160))
    left, top = width * random.uniform(0.1, 0.6), height * random.uniform(0.05, 0.25)
    board = (left, top, left + width * random.uniform(0.2, 0.5), top + height * random.uniform(0.15, 0.35))
    pen.rectangle(board, fill=random.choice([(245, 245, 240), (30, 60, 50), (170, 30, 35), _colour(random)]))
    if random.random() < 0.5:
        left = width * random.choice((0.0, 0.8))
        pen.rectangle(
            (left, height * 0.1, left + width * 0.2, height * random.uniform(0.35, 0.6)), fill=(225, 235, 245)
        )
    _people(pen, size, random, floor)
    edge = random.uniform(0.05, 0.35)
    near = height * random.uniform(0.85, 1.1)
    table = [(width * edge, floor), (width * (1 - edge), floor), (width * 1.05, near), (-width * 0.05, near)]
    pen.polygon(table, fill=_colour(random, 60, 200))
    for _ in range(random.randint(0, 12)):
        x, y = width * random.uniform(0.1, 0.9), floor + (near - floor) * random.uniform(0.1, 0.8)
        pen.rectangle((x, y, x + width * 0.07, y + height * 0.03), fill=_colour(random, 180, 245))


def outside(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
    width, height = size
    horizon = height * random.uniform(0.3, 0.6)
    sky = _colour(random, 170, 230)
    pen.rectangle((0, 0, width, horizon), fill=sky)
    pen.rectangle((0, horizon, width, height), fill=_colour(random, 60, 150))
    for _ in range(random.randint(2, 30)):
        x, tall = random.uniform(0, width), height * random.uniform(0.05, 0.4)
        wide = width * random.uniform(0.02, 0.16)
        shape = random.choice((pen.ellipse, pen.rectangle))
        shape(
            (x - wide, horizon - tall, x + wide, horizon + tall * random.uniform(0, 0.2)), fill=_colour(random, 30, 150)
        )
    _people(pen, size, random, height * random.uniform(0.7, 1))


def machine(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
    """Casings, pipes, a panel of lamps: repeated straight edges."""
    width, height = size
    pen.rectangle((0, 0, width, height), fill=_colour(random, 60, 180))
    for _ in range(random.randint(2, 6)):
        x, y = random.uniform(-0.1, 0.8) * width, random.uniform(0, 0.6) * height
        wide, tall = random.uniform(0.15, 0.5) * width, random.uniform(0.2, 0.6) * height
        pen.rounded_rectangle(
            (x, y, x + wide, y + tall), 12, fill=_colour(random, 90, 200), outline=(50, 50, 55), width=3
        )
        for step in range(random.randint(0, 8)):
            at = x + 14 + step * 26
            pen.ellipse((at, y + 14, at + 14, y + 28), fill=_colour(random))
    for _ in range(random.randint(1, 7)):
        thick = random.uniform(0.02, 0.08) * height
        points = [(random.uniform(0, width), 0.0), (random.uniform(0, width), float(height))]
        if random.random() < 0.5:
            points = [(0.0, random.uniform(0, height)), (float(width), random.uniform(0, height))]
        pen.line(points, fill=_colour(random, 110, 230), width=round(thick))
    _people(pen, size, random, height * random.uniform(0.8, 1.1))


def paper(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
    """A sheet with lines of writing on a table: sign-in lists and notices look alike."""
    width, height = size
    pen.rectangle((0, 0, width, height), fill=_colour(random, 50, 180))
    left, top = width * random.uniform(0.03, 0.25), height * random.uniform(0.03, 0.25)
    right, bottom = width * random.uniform(0.75, 0.97), height * random.uniform(0.75, 0.97)
    lean = width * random.uniform(-0.06, 0.06)
    pen.polygon([(left + lean, top), (right + lean, top), (right, bottom), (left, bottom)], fill=(238, 236, 228))
    rows = random.randint(6, 22)
    for row in range(1, rows):
        y, x = top + (bottom - top) * row / rows, left + (right - left) * 0.08
        while x < right - (right - left) * random.uniform(0.08, 0.4):
            wide = (right - left) * random.uniform(0.02, 0.12)
            pen.rectangle((x, y - (bottom - top) / rows * 0.3, x + wide, y), fill=(60, 60, 70))
            x += wide * random.uniform(1.2, 2)
    if random.random() < 0.6:
        _people(pen, (width, height // 3), random, height * 1.05)


def tools(pen: ImageDraw.ImageDraw, size: tuple[int, int], random: Random) -> None:
    """A few things laid on a plain ground, near enough to fill the picture."""
    width, height = size
    pen.rectangle((0, 0, width, height), fill=_colour(random, 90, 210))
    for _ in range(random.randint(4, 14)):
        x, y = random.uniform(0, width), random.uniform(0, height)
        corners = [
            (x + random.uniform(-0.25, 0.25) * width, y + random.uniform(-0.25, 0.25) * height) for _ in range(4)
        ]
        pen.polygon(corners, fill=_colour(random))


DRAWN = (leaves, room, outside, machine, paper, tools)


def _light(picture: Image.Image, random: Random) -> Image.Image:
    """Soft blotches of light, darker corners, the grain of a small sensor."""
    blotches = Image.frombytes("L", (4, 3), random.randbytes(12)).resize(picture.size, Image.Resampling.BICUBIC)
    blotches = blotches.point(lambda value: 150 + value * 0.4)
    corners = ImageOps.invert(Image.radial_gradient("L")).point(lambda value: 170 + value * 0.33).resize(picture.size)
    light = ImageChops.multiply(blotches, corners)
    picture = ImageChops.multiply(picture, Image.merge("RGB", (light, light, light)))
    grain = Image.frombytes("L", (200, 150), random.randbytes(30_000)).resize(picture.size, Image.Resampling.BILINEAR)
    return Image.blend(picture, Image.merge("RGB", (grain, grain, grain)), random.uniform(0.03, 0.12))


def photo(number: int) -> Image.Image:
    """One of an unending row of unrelated photos; each seventh is a drawing of the demo factory, grained."""
    random = Random(f"photo {number}")
    size = random.choice(SIZES)
    kind = number % (len(DRAWN) + 1)
    if kind == len(DRAWN):
        drawing = scenes.draw(scenes.KINDS[number // 7 % len(scenes.KINDS)], number, size)
        return _light(drawing, random)
    picture = Image.new("RGB", size, _colour(random))
    DRAWN[kind](ImageDraw.Draw(picture), size, random)
    return _light(picture.filter(ImageFilter.GaussianBlur(1)), random)


def is_sheet(number: int) -> bool:
    """Whether `photo(number)` shows a sheet of writing."""
    kind = number % (len(DRAWN) + 1)
    return kind < len(DRAWN) and DRAWN[kind] is paper


def burst(number: int, length: int) -> list[Image.Image]:
    """A second and further shots of one scene: another step of the camera, the people moved, other grain."""
    shots = []
    for shot in range(length):
        random = Random(f"burst {number}")
        size = (800, 600)
        picture = Image.new("RGB", (880, 660), _colour(random))
        (room, outside, machine)[number % 3](ImageDraw.Draw(picture), picture.size, random)
        own = Random(f"burst {number} {shot}")
        _people(ImageDraw.Draw(picture), picture.size, own, 600)
        left, top = own.randint(0, 80), own.randint(0, 60)
        picture = picture.crop((left, top, left + size[0], top + size[1]))
        shots.append(_light(picture.filter(ImageFilter.GaussianBlur(1)), own))
    return shots


# ------------------------------------------------------------------ edits


def _jpeg(picture: Image.Image, quality: int) -> Image.Image:
    content = io.BytesIO()
    picture.convert("RGB").save(content, "JPEG", quality=quality)
    return Image.open(content)


def chat(picture: Image.Image, random: Random) -> Image.Image:
    """Sent twice through a chat that makes photos smaller and coarser."""
    small = picture.copy()
    small.thumbnail((random.choice((480, 640)),) * 2)
    return _jpeg(_jpeg(small, random.randint(50, 65)), random.randint(40, 60))


def resized(picture: Image.Image, random: Random) -> Image.Image:
    share = random.uniform(0.25, 0.7)
    return picture.resize((round(picture.width * share), round(picture.height * share)))


def crop(share: float) -> Edit:
    """`share` of the width and of the height is cut away, in unequal parts on the two sides."""

    def cut(picture: Image.Image, random: Random) -> Image.Image:
        width, height = round(picture.width * (1 - share)), round(picture.height * (1 - share))
        left, top = random.randint(0, picture.width - width), random.randint(0, picture.height - height)
        return picture.crop((left, top, left + width, top + height))

    return cut


def bordered(picture: Image.Image, random: Random) -> Image.Image:
    colour = random.choice([(255, 255, 255), (0, 0, 0), (200, 30, 40), (128, 128, 128)])
    sides = tuple(round(picture.width * random.uniform(0.02, 0.12)) for _ in range(4))
    return ImageOps.expand(picture, sides, colour)


def screenshot(picture: Image.Image, random: Random) -> Image.Image:
    """The photo between the bars of a phone: clock and signs above, signs below."""
    ground, ink = random.choice([((0, 0, 0), (230, 230, 230)), ((255, 255, 255), (30, 30, 30))])
    screen = Image.new("RGB", (720, 1560), ground)
    shown = picture.resize((720, round(720 * picture.height / picture.width)))
    screen.paste(shown, (0, (1560 - shown.height) // 2))
    pen = ImageDraw.Draw(screen)
    pen.text((40, 18), f"{random.randint(8, 22)}:{random.randint(10, 59)}", fill=ink, font=ImageFont.load_default(34))
    pen.rectangle((620, 22, 680, 48), fill=ink)
    pen.text((300, 90), f"{random.randint(1, 9)} / 9", fill=ink, font=ImageFont.load_default(36))
    for x in (150, 350, 550):
        pen.ellipse((x, 1480, x + 44, 1524), outline=ink, width=5)
    return screen


def dated(picture: Image.Image, random: Random) -> Image.Image:
    """The orange date of a camera, or the half transparent plate of a watermark app with clock and place."""
    marked = picture.copy()
    pen = ImageDraw.Draw(marked)
    height = picture.height
    if random.random() < 0.5:
        text = f"2026-{random.randint(1, 12):02}-{random.randint(1, 28):02} {random.randint(7, 19)}:{random.randint(10, 59)}"
        font = ImageFont.load_default(height / 18)
        pen.text((picture.width * 0.97, height * 0.96), text, fill=(255, 140, 20), font=font, anchor="rs")
        return marked
    plate = (picture.width * 0.04, height * 0.74, picture.width * 0.46, height * 0.96)
    under = marked.crop(tuple(map(round, plate)))  # type: ignore[arg-type]
    marked.paste(
        Image.blend(under, Image.new("RGB", under.size, (40, 90, 190)), 0.5), (round(plate[0]), round(plate[1]))
    )
    pen.text((plate[0] + 14, plate[1] + 8), f"{random.randint(7, 19)}:{random.randint(10, 59)}", fill="white",
             font=ImageFont.load_default(height / 12))  # fmt: skip
    pen.text((plate[0] + 14, plate[3] - height / 12), "2026.11.18 workshop 2", fill="white",
             font=ImageFont.load_default(height / 24))  # fmt: skip
    return marked


def light(picture: Image.Image, random: Random) -> Image.Image:
    brighter = ImageEnhance.Brightness(picture).enhance(random.choice((0.6, 0.75, 1.25, 1.45)))
    return ImageEnhance.Contrast(brighter).enhance(random.uniform(0.75, 1.3))


def grey(picture: Image.Image, _random: Random) -> Image.Image:
    return picture.convert("L")


def turned(picture: Image.Image, random: Random) -> Image.Image:
    """One to three degrees; the corners filled with black or white, or cut off by going nearer."""
    angle = random.choice((-1, 1)) * random.uniform(1, 3)
    ground = random.choice([(0, 0, 0), (255, 255, 255), None])
    leaning = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=ground or (0, 0, 0))
    if ground:
        return leaning
    slack = abs(angle) * 3.1416 / 180 * 0.5
    cut_x, cut_y = slack * picture.height, slack * picture.width
    return leaning.crop((round(cut_x), round(cut_y), round(picture.width - cut_x), round(picture.height - cut_y)))


def mirrored(picture: Image.Image, _random: Random) -> Image.Image:
    return picture.transpose(TURN.FLIP_LEFT_RIGHT)


def quarter(picture: Image.Image, random: Random) -> Image.Image:
    return picture.transpose(random.choice((TURN.ROTATE_90, TURN.ROTATE_180, TURN.ROTATE_270)))


def rephotographed(picture: Image.Image, random: Random) -> Image.Image:
    """A photo of a screen or print: leaning sides, what lies around it, glare, blur, the stripes of a screen."""
    width, height = picture.size
    around = Image.new("RGB", (round(width * 1.3), round(height * 1.3)), _colour(random, 20, 200))
    around.paste(picture, (round(width * 0.15), round(height * 0.15)))

    def corner(x: float, y: float) -> tuple[float, float]:
        # Between 3% of the picture lost and 6% of the surroundings seen, each corner for itself.
        slip = (random.uniform(-0.06, 0.03), random.uniform(-0.06, 0.03))
        return (
            width * (0.15 + x + (slip[0] if x == 0 else -slip[0])),
            height * (0.15 + y + (slip[1] if y == 0 else -slip[1])),
        )

    quad = (*corner(0, 0), *corner(0, 1), *corner(1, 1), *corner(1, 0))
    seen = around.transform(picture.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    glare = Image.linear_gradient("L").rotate(random.choice((0, 90, 180, 270))).point(lambda value: value * 0.3)
    glare = glare.resize(picture.size)
    seen = ImageChops.screen(seen, Image.merge("RGB", (glare, glare, glare)))
    stripes = Image.frombytes("L", (1, 3), bytes((0, 20, 10))).resize((1, 3))
    moire = Image.new("L", seen.size)
    for y in range(0, seen.height, 3):
        moire.paste(stripes.resize((seen.width, 3), Image.Resampling.NEAREST), (0, y))
    seen = ImageChops.subtract(seen, Image.merge("RGB", (moire, moire, moire)))
    return _jpeg(seen.filter(ImageFilter.GaussianBlur(1.2)), 70)


def several(picture: Image.Image, random: Random) -> Image.Image:
    """Mirrored, cut by 5%, made lighter, sent through a chat."""
    return chat(light(crop(0.05)(mirrored(picture, random), random), random), random)


EDITS: dict[str, Edit] = {
    "chat recompression": chat,
    "resized": resized,
    "grey": grey,
    "crop 5%": crop(0.05),
    "crop 10%": crop(0.10),
    "crop 20%": crop(0.20),
    "border": bordered,
    "screenshot bars": screenshot,
    "date stamp": dated,
    "brightness, contrast": light,
    "turned 1-3 degrees": turned,
    "mirrored": mirrored,
    "quarter turn": quarter,
    "photo of a photo": rephotographed,
    "several at once": several,
}


def edited(name: str, number: int) -> Image.Image:
    """Every edit ends as a JPEG, as it would reach the site."""
    random = Random(f"{name} {number}")
    return _jpeg(EDITS[name](photo(number), random), random.randint(70, 90))
