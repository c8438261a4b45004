"""The small square of a photo on the page met first."""

import io

from PIL import Image

from app.foundation.images import STAMP_EDGE, stamp


def thumb(width: int, height: int) -> bytes:
    """Red on the left and right edge, blue in the middle."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 4, 0, width - width // 4, height))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_stamp_is_the_middle_of_the_thumbnail() -> None:
    with Image.open(io.BytesIO(stamp(thumb(480, 240)))) as image:
        assert (image.format, image.size) == ("JPEG", (STAMP_EDGE, STAMP_EDGE))
        # The red edges are cut away: no pixel has more than a trace of red.
        assert image.getchannel("R").histogram()[64:] == [0] * 192


def test_a_small_thumbnail_becomes_a_stamp_too() -> None:
    with Image.open(io.BytesIO(stamp(thumb(40, 90)))) as image:
        assert image.size == (STAMP_EDGE, STAMP_EDGE)
