"""Reads of rubrics, rounds and open sheets. Published results are read in `result_queries`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    JSON,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload, lazyload

from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState
from app.activities.photo_models import Photo
from app.brands.models import Brand, BrandVersion
from app.foundation import clock
from app.foundation.db import MonthType, db
from app.foundation.periods import Quarter, as_of, overlaps
from app.foundation.places import Place
from app.inspections.course import RoundState
from app.inspections.models import (
    Bonus,
    ConditionCheck,
    Exact,
    InspectionRound,
    Mark,
    MarkSource,
    PanelMember,
    RubricVersion,
    Sheet,
)
from app.inspections.slip import BonusLine, CheckLine, MarkLine, Record
from app.organisation.models import Branch, Committee, Member, Membership, PartyGroup

PAGE_SIZE = 50


# ---------------------------------------------------------------- rubrics and rounds


def rubric_version(rubric_id: int) -> RubricVersion | None:
    return db.session.get(RubricVersion, rubric_id)


def rubric_versions(committees: Iterable[int]) -> Sequence[RubricVersion]:
    """Newest first; the content is not needed in a list."""
    return db.session.scalars(
        select(RubricVersion)
        .where(RubricVersion.committee_id.in_(committees))
        .order_by(RubricVersion.committee_id, RubricVersion.number.desc(), RubricVersion.id)
        .limit(PAGE_SIZE)
    ).all()


def last_rubric_number(committee_id: int) -> int:
    return (
        db.session.scalar(select(func.max(RubricVersion.number)).where(RubricVersion.committee_id == committee_id)) or 0
    )


def committees(ids: Iterable[int]) -> Sequence[Committee]:
    return db.session.scalars(
        select(Committee).where(Committee.id.in_(ids)).order_by(Committee.path, Committee.id)
    ).all()


def committee_name(committee_id: int) -> str:
    return db.session.scalar(select(Committee.name).where(Committee.id == committee_id)) or ""


def inspection_round(round_id: int) -> InspectionRound | None:
    """With its rubric and its panel, in one statement."""
    return db.session.scalar(
        select(InspectionRound).options(joinedload(InspectionRound.panel)).where(InspectionRound.id == round_id)
    )  # fmt: skip


_ROUND_LINES = (
    select(
        InspectionRound.id,
        InspectionRound.committee_id,
        InspectionRound.quarter,
        InspectionRound.title,
        InspectionRound.state,
        InspectionRound.scoring_until,
        select(func.count())
        .where(PanelMember.round_id == InspectionRound.id)
        .correlate(InspectionRound)
        .scalar_subquery()
        .label("panel_size"),
        exists()
        .where(
            PanelMember.round_id == InspectionRound.id, PanelMember.account_id == bindparam("account", type_=Integer)
        )
        .correlate(InspectionRound)
        .label("sits"),
    )
    .where(InspectionRound.committee_id.in_(bindparam("committees", expanding=True)))
    .order_by(InspectionRound.quarter.desc(), InspectionRound.id.desc())
    .limit(20)
)


def round_lines(committees: Iterable[int], account_id: int) -> Sequence[Any]:
    """The latest quarters first: id, committee_id, quarter, title, state, scoring_until, the size of the panel, and
    whether the account sits on it."""
    return db.session.execute(_ROUND_LINES, {"committees": list(committees), "account": account_id}).all()


def round_of(committee_id: int, quarter: Quarter) -> InspectionRound | None:
    return db.session.scalar(
        select(InspectionRound).where(InspectionRound.committee_id == committee_id, InspectionRound.quarter == quarter)
    )


def panel_candidates(committee_id: int, day: date) -> Sequence[Any]:
    """Accounts of the committee that may sit on a panel, by name: id, name. Never administrators or auditors."""
    barred = select(Appointment.account_id).where(
        Appointment.account_id == Account.id,
        Appointment.role.in_([Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR]),
        as_of(Appointment, day),
    )
    return db.session.execute(
        select(Account.id, Account.name, Account.login)
        .where(Account.committee_id == committee_id, Account.disabled_at.is_(None), ~exists(barred))
        .order_by(Account.name, Account.id)
    ).all()


def own_groups(account_ids: Iterable[int], first: date, end: date) -> dict[int, list[int]]:
    """account -> groups that its member belonged to at some time from `first` to before `end`: a conflict of interest."""
    found: dict[int, list[int]] = {}
    for account_id, group_id in db.session.execute(
        select(Account.id, Membership.group_id)
        .join(Membership, Membership.member_id == Account.member_id)
        .where(Account.id.in_(account_ids), overlaps(Membership, first, end))
        .distinct()
        .order_by(Account.id, Membership.group_id)
    ):
        found.setdefault(account_id, []).append(group_id)
    return found


@dataclass(frozen=True)
class Entrant:
    """A group as it stood on the quarter's last day."""

    group_id: int
    branch_id: int
    branch_name: str
    group_name: str
    leader_name: str
    brand_name: str
    face: dict[str, Any]


