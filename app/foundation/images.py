"""A photo from outside becomes two clean JPEGs, or is refused with a reason.

Nothing a file says about itself is believed: the format is what decodes. Only copies encoded here are served, so
positions, comments, thumbnails and anything hidden in or behind the picture stay in the private original.
"""

import hashlib
import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import BinaryIO
from zoneinfo import ZoneInfo

import pi_heif
from PIL import Image, ImageCms, ImageOps

from app.foundation.errors import Refused

pi_heif.register_heif_opener(thumbnails=False)
# Our own limits below are checked between reading the header and decoding.
Image.MAX_IMAGE_PIXELS = None

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
EXTENSIONS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png"), "WEBP": ("webp", "image/webp")}
HEIC = ("heic", "image/heic")

MAX_BYTES = 30 * 1024 * 1024
# Pixels, so that one decoding stays under some 330 MB. A baseline JPEG is shrunk while it is decoded; the others
# need their full size in memory, HEIC twice, alpha and 16 bits per channel several times, WebP four times.
MAX_PIXELS_BASELINE = 210_000_000
MAX_PIXELS = {"JPEG": 60_000_000, "PNG": 60_000_000, "HEIF": 49_000_000, "WEBP": 20_000_000}
MAX_PIXELS_CONVERTED = 24_000_000
LARGE_PIXELS = 16_000_000

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

FACTORY_ZONE = ZoneInfo("Asia/Shanghai")
ORIENTATION, EXIF_IFD = 0x0112, 0x8769
DATES = ((0x9003, 0x9011), (0x9004, 0x9012))  # (original, its offset), then (digitised, its offset)


class PhotoRefused(Refused):
    """Base of the reasons for which a file does not become a photo; the message is shown to the uploader."""


class EmptyPhoto(PhotoRefused):
    pass


class NotAPhoto(PhotoRefused):
    pass


class UnsupportedPhoto(PhotoRefused):
    pass


class AnimatedPhoto(PhotoRefused):
    pass


class DamagedPhoto(PhotoRefused):
    pass


class PhotoWithCargo(PhotoRefused):
    """A valid picture that is an archive, a document or a web page as well (polyglot)."""


class TooManyPixels(PhotoRefused):
    pass


class PhotoTooLarge(PhotoRefused):
    status = 413


