"""Committee, branches, groups, teams, members, posts and accounts, each tie with its from and to.

People move between groups and branches, a leader's and a secretary's term end, one group bore another name: whatever
the pages say of a past month must hold through that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.actor import Command
from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.audit.operations import record
from app.demo.calendar import Calendar, at, chance
from app.demo.factory import BRANCHES, FACTORY, BranchData, GroupData
from app.demo.house import Branch, Group, House, Person
from app.demo.names import NAMES
from app.demo.timeline import Timeline
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation import models
from app.organisation.models import (
    BranchName,
    Committee,
    GroupName,
    GroupTeam,
    Member,
    Membership,
    PartyGroup,
    WorkTeam,
)

OPERATOR = Command("示例数据")
SHIFTS = {"甲": "甲班", "乙": "乙班"}


@dataclass(frozen=True)
class Seat:
    """A member by branch, group and place in the group's list, all counted from 0."""

    branch: int
    group: int
    place: int


# Who moves where, and how many months before the current one.
MOVES = (
    (Seat(0, 1, 5), (0, 2), 6),
    (Seat(0, 0, 7), (0, 3), 3),
    (Seat(1, 2, 4), (2, 0), 8),
)
LEAVES = ((Seat(0, 3, 9), 4),)
JOINS = ((Seat(0, 1, 8), 5), (Seat(1, 0, 5), 9))
PROBATIONARY = (Seat(0, 1, 8), Seat(1, 0, 5), Seat(2, 1, 5))


def build(calendar: Calendar) -> House:
    """The organisation as rows; nobody can sign in yet."""
    committee = Committee(name=FACTORY, path="new", is_demo=True, created_at=at(calendar.founded))
    db.session.add(committee)
    db.session.flush()
    committee.path = f"/{committee.id}/"
    record(OPERATOR, "committee.add", committee, after={"name": FACTORY})
    house = House(committee.id)
    names = iter(NAMES)
    for order, data in enumerate(BRANCHES):
        house.branches.append(_branch(house, calendar, data, order, names))
    _move_people(house, calendar)
    _hold_posts(house, calendar)
    return house


def _branch(house: House, calendar: Calendar, data: BranchData, order: int, names: Iterator[str]) -> Branch:
    row = models.Branch(committee_id=house.committee_id, sort_order=order, starts_on=calendar.founded)
    row.names.append(BranchName(committee_id=house.committee_id, name=data.name, starts_on=calendar.founded))
    db.session.add(row)
    db.session.flush()
    branch = Branch(data, row.place, row.id)
    for place, group in enumerate(data.groups):
        branch.groups.append(_group(branch, calendar, group, place, names))
    return branch


def _group(branch: Branch, calendar: Calendar, data: GroupData, order: int, names: Iterator[str]) -> Group:
    committee_id, founded = branch.place.committee_id, calendar.founded
    row = PartyGroup(
        committee_id=committee_id, branch_id=branch.id, kind=data.kind, sort_order=order, starts_on=founded
    )
    renamed = Month.of(calendar.today).shift(-6).first
    borne = [(data.former_name, founded), (data.name, renamed)] if data.former_name else [(data.name, founded)]
    row.names.extend(GroupName(committee_id=committee_id, name=name, starts_on=day) for name, day in borne)
    teams = [
        WorkTeam(
            committee_id=committee_id, branch_id=branch.id, name=name, shift=SHIFTS.get(name[-2], ""),
            sort_order=order * 10 + n, starts_on=founded,
        )
        for n, name in enumerate(data.teams)
    ]  # fmt: skip
    db.session.add_all([row, *teams])
    db.session.flush()
    db.session.add_all(
        GroupTeam(committee_id=committee_id, group_id=row.id, team_id=team.id, starts_on=founded) for team in teams
    )
    group = Group(data, row.place, row.id, order, tuple(team.id for team in teams), names=borne)
    _members(group, calendar, names)
    return group


def _members(group: Group, calendar: Calendar, names: Iterator[str]) -> None:
    rows = []
    for n in range(group.data.size):
        random = chance("member", group.id, n)
        joined = date(
            calendar.founded.year - random.randint(1, 22), random.choice((6, 7, 11, 12)), random.randint(1, 28)
        )
        rows.append(
            Member(
                committee_id=group.place.committee_id,
                staff_no=f"D{group.id:02}{n + 1:02}",
                name=next(names),
                sex="女" if random.random() < 0.35 else "男",
                masked_phone=f"1{random.choice('3578')}{random.randint(0, 9)}****{random.randint(0, 9999):04}",
                joined_on=joined,
                full_on=joined + timedelta(days=366),
                created_at=at(calendar.founded),
            )
        )
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        assert row.joined_on is not None  # noqa: S101 - set above
        group.stays.append((Person(row.id, row.name, row.joined_on, row.full_on), calendar.founded, None))


def _seat(house: House, seat: Seat) -> tuple[Group, Person]:
    group = house.branches[seat.branch].groups[seat.group]
    return group, group.stays[seat.place][0]


