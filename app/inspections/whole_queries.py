"""What a whole sheet shows to one of its scorers: their own marks, those of one voice, and the group's own."""

from dataclasses import dataclass

from sqlalchemy import Integer, and_, bindparam, or_, select

from app.foundation.db import fetch
from app.inspections.desk_queries import Marked
from app.inspections.models import Mark, MarkSource


@dataclass(frozen=True, slots=True)
class Standing:
    """A current mark, and the id by which a later one says what it replaces."""

    id: int
    mark: Marked


_STANDING = (
    select(
        Mark.id, Mark.source, Mark.code, Mark.account_id, Mark.author, Mark.points, Mark.taken, Mark.reason,
        Mark.evidence, Mark.marked_at,
    )
    .where(
        Mark.sheet_id == bindparam("sheet", type_=Integer),
        Mark.replaced_at.is_(None),
        or_(
            Mark.source == MarkSource.SELF,
            and_(
                Mark.source == MarkSource.PANEL,
                or_(Mark.account_id == bindparam("account", type_=Integer), Mark.account_id.is_(None)),
            ),
        ),
    )
    .order_by(Mark.marked_at, Mark.id)
)  # fmt: skip


def standing_marks(sheet_id: int, account_id: int) -> tuple[dict[str, Standing], dict[str, Marked]]:
    """By code: what the account, or the one voice, gave; and what the group gave itself."""
    given: dict[str, Standing] = {}
    own: dict[str, Marked] = {}
    for row in fetch(_STANDING, sheet=sheet_id, account=account_id):
        mark = Marked(
            row.source, row.code, row.account_id, row.author, row.points, row.taken, row.reason, row.evidence,
            row.marked_at,
        )  # fmt: skip
        if mark.source is MarkSource.SELF:
            own[mark.code] = mark
        else:
            given[mark.code] = Standing(row.id, mark)
    return given, own
