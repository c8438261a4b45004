"""The way of a brand's version, as one table: the group opines, the branch resolves, the committee approves and files."""

from enum import StrEnum


class BrandState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"  # resolved by the branch: in force from that day
    FILED = "filed"  # approved by the committee and kept on its file

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


class Step(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    SEND_BACK = "send-back"
    FILE = "file"

    @property
    def label(self) -> str:
        return STEP_LABELS[self]


STATE_LABELS = {
    BrandState.DRAFT: "起草中",
    BrandState.SUBMITTED: "待支部研究",
    BrandState.RETURNED: "已退回修改",
    BrandState.APPROVED: "支部已确定，待党委备案",
    BrandState.FILED: "党委已备案",
}
STEP_LABELS = {
    Step.SUBMIT: "提交支部研究",
    Step.RETURN: "退回修改",
    Step.APPROVE: "支部研究确定",
    Step.SEND_BACK: "党委退回",
    Step.FILE: "党委审核备案",
}

TRANSITIONS: dict[tuple[BrandState, Step], BrandState] = {
    (BrandState.DRAFT, Step.SUBMIT): BrandState.SUBMITTED,
    (BrandState.RETURNED, Step.SUBMIT): BrandState.SUBMITTED,
    (BrandState.SUBMITTED, Step.RETURN): BrandState.RETURNED,
    (BrandState.SUBMITTED, Step.APPROVE): BrandState.APPROVED,
    (BrandState.APPROVED, Step.SEND_BACK): BrandState.RETURNED,
    (BrandState.APPROVED, Step.FILE): BrandState.FILED,
}

WRITABLE = frozenset({BrandState.DRAFT, BrandState.RETURNED})
"""States in which every word of a version may still be changed."""
OPEN = WRITABLE | {BrandState.SUBMITTED}
"""On the way, not yet in force; a brand has one such version at most."""


def after(state: BrandState, step: Step) -> BrandState | None:
    """The state that the step leads to; None where the table has no such step."""
    return TRANSITIONS.get((state, step))
