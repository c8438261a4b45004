"""The rubric that a committee starts from: 100 = 20 + 15 + 35 + 15 + 10 + 5, five gates, three vetoes, bonus up to 5.

It asks for results, dates and closed loops. It never counts photos, notes, reports, study hours or votes (the rules
for relieving the grass roots of 2024). A panel member answers for every criterion of `DEFAULT_RUBRIC`; in `MEASURED_RUBRIC`
the system measures what the records show anyway, with the same dimensions and weights.
"""

from dataclasses import replace
from fractions import Fraction

from app.rubrics.rubric import (
    BonusLevel,
    Condition,
    Criterion,
    CriterionKind,
    Deduction,
    Dimension,
    Rubric,
    ScaleStep,
)


def _deducting(
    code: str, title: str, maximum: str, guidance: str, evidence: str, *off: tuple[str, str, str]
) -> Criterion:
    """`off`: label, points and unit of each deduction."""
    return Criterion(
        code,
        title,
        CriterionKind.DEDUCTION,
        Fraction(maximum),
        guidance,
        tuple(evidence.split("、")),
        deductions=tuple(
            Deduction(f"{code}-{number}", label, Fraction(points), unit)
            for number, (label, points, unit) in enumerate(off, start=1)
        ),
    )


def _scaled(code: str, title: str, maximum: str, guidance: str, evidence: str, *steps: tuple[str, str]) -> Criterion:
    return Criterion(
        code,
        title,
        CriterionKind.SCALE,
        Fraction(maximum),
        guidance,
        tuple(evidence.split("、")),
        steps=tuple(ScaleStep(Fraction(points), label) for points, label in steps),
    )


_MEETINGS = Dimension(
    "A",
    "组织生活规范",
    (
        _deducting(
            "A1",
            "党小组会按月召开",
            "6",
            "每月至少一次，按会议日期核对。党员大会中套开的党小组会按到会小组各计一次。",
            "党小组会记录",
            ("缺一个月", "2", "月"),
        ),
        _deducting(
            "A2",
            "主题党日轮值策划与落实",
            "6",
            "轮到本组策划的，看方案是否按时、内容是否落到本组任务；未轮到的，看参与和落实。",
            "主题党日、方案",
            ("方案晚交", "1", "次"),
            ("方案未落实", "2", "项"),
            ("当月未开展", "3", "次"),
        ),
        _deducting(
            "A3",
            "请假与补学闭环",
            "5",
            "缺席有请假类别，补学在期限内完成并有确认人。老弱病由小组送学上门的，同样算完成。",
            "出勤、补学记录",
            ("逾期未补学", "1", "人次"),
            ("缺席未说明", "0.5", "人次"),
        ),
        _deducting(
            "A4",
            "活动记录六有齐全",
            "3",
            "抽查三次：计划、方案、材料、记录、照片佐证、签到各有即可，不看多少和厚薄。",
            "活动记录、签到",
            ("缺一项", "0.5", "项"),
        ),
    ),
)

_BRAND = Dimension(
    "B",
    "品牌建设",
    (
        _scaled(
            "B1",
            "年度目标与本季举措",
            "4",
            "看举措是否对应支部目标，是否有责任人和时限。",
            "品牌登记、季度计划",
            ("4", "举措对应目标，责任人与时限齐全"),
            ("3", "个别举措缺责任人或时限"),
            ("2", "举措与目标对应不清"),
            ("0", "本季没有举措"),
        ),
        _scaled(
            "B2",
            "版面反映攻关与成效",
            "5",
            "看当月版面是否讲清做了什么、结果如何。不看照片多少，不看排版精美。",
            "月度版面",
            ("5", "三个月都写清进展与结果"),
            ("4", "一个月写得不完整"),
            ("3", "一个月未写进展"),
            ("1", "两个月未写进展"),
            ("0", "未出版面"),
        ),
        _scaled(
            "B3",
            "内涵落到岗位举措",
            "6",
            "到现场看：内涵说到的做法，岗位上是否真在用，新进人员是否知道。",
            "现场查看、操作法",
            ("6", "各班次都在用"),
            ("5", "多数班次在用"),
            ("3", "部分岗位在用"),
            ("1", "只写在纸上"),
            ("0", "没有对应做法"),
        ),
    ),
)

_BUSINESS = Dimension(
    "C",
    "业务融合与成效",
    (
        _deducting(
            "C1",
            "主要业务指标对照目标",
            "12",
            "只与本组自己的目标比。生产组看工序质量，维修组看设备有效作业率，白班组看所担业务的主要指标。",
            "业务指标",
            ("一个月未达目标", "3", "月"),
            ("低于基期", "1", "月"),
        ),
        _deducting(
            "C2",
            "消耗与现场指标对照目标",
            "8",
            "单耗、整丝率、现场6S等本组所担的第二类指标，只与本组自己的目标比。",
            "业务指标",
            ("一个月未达目标", "2", "月"),
            ("数据缺报", "1", "月"),
        ),
        _deducting(
            "C3",
            "党建+攻关里程碑",
            "10",
            "按申报表所列里程碑逐项核对完成日期与验收数据。只看进度与效果，不看照片张数、材料厚薄。"
            "因来料、停产等客观原因延期并经支委会同意的，不扣分。",
            "党建+攻关、验收数据",
            ("里程碑延期", "2", "项"),
            ("验收指标未达目标", "3", "项"),
            ("缺验收前后数据", "1", "项"),
        ),
        _scaled(
            "C4",
            "成效转为常态做法",
            "5",
            "攻关或改善的结果，是否写进作业指导并在班次执行。",
            "操作法、班次记录",
            ("5", "写进指导并全面执行"),
            ("4", "写进指导，两个以上班次执行"),
            ("3", "个别班次执行"),
            ("1", "尚在试行"),
            ("0", "没有转化"),
        ),
    ),
    business=True,
)

