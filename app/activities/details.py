"""What a person says of an activity or a photo, as plain data on the way from a form to an act."""

from dataclasses import dataclass
from datetime import date

from app.activities.attendance import Seen
from app.activities.board_choice import BoardChoice


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


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    activity_id: int | None
    caption: str
    choice: BoardChoice
    is_cover: bool = False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The same said of several photos. `activity_id` 0 takes them back to the inbox; None, an empty caption and no
    choice leave what each photo has."""

    activity_id: int | None = None
    caption: str = ""
    choice: BoardChoice | None = None
    is_cover: bool = False

    @property
    def is_empty(self) -> bool:
        return self == Arrangement()
