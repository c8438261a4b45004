"""One of everything at three places: in the factory's first group, in its other branch, in another committee.

`arguments(where)` are the values that stand in addresses, `places(where)` say where the object behind each argument
belongs. An argument that no route has yet been seen with must be added here, or the walk fails.
"""

from dataclasses import dataclass
from datetime import date

from app.accounts.models import Appointment, SignIn
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place
from tests.factories import Scene

MONTH = Month(2026, 11)
QUARTER = Quarter(2026, 3)
ABSENT = 999_999
WHERES = ("first", "other", "foreign")


@dataclass(frozen=True)
class Corner:
    """The ids of a group with all that hangs on it."""

    committee: int
    branch: int
    group: int
    leader: str  # login

    @property
    def at_committee(self) -> Place:
        return Place(self.committee)

    @property
    def at_branch(self) -> Place:
        return Place(self.committee, self.branch)

    @property
    def at_group(self) -> Place:
        return Place(self.committee, self.branch, self.group)


def corners(scene: Scene) -> dict[str, Corner]:
    return {
        "first": Corner(scene.committee, scene.branch, scene.group, "leader1"),
        "other": Corner(scene.committee, scene.other_branch, scene.other_group, "leader21"),
        "foreign": Corner(scene.foreign_committee, scene.foreign_branch, scene.foreign_group, "foreign-leader"),
    }


# Values that name no object.
PLAIN: dict[str, object] = {"month": MONTH, "quarter": QUARTER, "filename": "css/paper.css"}


def examples(scene: Scene, where: str) -> dict[str, tuple[object, Place]]:
    """For each argument its value and the place of what it names."""
    corner = corners(scene)[where]
    account_id = scene.accounts[corner.leader]
    appointment_id = db.session.scalar(
        db.select(Appointment.id).where(Appointment.member_id == scene.members[corner.leader])
    )
    sign_in_id = db.session.scalar(db.select(SignIn.id).where(SignIn.account_id == account_id))
    return {
        "committee_id": (corner.committee, corner.at_committee),
        "branch_id": (corner.branch, corner.at_branch),
        "group_id": (corner.group, corner.at_group),
        "account_id": (account_id, corner.at_committee),
        "appointment_id": (appointment_id, corner.at_committee),
        "sign_in_id": (sign_in_id or ABSENT, corner.at_committee),
        "member_id": (scene.members[corner.leader], corner.at_committee),
    }


TODAY = date(2026, 11, 16)
