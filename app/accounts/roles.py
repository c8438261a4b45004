"""Roles, and how far a role held at a place reaches."""

from dataclasses import dataclass
from enum import StrEnum

from app.foundation.places import Place


class Role(StrEnum):
    """Roles of the people at the screen. `system_administrator` and `auditor` never meet business content."""

    SECRETARY = "secretary"
    DEPUTY_SECRETARY = "deputy_secretary"
    COMMITTEE_MEMBER = "committee_member"
    LIAISON = "liaison"
    GROUP_LEADER = "group_leader"
    MEMBER = "member"
    FACTORY_COMMITTEE = "factory_committee"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.SECRETARY: "党支部书记",
    Role.DEPUTY_SECRETARY: "党支部副书记",
    Role.COMMITTEE_MEMBER: "支委",
    Role.LIAISON: "支委联系人",
    Role.GROUP_LEADER: "党小组组长",
    Role.MEMBER: "党员",
    Role.FACTORY_COMMITTEE: "厂党委",
    Role.SYSTEM_ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "审计员",
}


@dataclass(frozen=True)
class Grant:
    """A role held today at a place; `committees` are the ids that a committee-wide grant reaches, nested ones too."""

    role: Role
    place: Place
    committees: frozenset[int]

    def covers(self, place: Place) -> bool:
        """Whether `place` is the grant's own place or lies inside it."""
        if place.committee_id not in self.committees:
            return False
        if self.place.branch_id is None:
            return True
        if self.place.branch_id != place.branch_id:
            return False
        return self.place.group_id is None or self.place.group_id == place.group_id

    def shares_branch(self, place: Place) -> bool:
        """Whether `place` lies in the same branch, a sister group's included, or in what the grant covers."""
        if self.covers(place):
            return True
        return self.place.branch_id is not None and self.place.branch_id == place.branch_id

    def shares_committee(self, place: Place) -> bool:
        return place.committee_id in self.committees
