"""Four quarters: three published by the real publishing, one in the middle of its scoring.

Marks are judged by the same pure rule as typed ones and written in bulk; planning, the panel, the steps of the course
and publishing are the real acts, each at its own moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from app.audit.operations import Doer, record
from app.demo import hearing_operations
from app.demo.activity_operations import Programme
from app.demo.calendar import Calendar, at, chance
from app.demo.hearing_operations import Heard
from app.demo.house import Group, House
from app.demo.texts.marks import EVIDENCE, HONOUR, NOT_APPLICABLE, TAKEN, UNMET_GATE, Taken
from app.demo.timeline import Timeline
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import publication_operations, queries, round_operations
from app.inspections.course import RoundState
from app.inspections.mark_operations import taken_data
from app.inspections.marking import Proposal, judge
from app.inspections.models import Bonus, ConditionCheck, InspectionRound, Mark, MarkSource, Sheet
from app.inspections.plan import Plan
from app.organisation.models import Committee
from app.rubrics import operations as rubric_operations
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, Rubric

DAY = timedelta(days=1)
PANEL = ("committee", "secretary", "secretary2")
# How much is taken from a group, by its order in the house: some are strong, some still have a way to go.
WEAKNESS = (0.24, 0.22, 0.36, 0.42, 0.26, 0.5, 0.34, 0.62, 0.44, 0.38, 0.46, 0.3, 0.74)
WEAKEST, WITHOUT_ITEMS, HONOURED = 12, 9, 1
STAGES = (RoundState.SELF_CHECK, RoundState.FEEDBACK, RoundState.APPEAL)
LAST_PUBLISHED = 2


@dataclass
class Quarterly:
    """What the acts of one round share."""

    quarter: Quarter
    house: House
    held: Programme
    calendar: Calendar
    panel: tuple[Doer, ...]
    row: InspectionRound | None = None

    @property
    def round(self) -> InspectionRound:
        assert self.row is not None  # noqa: S101 - planned first
        return self.row

    @property
    def number(self) -> int:
        """0 for the first published quarter, 3 for the open one."""
        return [*self.calendar.published_quarters, self.calendar.open_quarter].index(self.quarter)


def inspect(house: House, held: Programme, calendar: Calendar, timeline: Timeline) -> None:
    committee = db.session.get_one(Committee, house.committee_id)
    rubric: list[RubricVersion] = []
    first_day = calendar.founded + 60 * DAY
    timeline.add(at(first_day, 8), lambda: rubric.append(rubric_operations.start_rubric(committee, by=house.committee)))
    panel = tuple(_panelist(house, login) for login in PANEL)
    for quarter in calendar.published_quarters:
        _publish_quarter(Quarterly(quarter, house, held, calendar, panel), committee, rubric, timeline)
    _open_quarter(Quarterly(calendar.open_quarter, house, held, calendar, panel), committee, rubric, timeline)


def _panelist(house: House, login: str) -> Doer:
    if login == "committee":
        return house.committee
    return house.branches[0 if login == "secretary" else 1].secretary


def _plan(one: Quarterly, committee: Committee, rubric: RubricVersion, plan: Plan) -> None:
    by = one.house.committee
    one.row = round_operations.plan_round(committee, one.quarter, rubric, plan, by=by)
    accounts = [one.house.accounts[login] for login in PANEL]
    round_operations.choose_panel(one.round, accounts, by=by)
    db.session.flush()


def _publish_quarter(one: Quarterly, committee: Committee, rubric: list[RubricVersion], timeline: Timeline) -> None:
    end, by = one.quarter.last, one.house.committee
    plan = Plan(
        f"{one.quarter.label}督查", end + 4 * DAY, end + 9 * DAY, end + 17 * DAY,
        stages=STAGES, feedback_until=end + 11 * DAY,
    )  # fmt: skip
    timeline.add(at(end - 14 * DAY, 10), lambda: _plan(one, committee, rubric[0], plan))
    timeline.add(at(end - 9 * DAY, 9), lambda: _move(one, RoundState.SELF_CHECK))
    timeline.add(at(end + 3 * DAY, 16), lambda: _self_check(one, end + 3 * DAY))
    timeline.add(at(end + 5 * DAY, 9), lambda: _move(one, RoundState.SCORING))
    timeline.add(at(end + 8 * DAY, 17), lambda: _score(one, end + 7 * DAY))
    timeline.add(at(end + 10 * DAY, 15), lambda: _move(one, RoundState.REVIEW))
    _hear(one, end, timeline)
    timeline.add(at(end + 12 * DAY, 16), lambda: publication_operations.publish_round(one.round, by=by))


def _hear(one: Quarterly, end: date, timeline: Timeline) -> None:
    """All have answered a day later, so the window need not stay open. In the last published quarter two appealed."""
    by = one.house.committee
    timeline.add(at(end + 11 * DAY, 9), lambda: _move(one, RoundState.FEEDBACK))
    timeline.add(at(end + 11 * DAY, 14), lambda: hearing_operations.answer(_heard(one), end + 11 * DAY))
    timeline.add(at(end + 11 * DAY, 16), lambda: _move(one, RoundState.APPEAL))
    if one.number == LAST_PUBLISHED:
        timeline.add(at(end + 11 * DAY, 19), lambda: hearing_operations.appeal(_heard(one), end + 11 * DAY))
        timeline.add(at(end + 12 * DAY, 10), lambda: hearing_operations.decide(_heard(one), by))
    timeline.add(at(end + 12 * DAY, 11), lambda: _move(one, RoundState.APPROVAL))


def _heard(one: Quarterly) -> list[Heard]:
    return [Heard(*line) for line in _groups(one)]


def _open_quarter(one: Quarterly, committee: Committee, rubric: list[RubricVersion], timeline: Timeline) -> None:
    today, now = one.calendar.today, one.calendar.now
    plan = Plan(
        f"{one.quarter.label}督查", today - 3 * DAY, today + 7 * DAY, today + 16 * DAY,
        stages=STAGES, feedback_until=today + 12 * DAY,
    )  # fmt: skip
    timeline.add(at(today - 12 * DAY, 10), lambda: _plan(one, committee, rubric[0], plan))
    timeline.add(at(today - 10 * DAY, 9), lambda: _move(one, RoundState.SELF_CHECK))
    timeline.add(at(today - 4 * DAY, 16), lambda: _self_check(one, today - 4 * DAY))
    timeline.add(at(today - 3 * DAY, 9), lambda: _move(one, RoundState.SCORING))
    timeline.add(min(at(today - DAY, 17), now), lambda: _score(one, today - DAY))


def _move(one: Quarterly, to: RoundState) -> None:
    round_operations.move_round(one.round, to, by=one.house.committee)
    db.session.flush()


# ------------------------------------------------------------------ marks


def _groups(one: Quarterly) -> Iterator[tuple[int, Sheet, Group]]:
    by_id = {sheet.group_id: sheet for sheet in queries.sheets(one.round.id)}
    for number, group in enumerate(one.house.groups):
        yield number, by_id[group.id], group


def _self_check(one: Quarterly, day: date) -> None:
    """Groups are a little milder with themselves than the panel, as groups are."""
    rubric, rows = one.round.rubric_version.rubric, []
    for number, sheet, group in _groups(one):
        leader = group.leader(day)
        for criterion in rubric.criteria:
            taken = _taken(one, number, criterion)
            random = chance("self", group.id, one.quarter, criterion.code)
            mild = taken if taken and (criterion.code == NOT_APPLICABLE[0] or random.random() < 0.6) else None
            moment = at(day, 15, random.randint(0, 55))
            rows.append(_mark(one, sheet, criterion, mild, MarkSource.SELF, leader, moment, group))
        sheet.self_checked_at, sheet.self_checked_by = clock.now(), leader.name
        record(leader, "sheet.hand-in", sheet)
    db.session.add_all(rows)
    db.session.flush()


def _score(one: Quarterly, day: date) -> None:
    rubric, rows = one.round.rubric_version.rubric, []
    panel = {member.account_id: member for member in one.round.panel}
    for number, sheet, group in _groups(one):
        for place, by in enumerate(one.panel):
            if not panel[by.account_id or 0].scores(group.id):
                continue
            codes = _marked_by_now(one, number, place, rubric)
            rows += [
                _mark(
                    one,
                    sheet,
                    c,
                    _seen_by(one, number, c, place),
                    MarkSource.PANEL,
                    by,
                    _when(day, rubric, c, number, place),
                    group,
                )
                for c in rubric.criteria
                if c.code in codes
            ]
    db.session.add_all(rows)
    db.session.add_all(_answers(one, rubric, day))
    _honour(one, day)
    db.session.flush()


def _when(day: date, rubric: Rubric, criterion: Criterion, number: int, place: int) -> datetime:
    """Each inspector goes from group to group, a line every minute or so; the first one goes the day before."""
    minutes = (
        number * 28 + rubric.criteria.index(criterion) + chance("when", number, place, criterion.code).randint(0, 1)
    )
    return at(day - DAY if place == 0 else day, 9 + place // 2, 5) + timedelta(minutes=minutes)


def _marked_by_now(one: Quarterly, number: int, place: int, rubric: Rubric) -> frozenset[str]:
    """Everything in a published quarter. In the open one the committee has done the first branch and half of the
    second, one secretary the first two groups, the other has not begun."""
    codes = [criterion.code for criterion in rubric.criteria]
    if one.number < 3:
        return frozenset(codes)
    done = {0: 16 if number < 4 else 16 if number < 7 else 0, 1: 0, 2: 16 if number < 2 else 7 if number == 2 else 0}
    return frozenset(codes[: done[place]])


def _taken(one: Quarterly, number: int, criterion: Criterion) -> Taken | None:
    """What the inspection found, the same for everybody who looks; a group grows a little from quarter to quarter."""
    if number == WITHOUT_ITEMS and one.number == 1 and criterion.code == NOT_APPLICABLE[0]:
        return ("", NOT_APPLICABLE[1])
    random = chance("found", number, one.quarter, criterion.code)
    weak = WEAKNESS[number] * (1.15, 1.0, 0.85, 0.8)[one.number]
    return random.choice(TAKEN[criterion.code]) if random.random() < weak else None


def _seen_by(one: Quarterly, number: int, criterion: Criterion, place: int) -> Taken | None:
    """Inspectors agree mostly; now and then one of them sees it milder."""
    taken = _taken(one, number, criterion)
    if taken is None or (criterion.code == NOT_APPLICABLE[0] and taken[0] == ""):
        return taken
    return None if chance("seen", number, one.quarter, criterion.code, place).random() < 0.12 else taken


def _mark(
    one: Quarterly, sheet: Sheet, criterion: Criterion, taken: Taken | None, source: MarkSource, by: Doer,
    moment: datetime, group: Group,
) -> Mark:  # fmt: skip
    judged = judge(criterion, proposal(criterion, taken))
    return Mark(
        committee_id=sheet.committee_id, sheet_id=sheet.id, code=criterion.code, source=source,
        account_id=by.account_id, author=by.name, points=judged.points, taken=taken_data(criterion, judged),
        reason=judged.reason, evidence=_evidence(one, group, criterion), marked_at=min(moment, one.calendar.now),
    )  # fmt: skip


def proposal(criterion: Criterion, taken: Taken | None) -> Proposal:
    if taken is None:
        full = criterion.maximum if criterion.steps else None
        return Proposal(step=full)
    what, reason = taken
    if what == "":
        return Proposal(not_applicable=True, reason=reason)
    if isinstance(what, str):
        return Proposal(step=Fraction(what), reason=reason)
    return Proposal(counts=dict(what), reason=reason)


def _evidence(one: Quarterly, group: Group, criterion: Criterion) -> list[Any]:
    kinds = EVIDENCE.get(criterion.code[0], ())
    found = [
        row
        for month in one.quarter.months
        if month in one.calendar.months
        for planned, row in one.held.of(group, month)
        if planned.kind in kinds and row.held_on <= clock.today()
    ]
    random: Random = chance("evidence", group.id, one.quarter, criterion.code)
    chosen = sorted(random.sample(found, min(2, len(found))), key=lambda row: (row.held_on, row.id))
    return [{"kind": "activity", "id": row.id, "on": row.held_on.isoformat(), "title": row.title} for row in chosen]


def _answers(one: Quarterly, rubric: Rubric, day: date) -> list[ConditionCheck]:
    by = one.house.committee
    rows = []
    for number, sheet, _ in _groups(one):
        if one.number == 3 and number >= 2:
            continue
        unmet = number == WEAKEST and one.number == 1
        for condition in rubric.conditions:
            gate = condition in rubric.gates
            failed = unmet and condition.code == UNMET_GATE[0]
            row = ConditionCheck(sheet_id=sheet.id, code=condition.code, holds=gate and not failed)
            row.committee_id, row.account_id, row.author = sheet.committee_id, by.account_id, by.name
            row.reason, row.checked_at = UNMET_GATE[1] if failed else "", min(at(day, 11), one.calendar.now)
            rows.append(row)
    return rows


def _honour(one: Quarterly, day: date) -> None:
    if one.number != 2:
        return
    by, code = one.house.committee, HONOUR[0]
    level = next(level for level in one.round.rubric_version.rubric.bonus_levels if level.code == code)
    sheet = next(sheet for number, sheet, _ in _groups(one) if number == HONOURED)
    row = Bonus(sheet_id=sheet.id, level=code, level_name=level.label, honour=HONOUR[1], points=level.points)
    row.committee_id, row.account_id, row.author = sheet.committee_id, by.account_id, by.name
    row.given_at = at(day, 16)
    db.session.add(row)
