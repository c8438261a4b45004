"""Acts on committees, branches and groups. A name holds from a day on; earlier days keep the earlier name."""

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm.attributes import flag_modified

from app.accounts.models import Appointment
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import as_of
from app.organisation.membership_operations import Overwriting, end_post, move_member, refuse_closed_past
from app.organisation.models import (
    Branch,
    BranchName,
    Committee,
    FormerCommitteeName,
    GeneralBranch,
    GroupName,
    Member,
    Membership,
    PartyGroup,
    WorkTeam,
)
from app.organisation.naming_operations import refuse_ended, refuse_future, refuse_taken
from app.organisation.team_operations import cover, covers, end_cover


class NotEmpty(Conflict):
    """A group with members is merged, not dissolved."""


def found_committee(name: str, *, by: Doer, parent: Committee | None = None, is_demo: bool = False) -> Committee:
    """`path` is known only after the id is."""
    committee = Committee(
        name=name, parent_id=parent.id if parent else None, path=f"new {name}", is_demo=is_demo, created_at=clock.now()
    )
    db.session.add(committee)
    db.session.flush()
    committee.path = f"{parent.path if parent else '/'}{committee.id}/"
    record(by, "committee.found", committee, after={"name": name, "parent": committee.parent_id})
    return committee


def rename_committee(committee: Committee, name: str, *, by: Doer, on: date) -> None:
    former = committee.former_names
    _refuse_rename_day(on, former[-1].ends_on if former else date.min)
    record(by, "committee.rename", committee, before={"name": committee.name}, after={"name": name, "from": on})
    if not former or former[-1].ends_on < on:
        former.append(FormerCommitteeName(name=committee.name, ends_on=on))
    committee.name = name


def found_general_branch(committee: Committee, name: str, *, by: Doer, starts_on: date) -> GeneralBranch:
    """A level that only gathers branches."""
    refuse_future(starts_on)
    siblings = db.session.scalars(
        select(GeneralBranch.name).where(GeneralBranch.committee_id == committee.id, as_of(GeneralBranch, starts_on))
    )
    refuse_taken(name, list(siblings))
    order = db.session.scalar(
        select(func.max(GeneralBranch.sort_order)).where(GeneralBranch.committee_id == committee.id)
    )
    unit = GeneralBranch(committee_id=committee.id, name=name, sort_order=(order or 0) + 1, starts_on=starts_on)
    db.session.add(unit)
    record(by, "general-branch.found", unit, after={"name": name, "from": starts_on})
    return unit


def found_branch(
    committee: Committee, name: str, *, by: Doer, starts_on: date, general_branch: GeneralBranch | None = None
) -> Branch:
    """May lie in the past: a branch existed before it was registered here."""
    refuse_future(starts_on)
    siblings = db.session.scalars(
        select(Branch).where(Branch.committee_id == committee.id, as_of(Branch, clock.today()))
    ).all()
    refuse_taken(name, [sibling.name for sibling in siblings])
    order = db.session.scalar(select(func.max(Branch.sort_order)).where(Branch.committee_id == committee.id))
    branch = Branch(
        committee_id=committee.id,
        general_branch_id=general_branch.id if general_branch else None,
        sort_order=(order or 0) + 1,
        starts_on=starts_on,
    )
    branch.names.append(BranchName(committee_id=committee.id, name=name, starts_on=starts_on))
    db.session.add(branch)
    record(by, "branch.found", branch, after={"name": name, "from": starts_on})
    return branch


def rename_branch(branch: Branch, name: str, *, by: Doer, on: date, version: int) -> None:
    refuse_overwriting(branch, version)
    _refuse_rename_day(on, branch.names[-1].starts_on)
    siblings = db.session.scalars(
        select(Branch).where(Branch.committee_id == branch.committee_id, Branch.id != branch.id, as_of(Branch, on))
    ).all()
    refuse_taken(name, [sibling.name for sibling in siblings])
    before = branch.name
    if branch.names[-1].starts_on == on:
        branch.names[-1].name = name
    else:
        branch.names.append(BranchName(committee_id=branch.committee_id, name=name, starts_on=on))
    _touch(branch)
    record(by, "branch.rename", branch, before={"name": before}, after={"name": name, "from": on})


def found_group(branch: Branch, name: str, *, by: Doer, starts_on: date, kind: str = "") -> PartyGroup:
    if db.session.scalar(select(Membership.id).where(Membership.branch_id == branch.id).limit(1)) is not None:
        refuse_closed_past(starts_on)
    refuse_future(starts_on)
    if starts_on < branch.starts_on:
        raise Refused(f"党支部{branch.starts_on}才成立，请写那一天或以后。")
    refuse_taken(name, _group_names(branch.id, starts_on))
    order = db.session.scalar(select(func.max(PartyGroup.sort_order)).where(PartyGroup.branch_id == branch.id))
    group = PartyGroup(
        committee_id=branch.committee_id,
        branch_id=branch.id,
        kind=kind,
        sort_order=(order or 0) + 1,
        starts_on=starts_on,
    )
    group.names.append(GroupName(committee_id=branch.committee_id, name=name, starts_on=starts_on))
    db.session.add(group)
    record(by, "group.found", group, after={"name": name, "kind": kind, "from": starts_on})
    return group


