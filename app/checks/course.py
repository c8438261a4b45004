"""The course of a finding: 问题 -> 整改 -> 复查 -> 销号, or back to 整改 with a reason.

Who may take which step stands here as well. Whoever answered for a group, and whoever leads it, never rechecks it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.foundation.errors import IllegalTransition, Refused


class FindingState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_NAMES[self]

    @property
    def waits(self) -> bool:
        """Somebody has still to do something."""
        return self in (FindingState.OPEN, FindingState.ANSWERED, FindingState.REOPENED)

    @property
    def waits_for_group(self) -> bool:
        return self in UNANSWERED


class Step(StrEnum):
    RAISE = "raise"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        return STEP_NAMES[self]


class Source(StrEnum):
    INSPECTION = "inspection"
    MUTUAL_CHECK = "mutual_check"
    SELF_CHECK = "self_check"

    @property
    def label(self) -> str:
        return SOURCE_NAMES[self]


STATE_NAMES = {
    FindingState.OPEN: "待整改",
    FindingState.ANSWERED: "待复查",
    FindingState.REOPENED: "退回再改",
    FindingState.CLOSED: "已销号",
    FindingState.WITHDRAWN: "已撤回",
}
STEP_NAMES = {
    Step.RAISE: "提出问题",
    Step.ANSWER: "整改",
    Step.CLOSE: "复查，销号",
    Step.REOPEN: "复查，退回再改",
    Step.WITHDRAW: "撤回",
}
SOURCE_NAMES = {Source.INSPECTION: "督查", Source.MUTUAL_CHECK: "互查", Source.SELF_CHECK: "自查"}

UNANSWERED = (FindingState.OPEN, FindingState.REOPENED)

STEPS: dict[tuple[FindingState, Step], FindingState] = {
    (FindingState.OPEN, Step.ANSWER): FindingState.ANSWERED,
    (FindingState.REOPENED, Step.ANSWER): FindingState.ANSWERED,
    (FindingState.ANSWERED, Step.CLOSE): FindingState.CLOSED,
    (FindingState.ANSWERED, Step.REOPEN): FindingState.REOPENED,
    (FindingState.OPEN, Step.WITHDRAW): FindingState.WITHDRAWN,
}


def after(now: FindingState, step: Step) -> FindingState:
    """Raises IllegalTransition; a closed finding stays closed: what comes up again is a new finding, marked 重复."""
    if (now, step) not in STEPS:
        raise IllegalTransition(
            f"这个问题现在是“{now.label}”，不能再办“{step.label}”。请刷新页面看最新进展，你写的可以先复制下来。"
        )
    return STEPS[now, step]


class NotYours(Refused):
    """The step is somebody else's."""

    status = 409


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to a finding's group: `leads` it, or `sits` on its branch's or committee's side (书记、支委、
    支委联系人、厂党委)."""

    account_id: int | None
    leads: bool = False
    sits: bool = False


def may_recheck(who: Standing, *, raised_by: int | None, answered_by: int | None) -> bool:
    """Whoever raised it, or the branch's or the committee's people; never whoever answered it or leads the group."""
    if who.leads or (who.account_id is not None and who.account_id == answered_by):
        return False
    return who.sits or (who.account_id is not None and who.account_id == raised_by)


def require_recheck(who: Standing, *, raised_by: int | None, answered_by: int | None) -> None:
    if not may_recheck(who, raised_by=raised_by, answered_by=answered_by):
        raise NotYours("整改的人不复查自己的整改。请由提出问题的人或支委来复查。")


def may_withdraw(who: Standing, *, raised_by: int | None) -> bool:
    return who.account_id is not None and who.account_id == raised_by


def may_withdraw_photo(who: Standing, *, taken_by: int | None) -> bool:
    """Whoever took it, or the branch's or the committee's people; never the group that it speaks against."""
    if who.account_id is not None and who.account_id == taken_by:
        return True
    return who.sits and not who.leads


def sources_open_to(who: Standing) -> tuple[Source, ...]:
    """A group's own leader raises what the group found itself; guides what an inspection found, or on behalf of either.
    What a sister group found comes from its visit alone."""
    if who.sits and not who.leads:
        return (Source.INSPECTION, Source.SELF_CHECK)
    return (Source.SELF_CHECK,)


def due_words(due_on: date, today: date) -> str:
    """Calm words for an unanswered finding; an overdue one is said and nothing more."""
    days = (due_on - today).days
    if days < 0:
        return f"已过整改期 {-days} 天"
    if days == 0:
        return "今天到期"
    return f"{due_on.month}月{due_on.day}日前" if days > 14 else f"{due_on.month}月{due_on.day}日前，还有 {days} 天"
