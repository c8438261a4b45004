"""What a sheet holds, what it leaves out, and that nothing gets lost on the way."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.board import figures
from app.board.composition import (
    LEAD_LIMIT,
    PHOTO_LIMIT,
    Activity,
    Photo,
    Section,
    announce,
    break_title,
    compose,
    cut,
    facts,
    shorten,
)


def activity(number: int, **changes: object) -> Activity:
    values = {"id": number, "day": date(2026, 11, number), "title": f"第{number}件", "kind": "党小组会", **changes}
    return Activity(**values)  # type: ignore[arg-type]


def photo(slot: int, activity_id: int | None) -> Photo:
    return Photo(slot, slot, activity_id, f"照片{slot}", 1600, 1200)


def test_the_lead_is_the_activity_of_the_first_photo() -> None:
    told = activity(3, outcome="稳住了。", content="过程。")
    sheet = compose([photo(2, 3), photo(1, 5)], [told, activity(5, outcome="验收了。")])
    assert sheet.lead is not None
    assert (sheet.lead.activity_id, sheet.lead.deck) == (5, "验收了。")
    assert sheet.lead.photo == photo(1, 5)


def test_a_photo_of_an_unconfirmed_activity_does_not_lead() -> None:
    sheet = compose([photo(1, 99), photo(2, 3)], [activity(3)])
    assert sheet.lead is not None
    assert sheet.lead.photo == photo(2, 3)
    assert sheet.gallery == (photo(1, 99),)


def test_while_no_photo_is_chosen_as_the_head_none_stands_in_its_place() -> None:
    sheet = compose([photo(2, 3), photo(3, 5)], [activity(3), activity(5)])
    assert sheet.lead is not None
    assert (sheet.lead.activity_id, sheet.lead.photo, sheet.lacks_head) == (3, None, True)
    assert sheet.gallery == (photo(2, 3), photo(3, 5))
    assert not compose([photo(1, 3)], [activity(3)]).lacks_head
    assert not compose([], [activity(3)]).lacks_head


def test_without_photos_the_activity_told_most_fully_leads() -> None:
    told = [activity(1), activity(2, outcome="有结果"), activity(3, content="有经过", outcome="有结果"), activity(4)]
    sheet = compose([], told)
    assert sheet.lead is not None
    assert (sheet.lead.activity_id, sheet.lead.photo) == (3, None)


def test_an_empty_month_is_empty() -> None:
    sheet = compose([], [])
    assert sheet.is_empty
    assert (sheet.width, sheet.left_out, sheet.notice) == (1, 0, None)


def test_columns_stand_in_their_own_order_and_only_with_content() -> None:
    found = [activity(1), activity(2, section=Section.SERVICE), activity(3, section=Section.TACKLING)]
    sheet = compose([], found)
    # The lead, here the first, is told on top and not again in a column.
    assert [column.section for column in sheet.columns] == [Section.TACKLING, Section.SERVICE]
    assert [entry.activity_id for entry in sheet.entries] == [1, 2, 3]


def test_the_lead_is_not_told_again_in_its_column() -> None:
    sheet = compose([photo(1, 2)], [activity(2, section=Section.STUDY)])
    assert (sheet.columns, sheet.is_airy) == ((), True)


def test_what_does_not_fit_is_counted_and_kept() -> None:
    found = [activity(number, section=Section.STUDY) for number in range(1, 10)]
    sheet = compose([], found)
    assert [entry.activity_id for entry in sheet.entries + sheet.more_entries] == list(range(1, 10))
    assert [len(sheet.entries), len(sheet.more_entries)] == [6, 3]
    (column,) = sheet.columns
    assert [item.activity_id for item in column.items + column.more] == list(range(2, 10))
    assert (sheet.left_out, sheet.is_airy) == (3 + len(column.more), False)


PHOTOS = st.lists(st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(1, 12))), max_size=8)
KINDS = st.lists(st.one_of(st.none(), st.sampled_from(Section)), max_size=12)


@given(PHOTOS, KINDS)
def test_every_photo_and_activity_is_somewhere_once(
    slots: list[tuple[int, int | None]], kinds: list[Section | None]
) -> None:
    photos = [Photo(index, slot, owner, "", 4, 3) for index, (slot, owner) in enumerate(slots)]
    found = [activity(number, section=section) for number, section in enumerate(kinds, 1)]
    sheet = compose(photos, found)
    lead = [sheet.lead.photo] if sheet.lead and sheet.lead.photo else []
    printed = lead + [column.photo for column in sheet.columns if column.photo] + list(sheet.gallery)
    assert sorted(one.id for one in [*printed, *sheet.more_photos]) == list(range(len(photos)))
    assert len(printed) <= PHOTO_LIMIT
    assert sheet.width <= 4
    assert [entry.activity_id for entry in sheet.entries + sheet.more_entries] == list(range(1, len(found) + 1))


TEXTS = st.text(alphabet="换牌时排潮风门动作滞后。，！\n8", max_size=500)


@given(TEXTS)
def test_a_cut_text_loses_nothing(text: str) -> None:
    pieces = cut(text, LEAD_LIMIT)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert [piece.kept + piece.rest for piece in pieces] == lines
    assert sum(len(piece.kept) for piece in pieces) <= LEAD_LIMIT


def test_a_cut_falls_on_the_end_of_a_sentence() -> None:
    (piece,) = cut("一二三四五。六七八九十", 8)
    assert (piece.kept, piece.rest, piece.breaks_off) == ("一二三四五。", "六七八九十", False)
    (piece,) = cut("一二三四五六七八九十", 8)
    assert (piece.kept, piece.rest, piece.breaks_off) == ("一二三四五六七八", "九十", True)


@given(TEXTS, st.integers(2, 60))
def test_a_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_shortening_keeps_whole_sentences_where_it_can() -> None:
    assert shorten("降到零点一四。第三个里程碑通过", 10) == "降到零点一四。"
    assert shorten("一二三四五六七八九十，再来", 8) == "一二三四五六七…"


@given(st.text(alphabet="烘丝，：稳住了", max_size=30))
def test_a_broken_title_is_the_title(title: str) -> None:
    assert "".join(break_title(title)) == title


def test_the_theme_day_leads_the_notice() -> None:
    meeting, day = activity(4), activity(11, kind="主题党日", is_theme_day=True)
    notice = announce([meeting, day])
    assert notice is not None
    assert (notice.main, notice.others) == (day, (meeting,))


def test_facts_say_only_what_there_is() -> None:
    joint = activity(4, expected=9, present=8, on_leave=1, times=("14:30", "20:00"), partners=("众焱",))
    assert facts(activity(4)) == "党小组会"
    assert facts(activity(4, partners=("众焱", "青锋"))) == "党小组会，与2个党小组合办"
    assert facts(joint) == "党小组会，应到9，实到8，请假1，2场，与众焱合办"


# ---------------------------------------------------------------- figures


def test_the_ear_counts_what_is_due() -> None:
    met, late = figures.Cadence("党小组会", 1, 1), figures.Cadence("主题党日", 2, 1)
    later = figures.Cadence("党课", 1, 0, due=False)
    running, over = figures.ear([met, late, later], over=False), figures.ear([met, late, later], over=True)
    assert (running.met, running.unmet, running.dots) == (1, 1, (True, False))
    assert running.words == "还要做：主题党日 1 次。不限本月：党课 1 次。"
    assert over.words == "没有做到：主题党日 1 次。不限本月：党课 1 次。"
    assert figures.ear([met], over=True).words == "本月该做的都做了。"


def test_attendance_is_exact_and_rounded_once() -> None:
    tallies = [figures.Tally("10月", 16, 15, 9, 9, 1), figures.Tally("11月", 32, 31, 9, 8, 1)]
    attendance, coverage, missed = figures.figures(tallies, [])
    # 31 of 32 is 96.875.
    assert (attendance.value, attendance.words) == ("96.9", "应到 32，实到 31；上月 93.8")
    assert (coverage.value, coverage.unit, coverage.words) == ("8", "/ 9 名", "还有 1 名没参加过；上月 9 名")
    assert (missed.value, missed.words) == ("1", "请假 1，未请假 0；上月 1")


def test_a_month_without_attendance_is_no_zero() -> None:
    attendance, *_ = figures.figures([figures.Tally("11月", members=9)], [])
    assert (attendance.value, attendance.unit, attendance.series) == ("—", "", (None,))


def test_the_quarter_is_compared_with_the_groups_own_last() -> None:
    quarters = [
        figures.QuarterScore("2026年第二季度", "二季度", 8764, "良好"),
        figures.QuarterScore("2026年第三季度", "三季度", 8884, "良好"),
    ]
    score = figures.figures([figures.Tally("11月")], quarters)[-1]
    assert (score.value, score.words) == ("88.84", "2026年第三季度，良好；比自己上季度多 1.20 分")


@pytest.mark.parametrize(
    ("hundredths", "words"),
    [(0, "与自己上季度持平"), (120, "比自己上季度多 1.20 分"), (-5, "比自己上季度少 0.05 分")],
)
def test_changes_in_words(hundredths: int, words: str) -> None:
    assert figures.change(hundredths) == words
