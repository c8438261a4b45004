"""Kinds and cadences that a committee starts with: data that it may then change. Sources are named, where units differ
as 本单位制度."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`column` is the board page's topical column; meetings and checks have none."""

    code: str
    name: str
    column: str = ""
    level: str = ""
    expects_all: bool = False


@dataclass(frozen=True, slots=True)
class Cadence:
    code: str
    level: str
    period: str
    minimum: int
    source: str


KINDS = (
    Kind("group_meeting", "党小组会", level="group", expects_all=True),
    Kind("theme_day", "主题党日", "学习园地", expects_all=True),
    Kind("lecture", "党课", "学习园地", expects_all=True),
    Kind("group_study", "集中学习", "学习园地", expects_all=True),
    Kind("discussion", "学习研讨", "学习园地"),
    Kind("joint_study", "联学共建", "学习园地"),
    Kind("tackling_project", "党建+攻关", "党建+攻关"),
    Kind("practical_item", "我为群众办实事", "办实事"),
    Kind("volunteer_service", "志愿服务", "办实事"),
    Kind("committee_meeting", "支部委员会会议", level="branch"),
    Kind("general_meeting", "党员大会", level="branch", expects_all=True),
    Kind("organisation_life", "组织生活会", expects_all=True),
    Kind("appraisal", "民主评议党员", level="branch", expects_all=True),
    Kind("mutual_check", "互查"),
    Kind("self_check", "自查"),
    Kind("other", "其他"),
)

CADENCES = (
    Cadence("group_meeting", "group", "month", 1, "《中国共产党支部工作条例（试行）》"),
    Cadence("theme_day", "group", "month", 1, "《中国共产党支部工作条例（试行）》"),
    Cadence("lecture", "group", "quarter", 1, "本单位制度"),
    Cadence("committee_meeting", "branch", "month", 1, "《中国共产党支部工作条例（试行）》"),
    Cadence("theme_day", "branch", "month", 1, "《中国共产党支部工作条例（试行）》"),
    Cadence("general_meeting", "branch", "quarter", 1, "《中国共产党支部工作条例（试行）》"),
    Cadence("lecture", "branch", "quarter", 1, "本单位制度"),
    Cadence("organisation_life", "branch", "year", 1, "《中国共产党支部工作条例（试行）》"),
    Cadence("appraisal", "branch", "year", 1, "《中国共产党支部工作条例（试行）》"),
)
