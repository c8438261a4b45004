"""Last year's call with its decisions, and this year's, open, with one nomination that waits for the committee."""

from datetime import date, timedelta

from app.demo.calendar import Calendar, at
from app.demo.house import Branch, Group, House
from app.demo.texts.marks import DECISIONS, STATEMENTS
from app.demo.timeline import Timeline
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.nominations import candidate_queries, eligibility, operations, queries
from app.nominations.course import NominationState, Origin
from app.nominations.details import CallDetails, Statement
from app.nominations.eligibility import PublishedQuarter
from app.nominations.kept import ResultLine, kept
from app.nominations.models import Nomination, NominationCall

DAY = timedelta(days=1)
RULES = {
    "quarters": 4,
    "min_published": 3,
    "band_floor": "良好",
    "band_needed": "优秀",
    "times_needed": 1,
    "needs_gates": True,
    "needs_brand": True,
}
TOTALS = {"优秀": 9085, "良好": 8640}  # hundredths of a point, about which the past quarters lay


def nominate(house: House, calendar: Calendar, timeline: Timeline) -> None:
    year = calendar.published_quarters[-1].year
    timeline.add(at(date(year - 1, 12, 1), 9), lambda: _past_call(house, year - 1))
    timeline.add(at(calendar.today - 8 * DAY, 9), lambda: _open_call(house, calendar, year, timeline))


def _details(year: int, last: Quarter, opens_on: date, closes_on: date) -> CallDetails:
    return CallDetails(f"{year}年度示范党小组", year, str(last), RULES, 30, opens_on, closes_on)


def _past_call(house: House, year: int) -> None:
    """Of before the first quarter shown: its results stand in what the nominations kept, and nowhere else."""
    by = house.committee
    details = _details(year, Quarter(year, 3), date(year, 12, 1), date(year, 12, 20))
    call = operations.open_call(house.place, details, by=by)
    db.session.flush()
    decided = date(year, 12, 28)
    chosen = (
        (house.branches[0], 1, NominationState.APPROVED, ("良好", "良好", "优秀")),
        (house.branches[1], 4, NominationState.APPROVED, ("良好", "优秀", "优秀")),
        (house.branches[2], 0, NominationState.DECLINED, ("良好", "良好", "优秀")),
    )
    for number, (branch, place, state, bands) in enumerate(chosen):
        row = _decided(call, branch, branch.groups[place], state, bands, decided, number)
        row.decided_by = by.name
        db.session.add(row)
    call.closed_at = at(decided, 17)
    db.session.flush()


def _decided(
    call: NominationCall, branch: Branch, group: Group, state: NominationState, bands: tuple[str, ...], day: date,
    number: int,
) -> Nomination:  # fmt: skip
    window = queries.window(call)[1:]
    results = [PublishedQuarter(quarter.label, band) for quarter, band in zip(window, bands, strict=True)]
    judged = eligibility.judge(queries.rules_of(call), results, has_brand=True)
    totals = [TOTALS[band] + 35 * number + 20 * place for place, band in enumerate(bands)]
    lines = [
        ResultLine(result.quarter, result.band, total, before)
        for result, total, before in zip(results, totals, [None, *totals], strict=False)
    ]
    approved = state is NominationState.APPROVED
    return Nomination(
        committee_id=call.committee_id, branch_id=branch.id, group_id=group.id, call_id=call.id, state=state,
        origin=Origin.GROUP if number else Origin.BRANCH, studied_on=day - 12 * DAY,
        statement=STATEMENTS[number % len(STATEMENTS)], branch_name=branch.data.name, group_name=group.name_on(day),
        brand_name=group.data.brand.name, eligibility=kept(judged, lines),
        nominated_by=branch.secretary.name, submitted_at=at(day - 10 * DAY, 16),
        decision_reason=DECISIONS[0 if approved else 1], decided_on=day, document_no=f"示例党〔{call.year}〕{number + 31}号",
    )  # fmt: skip


def _open_call(house: House, calendar: Calendar, year: int, timeline: Timeline) -> None:
    today = calendar.today
    details = _details(year, calendar.published_quarters[-1], today - 8 * DAY, today + 20 * DAY)
    call = operations.open_call(house.place, details, by=house.committee)
    db.session.flush()
    timeline.add(at(today - 2 * DAY, 15), lambda: _first_nomination(house, call))


def _first_nomination(house: House, call: NominationCall) -> None:
    """The second branch nominates the first of its groups that may be nominated; the first branch has not yet."""
    branch = house.branches[1]
    by = branch.secretary
    for group in branch.groups:
        candidate = candidate_queries.candidate(call.id, group.id)
        if candidate is None or not candidate.eligibility.eligible:
            continue
        studied = call.opens_on + 4 * DAY
        statement = Statement(Origin.BRANCH, studied, STATEMENTS[0])
        nomination = operations.save_nomination(candidate, statement, version=0, by=by)
        db.session.flush()
        operations.submit_nomination(nomination, candidate, by=by)
        return
