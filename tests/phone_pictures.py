"""Pictures as phones send them, made by code. The one HEIC is a file, since nothing here can encode it."""

import io
from pathlib import Path

from PIL import Image, ImageDraw

HEIC = Path(__file__).parent / "phone.heic"
PHONE = (2016, 1512)


def jpeg(number: int, size: tuple[int, int] = PHONE, *, orientation: int = 1, taken: str = "") -> bytes:
    """A distinct picture: broad bands in which shapes stand; `orientation` is the EXIF value a turned phone writes."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for step in range(12):
        left = (step * 173 + number * 97) % size[0]
        top = (step * 131 + number * 59) % size[1]
        colour = (40 + step * 15, 200 - number * 13 % 160, 60 + (number * 37 + step * 11) % 180)
        draw.rectangle((left, top, left + 260, top + 190), fill=colour)
    draw.text((40, 40), f"{number}", fill="white")
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    # A position that must never be served.
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 49.0, 0.0), 3: "E", 4: (117.0, 13.0, 0.0)})
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=85, exif=exif, comment=b"a comment of the phone")
    return content.getvalue()


def damaged() -> bytes:
    """The beginning of a photo whose sending was cut off."""
    return jpeg(99)[:9000]


def ten(folder: Path, taken: str) -> list[Path]:
    """What a group leader picks after a theme day: eight plain, one of them sideways; one HEIC; one damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"IMG_{number:04}.jpg": jpeg(number, taken=taken) for number in range(1, 8)}
    contents["IMG_0008.jpg"] = jpeg(8, orientation=6, taken=taken)
    contents["IMG_0009.heic"] = HEIC.read_bytes()
    contents["IMG_0010.jpg"] = damaged()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]
