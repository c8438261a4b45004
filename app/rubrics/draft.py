"""A rubric while somebody types it: texts only, in the shape of the rubric, so that nothing typed is ever lost.

A field's name is its path: `dimensions.0.criteria.2.title`. `reading` makes a rubric of a draft or says what cannot
be read, by path.
"""

import string
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from app.rubrics.rubric import (
    BonusLevel,
    Condition,
    Criterion,
    Deduction,
    Dimension,
    Rubric,
    ScaleStep,
    points_text,
)

Draft = dict[str, Any]
LONGEST = 200
"""Entries of one list; a form asks for no more."""

PARTS = ("title", "bonus_cap", "dimensions", "gates", "vetoes", "bonus_levels")
LISTS = ("dimensions", "criteria", "deductions", "steps", "gates", "vetoes", "bonus_levels")
YES = "1"


def drafted(rubric: Rubric) -> Draft:
    return {
        "title": rubric.title,
        "bonus_cap": points_text(rubric.bonus_cap),
        "dimensions": [_dimension(dimension) for dimension in rubric.dimensions],
        "gates": [_condition(gate) for gate in rubric.gates],
        "vetoes": [_condition(veto) for veto in rubric.vetoes],
        "bonus_levels": [_level(level) for level in rubric.bonus_levels],
    }


def _dimension(dimension: Dimension) -> Draft:
    return {
        "code": dimension.code,
        "title": dimension.title,
        "business": _flag(on=dimension.business),
        "cap": "" if dimension.cap is None else points_text(dimension.cap),
        "criteria": [_criterion(criterion) for criterion in dimension.criteria],
    }


def _criterion(criterion: Criterion) -> Draft:
    return {
        "code": criterion.code,
        "title": criterion.title,
        "kind": criterion.kind.value,
        "maximum": points_text(criterion.maximum),
        "guidance": criterion.guidance,
        "example": criterion.example,
        "evidence": "、".join(criterion.evidence),
        "scorer": criterion.scored_by.value,
        "allows_na": _flag(on=criterion.allows_na),
        "measure": criterion.measure,
        "subject": criterion.subject,
        "play": points_text(criterion.play) if criterion.play else "",
        "rewordable": _flag(on=criterion.rewordable),
        "deductions": [_deduction(deduction) for deduction in criterion.deductions],
        "steps": [_step(step) for step in criterion.steps],
    }


def _deduction(deduction: Deduction) -> Draft:
    return {
        "code": deduction.code,
        "label": deduction.label,
        "points": points_text(deduction.points),
        "unit": deduction.unit,
    }


def _step(step: ScaleStep) -> Draft:
    return {"points": points_text(step.points), "label": step.label}


def _condition(condition: Condition) -> Draft:
    return {"code": condition.code, "title": condition.title, "guidance": condition.guidance}


def _level(level: BonusLevel) -> Draft:
    return {"code": level.code, "label": level.label, "points": points_text(level.points)}


def _flag(*, on: bool) -> str:
    return YES if on else ""


def from_fields(fields: Iterable[tuple[str, str]]) -> Draft:
    """The draft that a form's fields spell; a gap in the numbers closes, and what is no part of a rubric stays out."""
    root: dict[Any, Any] = {}
    for name, value in fields:
        node, parts = root, name.split(".")
        if not all(_sound(part) for part in parts):
            continue
        for part in parts[:-1]:
            inside = node.setdefault(_key(part), {})
            if not isinstance(inside, dict):
                break
            node = inside
        else:
            node[_key(parts[-1])] = value.replace("\r\n", "\n")
    return {name: _listed(root[name], name) for name in PARTS if name in root}


def _sound(part: str) -> bool:
    return part.isidentifier() or (part.isascii() and part.isdigit() and int(part) < LONGEST)


def _key(part: str) -> str | int:
    return int(part) if part.isdigit() else part


