"""The words 示意图 in a corner, written stroke by stroke so that no font need be installed."""

from functools import lru_cache

from PIL import Image, ImageDraw

# Each character on a square of 100; a stroke is a polyline.
_STROKES: tuple[tuple[tuple[tuple[int, int], ...], ...], ...] = (
    (  # 示
        ((22, 18), (78, 18)),
        ((8, 42), (92, 42)),
        ((50, 42), (50, 88), (40, 82)),
        ((29, 57), (14, 78)),
        ((70, 57), (87, 78)),
    ),
    (  # 意
        ((50, 4), (50, 13)),
        ((16, 14), (84, 14)),
        ((35, 19), (39, 27)),
        ((65, 19), (61, 27)),
        ((6, 30), (94, 30)),
        ((26, 38), (74, 38), (74, 62), (26, 62), (26, 38)),
        ((26, 50), (74, 50)),
        ((16, 72), (10, 86)),
        ((34, 70), (34, 86), (40, 90), (64, 90), (68, 80)),
        ((48, 67), (55, 76)),
        ((78, 70), (88, 82)),
    ),
    (  # 图
        ((12, 8), (88, 8), (88, 92), (12, 92), (12, 8)),
        ((42, 17), (24, 40)),
        ((38, 25), (66, 25), (50, 43), (24, 60)),
        ((38, 32), (54, 47), (78, 58)),
        ((46, 60), (58, 66)),
        ((36, 72), (64, 82)),
    ),
)


@lru_cache(maxsize=8)
def _mask(side: int) -> Image.Image:
    """The three characters, each `side` pixels wide."""
    big, gap = side * 4, side * 4 // 6
    mask = Image.new("L", (big * 3 + gap * 2, big))
    pen = ImageDraw.Draw(mask)
    for place, character in enumerate(_STROKES):
        left = place * (big + gap)
        for stroke in character:
            pen.line(
                [(left + x * big / 100, y * big / 100) for x, y in stroke],
                fill=255,
                width=big * 8 // 100,
                joint="curve",
            )
    return mask.reduce(4)


def put_label(picture: Image.Image) -> None:
    side = max(14, picture.height // 40)
    mask = _mask(side)
    pad = side // 2
    right, bottom = picture.width - side, picture.height - side
    box = (right - mask.width - pad * 2, bottom - mask.height - pad * 2, right, bottom)
    plate = picture.crop(box)
    picture.paste(Image.blend(plate, Image.new("RGB", plate.size, (250, 247, 240)), 0.72), box)
    picture.paste((78, 72, 62), (box[0] + pad, box[1] + pad), mask)
