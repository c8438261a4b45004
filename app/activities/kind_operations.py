"""The kinds of activities and their cadences that a committee works with."""

from dataclasses import dataclass

from sqlalchemy import select

from app.activities import default_kinds
from app.activities.models import ActivityKind, Cadence
from app.audit.operations import Doer, record
from app.foundation.db import db
from app.foundation.places import Place


def provide_kinds(place: Place, *, by: Doer) -> dict[str, int]:
    """Give a committee the kinds and cadences it lacks; returns the ids of all its kinds by code."""
    kinds = {
        kind.code: kind.id
        for kind in db.session.scalars(select(ActivityKind).where(ActivityKind.committee_id == place.committee_id))
    }
    for number, kind in enumerate(default_kinds.KINDS):
        if kind.code in kinds:
            continue
        row = ActivityKind(
            committee_id=place.committee_id,
            code=kind.code,
            name=kind.name,
            board_column=kind.column,
            level=kind.level,
            expects_all=kind.expects_all,
            sort_order=number * 10,
        )
        db.session.add(row)
        db.session.flush()
        kinds[kind.code] = row.id
    present = {
        (cadence.kind_id, cadence.level, cadence.period)
        for cadence in db.session.scalars(select(Cadence).where(Cadence.committee_id == place.committee_id))
    }
    for cadence in default_kinds.CADENCES:
        if (kinds[cadence.code], cadence.level, cadence.period) not in present:
            db.session.add(
                Cadence(
                    committee_id=place.committee_id,
                    kind_id=kinds[cadence.code],
                    level=cadence.level,
                    period=cadence.period,
                    minimum=cadence.minimum,
                    source=cadence.source,
                )
            )
    record(by, "activity-kind.provide", _Kinds(place.committee_id, place), after={"kinds": sorted(kinds)})
    return kinds


@dataclass(frozen=True)
class _Kinds:
    """The committee's list of kinds as the subject of an audit line."""

    id: int
    place: Place
    label: str = "活动类别与频次"
    __tablename__ = "activity_kind"
