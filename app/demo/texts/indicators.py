"""What the demo factory's groups are measured by: every figure here is invented.

`drift` is how far a year moves the value for the better, `spread` how much a month shakes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    name: str
    unit: str
    direction: str
    bound: str
    start: float
    drift: float
    spread: float
    source: str
    responsible: str
    weight: str = "1"
    upper: str | None = None
    places: int = 1
    at_team: int | None = None  # measured at this one of the group's teams


_LEDGER, _DEVICE, _POWER, _SITE = "车间质量台账", "设备运行记录", "能源计量系统", "现场检查记录"

_SITE_6S = Measure("现场6S", "分", "more", "93", 92.6, 1.6, 1.1, _SITE, "综合组")
_SAFETY = Measure("安全隐患", "项", "less", "0", 0.0, 0.1, 0.42, "安全检查记录", "安全员", "0.5", places=0)
COMMON = (_SITE_6S, _SAFETY)
"""Asked of groups of several trades, after their own."""

MEASURES: dict[str, tuple[Measure, ...]] = {
    "process": (
        Measure("工序质量得分", "分", "more", "97", 96.6, 1.0, 0.5, _LEDGER, "工艺质量组", "2"),
        Measure("烟丝整丝率", "%", "more", "82", 81.6, 0.9, 0.6, _LEDGER, "工艺质量组", "1.5"),
        Measure("含水率合格率", "%", "more", "98.5", 98.3, 0.6, 0.35, _LEDGER, "工艺质量组", "1.5"),
        Measure(
            "出口含水率",
            "%",
            "range",
            "12.3",
            12.5,
            0.0,
            0.17,
            "在线水分仪",
            "工艺质量组",
            upper="12.7",
            places=2,
            at_team=2,
        ),
        _SITE_6S,
        _SAFETY,
    ),
    "repair": (
        Measure("故障停机时间", "小时", "less", "3", 3.7, 1.2, 0.45, _DEVICE, "设备管理组", "2"),
        Measure("设备有效作业率", "%", "more", "92", 91.2, 1.4, 0.7, _DEVICE, "设备管理组", "2"),
        Measure("点检问题关闭率", "%", "more", "95", 93.5, 2.6, 1.2, "点检系统", "设备管理组"),
        _SITE_6S,
        _SAFETY,
    ),
    "day_shift": (
        Measure("单箱能耗", "千瓦时", "less", "5.2", 5.22, 0.02, 0.09, _POWER, "能源管理员", "2", places=2),
        Measure("一线提案回应率", "%", "more", "95", 94.2, 2.0, 1.4, "提案台账", "综合组", "1.5"),
        Measure("工艺执行符合率", "%", "more", "99", 98.9, 0.3, 0.25, _LEDGER, "工艺质量组"),
        _SITE_6S,
        _SAFETY,
    ),
    "rolling": (
        Measure("卷接质量得分", "分", "more", "96", 95.7, 0.9, 0.6, _LEDGER, "质检员", "2"),
        Measure("剔除率", "%", "less", "1.2", 1.27, 0.12, 0.07, _DEVICE, "机台统计", "1.5", places=2),
        Measure("设备有效作业率", "%", "more", "90", 89.4, 1.1, 0.8, _DEVICE, "设备管理员"),
        _SITE_6S,
    ),
    "packing": (
        Measure("包装质量得分", "分", "more", "96.5", 96.2, 0.7, 0.5, _LEDGER, "质检员", "2"),
        Measure("单箱耗材", "元", "less", "31", 31.4, 0.5, 0.35, "成本台账", "成本核算员", "1.5", places=2),
        Measure("停机次数", "次", "less", "12", 12.6, 1.4, 1.3, _DEVICE, "机台统计", places=0),
        _SITE_6S,
    ),
    "quality": (
        Measure("误判率", "%", "less", "0.3", 0.31, 0.03, 0.02, "复检记录", "质检主管", "2", places=2),
        Measure("检验及时率", "%", "more", "98", 97.8, 0.8, 0.5, "检验系统", "质检主管"),
        _SITE_6S,
    ),
    "boiler": (
        Measure("供汽压力合格率", "%", "more", "99", 98.8, 0.4, 0.25, _POWER, "运行班长", "2"),
        Measure("单位蒸汽气耗", "立方米/吨", "less", "78", 78.7, 1.0, 0.7, _POWER, "能源管理员", "1.5"),
        _SAFETY,
    ),
    "electric": (
        Measure("停电次数", "次", "less", "0", 0.1, 0.1, 0.35, "运行日志", "运行班长", "2", places=0),
        Measure("隐患整改率", "%", "more", "98", 97.2, 1.6, 1.0, "隐患台账", "安全员", "1.5"),
        _SITE_6S,
    ),
    "cooling": (
        Measure("温湿度合格率", "%", "more", "98", 97.9, 0.6, 0.4, "温湿度监测", "运行班长", "2"),
        Measure("单位冷量电耗", "千瓦时", "less", "0.21", 0.211, 0.003, 0.004, _POWER, "能源管理员", "1.5", places=3),
        _SITE_6S,
    ),
}

TIGHTER = ("故障停机时间", "2.8", "上一年全年平均已稳定在 3 小时以内，经支委会研究收紧目标。")
LATE = ("含水率合格率", "计量班复核发现当月一批样品录错，按复核结果更正。")
