"""A prepared read gives just what SQLAlchemy's own execution gives."""

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, Integer, bindparam, literal_column, select
from sqlalchemy.exc import DBAPIError

from app.foundation import prepared, unit_of_work
from app.foundation.db import db, fetch
from app.foundation.periods import Quarter
from app.inspections.models import InspectionRound, Sheet
from app.organisation.models import Committee, PartyGroup
from tests.factories import Scene
from tests.inspections import rounds


@pytest.fixture
def scored(app: Flask, scene: Scene) -> int:
    """A round with marks: states, days, moments, fractions, lists and quarters."""
    with app.app_context(), unit_of_work.transaction():
        return rounds.scoring(scene).id


def both(statement: Executable, **given: Any) -> list[list[tuple[Any, ...]]]:
    """Names and values of the rows, read in both ways."""
    connection = db.session.connection()
    ways: list[Sequence[Any]] = [
        prepared.run(connection, statement, given).all(),
        connection.execute(statement, given).all(),
    ]
    return [[*(row._fields for row in rows), *((*row, *map(type, row)) for row in rows)] for rows in ways]


def test_every_table_reads_alike(app: Flask, scored: int) -> None:
    with app.app_context():
        for table in db.metadata.sorted_tables:
            found, expected = both(select(table).order_by(*table.primary_key))
            assert found == expected, table.name


def test_bound_values_are_turned_into_the_drivers_own(app: Flask, scored: int) -> None:
    with app.app_context():
        of_quarter = select(InspectionRound.id, InspectionRound.state).where(
            InspectionRound.quarter == bindparam("quarter", type_=InspectionRound.quarter.type),
            InspectionRound.id == bindparam("round", value=scored, type_=Integer),
        )
        quarter: Quarter = db.session.get_one(InspectionRound, scored).quarter
        for given in ({"quarter": quarter}, {"quarter": quarter.previous()}, {"quarter": quarter, "round": scored + 1}):
            found, expected = both(of_quarter, **given)
            assert found == expected
        assert fetch(of_quarter, quarter=quarter).one().id == scored


def test_a_list_is_written_out_for_each_call(app: Flask, scene: Scene) -> None:
    some = select(PartyGroup.id).where(PartyGroup.id.in_(bindparam("groups", expanding=True))).order_by(PartyGroup.id)
    with app.app_context():
        groups = list(db.session.scalars(select(PartyGroup.id).order_by(PartyGroup.id)))
        for wanted in (groups, groups[:1], []):
            assert [row.id for row in fetch(some, groups=wanted)] == wanted


def test_what_the_request_changed_is_read(app: Flask, scene: Scene) -> None:
    named = select(Committee.name).where(Committee.id == bindparam("committee", type_=Integer))
    with app.app_context():
        row = db.session.scalars(select(Committee).order_by(Committee.id).limit(1)).one()
        row.name = "改名党委"
        assert fetch(named, committee=row.id).one().name == "改名党委"
        assert fetch(named, committee=0).first() is None
        assert list(fetch(named, committee=row.id).mappings()) == [{"name": "改名党委"}]
        db.session.rollback()


def test_an_error_has_its_usual_name(app: Flask) -> None:
    with app.app_context():
        broken = select(literal_column("nothing_of_this_name", Integer)).select_from(Sheet)
        with pytest.raises(DBAPIError):
            fetch(broken)
        db.session.rollback()
