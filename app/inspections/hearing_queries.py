"""Reads of what the groups answer and of their appeals."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import joinedload

from app.foundation.db import db, fetch
from app.inspections.desk_queries import FACE, NAME
from app.inspections.hearing_models import Appeal, AppealOutcome, Feedback
from app.inspections.models import InspectionRound, Sheet

MOST_APPEALS = 300

_round = bindparam("round", type_=Integer)

_UNANSWERED = (
    select(Sheet.id, NAME, Sheet.leader_name)
    .where(
        Sheet.round_id == _round,
        ~select(Feedback.id).where(Feedback.sheet_id == Sheet.id, Feedback.replaced_at.is_(None)).exists(),
        ~select(Appeal.id).where(Appeal.sheet_id == Sheet.id).exists(),
    )
    .order_by(Sheet.position, Sheet.id)
)
_COUNTS = (
    select(
        func.count().filter(Appeal.outcome.is_distinct_from(AppealOutcome.WITHDRAWN)).label("every"),
        (func.count() - func.count(Appeal.outcome)).label("undecided"),
    )
    .select_from(Appeal)
    .join(Sheet, Sheet.id == Appeal.sheet_id)
    .where(Sheet.round_id == _round)
)


def unanswered(round_id: int) -> Sequence[Any]:
    """Sheets whose group has neither answered nor appealed: id, name, leader_name."""
    return fetch(_UNANSWERED, round=round_id).all()


def appeal_counts(round_id: int) -> tuple[int, int]:
    """All appeals of a round that the groups stand by, and those without a decision."""
    found: Any = fetch(_COUNTS, round=round_id).one()
    return found.every, found.undecided


def appeal(appeal_id: int) -> Appeal | None:
    """With its sheet, the round, the rubric and the panel, in one statement."""
    return db.session.scalar(
        select(Appeal)
        .options(joinedload(Appeal.sheet).joinedload(Sheet.round).joinedload(InspectionRound.panel))
        .where(Appeal.id == appeal_id)
    )  # fmt: skip


def appeal_of(sheet_id: int, code: str) -> Appeal | None:
    return db.session.scalar(select(Appeal).where(Appeal.sheet_id == sheet_id, Appeal.code == code))


def current_answer(sheet_id: int) -> Feedback | None:
    return db.session.scalar(select(Feedback).where(Feedback.sheet_id == sheet_id, Feedback.replaced_at.is_(None)))


def appeals_of_sheet(sheet_id: int) -> Sequence[Appeal]:
    return db.session.scalars(select(Appeal).where(Appeal.sheet_id == sheet_id).order_by(Appeal.id)).all()


_APPEALS = (
    select(
        Appeal.id, Appeal.code, Appeal.title, Appeal.reason, Appeal.before, Appeal.after, Appeal.author,
        Appeal.appealed_at, Appeal.outcome, Appeal.decision, Appeal.decider, Appeal.decided_at, NAME,
        Sheet.group_name, Sheet.branch_name, FACE,
    )
    .join(Sheet, Sheet.id == Appeal.sheet_id)
    .where(Sheet.round_id == _round)
    .order_by(Appeal.outcome.is_not(None), Sheet.position, Appeal.code, Appeal.id)
    .limit(MOST_APPEALS)
)  # fmt: skip


def appeals(round_id: int) -> Sequence[Any]:
    """Undecided ones first, then in brand-tree order."""
    return fetch(_APPEALS, round=round_id).all()
