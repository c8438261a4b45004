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
        "D2",
        "名单换班当天就改了，贴在班组园地，只是系统里漏传了那一页。",
        "看到班组园地的名单，日期对得上，按满分更正。",
        upheld=True,
    ),
    Said(
        "E2",
        "那天是设备大修临时堆放，当班就清走了，请按特殊情况考虑。",
        "上季整改写明了大修前要报临时堆放点，这次没有报。情况体谅，分不改。",
        upheld=False,
    ),
)