_SERVICE = Dimension(
    "D",
    "服务群众",
    (
        _deducting(
            "D1",
            "办实事由提出人确认",
            "8",
            "解决与否由提出人说了算。没有提出事项的，写明走访情况后可评不适用。",
            "我为群众办实事",
            ("到期未办结", "2", "件"),
            ("提出人未确认", "1", "件"),
        ),
        _deducting(
            "D2",
            "党员联群众覆盖",
            "7",
            "看覆盖，不看人次：本组所联班组是否都有联系人。",
            "联系名单",
            ("有班组无联系人", "2", "个"),
            ("联系人变动未调整", "1", "人"),
        ),
    ),
)

_FINDINGS = Dimension(
    "E",
    "互查整改闭环",
    (
        _deducting(
            "E1",
            "问题按期整改",
            "6",
            "互查、督查发现的问题，按期整改并复查销号。",
            "互查、整改记录",
            ("逾期未整改", "2", "项"),
            ("整改后未复查", "1", "项"),
        ),
        _deducting(
            "E2",
            "同类问题不重复",
            "4",
            "上季已经销号的问题，本季不再出现。",
            "互查、整改记录",
            ("同类问题再次出现", "2", "次"),
        ),
    ),
)

_OPINION = Dimension(
    "F",
    "群众评议",
    (
        _scaled(
            "F1",
            "群众评议均分",
            "5",
            "不记名评议，五分制，取均分所在的档；收回不足五份的评不适用。",
            "评议汇总",
            ("5", "4.8 及以上"),
            ("4.5", "4.5 到 4.8 以下"),
            ("4", "4.0 到 4.5 以下"),
            ("3", "3.0 到 4.0 以下"),
            ("1", "3.0 以下"),
        ),
    ),
)

DEFAULT_RUBRIC = Rubric(
    title="季度督查评分细则",
    dimensions=(_MEETINGS, _BRAND, _BUSINESS, _SERVICE, _FINDINGS, _OPINION),
    gates=(
        Condition("G1", "党小组组长在任", "任职未到期，或已按程序补选。"),
        Condition("G2", "微品牌已登记", "名称、内涵、责任人齐全，支部已同意。"),
        Condition("G3", "自查按期完成", "自查阶段结束前提交了自查分。"),
        Condition("G4", "记录真实可查", "抽查的记录找得到原件或当事人。"),
        Condition("G5", "上季问题有答复", "上季发现的问题都有整改答复；首次参加的视为满足。"),
    ),
    vetoes=(
        Condition("V1", "安全或质量责任事故", "本组所在班组发生责任事故，且有党员负有责任。"),
        Condition("V2", "弄虚作假", "记录造假，经核实确认。"),
        Condition("V3", "违纪案件", "本组党员受到党纪政务立案处理。"),
    ),
    bonus_levels=(
        BonusLevel("country", "全国性荣誉", Fraction(5)),
        BonusLevel("province", "省部级荣誉", Fraction(4)),
        BonusLevel("city", "市级或行业荣誉", Fraction(3)),
        BonusLevel("company", "公司级荣誉", Fraction(2)),
        BonusLevel("factory", "厂级荣誉", Fraction(1)),
    ),
)


def _measured(code: str, title: str, maximum: str, guidance: str, measure: str, subject: str = "") -> Criterion:
    return Criterion(
        code, title, CriterionKind.MEASURED, Fraction(maximum), guidance, measure=measure, subject=subject
    )  # fmt: skip


_BY_RECORDS = {
    "A1": _measured(
        "A1", "党小组会按月召开", "6",
        "按活动频次表核对每月一次。党员大会中套开的党小组会按到会小组各计一次。",
        "cadences", "党小组会",
    ),
    "C1": _measured(
        "C1", "业务指标对照目标", "20",
        "各项业务指标只与本组自己的目标比，按权重平均，每项最多算足额；没有数值的月份不计入，也不算零分。",
        "indicators",
    ),
    "E1": _measured(
        "E1", "问题按期整改", "6",
        "本季到期的互查、督查问题中按期销号的比例；没有问题的得满分。",
        "rectified",
    ),
}  # fmt: skip
"""C1 takes in what C2 asks of the second kind of indicators: the records do not tell the kinds apart."""


def _by_records(dimension: Dimension) -> Dimension:
    left = (criterion for criterion in dimension.criteria if criterion.code != "C2")
    return replace(dimension, criteria=tuple(_BY_RECORDS.get(criterion.code, criterion) for criterion in left))


MEASURED_RUBRIC = replace(
    DEFAULT_RUBRIC,
    title="季度督查评分细则（系统测算）",
    dimensions=tuple(_by_records(dimension) for dimension in DEFAULT_RUBRIC.dimensions),
)
