"""The course of a round: plan -> self check -> scoring -> review -> published, and back where people need to go back.

Publishing and reopening are not ordinary steps: only `publish_round` and `reopen_round` take them, with their own
conditions, so they stand in the table with their own names.
"""

from enum import StrEnum

from app.foundation.errors import IllegalTransition


class RoundState(StrEnum):
    PLAN = "plan"
    SELF_CHECK = "self_check"
    SCORING = "scoring"
    REVIEW = "review"
    PUBLISHED = "published"


STATE_NAMES = {
    RoundState.PLAN: "方案",
    RoundState.SELF_CHECK: "自查",
    RoundState.SCORING: "评分",
    RoundState.REVIEW: "复核",
    RoundState.PUBLISHED: "已发布",
}

STEPS: dict[RoundState, tuple[RoundState, ...]] = {
    RoundState.PLAN: (RoundState.SELF_CHECK,),
    RoundState.SELF_CHECK: (RoundState.SCORING, RoundState.PLAN),
    RoundState.SCORING: (RoundState.REVIEW, RoundState.SELF_CHECK),
    RoundState.REVIEW: (RoundState.SCORING, RoundState.PUBLISHED),
    RoundState.PUBLISHED: (RoundState.REVIEW,),
}

SELF_SCORES_OPEN = frozenset({RoundState.SELF_CHECK})
PANEL_SCORES_OPEN = frozenset({RoundState.SCORING, RoundState.REVIEW})


def require_step(now: RoundState, wanted: RoundState) -> None:
    if wanted not in STEPS[now]:
        raise IllegalTransition(
            f"本轮督查现在是“{STATE_NAMES[now]}”，不能直接转到“{STATE_NAMES[wanted]}”。请刷新页面再试。"
        )


def ordinary_steps(now: RoundState) -> tuple[RoundState, ...]:
    """Steps that need nothing but a decision; the two that seal or unseal a result have their own acts."""
    return tuple(step for step in STEPS[now] if RoundState.PUBLISHED not in (now, step))


STEP_NAMES = {
    (RoundState.PLAN, RoundState.SELF_CHECK): "开始自查",
    (RoundState.SELF_CHECK, RoundState.SCORING): "自查结束，开始评分",
    (RoundState.SELF_CHECK, RoundState.PLAN): "退回方案",
    (RoundState.SCORING, RoundState.REVIEW): "评分结束，进入复核",
    (RoundState.SCORING, RoundState.SELF_CHECK): "退回自查",
    (RoundState.REVIEW, RoundState.SCORING): "退回评分",
}


def closes_work(now: RoundState, to: RoundState) -> bool:
    """Whether people who are at work must stop: asked once more, with their names. Out of the plan nobody is at work,
    and back from the review to scoring everybody goes on."""
    return now is not RoundState.PLAN and (now, to) != (RoundState.REVIEW, RoundState.SCORING)
