"""What the review page shows, as plain rows of statements built once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, String, bindparam, case, cast, func, literal_column, select

from app.accounts.kept import until_next_act
from app.foundation.db import db, fetch
from app.inspections.desk_queries import COLON, DASH, EQUALS, FACE, NAME, joined_text
from app.inspections.hearing_models import ReviewDecision
from app.inspections.models import Bonus, ConditionCheck, Mark, MarkSource, Sheet
from app.inspections.queries import PAGE_SIZE

_round, _after = bindparam("round", type_=Integer), bindparam("after", type_=Integer)
_ONE, _ZERO = literal_column("'1'", String), literal_column("'0'", String)


def _joined(found: Any) -> Any:
    return func.coalesce(found.correlate(Sheet).scalar_subquery(), literal_column("''", String))


_SHEETS = (
    select(
        Sheet.id, Sheet.branch_id, Sheet.group_id, Sheet.position, NAME, Sheet.branch_name, Sheet.group_name, FACE,
        _joined(
            select(
                joined_text(
                    Mark.code, COLON, func.coalesce(cast(Mark.account_id, String), _ZERO), COLON,
                    func.coalesce(cast(Mark.points, String), DASH),
                )
            ).where(Mark.sheet_id == Sheet.id, Mark.source == MarkSource.PANEL, Mark.replaced_at.is_(None))
        ).label("given"),
        _joined(
            select(joined_text(Mark.code)).where(
                Mark.sheet_id == Sheet.id, Mark.from_within.is_(True), Mark.replaced_at.is_(None)
            )
        ).label("within"),
        _joined(
            select(joined_text(ConditionCheck.code, EQUALS, case((ConditionCheck.holds, _ONE), else_=_ZERO))).where(
                ConditionCheck.sheet_id == Sheet.id, ConditionCheck.replaced_at.is_(None)
            )
        ).label("answers"),
        _joined(
            select(joined_text(cast(Bonus.points, String))).where(Bonus.sheet_id == Sheet.id, Bonus.withdrawn_at.is_(None))
        ).label("bonuses"),
    )
    .where(Sheet.round_id == _round, Sheet.position > _after)
    .order_by(Sheet.position, Sheet.id)
    .limit(PAGE_SIZE + 1)
)  # fmt: skip


def sheets(round_id: int, after: int) -> Sequence[Any]:
    """A page of the round's sheets in brand-tree order with all that scoring needs, and one more, which tells that more
    follow. The texts are those of `review.read_sheet`."""
    return until_next_act(("review", round_id, after), lambda: fetch(_SHEETS, round=round_id, after=after).all())


_DECISIONS = (
    select(
        ReviewDecision.sheet_id, ReviewDecision.code, ReviewDecision.again, ReviewDecision.reason,
        ReviewDecision.author, ReviewDecision.decided_at, Sheet.group_id, NAME,
    )
    .join(Sheet, Sheet.id == ReviewDecision.sheet_id)
    .where(Sheet.round_id == _round, ReviewDecision.replaced_at.is_(None))
    .order_by(ReviewDecision.id)
)  # fmt: skip


def current_decision(sheet_id: int, code: str) -> ReviewDecision | None:
    return db.session.scalar(
        select(ReviewDecision).where(
            ReviewDecision.sheet_id == sheet_id, ReviewDecision.code == code, ReviewDecision.replaced_at.is_(None)
        )
    )


def decisions(round_id: int) -> Mapping[int, tuple[Any, ...]]:
    """What the review decided, by sheet."""
    return until_next_act(
        ("review-decisions", round_id), lambda: _by_sheet(fetch(_DECISIONS, round=round_id).all()), shows_marks=False
    )


def _by_sheet(rows: Sequence[Any]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        found[row.sheet_id] = (*found.get(row.sheet_id, ()), row)
    return found
