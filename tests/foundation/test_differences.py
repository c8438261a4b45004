from hypothesis import given
from hypothesis import strategies as st

from app.foundation.differences import Both, both, changes, merged

TEXTS = st.text(alphabet="青锋是年轻的班组，。；一二三", max_size=30)


def test_changes_mark_what_was_added_and_dropped() -> None:
    assert changes("以攻关带动全班。", "以一页纸带动全班。") == [
        ("same", "以"),
        ("del", "攻关"),
        ("ins", "一页纸"),
        ("same", "带动全班。"),
    ]


def test_each_of_two_is_set_against_the_other() -> None:
    assert both("一支一支看到底", "一支一支看") == Both(
        [("same", "一支一支看"), ("ins", "到底")], [("same", "一支一支看"), ("del", "到底")], "一支一支看到底"
    )


def test_a_lone_character_in_common_does_not_split_a_rewritten_passage() -> None:
    assert changes("先是甲的事后来", "先做了的人也后来") == [
        ("same", "先"),
        ("del", "是甲的事"),
        ("ins", "做了的人也"),
        ("same", "后来"),
    ]


def test_a_merge_keeps_the_additions_of_both() -> None:
    mine, theirs = "头料首检一次过。全班带动。", "首检一次过。全班带动，品质说话。"
    assert merged(mine, theirs) == "头料首检一次过。全班带动，品质说话。"


@given(TEXTS, TEXTS)
def test_pieces_put_together_give_the_texts_back(old: str, new: str) -> None:
    pieces = changes(old, new)
    assert "".join(text for kind, text in pieces if kind != "ins") == old
    assert "".join(text for kind, text in pieces if kind != "del") == new


@given(TEXTS)
def test_equal_texts_have_nothing_to_merge(text: str) -> None:
    assert merged(text, text) == text


def test_nothing_and_nothing() -> None:
    assert changes("", "") == []
