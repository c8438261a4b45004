"""People as shapes: no faces, only clothes, hair and what they are doing.

Measures are in hundredths of the person's height, from the point between the feet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from app.demo.scenes.canvas import Canvas, Colour, darker, lighter, rgb
from app.demo.scenes.light import INK

SKIN = tuple(rgb(c) for c in ("#deb48d", "#e5bf9b", "#d4a37a", "#c9966e"))
HAIR = tuple(rgb(c) for c in ("#2b2622", "#231f1f", "#3a302a", "#2b2622", "#8d8a86"))
WORKWEAR = tuple(rgb(c) for c in ("#456a86", "#3f5f8c", "#52687a", "#2f6063", "#5f6f76", "#3d5b73"))
OWN_CLOTHES = tuple(
    rgb(c) for c in ("#6e8a58", "#b07c48", "#7f5c78", "#4f7f8f", "#a8604c", "#c2b59b", "#51627f", "#8a9a94")
)
VESTS = tuple(rgb(c) for c in ("#b8452f", "#2f7d58", "#d08a2c"))
HELMETS = tuple(rgb(c) for c in ("#f2eee4", "#f2eee4", "#dba83c", "#4d7ea8"))
TROUSERS = tuple(rgb(c) for c in ("#2f3846", "#39434c", "#3f4a52", "#4a4f57"))

# elbow and hand measured from the shoulder; x grows away from the body, y downwards
ARMS: dict[str, tuple[float, float, float, float]] = {
    "down": (3.0, 14.5, 2.6, 28.5),
    "hip": (9.0, 13.0, 0.5, 24.0),
    "front": (3.5, 14.5, -8.5, 20.0),
    "point": (9.0, 9.0, 23.0, 4.5),
    "rise": (10.0, 3.0, 20.5, -10.0),
    "high": (8.5, -7.0, 12.0, -23.0),
    "low": (7.5, 13.0, 16.0, 24.5),
    "reach": (5.0, 13.5, 17.0, 15.0),
    "chin": (5.0, 14.0, -7.5, 3.0),
    "table": (5.5, 15.0, -3.5, 25.0),
    "clap": (4.5, 13.0, -8.0, 10.0),
}


@dataclass(frozen=True)
class Look:
    skin: Colour
    hair: Colour
    style: str
    top: Colour
    trousers: Colour
    helmet: Colour | None = None
    cap: Colour | None = None
    vest: Colour | None = None
    band: Colour | None = None


def look(random: Random, *, clothes: Sequence[Colour], hat: str = "none") -> Look:
    """`hat`: none, helmet or cap."""
    woman = random.random() < 0.38
    style = random.choice(("bob", "tail", "bun")) if woman else random.choice(("short", "short", "crop"))
    top = random.choice(list(clothes))
    return Look(
        skin=random.choice(SKIN),
        hair=random.choice(HAIR),
        style=style,
        top=top,
        trousers=random.choice(TROUSERS),
        helmet=random.choice(HELMETS) if hat == "helmet" else None,
        cap=darker(top, 0.25) if hat == "cap" else None,
    )


def crew(random: Random, count: int, *, hat: str | None = None) -> list[Look]:
    """People of one team: the same workwear, the same headgear, different people."""
    colour = random.choice(WORKWEAR)
    band = random.choice((None, rgb("#e0c66a"), rgb("#d7dcd6")))
    kind = hat or random.choice(("helmet", "cap", "cap"))
    helmet = random.choice(HELMETS)
    people = [look(random, clothes=(colour, colour, lighter(colour, 0.08)), hat=kind) for _ in range(count)]
    return [replace(one, band=band, helmet=helmet if one.helmet else None) for one in people]


def mixed(random: Random, count: int) -> list[Look]:
    """People as they come to a meeting: some in workwear, some in their own clothes."""
    work = random.choice(WORKWEAR)
    share = random.choice((0.3, 0.6, 1.0))
    return [look(random, clothes=(work,) if random.random() < share else OWN_CLOTHES) for _ in range(count)]


def volunteers(random: Random, count: int) -> list[Look]:
    vest = random.choice(VESTS)
    cap = random.random() < 0.4
    tops = (rgb("#e9e4d8"), rgb("#d9dcd8"), rgb("#c8d0d4"), rgb("#8f9ba3"))
    people = [look(random, clothes=tops) for _ in range(count)]
    return [replace(one, vest=vest, cap=vest if cap else None) for one in people]


class Figure:
    """One person at (x, y): y is the floor; `facing` -1 looks left, 1 right, 0 at us; `back` is seen from behind."""

    def __init__(
        self, canvas: Canvas, x: float, y: float, height: float, who: Look, *, facing: int = 0, back: bool = False
    ) -> None:
        self.canvas, self.x, self.y, self.unit = canvas, x, y, height / 100
        self.who, self.facing, self.back = who, facing, back

    def at(self, dx: float, dy: float) -> tuple[float, float]:
        return self.x + dx * self.unit, self.y + dy * self.unit

    def stand(self, left: str = "down", right: str = "down", *, stride: float = 0) -> "Figure":
        self.canvas.shade(*self.at(0, -0.5), 17 * self.unit, 3.2 * self.unit)
        self._legs(stride)
        return self.upper(left, right)

    def upper(self, left: str = "table", right: str = "table") -> "Figure":
        """From the hips up: also for people behind a table."""
        behind = [(side, pose) for side, pose in ((-1, left), (1, right)) if self.back]
        for side, pose in behind:
            self._arm(side, pose)
        self._torso()
        self._head()
        if not self.back:
            self._arm(-1, left)
            self._arm(1, right)
        return self

    def crouch(self, left: str = "reach", right: str = "reach") -> "Figure":
        unit, colour = self.unit, self.who.trousers
        self.canvas.shade(*self.at(0, -0.5), 22 * unit, 3.4 * unit)
        for side in (-1, 1):
            hip, knee, foot = self.at(side * 5, -20), self.at(side * 13, -25), self.at(side * 9, -4)
            self.canvas.line([hip, knee, foot], darker(colour, 0.1 if side > 0 else 0), 8.6 * unit)
            self._shoe(side * 9.5)
        lowered = Figure(self.canvas, self.x, self.y + 27 * unit, unit * 96, self.who, facing=self.facing)
        return lowered.upper(left, right)

    def sit(self, left: str = "front", right: str = "table", *, toward: int = 1) -> "Figure":
        """On a seat 27 high, knees `toward` one side."""
        unit, colour = self.unit, self.who.trousers
        for depth, lean in ((0.18, -1.5), (0.0, 2.5)):
            hip, knee, foot = self.at(0, -30), self.at(toward * (17 + lean), -29), self.at(toward * (17 + lean), -3)
            self.canvas.line([hip, knee, foot], darker(colour, depth), 8.6 * unit)
            self._shoe(toward * (19 + lean))
        raised = Figure(self.canvas, self.x, self.y + 15 * unit, unit * 100, self.who, facing=self.facing)
        return raised.upper(left, right)

    def hand(self, side: int, pose: str) -> tuple[float, float]:
        _, _, dx, dy = ARMS[pose]
        return self.at(side * (10.2 + dx), -76.5 + dy)

    def _shoe(self, dx: float) -> None:
        x, y = self.at(dx + self.facing * 1.2, -2)
        self.canvas.rect(
            x - 5.2 * self.unit, y - 1.8 * self.unit, x + 5.2 * self.unit, y + 2 * self.unit, INK, radius=2 * self.unit
        )

    def _legs(self, stride: float) -> None:
        for side in (-1, 1):
            foot = side * (5.4 + stride)
            colour = darker(self.who.trousers, 0.12 if side < 0 else 0)
            self.canvas.line([self.at(side * 5.2, -42), self.at(foot, -5)], colour, 9 * self.unit, ends=False)
            self._shoe(foot)

    def _torso(self) -> None:
        top = self.who.top
        self.canvas.poly(
            [self.at(*p) for p in ((-8, -80.5), (8, -80.5), (11.8, -76.5), (12.4, -40), (-12.4, -40), (-11.8, -76.5))],
            top,
        )
        if not self.back:
            neck = lighter(top, 0.75) if self.who.vest is None else top
            self.canvas.poly([self.at(*p) for p in ((-4.4, -81), (4.4, -81), (0, -72))], neck)
            self.canvas.poly(
                [self.at(*p) for p in ((-3, -84), (3, -84), (2.6, -79), (0, -76.5), (-2.6, -79))],
                darker(self.who.skin, 0.1),
            )
        if self.who.vest:
            self._vest(self.who.vest)
        elif self.who.band:
            self.canvas.line([self.at(-12.1, -59), self.at(12.1, -59)], self.who.band, 3, ends=False)
            self.canvas.line([self.at(-12.1, -59), self.at(12.1, -59)], self.who.band, 2.6 * self.unit, ends=False)

    def _vest(self, colour: Colour) -> None:
        for side in (-1, 1):
            inner = 0 if self.back else 3
            outline = (
                (side * inner, -70),
                (side * 6.5, -81),
                (side * 10, -78.5),
                (side * 12.2, -43),
                (side * min(inner, 1), -43),
            )
            self.canvas.poly([self.at(*p) for p in outline], colour)
        stripe = rgb("#efe9c9")
        self.canvas.line([self.at(-12, -57), self.at(12, -57)], stripe, 2.6 * self.unit, ends=False)
        for side in (-1, 1):
            self.canvas.line([self.at(side * 7, -78), self.at(side * 7, -44)], stripe, 1.8 * self.unit, ends=False)

    def _arm(self, side: int, pose: str) -> None:
        ex, ey, hx, hy = ARMS[pose]
        shoulder, elbow, hand = (
            self.at(side * 10.2, -76.0),
            self.at(side * (10.2 + ex), -76.5 + ey),
            self.at(side * (10.2 + hx), -76.5 + hy),
        )
        sleeve = darker(self.who.top, 0.13 if side > 0 else 0.07)
        wrist = (elbow[0] + (hand[0] - elbow[0]) * 0.84, elbow[1] + (hand[1] - elbow[1]) * 0.84)
        self.canvas.line([shoulder, elbow], sleeve, 6.8 * self.unit)
        self.canvas.line([elbow, wrist], sleeve, 6.2 * self.unit)
        self.canvas.disc(*hand, 3.5 * self.unit, self.who.skin)

    def _head(self) -> None:
        canvas, unit, who = self.canvas, self.unit, self.who
        x, y = self.at(self.facing * 0.8, -91)
        if who.style == "tail" and not self.back:
            canvas.oval(x - (self.facing or 1) * 8 * unit, y + 4 * unit, 3.4 * unit, 8.5 * unit, who.hair)
        if who.style == "bob":
            canvas.rect(x - 8.8 * unit, y - 6 * unit, x + 8.8 * unit, y + 9.5 * unit, who.hair, radius=5 * unit)
        canvas.oval(x, y, 7.5 * unit, 8.6 * unit, who.hair if self.back else who.skin)
        if self.back:
            canvas.oval(
                x,
                y + 5.6 * unit,
                4.2 * unit,
                4.4 * unit,
                darker(who.skin, 0.08) if who.style in ("short", "crop") else who.hair,
            )
            canvas.oval(x, y - 0.6 * unit, 8 * unit, 8.2 * unit, who.hair)
        else:
            canvas.chord(
                x - self.facing * 0.8 * unit,
                y - 0.6 * unit,
                8.2 * unit,
                9.1 * unit,
                184 - self.facing * 10,
                356 - self.facing * 10,
                who.hair,
            )
        if who.style == "bun":
            canvas.disc(x - self.facing * 5 * unit, y - 9 * unit, 3.8 * unit, who.hair)
        self._hat(x, y)

    def _hat(self, x: float, y: float) -> None:
        canvas, unit = self.canvas, self.unit
        if self.who.helmet:
            canvas.chord(x, y - 1.2 * unit, 9.4 * unit, 10.6 * unit, 180, 360, self.who.helmet)
            brim = self.facing * 2.2
            canvas.line(
                [(x - (9.6 - brim) * unit, y - 1.6 * unit), (x + (9.6 + brim) * unit, y - 1.6 * unit)],
                darker(self.who.helmet, 0.08),
                2.2 * unit,
            )
            canvas.line([(x, y - 11.4 * unit), (x, y - 4 * unit)], darker(self.who.helmet, 0.06), 1.6 * unit)
        elif self.who.cap:
            canvas.chord(x, y - 1.4 * unit, 8.7 * unit, 9.2 * unit, 180, 360, self.who.cap)
            side = self.facing or 1
            if not self.back:
                canvas.line(
                    [(x - side * 7 * unit, y - 1.9 * unit), (x + side * 12 * unit, y - 1.5 * unit)],
                    darker(self.who.cap, 0.15),
                    2.4 * unit,
                )