def entrants(committee_id: int, day: date) -> list[Entrant]:
    """Every group that exists on `day`, in brand-tree order: branch, the brand's place in the tree, group, id."""
    version = aliased(BrandVersion)
    latest = (
        select(version.id)
        .where(version.brand_id == Brand.id, version.in_force_from <= day)
        .order_by(version.in_force_from.desc(), version.number.desc())
        .limit(1)
        .correlate(Brand)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(PartyGroup, Branch, BrandVersion.name, BrandVersion.hue, BrandVersion.outlines)
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .outerjoin(Brand, and_(Brand.group_id == PartyGroup.id, or_(Brand.ended_on.is_(None), Brand.ended_on > day)))
        .outerjoin(BrandVersion, BrandVersion.id == latest)
        .where(PartyGroup.committee_id == committee_id, as_of(PartyGroup, day))
        .order_by(
            Branch.sort_order, Branch.id, func.coalesce(Brand.sort_order, 9999), PartyGroup.sort_order, PartyGroup.id
        )
    ).all()
    leaders = _leaders(committee_id, day)
    found: dict[int, Entrant] = {}
    for group, branch, brand_name, hue, outlines in rows:
        if group.id in found and (found[group.id].brand_name or not brand_name):
            continue  # of several brands of a group the first in force counts
        found[group.id] = Entrant(
            group.id,
            branch.id,
            branch.name_on(day),
            group.name_on(day),
            leaders.get(group.id, ""),
            brand_name or "",
            {"hue": hue, "drawing": outlines} if outlines else {},
        )
    return list(found.values())


def _leaders(committee_id: int, day: date) -> dict[int, str]:
    rows = db.session.execute(
        select(Appointment.group_id, Member.name)
        .join(Member, Member.id == Appointment.member_id)
        .where(Appointment.committee_id == committee_id, Appointment.role == Role.GROUP_LEADER, as_of(Appointment, day))
        .order_by(Appointment.group_id, Appointment.starts_on, Appointment.id)
    )
    return {group_id: name for group_id, name in rows if group_id is not None}


# ---------------------------------------------------------------- sheets and what is on them


def sheet(sheet_id: int) -> Sheet | None:
    """With its round, the rubric and the panel, in one statement."""
    return db.session.scalar(
        select(Sheet)
        .options(joinedload(Sheet.round).joinedload(InspectionRound.panel))
        .where(Sheet.id == sheet_id)
    )  # fmt: skip


def sheets(round_id: int, *, branch_id: int | None = None, after: int = 0, size: int | None = None) -> Sequence[Sheet]:
    """In brand-tree order; a page of them starts after a position. Their round is left to be looked up once: joined, its
    rubric would be decoded anew for every row."""
    found = select(Sheet).where(Sheet.round_id == round_id, Sheet.position > after).order_by(Sheet.position, Sheet.id)
    found = found.options(lazyload(Sheet.round))
    if branch_id is not None:
        found = found.where(Sheet.branch_id == branch_id)
    return db.session.scalars(found.limit(size) if size else found).unique().all()


def records(
    panel: Sequence[PanelMember], of: Iterable[Sheet], *, in_full: int | None = None, account_id: int = 0
) -> dict[int, Record]:  # fmt: skip
    """Everything current on some sheets, in one statement. With `in_full` only that sheet comes whole; of the others
    no more than the account's own marks."""
    sheets_by_id = {row.id: row for row in of}
    panels = {
        row.id: {member.account_id: member.name for member in panel if member.scores(row.group_id)}
        for row in sheets_by_id.values()
    }
    lines: dict[int, list[list[Any]]] = {sheet_id: [[], [], [], []] for sheet_id in sheets_by_id}
    whole = list(sheets_by_id) if in_full is None else [in_full]
    for row in db.session.execute(_LINES, {"sheets": list(sheets_by_id), "whole": whole, "account": account_id}):
        place, line = _line(row)
        lines[row.sheet_id][place].append(line)
    return {sheet_id: Record(panels[sheet_id], *(tuple(part) for part in parts)) for sheet_id, parts in lines.items()}


