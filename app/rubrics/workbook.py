"""A rubric as the sheets of a workbook: one a part, with heads that `workbook_reading` knows."""

from dataclasses import dataclass

from app.rubrics.draft import Draft, drafted
from app.rubrics.measures import MEASURES
from app.rubrics.rubric import CriterionKind, Rubric, Scorer

CONDITION_SHEETS = {"必备条件": "gates", "一票否决": "vetoes"}


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet to write."""

    name: str
    columns: tuple[tuple[str, int, str], ...]
    """Head, width and kind ("text" or "number")."""

    rows: tuple[tuple[str | float, ...], ...]


CRITERIA = (
    ("维度编号", 8, "text"), ("维度", 18, "text"), ("业务维度", 8, "text"), ("封顶", 8, "number"), ("编号", 8, "text"),
    ("指标", 28, "text"), ("分值", 8, "number"), ("评法", 10, "text"), ("评分标准", 48, "text"), ("扣分", 40, "text"),
    ("档次", 40, "text"), ("举例", 30, "text"), ("佐证", 20, "text"), ("谁来评", 10, "text"), ("可评不适用", 10, "text"),
    ("系统测算", 12, "text"), ("测算对象", 14, "text"), ("支部可调分数", 12, "number"), ("支部可改写", 10, "text"),
)  # fmt: skip
CONDITIONS = (("编号", 8, "text"), ("条件", 28, "text"), ("怎样算", 60, "text"))
LEVELS = (("荣誉级别", 24, "text"), ("加分", 8, "number"), ("代码", 12, "text"))
WHOLE = (("细则名称", 40, "text"), ("加分合计最多", 14, "number"))


def sheets_of(rubric: Rubric) -> list[Part]:
    draft = drafted(rubric)
    conditions = [
        Part(name, CONDITIONS, tuple((c["code"], c["title"], c["guidance"]) for c in draft[key]))
        for name, key in CONDITION_SHEETS.items()
    ]
    levels = tuple((b["label"], _figure(b["points"]), b["code"]) for b in draft["bonus_levels"])
    return [
        Part("指标", CRITERIA, tuple(_row(d, c) for d in draft["dimensions"] for c in d["criteria"])),
        *conditions,
        Part("加分", LEVELS, levels),
        Part("细则", WHOLE, ((draft["title"], _figure(draft["bonus_cap"])),)),
    ]


def _row(dimension: Draft, c: Draft) -> tuple[str | float, ...]:
    return (
        dimension["code"], dimension["title"], _said(dimension["business"]), _figure(dimension["cap"]), c["code"],
        c["title"], _figure(c["maximum"]), CriterionKind(c["kind"]).label, c["guidance"],
        "\n".join(f"{d['label']}｜每{d['unit']}｜扣{d['points']}分" for d in c["deductions"]),
        "\n".join(f"{s['points']}分｜{s['label']}" for s in c["steps"]), c["example"], c["evidence"],
        Scorer(c["scorer"]).label, _said(c["allows_na"]),
        MEASURES[c["measure"]].title if c["measure"] in MEASURES else "", c["subject"], _figure(c["play"]),
        _said(c["rewordable"]),
    )  # fmt: skip


def _said(flag: str) -> str:
    return "是" if flag else "否"


def _figure(text: str) -> str | float:
    """A number where the office program can hold it exactly."""
    if not text or "/" in text:
        return text
    return float(text)
