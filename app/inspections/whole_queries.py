"""What a whole sheet shows to one of its scorers: their own marks, those of one voice, the group's own, and which groups
of the round they do not score."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Date, Integer, String, Text, and_, bindparam, cast, or_, select

from app.accounts.kept import until_next_act
from app.accounts.models import Account
from app.foundation import clock
from app.foundation.db import fetch
from app.foundation.periods import overlaps
from app.inspections.desk_queries import Marked, OpenSheet, joined_text
from app.inspections.models import Mark, MarkSource, PanelMember
from app.organisation.models import Membership


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


_round, _account = bindparam("round", type_=Integer), bindparam("account", type_=Integer)
_first: Any = bindparam("first", type_=Date)
_end: Any = bindparam("end", type_=Date)
_APART = select(
    select(cast(PanelMember.conflicts, Text))
    .where(PanelMember.round_id == _round, PanelMember.account_id == _account)
    .scalar_subquery()
    .label("others"),
    select(joined_text(cast(Membership.group_id, String)))
    .join(Account, Account.member_id == Membership.member_id)
    .where(
        Account.id == _account,
        overlaps(Membership, _first, _end),
    )
    .scalar_subquery()
    .label("own"),
)


def groups_apart(sheet: OpenSheet, account_id: int) -> frozenset[int]:
    """Groups of the round that the account does not score: shared out to others, or its own at some time since the
    quarter's first day."""
    today, quarter = clock.today(), sheet.quarter

    def read() -> frozenset[int]:
        end = max(today + timedelta(days=1), quarter.end)
        row = fetch(_APART, round=sheet.round_id, account=account_id, first=quarter.first, end=end).one()
        return frozenset({*json.loads(row.others or "[]"), *(int(own) for own in (row.own or "").split(";") if own)})

    return until_next_act(("apart", sheet.round_id, account_id, today), read, shows_marks=False)
