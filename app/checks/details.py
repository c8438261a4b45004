"""What a person says of a finding or a visit, as plain data on the way from a form to an act."""

from dataclasses import dataclass
from datetime import date

from app.checks.course import Source
from app.checks.kinds import FindingKind


@dataclass(frozen=True, slots=True)
class FindingDetails:
    """`owner` empty: whoever leads the group."""

    source: Source
    kind: FindingKind
    text: str
    due_on: date
    owner: str = ""
    criterion_code: str = ""
    round_id: int | None = None
    mutual_check_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was done; `activity_id` and `photo_ids` point at what the group's month already holds."""

    text: str
    owner: str = ""
    activity_id: int | None = None
    photo_ids: tuple[int, ...] = ()
