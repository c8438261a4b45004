"""The course of a round as a machine: no path skips a step that it needs, and nobody is overrun."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import IllegalTransition
from app.inspections.course import (
    COURSE,
    HEARING,
    OPTIONAL,
    PANEL_SCORES_OPEN,
    SELF_SCORES_OPEN,
    Course,
    Facts,
    RoundState,
    Waits,
    closes_work,
    hindrance,
    reopening,
)

S = RoundState
TODAY = date(2026, 10, 20)
courses = st.builds(Course, st.sets(st.sampled_from(OPTIONAL)).map(frozenset), st.booleans())
names = st.lists(st.sampled_from(["青锋", "众焱", "心丝路"]), unique=True).map(tuple)
facts = st.builds(
    Facts,
    today=st.dates(date(2026, 10, 1), date(2026, 11, 30)),
    appeals_until=st.just(date(2026, 10, 26)),
    nobody=names, open=names, unanswered=names,
    appeals=st.integers(0, 3), undecided=st.integers(0, 3),
)  # fmt: skip


def course(*stages: RoundState) -> Course:
    return Course(frozenset(stages))


def test_the_whole_course_and_the_shortest() -> None:
    assert course(*OPTIONAL).path == tuple(S)
    assert course().path == (S.PLAN, S.SCORING, S.REVIEW, S.PUBLISHED)
    assert course(S.SELF_CHECK).path == (S.PLAN, S.SELF_CHECK, S.SCORING, S.REVIEW, S.PUBLISHED)
    assert Course(frozenset(OPTIONAL), correcting=True).path == (S.SCORING, S.REVIEW, S.PUBLISHED)


@given(courses)
def test_onward_goes_through_every_step_of_the_plan_once_and_ends_published(taken: Course) -> None:
    at, seen = taken.path[0], [taken.path[0]]
    while (onward := taken.onward(at)) is not None:
        at = onward
        seen.append(at)
    assert tuple(seen) == taken.path
    assert (seen[-1], S.SCORING in seen, S.REVIEW in seen) == (S.PUBLISHED, True, True)
    if not taken.correcting:
        assert {s for s in OPTIONAL if s in seen} == taken.stages
        assert (S.APPROVAL in seen) is bool(taken.stages & HEARING)


@given(courses, st.data())
def test_only_the_neighbours_on_the_path_are_reached(taken: Course, data: st.DataObject) -> None:
    now = data.draw(st.sampled_from(taken.path))
    to = data.draw(st.sampled_from(list(S)))
    allowed = {taken.onward(now), taken.back(now)}
    if to in allowed:
        taken.require(now, to)
    else:
        with pytest.raises(IllegalTransition):
            taken.require(now, to)
    assert S.PUBLISHED not in taken.steps(now)
    assert taken.back(S.PUBLISHED) is None


@given(courses, facts, st.data())
def test_any_walk_that_obeys_publishes_only_what_is_whole(taken: Course, known: Facts, data: st.DataObject) -> None:
    """Whatever way is gone, forth and back, publication comes after scoring, review and every step of the plan, and with
    nothing open or undecided."""
    now, entered = taken.path[0], [taken.path[0]]
    for _ in range(40):
        ways = [to for to in (taken.onward(now), taken.back(now)) if to and not hindrance(taken, now, to, known)]
        if not ways:
            break
        now = data.draw(st.sampled_from(ways))
        entered.append(now)
        if now is S.PUBLISHED:
            assert set(taken.path) <= set(entered)
            assert not known.undecided
            assert not (known.open and S.REVIEW in taken.path)
            if S.APPEAL in taken.path:
                assert known.today > known.appeals_until or not known.unanswered
            break


@given(courses, facts)
def test_nobody_starts_to_score_while_a_group_has_no_scorer(taken: Course, known: Facts) -> None:
    for now in taken.path:
        onward = taken.onward(now)
        if onward in (S.VISIT, S.SCORING) and known.nobody:
            assert hindrance(taken, now, onward, known).startswith(known.nobody[0])


def test_an_appeal_window_is_kept_and_its_appeals_are_decided() -> None:
    whole = course(*OPTIONAL)
    waiting = Facts(TODAY, date(2026, 10, 26), unanswered=("青锋",))
    assert hindrance(whole, S.APPEAL, S.APPROVAL, waiting) == (
        "申诉到10月26日截止，青锋还没有回话。等他们回话，或过了这一天再往下走。"
    )
    over = Facts(date(2026, 10, 27), date(2026, 10, 26), unanswered=("青锋",))
    assert hindrance(whole, S.APPEAL, S.APPROVAL, over) == ""
    open_one = Facts(date(2026, 10, 27), date(2026, 10, 26), appeals=2, undecided=1)
    assert hindrance(whole, S.APPEAL, S.APPROVAL, open_one).startswith("还有 1 条申诉没有决定")
    assert hindrance(whole, S.APPROVAL, S.PUBLISHED, open_one).startswith("还有 1 条申诉没有决定")


def test_back_harms_nobody() -> None:
    whole = course(*OPTIONAL)
    assert hindrance(whole, S.APPEAL, S.FEEDBACK, Facts(TODAY, TODAY)) == ""
    assert hindrance(whole, S.APPEAL, S.FEEDBACK, Facts(TODAY, TODAY, appeals=1)).startswith("已有 1 条申诉")
    assert hindrance(whole, S.APPROVAL, S.APPEAL, Facts(TODAY, TODAY, appeals=1)) == ""


def test_a_correction_starts_at_the_review_and_only_after_publication() -> None:
    assert reopening(S.PUBLISHED) is S.REVIEW
    for state in S:
        if state is not S.PUBLISHED:
            with pytest.raises(IllegalTransition):
                reopening(state)


def test_who_may_write_marks_when() -> None:
    assert {S.SELF_CHECK} == SELF_SCORES_OPEN
    assert {S.SCORING, S.REVIEW} == PANEL_SCORES_OPEN
    assert not PANEL_SCORES_OPEN & HEARING


def test_each_step_says_who_is_waited_for_and_what_ends_it() -> None:
    assert [COURSE[state].waits for state in S] == [
        Waits.COMMITTEE, Waits.GROUPS, Waits.PANEL, Waits.PANEL, Waits.COMMITTEE, Waits.GROUPS, Waits.GROUPS,
        Waits.COMMITTEE, Waits.NOBODY,
    ]  # fmt: skip
    assert [state for state in S if not COURSE[state].closes or not COURSE[state].after] == []


def test_every_step_but_the_first_is_asked_once_more() -> None:
    whole = course(*OPTIONAL)
    asked = {(now, to) for now in S for to in whole.steps(now) if not closes_work(whole, now, to)}
    assert asked == {(S.PLAN, S.SELF_CHECK)}
    assert [whole.step_name(now, to) for now in (S.SELF_CHECK, S.REVIEW) for to in whole.steps(now)] == [
        "自查结束，开始互查督查", "退回方案", "反馈给党小组", "退回评分",
    ]  # fmt: skip
