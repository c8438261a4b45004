"""An original as it may leave the house: the same picture, bit for bit, without what the file says besides.

Positions, maker's notes, comments, thumbnails, names, and whatever lies behind the picture (a gain map, a second of
video) stay in the store. What is needed to show the picture rightly goes along: the colour profile and which way is up.
"""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from app.foundation.image_kinds import is_heif
from app.foundation.jpeg_scans import AFTER_A_SCAN

ORIENTATION = 0x0112
_JPEG_SAYS = {*range(0xE0, 0xF0), 0xFE}
_PNG_KEEPS = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"bKGD",
    b"pHYs",
}
_WEBP_KEEPS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_HEIF_SAYS = {b"Exif", b"mime", b"uri "}


class NotBare(Exception):
    """It cannot be told from the file what is picture and what is not."""


def bare(content: bytes) -> bytes:
    """Of a JPEG, PNG, WebP or HEIC that has been taken for a photo; raises NotBare."""
    try:
        if is_heif(content):
            return _heif(content)
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
            make = {"PNG": _png, "WEBP": _webp}.get(str(image.format), _jpeg)
            return make(content, _upright_by(image.getexif().get(ORIENTATION)))
    except Exception as error:  # struct.error, IndexError, what opening raises, …
        raise NotBare from error


def _upright_by(orientation: object) -> bytes:
    """An EXIF of one field, empty where the picture stands upright anyway."""
    if orientation not in range(2, 9):
        return b""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, ORIENTATION, 3, 1, orientation, 0, 0)


# ------------------------------------------------------------------ JPEG


def _jpeg(content: bytes, exif: bytes) -> bytes:
    out = [b"\xff\xd8"]
    if exif:
        out.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif)
    at = 2
    while True:
        found = AFTER_A_SCAN.search(content, at)
        if found is None or content[found.end() - 1] == 0xD9:
            return b"".join([*out, b"\xff\xd9"])
        marker, begins = content[found.end() - 1], found.end()
        at = begins + max(int.from_bytes(content[begins : begins + 2], "big"), 2)
        if marker == 0xDA:
            following = AFTER_A_SCAN.search(content, at)
            at = following.start() if following else len(content)
        if marker not in _JPEG_SAYS or _needed(marker, content[begins + 2 : at]):
            out.append(bytes([0xFF, marker]) + content[begins:at])


def _needed(marker: int, said: bytes) -> bool:
    """The plain head, the colour profile, and how the colours are meant."""
    plain = marker == 0xE0 and said.startswith(b"JFIF\0") and len(said) == 14
    return plain or (marker == 0xE2 and said.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and len(said) == 12)


# ------------------------------------------------------------------ PNG, WebP


def _png(content: bytes, exif: bytes) -> bytes:
    out, at, said = [content[:8]], 8, False
    while at < len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        if name == b"IDAT" and exif and not said:
            out.append(struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif)))
            said = True
        if name in _PNG_KEEPS:
            out.append(content[at:end])
        at = len(content) if name == b"IEND" else end
    return b"".join(out)


def _webp(content: bytes, exif: bytes) -> bytes:
    out, at, end = [], 12, 8 + int.from_bytes(content[4:8], "little")
    extended = False
    while at + 8 <= min(end, len(content)):
        name, length = struct.unpack("<4sI", content[at : at + 8])
        data = content[at : at + 8 + length + length % 2]
        if name == b"VP8X":
            extended = True
            flags = data[8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if exif else 0)
            data = data[:8] + bytes([flags]) + data[9:]
        if name in _WEBP_KEEPS:
            out.append(data)
        at += 8 + length + length % 2
    if exif and extended:
        out.append(b"EXIF" + struct.pack("<I", len(exif)) + exif)
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + struct.pack("<I", len(body)) + body


# ------------------------------------------------------------------ HEIC

# The tiles of the largest photo taken, several times over; a list may claim millions of pieces in a few bytes.
MOST_EXTENTS = 1000

Box = tuple[bytes, int, int, int]  # name, where it begins, where its content begins, where it ends


def _boxes(content: bytes, at: int, end: int) -> Iterator[Box]:
    while at + 8 <= end:
        size, name = struct.unpack(">I4s", content[at : at + 8])
        head = 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        size = size or end - at
        if size < head or at + size > end:
            raise NotBare
        yield name, at, at + head, at + size
        at += size


def _heif(content: bytes) -> bytes:
    """Only what the list of items calls a picture is copied; the rest is nought, at the same places."""
    out = bytearray(len(content))
    top = {name: (begins, inner, end) for name, begins, inner, end in _boxes(content, 0, len(content))}
    for name, begins, inner, end in _boxes(content, 0, len(content)):
        keep = end if name in {b"ftyp", b"meta"} else inner
        out[begins:keep] = content[begins:keep]
    _, meta, meta_end = top[b"meta"]
    inside = {name: (inner, end) for name, _, inner, end in _boxes(content, meta + 4, meta_end)}
    saying = _saying_items(content, *inside[b"iinf"])
    copied = 0
    for item, in_meta, at, length in _extents(content, *inside[b"iloc"]):
        start = at + (inside[b"idat"][0] if in_meta else 0)
        copied += length
        if start + length > len(content) or copied > len(content):
            raise NotBare
        out[start : start + length] = bytes(length) if item in saying else content[start : start + length]
    return bytes(out)


def _saying_items(content: bytes, at: int, end: int) -> set[int]:
    at += 4 + (2 if content[at] == 0 else 4)
    found = set()
    for name, _, inner, _end in _boxes(content, at, end):
        if name != b"infe" or content[inner] not in {2, 3}:
            raise NotBare
        wide = 4 if content[inner] == 3 else 2
        number = int.from_bytes(content[inner + 4 : inner + 4 + wide], "big")
        if content[inner + 6 + wide : inner + 10 + wide] in _HEIF_SAYS:
            found.add(number)
    return found


def _extents(content: bytes, at: int, end: int) -> Iterator[tuple[int, bool, int, int]]:
    """Item, whether it lies within the list itself, where, how long."""
    version, sizes = content[at], content[at + 4 : at + 6]
    offset_size, length_size, base_size, index_size = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4, sizes[1] & 15
    reader = io.BytesIO(content[at + 6 : end])

    def number(size: int) -> int:
        read = reader.read(size)
        if len(read) < size:
            raise NotBare
        return int.from_bytes(read, "big")

    wide, found = 4 if version == 2 else 2, 0
    for _ in range(number(wide)):
        item = number(wide)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(base_size)
        for _ in range(number(2)):
            number(index_size if version else 0)
            found += 1
            if found > MOST_EXTENTS:
                raise NotBare
            yield item, method == 1, base + number(offset_size), number(length_size)
