"""What a rubric (评分细则) is: gates -> dimensions -> criteria -> bonus -> vetoes, as plain values.

A rubric is data of a committee and a period. It travels as JSON (`as_data`, `from_data`) with points as text
("2.5", "1/3"), so that nothing passes through a binary fraction on its way to a total.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any

FULL_MARKS = Fraction(100)
BUSINESS_FLOOR, BUSINESS_CEILING = Fraction(20), Fraction(60)
BONUS_CEILING = Fraction(5)


class CriterionKind(StrEnum):
    MET = "met"
    DEDUCTION = "deduction"
    SCALE = "scale"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Deduction:
    """So many points off for each `unit` (起, 次, 项 …)."""

    code: str
    label: str
    points: Fraction
    unit: str = "项"


@dataclass(frozen=True, slots=True)
class ScaleStep:
    points: Fraction
    label: str


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    title: str
    kind: CriterionKind
    maximum: Fraction
    guidance: str = ""
    evidence: tuple[str, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    steps: tuple[ScaleStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    title: str
    criteria: tuple[Criterion, ...]
    business: bool = False

    @property
    def maximum(self) -> Fraction:
        return sum((criterion.maximum for criterion in self.criteria), Fraction(0))


@dataclass(frozen=True, slots=True)
class Condition:
    """A gate (必备条件) or a veto (一票否决)."""

    code: str
    title: str
    guidance: str = ""


@dataclass(frozen=True, slots=True)
class BonusLevel:
    code: str
    label: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Rubric:
    title: str
    dimensions: tuple[Dimension, ...]
    gates: tuple[Condition, ...] = ()
    vetoes: tuple[Condition, ...] = ()
    bonus_levels: tuple[BonusLevel, ...] = ()
    bonus_cap: Fraction = BONUS_CEILING

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for dimension in self.dimensions for criterion in dimension.criteria)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.gates + self.vetoes

    @property
    def maximum(self) -> Fraction:
        return sum((dimension.maximum for dimension in self.dimensions), Fraction(0))

    def criterion(self, code: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.code == code), None)

    def dimension_of(self, code: str) -> Dimension | None:
        return next((d for d in self.dimensions if any(c.code == code for c in d.criteria)), None)


@lru_cache(maxsize=512)
def points_text(points: Fraction) -> str:
    """Shortest exact text: "12", "2.5", and a fraction where decimals do not end ("1/3")."""
    if points.denominator == 1:
        return str(points.numerator)
    for places in (1, 2, 3):
        scaled = points * 10**places
        if scaled.denominator == 1:
            sign = "-" if points < 0 else ""
            whole, rest = divmod(abs(scaled.numerator), 10**places)
            return f"{sign}{whole}.{rest:0{places}d}"
    return str(points)


def problems(rubric: Rubric) -> list[str]:
    """Why this rubric cannot be used for a round; empty when it can."""
    return [*_sum_problems(rubric), *_code_problems(rubric), *_criterion_problems(rubric)]


def _sum_problems(rubric: Rubric) -> list[str]:
    found = []
    if rubric.maximum != FULL_MARKS:
        found.append(f"各维度满分合计为 {points_text(rubric.maximum)} 分，应为 100 分。请调整各指标满分。")
    business = sum((d.maximum for d in rubric.dimensions if d.business), Fraction(0))
    if not BUSINESS_FLOOR <= business <= BUSINESS_CEILING:
        found.append(f"业务融合与成效合计 {points_text(business)} 分，应在 20 到 60 分之间。")
    if not 0 <= rubric.bonus_cap <= BONUS_CEILING:
        found.append("加分上限应在 0 到 5 分之间。")
    return found


def _code_problems(rubric: Rubric) -> list[str]:
    codes = [c.code for c in rubric.criteria] + [c.code for c in rubric.conditions]
    doubled = sorted({code for code in codes if codes.count(code) > 1})
    return [f"编号 {code} 用了不止一次，请改成不同的编号。" for code in doubled]


def _criterion_problems(rubric: Rubric) -> list[str]:
    found = []
    for criterion in rubric.criteria:
        if criterion.maximum <= 0:
            found.append(f"{criterion.code} 的满分应大于 0。")
        if criterion.kind is CriterionKind.SCALE and max((s.points for s in criterion.steps), default=None) != (
            criterion.maximum
        ):
            found.append(f"{criterion.code} 量表的最高档应等于满分 {points_text(criterion.maximum)} 分。")
        if any(step.points > criterion.maximum for step in criterion.steps):
            found.append(f"{criterion.code} 有一档高于满分 {points_text(criterion.maximum)} 分，请调高满分。")
        if any(deduction.points <= 0 for deduction in criterion.deductions):
            found.append(f"{criterion.code} 的每项扣分应大于 0。")
    return found


def edited(rubric: Rubric, title: str, changes: Mapping[str, tuple[str, Fraction, str]]) -> Rubric:
    """With other titles, maxima and guidance by criterion code. The best step of a scale follows its maximum."""
    return replace(
        rubric,
        title=title,
        dimensions=tuple(
            replace(
                dimension,
                criteria=tuple(_edited(criterion, *changes[criterion.code]) for criterion in dimension.criteria),
            )
            for dimension in rubric.dimensions
        ),
    )


def _edited(criterion: Criterion, title: str, maximum: Fraction, guidance: str) -> Criterion:
    best = max((step.points for step in criterion.steps), default=None)
    steps = tuple(replace(step, points=maximum) if step.points == best else step for step in criterion.steps)
    return replace(criterion, title=title, maximum=maximum, guidance=guidance, steps=steps)


# The 2024 rules against formalism forbid judging work by its traces; the editor warns about such criteria.
TRACE_WORDS = (
    "照片张数",
    "照片数量",
    "上传数量",
    "学习笔记",
    "笔记篇数",
    "心得篇数",
    "媒体报道",
    "信息稿",
    "宣传报道",
    "领导批示",
    "领导肯定",
    "学习时长",
    "学时",
    "点赞",
    "投票",
    "打卡",
    "积分",
    "转发",
)


def trace_warnings(rubric: Rubric) -> list[str]:
    """Criteria whose *title or deductions* weigh traces. Guidance may name them in order to exclude them."""
    found = []
    for criterion in rubric.criteria:
        text = criterion.title + "".join(deduction.label for deduction in criterion.deductions)
        words = [word for word in TRACE_WORDS if word in text]
        if words:
            found.append(f"{criterion.code} 提到“{'、'.join(words)}”：减负规定不允许以留痕多少评判工作，请改为看结果。")
    return found


def as_data(rubric: Rubric) -> dict[str, Any]:
    return {
        "title": rubric.title,
        "bonus_cap": points_text(rubric.bonus_cap),
        "gates": [_condition_data(gate) for gate in rubric.gates],
        "vetoes": [_condition_data(veto) for veto in rubric.vetoes],
        "bonus_levels": [
            {"code": b.code, "label": b.label, "points": points_text(b.points)} for b in rubric.bonus_levels
        ],
        "dimensions": [
            {
                "code": dimension.code,
                "title": dimension.title,
                "business": dimension.business,
                "criteria": [_criterion_data(criterion) for criterion in dimension.criteria],
            }
            for dimension in rubric.dimensions
        ],
    }


def _condition_data(condition: Condition) -> dict[str, str]:
    return {"code": condition.code, "title": condition.title, "guidance": condition.guidance}


def _criterion_data(criterion: Criterion) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "title": criterion.title,
        "kind": criterion.kind.value,
        "maximum": points_text(criterion.maximum),
        "guidance": criterion.guidance,
        "evidence": list(criterion.evidence),
        "deductions": [
            {"code": d.code, "label": d.label, "points": points_text(d.points), "unit": d.unit}
            for d in criterion.deductions
        ],
        "steps": [{"points": points_text(s.points), "label": s.label} for s in criterion.steps],
    }


def from_data(data: dict[str, Any]) -> Rubric:
    return Rubric(
        title=data["title"],
        bonus_cap=Fraction(data["bonus_cap"]),
        gates=tuple(Condition(**gate) for gate in data["gates"]),
        vetoes=tuple(Condition(**veto) for veto in data["vetoes"]),
        bonus_levels=tuple(BonusLevel(b["code"], b["label"], Fraction(b["points"])) for b in data["bonus_levels"]),
        dimensions=tuple(
            Dimension(
                dimension["code"],
                dimension["title"],
                tuple(_criterion(criterion) for criterion in dimension["criteria"]),
                dimension["business"],
            )
            for dimension in data["dimensions"]
        ),
    )


def _criterion(data: dict[str, Any]) -> Criterion:
    return Criterion(
        code=data["code"],
        title=data["title"],
        kind=CriterionKind(data["kind"]),
        maximum=Fraction(data["maximum"]),
        guidance=data["guidance"],
        evidence=tuple(data["evidence"]),
        deductions=tuple(
            Deduction(d["code"], d["label"], Fraction(d["points"]), d["unit"]) for d in data["deductions"]
        ),
        steps=tuple(ScaleStep(Fraction(s["points"]), s["label"]) for s in data["steps"]),
    )
