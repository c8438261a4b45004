"""What an older release published keeps its words and its digests, and is corrected like anything else.

`published_before.json` holds the rows of a round published twice by the release before results became lean (schema 0008).
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import JSON, Boolean, Date, DateTime, MetaData, Table, insert, select, text

from app.accounts.actor import Actor
from app.foundation import unit_of_work
from app.foundation.db import db
from app.inspections import mark_operations, publication_operations, queries, result_queries, verify_queries
from app.inspections.marking import Proposal
from app.inspections.result_models import Publication
from tests.factories import Scene
from tests.inspections import rounds

BEFORE = "0008"
ROWS: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("published_before.json").read_text("utf-8"))


def as_column(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, JSON):
        return json.loads(value)
    if isinstance(kind, Boolean):
        return bool(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def fill() -> None:
    with db.engine.connect() as connection:
        known = MetaData()
        known.reflect(connection, only=list(ROWS))
        for table in known.sorted_tables:
            for row in ROWS.get(table.name, ()):
                values = {name: as_column(table, name, value) for name, value in row.items()}
                connection.execute(insert(table).values(values))
        connection.commit()


@pytest.fixture
def carried(app: Flask) -> None:
    with app.app_context():
        flask_migrate.downgrade(revision=BEFORE)
        fill()
        flask_migrate.upgrade()


@pytest.mark.usefixtures("carried")
def test_every_word_and_digest_of_an_older_publication_stays(app: Flask) -> None:
    with app.app_context():
        assert verify_queries.verify_digests() == []
        heads = db.session.scalars(select(Publication).order_by(Publication.number)).all()
        assert [(head.number, head.form, head.digest) for head in heads] == [
            (row["number"], 1, row["digest"]) for row in ROWS["publication"]
        ]
        found = [row for head in heads for row in result_queries.results(head.id)]
        for row, before in zip(found, ROWS["group_result"], strict=True):
            for name in (
                "group_name",
                "total",
                "exact_total",
                "band",
                "rank_in_all",
                "strength",
                "next_step",
                "digest",
            ):
                assert getattr(row, name) == before[name]
            assert (row.slip, row.dimensions) == (json.loads(before["slip"]), json.loads(before["dimensions"]))


@pytest.mark.usefixtures("carried")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sheet_slip SET next_step = '别的' WHERE id = 1",
        "UPDATE group_result SET total = 1 WHERE id = 1",
        "UPDATE group_result SET digest = 'forged' WHERE id = 1",
        "UPDATE publication SET form = 2 WHERE number = 1",
        "DELETE FROM group_result WHERE id = 1",
    ],
)
def test_a_change_to_an_older_publication_is_found(app: Flask, statement: str) -> None:
    with app.app_context():
        db.session.execute(text(statement))
        assert verify_queries.verify_digests() != []


def test_an_older_publication_is_corrected_in_the_new_form(
    app: Flask, scene: Scene, actor: Callable[[str], Actor]
) -> None:
    markers = [actor("committee"), actor("secretary2")]
    with app.app_context():
        with unit_of_work.transaction():
            rounds.published(rounds.scoring(scene), markers, {scene.group: {"A2": rounds.off("1")}})
        db.session.remove()
        flask_migrate.downgrade(revision=BEFORE)
        flask_migrate.upgrade()
        with unit_of_work.transaction():
            row = queries.round_of(scene.committee, rounds.QUARTER)
            assert row is not None
            publication_operations.reopen_round(row, "方案按期交了", by=rounds.OPERATOR)
            for by in markers:
                mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A2", Proposal(), [], by=by)
            head = publication_operations.publish_round(row, by=rounds.OPERATOR)
        first = db.session.scalars(select(Publication).where(Publication.number == 1)).one()
        assert (first.form, head.form) == (1, 2)
        old, new = ({r.group_id: r for r in result_queries.results(one.id)} for one in (first, head))
        assert (old[scene.group].total, new[scene.group].total) == (9900, 10000)
        assert old[scene.sister_group].slip == new[scene.sister_group].slip
