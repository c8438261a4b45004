"""A group's month in one column of its branch's page.

The brands know nothing of activities and boards, which stand above them: those hand the columns in, as a function
under `MONTH_SOURCE` among the application's extensions, called with the branch's place, the month and the reader.
"""

from dataclasses import dataclass

MONTH_SOURCE = "branch-month"


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """`printed` makes the seal solid; days are days of the month."""

    issue_words: str
    issue_note: str = ""
    printed: bool = False
    issue_url: str = ""
    photo_url: str = ""
    photo_alt: str = ""
    photo_width: int = 0
    photo_height: int = 0
    caption: str = ""
    done: tuple[int, ...] = ()
    planned: tuple[int, ...] = ()
    conclusion: str = ""
