"""Reads of rubrics."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from app.foundation.db import db
from app.rubrics.models import RubricVersion

PAGE_SIZE = 50


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