def rename_group(group: PartyGroup, name: str, *, by: Doer, on: date, version: int) -> None:
    """From a day on; pages about earlier days show the earlier name."""
    refuse_overwriting(group, version)
    refuse_ended(group)
    _refuse_rename_day(on, group.names[-1].starts_on)
    refuse_taken(name, _group_names(group.branch_id, on, but=group.id))
    before = group.name
    if group.names[-1].starts_on == on:
        group.names[-1].name = name
    else:
        group.names.append(GroupName(committee_id=group.committee_id, name=name, starts_on=on))
    _touch(group)
    record(by, "group.rename", group, before={"name": before}, after={"name": name, "from": on})


def merge_groups(group: PartyGroup, into: PartyGroup, *, by: Doer, on: date, version: int) -> int:
    """Its members move on that day, its teams go with them, its posts end; gives how many members moved."""
    refuse_overwriting(group, version)
    refuse_ended(group)
    refuse_closed_past(on)
    if into.id == group.id or into.branch_id != group.branch_id:
        raise Refused("只能并入本支部的另一个党小组。")
    moved = 0
    for tie in _ties_from(group, on):
        if tie.starts_on > on:
            raise NotEmpty(f"{tie.member.name}已登记从{tie.starts_on}起调入本组，请先改到别组。")
        team = db.session.get(WorkTeam, tie.team_id) if tie.team_id is not None else None
        move_member(tie.member, into, by=by, on=on, team=team)
        moved += 1
    for one in covers(group, on):
        end_cover(one, on)
        cover(into, one.team_id, on)
    _end_group(group, by=by, on=on)
    group.merged_into_id = into.id
    record(by, "group.merge", group, after={"into": into.id, "name": into.name, "from": on, "members": moved})
    return moved


def dissolve_group(group: PartyGroup, *, by: Doer, on: date, version: int) -> None:
    refuse_overwriting(group, version)
    refuse_ended(group)
    refuse_closed_past(on)
    staying = _ties_from(group, on)
    if staying:
        raise NotEmpty(f"组里还有 {len(staying)} 位党员，请先把他们调到别组，或用“并入”。")
    for one in covers(group, on):
        end_cover(one, on)
    _end_group(group, by=by, on=on)
    record(by, "group.dissolve", group, after={"ends_on": on})


def describe_group(group: PartyGroup, *, by: Doer, kind: str, sort_order: int, version: int) -> None:
    """What is no matter of time: the kind of work and the place in lists."""
    refuse_overwriting(group, version)
    before = {"kind": group.kind, "sort_order": group.sort_order}
    after = {"kind": kind, "sort_order": sort_order}
    if before != after:
        group.kind, group.sort_order = kind, sort_order
        record(by, "group.describe", group, before=before, after=after)


# --- what the acts above share -------------------------------------------------------------------------------------


def refuse_overwriting(unit: Branch | PartyGroup, version: int) -> None:
    if unit.version != version:
        raise Overwriting("有人刚改过它，没有覆盖。请刷新后看看现在的样子，再决定要不要改。")


def _refuse_rename_day(on: date, last: date) -> None:
    refuse_closed_past(on)
    refuse_future(on)
    if on < last:
        raise Conflict(f"现在的名称是从{last}起用的，请写那一天或以后。")


def _group_names(branch_id: int, day: date, *, but: int | None = None) -> list[str]:
    groups = db.session.scalars(
        select(PartyGroup).where(PartyGroup.branch_id == branch_id, as_of(PartyGroup, day), PartyGroup.id != (but or 0))
    ).all()
    return [group.name for group in groups]


def _touch(unit: Branch | PartyGroup) -> None:
    """A name is a row of its own; the unit's version must move with it, or two renames would not meet."""
    flag_modified(unit, "sort_order")
    db.session.flush()


def _ties_from(group: PartyGroup, on: date) -> list[Membership]:
    """Ties that hold on the day or later, by member."""
    ties = db.session.scalars(
        select(Membership)
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.group_id == group.id, or_(Membership.ends_on.is_(None), Membership.ends_on > on))
        .order_by(Member.name, Member.id)
    )
    return list(ties)


def _end_group(group: PartyGroup, *, by: Doer, on: date) -> None:
    if group.starts_on >= on:
        raise Refused("撤销或并入的日期要晚于成立日期。")
    posts = db.session.scalars(
        select(Appointment).where(
            Appointment.group_id == group.id, or_(Appointment.ends_on.is_(None), Appointment.ends_on > on)
        )
    ).all()
    for post in posts:
        end_post(post, by=by, on=on)
    group.ends_on = on
