"""A round to play with: planned, self-checked, scored, published; each step through the acts of the product."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from app.accounts.actor import Command
from app.audit.operations import Doer
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import mark_operations, publication_operations, queries, round_operations
from app.inspections.course import RoundState
from app.inspections.marking import Proposal
from app.inspections.models import InspectionRound, Sheet
from app.inspections.plan import Plan
from app.inspections.result_models import Publication
from app.organisation.models import Committee
from app.rubrics import operations as rubric_operations
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, CriterionKind
from tests.factories import Scene

QUARTER = Quarter(2026, 3)
PLAN = Plan("第三季度督查", date(2026, 10, 9), date(2026, 10, 16), date(2026, 10, 26))
OPERATOR = Command()


def rubric(scene: Scene) -> RubricVersion:
    committee = db.session.get_one(Committee, scene.committee)
    return rubric_operations.start_rubric(committee, by=OPERATOR)


def planned(
    scene: Scene,
    panel: Iterable[str] = ("committee", "secretary2"),
    quarter: Quarter = QUARTER,
    version: RubricVersion | None = None,
) -> InspectionRound:
    committee = db.session.get_one(Committee, scene.committee)
    row = round_operations.plan_round(committee, quarter, version or rubric(scene), PLAN, by=OPERATOR)
    round_operations.choose_panel(row, [scene.accounts[login] for login in panel], by=OPERATOR)
    return row


def scoring(scene: Scene, panel: Iterable[str] = ("committee", "secretary2"), **more: object) -> InspectionRound:
    row = planned(scene, panel, **more)  # type: ignore[arg-type]
    round_operations.move_round(row, RoundState.SELF_CHECK, by=OPERATOR)
    round_operations.move_round(row, RoundState.SCORING, by=OPERATOR)
    return row


def sheet_of(row: InspectionRound, group_id: int) -> Sheet:
    return next(sheet for sheet in queries.sheets(row.id) if sheet.group_id == group_id)


def full(criterion: Criterion) -> Proposal:
    return Proposal() if criterion.kind is CriterionKind.DEDUCTION else Proposal(step=criterion.maximum)


def mark_all(
    sheet: Sheet, by: Doer, changed: Mapping[str, Proposal] | None = None, *, leave_out: Iterable[str] = ()
) -> None:
    """Full marks on every criterion but those changed or left out; all gates met, no veto."""
    content = sheet.round.rubric_version.rubric
    for criterion in content.criteria:
        if criterion.code not in leave_out:
            proposal = (changed or {}).get(criterion.code, full(criterion))
            mark_operations.give_mark(sheet, criterion.code, proposal, [], by=by)
    for gate in content.gates:
        mark_operations.answer_condition(sheet, gate.code, "", holds=True, by=by)
    for veto in content.vetoes:
        mark_operations.answer_condition(sheet, veto.code, "", holds=False, by=by)


def off(points: str, reason: str = "九月方案晚交") -> Proposal:
    return Proposal(further=Fraction(points), reason=reason)


def published(
    row: InspectionRound, markers: Iterable[Doer], changed: Mapping[int, Mapping[str, Proposal]]
) -> Publication:
    """Scored by the markers where they may, with changes by group, then reviewed and published."""
    for sheet in queries.sheets(row.id):
        for by in markers:
            member = next(m for m in row.panel if m.account_id == by.account_id)
            if member.scores(sheet.group_id):
                mark_all(sheet, by, changed.get(sheet.group_id))
    round_operations.move_round(row, RoundState.REVIEW, by=OPERATOR)
    return publication_operations.publish_round(row, by=OPERATOR)
