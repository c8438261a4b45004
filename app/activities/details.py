"""What a person says of an activity, as plain data on the way from a form to an act."""

from dataclasses import dataclass
from datetime import date

from app.activities.attendance import Seen


@dataclass(frozen=True, slots=True)
class SittingDetails:
    held_on: date
    starts_at: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What a form says of an activity. `group_ids` are the groups that take part besides the owner."""

    kind_id: int
    title: str
    sittings: tuple[SittingDetails, ...]
    host: str = ""
    content: str = ""
    outcome: str = ""
    brand_id: int | None = None
    group_ids: frozenset[int] = frozenset()
    goal_ids: frozenset[int] = frozenset()
    team_ids: frozenset[int] = frozenset()
    attendance: tuple[Seen, ...] = ()

    @property
    def held_on(self) -> date:
        """The day of the first sitting, which decides the month."""
        return min(sitting.held_on for sitting in self.sittings)
