"""The demo factory once its people stand in the database: what the later parts of the filling look up."""

from dataclasses import dataclass, field
from datetime import date

from app.accounts.actor import Command
from app.demo.factory import BranchData, GroupData
from app.foundation.places import Place


@dataclass(eq=False)
class Person:
    """`account_id` makes a person one who acts (see `app.audit.operations.Doer`)."""

    member_id: int
    name: str
    joined_on: date
    full_on: date | None
    account_id: int | None = None


@dataclass
class Group:
    data: GroupData
    place: Place
    id: int
    sort_order: int
    team_ids: tuple[int, ...]
    # (person, first day, day after the last or None)
    stays: list[tuple[Person, date, date | None]] = field(default_factory=list)
    leaders: list[tuple[Person, date]] = field(default_factory=list)
    names: list[tuple[str, date]] = field(default_factory=list)
    brand_id: int | None = None

    def members(self, day: date) -> list[Person]:
        return [who for who, first, end in self.stays if first <= day and (end is None or day < end)]

    def leader(self, day: date) -> Person:
        return [who for who, first in self.leaders if first <= day][-1]

    def name_on(self, day: date) -> str:
        return [name for name, first in self.names if first <= day][-1]


@dataclass
class Branch:
    data: BranchData
    place: Place
    id: int
    groups: list[Group] = field(default_factory=list)
    goal_ids: dict[int, list[int]] = field(default_factory=dict)  # by year
    head: Person | None = None

    @property
    def secretary(self) -> Person:
        """The present one; appointed when the house is built."""
        if self.head is None:
            raise LookupError(f"{self.data.name} has no secretary yet")
        return self.head

    def members(self, day: date) -> list[tuple[Group, Person]]:
        return [(group, who) for group in self.groups for who in group.members(day)]


@dataclass
class House:
    committee_id: int
    branches: list[Branch] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    committee: Command = field(default_factory=Command)

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def groups(self) -> list[Group]:
        return [group for branch in self.branches for group in branch.groups]
