from datetime import date

import pytest

from app.activities.cadence import Due
from app.inspections.course import RoundState
from app.today.agenda import Issue, NextStep, Waiting, cadence_words, days_left, due_words, in_order, round_words

TODAY = date(2026, 11, 16)


def issue(
    activities: int = 0,
    photos: int = 0,
    *,
    on_board: int = 0,
    lead: bool = False,
    printed: bool = False,
    unsorted: int = 0,
) -> Issue:
    return Issue(activities, photos, on_board, lead, date(2026, 11, 28) if printed else None, unsorted)


@pytest.mark.parametrize(
    ("month", "step", "state"),
    [
        (issue(), NextStep.UPLOAD, "还空着"),
        (issue(3), NextStep.UPLOAD, "差头条照片"),
        (issue(3, 5, on_board=2), NextStep.CHOOSE_LEAD, "差头条照片"),
        (issue(0, 5, on_board=3, lead=True), NextStep.RECORD, "编辑中"),
        (issue(3, 5, on_board=3, lead=True), NextStep.PRINT, "编辑中"),
        (issue(3, 5, on_board=3, lead=True, printed=True), NextStep.READ, "11月28日付印"),
    ],
)
def test_the_issue_asks_for_one_step_at_a_time(month: Issue, step: NextStep, state: str) -> None:
    assert (month.next_step, month.state) == (step, state)


def test_photos_are_counted_and_never_scored() -> None:
    assert issue().photo_words == "照片只作佐证，不计分；拍清人和事就好。"
    assert issue(1, 5, on_board=2).photo_words == "5 张照片：2 张上版，3 张备用。"
    assert issue(1, 2, on_board=2).photo_words == "2 张照片：2 张上版。"
    assert issue(1, 4, on_board=1, unsorted=2).photo_words == "4 张照片：1 张上版，3 张备用。2 张在收件箱，有空再归。"


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2026, 11, 14), "已过 2 天"),
        (TODAY, "今天截止"),
        (date(2026, 11, 17), "还有 1 天"),
        (date(2026, 11, 30), "还有 14 天"),
        (date(2026, 12, 1), "12月1日前"),
    ],
)
def test_a_deadline_is_said_in_days_while_it_is_near(due: date, words: str) -> None:
    assert due_words(due, TODAY) == words


def test_the_last_day_of_the_month_is_the_day_to_print() -> None:
    assert [days_left(date(2026, 11, day), date(2026, 11, 30)) for day in (28, 30)] == ["还有 2 天付印", "今天付印"]


def test_deadlines_stand_first_and_the_rest_keep_their_order() -> None:
    late, soon = Waiting("评分", "后", "", "", date(2026, 12, 1)), Waiting("自查", "先", "", "", date(2026, 11, 18))
    first, second = Waiting("确认", "甲", "", ""), Waiting("确认", "乙", "", "")
    assert in_order([first, late, second, soon]) == [soon, late, first, second]


def test_cadences_met_make_one_sentence_and_gaps_a_line_each() -> None:
    met = Due("党小组会", 1, "month", 1, 1, "党章")
    also = Due("党课", 2, "quarter", 1, 2, "本单位制度")
    gap = Due("主题党日", 3, "month", 1, 0, "党章")
    assert cadence_words([met, also, gap]) == (
        "党小组会本月 1 次，党课本季度 2 次，均已达频次。",
        ["主题党日本月还要办 1 次"],
    )
    assert cadence_words([met]) == ("党小组会本月 1 次，已达频次。", [])
    assert cadence_words([]) == ("", [])


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RoundState.PLAN, "现在是“方案”"),
        (RoundState.SELF_CHECK, "现在是“自查”，自查已过 6 天"),
        (RoundState.SCORING, "现在是“评分”，评分还有 2 天"),
        (RoundState.REVIEW, "现在是“复核”，评分还有 2 天"),
        (RoundState.APPEAL, "现在是“申诉”，申诉还有 9 天"),
        (RoundState.APPROVAL, "现在是“审定”"),
        (RoundState.PUBLISHED, "现在是“已发布”"),
    ],
)
def test_a_round_says_where_it_stands(state: RoundState, words: str) -> None:
    assert round_words(state, date(2026, 11, 10), date(2026, 11, 18), date(2026, 11, 25), TODAY) == words
