"""A published quarter stays what it was, bit for bit, whatever is edited later; and one changed digit of it is found.

Which tables hold what was published, and which columns they have, is asked of the models: a new one is held at once. Pages
are compared from `<main>` on: the head of every page names the present unit, on purpose.
"""

import re
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Table, Text, cast, select, text
from sqlalchemy.exc import IntegrityError

from app.foundation import unit_of_work
from app.foundation.db import Model, Moment, QuarterType, db
from app.foundation.spreadsheets import read_spreadsheet
from app.foundation.storage import storage
from app.inspections import agreement_queries, verify_queries
from app.inspections.result_models import GroupResult, Publication
from app.verification import verify
from tests.factories import Scene
from tests.fixtures.scene import ActorOf, SignInAs
from tests.inspections import later_edits, rounds
from tests.inspections.later_edits import ACTS, BETWEEN, Later

EDITS = 1000
AT_ONCE = 50
QUARTERS = (rounds.QUARTER, rounds.QUARTER.next())
FROZEN = ("app.inspections.result_models", "app.inspections.slip_models")
PUBLISHED: list[Table] = sorted(
    (
        mapper.local_table
        for mapper in Model.registry.mappers
        if mapper.class_.__module__ in FROZEN and isinstance(mapper.local_table, Table)
    ),
    key=lambda table: table.name,
)


@pytest.fixture
def published(app: Flask, scene: Scene, actor: ActorOf) -> Scene:
    secretary, markers = actor("secretary"), [actor("committee"), actor("secretary2")]
    with app.app_context(), unit_of_work.transaction():
        later_edits.records_of(scene, secretary)
        later_edits.publish_both(scene, markers)
    return scene


def all_rows() -> dict[tuple[str, ...], dict[str, str | None]]:
    """Every row of every published table, as the text that the database keeps, by table and key."""
    found = {}
    for table in PUBLISHED:
        columns = [cast(column, Text).label(column.name) for column in table.columns]
        for row in db.session.execute(select(*columns)).mappings():
            found[table.name, *(str(row[key.name]) for key in table.primary_key)] = dict(row)
    return found


def addresses(scene: Scene, results: dict[int, list[int]]) -> list[str]:
    """Every page that is drawn from what was published, branch by branch and whole. `results` by branch."""
    found = []
    for quarter in QUARTERS:
        for place in (f"/branches/{scene.branch}", f"/branches/{scene.other_branch}", f"/committees/{scene.committee}"):
            found += [f"{place}/results/{quarter}", f"{place}/results/{quarter}/versions/1"]
            found += [f"{place}/results/{quarter}/versions/2", f"{place}/results/{quarter}/versions/2/changes"]
    for place in (f"/branches/{scene.branch}", f"/branches/{scene.other_branch}", f"/committees/{scene.committee}"):
        found.append(f"{place}/results/years/2026")
    for rows in results.values():
        found += [f"/inspections/results/{row}/slip" for row in rows]
        found += [f"/inspections/results/{row}/beside" for row in rows]
        found += [f"/inspections/results/{one}/beside?with={two}" for one in rows for two in rows if one != two]
    return found


def shown(browser: FlaskClient, address: str) -> tuple[int, str]:
    answer = browser.get(address)
    found = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    assert found is not None, address
    return answer.status_code, re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", found[0])


def cells(browser: FlaskClient, address: str) -> list[list[list[str]]]:
    answer = browser.post(f"{address}/export")
    assert answer.status_code == 200, address
    return [[[cell.text for cell in row] for row in sheet.rows] for sheet in read_spreadsheet(answer.data)]


def everything(app: Flask, scene: Scene, signed_in: SignInAs) -> dict[str, Any]:
    """Pages and workbooks as two readers get them."""
    with app.app_context():
        own = [head.id for head in db.session.scalars(select(Publication)) if head.quarter in QUARTERS]
        results: dict[int, list[int]] = {}
        for row_id, branch in db.session.execute(
            select(GroupResult.id, GroupResult.branch_id)
            .where(GroupResult.publication_id.in_(own))
            .order_by(GroupResult.id)
        ):
            results.setdefault(branch, []).append(row_id)
    seen: dict[str, Any] = {}
    for login in later_edits.STAY:
        browser = signed_in(login)
        seen |= {f"{login} {address}": shown(browser, address) for address in addresses(scene, results)}
        for quarter in QUARTERS:
            for number in (1, 2):
                at = f"/branches/{scene.branch}/results/{quarter}/versions/{number}"
                seen[f"{login} {at} xlsx"] = cells(browser, at)
    whole = f"/committees/{scene.committee}/results/{rounds.QUARTER}/versions/2"
    seen[f"{whole} xlsx"] = cells(signed_in("committee"), whole)
    return seen


