"""Reads of what the groups answer, of their appeals and of the review's decisions, as plain rows of statements built
once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from app.foundation.db import db, fetch
from app.inspections.desk_queries import NAME
from app.inspections.hearing_models import Appeal, Feedback
from app.inspections.models import Sheet

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
    select(func.count(), func.count() - func.count(Appeal.outcome))
    .select_from(Appeal)
    .join(Sheet, Sheet.id == Appeal.sheet_id)
    .where(Sheet.round_id == _round)
)


def unanswered(round_id: int) -> Sequence[Any]:
    """Sheets whose group has neither answered nor appealed: id, name, leader_name."""
    return fetch(_UNANSWERED, round=round_id).all()


def appeal_counts(round_id: int) -> tuple[int, int]:
    """All appeals of a round, and those without a decision."""
    every, undecided = fetch(_COUNTS, round=round_id).one()
    return every, undecided


def appeal(appeal_id: int) -> Appeal | None:
    return db.session.get(Appeal, appeal_id)
