"""The hour and the season: one picture's colours, drawn from a few quiet sets so that pictures agree on a page."""

from dataclasses import dataclass
from random import Random

from app.demo.scenes.canvas import Colour, mix, rgb

STEEL = rgb("#8fa0a8")
STEEL_LIGHT = rgb("#dfe7e8")
STEEL_DARK = rgb("#5d6f78")
IRON = rgb("#4a565d")
INK = rgb("#2c3238")
PAPER = rgb("#f7f1e4")
TOBACCO = rgb("#b98435")
TOBACCO_LIGHT = rgb("#d9a955")
TOBACCO_DARK = rgb("#8f5f22")
WOOD = rgb("#a9784b")
LINE_YELLOW = rgb("#d3ab47")
TEAL = rgb("#1d6a68")
GLASS_DARK = rgb("#20423f")
TRACE = rgb("#96dcb8")
RED = rgb("#b54a39")
LAMP = rgb("#fff6d8")


@dataclass(frozen=True)
class Light:
    sky_top: Colour
    sky_low: Colour
    wall_top: Colour
    wall_low: Colour
    floor_top: Colour
    floor_low: Colour
    lens: Colour
    lamp: Colour = LAMP


def _light(*colours: str) -> Light:
    return Light(*(rgb(colour) for colour in colours))


MORNING = _light("#cfe4ea", "#f7efd9", "#e6dfcf", "#ddd3bf", "#b6ac98", "#958b78", "#fffcf6")
NOON = _light("#c4dfec", "#eef2e6", "#e3e2d8", "#d8d6c8", "#a9aca3", "#888c84", "#fffefa")
COOL = _light("#bcd6df", "#e5efee", "#d9e1de", "#cbd5d2", "#9fabab", "#7f8b8c", "#fafdff")
GREEN_HALL = _light("#cbe1e6", "#f3f1e0", "#dde3d3", "#cdd6c3", "#9aa698", "#7b877b", "#fffdf6")
EVENING = _light("#d5c6bb", "#f4e0c2", "#e5dac8", "#dacdb8", "#aaa08f", "#878073", "#fff8ee")
NIGHT = _light("#26364c", "#4b5d74", "#c9c7bd", "#b9b6aa", "#8d8d86", "#6b6d6a", "#f6f6fb")

_INDOORS = (MORNING, MORNING, NOON, NOON, COOL, GREEN_HALL, EVENING, NIGHT)
_OUTDOORS = (MORNING, NOON, NOON, COOL, EVENING)


def indoors(random: Random) -> Light:
    return random.choice(_INDOORS)


def outdoors(random: Random) -> Light:
    return random.choice(_OUTDOORS)


@dataclass(frozen=True)
class Season:
    leaves: tuple[Colour, ...]
    trunk: Colour
    ground: Colour
    hill: Colour
    fallen: bool = False
    bare: bool = False
    blossom: bool = False


def _season(
    leaves: str, ground: str, hill: str, *, fallen: bool = False, bare: bool = False, blossom: bool = False
) -> Season:
    colours = tuple(rgb(colour) for colour in leaves.split())
    return Season(colours, rgb("#7a5a3d"), rgb(ground), rgb(hill), fallen, bare, blossom)


WINTER = _season("#9aa08c #b0b09a #8a917e", "#c3bda9", "#b4bfb6", bare=True)
SPRING = _season("#8fb56d #a6c57f #79a35f", "#b9c79a", "#a9c79d")
BLOSSOM = _season("#efc3c9 #f6d8d9 #e4a9b4", "#bccb9f", "#b4cda6", blossom=True)
SUMMER = _season("#5d9160 #74a873 #4a7d52", "#a9b98c", "#8fb592")
AUTUMN = _season("#7d9a55 #a5a34f #c6a744", "#bdb083", "#b3b37f")
GINKGO = _season("#e2ad33 #efc757 #d29a22 #f4d678", "#d3c08c", "#c9b778", fallen=True)

_BY_MONTH = (WINTER, WINTER, BLOSSOM, SPRING, SPRING, SUMMER, SUMMER, SUMMER, AUTUMN, AUTUMN, GINKGO, WINTER)


def season_of(month: int) -> Season:
    return _BY_MONTH[month - 1]


def far(colour: Colour, sky: Colour, share: float = 0.45) -> Colour:
    """Things far away take on the colour of the air."""
    return mix(colour, sky, share)
