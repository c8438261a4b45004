"""Photos used twice: what the hint 疑似重复 finds, what it takes for alike wrongly, and how fast it answers.

Pictures are made by code (benchmarks/pictures.py). The thresholds were fitted on the photos numbered below 1,000; these
figures are of others. `python -m benchmarks.likeness 100 1500` measures more photos.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, create_engine

import app.tables  # noqa: F401 - the metadata must be whole
from app.demo import scenes
from app.foundation.fingerprints import small_grey
from app.photos.hint_models import PhotoSign
from app.photos.hint_queries import LIBRARIES, Scope, plain_rows
from app.photos.likeness import verdict
from app.photos.photo_signs import Fingerprint, Question, candidates
from benchmarks import pictures
from benchmarks.line import Line

FIRST = 100_000  # number of the first photo that nothing was fitted on
EDITED = 30
UNRELATED = 500
SCENES = 30
LIBRARY = 100_000
BAND = 0xFFFF
EACH: tuple[float | None, float | None] = (5, 2)  # percent missed of an edit: must, aim

Entry = tuple[int, int, int]


def fingerprint(picture: object) -> Fingerprint | None:
    grey = small_grey(picture)  # type: ignore[arg-type]
    return grey and Fingerprint.of(grey)  # type: ignore[return-value]


class Shelf:
    """The product's own table and statement, in a database that holds nothing else; all photos are of one committee."""

    def __init__(self, path: Path | str, entries: Iterable[Entry]) -> None:
        self.base = create_engine(f"sqlite:///{path}").connect()
        table = PhotoSign.__table__
        assert isinstance(table, Table)
        table.create(self.base)
        raw: Any = self.base.connection.cursor()
        raw.execute("CREATE TEMP TABLE entry (word INTEGER, key INTEGER, signs INTEGER)")
        raw.executemany("INSERT INTO entry VALUES (?, ?, ?)", entries)
        raw.execute(
            "INSERT INTO photo_sign (word, committee_id, branch_id, photo_id, signs)"
            " SELECT DISTINCT word, 1, 1 + key % 12, key, signs FROM entry ORDER BY 1, 2, 3, 4, 5"
        )
        raw.execute("DROP TABLE entry")
        self.base.commit()

    def __call__(self, words: Iterable[int]) -> Iterable[Entry]:
        values = {"words": list(words), "committee": 1}
        return plain_rows(self.base.execute(LIBRARIES["sqlite"][Scope.COMMITTEE], values))


def entries(prints: dict[int, Fingerprint]) -> Iterator[Entry]:
    for key, one in prints.items():
        for word, signs in one.entries:
            yield word, key, signs


def invented(prints: list[Fingerprint], first: int, count: int) -> Iterator[Entry]:
    """Photos that nobody took: each band of their signs is that of another picture, so that every word is as common
    as among the pictures."""
    draw = random.Random("library")
    for key in range(first, first + count):
        sources = [draw.choice(prints).signs for _ in range(4)]
        signs = tuple(
            sum(source[window] & BAND << band * 16 for band, source in enumerate(sources))
            for window in range(len(sources[0]))
        )
        for word, one in Fingerprint(signs, b"").entries:
            yield word, key, one


