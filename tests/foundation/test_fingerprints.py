"""The small grey square of a photo: what it does not see, and what it refuses."""

import io

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from app.foundation import fingerprints
from app.foundation.fingerprints import small_grey, trimmed
from app.photos import photo_signs
from tests import phone_pictures

LITTLE = 8  # greys


def picture(number: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(phone_pictures.jpeg(number, (800, 600)))).convert("RGB")


def apart(one: bytes | None, other: bytes | None) -> float:
    """How much two squares differ on average, in greys."""
    assert one is not None
    assert other is not None
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


def test_the_square_has_the_size_that_the_rule_expects() -> None:
    assert fingerprints.EDGE == photo_signs.EDGE
    grey = small_grey(picture())
    assert grey is not None
    assert len(grey) == photo_signs.EDGE**2


def test_bytes_and_the_decoded_picture_give_nearly_the_same() -> None:
    content = phone_pictures.jpeg(1, (800, 600))
    assert apart(small_grey(content), small_grey(Image.open(io.BytesIO(content)))) < 2


def test_brightness_and_contrast_are_not_seen() -> None:
    flatter = ImageEnhance.Contrast(ImageEnhance.Brightness(picture()).enhance(0.8)).enhance(0.7)
    assert apart(small_grey(picture()), small_grey(flatter)) < LITTLE
    assert apart(small_grey(picture()), small_grey(picture(5))) > 3 * LITTLE


@pytest.mark.parametrize("colour", ["white", "black", (200, 30, 40)])
def test_a_border_is_trimmed(colour: str | tuple[int, int, int]) -> None:
    framed = ImageOps.expand(picture(), (60, 90, 30, 75), colour)
    assert apart(small_grey(picture()), small_grey(framed)) < LITTLE


def test_the_bars_of_a_screenshot_are_trimmed_with_the_clock_in_them() -> None:
    screen = Image.new("RGB", (800, 1700), "black")
    screen.paste(picture(), (0, 550))
    ImageDraw.Draw(screen).rectangle((40, 30, 130, 60), fill="white")
    assert apart(small_grey(picture()), small_grey(screen)) < LITTLE


def test_what_is_hardly_a_picture_in_a_frame_is_not_trimmed() -> None:
    screen = Image.new("L", (100, 200), 0)
    screen.paste(255, (10, 90, 90, 110))
    assert trimmed(screen).size == (100, 200)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (640, 480)])
def test_a_flat_picture_has_no_square(size: tuple[int, int]) -> None:
    assert small_grey(Image.new("RGB", size, (120, 130, 140))) is None
