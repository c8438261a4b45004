"""What a roster would change: compared with the members of today, written nowhere.

A row is matched by 工号, else by a name that only one member of the branch bears. A cell left empty says nothing: it
never erases. Somebody who is missing from the sheet stays as he is.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.accounts.roles import Role
from app.organisation.roster import Duty, Field, Problem, RosterRow, bare_unit

TWO_YEARS = timedelta(days=730)


class Change(StrEnum):
    ERROR = "error"
    NEW = "new"
    MOVED = "moved"
    UPDATED = "updated"
    SAME = "same"

    @property
    def label(self) -> str:
        return {"error": "有误", "new": "新增", "moved": "调组", "updated": "更新", "same": "不变"}[self.value]


@dataclass(frozen=True)
class KnownMember:
    """A member of the branch on the day from which the roster counts."""

    id: int
    name: str
    staff_no: str = ""
    group_id: int | None = None
    team_id: int | None = None
    since: date | None = None  # when the tie to the group began
    joined_on: date | None = None
    full_on: date | None = None
    sex: str = ""
    masked_phone: str = ""
    duties: frozenset[Duty] = frozenset()


@dataclass(frozen=True)
class Standing:
    """The branch on the day from which the roster counts."""

    members: tuple[KnownMember, ...]
    groups: Mapping[int, str]
    teams: Mapping[int, str]
    elsewhere: Mapping[str, str]  # 工号 of people outside the branch's present members -> where they are
    starts_on: date
    changed_later: frozenset[int] = frozenset()  # members whose tie changes after that day
    fixed_roles: frozenset[Role] = frozenset()  # posts that the importer may not fill: said, not imported


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PlannedRow:
    """`group_id` None beside a group name means that the group would be founded; the same for teams."""

    row: RosterRow
    change: Change
    member_id: int | None = None
    group_id: int | None = None
    team_id: int | None = None
    differences: tuple[Difference, ...] = ()
    new_duties: tuple[Duty, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    rows: tuple[PlannedRow, ...]
    new_groups: tuple[str, ...] = ()
    new_teams: tuple[str, ...] = ()
    not_in_sheet: tuple[str, ...] = ()

    def of(self, change: Change) -> tuple[PlannedRow, ...]:
        return tuple(row for row in self.rows if row.change is change)

    @property
    def counts(self) -> dict[Change, int]:
        found = Counter(row.change for row in self.rows)
        return {change: found[change] for change in Change}

    @property
    def writes(self) -> bool:
        return any(row.change not in {Change.ERROR, Change.SAME} for row in self.rows)


def plan_import(rows: Sequence[RosterRow], standing: Standing, *, may_found: bool = False) -> Plan:
    """`may_found`: unknown groups and teams are founded; otherwise each is a problem with the nearest name."""
    twice = _doubled(rows)
    matcher = _Matcher(standing)
    planned = [_plan_row(row, standing, matcher, may_found=may_found, twice=twice) for row in rows]
    planned = _refuse_shared_matches(planned)
    kept = [one for one in planned if one.change is not Change.ERROR]
    matched = {one.member_id for one in planned}
    return Plan(
        rows=tuple(planned),
        new_groups=_new_names((one.row.group for one in kept if one.group_id is None), standing.groups),
        new_teams=_new_names((one.row.team for one in kept if one.team_id is None), standing.teams),
        not_in_sheet=tuple(known.name for known in standing.members if known.id not in matched),
    )


def _doubled(rows: Sequence[RosterRow]) -> frozenset[tuple[str, str]]:
    """(name, 工号) pairs that stand twice; without a 工号 the name alone must be unique among such rows."""
    numbers = Counter(row.staff_no for row in rows if row.staff_no)
    names = Counter(row.name for row in rows if row.name and not row.staff_no)
    return frozenset(
        (row.name, row.staff_no) for row in rows if (numbers[row.staff_no] > 1 if row.staff_no else names[row.name] > 1)
    )


class _Matcher:
    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.by_number = {known.staff_no: known for known in standing.members if known.staff_no}
        self.by_name: dict[str, list[KnownMember]] = {}
        for known in standing.members:
            self.by_name.setdefault(known.name, []).append(known)

    def find(self, row: RosterRow) -> KnownMember | Problem | None:
        """The member that the row means, None for a new one, a problem when it cannot be told."""
        namesakes = self.by_name.get(row.name, [])
        if row.staff_no:
            return self._by_staff_no(row, namesakes)
        if len(namesakes) > 1:
            return Problem(Field.NAME, f"支部里有 {len(namesakes)} 位{row.name}，请补上工号")
        return namesakes[0] if namesakes else None

    def _by_staff_no(self, row: RosterRow, namesakes: list[KnownMember]) -> KnownMember | Problem | None:
        known = self.by_number.get(row.staff_no)
        if known is not None:
            if known.name != row.name:
                return Problem(Field.NAME, f"工号 {row.staff_no} 登记的是{known.name}；人名有误请先在成员页改")
            return known
        if row.staff_no in self.standing.elsewhere:
            where = self.standing.elsewhere[row.staff_no]
            return Problem(Field.STAFF_NO, f"工号 {row.staff_no} 登记在{where}，请先办理转入")
        # Excel drops the leading zeros of a number cell; somebody registered without a number now gets one.
        bare = row.staff_no.lstrip("0")
        same = [one for one in namesakes if not one.staff_no or one.staff_no.lstrip("0") == bare]
        return same[0] if len(same) == 1 else None


def _plan_row(
    row: RosterRow, standing: Standing, matcher: _Matcher, *, may_found: bool, twice: frozenset[tuple[str, str]]
) -> PlannedRow:
    problems = list(row.problems)
    if (row.name, row.staff_no) in twice:
        field = Field.STAFF_NO if row.staff_no else Field.NAME
        problems.append(Problem(field, "表里有两行写着同一个人，请只留一行" + ("" if row.staff_no else "，或补上工号")))
    found = matcher.find(row) if row.name else None
    new = found is None
    if isinstance(found, Problem):
        problems.append(found)
        found = None
    group_id = _unit(Field.GROUP, row.group, standing.groups, problems, may_found=may_found)
    team_id = _unit(Field.TEAM, row.team, standing.teams, problems, may_found=may_found)
    if new and not row.group:
        problems.append(Problem(Field.GROUP, "新成员要写明党小组"))
    held = found.duties if found is not None else frozenset()
    row_notes = row.notes + tuple(
        f"{duty.label}由上级党委任命，没有读入"
        for duty in row.duties
        if duty.role in standing.fixed_roles and duty not in held
    )
    row_notes += _course(row, found, standing.starts_on, problems)
    planned = PlannedRow(row, Change.ERROR, None, group_id, team_id, notes=row_notes)
    if found is not None:
        planned = _compared(planned, found, standing)
        problems.extend(planned.problems)
    elif not problems:
        notes = (f"支部里另有同名的{row.name}，工号不同",) if matcher.by_name.get(row.name) else ()
        duties = tuple(duty for duty in row.duties if duty.role not in standing.fixed_roles)
        planned = replace(planned, change=Change.NEW, new_duties=duties, notes=row_notes + notes)
    if problems:
        return replace(planned, change=Change.ERROR, problems=tuple(problems), differences=(), new_duties=())
    return planned


def _course(row: RosterRow, known: KnownMember | None, day: date, problems: list[Problem]) -> tuple[str, ...]:
    """The dates that would stand together after the import: what the sheet leaves empty stays as it is registered."""
    joined_on = row.joined_on or (known.joined_on if known else None)
    full_on = row.full_on or (known.full_on if known else None)
    if joined_on and full_on and full_on < joined_on and not row.problems:
        field = Field.JOINED if row.joined_on else Field.FULL
        problems.append(Problem(field, f"和登记的对不上：入党 {joined_on}，转正 {full_on}，请核对"))
    if row.joined_on and full_on is None and day - row.joined_on > TWO_YEARS:
        return ("入党已满两年而没有转正日期，会显示为预备党员",)
    return ()


def _unit(field: Field, name: str, units: Mapping[int, str], problems: list[Problem], *, may_found: bool) -> int | None:
    if not name:
        return None
    same = [number for number, known in units.items() if bare_unit(known) == bare_unit(name)]
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        problems.append(Problem(field, f"有 {len(same)} 个{field}叫“{name}”，请先改名"))
    elif not may_found:
        near = difflib.get_close_matches(bare_unit(name), [bare_unit(known) for known in units.values()], 1, 0.5)
        hint = next((f"，是不是“{known}”" for known in units.values() if near and bare_unit(known) == near[0]), "")
        problems.append(Problem(field, f"没有叫“{name}”的{field}{hint}"))
    return None


def _compared(planned: PlannedRow, known: KnownMember, standing: Standing) -> PlannedRow:
    row = planned.row
    differences = list(_detail_differences(row, known))
    moved = bool(row.group) and planned.group_id != known.group_id
    if moved:
        differences.insert(0, Difference("党小组", standing.groups.get(known.group_id or 0, ""), row.group))
    team_changed = bool(row.team) and planned.team_id != known.team_id
    if team_changed:
        differences.append(Difference("班组", standing.teams.get(known.team_id or 0, ""), row.team))
    # A leader who moves leads the old group no longer, so the post in the new one is a new one.
    held = frozenset(duty for duty in known.duties if not (moved and duty.role is Role.GROUP_LEADER))
    new_duties = tuple(duty for duty in row.duties if duty not in held and duty.role not in standing.fixed_roles)
    differences.extend(Difference("职务", "", duty.label) for duty in new_duties)
    problems: tuple[Problem, ...] = ()
    if (moved or team_changed) and known.id in standing.changed_later:
        field = Field.GROUP if moved else Field.TEAM
        problems = (Problem(field, f"{known.name}在{standing.starts_on}之后已有变动，请改用更晚的起算日期"),)
    change = Change.MOVED if moved else Change.UPDATED if differences else Change.SAME
    return replace(
        planned,
        change=change,
        member_id=known.id,
        differences=tuple(differences),
        new_duties=new_duties,
        problems=problems,
    )


def _detail_differences(row: RosterRow, known: KnownMember) -> Iterable[Difference]:
    pairs: tuple[tuple[str, str | date | None, str | date | None], ...] = (
        ("工号", known.staff_no, row.staff_no if row.staff_no.lstrip("0") != known.staff_no.lstrip("0") else ""),
        ("入党日期", known.joined_on, row.joined_on),
        ("转正日期", known.full_on, row.full_on),
        ("性别", known.sex, row.sex),
        ("手机", known.masked_phone, row.masked_phone),
    )
    for label, before, after in pairs:
        if after and after != before:
            yield Difference(label, str(before or ""), str(after))


def _refuse_shared_matches(planned: list[PlannedRow]) -> list[PlannedRow]:
    shared = {number for number, count in Counter(one.member_id for one in planned).items() if number and count > 1}
    problem = Problem(Field.NAME, "表里有两行对上了同一个人，请只留一行")
    return [
        replace(one, change=Change.ERROR, problems=(*one.problems, problem), differences=(), new_duties=())
        if one.member_id in shared
        else one
        for one in planned
    ]


def _new_names(names: Iterable[str], known: Mapping[int, str]) -> tuple[str, ...]:
    """Names to be founded, in order of appearance, one for each comparable name."""
    taken = {bare_unit(name) for name in known.values()}
    found: dict[str, str] = {}
    for name in names:
        if name and bare_unit(name) not in taken:
            found.setdefault(bare_unit(name), name)
    return tuple(found.values())
