"""What a rubric (评分细则) is: gates -> dimensions -> criteria -> bonus -> vetoes, as plain values.

A rubric is data of a committee and a period. It travels as JSON (`as_data`, `from_data`) with points as text
("2.5", "1/3"), so that nothing passes through a binary fraction on its way to a total.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any

BONUS_CEILING = Fraction(5)


class CriterionKind(StrEnum):
    MET = "met"
    DEDUCTION = "deduction"
    SCALE = "scale"
    MEASURED = "measured"

    @property
    def label(self) -> str:
        return {"met": "是否制", "deduction": "扣分制", "scale": "量表制", "measured": "系统测算"}[self.value]


class Scorer(StrEnum):
    """Who scores a criterion. The panel scores with many voices, whose mean counts; the others with one: whoever of them
    wrote the current mark."""

    PANEL = "panel"
    COMMITTEE = "committee"
    BRANCH = "branch"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        return {"panel": "评委", "committee": "厂党委", "branch": "党支部", "system": "系统"}[self.value]


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
    example: str = ""
    """A case and what it would get, for whoever scores."""

    scored_by: Scorer = Scorer.PANEL
    allows_na: bool = True
    measure: str = ""
    """The name of a rule in `measures`, for what the system measures."""

    subject: str = ""
    """What the measure looks at, e.g. the name of one kind of activity; all where empty."""

    play: Fraction = Fraction(0)
    """How far a branch may move the maximum, up or down."""

    rewordable: bool = False
    """Whether a branch may word title, guidance and example for its own work."""

    @property
    def scorer(self) -> Scorer:
        return Scorer.SYSTEM if self.kind is CriterionKind.MEASURED else self.scored_by

    @property
    def one_voice(self) -> bool:
        return self.scorer is not Scorer.PANEL


@dataclass(frozen=True, slots=True)
class Dimension:
    code: str
    title: str
    criteria: tuple[Criterion, ...]
    business: bool = False
    cap: Fraction | None = None
    """However much its criteria give, no more than this counts."""

    @property
    def maximum(self) -> Fraction:
        return self.capped(self.maximum_of_criteria)

    @property
    def maximum_of_criteria(self) -> Fraction:
        return sum((criterion.maximum for criterion in self.criteria), Fraction(0))

    def capped(self, points: Fraction) -> Fraction:
        return points if self.cap is None else min(points, self.cap)


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
                "cap": None if dimension.cap is None else points_text(dimension.cap),
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
        "example": criterion.example,
        "scorer": criterion.scored_by.value,
        "allows_na": criterion.allows_na,
        "measure": criterion.measure,
        "subject": criterion.subject,
        "play": points_text(criterion.play),
        "rewordable": criterion.rewordable,
    }


def from_data(data: dict[str, Any]) -> Rubric:
    """Documents of earlier days lack what was not yet asked; each such part has its default."""
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
                None if dimension.get("cap") is None else Fraction(dimension["cap"]),
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
        example=data.get("example", ""),
        scored_by=Scorer(data.get("scorer", Scorer.PANEL)),
        allows_na=data.get("allows_na", True),
        measure=data.get("measure", ""),
        subject=data.get("subject", ""),
        play=Fraction(data.get("play", 0)),
        rewordable=data.get("rewordable", False),
    )
