"""A photo from outside becomes two clean JPEGs, or is refused with a reason.

Nothing a file says about itself is believed: the format is what decodes. Only copies encoded here are served, so
positions, comments, thumbnails and anything hidden in or behind the picture stay in the private original.
"""

import ctypes
import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from app.foundation import heif, jpeg_scans
from app.foundation.errors import Refused
from app.foundation.fingerprints import small_grey
from app.foundation.image_dates import taken_at
from app.foundation.image_kinds import (
    MAX_SCANS,
    Claim,
    EmptyPhoto,
    PhotoTooLarge,
    TooBusy,
    UnsupportedPhoto,
    check,
    damaged,
    is_heif,
    memory_of,
    refusal,
    refuse_cargo,
)
from app.foundation.room import NoRoom, Room

M_MMAP_THRESHOLD = -3  # of mallopt(3)


def _give_back_large_blocks() -> None:
    """The C library raises of itself the size from which freed memory goes back to the system, up to 32 MB: then each
    thread keeps the blocks of pictures long gone, and a worker that needs 320 MB grows to 540."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 1024 * 1024)


_give_back_large_blocks()

# Our own limits are checked between reading the header and decoding.
Image.MAX_IMAGE_PIXELS = None

FORMATS = ("JPEG", "PNG", "WEBP")
EXTENSIONS = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
    "HEIF": ("heic", "image/heic"),
}

MAX_BYTES = 30 * 1024 * 1024
# Of memory for one decoding; a phone's photo of 12 million pixels is far below.
LARGE = 50_000_000

# 1920 and not 2048: a 4032-wide phone photo can then be halved by the JPEG decoder itself.
DISPLAY_EDGE = 1920
# The shorter side, so that a square crop still fills a 120-pixel tile of a threefold screen.
THUMB_SHORT_EDGE = 360
THUMB_LONG_EDGE = 960
QUALITY = 82
# A page shows many thumbnails at once and weighs what they weigh together.
THUMB_QUALITY = 66
# A row of small squares on the page met first, 84 pixels wide on a twofold screen and on a slow line.
STAMP_EDGE = 168
STAMP_QUALITY = 60

ORIENTATION = 0x0112


# Of files in hand at once in a process, from the first byte read until they are stored: one of the largest, or sixteen.
# The line is shorter than the server's threads, so that some are always left for pages.
_room = Room(40 * 1024 * 1024, least=40 * 1024 * 1024 // 16, line=32)
PATIENCE = 20.0


@contextmanager
def in_hand(stream: BinaryIO) -> Iterator[None]:
    """Held while a photo is prepared and stored; raises TooBusy where too many wait already."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    try:
        with _room.taken(size, PATIENCE):
            yield
    except NoRoom as error:
        raise TooBusy("现在传照片的人多，照片还没有存，请过一分钟再交。") from error


@dataclass(frozen=True, slots=True)
class Rendition:
    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """`width` and `height` are those of the upright original.

    `taken_at` is the factory's wall clock without a zone; None when the file does not say, which is neutral. `grey` is
    the small square by which copies are known again; None where there is nothing to know.
    """

    original: bytes
    sha256: str
    extension: str
    mime: str
    width: int
    height: int
    display: Rendition
    thumb: Rendition
    taken_at: datetime | None
    grey: bytes | None


