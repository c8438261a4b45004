"""The way of an activity's record: who logs it submits, the secretary confirms or returns it with a reason."""

from collections.abc import Mapping
from enum import StrEnum

from app.foundation.errors import IllegalTransition, Refused


class ActivityState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


class Step(StrEnum):
    """What can be done to a record; `correct` changes a confirmed one, so it must be confirmed anew."""

    REVISE = "revise"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    RETURN = "return"
    CORRECT = "correct"
    DISCARD = "discard"


STATE_LABELS = {
    ActivityState.DRAFT: "草稿",
    ActivityState.SUBMITTED: "待确认",
    ActivityState.RETURNED: "退回修改",
    ActivityState.CONFIRMED: "已确认",
}

TRANSITIONS: Mapping[tuple[ActivityState, Step], ActivityState] = {
    (ActivityState.DRAFT, Step.REVISE): ActivityState.DRAFT,
    (ActivityState.DRAFT, Step.SUBMIT): ActivityState.SUBMITTED,
    (ActivityState.SUBMITTED, Step.REVISE): ActivityState.SUBMITTED,
    (ActivityState.SUBMITTED, Step.CONFIRM): ActivityState.CONFIRMED,
    (ActivityState.SUBMITTED, Step.RETURN): ActivityState.RETURNED,
    (ActivityState.RETURNED, Step.REVISE): ActivityState.RETURNED,
    (ActivityState.RETURNED, Step.SUBMIT): ActivityState.SUBMITTED,
    (ActivityState.CONFIRMED, Step.CORRECT): ActivityState.SUBMITTED,
}

# A discarded record is gone: there is no state after it.
DISCARDABLE = frozenset({ActivityState.DRAFT, ActivityState.RETURNED})

_REFUSALS = {
    Step.REVISE: "这条记录已确认，不能直接改。确需更正，请写明原因，更正后由书记重新确认。",
    Step.SUBMIT: "这条记录现在不能提交，可能已经提交过了。请刷新后再看。",
    Step.CONFIRM: "这条记录现在不能确认，可能已被确认或退回。请刷新后再看。",
    Step.RETURN: "这条记录现在不能退回，可能已被确认或退回。请刷新后再看。",
    Step.CORRECT: "这条记录还没有确认，直接修改就可以。",
    Step.DISCARD: "这条记录已经提交，不能删除。如记错了，请书记退回后再删。",
}


class ReasonMissing(Refused):
    """What was submitted, confirmed, shown or printed is changed or taken back without saying why."""


class StepNotAllowed(IllegalTransition):
    """The record's state does not know this step."""


def after(state: ActivityState, step: Step) -> ActivityState:
    """The state that follows; raises StepNotAllowed for a step the table does not list."""
    if (state, step) not in TRANSITIONS:
        raise StepNotAllowed(_REFUSALS[step])
    return TRANSITIONS[state, step]


def check_discard(state: ActivityState) -> None:
    if state not in DISCARDABLE:
        raise StepNotAllowed(_REFUSALS[Step.DISCARD])


def allowed(state: ActivityState, step: Step) -> bool:
    return state in DISCARDABLE if step is Step.DISCARD else (state, step) in TRANSITIONS
