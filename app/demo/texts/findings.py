"""Findings as they are met on a shop floor: what was found, what was done, what a recheck said. All invented."""

from dataclasses import dataclass

from app.checks.course import Source
from app.checks.kinds import FindingKind


@dataclass(frozen=True)
class FindingWords:
    kind: FindingKind
    source: Source
    text: str
    answer: str


_I, _M, _S = Source.INSPECTION, Source.MUTUAL_CHECK, Source.SELF_CHECK

FINDINGS = (
    FindingWords(
        FindingKind.SITE, _M, "责任区工具车没有回定置线，通道窄了一截", "重画了定置线，交接班时由当班党员看一眼"
    ),
    FindingWords(
        FindingKind.RECORDS,
        _I,
        "上月党小组会记录没有写谁来办、什么时候办",
        "补齐三条决议的责任人和日期，会议记录改用固定三栏",
    ),
    FindingWords(
        FindingKind.SERVICE,
        _M,
        "职工提的更衣柜锁坏了，两周没有回音",
        "锁已换好，请提出人看过；提案本每周五由组长过一遍",
    ),
    FindingWords(
        FindingKind.BUSINESS,
        _I,
        "攻关的里程碑晚了十天，没有写原因和下一步",
        "备件到货晚，里程碑顺延到月底，每周例会报进度",
    ),
    FindingWords(
        FindingKind.MEETINGS, _S, "夜班两名党员没有参加主题党日，还没安排补学", "下夜班当天在班组园地补学，联系人确认"
    ),
    FindingWords(
        FindingKind.BRAND, _I, "问两名党员品牌的举措，只答得出名称", "班前会用一周讲举措，岗位卡上写了自己那一条"
    ),
    FindingWords(FindingKind.SITE, _M, "点检表挂在柜门里侧，当班看不到", "移到操作台旁，翻页处加了夹子"),
    FindingWords(FindingKind.RECORDS, _S, "志愿服务记录缺两人的签字", "两人已补签，签到表随活动带去现场"),
    FindingWords(FindingKind.SERVICE, _I, "办实事写了办完，没有请提出人确认", "已请提出人当面看过并确认"),
    FindingWords(
        FindingKind.BUSINESS, _M, "一页纸操作法更新了，夜班手里还是旧版", "旧版已收回，新版塑封挂机台，夜班组长签收"
    ),
)

REOPENED = "台面改好了，夜班还是老样子。请夜班也照这样做，月底再看一次。"
SEEN = (
    "看了责任区和点检表，点检问题当天有人认领，这一条值得学。",
    "听了一次班前会，十分钟讲清一个参数，讲的人就是操作的人。",
    "翻了三个月的党小组会记录，议题都是班组的事，决议写得短。",
    "和两名青工聊了聊，一页纸操作法用得上，夜班也拿得到。",
)
