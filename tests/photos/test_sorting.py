"""Which activity is proposed for the photos of the inbox."""

from datetime import date

from app.photos.sorting import Suggestion, suggested

THE_5TH, THE_6TH, THE_9TH = (date(2026, 11, day) for day in (5, 6, 9))
ACTIVITIES = [(1, {THE_5TH}), (2, {THE_6TH, THE_9TH})]


def test_most_photos_decide_and_the_undated_go_along() -> None:
    photos = {10: THE_5TH, 11: THE_6TH, 12: THE_9TH, 13: None, 14: date(2026, 11, 20)}
    assert suggested(photos, ACTIVITIES, last=1) == Suggestion(2, frozenset({11, 12, 13}))


def test_among_equals_the_first_listed() -> None:
    assert suggested({10: THE_5TH, 11: THE_6TH}, ACTIVITIES, None) == Suggestion(1, frozenset({10}))


def test_where_no_day_speaks_the_last_choice_with_none_or_the_only_one_with_all() -> None:
    photos = {10: None, 11: date(2026, 11, 20)}
    assert suggested(photos, ACTIVITIES, last=2) == Suggestion(2, frozenset())
    assert suggested(photos, ACTIVITIES, last=7) is None  # of another month
    assert suggested(photos, ACTIVITIES[:1], last=None) == Suggestion(1, frozenset({10, 11}))
    assert suggested(photos, [], last=1) is None