def _listed(node: Any, name: str) -> Any:
    if not isinstance(node, dict):
        return [] if name in LISTS else node
    if name in LISTS:
        return [
            _listed(node[at], "") for at in sorted(k for k in node if isinstance(k, int)) if isinstance(node[at], dict)
        ]
    return {key: _listed(value, key) for key, value in node.items() if isinstance(key, str)}


def to_fields(draft: Any, path: str = "") -> list[tuple[str, str]]:
    """The other way: every text under its path."""
    if isinstance(draft, str):
        return [(path, draft)]
    inside = enumerate(draft) if isinstance(draft, list) else draft.items()
    return [field for key, value in inside for field in to_fields(value, f"{path}.{key}" if path else str(key))]


# ---------------------------------------------------------------- adding, removing, moving


def acted(draft: Draft, act: str) -> tuple[Draft, str]:
    """The draft after `add:dimensions.0.criteria`, `remove:…`, `up:…` or `down:…` of an entry, and the path to go on at.
    An act that fits nothing changes nothing."""
    what, _, path = act.partition(":")
    after = deepcopy(draft)
    parts = path.split(".")
    if what == "add":
        found = _at(after, parts)
        if isinstance(found, list) and parts[-1] in LISTS and len(found) < LONGEST:
            found.append(_blank(after, parts))
            return after, f"{path}.{len(found) - 1}"
        return draft, ""
    found, at = _at(after, parts[:-1]), parts[-1]
    if not isinstance(found, list) or not at.isdigit() or int(at) >= len(found):
        return draft, ""
    if what == "remove":
        del found[int(at)]
        return after, ""
    return _moved(after, parts, -1 if what == "up" else 1)


def _at(draft: Any, parts: list[str]) -> Any:
    node = draft
    for part in parts:
        if isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        elif isinstance(node, dict) and (part in node or part in LISTS):
            node = node.setdefault(part, [])
        else:
            return None
    return node


def _moved(draft: Draft, parts: list[str], by: int) -> tuple[Draft, str]:
    """A criterion at the edge of its dimension goes on into the next one."""
    entries, at = _at(draft, parts[:-1]), int(parts[-1])
    to = at + by
    if 0 <= to < len(entries):
        entries.insert(to, entries.pop(at))
        return draft, ".".join([*parts[:-1], str(to)])
    if parts[-2] == "criteria":
        beside = int(parts[1]) + by
        if 0 <= beside < len(draft["dimensions"]):
            others = draft["dimensions"][beside].setdefault("criteria", [])
            place = len(others) if by < 0 else 0
            others.insert(place, entries.pop(at))
            return draft, f"dimensions.{beside}.criteria.{place}"
    return draft, ".".join(parts)


def _blank(draft: Draft, parts: list[str]) -> Draft:
    kind = parts[-1]
    if kind == "dimensions":
        used = {d.get("code", "") for d in draft["dimensions"]}
        code = next((letter for letter in string.ascii_uppercase if letter not in used), "")
        return {"code": code, "criteria": [_blank_criterion(f"{code}1")]}
    if kind == "criteria":
        dimension = _at(draft, parts[:-1])
        return _blank_criterion(_free(dimension.get("code", ""), _codes(draft)))
    if kind in ("gates", "vetoes"):
        return {"code": _free("G" if kind == "gates" else "V", _codes(draft))}
    return {"unit": "项"} if kind == "deductions" else {}


def _blank_criterion(code: str) -> Draft:
    return {"code": code, "kind": "deduction", "scorer": "panel", "allows_na": YES, "deductions": [{"unit": "项"}]}


def _codes(draft: Draft) -> set[str]:
    conditions = [*draft.get("gates", []), *draft.get("vetoes", [])]
    return {one.get("code", "") for d in draft.get("dimensions", []) for one in d.get("criteria", [])} | {
        one.get("code", "") for one in conditions
    }


def _free(prefix: str, used: set[str]) -> str:
    return next(f"{prefix}{number}" for number in range(1, len(used) + 2) if f"{prefix}{number}" not in used)
