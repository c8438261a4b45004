"""Files that claim to be photos and are not, or not as they say, made by code.

`FILES` names each with what makes it and the word by which its refusal is known; `GOOD` are odd but honest ones.
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from tests.phone_pictures import HEIC, jpeg

SMALL_HEIC = Path(__file__).parent / "foundation" / "quadrants.heic"


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def noisy(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3)).convert(mode)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


# ------------------------------------------------------------------ other things under a photo's name


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("word/document.xml", "x" * 50)
    return out.getvalue()


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
VIDEO = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2" + bytes(100)


# ------------------------------------------------------------------ JPEG by hand


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def tables() -> bytes:
    """The standard quantisation and Huffman tables."""
    plain = encoded(Image.new("RGB", (16, 16)))
    found, at = b"", 2
    while plain[at + 1] != 0xDA:
        length = int.from_bytes(plain[at + 2 : at + 4], "big") + 2
        if plain[at + 1] in {0xDB, 0xC4}:
            found += plain[at : at + length]
        at += length
    return found


def frame(marker: int, width: int, height: int, colours: int) -> bytes:
    parts = b"".join(bytes([number, 0x11, 0]) for number in range(1, colours + 1))
    return segment(marker, struct.pack(">BHHB", 8, height, width, colours) + parts)


def _blocks(width: int, height: int) -> int:
    return -(-width // 8) * -(-height // 8)


def jpeg_in_parts(width: int, height: int) -> bytes:
    """Baseline, each colour in a scan of its own, all grey: six bits a block, and every coefficient kept in memory."""
    data = b"\x28\xa2\x8a" * (_blocks(width, height) // 4 + 1)
    scans = b"".join(segment(0xDA, bytes([1, colour, 0, 0, 63, 0])) + data for colour in (1, 2, 3))
    return b"\xff\xd8" + tables() + frame(0xC0, width, height, 3) + scans + b"\xff\xd9"


def jpeg_of_scans(width: int, height: int, scans: int) -> bytes:
    """Progressive, grey, the same empty refinement again and again: a few bytes a scan, the whole picture to go over."""
    first = segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + bytes(_blocks(width, height) // 4 + 2)
    ends_of_band = segment(0xC4, bytes([0x10, 1]) + bytes(15) + bytes([0xE0]))  # a run of 2^14 blocks in 15 bits
    again = segment(0xDA, bytes([1, 1, 0, 1, 5, 0])) + bytes((_blocks(width, height) // 16384 + 1) * 15 // 8 + 2)
    return b"\xff\xd8" + tables() + frame(0xC2, width, height, 1) + first + ends_of_band + again * scans + b"\xff\xd9"


def claiming(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A small JPEG whose header says it is larger."""
    small = encoded(noisy(64, 64), progressive=progressive)
    at = small.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    return small[: at + 5] + struct.pack(">HH", height, width) + small[at + 9 :]


def odd_frame(marker: int) -> bytes:
    return encoded(noisy(64, 64)).replace(b"\xff\xc0", bytes([0xFF, marker]), 1)


def with_hole(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + content[middle + 10_000 :]


def wrong_orientation(value: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = value
    return encoded(noisy(), exif=tags)


def endless_exif() -> bytes:
    """A directory whose next one is itself."""
    tiff = b"MM\0*\0\0\0\x08" + b"\0\x01" + b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0" + b"\0\0\0\x08"
    return encoded(noisy(), exif=b"Exif\0\0" + tiff)


# ------------------------------------------------------------------ PNG by hand


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *, pixels: bytes = b"", colour: int = 2, depth: int = 8, before: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(pixels or bytes(1000), 9))
    return b"\x89PNG\r\n\x1a\n" + header + before + data + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A few KB of compressed text that is 100 MB."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    return png(8, 8, pixels=bytes(8 * 25), before=bomb)


def inflating_png() -> bytes:
    """Says eight by eight pixels and brings 50 MB of them."""
    return png(8, 8, pixels=bytes(50_000_000))


# ------------------------------------------------------------------ HEIC by hand


def box(name: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + name + data


def heic_sequence() -> bytes:
    """The beginning of a burst, as a phone's sequence says it is one."""
    moov = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"tkhd", bytes(84))))
    return box(b"ftyp", b"hevc", bytes(4), b"msf1hevcmif1") + moov + box(b"mdat", bytes(2000))


def heic_claiming(width: int, height: int) -> bytes:
    """The size of the picture stands in its `ispe` box."""
    content = HEIC.read_bytes()
    at = content.index(b"ispe")
    return content[: at + 8] + struct.pack(">II", width, height) + content[at + 16 :]


def scrambled_heic() -> bytes:
    content = SMALL_HEIC.read_bytes()
    return content[:60] + bytes(len(content) - 60)


# ------------------------------------------------------------------ all of them

Make = Callable[[], bytes]

