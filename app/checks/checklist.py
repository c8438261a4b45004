"""Checklists (检查清单) as text that people edit: one item a line, its kind before a bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.checks.kinds import KIND_NAMES, FindingKind

MOST_ITEMS = 15
LONGEST_ITEM = 80
KINDS = {name: kind for kind, name in KIND_NAMES.items()}


class ChecklistKind(StrEnum):
    MUTUAL_CHECK = "mutual_check"
    MEETINGS = "meetings"
    SELF_CHECK = "self_check"

    @property
    def label(self) -> str:
        return CHECKLIST_NAMES[self]


CHECKLIST_NAMES = {
    ChecklistKind.MUTUAL_CHECK: "互查",
    ChecklistKind.MEETINGS: "三会一课互查",
    ChecklistKind.SELF_CHECK: "自查",
}


@dataclass(frozen=True, slots=True)
class Item:
    kind: FindingKind
    text: str


class ItemRefused(ValueError):
    """A line that is no item; the message says which and what to write."""


def as_text(items: Sequence[Item]) -> str:
    return "\n".join(f"{item.kind.label}｜{item.text}" for item in items)


def parse(text: str) -> list[Item]:
    """A line without a bar, or with a kind that nobody knows, is of the kind 其他 as a whole only where it has no bar."""
    items = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        head, bar, rest = line.replace("|", "｜").partition("｜")
        words = (rest if bar else head).strip()
        if bar and head.strip() not in KINDS:
            raise ItemRefused(f"第 {number} 行的类别“{head.strip()}”没有，请用：{'、'.join(KINDS)}。")
        if not words:
            raise ItemRefused(f"第 {number} 行只有类别，没有内容，请补上或删掉。")
        if len(words) > LONGEST_ITEM:
            raise ItemRefused(f"第 {number} 行有 {len(words)} 个字，请压到 {LONGEST_ITEM} 字以内。")
        items.append(Item(KINDS[head.strip()] if bar else FindingKind.OTHER, words))
    if not items:
        raise ItemRefused("清单不能空着，至少写一条。")
    if len(items) > MOST_ITEMS:
        raise ItemRefused(f"清单有 {len(items)} 条，请压到 {MOST_ITEMS} 条以内：清单短，才查得细。")
    return items


_M, _B, _U, _S, _R, _X = (
    FindingKind.MEETINGS,
    FindingKind.BRAND,
    FindingKind.BUSINESS,
    FindingKind.SERVICE,
    FindingKind.RECORDS,
    FindingKind.SITE,
)

READY_MADE: dict[ChecklistKind, tuple[Item, ...]] = {
    ChecklistKind.MUTUAL_CHECK: (
        Item(_M, "本季党小组会、主题党日按月开展，缺席的同志已补学"),
        Item(_B, "微品牌的举措落到岗位，问两名党员说得清"),
        Item(_U, "攻关或业务改善有进展，数据和现场对得上"),
        Item(_S, "群众提的事有人管、有回音，请提出人确认过"),
        Item(_R, "活动记录有结论，谁来办、什么时候办写明"),
        Item(_X, "党员责任区整洁，工具定置，标识清楚"),
    ),
    ChecklistKind.MEETINGS: (
        Item(_M, "党小组会每月至少一次，议题与小组工作有关"),
        Item(_M, "支部委员会会议、党员大会按期召开，决议有落实"),
        Item(_M, "党课每季一次，课后小组讨论过"),
        Item(_M, "主题党日相对固定，方案、签到、记录齐"),
        Item(_R, "请假只记类别，缺席的补学已闭环"),
        Item(_R, "记录当次完成，签字件留存，不为检查补记"),
    ),
    ChecklistKind.SELF_CHECK: (
        Item(_M, "本月组织生活都已记录，缺席的已安排补学"),
        Item(_B, "本月举措做了哪几件，哪一件还没有动"),
        Item(_U, "本组指标哪一项没有达标，原因和下一步"),
        Item(_S, "群众提的事还有几件没有回音"),
        Item(_R, "上次的问题都整改了，没有再出现"),
        Item(_X, "责任区自己走一遍，随手改得了的当场改"),
    ),
}