@dataclass(frozen=True, slots=True)
class Rendition:
    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """`width` and `height` are those of the upright original.

    `taken_at` is the factory's wall clock without a zone; None when the file does not say, which is neutral.
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


def prepare(stream: BinaryIO, *, max_bytes: int = MAX_BYTES) -> PreparedPhoto:
    """Read, check, decode once and encode both copies; raises a `PhotoRefused`."""
    original = _read(stream, max_bytes)
    _refuse_cargo(original)
    _refuse_unreadable_items(original)
    with _opened(original) as image:
        _check_size(image)
        extension, mime = EXTENSIONS.get(_format(image), HEIC)
        with _slot(image.width * image.height):
            width, height, display = _shrunk(image)
            if extension == "jpg" and _lost_its_end(display):
                raise _damaged()
            taken_at = _taken_at(display)
            upright = _clean(display)
            turned = _swaps_sides(display)
            thumb = _square_safe(upright)
            return PreparedPhoto(
                original=original,
                sha256=hashlib.sha256(original).hexdigest(),
                extension=extension,
                mime=mime,
                width=height if turned else width,
                height=width if turned else height,
                display=_encoded(upright),
                thumb=_encoded(thumb, THUMB_QUALITY),
                taken_at=taken_at,
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


# What people pick by mistake, known by its first bytes, only to give a useful answer.
_BEGINNINGS: tuple[tuple[re.Pattern[bytes], type[PhotoRefused], str], ...] = (
    (re.compile(rb"GIF8"), UnsupportedPhoto, "GIF 动图不能上传。请打开后截一张图再传。"),
    (re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg", re.DOTALL | re.IGNORECASE),
     UnsupportedPhoto, "SVG 图形不能上传。请截图或另存为 JPG、PNG 再传。"),
    (re.compile(rb"(BM|II\*\0|MM\0\*|8BPS)", re.DOTALL), UnsupportedPhoto, "这种图片格式不支持。请另存为 JPG 或 PNG 再传。"),
    (re.compile(rb".{4}ftyp(avif|avis)", re.DOTALL), UnsupportedPhoto, "AVIF 图片暂不支持。请截图或另存为 JPG 再传。"),
    (re.compile(rb".{4}ftyp(isom|mp4|M4V|qt  |3g|avc1|iso)", re.DOTALL), NotAPhoto, "这是一段视频，不是照片。请从视频里截一张图再传。"),
    (re.compile(rb"%PDF"), NotAPhoto, "这是 PDF 文件，不是照片。请截图后再传。"),
    (re.compile(rb"(PK\x03\x04|Rar!|7z\xbc\xaf)"), NotAPhoto, "这是压缩包或办公文档，不是照片。请解压后选照片本身再传。"),
)  # fmt: skip
_HEIF_BEGINNING = re.compile(rb".{4}ftyp(hei[cxms]|hev[cx]|mif1|msf1)", re.DOTALL)
_PHOTO_BEGINNING = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF.{4}WEBP", re.DOTALL)

_MARKUP = re.compile(rb"<(script|html|iframe|\?php)[\s>/]", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22


def _refuse_cargo(content: bytes) -> None:
    """Only the private original could carry it on, but there is no honest reason for such a file.

    Trailing data as such is normal: phones append gain maps and a second of video.
    """
    if not _PHOTO_BEGINNING.match(content) and not _HEIF_BEGINNING.match(content):
        return
    if b"%PDF-" in content[:1024] or _MARKUP.search(content) or _ends_as_zip(content):
        raise PhotoWithCargo("这张照片里夹带了别的内容，没有保存。请在相册里打开它，截图后再传。")


def _ends_as_zip(content: bytes) -> bool:
    at = content.rfind(_ZIP_END, max(0, len(content) - 65_557))
    if at < 0 or len(content) - at < _ZIP_END_BYTES:
        return False
    comment_bytes = int.from_bytes(content[at + 20 : at + 22], "little")
    return len(content) - at - _ZIP_END_BYTES == comment_bytes


_SMALLEST_ITEM = 20  # bytes of an `infe` box


def _refuse_unreadable_items(content: bytes) -> None:
    """The HEIC decoder's binding ends the whole process where the type of an item is no UTF-8 (pi_heif 1.4.0)."""
    if not _HEIF_BEGINNING.match(content):
        return
    for meta in _boxes(content, b"meta"):
        for found in re.finditer(b"infe", meta):
            start = found.start() - 4
            size = int.from_bytes(meta[max(start, 0) : start + 4], "big")
            end = start + size if size >= _SMALLEST_ITEM else len(meta)
            try:
                meta[found.end() + 8 : end].decode()  # behind version, flags, id and protection
            except UnicodeDecodeError as error:
                raise _damaged() from error


def _boxes(content: bytes, kind: bytes) -> Iterator[bytes]:
    """The boxes of a kind at the top of an ISO base media file; a size of 1 means that 64 bits follow, 0 to the end."""
    at = 0
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        end = len(content) if size == 0 else at + size
        if content[at + 4 : at + 8] == kind:
            yield content[at:end]
        if size and size < 8:
            return
        at = end


def _refusal(content: bytes) -> PhotoRefused:
    """Why Pillow could not make anything of it."""
    for beginning, error, message in _BEGINNINGS:
        if beginning.match(content[:1024]):
            return error(message)
    if _PHOTO_BEGINNING.match(content) or _HEIF_BEGINNING.match(content):
        return _damaged()
    return NotAPhoto("这个文件不是照片。请从相册里选 JPG、PNG、WebP 或 HEIC 照片。")


def _damaged() -> DamagedPhoto:
    return DamagedPhoto("这张照片打不开，可能没有传完或已损坏。请在相册里打开看看，换一张或重新导出再传。")


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Everything that a decoder can raise, here or while the caller works with the picture, becomes a refusal."""
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, struct.error, …
        raise _refusal(content) from error
    try:
        with image:
            yield image
    except Refused:
        raise
    except Exception as error:  # struct.error of a broken EXIF, TypeError, … besides what opening raises
        raise _damaged() from error


def _format(image: Image.Image) -> str:
    """A phone's JPEG with a gain map behind it calls itself MPO."""
    return "JPEG" if image.format == "MPO" else str(image.format)


