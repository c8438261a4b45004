"""A photo as a small grey square of its detail, by which copies of it are known again.

Uniform borders and the bars of a screenshot are trimmed first. What remains is squeezed to a square of EDGE points and
freed of broad light and of contrast, so that a brighter, flatter or recompressed copy gives nearly the same square.
`app/photos/photo_signs.py` and `likeness.py` hold the rules that propose and compare.
"""

import io

from PIL import Image, ImageChops, ImageFilter, ImageStat

EDGE = 48
WORKING_EDGE = 192
# A border differs from its own colour by less than a recompression does; a wall or a sky differs by more.
TOLERANCE = 2
# The share of a row that must have the border's colour: the rest may be a clock, a sign or a battery.
BORDER_SHARE = 0.75
# Less of the height or width than this is no photo in a frame: then nothing is trimmed.
LEAST_SHARE = 0.2
FLAT = 2.0
CONTRAST = 40.0


def small_grey(picture: bytes | Image.Image) -> bytes | None:
    """EDGE rows of EDGE bytes; None for a picture without detail, which would be like any other."""
    if isinstance(picture, bytes):
        with Image.open(io.BytesIO(picture)) as opened:
            opened.draft("L", (WORKING_EDGE, WORKING_EDGE))
            return small_grey(opened.convert("L"))
    grey = picture.convert("L")
    grey.thumbnail((WORKING_EDGE, WORKING_EDGE), Image.Resampling.BOX)
    square = trimmed(grey).resize((EDGE, EDGE), Image.Resampling.BOX)
    fine = square.filter(ImageFilter.GaussianBlur(0.7))
    broad = square.filter(ImageFilter.GaussianBlur(EDGE / 8))
    spread = ImageStat.Stat(ImageChops.subtract(fine, broad, 1, 128)).stddev[0]
    if spread < FLAT:
        return None
    return ImageChops.subtract(fine, broad, spread / CONTRAST, 128).tobytes()


def trimmed(grey: Image.Image) -> Image.Image:
    """Without the uniform rows and columns around it; twice, since a frame may lie between two bars."""
    for _ in range(2):
        width, height = grey.size
        content = grey.tobytes()
        rows = [content[at : at + width] for at in range(0, width * height, width)]
        top, bottom = _borders(rows)
        kept = b"".join(rows[top : height - bottom])
        left, right = _borders([kept[at::width] for at in range(width)])
        if height - top - bottom < height * LEAST_SHARE or width - left - right < width * LEAST_SHARE:
            return grey
        if not (top or bottom or left or right):
            return grey
        # The seam is a mixture of border and photo.
        grey = grey.crop(
            (left + (left > 0), top + (top > 0), width - right - (right > 0), height - bottom - (bottom > 0))
        )
    return grey


def _borders(lines: list[bytes]) -> tuple[int, int]:
    """How many lines at the beginning and at the end have the colour of the outermost one."""
    return _border(lines), _border(lines[::-1])


def _border(lines: list[bytes]) -> int:
    if not lines or not lines[0]:
        return 0
    colour = sorted(lines[0])[len(lines[0]) // 2]
    same = bytes(abs(value - colour) <= TOLERANCE for value in range(256))
    needed = len(lines[0]) * BORDER_SHARE
    return next((at for at, line in enumerate(lines) if sum(line.translate(same)) < needed), len(lines))