def _move_people(house: House, calendar: Calendar) -> None:
    """Moves, departures and arrivals become the ends and beginnings of stays; then every stay becomes a row."""
    current = Month.of(calendar.today)
    people = {
        seat: _seat(house, seat) for seat in (*(m[0] for m in MOVES), *(x[0] for x in (*LEAVES, *JOINS)), *PROBATIONARY)
    }
    for seat, (branch, group), ago in MOVES:
        day = current.shift(-ago).first
        _end(*people[seat], day)
        house.branches[branch].groups[group].stays.append((people[seat][1], day, None))
    for seat, ago in LEAVES:
        _end(*people[seat], current.shift(-ago).first)
    for seat, ago in JOINS:
        _begin(*people[seat], current.shift(-ago).first)
    for seat in PROBATIONARY:
        who = people[seat][1]
        joined = current.shift(-9 if seat.branch == 1 else -5).first
        who.joined_on, who.full_on = joined, None
        row = db.session.get_one(Member, who.member_id)
        row.joined_on, row.full_on = joined, None
    db.session.add_all(
        Membership(
            committee_id=group.place.committee_id, branch_id=group.place.branch_id, group_id=group.id,
            member_id=who.member_id, team_id=group.team_ids[n % len(group.team_ids)], starts_on=first, ends_on=end,
        )
        for group in house.groups
        for n, (who, first, end) in enumerate(group.stays)
    )  # fmt: skip
    db.session.flush()


def _end(group: Group, who: Person, day: date) -> None:
    group.stays = [(p, first, day if p is who else end) for p, first, end in group.stays]


def _begin(group: Group, who: Person, day: date) -> None:
    group.stays = [(p, day if p is who else first, end) for p, first, end in group.stays]


# ------------------------------------------------------------------ posts


def _hold_posts(house: House, calendar: Calendar) -> None:
    current, founded = Month.of(calendar.today), calendar.founded
    for group in house.groups:
        group.leaders = [(group.stays[0][0], founded)]
    maintenance = house.branches[0].groups[2]
    maintenance.leaders = [(maintenance.stays[1][0], founded), (maintenance.stays[0][0], current.shift(-7).first)]
    rows = []
    for group in house.groups:
        for n, (who, first) in enumerate(group.leaders):
            end = group.leaders[n + 1][1] if n + 1 < len(group.leaders) else None
            rows.append(_post(group.place, Role.GROUP_LEADER, who, first, end=end))
    for number, branch in enumerate(house.branches):
        rows += _branch_posts(branch, founded, current.shift(-10).first if number == 2 else None)
    db.session.add_all(rows)
    db.session.flush()


def _branch_posts(branch: Branch, founded: date, changed: date | None) -> list[Appointment]:
    """`changed` is the day on which the branch got its present secretary; None since its founding."""
    groups, last = branch.groups, branch.groups[-1]
    branch.head = last.stays[1][0]
    posts = [_post(branch.place, Role.SECRETARY, branch.secretary, changed or founded)]
    if changed:
        posts.append(_post(branch.place, Role.SECRETARY, groups[1].stays[2][0], founded, end=changed))
    half = (len(groups) + 1) // 2
    organiser, publicist, discipline = groups[1].stays[2][0], groups[2].stays[2][0], groups[0].stays[3][0]
    posts.append(_post(branch.place, Role.DEPUTY_SECRETARY, groups[0].stays[2][0], founded))
    for who, title in ((organiser, "组织委员"), (publicist, "宣传委员"), (discipline, "纪检委员")):
        posts.append(_post(branch.place, Role.COMMITTEE_MEMBER, who, founded, title=title))
    for n, group in enumerate(groups):
        posts.append(_post(group.place, Role.LIAISON, organiser if n < half else publicist, founded))
    return posts


def _post(
    place: Place, role: Role, who: Person, first: date, *, end: date | None = None, title: str = ""
) -> Appointment:
    return Appointment(
        committee_id=place.committee_id, branch_id=place.branch_id, group_id=place.group_id,
        member_id=who.member_id, role=role, title=title, starts_on=first, ends_on=end,
    )  # fmt: skip


def tell_moves(house: House, calendar: Calendar, timeline: Timeline) -> None:
    """Audit lines for what changed in the organisation while the months went by."""
    by = house.committee
    for group in house.groups:
        row = db.session.get_one(PartyGroup, group.id)
        for who, first, end in group.stays:
            member = db.session.get_one(Member, who.member_id)
            if first > calendar.founded:
                _tell(timeline, first, "member.add", member, {"group": group.name_on(first), "from": first}, by)
            if end is not None:
                _tell(timeline, end, "member.leave", member, {"group": group.name_on(end), "until": end}, by)
        for name, first in group.names[1:]:
            _tell(timeline, first, "group.rename", row, {"name": name}, by)
        for who, first in group.leaders[1:]:
            _tell(timeline, first, "appointment.add", row, {"role": Role.GROUP_LEADER, "member": who.name}, by)


def _tell(
    timeline: Timeline, day: date, act: str, on: Member | PartyGroup, after: dict[str, object], by: Command
) -> None:
    timeline.add(at(day, 8, 30), lambda: record(by, act, on, after=after))
