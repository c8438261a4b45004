"""Where something belongs: the key that rights, listings and the audit trail share."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Place:
    """A committee, one of its branches, or one of a branch's groups."""

    committee_id: int
    branch_id: int | None = None
    group_id: int | None = None


class Placed(Protocol):
    """Anything that belongs to a place."""

    @property
    def place(self) -> Place: ...
