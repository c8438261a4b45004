"""A round whose groups are heard: scored, reviewed, fed back, open for appeals."""

from datetime import date

from app.audit.operations import Doer
from app.foundation.db import db
from app.inspections import queries, round_operations
from app.inspections.course import OPTIONAL, RoundState
from app.inspections.models import InspectionRound
from app.inspections.plan import Plan
from app.organisation.models import Committee
from tests.factories import Scene
from tests.inspections import rounds

PLAN = Plan(
    "第三季度督查", date(2026, 10, 9), date(2026, 10, 16), date(2026, 12, 26),
    stages=OPTIONAL, visits_until=date(2026, 10, 12), feedback_until=date(2026, 10, 20),
)  # fmt: skip


def planned(scene: Scene, panel: tuple[str, ...] = ("committee", "secretary2")) -> InspectionRound:
    committee = db.session.get_one(Committee, scene.committee)
    row = round_operations.plan_round(committee, rounds.QUARTER, rounds.rubric(scene), PLAN, by=rounds.OPERATOR)
    round_operations.choose_panel(row, [scene.accounts[login] for login in panel], by=rounds.OPERATOR)
    return row


def move(row: InspectionRound, *steps: RoundState) -> None:
    for step in steps:
        round_operations.move_round(row, step, by=rounds.OPERATOR)


def scored(scene: Scene, markers: list[Doer]) -> InspectionRound:
    """In review; the first group lost a point on A2 with everybody."""
    row = planned(scene)
    move(row, RoundState.SELF_CHECK, RoundState.VISIT, RoundState.SCORING)
    for sheet in queries.sheets(row.id):
        for by in markers:
            member = next(m for m in row.panel if m.account_id == by.account_id)
            if member.scores(sheet.group_id):
                rounds.mark_all(sheet, by, {"A2": rounds.off("1")} if sheet.group_id == scene.group else None)
    move(row, RoundState.REVIEW)
    return row


def open_for_appeals(scene: Scene, markers: list[Doer]) -> InspectionRound:
    row = scored(scene, markers)
    move(row, RoundState.FEEDBACK, RoundState.APPEAL)
    return row
