"""The course of a round, as one table and the few rules that open and close its steps.

    方案 -> 自查 -> 互查督查 -> 评分 -> 复核 -> 反馈 -> 申诉 -> 审定 -> 已发布

Self check, visits, feedback and appeals are left out where a round's plan says so; 审定 is a step of its own only where
the groups were heard before it, else the review approves. Onward goes one step at a time, back one step and with a
reason, where that harms nobody. What is published is only corrected: scoring and review again, then the next version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cached_property

from app.foundation.errors import IllegalTransition


class RoundState(StrEnum):
    PLAN = "plan"
    SELF_CHECK = "self_check"
    VISIT = "visit"
    SCORING = "scoring"
    REVIEW = "review"
    FEEDBACK = "feedback"
    APPEAL = "appeal"
    APPROVAL = "approval"
    PUBLISHED = "published"


class Waits(Enum):
    """Whose turn it is."""

    COMMITTEE = "committee"
    GROUPS = "groups"
    PANEL = "panel"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Stage:
    """`onward` names the act that leads here from the step before; `closes` says what ends the step, `after` what its
    end means for people."""

    name: str
    waits: Waits
    onward: str
    closes: str
    after: str


COURSE = {
    RoundState.PLAN: Stage(
        "方案", Waits.COMMITTEE, "",
        "评委选好，每个党小组都有人评，就可以开始。",
        "各党小组照方案进表，细则和日期大家都看得到。",
    ),
    RoundState.SELF_CHECK: Stage(
        "自查", Waits.GROUPS, "开始自查",
        "各党小组都提交了自查，或到了截止日。",
        "党小组不能再改自查；没有提交的，得分说明单上就没有自查分。",
    ),
    RoundState.VISIT: Stage(
        "互查督查", Waits.PANEL, "开始互查督查",
        "评委到现场看过，发现的问题记下来。",
        "现场看完，评委开始评分。",
    ),
    RoundState.SCORING: Stage(
        "评分", Waits.PANEL, "开始评分",
        "每位评委把该评的表都评完。",
        "评委名单不能再换；没有评完的表照样可以补评，已评的可以改。",
    ),
    RoundState.REVIEW: Stage(
        "复核", Waits.COMMITTEE, "评分结束，进入复核",
        "看法不一的项都看过，每张表都有总分。",
        "评委不能再改分。",
    ),
    RoundState.FEEDBACK: Stage(
        "反馈", Waits.GROUPS, "反馈给党小组",
        "各党小组都回了话，或到了截止日。",
        "各党小组看过自己的得分和理由。",
    ),
    RoundState.APPEAL: Stage(
        "申诉", Waits.GROUPS, "开放申诉",
        "各党小组都回了话，或过了申诉截止日；每一条申诉都有了决定。",
        "不再受理新的申诉。",
    ),
    RoundState.APPROVAL: Stage(
        "审定", Waits.COMMITTEE, "申诉办完，进入审定",
        "党委审定，发布结果。",
        "结果封存；之后只能写明原因更正。",
    ),
    RoundState.PUBLISHED: Stage(
        "已发布", Waits.NOBODY, "审定并发布",
        "结果已经封存。",
        "要更正就写明原因重新打开，再发布成为新的一版。",
    ),
}  # fmt: skip
STATE_NAMES = {state: stage.name for state, stage in COURSE.items()}

OPTIONAL = (RoundState.SELF_CHECK, RoundState.VISIT, RoundState.FEEDBACK, RoundState.APPEAL)
"""Steps that a plan may leave out."""

PANEL_MAY_CHANGE = frozenset({RoundState.PLAN, RoundState.SELF_CHECK, RoundState.VISIT, RoundState.SCORING})
"""Who sits on the panel and what is shared out to whom; from the review on, whose marks count stands still."""

SELF_SCORES_OPEN = frozenset({RoundState.SELF_CHECK})
PANEL_SCORES_OPEN = frozenset({RoundState.SCORING, RoundState.REVIEW})
HEARING = frozenset({RoundState.FEEDBACK, RoundState.APPEAL})
"""The groups see their own sheet and answer."""

SHEET_SHOWN = HEARING | {RoundState.APPROVAL}
"""A group sees its own marks before they are published."""


@dataclass(frozen=True)
class Course:
    """The steps of one round. While a correction is under way nobody is heard anew: only what was wrong is mended."""

    stages: frozenset[RoundState]
    correcting: bool = False

    @classmethod
    def of(cls, stages: Iterable[str], correction: str = "") -> "Course":
        return cls(frozenset(RoundState(stage) for stage in stages), bool(correction))

    @cached_property
    def path(self) -> tuple[RoundState, ...]:
        if self.correcting:
            return (RoundState.SCORING, RoundState.REVIEW, RoundState.PUBLISHED)
        left_out = {state for state in OPTIONAL if state not in self.stages}
        if not self.stages & HEARING:
            left_out.add(RoundState.APPROVAL)
        return tuple(state for state in RoundState if state not in left_out)

    def onward(self, now: RoundState) -> RoundState | None:
        at = self.path.index(now) + 1
        return self.path[at] if at < len(self.path) else None

    def back(self, now: RoundState) -> RoundState | None:
        """The step before; None from the plan, and after publication."""
        at = self.path.index(now)
        return self.path[at - 1] if at and now is not RoundState.PUBLISHED else None

    def steps(self, now: RoundState) -> tuple[RoundState, ...]:
        """What a decision alone may lead to, onward first. Publishing has an act of its own."""
        onward, back = self.onward(now), self.back(now)
        return tuple(s for s in (onward, back) if s is not None and s is not RoundState.PUBLISHED)

    def goes_back(self, now: RoundState, to: RoundState) -> bool:
        return to == self.back(now)

    def require(self, now: RoundState, to: RoundState) -> None:
        """Raises unless the step is on the path: one onward, publishing included, or one back."""
        if to not in (self.onward(now), self.back(now)):
            raise IllegalTransition(
                f"本轮督查现在是“{STATE_NAMES[now]}”，不能直接转到“{STATE_NAMES[to]}”。请刷新页面再试。"
            )

    def step_name(self, now: RoundState, to: RoundState) -> str:
        if self.goes_back(now, to):
            return f"退回{STATE_NAMES[to]}"
        if now is RoundState.SELF_CHECK and to in (RoundState.VISIT, RoundState.SCORING):
            return f"自查结束，{COURSE[to].onward}"
        return COURSE[to].onward if to is not RoundState.APPROVAL or RoundState.APPEAL in self.stages else "进入审定"


def reopening(now: RoundState) -> RoundState:
    """Where a correction begins."""
    if now is not RoundState.PUBLISHED:
        raise IllegalTransition(f"本轮督查现在是“{STATE_NAMES[now]}”，还没有发布，不用更正，直接改就行。")
    return RoundState.REVIEW


def closes_work(course: Course, now: RoundState, to: RoundState) -> bool:
    """Whether a step is asked once more, with who is still at work and what follows: every step but the first, when
    nobody is at work yet."""
    return now is not RoundState.PLAN or course.goes_back(now, to)


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a round decides whether a step may be taken. Groups by name."""

    today: date
    appeals_until: date
    nobody: tuple[str, ...] = ()
    """Groups that nobody may mark."""

    open: tuple[str, ...] = ()
    """Groups without a total."""

    unanswered: tuple[str, ...] = ()
    """Groups that have not answered their sheet."""

    appeals: int = 0
    undecided: int = 0


