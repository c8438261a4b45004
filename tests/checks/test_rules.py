"""The course of a finding, its repeats, its usual day, and checklists as text: rules without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks import checklist, course, kinds, repeats
from app.checks.checklist import ChecklistKind, Item, ItemRefused
from app.checks.course import FindingState, Source, Standing, Step
from app.checks.kinds import FindingKind
from app.checks.repeats import Known
from app.foundation.errors import IllegalTransition

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize("state", FindingState)
@pytest.mark.parametrize("step", Step)
def test_steps_are_those_of_the_table(state: FindingState, step: Step) -> None:
    wanted = {
        ("open", "answer"): "answered",
        ("reopened", "answer"): "answered",
        ("answered", "close"): "closed",
        ("answered", "reopen"): "reopened",
        ("open", "withdraw"): "withdrawn",
    }.get((state.value, step.value))
    if wanted is None:
        with pytest.raises(IllegalTransition, match="现在是"):
            course.after(state, step)
    else:
        assert course.after(state, step).value == wanted


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (Standing(1), True),  # raised it
        (Standing(2), False),  # anybody else
        (Standing(2, sits=True), True),
        (Standing(9, sits=True), False),  # answered it
        (Standing(1, leads=True), False),  # raised it, but leads the group
        (Standing(2, leads=True, sits=True), False),
        (Standing(None), False),
    ],
)
def test_nobody_rechecks_their_own(who: Standing, may: bool) -> None:  # noqa: FBT001
    assert course.may_recheck(who, raised_by=1, answered_by=9) is may


def test_a_finding_nobody_raised_is_rechecked_by_those_who_sit() -> None:
    assert course.may_recheck(Standing(None), raised_by=None, answered_by=None) is False
    assert course.may_recheck(Standing(3, sits=True), raised_by=None, answered_by=None) is True


def test_sources() -> None:
    assert course.sources_open_to(Standing(1, leads=True, sits=True)) == (Source.SELF_CHECK,)
    assert course.sources_open_to(Standing(1, sits=True)) == (Source.INSPECTION, Source.SELF_CHECK)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 13), "已过整改期 3 天"),
        (date(2026, 11, 16), "今天到期"),
        (date(2026, 11, 20), "11月20日前，还有 4 天"),
        (date(2026, 12, 20), "12月20日前"),
    ],
)
def test_due_words_are_calm(due: date, words: str) -> None:
    assert course.due_words(due, TODAY) == words


def test_usual_due_is_a_working_day() -> None:
    assert kinds.usual_due(FindingKind.SITE, TODAY) == date(2026, 11, 23)
    assert kinds.usual_due(FindingKind.MEETINGS, date(2026, 11, 14)) == date(2026, 11, 30)  # from Saturday the 28th


@given(st.sampled_from(FindingKind), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_usual_due_is_never_earlier_and_never_at_a_weekend(kind: FindingKind, day: date) -> None:
    due = kinds.usual_due(kind, day)
    assert due.weekday() < 5
    assert 7 <= (due - day).days <= 23


# ---------------------------------------------------------------- repeats


def known(id_: int, found_on: date, *, group_id: int = 1, kind: str = "site", criterion: str = "") -> Known:
    return Known(id_, group_id, kind, criterion, found_on)


def test_a_repeat_is_of_the_same_group_and_kind_within_a_year() -> None:
    now = known(9, TODAY)
    others = [
        known(1, date(2025, 11, 16)),  # a year ago to the day: still
        known(2, date(2025, 11, 15)),  # a day too long ago
        known(3, date(2026, 3, 1), group_id=2),
        known(4, date(2026, 3, 1), kind="brand"),
        known(5, date(2026, 3, 1)),
        known(8, TODAY),
        known(10, TODAY),  # later
    ]
    assert [one.id for one in repeats.earlier(now, others)] == [8, 5, 1]


def test_two_criteria_are_two_things() -> None:
    now = known(9, TODAY, criterion="E1")
    others = [
        known(1, date(2026, 1, 1), criterion="E1", kind="other"),
        known(2, date(2026, 2, 1), criterion="E2"),
        known(3, date(2026, 3, 1)),
    ]
    assert [one.id for one in repeats.earlier(now, others)] == [3, 1]


def test_other_things_are_like_nothing() -> None:
    assert repeats.earlier(known(9, TODAY, kind="other"), [known(1, date(2026, 1, 1), kind="other")]) == []


def test_a_leap_day_reaches_back_to_the_28th() -> None:
    assert repeats.a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)


@given(st.lists(st.tuples(st.integers(1, 2), st.dates(date(2024, 1, 1), date(2026, 12, 31))), max_size=12))
def test_the_order_of_findings_changes_nothing(rows: list[tuple[int, date]]) -> None:
    all_of_them = [known(number, day, group_id=group) for number, (group, day) in enumerate(rows)]
    for one in all_of_them:
        assert repeats.earlier(one, all_of_them) == repeats.earlier(one, reversed(all_of_them))


# ---------------------------------------------------------------- checklists


@pytest.mark.parametrize("kind", ChecklistKind)
def test_ready_made_lists_are_short_and_read_back(kind: ChecklistKind) -> None:
    items = checklist.READY_MADE[kind]
    assert checklist.parse(checklist.as_text(items)) == list(items)
    assert len(items) <= 8


def test_lines_as_people_type_them() -> None:
    assert checklist.parse("现场6S|工具定置\n\n  走一遍责任区  ") == [
        Item(FindingKind.SITE, "工具定置"),
        Item(FindingKind.OTHER, "走一遍责任区"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "清单不能空着"),
        ("照片｜拍了几张", "第 1 行的类别“照片”没有"),
        ("好\n现场6S｜ ", "第 2 行只有类别"),
        ("长" * 81, "第 1 行有 81 个字"),
        ("\n".join("一条" for _ in range(16)), "清单有 16 条"),
    ],
)
def test_a_wrong_line_is_named(text: str, message: str) -> None:
    with pytest.raises(ItemRefused, match=message):
        checklist.parse(text)
