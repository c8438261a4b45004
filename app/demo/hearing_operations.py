"""The groups read their sheets before publication: most have nothing to add, two appeal against a point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.audit.operations import Doer
from app.demo.house import Group
from app.demo.texts.hearings import ANSWERS, APPEALS
from app.foundation.db import db
from app.inspections import hearing_operations, hearing_queries
from app.inspections.hearing_models import AppealOutcome
from app.inspections.models import Sheet


@dataclass(frozen=True)
class Heard:
    """A group with its sheet, by its order in the house."""

    number: int
    sheet: Sheet
    group: Group


def answer(heard: Iterable[Heard], day: date) -> None:
    """Everybody; few have words to add."""
    for one in heard:
        words = ANSWERS.get(one.number, "")
        hearing_operations.answer_sheet(one.sheet, words, by=one.group.leader(day))
    db.session.flush()


def appeal(heard: Sequence[Heard], day: date) -> None:
    for said in APPEALS:
        one = next((one for one in heard if _lost_on(one.sheet, said.code)), None)
        if one is not None:
            hearing_operations.make_appeal(one.sheet, said.code, said.reason, [], by=one.group.leader(day))
    db.session.flush()


def decide(heard: Iterable[Heard], by: Doer) -> None:
    sayings = {said.code: said for said in APPEALS}
    for one in heard:
        for row in hearing_queries.appeals_of_sheet(one.sheet.id):
            said = sayings[row.code]
            outcome = AppealOutcome.UPHELD if said.upheld else AppealOutcome.REJECTED
            full = one.sheet.round.rubric_version.rubric.criterion(row.code)
            points = full.maximum if said.upheld and full else None
            hearing_operations.decide_appeal(row, outcome, said.decision, points, by=by)
    db.session.flush()


def _lost_on(sheet: Sheet, code: str) -> bool:
    """Something was taken, and nobody of the group has appealed yet."""
    criterion = sheet.round.rubric_version.rubric.criterion(code)
    points = hearing_operations.points_now(sheet, code)
    return (
        criterion is not None
        and points is not None
        and points < criterion.maximum
        and not hearing_queries.appeals_of_sheet(sheet.id)
    )
