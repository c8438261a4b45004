"""Pages keep what shows no mark while the panel gives marks (`until_next_act(…, shows_marks=False)`), so that act may
change nothing but marks and what the sheet comes to."""

from typing import Any

import pytest
from flask import Flask

from app.accounts.actor import Command
from app.audit import queries as audit_queries
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import mark_operations
from app.inspections.models import InspectionRound
from tests.factories import Scene
from tests.inspections import rounds

OF_SLIPS = {"sheet.stale", "sheet.edition", "sheet.version"}
Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def row_id(app: Flask, scene: Scene) -> int:
    with app.app_context(), unit_of_work.transaction():
        return rounds.scoring(scene).id


def give(row_id: int, scene: Scene, points: str) -> None:
    with unit_of_work.transaction():
        sheet = rounds.sheet_of(db.session.get_one(InspectionRound, row_id), scene.other_group)
        by = Command("评分人", scene.accounts["committee"])
        mark_operations.give_mark(sheet, "A1", rounds.off(points), [], by=by)


def everything() -> Tables:
    """All rows, less what a sheet says of its own slip and its count of changes: no page keeps those."""
    found = {}
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns if str(column) not in OF_SLIPS]
        rows = db.session.execute(db.select(*columns).order_by(*table.primary_key))
        found[table.name] = [tuple(row) for row in rows]
    db.session.rollback()
    return found


def test_giving_a_mark_changes_marks_alone(app: Flask, scene: Scene, row_id: int) -> None:
    with app.app_context():
        for points in ("1", "2"):  # given, and given anew
            before = everything()
            give(row_id, scene, points)
            after = everything()
            changed = {name for name, rows in after.items() if rows != before[name]}
            assert changed - {"sheet_slip"} == {"mark", "audit_line"}
        acts = list(db.session.scalars(db.select(AuditLine.act).order_by(AuditLine.id.desc()).limit(2)))
    assert acts == [audit_queries.MARKING] * 2


def test_the_head_besides_marks_stands_still_while_marks_are_given(app: Flask, scene: Scene, row_id: int) -> None:
    with app.app_context():
        first = audit_queries.head()
        assert first is not None
        for points in ("1", "2"):
            give(row_id, scene, points)
            head = audit_queries.head()
            assert head is not None
            assert (head.hash != first.hash, head.besides_marks) == (True, first.besides_marks)
        with unit_of_work.transaction():
            rounds.planned(scene, quarter=Quarter(2026, 4))
        give(row_id, scene, "3")
        last = audit_queries.head()
        assert last is not None
        assert (last.besides_marks == last.hash, last.besides_marks == first.besides_marks) == (True, False)
        give(row_id, scene, "1")
        again = audit_queries.head()
        assert again is not None
        assert again.besides_marks == last.besides_marks
