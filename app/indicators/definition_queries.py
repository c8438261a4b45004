"""Reads of definitions, and of whom they may measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from app.foundation.db import db, fetch
from app.foundation.periods import Month, as_of
from app.foundation.places import Place
from app.indicators.attainment import Target
from app.indicators.models import Indicator, IndicatorVersion
from app.organisation.models import GroupTeam, PartyGroup, WorkTeam
from app.organisation.queries import group_name_on

_committee, _branch = bindparam("committee", type_=Integer), bindparam("branch", type_=Integer)
_day: Any = bindparam("day", type_=Date)


def indicator(indicator_id: int) -> Indicator | None:
    """With its versions and their scopes, in one statement."""
    return (
        db.session.scalars(
            select(Indicator)
            .options(joinedload(Indicator.versions).joinedload(IndicatorVersion.scopes))
            .where(Indicator.id == indicator_id)
        )
        .unique()
        .first()
    )


def indicators(place: Place) -> Sequence[Indicator]:
    """Those of the branch and those of its whole committee, the committee's own first; with versions and scopes, in one
    statement."""
    return (
        db.session.scalars(
            select(Indicator)
            .options(joinedload(Indicator.versions).joinedload(IndicatorVersion.scopes))
            .where(
                Indicator.committee_id == place.committee_id,
                or_(Indicator.branch_id.is_(None), Indicator.branch_id == place.branch_id),
            )
            .order_by(Indicator.branch_id.is_not(None), Indicator.sort_order, Indicator.id)
        )
        .unique()
        .all()
    )


@dataclass(frozen=True)
class Spot:
    """A group, or a group's team, that a definition may measure."""

    branch_id: int
    group_id: int
    team_id: int | None
    label: str

    @property
    def key(self) -> str:
        return f"{self.group_id}-{self.team_id or 0}"


@dataclass(frozen=True)
class Wording:
    """What a version says. `spots`: whom it measures; nobody ends the indicator from that month on."""

    name: str
    unit: str
    target: Target
    baseline: Fraction | None
    weight: Fraction
    source: str
    responsible: str
    from_month: Month
    spots: Sequence[Spot]
    reason: str = ""


_SPOTS = (
    select(
        PartyGroup.branch_id, PartyGroup.id.label("group_id"), WorkTeam.id.label("team_id"),
        group_name_on(PartyGroup.id, _day).label("group"), WorkTeam.name.label("team"),
    )
    .outerjoin(GroupTeam, and_(GroupTeam.group_id == PartyGroup.id, as_of(GroupTeam, _day)))
    .outerjoin(WorkTeam, WorkTeam.id == GroupTeam.team_id)
    .where(
        PartyGroup.committee_id == _committee,
        or_(_branch == 0, PartyGroup.branch_id == _branch),
        as_of(PartyGroup, _day),
    )
    .order_by(PartyGroup.branch_id, PartyGroup.sort_order, PartyGroup.id, WorkTeam.sort_order, WorkTeam.id)
)  # fmt: skip


def spots(place: Place, day: date) -> list[Spot]:
    """Each group as a whole, followed by its teams; of a branch, or of a whole committee."""
    found: list[Spot] = []
    for row in fetch(_SPOTS, committee=place.committee_id, branch=place.branch_id or 0, day=day):
        if not found or found[-1].group_id != row.group_id:
            found.append(Spot(row.branch_id, row.group_id, None, row.group))
        if row.team_id is not None:
            found.append(Spot(row.branch_id, row.group_id, row.team_id, f"{row.group}·{row.team}"))
    return found


def last_order(place: Place) -> int:
    """The highest order among the indicators of the same owner."""
    return (
        db.session.scalar(
            select(func.max(Indicator.sort_order)).where(
                Indicator.committee_id == place.committee_id, Indicator.branch_id.is_not_distinct_from(place.branch_id)
            )
        )
        or 0
    )