def related(number: int, other: int) -> bool:
    """Two drawings of the demo factory of one kind show one set: that is no unrelated pair."""
    kinds, drawings = len(scenes.KINDS), len(pictures.DRAWN) + 1
    drawn = number % drawings == other % drawings == drawings - 1
    return number == other or (drawn and number // drawings % kinds == other // drawings % kinds)


class Tally:
    def __init__(self) -> None:
        self.missed: dict[str, float] = {}
        self.pairs = self.wrong = self.sheets = 0
        self.asked: list[float] = []
        self.prepared: list[float] = []
        self.confirmed: list[float] = []
        self.megabytes = 0.0


def ask(tally: Tally, name: str, number: int, prints: dict[int, Fingerprint], few: Shelf, many: Shelf) -> bool:
    """Whether the edited photo is found among LIBRARY; counts what is wrongly taken for alike among the real ones."""
    begun = time.process_time()
    one = fingerprint(pictures.edited(name, number))
    if one is None:
        return False
    begun = time.process_time()
    question = Question(one)
    assert question.words
    prepared = time.process_time()
    proposed = candidates(question, many)
    asked = time.process_time()
    found = number in proposed and verdict(question, prints[number]) is not None
    tally.prepared.append(prepared - begun)
    tally.asked.append(asked - prepared)
    # All of those proposed from LIBRARY would be confirmed; the invented ones have no grey, so others stand in.
    unrelated = [key for key in candidates(question, few) if not related(number, key)]
    begun = time.process_time()
    wrong = [key for key in unrelated if verdict(question, prints[key])]
    if unrelated:
        tally.confirmed.append((time.process_time() - begun) / len(unrelated) * len(proposed))
    tally.pairs += sum(not related(number, key) for key in prints)
    tally.wrong += len(wrong)
    tally.sheets += sum(pictures.is_sheet(key) and pictures.is_sheet(number) for key in wrong)
    return found


def goal(name: str) -> tuple[float | None, float | None]:
    if name == "several at once":
        return None, None
    return (40, 20) if name == "crop 20%" else EACH


def series(pairs: list[tuple[Fingerprint | None, Fingerprint | None]]) -> float:
    """Percent of the pairs that a hint would show."""
    alike = 0
    for one, other in pairs:
        if one and other:
            question = Question(one)
            shelf = Shelf(":memory:", entries({1: other}))
            alike += 1 in candidates(question, shelf) and verdict(question, other) is not None
    return alike / len(pairs) * 100


def bursts() -> float:
    shots = [[fingerprint(shot) for shot in pictures.burst(number, 3)] for number in range(SCENES)]
    return series([(burst[0], later) for burst in shots for later in burst[1:]])


def other_days() -> float:
    days = [[fingerprint(scenes.draw(kind, seed, (800, 600))) for seed in (501, 502, 503)] for kind in scenes.KINDS]
    return series([(day[0], later) for day in days for later in day[1:]])


def measure(edited: int = EDITED, unrelated: int = UNRELATED) -> list[Line]:
    made = {number: fingerprint(pictures.photo(number)) for number in range(FIRST, FIRST + unrelated)}
    prints = {number: one for number, one in made.items() if one}
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        few = Shelf(":memory:", entries(prints))
        many = Shelf(Path(folder) / "library", library(prints))
        tally.megabytes = (Path(folder) / "library").stat().st_size / 1e6
        for name in pictures.EDITS:
            numbers = range(FIRST, FIRST + edited)
            found = [ask(tally, name, number, prints, few, many) for number in numbers if number in prints]
            tally.missed[name] = 100 - sum(found) / len(found) * 100
    return lines(tally, edited)


def library(prints: dict[int, Fingerprint]) -> Iterator[Entry]:
    yield from entries(prints)
    yield from invented(list(prints.values()), FIRST * 2, LIBRARY - len(prints))


def lines(tally: Tally, edited: int) -> list[Line]:
    note = f"{edited} photos among {LIBRARY:,}"
    found = [Line(f"missed: {name}", missed, "%", *goal(name), note) for name, missed in tally.missed.items()]
    judged = [missed for name, missed in tally.missed.items() if goal(name) == EACH]
    found.append(Line("missed over these edits, crop 20% and several apart", statistics.mean(judged), "%", *EACH))
    share = 100_000 / tally.pairs
    return [
        *found,
        Line("wrong hints in 100,000 unrelated pairs", tally.wrong * share, "", 1, 0.5, f"{tally.pairs:,} pairs"),
        Line("of these, two sheets of writing", tally.sheets * share, ""),
        Line("second shots of one scene that are hinted", bursts(), "%"),
        Line("the same set drawn on another day that is hinted", other_days(), "%"),
        Line(f"candidates of {LIBRARY:,} photos", statistics.median(tally.asked) * 1000, "CPU-ms", 50, 25),
        Line(f"the library of {LIBRARY:,} photos", tally.megabytes, "MB"),
        Line("the new photo prepared", statistics.median(tally.prepared) * 1000, "CPU-ms"),
        Line("all candidates confirmed", statistics.median(tally.confirmed) * 1000, "CPU-ms"),
    ]


if __name__ == "__main__":
    for line in measure(*(int(word) for word in sys.argv[1:])):
        print(line)
