"""What is taken for a photo and what is refused, with a reason for the person who chose the file.

Nothing a file says about itself is believed: the format is what decodes.
"""

import re
from dataclasses import dataclass

from app.foundation.errors import Refused

# Pixels, so that one decoding stays under some 330 MB. A baseline JPEG is shrunk while it is decoded; the others
# need their full size in memory, HEIC twice (in a process of its own), alpha and 16 bits per channel several times,
# WebP four times.
MAX_PIXELS_BASELINE = 210_000_000
MAX_PIXELS = {"JPEG": 60_000_000, "PNG": 60_000_000, "HEIF": 49_000_000, "WEBP": 20_000_000}
MAX_PIXELS_CONVERTED = 24_000_000


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
    """What the header of a picture says, before anything is decoded; `plain` is without transparency and of 8 bits."""

    form: str
    width: int
    height: int
    animated: bool = False
    progressive: bool = False
    plain: bool = True

    @property
    def pixels(self) -> int:
        return self.width * self.height


def check(claim: Claim) -> None:
    if claim.animated:
        raise AnimatedPhoto("这是动图或连拍，不是一张照片。请打开后截一张图再传。")
    if claim.pixels > pixel_limit(claim):
        raise TooManyPixels(f"这张照片有 {claim.width}×{claim.height} 像素，太大了。请截图或缩小后再传。")


def pixel_limit(claim: Claim) -> int:
    if claim.form == "JPEG" and not claim.progressive:
        return MAX_PIXELS_BASELINE
    limit = MAX_PIXELS[claim.form]
    return limit if claim.plain else min(limit, MAX_PIXELS_CONVERTED)


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
