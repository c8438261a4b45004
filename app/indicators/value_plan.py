"""What a table would change, compared with what stands there now. Nothing is written here."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.indicators.figures import figure_text
from app.indicators.value_table import TableCell, TableRow
from app.organisation.roster import bare_unit


class Kind(StrEnum):
    ERROR = "有误"
    LATE = "改前月以前的"
    CHANGED = "改动"
    NEW = "新填"
    SAME = "不变"


@dataclass(frozen=True)
class Standing:
    """A row of the year as it stands: `months` that are asked for by now, `entries` month -> (id, value)."""

    key: str
    group: str
    team: str
    name: str
    unit: str
    bound: Fraction
    months: frozenset[int]
    entries: Mapping[int, tuple[int, Fraction | None]]
    late: frozenset[int]


@dataclass(frozen=True)
class PlannedCell:
    kind: Kind
    cell: TableCell
    line: int
    label: str
    key: str = ""
    before: str = ""
    seen: int = 0
    message: str = ""


@dataclass(frozen=True)
class Plan:
    cells: tuple[PlannedCell, ...]

    @property
    def counts(self) -> Counter[Kind]:
        return Counter(one.kind for one in self.cells)

    def of(self, kind: Kind) -> list[PlannedCell]:
        return [one for one in self.cells if one.kind is kind]

    @property
    def writes(self) -> list[PlannedCell]:
        return [one for one in self.cells if one.kind in {Kind.NEW, Kind.CHANGED, Kind.LATE}]

    @property
    def fingerprint(self) -> str:
        """Of all that would be written and over what."""
        said = [(one.kind.value, one.key, one.cell.month, str(one.cell.value), one.seen) for one in self.cells]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def bare_name(name: str) -> str:
    """A name for comparing: without blanks and what stands in brackets, 烟丝整丝率（%） is 烟丝整丝率."""
    return re.sub(r"\(.*?\)|\s", "", unicodedata.normalize("NFKC", name))


def plan_import(rows: Sequence[TableRow], standing: Iterable[Standing]) -> Plan:
    """A row of the table that names no row of the year is one error, each of its cells else stands for itself."""
    known: dict[tuple[str, str], list[Standing]] = {}
    groups = set()
    for one in standing:
        known.setdefault((bare_unit(one.group), bare_name(one.name)), []).append(one)
        groups.add(bare_unit(one.group))
    cells: list[PlannedCell] = []
    taken: set[str] = set()
    for row in rows:
        label = "·".join(part for part in (row.group, row.team, row.indicator) if part)
        found = _row_of(row, known, groups)
        if isinstance(found, Standing) and found.key in taken:
            found = "这一行和前面的一行是同一项指标，请只留一行"
        if isinstance(found, str):
            cells.append(PlannedCell(Kind.ERROR, TableCell(0, f"第 {row.line} 行", ""), row.line, label, message=found))
            continue
        taken.add(found.key)
        cells += [
            _planned(cell, row.line, label, found) for cell in row.cells if cell.value is not None or cell.problem
        ]
    return Plan(tuple(cells))


def _row_of(row: TableRow, known: Mapping[tuple[str, str], list[Standing]], groups: set[str]) -> Standing | str:
    if not row.group:
        return "没有写党小组"
    group = bare_unit(row.group)
    if group not in groups:
        return f"没有叫“{row.group[:20]}”的党小组，或这一年没有给它定指标，请核对名称"
    own = known.get((group, bare_name(row.indicator)), [])
    if not own:
        return f"{row.group[:20]}没有“{row.indicator[:20]}”这项指标，请核对名称，或先登记指标"
    if row.team:
        own = [one for one in own if bare_name(one.team) == bare_name(row.team)] or own
        if len(own) == 1 and own[0].team and bare_name(own[0].team) != bare_name(row.team):
            return f"“{row.indicator[:20]}”不在“{row.team[:20]}”量，在{own[0].team}量"
    if len(own) > 1:
        return f"“{row.indicator[:20]}”按班组填，请在“班组”一列写明是哪个班组"
    return own[0]


def _planned(cell: TableCell, line: int, label: str, row: Standing) -> PlannedCell:
    number, value = row.entries.get(cell.month, (0, None))
    before = figure_text(value)
    problem = cell.problem
    if not problem and cell.month not in row.months:
        problem = f"{cell.month} 月还没到，或这个月没有这项指标"
    if not problem and cell.value is not None and row.unit == "%" and abs(cell.value) <= 1 and row.bound >= 10:
        problem = f"读到 {figure_text(cell.value)}，像是百分比格式的单元格，请改成常规格式，写成 98.5 这样"
    if problem:
        return PlannedCell(Kind.ERROR, cell, line, label, row.key, before, number, problem)
    if cell.value == value:
        kind = Kind.SAME
    elif value is None:
        kind = Kind.NEW
    else:
        kind = Kind.LATE if cell.month in row.late else Kind.CHANGED
    return PlannedCell(kind, cell, line, label, row.key, before, number, cell.note)