def _check_size(image: Image.Image) -> None:
    if _format(image) != "JPEG" and getattr(image, "is_animated", False):
        raise AnimatedPhoto("这是动图或连拍，不是一张照片。请打开后截一张图再传。")
    if image.width * image.height > _pixel_limit(image):
        raise TooManyPixels(f"这张照片有 {image.width}×{image.height} 像素，太大了。请截图或缩小后再传。")


def _pixel_limit(image: Image.Image) -> int:
    if _format(image) == "JPEG" and not image.info.get("progressive"):
        return MAX_PIXELS_BASELINE
    limit = MAX_PIXELS[_format(image)]
    plain = image.mode in {"RGB", "L", "CMYK"} and not _has_alpha(image)
    return limit if plain else min(limit, MAX_PIXELS_CONVERTED)


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info


# ------------------------------------------------------------------ decoding

_slots = threading.BoundedSemaphore(2)
_large = threading.Lock()


@contextmanager
def _slot(pixels: int) -> Iterator[None]:
    """At most two photos are decoded at once in a process, and only one of them may be large.

    With 64 threads a burst of uploads would otherwise hold as many full-size pictures in memory.
    """
    if pixels <= LARGE_PIXELS:
        with _slots:
            yield
    else:
        with _large, _slots:
            yield


def _shrunk(image: Image.Image) -> tuple[int, int, Image.Image]:
    """Width, height as stored, and the picture with its longer side at DISPLAY_EDGE at most."""
    width, height = image.size
    if image.mode.startswith("I"):
        image = _to_8_bits(image)
    elif image.mode in {"P", "PA", "1"}:
        image = image.convert("RGBA" if _has_alpha(image) else "RGB")
    image.thumbnail((DISPLAY_EDGE, DISPLAY_EDGE), reducing_gap=1.0)
    image.load()
    return width, height, image


def _lost_its_end(image: Image.Image) -> bool:
    """The JPEG decoder paints blocks for which the data ran out in exact middle grey, and says nothing.

    So a photo with a hole in its data is known by a last row that ends in that grey.
    """
    if image.mode != "RGB":
        return False
    corner = image.crop((image.width * 3 // 4, image.height - 1, image.width, image.height))
    return corner.getextrema() == ((128, 128),) * 3


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


def stamp(thumb: bytes) -> bytes:
    """A stored thumbnail cut to a small square, for pictures that only remind."""
    with Image.open(io.BytesIO(thumb), formats=["JPEG"]) as image:
        return _encoded(ImageOps.fit(image, (STAMP_EDGE, STAMP_EDGE)), STAMP_QUALITY).content


def _encoded(image: Image.Image, quality: int = QUALITY) -> Rendition:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Rendition(out.getvalue(), *image.size)


# ------------------------------------------------------------------ when it was taken


def _taken_at(image: Image.Image) -> datetime | None:
    """The date of the shutter only: the date of the last change says nothing about the activity."""
    try:
        fields = image.getexif().get_ifd(EXIF_IFD)
    except Exception:  # noqa: BLE001 - a picture with broken EXIF is still a picture
        return None
    for date_tag, offset_tag in DATES:
        if moment := _moment(fields.get(date_tag), fields.get(offset_tag)):
            return moment
    return None


def _moment(text: object, offset: object) -> datetime | None:
    try:
        local = datetime.strptime(str(text).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zone follows
    except ValueError:
        return None
    zone = _zone(str(offset))
    try:
        moment = local if zone is None else local.replace(tzinfo=zone).astimezone(FACTORY_ZONE).replace(tzinfo=None)
    except OverflowError:
        return None
    return moment if moment.year >= 1990 else None  # a camera whose clock was never set


def _zone(offset: str) -> timezone | None:
    match = re.fullmatch(r"([+-])(\d\d):([0-5]\d)\0*", offset.strip())
    if not match or int(match[2]) > 14:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