def _all_lines() -> Select[Any]:
    """Current marks, checks and bonuses as rows of one shape; built once, since it is asked on every desk."""
    nothing = cast(null(), JSON)
    sheets = bindparam("sheets", type_=Integer, expanding=True)
    whole = bindparam("whole", type_=Integer, expanding=True)
    marks = select(
        cast(Mark.source, String).label("kind"), Mark.id.label("id"), Mark.sheet_id.label("sheet_id"),
        Mark.code.label("code"), Mark.account_id.label("account_id"), Mark.author.label("author"),
        Mark.points.label("points"), Mark.reason.label("text"), literal("").label("level_name"),
        Mark.taken.label("taken"), Mark.evidence.label("evidence"), Mark.marked_at.label("at"),
    ).where(
        Mark.sheet_id.in_(sheets),
        Mark.replaced_at.is_(None),
        or_(
            Mark.sheet_id.in_(whole),
            and_(Mark.source == MarkSource.PANEL, Mark.account_id == bindparam("account", type_=Integer)),
        ),
    )  # fmt: skip
    checks = select(
        literal("check"), ConditionCheck.id, ConditionCheck.sheet_id, ConditionCheck.code, ConditionCheck.account_id,
        ConditionCheck.author, cast(case((ConditionCheck.holds, "1"), else_="0"), Exact), ConditionCheck.reason,
        literal(""), nothing, nothing, ConditionCheck.checked_at,
    ).where(ConditionCheck.sheet_id.in_(whole), ConditionCheck.replaced_at.is_(None))  # fmt: skip
    bonuses = select(
        literal("bonus"), Bonus.id, Bonus.sheet_id, Bonus.level, Bonus.account_id, Bonus.author, Bonus.points,
        Bonus.honour, Bonus.level_name, nothing, nothing, Bonus.given_at,
    ).where(Bonus.sheet_id.in_(whole), Bonus.withdrawn_at.is_(None))  # fmt: skip
    rows = union_all(marks, checks, bonuses).subquery("lines")
    return select(rows).order_by(rows.c.sheet_id, rows.c.kind, rows.c.id)


_LINES = _all_lines()


def _line(row: Any) -> tuple[int, Any]:
    """The line and which part of a record it belongs to."""
    at = wall_clock(row.at)
    if row.kind == "check":
        return 2, CheckLine(row.code, row.points == 1, row.text, row.author, at)
    if row.kind == "bonus":
        return 3, BonusLine(row.id, row.level_name, row.text, row.points, row.author, at)
    line = MarkLine(
        row.code,
        row.account_id or 0,
        row.author,
        at,
        row.points,
        tuple(row.taken or ()),
        row.text,
        tuple(row.evidence or ()),
    )
    return (0 if row.kind == MarkSource.PANEL else 1), line


def wall_clock(moment: Any) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


