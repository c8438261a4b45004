"""The rules round a rubric, one mark and the desk, without any database."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inspections import desk
from app.inspections.course import STEPS, RoundState, ordinary_steps
from app.inspections.default_rubric import DEFAULT_RUBRIC
from app.inspections.marking import MarkRefused, Proposal, judge
from app.inspections.rubric import (
    Criterion,
    CriterionKind,
    Rubric,
    as_data,
    edited,
    from_data,
    points_text,
    problems,
    trace_warnings,
)
from app.inspections.slip import MarkLine, Record, assess, assess_self, canonical, compose, digest

EVERY = {c.code: (c.title, c.maximum, c.guidance) for c in DEFAULT_RUBRIC.criteria}


def test_the_default_rubric_is_sound_and_weighs_no_traces() -> None:
    assert problems(DEFAULT_RUBRIC) == []
    assert trace_warnings(DEFAULT_RUBRIC) == []
    assert [points_text(d.maximum) for d in DEFAULT_RUBRIC.dimensions] == ["20", "15", "35", "15", "10", "5"]
    assert [d.code for d in DEFAULT_RUBRIC.dimensions if d.business] == ["C"]
    assert (len(DEFAULT_RUBRIC.criteria), len(DEFAULT_RUBRIC.gates), len(DEFAULT_RUBRIC.vetoes)) == (16, 5, 3)


def test_a_rubric_survives_its_trip_as_data() -> None:
    assert from_data(as_data(DEFAULT_RUBRIC)) == DEFAULT_RUBRIC


def changed(**maxima: int) -> Rubric:
    changes = {code: (t, Fraction(maxima.get(code, m)), g) for code, (t, m, g) in EVERY.items()}
    return edited(DEFAULT_RUBRIC, "改过的细则", changes)


def test_the_best_step_of_a_scale_follows_its_maximum() -> None:
    criterion = changed(B1=6, B3=4).criterion("B1")
    assert criterion is not None
    assert [points_text(step.points) for step in criterion.steps] == ["6", "3", "2", "0"]


@pytest.mark.parametrize(
    ("maxima", "found"),
    [
        ({"C1": 12}, []),
        ({"C1": 13}, ["各维度满分合计为 101 分，应为 100 分。请调整各指标满分。"]),
        (
            {"C1": 1, "C2": 1, "C3": 1, "A1": 33},
            ["业务融合与成效合计 8 分，应在 20 到 60 分之间。"],
        ),
        ({"C4": 2, "C1": 15}, ["C4 有一档高于满分 2 分，请调高满分。"]),
    ],
)
def test_what_makes_a_rubric_unsound(maxima: dict[str, int], found: list[str]) -> None:
    assert [words for words in problems(changed(**maxima)) if "量表的最高档" not in words] == found


def test_a_criterion_that_counts_traces_is_pointed_out() -> None:
    changes = EVERY | {"A4": ("活动照片张数", Fraction(3), "")}
    assert trace_warnings(edited(DEFAULT_RUBRIC, "细则", changes)) == [
        "A4 提到“照片张数”：减负规定不允许以留痕多少评判工作，请改为看结果。"
    ]


@given(st.fractions(min_value=0, max_value=200, max_denominator=1000))
def test_points_in_words_lose_nothing(points: Fraction) -> None:
    assert Fraction(points_text(points)) == points


def test_a_met_or_not_criterion_takes_all_or_nothing() -> None:
    criterion = Criterion("A1", "自查按期", CriterionKind.MET, Fraction(5))
    assert judge(criterion, Proposal(step=Fraction(5))).points == 5
    assert judge(criterion, Proposal(step=Fraction(0), reason="未交")).points == 0
    with pytest.raises(MarkRefused):
        judge(criterion, Proposal(step=Fraction(3), reason="一半"))


def test_nobody_marks_what_the_system_measures() -> None:
    with pytest.raises(MarkRefused):
        judge(Criterion("A1", "补学闭环", CriterionKind.MEASURED, Fraction(5)), Proposal(step=Fraction(5)))


def test_publishing_and_reopening_are_no_ordinary_steps() -> None:
    steps = {(now, to) for now in RoundState for to in ordinary_steps(now)}
    assert steps == {(now, to) for now, way in STEPS.items() for to in way if RoundState.PUBLISHED not in (now, to)}
    assert (RoundState.REVIEW, RoundState.PUBLISHED) not in steps


def line(code: str, marker: int, points: int | None = 1) -> MarkLine:
    return MarkLine(
        code, marker, f"评委{marker}", "2026-10-12T14:06:00+08:00", None if points is None else Fraction(points)
    )


def test_the_desk_goes_on_to_the_next_unmarked_and_round_again() -> None:
    done = {code: line(code, 1) for code in ("A1", "A2", "B1", "F1")}
    assert desk.next_unmarked(DEFAULT_RUBRIC, done, "A2") == "A3"
    assert desk.next_unmarked(DEFAULT_RUBRIC, done, "E2") == "A3"
    assert desk.next_unmarked(DEFAULT_RUBRIC, {c.code: line(c.code, 1) for c in DEFAULT_RUBRIC.criteria}) is None


def test_all_are_in_only_when_everybody_marked_everything() -> None:
    marks = [line(c.code, marker) for c in DEFAULT_RUBRIC.criteria for marker in (1, 2)]
    panel = {1: "评委1", 2: "评委2"}
    assert desk.all_in(DEFAULT_RUBRIC, Record(panel, tuple(marks)))
    assert not desk.all_in(DEFAULT_RUBRIC, Record(panel, tuple(marks[:-1])))
    assert not desk.all_in(DEFAULT_RUBRIC, Record(panel | {3: "评委3"}, tuple(marks)))


def test_gaps_are_told_by_who_has_to_act() -> None:
    marks = [line(c.code, 1) for c in DEFAULT_RUBRIC.criteria] + [line(c.code, 2) for c in DEFAULT_RUBRIC.criteria[1:]]
    marks = [line("D1", 2, None) if (m.code, m.marker) == ("D1", 2) else m for m in marks]
    record = Record({1: "评委1", 2: "评委2"}, tuple(marks))
    gaps = desk.gaps(DEFAULT_RUBRIC, assess(DEFAULT_RUBRIC, record))
    assert gaps.people == {2: ["A1"]}
    assert gaps.unsettled == ["D1 办实事由提出人确认"]
    assert len(gaps.conditions) == 8
    assert not gaps.nobody


def test_weak_panels_are_pointed_out() -> None:
    assert [len(desk.weaknesses(sizes)) for sizes in ([3, 3], [2, 2], [3, 4], [1, 3], [])] == [0, 1, 1, 2, 1]


def test_a_self_check_is_one_voice_whoever_wrote_it() -> None:
    lines = tuple(
        MarkLine(c.code, number, "组长", "2026-10-08T09:00:00+08:00", c.maximum)
        for number, c in enumerate(DEFAULT_RUBRIC.criteria)
    )
    assert assess_self(DEFAULT_RUBRIC, Record({}, (), lines)).total == 100


def test_an_open_sheet_composes_too_and_names_what_is_open() -> None:
    record = Record({1: "评委1"})
    slip = compose(DEFAULT_RUBRIC, record, assess(DEFAULT_RUBRIC, record), assess_self(DEFAULT_RUBRIC, record))
    assert (slip["total"], slip["exact"], len(slip["open"])) == (None, None, 24)


def test_one_content_has_one_digest() -> None:
    assert canonical({"b": 1, "a": ["甲", None]}) == '{"a":["甲",null],"b":1}'.encode()
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
