"""Months and gaps of a group's year, whichever way it is cut into pages."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.walls.sections import Section, sections

Drawn = list[tuple[int, int]]


def drawn(found: list[Section[int]]) -> Drawn:
    return [(section.month, len(section.photos)) for section in found]


def cut(
    photos: list[int], *, begins_after: int | None = None, ends: bool = True, until: int = 11
) -> list[Section[int]]:
    """The photos of these tests are the numbers of their months."""
    return sections(photos, lambda photo: photo, begins_after=begins_after, ends=ends, until=until)


def test_a_year_in_one_page() -> None:
    assert drawn(cut([10, 10, 8, 3])) == [
        (11, 0), (10, 2), (9, 0), (8, 1), (7, 0), (6, 0), (5, 0), (4, 0), (3, 1), (2, 0), (1, 0),
    ]  # fmt: skip


def test_a_past_year_reaches_december_and_a_year_to_come_has_no_gaps() -> None:
    assert [month for month, _photos in drawn(cut([], until=12))] == list(range(12, 0, -1))
    assert cut([], until=0) == []


def test_a_month_that_goes_on_says_so() -> None:
    found = cut([10, 8], begins_after=10, ends=False)
    assert [(section.month, section.continued) for section in found] == [(10, True), (9, False), (8, False)]


@given(st.lists(st.integers(1, 11), max_size=30).map(lambda months: sorted(months, reverse=True)), st.integers(1, 7))
def test_pages_together_say_what_one_page_says(photos: list[int], size: int) -> None:
    pages = [photos[start : start + size] for start in range(0, len(photos), size)] or [[]]
    found = cut(pages[0], ends=len(pages) == 1)
    together = drawn(found)
    for number, (before, page) in enumerate(pairwise(pages), start=2):
        for section in cut(page, begins_after=before[-1], ends=number == len(pages)):
            if section.continued:
                together[-1] = (section.month, together[-1][1] + len(section.photos))
            else:
                together.append((section.month, len(section.photos)))
    assert together == drawn(cut(photos))
