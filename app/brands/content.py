"""What people write about a brand.

Its face (name, slogan, connotation, seal, hue) is what past months show, so a changed face is a new version. The rest
is kept up to date in place, each change in the audit trail.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

FACE = ("name", "slogan", "connotation", "seal_shape", "seal_reads_across", "hue")
LISTS = ("carriers", "measures", "results", "indicators")
LABELS = {
    "name": "名称",
    "slogan": "口号",
    "connotation": "内涵释义",
    "trait": "特色",
    "carriers": "载体",
    "measures": "举措与工作法",
    "mechanism": "机制",
    "results": "成效",
    "influence": "影响",
    "indicators": "对应的业务指标",
    "owner": "创建单位",
    "responsible": "负责人",
    "created_on": "创建日期",
    "logo_note": "标识说明",
    "logo_approval": "标识审批",
    "seal_shape": "印章形制",
    "seal_reads_across": "印文横读",
    "hue": "品牌色",
    "goal_ids": "服务的支部目标",
    "team_ids": "覆盖班组",
}
HUES = {
    "jj": "黛蓝",
    "qf": "青碧",
    "zy": "赭石",
    "xs": "苔绿",
    "s1": "紫灰",
    "s2": "松绿",
    "s3": "栗褐",
    "s4": "灰蓝",
}
REQUIRED_TO_SUBMIT = ("name", "connotation", "trait", "responsible")


@dataclass(frozen=True, slots=True)
class Content:
    name: str
    slogan: str = ""
    connotation: str = ""
    trait: str = ""
    carriers: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    mechanism: str = ""
    results: tuple[str, ...] = ()
    influence: str = ""
    indicators: tuple[str, ...] = ()
    owner: str = ""
    responsible: str = ""
    created_on: date | None = None
    logo_note: str = ""
    logo_approval: str = ""
    seal_shape: str = ""
    seal_reads_across: bool = False
    hue: str = ""
    goal_ids: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()


COLUMNS = tuple(f.name for f in fields(Content) if f.name not in {"goal_ids", "team_ids"})
"""Fields that stand in the version's own row."""
UPKEEP = tuple(name for name in COLUMNS if name not in FACE)


def differing(one: Content, other: Content) -> list[str]:
    """Names of the fields that differ, in the form's order."""
    return [f.name for f in fields(Content) if getattr(one, f.name) != getattr(other, f.name)]


def values(content: Content, names: list[str]) -> dict[str, Any]:
    return {name: getattr(content, name) for name in names}


def missing(content: Content) -> list[str]:
    """Labels of what a version still lacks before the branch can discuss it."""
    return [LABELS[name] for name in REQUIRED_TO_SUBMIT if not getattr(content, name)]