def test_a_thousand_later_edits_change_no_bit_of_it(
    app: Flask, published: Scene, signed_in: SignInAs, actor: ActorOf, clock: time_machine.Traveller
) -> None:
    with app.app_context():
        rows = all_rows()
    pages = everything(app, published, signed_in)
    later = Later(published, Random(1921), actor("secretary"), actor("committee"), actor("leader1"))
    while later.done.total() < EDITS:
        with app.app_context(), unit_of_work.transaction():
            for _ in range(AT_ONCE):
                later.act()
                clock.shift(BETWEEN)
    assert {name for name, _ in ACTS} - later.done.keys() == set(), later.refused
    with app.app_context():
        now = all_rows()
        assert {key: now.get(key) for key in rows} == rows
        assert verify(storage()).problems == []
    after = everything(app, published, signed_in)
    assert [key for key in pages if after[key] != pages[key]] == []
    assert {status for status, *_ in (value for key, value in pages.items() if "xlsx" not in key)} >= {200}


# ---------------------------------------------------------------- one changed digit


def a_digit_changed(column: Column[Any], value: str | None, chance: Random) -> str:
    """The text of another value of the same type."""
    if value is None:
        return {"json": "{}", "quarter": "2026-Q1", "date": "2026-10-26", "moment": "2026-10-26 01:02:03"}.get(
            _sort(column), "2026"
        )
    if _sort(column) == "bool":
        return {"0": "1", "1": "0", "true": "false", "false": "true"}[value]
    if _sort(column) == "quarter":
        return f"{value[:-1]}{int(value[-1]) % 4 + 1}"
    places = {"date": [9], "moment": [18]}.get(_sort(column), [at for at, c in enumerate(value) if c in "0123456789"])
    if not places:
        return {"[]": '["1"]', "{}": '{"1": 1}', "null": "[1]"}.get(value, f"{value}1")
    at = chance.choice(places)
    return f"{value[:at]}{int(value[at]) % 9 + 1}{value[at + 1 :]}"


def _sort(column: Column[Any]) -> str:
    kinds = (
        (JSON, "json"),
        (Boolean, "bool"),
        (QuarterType, "quarter"),
        (Date, "date"),
        (Moment, "moment"),
        (DateTime, "moment"),
    )
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "")


def tampered(chance: Random) -> Iterator[tuple[Column[Any], str, str]]:
    """Every column but the rows' own numbers, with the key of a row and another value; documents at many places."""
    for table in PUBLISHED:
        rows = [row for key, row in all_rows().items() if key[0] == table.name]
        for column in table.columns:
            if column.name == "id":
                continue
            for _ in range(12 if _sort(column) == "json" else 4):
                row = chance.choice(rows)
                where = " AND ".join(f"{key.name} = {row[key.name]}" for key in table.primary_key)
                value = a_digit_changed(column, row[column.name], chance)
                if column.foreign_keys and row[column.name] is not None:
                    value = {"1": "2"}.get(str(row[column.name]), "1")
                yield column, where, value


def put(column: Column[Any], where: str, value: str) -> None:
    kind = column.type.compile(db.engine.dialect)
    new = ":value" if db.engine.dialect.name == "sqlite" else f"CAST(:value AS {kind})"
    db.session.execute(text(f"UPDATE {column.table.name} SET {column.name} = {new} WHERE {where}"), {"value": value})
    db.session.expire_all()


def off() -> list[verify_queries.Finding]:
    """What `verify` says of results, without its look at files, which ends the transaction."""
    return [*verify_queries.verify_digests(), *agreement_queries.verify_agreement()]


def test_verify_finds_one_changed_digit_in_any_column_and_says_where(app: Flask, published: Scene) -> None:
    """`missed` names column and row; a change that the database itself refuses is none."""
    missed, tried = [], set()
    with app.app_context():
        labels = {head.label for head in db.session.scalars(select(Publication))}
        for column, where, value in list(tampered(Random(4))):
            try:
                put(column, where, value)
            except IntegrityError:
                db.session.rollback()
                continue
            said = [finding.subject for finding in off()]
            named = labels | {head.label for head in db.session.scalars(select(Publication))}
            if not any(label in subject for subject in said for label in named):
                missed.append((str(column), where, value, said))
            tried.add(str(column))
            db.session.rollback()
        assert missed == []
        assert off() == []
    every = {str(column) for table in PUBLISHED for column in table.columns if column.name != "id"}
    assert every - tried <= {str(column) for table in PUBLISHED for column in table.columns if column.foreign_keys}