FILES: dict[str, tuple[Make, str]] = {
    "empty": (lambda: b"", "空的"),
    "text": ("这不是照片".encode, "不是照片"),
    "zeros": (lambda: bytes(5000), "不是照片"),
    "svg": (lambda: SVG, "SVG"),
    "html": (lambda: HTML, "不是照片"),
    "zip": (archive, "压缩包"),
    "pdf": (lambda: PDF, "PDF"),
    "video": (lambda: VIDEO, "视频"),
    "gif": (lambda: encoded(noisy(mode="P"), "GIF"), "GIF"),
    "tiff": (lambda: encoded(noisy(), "TIFF"), "不支持"),
    "animated webp": (lambda: encoded(noisy(), "WEBP", save_all=True, append_images=[Image.new("RGB", (300, 200))]), "动图"),
    "animated png": (lambda: encoded(noisy(), "PNG", save_all=True, append_images=[Image.new("RGB", (300, 200))]), "动图"),
    "jpeg cut off": (lambda: half(jpeg(1)), "打不开"),
    "progressive jpeg cut off": (lambda: half(encoded(noisy(), progressive=True)), "打不开"),
    "png cut off": (lambda: half(encoded(noisy(), "PNG")), "打不开"),
    "webp cut off": (lambda: half(encoded(noisy(), "WEBP")), "打不开"),
    "heic cut off": (lambda: half(HEIC.read_bytes()), "打不开"),
    "header of a jpeg": (lambda: b"\xff\xd8\xff\xe0", "打不开"),
    "header of a png": (lambda: b"\x89PNG\r\n\x1a\n", "打不开"),
    "jpeg with a hole": (lambda: with_hole(encoded(noisy(600, 400))), "打不开"),
    "200 megapixel progressive jpeg": (lambda: claiming(16_000, 12_500, progressive=True), "太大了"),
    "jpeg of 60,000 by 60,000": (lambda: claiming(60_000, 60_000), "太大了"),
    "200 megapixel jpeg in parts": (lambda: jpeg_in_parts(16_000, 12_500), "太大了"),
    "jpeg of a thousand scans": (lambda: jpeg_of_scans(4000, 3000, 1000), "存法"),
    "lossless jpeg": (lambda: odd_frame(0xC3), "格式"),
    "arithmetic jpeg": (lambda: odd_frame(0xC9), "格式"),
    "png bomb": (lambda: png(50_000, 50_000), "太大了"),
    "49 megapixel png": (lambda: png(7000, 7000, pixels=bytes(7000 * 21_001)), "太大了"),
    "17 megapixel png of 16 bits": (lambda: png(4200, 4200, colour=0, depth=16), "太大了"),
    "png that ends early": (lambda: png(300, 300), "打不开"),
    "png of no width": (lambda: png(0, 8), "打不开"),
    "text bomb in a png": (text_bomb, "打不开"),
    "200 megapixel webp": (lambda: _webp_claiming(16_000, 12_500), "太大了"),
    "200 megapixel heic": (lambda: heic_claiming(16_000, 12_500), "太大了"),
    "heic sequence": (heic_sequence, "打不开"),
    "scrambled heic": (scrambled_heic, "打不开"),
    "heic of nothing": (lambda: box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "打不开"),
    "zip behind a jpeg": (lambda: encoded(noisy()) + archive(), "夹带"),
    "pdf in a jpeg": (lambda: encoded(noisy(), comment=PDF), "夹带"),
    "script in a jpeg": (lambda: encoded(noisy(), comment=HTML), "夹带"),
    "php behind a png": (lambda: encoded(noisy(), "PNG") + b"<?php system($_GET[0]);", "夹带"),
}  # fmt: skip

GOOD: dict[str, Make] = {
    "cmyk": lambda: encoded(noisy(mode="CMYK")),
    "16 bits": lambda: encoded(noisy(mode="L").convert("I;16"), "PNG"),
    "progressive": lambda: encoded(noisy(), progressive=True),
    "orientation 9": lambda: wrong_orientation(9),
    "orientation 0": lambda: wrong_orientation(0),
    "exif that goes round": endless_exif,
    "too many pixels behind the picture": inflating_png,
    "12 megapixel jpeg": lambda: encoded(Image.linear_gradient("L").resize((4032, 3024)).convert("RGB")),
    "heic": HEIC.read_bytes,
}


def _webp_claiming(width: int, height: int) -> bytes:
    """Simple lossy WebP: the size is two times 14 bits behind the start code."""
    content = encoded(noisy(), "WEBP", quality=50)
    at = content.index(b"\x9d\x01\x2a") + 3
    return content[:at] + struct.pack("<HH", width, height) + content[at + 4 :]


NAMES: dict[str, str] = {
    "Chinese": "主题党日 合影（终版）.jpg",
    "emoji": "🎉.jpg",
    "from right to left": "\u202egpj.exe",
    "a path": "../../../etc/passwd",
    "a windows path": "C:\\照片\\1.jpg",
    "markup": '"><img src=x onerror=alert(1)>.jpg',
    "a formula": "=cmd|' /C calc'!A0.jpg",
    "very long": "长" * 4000 + ".jpg",
    "another ending": "照片.exe",
    "no ending": "IMG",
    "dots": "...",
    "a percent sign": "%00%ff%E4%B8.jpg",
    "a header": 'a.jpg"; filename="b.html',
}
