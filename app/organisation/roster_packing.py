"""Roster rows as JSON and back: what waits between the preview and its confirmation. And a plan's fingerprint."""

import hashlib
from datetime import date
from typing import Any

from app.accounts.roles import Role
from app.organisation.roster import Duty, Field, Problem, RosterRow
from app.organisation.roster_plan import Plan

_TEXTS = ("line", "name", "staff_no", "group", "team", "sex", "masked_phone")


def pack(row: RosterRow) -> dict[str, Any]:
    return {
        **{key: getattr(row, key) for key in _TEXTS},
        "joined_on": row.joined_on.isoformat() if row.joined_on else None,
        "full_on": row.full_on.isoformat() if row.full_on else None,
        "duties": [[duty.role.value, duty.title] for duty in row.duties],
        "problems": [[problem.field.value, problem.message] for problem in row.problems],
        "notes": list(row.notes),
    }


def unpack(packed: dict[str, Any]) -> RosterRow:
    return RosterRow(
        **{key: packed[key] for key in _TEXTS},
        joined_on=date.fromisoformat(packed["joined_on"]) if packed["joined_on"] else None,
        full_on=date.fromisoformat(packed["full_on"]) if packed["full_on"] else None,
        duties=tuple(Duty(Role(role), title) for role, title in packed["duties"]),
        problems=tuple(Problem(Field(field), message) for field, message in packed["problems"]),
        notes=tuple(packed["notes"]),
    )


def fingerprint(plan: Plan) -> str:
    """The same plan, the same text: a plan holds tuples only, whose order is the sheet's."""
    return hashlib.sha256(repr(plan).encode()).hexdigest()
