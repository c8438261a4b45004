"""What groups say of their sheets. Plainly invented."""

from typing import NamedTuple


class Said(NamedTuple):
    """`code`: a criterion of the default rubric; the first group that lost something on it says this."""

    code: str
    reason: str
    decision: str
    upheld: bool


ANSWERS = {
    0: "没有意见。攻关那一项下季接着做。",
    2: "看过了，扣的分我们认，补学名单已经排好。",
    7: "看过了。三班倒凑不齐人，想请支委会帮着协调一次场次。",
}
"""By the group's order in the house."""

APPEALS = (
    Said(
        "A4",
        "那次分了早、中两场，中班的签到表当天就交了，落款写的是中班。",
        "查到中班场次的签到表，时间、人数都对得上，按满分更正。",
        upheld=True,
    ),
    Said(
        "A1",
        "当月设备大修，全组连着上了两个星期的夜班，请按特殊情况考虑。",
        "大修期间支部已经同意顺延一周，顺延之后仍没有补开，也没有说明。情况体谅，分不改，下季一起把时间排好。",
        upheld=False,
    ),
)
