"""The course of a nomination: 党小组自荐或支部推荐 -> 支委会研究 -> 厂党委初审 -> 厂党委研究确定.

Group opines, branch resolves, committee approves. The full course will part UNDER_REVIEW from APPROVED by 公示 and
异议处理: two states and their rows in `STEPS`, and nothing else, since every act asks this table.
"""

from enum import StrEnum

from app.foundation.errors import IllegalTransition


class NominationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_NAMES[self]

    @property
    def is_decided(self) -> bool:
        return self in (NominationState.APPROVED, NominationState.DECLINED)


class Origin(StrEnum):
    """Who spoke first: the group itself, or the branch."""

    GROUP = "group"
    BRANCH = "branch"

    @property
    def label(self) -> str:
        return ORIGIN_NAMES[self]


ORIGIN_NAMES = {Origin.GROUP: "党小组自荐", Origin.BRANCH: "支部推荐"}

STATE_NAMES = {
    NominationState.DRAFT: "草稿",
    NominationState.SUBMITTED: "已报厂党委",
    NominationState.RETURNED: "退回修改",
    NominationState.UNDER_REVIEW: "厂党委初审",
    NominationState.APPROVED: "已批准",
    NominationState.DECLINED: "未批准",
    NominationState.WITHDRAWN: "支部撤回",
}

STEPS: dict[NominationState, frozenset[NominationState]] = {
    NominationState.DRAFT: frozenset({NominationState.SUBMITTED, NominationState.WITHDRAWN}),
    NominationState.SUBMITTED: frozenset(
        {NominationState.UNDER_REVIEW, NominationState.RETURNED, NominationState.WITHDRAWN}
    ),
    NominationState.RETURNED: frozenset({NominationState.SUBMITTED, NominationState.WITHDRAWN}),
    NominationState.UNDER_REVIEW: frozenset(
        {NominationState.APPROVED, NominationState.DECLINED, NominationState.RETURNED}
    ),
    NominationState.APPROVED: frozenset(),
    NominationState.DECLINED: frozenset(),
    NominationState.WITHDRAWN: frozenset({NominationState.SUBMITTED}),
}

WRITABLE = frozenset(state for state, steps in STEPS.items() if NominationState.SUBMITTED in steps)
"""The branch may still change its statement."""


def require_step(now: NominationState, wanted: NominationState) -> None:
    """Raises IllegalTransition; what was decided stays decided."""
    if wanted in STEPS[now]:
        return
    if now.is_decided:
        raise IllegalTransition(f"厂党委已作决定（{now.label}），不能再改。请刷新页面看结果。")
    raise IllegalTransition(f"这份推荐现在是“{now.label}”，不能转到“{wanted.label}”。请刷新页面再看。")


def can(now: NominationState, wanted: NominationState) -> bool:
    return wanted in STEPS[now]