def prepare(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> PreparedPhoto:
    """Read, check, decode once and encode both copies; raises a `PhotoRefused`."""
    original = _read(stream, max_bytes)
    refuse_cargo(original)
    with _decoded(original) as (form, width, height, display):
        taken = taken_at(display)
        upright = _clean(display)
        turned = _swaps_sides(display)
        thumb = _square_safe(upright)
        extension, mime = EXTENSIONS[form]
        return PreparedPhoto(
            original=original,
            sha256=hashlib.sha256(original).hexdigest(),
            extension=extension,
            mime=mime,
            width=height if turned else width,
            height=width if turned else height,
            display=_encoded(upright),
            thumb=_encoded(thumb, THUMB_QUALITY),
            taken_at=taken,
            grey=_grey(thumb),
        )


# ------------------------------------------------------------------ before decoding


def _read(stream: BinaryIO, max_bytes: int) -> bytes:
    content = stream.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise PhotoTooLarge(
            f"这张照片超过 {max_bytes // 1024 // 1024} MB。请在手机上选“大”或“实际大小”以下的尺寸，或截图后再传。"
        )
    if not content:
        raise EmptyPhoto("这个文件是空的，可能没有下载完。请在相册里打开它，看得到画面再传。")
    return content


# ------------------------------------------------------------------ decoding

Picture = tuple[str, int, int, Image.Image]  # format, width and height as stored, the picture scaled down


@contextmanager
def _decoded(content: bytes) -> Iterator[Picture]:
    """Everything that a decoder can raise, here or while the caller works with the picture, becomes a refusal."""
    try:
        if is_heif(content):
            with _slot(LARGE + 1):  # how large it is shows only in the other process
                found = heif.decoded(content, DISPLAY_EDGE)
                yield "HEIF", found.width, found.height, found.image
        else:
            with _opened(content) as (claim, image), _slot(memory_of(claim)):
                display = _shrunk(image)
                if claim.form == "JPEG":
                    _check_end(display)
                yield claim.form, claim.width, claim.height, display
    except Refused:
        raise
    except Exception as error:  # struct.error of a broken EXIF, TypeError, … besides what opening raises
        raise damaged() from error


@contextmanager
def _opened(content: bytes) -> Iterator[tuple[Claim, Image.Image]]:
    if content.startswith(b"\xff\xd8\xff") and jpeg_scans.is_padded(content):
        raise UnsupportedPhoto("这张 JPG 已损坏，或夹了太多别的内容。请在相册里打开看看，截图或另存为普通的 JPG 再传。")
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, struct.error, …
        raise refusal(content) from error
    with image:
        claim = _claim(image, content)
        check(claim)
        yield claim, image


def _claim(image: Image.Image, content: bytes) -> Claim:
    form = "JPEG" if image.format == "MPO" else str(image.format)  # a phone's JPEG with a gain map behind it
    return Claim(
        form,
        image.width,
        image.height,
        animated=form != "JPEG" and getattr(image, "is_animated", False),
        scans=_scans(content) if form == "JPEG" else 1,
        plain=image.mode in {"RGB", "L", "CMYK"} and not _has_alpha(image),
    )


def _scans(content: bytes) -> int:
    build = jpeg_scans.build_of(content, MAX_SCANS)
    if build.odd:
        raise UnsupportedPhoto("这种 JPG 不是照片常用的格式。请截图或另存为普通的 JPG 再传。")
    return max(build.scans, 2) if build.whole else 1


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info


_slots = threading.BoundedSemaphore(2)
_large = threading.Lock()


@contextmanager
def _slot(memory: float) -> Iterator[None]:
    """At most two photos are decoded at once in a process, and a large one alone.

    With 64 threads a burst of uploads would otherwise hold as many full-size pictures in memory.
    """
    if memory <= LARGE:
        with _slots:
            yield
    else:
        with _large, _slots, _slots:
            yield


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture with its longer side at DISPLAY_EDGE at most."""
    if image.mode.startswith("I"):
        image = _to_8_bits(image)
    elif image.mode in {"P", "PA", "1"}:
        image = image.convert("RGBA" if _has_alpha(image) else "RGB")
    image.thumbnail((DISPLAY_EDGE, DISPLAY_EDGE), reducing_gap=1.0)
    image.load()
    return image


def _check_end(image: Image.Image) -> None:
    """The JPEG decoder paints blocks for which the data ran out in exact middle grey, and says nothing.

    So a photo with a hole in its data is known by a last row that ends in that grey.
    """
    corner = image.crop((image.width * 3 // 4, image.height - 1, image.width, image.height))
    if image.mode == "RGB" and corner.getextrema() == ((128, 128),) * 3:
        raise damaged()


def _to_8_bits(image: Image.Image) -> Image.Image:
    """Pillow clips 16-bit grey at 255 instead of scaling it."""
    exif, info = image.getexif(), image.info
    grey = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    grey.info = info
    grey.getexif().update(exif)
    return grey


def _clean(image: Image.Image) -> Image.Image:
    """Upright, opaque, sRGB, and without a word of what the file said about itself."""
    upright = ImageOps.exif_transpose(image)
    if _has_alpha(upright):
        layer = upright.convert("RGBA")
        upright = Image.new("RGB", layer.size, "white")
        upright.paste(layer, mask=layer.getchannel("A"))
        upright.info = dict(image.info)
    upright = _to_srgb(upright)
    upright.info.clear()
    return upright


_SRGB = ImageCms.createProfile("sRGB")


def _to_srgb(image: Image.Image) -> Image.Image:
    """Phones photograph in Display P3: dropping the profile without converting would dull the colours."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if not ImageCms.getProfileDescription(source).startswith("sRGB"):
                converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            pass  # a broken profile: the plain conversion below is near enough
    return image.convert("RGB")


def _swaps_sides(image: Image.Image) -> bool:
    return image.getexif().get(ORIENTATION) in {5, 6, 7, 8}


def _square_safe(image: Image.Image) -> Image.Image:
    scale = min(THUMB_SHORT_EDGE / min(image.size), THUMB_LONG_EDGE / max(image.size), 1)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.5)


def _grey(thumb: Image.Image) -> bytes | None:
    """No photo is refused because it could not be compared."""
    try:
        return small_grey(thumb)
    except Exception:  # noqa: BLE001 - whatever comparing came to grief over
        return None


def stamp(thumb: bytes) -> bytes:
    """A stored thumbnail cut to a small square, for pictures that only remind."""
    with Image.open(io.BytesIO(thumb), formats=["JPEG"]) as image:
        return _encoded(ImageOps.fit(image, (STAMP_EDGE, STAMP_EDGE)), STAMP_QUALITY).content


def _encoded(image: Image.Image, quality: int = QUALITY) -> Rendition:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Rendition(out.getvalue(), *image.size)
