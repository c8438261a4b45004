"""Photos used twice are known again, and what was done to them is said; strangers are left alone."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from random import Random

import pytest
from PIL import Image

from app.foundation.fingerprints import small_grey
from app.photos import photo_signs
from app.photos.likeness import verdict
from app.photos.photo_signs import EDGE, WINDOWS, Fingerprint, Question, candidates, turned
from benchmarks import pictures

NUMBERS = range(7000, 7028)


def fingerprint(picture: Image.Image) -> Fingerprint:
    grey = small_grey(picture)
    assert grey is not None
    return Fingerprint.of(grey)


class Shelf:
    """A library in memory."""

    def __init__(self, prints: dict[int, Fingerprint]) -> None:
        self.rows: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for key, one in prints.items():
            for word, signs in one.entries:
                self.rows[word].append((word, key, signs))

    def __call__(self, words: Iterable[int]) -> Iterable[tuple[int, int, int]]:
        return [row for word in words for row in self.rows.get(word, [])]


@cache
def prints() -> dict[int, Fingerprint]:
    return {number: fingerprint(pictures.photo(number)) for number in NUMBERS}


def hints(picture: Image.Image) -> dict[int, str]:
    """Key of each photo that is hinted, and the words about it."""
    question = Question(fingerprint(picture))
    found = {key: verdict(question, prints()[key]) for key in candidates(question, Shelf(prints()))}
    return {key: likeness.words for key, likeness in found.items() if likeness}


ROOM = 7001  # a picture with much in it
FLIP = Image.Transpose.FLIP_LEFT_RIGHT


def photo() -> Image.Image:
    return pictures.photo(ROOM)


def cut(picture: Image.Image, share: float) -> Image.Image:
    width, height = picture.size
    return picture.crop((0, 0, round(width * (1 - share)), round(height * (1 - share))))


@pytest.mark.parametrize(
    "name", ["chat recompression", "resized", "grey", "border", "screenshot bars", "brightness, contrast"]
)
def test_what_leaves_the_picture_whole_is_called_the_same(name: str) -> None:
    assert hints(pictures.edited(name, ROOM)) == {ROOM: "整张画面基本相同"}


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Image.Transpose.FLIP_LEFT_RIGHT, "左右翻转过"),
        (Image.Transpose.FLIP_TOP_BOTTOM, "上下翻转过"),
        (Image.Transpose.ROTATE_180, "倒转过"),
        (Image.Transpose.ROTATE_90, "转过 90°"),
        (Image.Transpose.ROTATE_270, "转过 90°"),
        (Image.Transpose.TRANSPOSE, "翻转并转过 90°"),
        (Image.Transpose.TRANSVERSE, "翻转并转过 90°"),
    ],
)
def test_turned_and_mirrored_photos_are_known(way: Image.Transpose, words: str) -> None:
    assert hints(photo().transpose(way)) == {ROOM: words}


def test_a_cut_photo_is_told_with_what_remains() -> None:
    assert hints(cut(photo(), 0.1)) == {ROOM: "裁剪过（新照片约为原画面的 80%）"}


def test_a_photo_that_shows_more_than_the_older_one_is_told_so() -> None:
    question = Question(fingerprint(photo()))
    older = fingerprint(cut(photo(), 0.1))
    assert candidates(question, Shelf({5: older})) == [5]
    found = verdict(question, older)
    assert found is not None
    assert found.words == "画面放宽过（另一张约为新照片画面的 80%）"


def test_several_things_done_at_once_are_all_told() -> None:
    assert hints(cut(photo(), 0.1).transpose(FLIP)) == {ROOM: "左右翻转过，裁剪过（新照片约为原画面的 80%）"}


@pytest.mark.parametrize("degrees", [-3, -1, 2, 3])
def test_a_small_turn_hides_nothing(degrees: float) -> None:
    assert hints(photo().rotate(degrees, Image.Resampling.BICUBIC)) == {ROOM: "整张画面基本相同"}


def test_strangers_are_left_alone() -> None:
    found = {number: list(hints(pictures.photo(number))) for number in NUMBERS}
    assert found == {number: [number] for number in NUMBERS}
    assert [hints(pictures.photo(number)) for number in range(7100, 7114)] == [{}] * 14


def test_sheets_of_writing_are_not_taken_for_each_other() -> None:
    sheets = [pictures.photo(number) for number in range(7200, 7242) if pictures.is_sheet(number)]
    found = [fingerprint(sheet) for sheet in sheets]
    alike = [(a, b) for a in range(6) for b in range(a, 6) if verdict(Question(found[a]), found[b])]
    assert len(sheets) == 6
    assert alike == [(number, number) for number in range(6)]


# ------------------------------------------------------------------ the parts


def test_a_fingerprint_comes_back_from_its_two_columns() -> None:
    one = prints()[ROOM]
    assert len(one.text) == 16 * len(WINDOWS)
    assert Fingerprint.stored(one.text, one.grey) == one


def test_signs_fit_a_signed_column_of_64_bits_and_words_are_small() -> None:
    entries = prints()[ROOM].entries
    assert len(entries) == 4 * len(WINDOWS)
    assert max(signs for _word, signs in entries) < 1 << 63
    assert max(word for word, _signs in entries) < 1 << 19


@pytest.mark.parametrize("way", range(8))
def test_turning_the_waves_is_turning_the_square(way: int) -> None:
    square = prints()[ROOM].grey
    direct = Fingerprint.of(turned(square, way)).signs[0]
    probes = Question(prints()[ROOM]).probes
    assert [probe.signs for probe in probes if probe.window == 0 and probe.way == way] == [direct]


def test_eight_ways_are_eight_squares() -> None:
    assert len({turned(prints()[ROOM].grey, way) for way in range(8)}) == 8


def test_noise_is_like_nothing() -> None:
    noise = [Fingerprint.of(Random(seed).randbytes(EDGE * EDGE)) for seed in range(6)]
    found = [(a, b) for a in range(6) for b in range(6) if a != b and verdict(Question(noise[a]), noise[b])]
    assert found == []


def test_no_more_are_proposed_than_can_be_confirmed() -> None:
    copies = Shelf(dict.fromkeys(range(photo_signs.PROPOSED + 20), prints()[ROOM]))
    assert candidates(Question(prints()[ROOM]), copies) == list(range(photo_signs.PROPOSED))
