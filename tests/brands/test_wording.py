import pytest

from app.brands.wording import Hint, Words, hints, likeness, names_alike

GOOD = Words(
    "精甲先锋",
    "首检一次过",
    "精，是首检一次过；甲，是甲班的岗位责任。",
    carriers=("首检一次过",),
    indicators=("工序质量得分",),
)


def fields(found: list[Hint]) -> list[str]:
    return [hint.field for hint in found]


def test_good_words_draw_no_hint() -> None:
    assert hints(GOOD) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("青锋", ["名称一般为4至8个字，现在是2个字。觉得合适可以保留。"]),
        ("智丝堡垒·质造先锋", []),
        ("一二三四五六七八九", ["名称一般为4至8个字，现在是9个字。觉得合适可以保留。"]),
        ("", []),
    ],
)
def test_length_counts_characters_without_the_dot(name: str, expected: list[str]) -> None:
    assert [h.text for h in hints(Words(name))] == expected


@pytest.mark.parametrize("word", ["全国", "中国", "中华", "国家", "全球", "世界", "国际"])
def test_names_may_not_claim_the_country_or_the_world(word: str) -> None:
    assert [h.text for h in hints(Words(f"{word}先锋"))] == [
        f"名称里有“{word}”。单位自己定的名称不宜用这类字样，建议换掉。"
    ]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("精甲先锋", "质造先锋", False),
        ("青锋", "众焱", False),
        ("金叶匠心", "金叶匠魂", True),
        ("绿动先锋", "绿动卫士", True),
        ("先锋", "先锋", True),
        ("先锋", "堡垒", False),
        ("心丝路", "心丝路先锋", True),
    ],
)
def test_likeness_of_names_leaves_common_words_out(one: str, other: str, *, alike: bool) -> None:
    assert names_alike(one, other) is alike
    assert names_alike(other, one) is alike


def test_a_copied_connotation_is_pointed_out_with_the_siblings_name() -> None:
    other = Words("青锋", connotation="精，是首检一次过；甲，是乙班的岗位责任。")
    assert [h for h in hints(GOOD, [other]) if h.field == "connotation"] == [
        Hint("connotation", "内涵和“青锋”有较多相同的话，写写只有本组才有的。")
    ]


def test_short_texts_are_never_alike() -> None:
    assert likeness("精益求精", "精益求精") == 0.0


def test_a_slogan_that_fits_everybody_is_pointed_out() -> None:
    found = hints(Words("精甲先锋", slogan="奋勇争先，再创辉煌"))
    assert found == [Hint("slogan", "“再创辉煌”放在哪个小组都成立。写一件本组正在做的事会更有力。")]


def test_display_boards_and_too_many_carriers() -> None:
    found = hints(Words("精甲先锋", carriers=("一块展板", *"一二三四五六")))
    assert fields(found) == ["carriers", "carriers"]


def test_a_connotation_explains_the_name_and_ties_to_the_business() -> None:
    found = hints(Words("众焱先锋", connotation="把故障时间压到两小时以内。"))
    assert fields(found) == ["connotation", "indicators"]
