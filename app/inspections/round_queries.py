"""What the page of a round shows, as plain rows of statements built once. Acts load the round itself by
`queries.inspection_round`."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, Text, and_, bindparam, case, cast, func, literal_column, select
from sqlalchemy.orm import aliased

from app.accounts.kept import until_next_act
from app.accounts.models import Account
from app.foundation import clock
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place
from app.indicators.missing_queries import missing_of
from app.indicators.models import IndicatorScope
from app.inspections import hearing_queries, progress
from app.inspections.conflict_queries import joined_since
from app.inspections.course import HEARING, PANEL_MAY_CHANGE, Course, RoundState
from app.inspections.desk_queries import FACE, NAME, joined_text
from app.inspections.hearing_models import Appeal
from app.inspections.models import ConditionCheck, InspectionRound, Mark, MarkSource, PanelMember, Sheet
from app.inspections.progress import Panelist, SheetState, Standing
from app.inspections.queries import PAGE_SIZE
from app.organisation.models import Committee, Membership
from app.rubrics.layout import Layout, laid_out
from app.rubrics.models import RubricVersion

_round = bindparam("round", type_=Integer)
_first, _last = bindparam("first", type_=Integer), bindparam("last", type_=Integer)


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round with its rubric and its panel."""

    id: int
    place: Place
    quarter: Quarter
    title: str
    state: RoundState
    course: Course
    self_check_until: date
    visits_until: date | None
    scoring_until: date
    feedback_until: date | None
    appeals_until: date
    shows_rank: bool
    correction: str
    committee_name: str
    rubric_label: str
    layout: Layout
    appeals: int
    undecided: int
    missing: int
    """Values of business indicators that a measured criterion rests on and that nobody has entered yet; asked for until the
    review."""

    panel: tuple[Panelist, ...]


def _appeals(*, undecided: bool) -> Any:
    found = select(func.count()).join(Sheet, Sheet.id == Appeal.sheet_id).where(Sheet.round_id == InspectionRound.id)
    if undecided:
        found = found.where(Appeal.outcome.is_(None))
    return found.select_from(Appeal).correlate(InspectionRound).scalar_subquery()


def rests_on_indicators(content: Any) -> Any:
    """The SQL condition that a kept rubric has a criterion which is measured by business indicators."""
    return cast(content, Text).like('%"measure": "indicators"%')


def _missing() -> Any:
    found = missing_of(
        InspectionRound.quarter,
        bindparam("month", type_=MonthType),
        IndicatorScope.committee_id == InspectionRound.committee_id,
    )
    waits = and_(InspectionRound.state.in_(PANEL_MAY_CHANGE), rests_on_indicators(RubricVersion.content))
    return case((waits, found), else_=0)


_OPEN_ROUND = (
    select(
        InspectionRound.id, InspectionRound.committee_id, InspectionRound.quarter, InspectionRound.title,
        InspectionRound.state, InspectionRound.stages, InspectionRound.self_check_until, InspectionRound.visits_until,
        InspectionRound.scoring_until, InspectionRound.feedback_until, InspectionRound.appeals_until,
        InspectionRound.shows_rank, InspectionRound.correction, Committee.name.label("committee_name"),
        RubricVersion.title.label("rubric_title"), RubricVersion.number,
        cast(RubricVersion.content, Text).label("content"),
        _appeals(undecided=False).label("appeals"), _appeals(undecided=True).label("undecided"),
        _missing().label("missing"), PanelMember.account_id, PanelMember.name, PanelMember.conflicts, PanelMember.own,
        select(joined_text(cast(Membership.group_id, String)))
        .select_from(Membership, Account)
        .where(*joined_since(bindparam("today", type_=Date)))
        .correlate(InspectionRound, PanelMember)
        .scalar_subquery()
        .label("joined"),
    )
    .join(Committee, Committee.id == InspectionRound.committee_id)
    .join(RubricVersion, RubricVersion.id == InspectionRound.rubric_id)
    .outerjoin(PanelMember, PanelMember.round_id == InspectionRound.id)
    .where(InspectionRound.id == _round)
    .order_by(PanelMember.id)
)  # fmt: skip


