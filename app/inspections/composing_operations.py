"""What a sheet comes to, composed in the transaction of the act that changes it: publishing then only ranks and writes.

An act that touches one sheet takes its lock by `touch`, which says that what is kept may not be true any more; at the end
of the transaction, once everything of the act is written, the sheet is composed anew. An act on many sheets says so by
`overtake`; they are composed at the round's next step, or at its publication. So what is kept is either true or said to
be stale, whatever happens in between.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Insert, Table, Text, Update, bindparam, cast, insert, select, update

from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import publication_queries
from app.inspections.digests import WORDS
from app.inspections.models import InspectionRound, Sheet
from app.inspections.slip_models import SheetSlip
from app.inspections.slip_queries import AS_JSON, Moulds, composed_slips


def touch(sheet: Sheet) -> None:
    """Takes the sheet's lock, so that two windows of one person leave one current mark."""
    db.session.execute(update(_table(Sheet)).where(_table(Sheet).c.id == sheet.id).values(stale=True))
    unit_of_work.at_end(("compose", sheet.id), lambda: _compose_one(sheet.id))


def _compose_one(sheet_id: int) -> None:
    sheet = db.session.get(Sheet, sheet_id)
    if sheet is not None:
        compose(sheet.round, [sheet_id])


def overtake(sheets: Iterable[int]) -> None:
    """These sheets may say something else now."""
    table, ids = _table(Sheet), list(sheets)
    for at in range(0, len(ids), publication_queries.AT_ONCE):
        some = ids[at : at + publication_queries.AT_ONCE]
        db.session.execute(update(table).where(table.c.id.in_(some)).values(stale=True))


def overtake_round(row: InspectionRound) -> None:
    table = _table(Sheet)
    db.session.execute(update(table).where(table.c.round_id == row.id).values(stale=True))


def overtake_later(committee_id: int, quarter: Quarter) -> None:
    """Slips of later quarters name the last one before: published or corrected, it says something else to them."""
    table = _table(Sheet)
    later = select(InspectionRound.id).where(
        InspectionRound.committee_id == committee_id, InspectionRound.quarter > quarter
    )
    db.session.execute(update(table).where(table.c.round_id.in_(later)).values(stale=True))


def compose(row: InspectionRound, only: Sequence[int] | None = None) -> int:
    """What is stale of the round, or of these sheets, anew; says how many slips changed. The round's lock is held, or
    those of these sheets."""
    db.session.flush()
    edition = publication_queries.next_edition(row.id)
    moulds = Moulds(row.rubric_version, kept=only is not None)
    changed = 0
    for sheets in publication_queries.stale_sheets(row.id, only):
        composed = composed_slips(row, sheets, moulds)
        changed += _keep(edition, sheets, composed)
    return changed


def _keep(edition: int, sheets: Sequence[Any], composed: Sequence[dict[str, Any]]) -> int:
    """Writes what differs: over the row of this edition, or as its first row. The same again leaves every row alone."""
    fresh, anew = [], []
    for sheet, slip in zip(sheets, composed, strict=True):
        if slip["digest"] == sheet.digest:
            continue
        values = {f"new_{name}": value for name, value in slip.items()}
        if sheet.edition == edition:
            anew.append({**values, "slip_id": sheet.slip_id})
        else:
            fresh.append({**values, "sheet": sheet.id, "committee": sheet.committee_id, "number": edition})
    table, connection = _table(Sheet), db.session.connection()
    first, again = _writing(connection.dialect.name)
    if fresh:
        connection.execute(first, fresh)
    if anew:
        connection.execute(again, anew)
    ids = [sheet.id for sheet in sheets]
    moved = {sheet["sheet"] for sheet in fresh}
    for some, values in (
        ([i for i in ids if i not in moved], {"stale": False}),
        ([i for i in ids if i in moved], {"stale": False, "edition": edition}),
    ):
        if some:
            connection.execute(update(table).where(table.c.id.in_(some)).values(values))
    return len(fresh) + len(anew)


@cache
def _writing(dialect: str) -> tuple[Insert, Update]:
    """A slip's first row, and a slip written over. JSON goes in as the text that was hashed."""
    slips = _table(SheetSlip)
    said: dict[str, Any] = {
        name: bindparam(f"new_{name}", type_=slips.c[name].type) for name in (*WORDS, "digest") if name not in AS_JSON
    }
    for name in AS_JSON:
        text = bindparam(f"new_{name}", type_=Text)
        said[name] = cast(text, JSON) if dialect == "postgresql" else text
    named: dict[str, Any] = {
        "sheet_id": bindparam("sheet"),
        "committee_id": bindparam("committee"),
        "edition": bindparam("number"),
    }
    return (
        insert(slips).values({**said, **named}),
        update(slips).where(slips.c.id == bindparam("slip_id")).values(said),
    )


def _table(model: Any) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is a table
    return table
