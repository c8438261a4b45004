"""Acts on definitions. A definition is never changed: a new version says from which month it holds instead."""

from typing import Any

from sqlalchemy import select

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.places import Place
from app.indicators import definition_queries
from app.indicators.definition_queries import Wording
from app.indicators.models import Indicator, IndicatorScope, IndicatorVersion


class DefinitionChanged(Conflict):
    """Somebody else made a version meanwhile."""


class ReasonMissing(Refused):
    """A version that replaces another says why."""


def define_indicator(place: Place, wording: Wording, *, by: Doer) -> Indicator:
    """`place` is a committee, whose indicators may measure groups of all its branches, or a branch."""
    row = Indicator(
        committee_id=place.committee_id,
        branch_id=place.branch_id,
        sort_order=definition_queries.last_order(place) + 1,
        created_at=clock.now(),
    )
    row.versions.append(_version(row, wording, 1, by))
    db.session.add(row)
    record(by, "indicator.define", row, after=_said(wording))
    return row


def change_indicator(row: Indicator, wording: Wording, *, by: Doer, seen: int) -> IndicatorVersion:
    """`seen` is the number of the version that the change was made from."""
    db.session.execute(select(Indicator.id).where(Indicator.id == row.id).with_for_update())
    db.session.refresh(row, ["versions"])
    before = row.latest
    if before.number != seen:
        raise DefinitionChanged(
            f"{before.created_by}刚刚把这项指标改成了第 {before.number} 版，您的内容还在下面。请看过新版再保存。"
        )
    if not wording.reason.strip():
        raise ReasonMissing("请写明为什么改，会和新版一起留着。")
    version = _version(row, wording, before.number + 1, by)
    row.versions.append(version)
    record(by, "indicator.redefine", row, before=_version_said(before), after=_said(wording))
    return version


def _version(row: Indicator, wording: Wording, number: int, by: Doer) -> IndicatorVersion:
    version = IndicatorVersion(
        committee_id=row.committee_id,
        number=number,
        from_month=wording.from_month,
        name=wording.name,
        unit=wording.unit,
        direction=wording.target.direction,
        bound=wording.target.bound,
        upper=wording.target.upper,
        baseline=wording.baseline,
        weight=wording.weight,
        source=wording.source,
        responsible=wording.responsible,
        reason=wording.reason.strip(),
        created_by=by.name,
        created_at=clock.now(),
    )
    version.scopes = [
        IndicatorScope(
            committee_id=row.committee_id, branch_id=spot.branch_id, group_id=spot.group_id, team_id=spot.team_id
        )
        for spot in wording.spots
    ]
    return version


def _said(wording: Wording) -> dict[str, Any]:
    target = wording.target
    return {
        "name": wording.name, "unit": wording.unit, "direction": target.direction.label, "bound": target.bound,
        "upper": target.upper, "weight": wording.weight, "from": wording.from_month, "reason": wording.reason.strip(),
        "groups": [spot.label for spot in wording.spots],
    }  # fmt: skip


def _version_said(version: IndicatorVersion) -> dict[str, Any]:
    return {
        "name": version.name, "unit": version.unit, "direction": version.direction.label, "bound": version.bound,
        "upper": version.upper, "weight": version.weight, "from": version.from_month,
    }  # fmt: skip
