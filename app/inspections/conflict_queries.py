"""Who may not judge a group: the one rule that docs/rounds.md states under "Conflicts of interest"."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Quarter, as_of, overlaps
from app.foundation.places import Place
from app.inspections.models import InspectionRound, PanelMember, Sheet
from app.organisation.models import Membership
from app.rubrics.rubric import Scorer

ONE_DAY = timedelta(days=1)
HOLDERS = {
    Scorer.BRANCH: (Role.SECRETARY, Role.DEPUTY_SECRETARY),
    Scorer.COMMITTEE: (Role.FACTORY_COMMITTEE,),
}
"""Who writes the one mark of a body."""


def own_groups(account_ids: Iterable[int], quarter: Quarter) -> dict[int, list[int]]:
    """account -> groups that its member belongs to, or belonged to at some time since the quarter's first day."""
    end = max(clock.today() + ONE_DAY, quarter.end)
    found: dict[int, list[int]] = {}
    for account_id, group_id in db.session.execute(
        select(Account.id, Membership.group_id)
        .join(Membership, Membership.member_id == Account.member_id)
        .where(Account.id.in_(account_ids), overlaps(Membership, quarter.first, end))
        .distinct()
        .order_by(Account.id, Membership.group_id)
    ):
        found.setdefault(account_id, []).append(group_id)
    return found


def is_own_group(account_id: int | None, sheet: Sheet) -> bool:
    """As of now, whatever the round's panel said when it was chosen."""
    return account_id is not None and sheet.group_id in own_groups([account_id], sheet.round.quarter).get(
        account_id, []
    )


def joined_since(today: Any) -> list[ColumnElement[bool]]:
    """The SQL conditions that a membership is one of a panel member's since the round was planned, whatever the panel
    says; what lay before was written down when the panel was chosen. For statements over a round and its panel."""
    return [
        Account.id == PanelMember.account_id,
        Membership.member_id == Account.member_id,
        Membership.starts_on <= today,
        or_(Membership.ends_on.is_(None), Membership.ends_on > func.date(InspectionRound.created_at)),
    ]


class Voice(NamedTuple):
    """Somebody who may write for the branch or the committee; `own`: the sheet's group is theirs."""

    account_id: int
    name: str
    own: bool


def speaking(found: Sequence[Voice], account_id: int) -> bool:
    """Whether somebody of a body may write for it: nobody of the group does where there is anybody else."""
    own = any(voice.account_id == account_id and voice.own for voice in found)
    return not own or all(voice.own for voice in found)


def voices(place: Place, scorer: Scorer, quarter: Quarter) -> list[Voice]:
    """Everybody of the body that scores a group's criterion alone, by name."""
    today = clock.today()
    own = exists().where(
        Membership.member_id == Account.member_id,
        Membership.group_id == place.group_id,
        overlaps(Membership, quarter.first, max(today + ONE_DAY, quarter.end)),
    )
    body = (
        Appointment.branch_id == place.branch_id
        if scorer is Scorer.BRANCH
        else and_(Appointment.committee_id == place.committee_id, Appointment.branch_id.is_(None))
    )
    rows = db.session.execute(
        select(Account.id, Account.name, own.label("own"))
        .join(Appointment, or_(Appointment.account_id == Account.id, Appointment.member_id == Account.member_id))
        .where(
            Account.disabled_at.is_(None), Appointment.role.in_(HOLDERS[scorer]), as_of(Appointment, today), body
        )
        .distinct()
        .order_by(Account.name, Account.id)
    )  # fmt: skip
    return [Voice(row.id, row.name, row.own) for row in rows]
