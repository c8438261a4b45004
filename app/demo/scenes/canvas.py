"""A drawing surface of 1600 x 1200 units behind which a camera may step nearer or sideways.

Everything is drawn at twice the wanted size and halved once at the end: that is the whole antialiasing, and the
cheapest one Pillow offers for flat pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]
Stop = tuple[float, Colour]

WIDTH, HEIGHT = 1600, 1200
_TWICE = 2


def rgb(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`share` 0 gives `one`, 1 gives `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def darker(colour: Colour, share: float = 0.15) -> Colour:
    return mix(colour, (24, 28, 34), share)


def lighter(colour: Colour, share: float = 0.2) -> Colour:
    return mix(colour, (255, 252, 244), share)


@dataclass(frozen=True)
class Camera:
    """`zoom` 1 sees the whole stage; `x`, `y` is the point of the stage in the middle of the picture."""

    zoom: float = 1.0
    x: float = WIDTH / 2
    y: float = HEIGHT / 2


class Canvas:
    def __init__(self, size: tuple[int, int], camera: Camera) -> None:
        width, height = size[0] * _TWICE, size[1] * _TWICE
        self.image = Image.new("RGB", (width, height))
        self._pen = ImageDraw.Draw(self.image)
        self._k = max(width / WIDTH, height / HEIGHT) * camera.zoom
        half_w, half_h = width / 2 / self._k, height / 2 / self._k
        # The camera never looks past the stage's edge.
        self._left = min(max(camera.x, half_w), WIDTH - half_w) - half_w
        self._top = min(max(camera.y, half_h), HEIGHT - half_h) - half_h

    def _at(self, x: float, y: float) -> Point:
        return (x - self._left) * self._k, (y - self._top) * self._k

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        left, top = self._at(min(x0, x1), min(y0, y1))
        right, bottom = self._at(max(x0, x1), max(y0, y1))
        return left, top, right, bottom

    def _clip(self, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, int, int] | None:
        left, top, right, bottom = self._box(x0, y0, x1, y1)
        width, height = self.image.size
        box = (max(round(left), 0), max(round(top), 0), min(round(right), width), min(round(bottom), height))
        return box if box[0] < box[2] and box[1] < box[3] else None

    def rect(self, x0: float, y0: float, x1: float, y1: float, fill: Colour, *, radius: float = 0) -> None:
        if radius:
            self._pen.rounded_rectangle(self._box(x0, y0, x1, y1), radius * self._k, fill=fill)
        else:
            self._pen.rectangle(self._box(x0, y0, x1, y1), fill=fill)

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        self._pen.polygon([self._at(x, y) for x, y in points], fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        self._pen.ellipse(self._box(x - rx, y - ry, x + rx, y + ry), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self.oval(x, y, radius, radius, fill)

    def chord(self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: Colour) -> None:
        """Degrees run clockwise from three o'clock."""
        self._pen.chord(self._box(x - rx, y - ry, x + rx, y + ry), start, end, fill=fill)

    def ring(self, x: float, y: float, rx: float, ry: float, fill: Colour, width: float) -> None:
        self._pen.ellipse(self._box(x - rx, y - ry, x + rx, y + ry), outline=fill, width=max(1, round(width * self._k)))

    def arc(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, fill: Colour, width: float
    ) -> None:
        box = self._box(x - rx, y - ry, x + rx, y + ry)
        self._pen.arc(box, start, end, fill=fill, width=max(1, round(width * self._k)))

    def line(self, points: Sequence[Point], fill: Colour, width: float, *, ends: bool = True) -> None:
        """A polyline with round joints, and with round ends unless told otherwise."""
        path = [self._at(x, y) for x, y in points]
        wide = max(1, round(width * self._k))
        self._pen.line(path, fill=fill, width=wide, joint="curve")
        if ends and wide > 3:
            half = wide / 2
            for x, y in (path[0], path[-1]):
                self._pen.ellipse((x - half, y - half, x + half, y + half), fill=fill)

    def fade(self, x0: float, y0: float, x1: float, y1: float, stops: Sequence[Stop], *, across: bool = False) -> None:
        """A rectangle filled with a gradient downwards, or to the right when `across`."""
        box = self._clip(x0, y0, x1, y1)
        if box is None:
            return
        left, top, right, bottom = self._box(x0, y0, x1, y1)
        begin, length, first, last = (left, right - left, box[0], box[2]) if across else (top, bottom - top, *box[1::2])
        row = [_colour_at(stops, (n + 0.5 - begin) / length) for n in range(first, last)]
        strip = Image.new("RGB", (len(row), 1) if across else (1, len(row)))
        strip.putdata(row)
        self.image.paste(strip.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST), box)

    def tint(self, points: Sequence[Point], colour: Colour, strength: float) -> None:
        """A translucent polygon: light falling in, a shade, a reflection."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = self._clip(min(xs), min(ys), max(xs), max(ys))
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        shape = [(px - box[0], py - box[1]) for px, py in (self._at(x, y) for x, y in points)]
        ImageDraw.Draw(mask).polygon(shape, fill=round(255 * strength))
        self.image.paste(colour, box, mask)

    def shade(self, x: float, y: float, rx: float, ry: float, strength: float = 0.16) -> None:
        """The soft ellipse that a thing standing on the floor throws."""
        box = self._clip(x - rx, y - ry, x + rx, y + ry)
        if box is None:
            return
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        left, top, right, bottom = self._box(x - rx, y - ry, x + rx, y + ry)
        around = (left - box[0], top - box[1], right - box[0], bottom - box[1])
        ImageDraw.Draw(mask).ellipse(around, fill=round(255 * strength))
        self.image.paste((20, 22, 26), box, mask)

    def finish(self, warmth: Colour) -> Image.Image:
        small = self.image.reduce(_TWICE)
        return ImageChops.multiply(small, _lens(small.size, warmth))


def _colour_at(stops: Sequence[Stop], share: float) -> Colour:
    share = min(max(share, 0.0), 1.0)
    for (before, one), (after, other) in pairwise(stops):
        if share <= after:
            return mix(one, other, (share - before) / (after - before) if after > before else 1)
    return stops[-1][1]


@lru_cache(maxsize=16)
def _lens(size: tuple[int, int], warmth: Colour) -> Image.Image:
    """White in the middle, a little darker and warmer towards the corners."""
    edge = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    edge = edge.point([max(0, round((level - 110) * 0.2)) for level in range(256)])
    bands = [edge.point([round(full - level * full / 255) for level in range(256)]) for full in warmth]
    return Image.merge("RGB", bands)
