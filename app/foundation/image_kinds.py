"""What is taken for a photo and what is refused, with a reason for the person who chose the file.

Nothing a file says about itself is believed: the format is what decodes.
"""

import re
from dataclasses import dataclass

from app.foundation.errors import Refused


@dataclass(frozen=True, slots=True)
class Limit:
    """What one decoding may cost: 220 MB of memory (in the process of its own: see heif_child) and a second of CPU.

    A JPEG in one scan is shrunk while it is decoded; the others need their full size in memory, one in several scans
    two bytes a coefficient besides, transparency and 16 bits several copies, WebP some seventeen bytes a pixel.
    """

    pixels: int
    bytes_a_pixel: float = 0.0


JPEG = Limit(210_000_000, 0.4)
JPEG_IN_SCANS = Limit(30_000_000, 7)
PNG = Limit(24_000_000, 6)
PNG_CONVERTED = Limit(16_000_000, 10)
WEBP = Limit(12_600_000, 17)
HEIF = Limit(49_000_000)
HEIF_CONVERTED = Limit(24_000_000)
# Editors write 3 to 12. Each scan goes over the whole picture again.
MAX_SCANS = 32


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


class TooBusy(PhotoRefused):
    """Nothing was looked at; the same file may be sent again."""

    status = 503


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
_HEIF_BEGINNING = re.compile(rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)
_PHOTO_BEGINNING = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF.{4}WEBP", re.DOTALL)

_MARKUP = re.compile(rb"<(script|html|iframe|\?php)[\s>/]", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22


def is_heif(content: bytes) -> bool:
    return _HEIF_BEGINNING.match(content) is not None


def refuse_cargo(content: bytes) -> None:
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


@dataclass(frozen=True, slots=True)
class Claim:
    """What the header of a picture says, before anything is decoded; `plain` is without transparency and of 8 bits.

    `scans` is of a JPEG, 1 for one that is shrunk while it is decoded.
    """

    form: str
    width: int
    height: int
    animated: bool = False
    scans: int = 1
    plain: bool = True

    @property
    def pixels(self) -> int:
        return self.width * self.height


def check(claim: Claim) -> None:
    if claim.animated:
        raise AnimatedPhoto("这是动图或连拍，不是一张照片。请打开后截一张图再传。")
    if claim.pixels > limit_of(claim).pixels:
        raise TooManyPixels(f"这张照片有 {claim.width}×{claim.height} 像素，太大了。请截图或缩小后再传。")
    if claim.scans > MAX_SCANS:
        raise UnsupportedPhoto("这张 JPG 的存法太特别，打不开。请截图或另存为普通的 JPG 再传。")


def limit_of(claim: Claim) -> Limit:
    if claim.form == "JPEG":
        return JPEG if claim.scans == 1 else JPEG_IN_SCANS
    if claim.form == "WEBP":
        return WEBP
    if claim.form == "HEIF":
        return HEIF if claim.plain else HEIF_CONVERTED
    return PNG if claim.plain else PNG_CONVERTED


def memory_of(claim: Claim) -> float:
    """Bytes that decoding takes, roughly."""
    return claim.pixels * limit_of(claim).bytes_a_pixel


def refusal(content: bytes) -> PhotoRefused:
    """Why Pillow could not make anything of it."""
    for beginning, error, message in _BEGINNINGS:
        if beginning.match(content[:1024]):
            return error(message)
    if _PHOTO_BEGINNING.match(content) or _HEIF_BEGINNING.match(content):
        return damaged()
    return NotAPhoto("这个文件不是照片。请从相册里选 JPG、PNG、WebP 或 HEIC 照片。")


def damaged() -> DamagedPhoto:
    return DamagedPhoto("这张照片打不开，可能没有传完或已损坏。请在相册里打开看看，换一张或重新导出再传。")
