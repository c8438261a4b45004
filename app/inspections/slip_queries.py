"""What sheets come to, composed from what is recorded of them: for the acts that keep it, and to see whether what is kept
is true."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.accounts.kept import Kept, shelf
from app.inspections.digests import WORDS, canonical, plain, same, slip_digest
from app.inspections.freezing import Frozen, Mould
from app.inspections.models import InspectionRound
from app.inspections.publication_queries import lines_of, previous_results
from app.inspections.scoring import Standing
from app.rubrics.models import RubricVersion

MOST_MOULDS = 8
VETOED = "不得推荐"
AS_JSON = ("unmet_gates", "face", "dimensions", "slip")


class Moulds:
    """One for each branch that fitted the rubric to its work, and one for all others; made when needed. Those for single
    sheets are kept from one act to the next: a rubric in use never changes."""

    def __init__(self, version: RubricVersion, *, kept: bool = False) -> None:
        self.version = version
        self._adapting = version.adapting
        self._made: Kept[Mould] = shelf("inspections.moulds", MOST_MOULDS) if kept else Kept(len(self._adapting) + 1)

    def of(self, branch_id: int) -> Mould:
        key = branch_id if branch_id in self._adapting else None
        return self._made.get(
            (self.version.id, self.version.version, key),
            lambda: Mould(self.version.rubric if key is None else self.version.rubric_for(key)),
        )


def composed_slips(row: InspectionRound, sheets: Sequence[Any], moulds: Moulds) -> list[dict[str, Any]]:
    """The columns of `SheetSlip` for some sheets (rows of `publication_queries.stale_sheets`), digests included; those of
    `AS_JSON` as canonical text."""
    lines = lines_of(row, sheets)
    previous = previous_results(row.quarter, sheets)
    found = []
    for sheet in sheets:
        before = previous.get(sheet.group_id)
        percents = {item["code"]: item["percent"] for item in before.dimensions} if before else {}
        found.append(_values(sheet, moulds.of(sheet.branch_id).freeze(lines[sheet.id], percents), before))
    return found


def _values(sheet: Any, frozen: Frozen, before: Any) -> dict[str, Any]:
    result = frozen.result
    vetoed = result.standing is Standing.VETOED
    words = {
        "branch_name": sheet.branch_name,
        "group_name": sheet.group_name,
        "leader_name": sheet.leader_name,
        "brand_name": sheet.brand_name,
        "total": result.hundredths,
        "exact_total": "" if result.total is None else str(result.total),
        "self_total": frozen.self_total,
        "previous_total": before.total if before else None,
        "previous_quarter": before.quarter if before else None,
        "band": "" if result.total is None else result.band.label if result.band else VETOED,
        "vetoed": vetoed,
        "gates_met": not result.unmet,
        "unmet_gates": frozen.unmet_gates,
        "veto_reason": frozen.veto_reason[:600],
        "strength": frozen.strength,
        "next_step": frozen.next_step,
    }
    return sealed(words, frozen.dimensions, sheet.face, frozen.slip)


def sealed(words: Mapping[str, Any], dimensions: str, face: str, slip: str) -> dict[str, Any]:
    face = face if face == "{}" else same(face)
    return {
        **words,
        "unmet_gates": canonical(words["unmet_gates"]).decode(),
        "face": face,
        "dimensions": dimensions,
        "slip": slip,
        "digest": slip_digest({name: plain(words[name]) for name in WORDS}, dimensions, face, slip),
    }
