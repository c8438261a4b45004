"""Reads of who looks at whom, and of the checklists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, bindparam, select

from app.checks.checklist import READY_MADE, ChecklistKind, Item
from app.checks.kinds import FindingKind
from app.checks.models import Checklist, MutualCheck
from app.checks.queries import leader_of
from app.foundation.db import db, fetch
from app.foundation.periods import Quarter, as_of
from app.foundation.places import Place
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on

# ---------------------------------------------------------------- a branch's quarter


@dataclass(frozen=True, slots=True)
class MutualQuarter:
    """A branch in a quarter: the page on which it is arranged who looks at whom."""

    place: Place
    id: int
    name: str
    quarter: Quarter

    @property
    def label(self) -> str:
        return f"{self.quarter.label}互查"

    __tablename__ = "branch"


def mutual_quarter(branch_id: int, quarter: Quarter) -> MutualQuarter | None:
    row = db.session.execute(
        select(Branch.committee_id, branch_name_on(Branch.id, quarter.last).label("name")).where(Branch.id == branch_id)
    ).first()
    return None if row is None else MutualQuarter(Place(row.committee_id, branch_id), branch_id, row.name, quarter)


def checks_of_year(of: MutualQuarter) -> Sequence[MutualCheck]:
    """Of the quarter's year up to the quarter, by quarter and in the groups' order."""
    return db.session.scalars(
        select(MutualCheck)
        .join(PartyGroup, PartyGroup.id == MutualCheck.group_id)
        .where(
            MutualCheck.committee_id == of.place.committee_id,
            MutualCheck.branch_id == of.id,
            MutualCheck.quarter.between(Quarter(of.quarter.year, 1), of.quarter),
        )
        .order_by(MutualCheck.quarter, PartyGroup.sort_order, PartyGroup.id)
    ).all()


@dataclass(frozen=True, slots=True)
class GroupName:
    id: int
    name: str
    leader: str


def groups_of_branch(branch_id: int, day: date) -> list[GroupName]:
    """Those that stand on `day`, in the branch's own order."""
    rows = db.session.execute(
        select(PartyGroup.id, group_name_on(PartyGroup.id, day), leader_of(PartyGroup.id, day))
        .where(PartyGroup.branch_id == branch_id, as_of(PartyGroup, day))
        .order_by(PartyGroup.sort_order, PartyGroup.id)
    )
    return [GroupName(row[0], row[1], row[2] or "") for row in rows]


# ---------------------------------------------------------------- one check


@dataclass(frozen=True, slots=True)
class Visit:
    """A mutual check with the names of both groups in its quarter. `place` is that of the group that looks."""

    check: MutualCheck
    group_name: str
    seen_group_name: str
    leader: str
    seen_leader: str
    branch_name: str

    @property
    def place(self) -> Place:
        return self.check.place


_VISIT = select(
    MutualCheck,
    group_name_on(MutualCheck.group_id, MutualCheck.until),
    group_name_on(MutualCheck.seen_group_id, MutualCheck.until),
    leader_of(MutualCheck.group_id, MutualCheck.until),
    leader_of(MutualCheck.seen_group_id, MutualCheck.until),
    branch_name_on(MutualCheck.branch_id, MutualCheck.until),
).where(MutualCheck.id == bindparam("check_id", type_=Integer))


def visit(check_id: int) -> Visit | None:
    row = db.session.execute(_VISIT, {"check_id": check_id}).first()
    return None if row is None else Visit(row[0], row[1], row[2], row[3] or "", row[4] or "", row[5])


# ---------------------------------------------------------------- checklists


@dataclass(frozen=True, slots=True)
class BranchChecklist:
    """A branch's checklist of a kind; `version` 0 is the ready-made one, which nobody changed yet."""

    place: Place
    branch_id: int
    kind: ChecklistKind
    items: tuple[Item, ...]
    version: int = 0
    changed_by: str = ""

    @property
    def label(self) -> str:
        return f"{self.kind.label}清单"


def items_in(rows: Sequence[Any]) -> tuple[Item, ...]:
    return tuple(Item(FindingKind(kind), text) for kind, text in rows)


_CHECKLIST = (
    select(Branch.committee_id, Checklist.items, Checklist.version, Checklist.changed_by)
    .outerjoin(
        Checklist,
        (Checklist.branch_id == Branch.id) & (Checklist.kind == bindparam("kind", type_=Checklist.__table__.c.kind.type)),
    )
    .where(Branch.id == bindparam("branch_id", type_=Integer))
)  # fmt: skip


def branch_checklist(branch_id: int, kind: str) -> BranchChecklist | None:
    wanted = ChecklistKind(kind)
    row = fetch(_CHECKLIST, branch_id=branch_id, kind=wanted).first()
    if row is None:
        return None
    items = READY_MADE[wanted] if row.items is None else items_in(row.items)
    return BranchChecklist(
        Place(row.committee_id, branch_id), branch_id, wanted, items, row.version or 0, row.changed_by or ""
    )  # fmt: skip


def checklist_row(branch_id: int, kind: ChecklistKind) -> Checklist | None:
    return db.session.scalars(select(Checklist).where(Checklist.branch_id == branch_id, Checklist.kind == kind)).first()