def open_round(round_id: int) -> OpenRound | None:
    today = clock.today()
    return until_next_act(("open-round", round_id, today), lambda: _read_open_round(round_id, today), shows_marks=False)


def _read_open_round(round_id: int, today: date) -> OpenRound | None:
    rows = fetch(_OPEN_ROUND, round=round_id, today=today, month=Month.of(today)).all()
    if not rows:
        return None
    row = rows[0]
    return OpenRound(
        row.id,
        Place(row.committee_id),
        row.quarter,
        row.title,
        row.state,
        Course.of(row.stages, row.correction),
        row.self_check_until,
        row.visits_until,
        row.scoring_until,
        row.feedback_until,
        row.appeals_until,
        row.shows_rank,
        row.correction,
        row.committee_name,
        f"{row.rubric_title}第{row.number}版",
        laid_out(row.content),
        row.appeals,
        row.undecided,
        row.missing,
        tuple(_panelist(m) for m in rows if m.account_id is not None),
    )


def _panelist(row: Any) -> Panelist:
    """Until the review the next step takes those who joined a group off its sheet, so they count as barred at once."""
    joined = frozenset(int(group) for group in (row.joined or "").split(";") if group)
    barred, own = frozenset(row.conflicts), frozenset(row.own)
    if row.state in PANEL_MAY_CHANGE:
        barred, own = barred | joined, own | joined
    return Panelist(row.account_id, row.name, barred, own, joined)


_LINES = (
    select(
        Sheet.id, Sheet.branch_id, Sheet.group_id, Sheet.position, NAME, Sheet.branch_name, Sheet.group_name, FACE,
        Sheet.self_checked_at.is_not(None).label("handed_in"),
    )
    .where(Sheet.round_id == _round, Sheet.position > _first)
    .order_by(Sheet.position, Sheet.id)
    .limit(PAGE_SIZE + 1)
)  # fmt: skip


def lines(round_id: int, after: int) -> Sequence[Any]:
    """A page of the round's sheets in brand-tree order, and one more, which tells that more follow."""
    return until_next_act(
        ("round-lines", round_id, after),
        lambda: fetch(_LINES, round=round_id, first=after).all(),
        shows_marks=False,
    )


_MARKER = case((Mark.source == MarkSource.SELF, 0), else_=Mark.account_id)
_COUNTS = (
    select(Mark.sheet_id, _MARKER.label("marker"), func.count().label("marked"))
    .join(Sheet, Sheet.id == Mark.sheet_id)
    .where(Sheet.round_id == _round, Sheet.position > _first, Sheet.position <= _last, Mark.replaced_at.is_(None))
    .group_by(Mark.sheet_id, _MARKER)
)


def mark_counts(round_id: int, after: int, last: int) -> Mapping[tuple[int, int], int]:
    """(sheet, account) -> criteria marked by that panel member on the sheets of a page; account 0 counts the group's
    self check."""
    return until_next_act(
        ("round-counts", round_id, after, last),
        lambda: {
            (row.sheet_id, row.marker): row.marked for row in fetch(_COUNTS, round=round_id, first=after, last=last)
        },
    )


# ---------------------------------------------------------------- what is still open, over the whole round

_STANDINGS = (
    select(
        Sheet.id, Sheet.group_id, NAME, Sheet.leader_name, Sheet.self_checked_at.is_not(None).label("handed_in"),
        select(func.count())
        .where(ConditionCheck.sheet_id == Sheet.id, ConditionCheck.replaced_at.is_(None))
        .correlate(Sheet)
        .scalar_subquery()
        .label("answered"),
        # Whose mark each is, as one text a sheet: "5;5;7"; 0 where one body scores alone.
        select(joined_text(func.coalesce(cast(Mark.account_id, String), literal_column("'0'", String))))
        .where(Mark.sheet_id == Sheet.id, Mark.source == MarkSource.PANEL, Mark.replaced_at.is_(None))
        .correlate(Sheet)
        .scalar_subquery()
        .label("markers"),
    )
    .where(Sheet.round_id == _round)
    .order_by(Sheet.position, Sheet.id)
)  # fmt: skip
# Few criteria are ever 不适用: only where one such mark stands are the others of the panel asked for.
_absent = aliased(Mark)
_DOUBTFUL = (
    select(Mark.sheet_id, Mark.code, Mark.account_id, Mark.points.is_(None).label("absent"))
    .join(Sheet, Sheet.id == Mark.sheet_id)
    .where(
        Sheet.round_id == _round,
        Mark.source == MarkSource.PANEL,
        Mark.replaced_at.is_(None),
        select(_absent.id)
        .where(
            _absent.sheet_id == Mark.sheet_id,
            _absent.code == Mark.code,
            _absent.source == MarkSource.PANEL,
            _absent.replaced_at.is_(None),
            _absent.points.is_(None),
        )
        .exists(),
    )
)


