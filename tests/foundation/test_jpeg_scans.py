"""How a JPEG is built is known from its markers, and agrees with what the decoder does."""

import pytest

from app.foundation.jpeg_scans import Build, build_of
from tests import hostile

PLAIN = hostile.encoded(hostile.noisy(64, 64))
TEN = hostile.encoded(hostile.noisy(64, 64), progressive=True)


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


@pytest.mark.parametrize(
    ("build", "whole"), [(Build(1), False), (Build(1, progressive=True), True), (Build(3), True), (Build(), False)]
)
def test_what_is_kept_whole(build: Build, *, whole: bool) -> None:
    assert build.whole is whole
