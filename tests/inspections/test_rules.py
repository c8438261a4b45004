"""The rules round a rubric, one mark and the desk, without any database."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inspections import desk
from app.inspections.digests import canonical, digest
from app.inspections.marking import MarkRefused, Proposal, judge
from app.inspections.progress import OpenWork, Panelist, SheetState, Standing, standing
from app.inspections.slip import MarkLine, Record, assess, assess_self, compose
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.layout import laid_out
from app.rubrics.rubric import (
    Criterion,
    CriterionKind,
    as_data,
    points_text,
)
from app.rubrics.soundness import problems, warnings


def test_the_default_rubric_is_sound_and_weighs_no_traces() -> None:
    assert problems(DEFAULT_RUBRIC) == []
    assert warnings(DEFAULT_RUBRIC) == []
    assert [points_text(d.maximum) for d in DEFAULT_RUBRIC.dimensions] == ["20", "15", "35", "15", "10", "5"]
    assert [d.code for d in DEFAULT_RUBRIC.dimensions if d.business] == ["C"]
    assert (len(DEFAULT_RUBRIC.criteria), len(DEFAULT_RUBRIC.gates), len(DEFAULT_RUBRIC.vetoes)) == (16, 5, 3)


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


def line(code: str, marker: int, points: int | None = 1) -> MarkLine:
    return MarkLine(
        code, marker, f"评委{marker}", "2026-10-12T14:06:00+08:00", None if points is None else Fraction(points)
    )


def test_the_desk_goes_on_to_the_next_unmarked_and_round_again() -> None:
    codes = [criterion.code for criterion in DEFAULT_RUBRIC.criteria]
    done = {"A1", "A2", "B1", "F1"}
    assert desk.next_unmarked(codes, done, "A2") == "A3"
    assert desk.next_unmarked(codes, done, "E2") == "A3"
    assert desk.next_unmarked(codes, codes) is None


def test_what_somebody_gave_is_read_from_one_text() -> None:
    assert desk.points_by_code("A1=6;C2=15/2;D1=-") == {"A1": "6", "C2": "7.5", "D1": "N"}
    assert desk.points_by_code("") == {}
    assert desk.points_by_code("A1=10/3;A2=20/3;A3=1/8") == {"A1": "3.33", "A2": "6.67", "A3": "0.125"}


def test_of_the_records_those_stand_first_that_the_criterion_asks_for() -> None:
    meeting = desk.Proof("activity", 1, "2026-07-03", "七月党小组会", "党小组会", "")
    lecture = desk.Proof("activity", 2, "2026-07-09", "微党课", "党课", "")
    of_it = [desk.Proof("photo", n, "2026-07-03", "", "七月党小组会", f"key{n}") for n in (3, 4, 5)]
    other = desk.Proof("photo", 6, "2026-07-09", "", "微党课", "key6")
    rows = [meeting, lecture, *of_it, other]
    assert desk.divided(rows, ["党小组会记录"], ()) == ([meeting, *of_it[:2]], [lecture, of_it[2], other])
    assert desk.divided(rows, [], {"photo:6"}) == ([other], [meeting, lecture, *of_it])


def test_a_rubric_is_laid_out_once_for_the_same_text() -> None:
    text = json.dumps(as_data(DEFAULT_RUBRIC))
    layout = laid_out(text)
    assert layout.rubric == DEFAULT_RUBRIC
    assert layout is laid_out(json.dumps(as_data(DEFAULT_RUBRIC)))
    assert (layout.neighbours("A1"), layout.neighbours("A2")) == (("", "A2"), ("A1", "A3"))
    assert laid_out(json.dumps(as_data(replace(DEFAULT_RUBRIC, title="另一版")))) is not layout


def test_what_is_open_in_a_round_is_told_by_whose_it_is() -> None:
    panel = [Panelist(1, "甲"), Panelist(2, "乙", frozenset({20}))]
    sheets = [
        SheetState(10, "青锋", "组长一", handed_in=True, marked={1: 16, 2: 16}, answered=8),
        SheetState(20, "众焱", "组长二", handed_in=False, marked={1: 10}, answered=8),
        SheetState(30, "心丝路", "", handed_in=False, marked={2: 16}, answered=7, unsettled=1),
    ]
    assert standing(sheets, panel, criteria=16, conditions=8) == Standing(
        sheets=3,
        begun=3,
        open=("众焱", "心丝路"),
        people=(OpenWork("甲", ("众焱", "心丝路"), 22),),
        unanswered=("心丝路",),
        unsettled=("心丝路",),
        nobody=(),
        not_handed_in=("众焱（组长二）", "心丝路"),
    )
    assert standing(sheets[1:2], [panel[1]], criteria=16, conditions=8).nobody == ("众焱",)


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
    assert gaps.unsettled == [("D1", "办实事由提出人确认")]
    assert len(gaps.conditions) == 8
    assert not gaps.nobody


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