Doubts = dict[int, dict[str, list[tuple[int, bool]]]]


def standing(round_id: int, layout: Layout, panel: Sequence[Panelist]) -> Standing:
    """Where every sheet of the round stands, whatever page shows it."""
    doubts: Doubts = {}
    for row in fetch(_DOUBTFUL, round=round_id):
        doubts.setdefault(row.sheet_id, {}).setdefault(row.code, []).append((row.account_id, row.absent))
    sheets = _sheet_states(round_id, doubts, panel)
    return progress.standing(
        sheets,
        panel,
        criteria=layout.total,
        conditions=len(layout.rubric.conditions),
        voices=len(layout.codes) - layout.total,
    )


def _sheet_states(round_id: int, doubts: Doubts, panel: Sequence[Panelist]) -> list[SheetState]:
    rows = fetch(_STANDINGS, round=round_id).all()
    given = {row.id: [int(account) for account in (row.markers or "").split(";") if account] for row in rows}
    return [
        SheetState(
            row.group_id,
            row.name,
            row.leader_name,
            row.handed_in,
            Counter(account for account in given[row.id] if account),
            row.answered,
            _unsettled(doubts.get(row.id, {}), {p.account_id for p in panel if row.group_id not in p.barred}),
            given[row.id].count(0),
        )
        for row in rows
    ]


# ---------------------------------------------------------------- who is waited for

_NOT_HANDED_IN = (
    select(NAME, Sheet.leader_name)
    .where(Sheet.round_id == _round, Sheet.self_checked_at.is_(None))
    .order_by(Sheet.position, Sheet.id)
)


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """Who has to act before the round can go on: units with their leader, people of the panel, or the committee."""

    names: tuple[str, ...]
    due: date | None


def waited_for(row: OpenRound) -> WaitedFor:
    """One statement at most, whatever the step."""
    return until_next_act(("waited-for", row.id), lambda: WaitedFor(_names_waited_for(row), _due(row)))


def _names_waited_for(row: OpenRound) -> tuple[str, ...]:
    if row.state is RoundState.PUBLISHED:
        return ()
    if row.state is RoundState.VISIT:
        return tuple(person.name for person in row.panel)
    if row.state is RoundState.SCORING:
        found = progress.standing(
            _sheet_states(row.id, {}, row.panel), row.panel, criteria=row.layout.total, conditions=0
        )
        return tuple(f"{work.name}（{len(work.sheets)} 张）" for work in found.people) or (row.committee_name,)
    groups: tuple[str, ...] = ()
    if row.state is RoundState.SELF_CHECK:
        groups = tuple(progress.with_leader(r.name, r.leader_name) for r in fetch(_NOT_HANDED_IN, round=row.id))
    elif row.state in HEARING:
        groups = tuple(progress.with_leader(r.name, r.leader_name) for r in hearing_queries.unanswered(row.id))
    office = f"{row.committee_name}（{row.undecided} 条申诉待决定）" if row.undecided else row.committee_name
    return (*groups, office) if row.undecided or not groups else groups


def _due(row: OpenRound) -> date | None:
    return {
        RoundState.SELF_CHECK: row.self_check_until,
        RoundState.VISIT: row.visits_until,
        RoundState.SCORING: row.scoring_until,
        RoundState.FEEDBACK: row.feedback_until,
        RoundState.APPEAL: row.appeals_until,
    }.get(row.state)


def _unsettled(doubts: Mapping[str, Sequence[tuple[int, bool]]], markers: Container[int]) -> int:
    return sum(len({absent for account_id, absent in said if account_id in markers}) > 1 for said in doubts.values())