def hindrance(course: Course, now: RoundState, to: RoundState, facts: Facts) -> str:
    """Why a step on the path may not be taken yet, in words that say what to do; empty when it may."""
    if course.goes_back(now, to):
        if now is RoundState.APPEAL and facts.appeals:
            return f"已有 {facts.appeals} 条申诉，不能再退回：请逐条写明决定，申诉成立的在决定里更正。"
        return ""
    words = ""
    if to in (RoundState.VISIT, RoundState.SCORING) and facts.nobody:
        words = f"{_named(facts.nobody)}还没有可以评分的评委（评委不评自己所在的党小组），请先补充评委。"
    elif now is RoundState.REVIEW and facts.open:
        words = f"还有 {len(facts.open)} 张表没有评完（{_named(facts.open)}），评完再往下走。"
    elif facts.undecided and to in (RoundState.APPROVAL, RoundState.PUBLISHED):
        words = f"还有 {facts.undecided} 条申诉没有决定，逐条写明成立或不成立的理由后才能往下走。"
    elif now is RoundState.APPEAL and facts.unanswered and facts.today <= facts.appeals_until:
        day = f"{facts.appeals_until.month}月{facts.appeals_until.day}日"
        words = f"申诉到{day}截止，{_named(facts.unanswered)}还没有回话。等他们回话，或过了这一天再往下走。"
    return words


def _named(names: tuple[str, ...]) -> str:
    return "、".join(names[:6]) + (f"等 {len(names)} 个" if len(names) > 6 else "")
