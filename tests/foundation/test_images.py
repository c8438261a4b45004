"""Photos as phones send them, and files that only claim to be photos. All pictures are drawn here,
but for quadrants.heic (64x48, four colours, turned by 90 degrees, with a position), which Pillow cannot write.
"""

import io
import random
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw

from app.foundation import images
from app.foundation.image_kinds import (
    AnimatedPhoto,
    DamagedPhoto,
    EmptyPhoto,
    NotAPhoto,
    PhotoRefused,
    PhotoTooLarge,
    PhotoWithCargo,
    TooManyPixels,
    UnsupportedPhoto,
)
from app.foundation.images import PreparedPhoto, prepare

HEIC = (Path(__file__).parent / "quadrants.heic").read_bytes()
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def wall_clock(*parts: int) -> datetime:
    """Photos keep the factory's local time without a zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def prepared(content: bytes) -> PreparedPhoto:
    return prepare(io.BytesIO(content))


def drawn(width: int = 640, height: int = 480) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 2), RED)
    draw.rectangle((width // 2, 0, width, height // 2), GREEN)
    draw.rectangle((0, height // 2, width // 2, height), BLUE)
    return image


def noisy(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def corners(content: bytes) -> list[str]:
    """Names of the colours clockwise from top left."""
    with Image.open(io.BytesIO(content)) as image:
        width, height = image.size
        points = [(width // 4, height // 4), (width * 3 // 4, height // 4)]
        points += [(width * 3 // 4, height * 3 // 4), (width // 4, height * 3 // 4)]
        return [nearest(image.convert("RGB").getpixel(point)) for point in points]


def nearest(pixel: Any) -> str:
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    return min(names, key=lambda name: sum((a - b) ** 2 for a, b in zip(names[name], pixel, strict=True)))


def exif(**fields: Any) -> Image.Exif:
    tags = Image.Exif()
    if "orientation" in fields:
        tags[0x0112] = fields["orientation"]
    inner = tags.get_ifd(0x8769)
    for name, tag in (("taken", 0x9003), ("taken_offset", 0x9011), ("digitised", 0x9004), ("changed", 0x0132)):
        if name in fields:
            (tags if name == "changed" else inner)[tag] = fields[name]
    if fields.get("gps"):
        tags[0x010F] = "SECRET-CAMERA"
        tags.get_ifd(0x8825).update({1: "N", 2: (31.0, 51.0, 0.0), 3: "E", 4: (117.0, 16.0, 0.0)})
    return tags


class TestGoodPhotos:
    @pytest.mark.parametrize(
        ("form", "extension", "mime"),
        [("JPEG", "jpg", "image/jpeg"), ("PNG", "png", "image/png"), ("WEBP", "webp", "image/webp")],
    )
    def test_each_format(self, form: str, extension: str, mime: str) -> None:
        content = encoded(drawn(), form)
        photo = prepared(content)
        assert (photo.original, photo.extension, photo.mime) == (content, extension, mime)
        assert (photo.width, photo.height, photo.taken_at) == (640, 480, None)
        assert corners(photo.display.content) == corners(photo.thumb.content) == ["red", "green", "white", "blue"]

    def test_heic_from_a_phone_held_upright(self) -> None:
        photo = prepared(HEIC)
        assert (photo.extension, photo.mime, photo.width, photo.height) == ("heic", "image/heic", 48, 64)
        assert corners(photo.display.content) == ["blue", "red", "green", "white"]
        assert photo.taken_at == wall_clock(2026, 11, 20, 13, 30)

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_every_orientation_comes_out_upright(self, orientation: int) -> None:
        undo = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_90,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_270,
        }
        scene = drawn()
        stored = scene.transpose(undo[orientation]) if orientation in undo else scene
        photo = prepared(encoded(stored, exif=exif(orientation=orientation)))
        assert (photo.width, photo.height) == (640, 480)
        assert (photo.display.width, photo.display.height) == (640, 480)
        assert corners(photo.display.content) == corners(photo.thumb.content) == ["red", "green", "white", "blue"]

    @pytest.mark.parametrize(
        ("size", "display", "thumb"),
        [
            ((4032, 3024), (1920, 1440), (480, 360)),
            ((3024, 4032), (1440, 1920), (360, 480)),
            ((4000, 500), (1920, 240), (960, 120)),
            ((200, 100), (200, 100), (200, 100)),
            ((1, 1), (1, 1), (1, 1)),
        ],
    )
    def test_sizes(self, size: tuple[int, int], display: tuple[int, int], thumb: tuple[int, int]) -> None:
        photo = prepared(encoded(drawn(*size)))
        assert (photo.display.width, photo.display.height) == display
        assert (photo.thumb.width, photo.thumb.height) == thumb
        assert (photo.width, photo.height) == size

    def test_cmyk_becomes_rgb(self) -> None:
        photo = prepared(encoded(drawn().convert("CMYK")))
        with Image.open(io.BytesIO(photo.display.content)) as image:
            assert image.mode == "RGB"
        assert corners(photo.display.content) == ["red", "green", "white", "blue"]

    def test_16_bit_grey_is_scaled_not_clipped(self) -> None:
        grey = Image.frombytes("I;16", (64, 64), struct.pack("<4096H", *[32_768] * 4096))
        with Image.open(io.BytesIO(prepared(encoded(grey, "PNG")).display.content)) as image:
            assert image.getextrema() == ((128, 128),) * 3

    def test_transparent_parts_become_white(self) -> None:
        photo = prepared(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG"))
        assert corners(photo.display.content) == ["white"] * 4

    @pytest.mark.parametrize("mode", ["P", "1", "L", "LA", "RGBA"])
    def test_other_png_modes(self, mode: str) -> None:
        photo = prepared(encoded(drawn().convert(mode), "PNG"))
        assert (photo.display.width, photo.display.height) == (640, 480)

    def test_wide_colours_are_converted_before_the_profile_is_dropped(self) -> None:
        """A profile whose red and green are swapped makes the conversion plain to see."""
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        red, green = profile.find(b"rXYZ"), profile.find(b"gXYZ")
        swapped = bytearray(profile)
        swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
        described = bytes(swapped).replace(b"s\x00R\x00G\x00B", b"p\x00R\x00G\x00B")
        assert described != bytes(swapped)
        photo = prepared(encoded(drawn(), icc_profile=described))
        assert corners(photo.display.content) == ["green", "red", "white", "blue"]

    def test_a_broken_colour_profile_does_not_matter(self) -> None:
        photo = prepared(encoded(drawn(), icc_profile=b"not a profile"))
        assert corners(photo.display.content) == ["red", "green", "white", "blue"]


class TestPrivacy:
    def test_nothing_the_file_said_is_served(self) -> None:
        content = encoded(
            drawn(), exif=exif(gps=True, orientation=1), comment=b"SECRET-COMMENT", xmp=b"<x>SECRET-XMP</x>",
            icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
        )  # fmt: skip
        assert content.count(b"SECRET") == 3
        photo = prepared(content + b"SECRET-TRAILER")
        for served in (photo.display.content, photo.thumb.content):
            assert b"SECRET" not in served
            assert segments(served) == EXPECTED_SEGMENTS
            with Image.open(io.BytesIO(served)) as image:
                assert dict(image.getexif()) == {}

    def test_heic_and_png_too(self) -> None:
        described = encoded(drawn(), "PNG", exif=exif(gps=True))
        for content in (HEIC, described):
            photo = prepared(content)
            assert segments(photo.display.content) == segments(photo.thumb.content) == EXPECTED_SEGMENTS


# JFIF, quantisation tables, frame, Huffman tables, scan: no Exif/XMP (E1), no profile (E2), no comment (FE)
EXPECTED_SEGMENTS = ["E0", "DB", "C0", "C4", "DA"]


def segments(content: bytes) -> list[str]:
    """Marker codes of a JPEG up to its first scan, repeats dropped."""
    found: list[str] = []
    at = 2
    while not found or found[-1] != "DA":
        name = f"{content[at + 1]:02X}"
        if name not in found:
            found.append(name)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found


class TestDates:
    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"taken": "2026:11:20 14:30:05"}, wall_clock(2026, 11, 20, 14, 30, 5)),
            ({"taken": "2026:11:30 23:30:00", "taken_offset": "+07:00"}, wall_clock(2026, 12, 1, 0, 30)),
            ({"taken": "2026:12:01 00:30:00", "taken_offset": "+09:00"}, wall_clock(2026, 11, 30, 23, 30)),
            ({"taken": "2026:11:20 14:30:05", "taken_offset": "nonsense"}, wall_clock(2026, 11, 20, 14, 30, 5)),
            ({"digitised": "2026:11:20 14:30:05"}, wall_clock(2026, 11, 20, 14, 30, 5)),
            ({"changed": "2026:11:20 14:30:05"}, None),
            ({"taken": "0000:00:00 00:00:00"}, None),
            ({"taken": "1970:01:01 00:00:00"}, None),
            ({"taken": "next Tuesday"}, None),
            ({}, None),
        ],
    )
    def test_the_shutter_decides(self, fields: dict[str, str], expected: datetime | None) -> None:
        assert prepared(encoded(drawn(64, 48), exif=exif(**fields))).taken_at == expected


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("word/document.xml", "x" * 50)
    return out.getvalue()


def with_hole(content: bytes) -> bytes:
    """Ten thousand bytes lost in the middle, the end still there."""
    middle = len(content) // 2
    return content[:middle] + content[middle + 10_000 :]


def animated(form: str) -> bytes:
    return encoded(drawn(32, 32), form, save_all=True, append_images=[Image.new("RGB", (32, 32))])


def png_claiming(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (header, data, b"IEND")
    )


def broken_exif() -> bytes:
    """The width is said to be a text: turning the picture upright writes EXIF anew and fails on it."""
    tags = exif(orientation=6)
    tags[0x010E] = "hi"
    return encoded(drawn(64, 48), exif=tags).replace(b"\x01\x0e\x00\x02", b"\x01\x00\x00\x02", 1)


REFUSED: dict[str, tuple[Callable[[], bytes], type[PhotoRefused]]] = {
    "empty": (lambda: b"", EmptyPhoto),
    "text": ("这不是照片".encode, NotAPhoto),
    "zeros": (lambda: bytes(5000), NotAPhoto),
    "svg": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', UnsupportedPhoto),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", NotAPhoto),
    "zip": (archive, NotAPhoto),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3", NotAPhoto),
    "video": (lambda: b"\0\0\0\x20ftypisom\0\0\2\0isomiso2" + bytes(100), NotAPhoto),
    "gif": (lambda: encoded(drawn(32, 32), "GIF"), UnsupportedPhoto),
    "animated gif": (lambda: animated("GIF"), UnsupportedPhoto),
    "bmp": (lambda: encoded(drawn(32, 32), "BMP"), UnsupportedPhoto),
    "tiff": (lambda: encoded(drawn(32, 32), "TIFF"), UnsupportedPhoto),
    "avif": (lambda: b"\0\0\0\x20ftypavif\0\0\0\0avifmif1" + bytes(100), UnsupportedPhoto),
    "animated webp": (lambda: animated("WEBP"), AnimatedPhoto),
    "animated png": (lambda: animated("PNG"), AnimatedPhoto),
    "truncated jpeg": (lambda: half(encoded(noisy(600, 400))), DamagedPhoto),
    "truncated progressive jpeg": (lambda: half(encoded(noisy(600, 400), progressive=True)), DamagedPhoto),
    "truncated png": (lambda: half(encoded(noisy(600, 400), "PNG")), DamagedPhoto),
    "truncated webp": (lambda: half(encoded(noisy(600, 400), "WEBP")), DamagedPhoto),
    "truncated heic": (lambda: half(HEIC), DamagedPhoto),
    "scrambled heic": (lambda: HEIC[:60] + bytes(len(HEIC) - 60), DamagedPhoto),
    "heic whose item type is no text": (lambda: HEIC.replace(b"Exif", b"Exi\xff", 1), DamagedPhoto),
    "jpeg with a broken exif": (broken_exif, DamagedPhoto),
    "jpeg with a hole": (lambda: with_hole(encoded(noisy(600, 400))), DamagedPhoto),
    "header only": (lambda: b"\xff\xd8\xff\xe0", DamagedPhoto),
    "png bomb": (lambda: png_claiming(50_000, 50_000), TooManyPixels),
    "just too large png": (lambda: png_claiming(6_001, 4_000), TooManyPixels),
    "png that ends early": (lambda: png_claiming(300, 300), DamagedPhoto),
    "zip behind a jpeg": (lambda: encoded(drawn(64, 48)) + archive(), PhotoWithCargo),
    "pdf in a jpeg": (lambda: encoded(drawn(64, 48), comment=b"%PDF-1.4 obj"), PhotoWithCargo),
    "script in a jpeg": (lambda: encoded(drawn(64, 48), comment=b"<script>alert(1)</script>"), PhotoWithCargo),
    "php behind a png": (lambda: encoded(drawn(64, 48), "PNG") + b"<?php system($_GET[0]);", PhotoWithCargo),
}


class TestRefused:
    @pytest.mark.parametrize("name", list(REFUSED))
    def test_by_what_it_is_and_not_by_its_name(self, name: str) -> None:
        make, error = REFUSED[name]
        content = make()
        with pytest.raises(error) as caught:
            prepared(content)
        assert type(caught.value) is error
        assert caught.value.status in {413, 422}
        assert "请" in caught.value.message  # says what to do next

    def test_more_bytes_than_allowed(self) -> None:
        content = encoded(noisy(600, 400))
        with pytest.raises(PhotoTooLarge) as caught:
            prepare(io.BytesIO(content), max_bytes=len(content) - 1)
        assert caught.value.status == 413
        assert prepare(io.BytesIO(content), max_bytes=len(content)).original == content

    def test_a_huge_baseline_jpeg_is_refused_before_decoding(self) -> None:
        small = encoded(drawn(64, 64))
        frame = small.index(b"\xff\xc0")
        huge = small[: frame + 5] + struct.pack(">HH", 60_000, 60_000) + small[frame + 9 :]
        with pytest.raises(TooManyPixels):
            prepared(huge)


def test_a_screenshot_with_a_grey_foot_is_not_taken_for_damaged() -> None:
    image = drawn()
    image.paste((127, 128, 128), (0, 400, 640, 480))
    assert prepared(encoded(image, quality=95)).width == 640


def test_at_most_two_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    lock, both = threading.Lock(), threading.Barrier(2, timeout=10)
    real = images._shrunk

    def counted(image: Image.Image) -> Image.Image:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait()
        result = real(image)
        with lock:
            running -= 1
        return result

    monkeypatch.setattr(images, "_shrunk", counted)
    content = encoded(drawn(64, 48))
    threads = [threading.Thread(target=prepared, args=(content,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