def mark_counts(round_id: int) -> dict[tuple[int, int], int]:
    """(sheet, account) -> criteria marked by that panel member; account 0 counts the group's self check."""
    marker = case((Mark.source == MarkSource.SELF, 0), else_=Mark.account_id)
    rows = db.session.execute(
        select(Mark.sheet_id, marker, func.count())
        .join(Sheet, Sheet.id == Mark.sheet_id)
        .where(Sheet.round_id == round_id, Mark.replaced_at.is_(None))
        .group_by(Mark.sheet_id, marker)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def current_mark(sheet_id: int, code: str, source: MarkSource, account_id: int | None) -> Mark | None:
    """A self check has one current mark whoever of the group wrote it."""
    found = select(Mark).where(
        Mark.sheet_id == sheet_id, Mark.code == code, Mark.source == source, Mark.replaced_at.is_(None)
    )
    if source is MarkSource.PANEL:
        found = found.where(Mark.account_id == account_id)
    return db.session.scalar(found.order_by(Mark.id.desc()).limit(1))


def current_check(sheet_id: int, code: str) -> ConditionCheck | None:
    return db.session.scalar(
        select(ConditionCheck).where(
            ConditionCheck.sheet_id == sheet_id, ConditionCheck.code == code, ConditionCheck.replaced_at.is_(None)
        )
    )


def bonus(bonus_id: int) -> Bonus | None:
    return db.session.get(Bonus, bonus_id)


# ---------------------------------------------------------------- evidence of a quarter


EVIDENCE_LIMIT = 60


def _all_evidence() -> Select[Any]:
    """Built once, as `_all_lines`."""
    group_id, months = bindparam("group", type_=Integer), bindparam("months", type_=MonthType, expanding=True)
    activities = (
        select(
            literal("activity").label("kind"), Activity.id.label("id"), cast(Activity.held_on, String).label("held_on"),
            Activity.title.label("title"), ActivityKind.name.label("detail"), literal("").label("key"),
        )
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .join(ActivityKind, ActivityKind.id == Activity.kind_id)
        .where(
            ActivityGroup.group_id == group_id,
            ActivityGroup.month.in_(months),
            Activity.state == ActivityState.CONFIRMED,
        )
    )  # fmt: skip
    held_on = func.coalesce(cast(Activity.held_on, String), cast(Photo.month, String))
    photos = (
        select(literal("photo"), Photo.id, held_on, Photo.caption, func.coalesce(Activity.title, ""), Photo.thumb_key)
        .outerjoin(Activity, Activity.id == Photo.activity_id)
        .where(Photo.group_id == group_id, Photo.month.in_(months), Photo.withdrawn_at.is_(None))
    )
    rows = union_all(activities, photos).subquery("evidence")
    return select(rows).order_by(rows.c.kind, rows.c.held_on, rows.c.id).limit(EVIDENCE_LIMIT)


_EVIDENCE = _all_evidence()


def evidence(group_id: int, quarter: Quarter) -> Sequence[Any]:
    """The group's confirmed activities and its photos of the quarter by date: kind, id, held_on (text), title, detail,
    key. Joint activities are found from each group that took part."""
    return db.session.execute(_EVIDENCE, {"group": group_id, "months": list(quarter.months)}).all()


@dataclass(frozen=True)
class EvidencePhoto:
    """A photo as evidence on a sheet: it stands where the sheet stands, so the panel may look at it."""

    sheet: Sheet
    photo: Photo

    @property
    def place(self) -> Place:
        return self.sheet.place


def evidence_photo(sheet_id: int, photo_id: int) -> EvidencePhoto | None:
    of, photo = sheet(sheet_id), db.session.get(Photo, photo_id)
    if of is None or photo is None or photo.withdrawn_at is not None or photo.group_id != of.group_id:
        return None
    return EvidencePhoto(of, photo) if photo.month in of.round.quarter.months else None


# ---------------------------------------------------------------- what waits


@dataclass(frozen=True)
class Waiting:
    """A round in which something waits for somebody."""

    round_id: int
    title: str
    quarter: Quarter
    state: RoundState
    until: date
    sheet_id: int | None
    """The group's own sheet for a self check; None for a panel member, whose desk lists all."""


def rounds_waiting_for_panel(account_id: int) -> list[Waiting]:
    """Rounds being scored whose panel the account sits on, nearest date first."""
    rows = db.session.scalars(
        select(InspectionRound)
        .join(PanelMember, PanelMember.round_id == InspectionRound.id)
        .where(PanelMember.account_id == account_id, InspectionRound.state == RoundState.SCORING)
        .order_by(InspectionRound.scoring_until, InspectionRound.id)
    ).all()
    return [Waiting(r.id, r.title, r.quarter, r.state, r.scoring_until, None) for r in rows]


def self_checks_waiting(group_ids: Iterable[int]) -> list[Waiting]:
    """Self checks that the groups have not handed in yet, nearest date first."""
    rows = db.session.scalars(
        select(Sheet)
        .join(Sheet.round)
        .where(
            Sheet.group_id.in_(group_ids),
            Sheet.self_checked_at.is_(None),
            InspectionRound.state == RoundState.SELF_CHECK,
        )
        .order_by(InspectionRound.self_check_until, Sheet.id)
    ).all()
    return [
        Waiting(s.round_id, s.round.title, s.round.quarter, s.round.state, s.round.self_check_until, s.id) for s in rows
    ]
