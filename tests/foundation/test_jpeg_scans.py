"""How a JPEG is built is known from its markers, and agrees with what the decoder does."""

import contextlib
import io
import time

import pytest

from app.foundation.bare_originals import NotBare, bare
from app.foundation.image_kinds import UnsupportedPhoto
from app.foundation.images import prepare
from app.foundation.jpeg_scans import Build, build_of, is_padded
from tests import hostile

PLAIN = hostile.encoded(hostile.noisy(64, 64))
TEN = hostile.encoded(hostile.noisy(64, 64), progressive=True)

HEAVY = PLAIN[:2] + hostile.segment(0xE1, b"depth" * 13_000) * 400 + PLAIN[2:]


@pytest.mark.parametrize(
    ("content", "build"),
    [
        (PLAIN, Build(1)),
        (hostile.encoded(hostile.noisy(64, 64, "L")), Build(1)),
        (hostile.encoded(hostile.noisy(64, 64, "CMYK")), Build(1)),
        (TEN, Build(TEN.count(b"\xff\xda"), progressive=True)),
        (hostile.jpeg_in_parts(64, 64), Build(3)),
        (hostile.jpeg_of_scans(64, 64, 20), Build(21, progressive=True)),
        (hostile.jpeg_of_scans(64, 64, 500), Build(33, progressive=True)),
        (hostile.odd_frame(0xC3), Build(odd=True)),
        (hostile.odd_frame(0xC9), Build(odd=True)),
        (PLAIN + TEN, Build(1)),  # a gain map behind the picture
        (TEN + TEN, Build(TEN.count(b"\xff\xda"), progressive=True)),
        (hostile.encoded(hostile.noisy(64, 64), comment=b"\xff\xda" * 100), Build(1)),
        (PLAIN.replace(b"\xff\xc0", b"\xff\xff\xff\xc0", 1), Build(1)),  # fill bytes before a marker
        (PLAIN[:20], Build()),
        (b"\xff\xd8", Build()),
        (b"", Build()),
        (TEN[: len(TEN) // 2], Build(TEN[: len(TEN) // 2].count(b"\xff\xda"), progressive=True)),
    ],
)
def test_scans_are_counted(content: bytes, build: Build) -> None:
    assert build_of(content, 32) == build


MEGABYTES = {
    "comments": b"\xff\xfe\0\x02" * 1_000_000,
    "fill": b"\xff" * 4_000_000,
    "fill that leads to no marker": b"\xff" * 4_000_000 + b"\0",
}


@pytest.mark.parametrize("padding", MEGABYTES)
@pytest.mark.parametrize("picture", [PLAIN, TEN])
def test_padding_costs_no_time(picture: bytes, padding: str) -> None:
    """A run of FF was searched anew from each of its bytes: 32 KB took thirteen seconds, in which no page was answered."""
    for at in (2, picture.index(b"\xff\xda") + 20):
        if padding == "comments" and at > 2:
            continue  # data ends where a segment begins
        content = picture[:at] + MEGABYTES[padding] + picture[at:]
        began = time.process_time()
        assert is_padded(content)
        with pytest.raises(UnsupportedPhoto):
            prepare(io.BytesIO(content))
        with contextlib.suppress(NotBare):
            bare(picture[:at] + MEGABYTES[padding][-100_000:] + picture[at:])
        assert time.process_time() - began < 1


@pytest.mark.parametrize("photo", [PLAIN, TEN, PLAIN + b"\xff" * 10_000, HEAVY])
def test_what_cameras_write_is_not_padded(photo: bytes) -> None:
    """Much said beside the picture is: a depth map in segments, whatever lies behind the end."""
    assert not is_padded(photo)


@pytest.mark.parametrize(
    ("build", "whole"), [(Build(1), False), (Build(1, progressive=True), True), (Build(3), True), (Build(), False)]
)
def test_what_is_kept_whole(build: Build, *, whole: bool) -> None:
    assert build.whole is whole
