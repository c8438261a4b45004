"""An original as it leaves the house: the same pixels and colours, the same way up, and nothing said besides."""

import contextlib
import io
import struct
from typing import Any

import pi_heif
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from app.foundation.bare_originals import NotBare, bare
from tests import hostile
from tests.phone_pictures import HEIC

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
HEICS = {"a phone's": HEIC.read_bytes(), "one on its side": hostile.SMALL_HEIC.read_bytes()}


def telling(form: str, orientation: int, *, mode: str = "RGB", **options: Any) -> bytes:
    """A picture that says SECRET wherever its kind can say something."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = orientation, "SECRET-CAMERA", b"SECRET-USER"
    exif.get_ifd(0x8769).update({0x927C: b"SECRET-MAKER-NOTE", 0x9003: "2026:11:05 14:31:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 51.0, 0.0), 0x1D: "SECRET-GPS"})
    if form == "JPEG":
        options |= {"comment": b"SECRET-COMMENT", "xmp": b"SECRET-XMP"}
    if form == "WEBP":
        options |= {"xmp": b"SECRET-XMP"}
    content = hostile.encoded(hostile.noisy(64, 48, mode), form, exif=exif, icc_profile=PROFILE, **options)
    if form == "PNG":
        said = hostile.chunk(b"tEXt", b"Comment\0SECRET-TEXT") + hostile.chunk(b"tIME", b"SECRET.")
        content = content[:33] + said + content[33:]
    return content + b"SECRET-TRAILER"


KINDS: dict[str, dict[str, Any]] = {
    "jpeg": {"form": "JPEG"},
    "progressive jpeg": {"form": "JPEG", "progressive": True},
    "cmyk jpeg": {"form": "JPEG", "mode": "CMYK"},
    "png": {"form": "PNG"},
    "png with transparency": {"form": "PNG", "mode": "RGBA"},
    "webp": {"form": "WEBP"},
    "lossless webp": {"form": "WEBP", "lossless": True},
}


@pytest.mark.parametrize("orientation", [1, 3, 6])
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_picture_and_nothing_else(kind: str, orientation: int) -> None:
    content = telling(orientation=orientation, **KINDS[kind])
    assert b"SECRET" in content
    stripped = bare(content)
    assert b"SECRET" not in stripped
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(stripped)) as after:
        assert (after.mode, after.tobytes()) == (before.mode, before.tobytes())
        assert after.info.get("icc_profile") == before.info.get("icc_profile") == PROFILE
        assert dict(after.getexif()) == ({} if orientation == 1 else {0x0112: orientation})
        assert ImageOps.exif_transpose(after).size == ImageOps.exif_transpose(before).size
    assert bare(stripped) == stripped


def test_what_lies_behind_a_phones_jpeg_stays() -> None:
    """A gain map is a second picture with an EXIF of its own, a moving photo a video."""
    behind = telling("JPEG", 1) + hostile.VIDEO
    assert bare(hostile.encoded(hostile.noisy(64, 48)) + behind) == bare(hostile.encoded(hostile.noisy(64, 48)))


def test_a_thumbnail_within_the_head_stays() -> None:
    plain = hostile.encoded(hostile.noisy(64, 48))
    with_one = plain[:2] + hostile.segment(0xE0, b"JFXX\0\x10SECRET") + plain[2:]
    assert bare(with_one) == bare(plain)


@pytest.mark.parametrize("name", list(HEICS))
def test_heic(name: str) -> None:
    before = pi_heif.open_heif(io.BytesIO(HEICS[name]))
    after = pi_heif.open_heif(io.BytesIO(bare(HEICS[name])))
    assert (after.size, bytes(after.data)) == (before.size, bytes(before.data))
    assert any(before.info["exif"])
    assert not any(after.info["exif"])


def test_what_lies_behind_or_between_in_a_heic_is_nought() -> None:
    content = HEICS["a phone's"]
    stripped = bare(content + hostile.box(b"free", b"SECRET" * 10) + hostile.box(b"uuid", b"SECRET" * 10))
    assert b"SECRET" not in stripped
    assert stripped[: len(content)] == bare(content)


@pytest.mark.parametrize(
    "content", [b"", b"no picture", hostile.heic_sequence(), hostile.half(HEIC.read_bytes()), hostile.scrambled_heic()]
)
def test_what_cannot_be_told_apart_is_not_handed_out(content: bytes) -> None:
    with pytest.raises(NotBare):
        bare(content)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([telling(form, 6) for form in ("JPEG", "PNG", "WEBP")] + list(HEICS.values())), st.data())
def test_broken_ones_are_handed_out_bare_or_not_at_all(content: bytes, data: st.DataObject) -> None:
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotBare):
        bare(bytes(broken))


def _listing(extents: bytes, sizes: int) -> bytes:
    """A HEIC whose one item lies in these pieces; `sizes` are the bytes of a place and of a length, a nibble each."""
    iinf = hostile.box(b"iinf", bytes(4) + struct.pack(">H", 0))
    iloc = hostile.box(b"iloc", bytes(4) + bytes([sizes, 0]) + struct.pack(">HHH", 1, 1, 0) + extents)
    return (
        hostile.box(b"ftyp", b"heic" + bytes(4))
        + hostile.box(b"meta", bytes(4) + iinf + iloc)
        + hostile.box(b"mdat", bytes(64))
    )


def test_pieces_of_a_heic_are_counted_and_copied_once() -> None:
    piece = struct.pack(">II", 8, 4)
    honest = _listing(struct.pack(">H", 2) + piece * 2, 0x44)
    assert len(bare(honest)) == len(honest)
    for hostile_list in (
        _listing(struct.pack(">H", 65_535), 0),  # many pieces that take no room in the list
        _listing(struct.pack(">H", 3) + struct.pack(">II", 0, 90) * 3, 0x44),  # the same bytes again and again
    ):
        with pytest.raises(NotBare):
            bare(hostile_list)
