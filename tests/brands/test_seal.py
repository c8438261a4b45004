"""Facts of a seal's geometry, on a made-up font whose every glyph is a full square."""

import re
from html import escape

import pytest
from fontTools.ttLib import TTFont

from app.brands import glyphs, seal, seal_path
from app.brands.seal import CELL, MARGIN, Drawing, Glyph, Shape

SQUARE = Glyph(
    (("M", ((0, 0),)), ("L", ((1000, 0),)), ("L", ((1000, 1000),)), ("L", ((0, 1000),)), ("Z", ())), (0, 0, 1000, 1000)
)


def every(character: str) -> Glyph | None:
    return None if character == "缺" else SQUARE


def starts(drawing: Drawing) -> list[tuple[int, int]]:
    """Where each character's square begins (its lower left corner), in the name's order."""
    return [(int(x), int(y)) for x, y in re.findall(r"M(-?\d+) ?(-?\d+)", drawing.ink)]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("红", Shape.SQUARE),
        ("青锋", Shape.OBLONG),
        ("心丝路", Shape.CUT),
        ("精甲先锋", Shape.SQUARE),
        ("金叶先锋岗", Shape.TALL),
        ("智丝堡垒·质造先锋", Shape.TALL),
        ("", Shape.SQUARE),
    ],
)
def test_default_shape_follows_the_length_without_dots(name: str, shape: Shape) -> None:
    assert seal.default_shape(name) is shape


def test_columns_read_from_the_right() -> None:
    right_top, right_bottom, left_top, left_bottom = starts(seal.draw("精甲先锋", every))
    assert right_top[0] == right_bottom[0] > left_top[0] == left_bottom[0]
    assert right_top[1] == left_top[1] < right_bottom[1] == left_bottom[1]


def test_read_across_goes_by_rows_from_the_left() -> None:
    first, second, third, fourth = starts(seal.draw("精甲先锋", every, across=True))
    assert first[0] == third[0] < second[0] == fourth[0]
    assert first[1] == second[1] < third[1] == fourth[1]


def test_three_characters_stand_one_above_two() -> None:
    one, left, right = starts(seal.draw("心丝路", every))
    assert one[1] < left[1] == right[1]
    assert left[0] < right[0]


def test_the_dot_breaks_the_columns_and_is_not_drawn() -> None:
    with_dot, without = seal.draw("甲乙·丙丁戊", every), seal.draw("甲乙丙丁戊", every)
    assert len(starts(with_dot)) == 5
    assert starts(with_dot) == starts(without)
    turned = starts(seal.draw("甲乙丙·丁戊", every))
    assert [x for x, _ in turned] == sorted((x for x, _ in turned), reverse=True)
    assert [x for x, _ in turned].count(turned[0][0]) == 3


def test_eight_characters_make_two_by_four_cells() -> None:
    drawing = seal.draw("智丝堡垒·质造先锋", every)
    assert (drawing.width, drawing.height) == (2 * CELL + 2 * MARGIN, 4 * CELL + 2 * MARGIN)


@pytest.mark.parametrize("name", ["红", "众焱", "心丝路", "精甲先锋", "金叶先锋岗", "智丝堡垒质造先锋"])
def test_an_ellipse_is_upright_and_never_a_circle(name: str) -> None:
    drawing = seal.draw(name, every, Shape.ELLIPSE)
    assert drawing.height >= 1.25 * drawing.width


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize(
    "name", ["红", "青锋", "心丝路", "精甲先锋", "金叶先锋岗", "一二三四五六七", "一二三四五六七八九十"]
)
def test_characters_stay_inside_every_shape(name: str, shape: Shape) -> None:
    drawing = seal.draw(name, every, shape)
    corners = starts(drawing)
    assert len(corners) == len(name)
    assert all(0 < x < drawing.width and 0 < y < drawing.height for x, y in corners)


def test_the_same_name_gives_the_same_seal_and_another_name_another_edge() -> None:
    assert seal.draw("青锋", every) == seal.draw("青锋", every)
    assert seal.draw("青锋", every).edge != seal.draw("众焱", every).edge


def test_edges_leave_the_straight_by_no_more_than_the_break() -> None:
    drawing = seal.draw("精甲先锋", every)
    x = y = 0
    for kind, numbers in re.findall(r"([Mlhv])([-\d ]+)", drawing.edge):
        values = [int(v) for v in re.findall(r"-?\d+", numbers)]
        dx, dy = {"h": (values[0], 0), "v": (0, values[0])}.get(kind, (values[0], values[-1]))
        x, y = (dx, dy) if kind == "M" else (x + dx, y + dy)
        off = min(abs(x), abs(x - drawing.width), abs(y), abs(y - drawing.height))
        assert off <= seal.BREAK + 1


def test_a_character_missing_from_the_font_becomes_text() -> None:
    drawing = seal.draw("缺角", every)
    assert [letter[0] for letter in drawing.letters] == ["缺"]
    assert len(starts(drawing)) == 1
    assert ">缺</text>" in seal.svg(drawing)


def test_names_are_escaped() -> None:
    hostile = '"><script>alert(1)</script>'
    drawing = seal.draw(hostile, lambda _: None)
    out = seal.svg(drawing)
    assert "<script" not in out
    assert f'aria-label="印章：{escape(hostile)}"' in out


def test_solid_and_outline_differ_by_class_only() -> None:
    drawing = seal.draw("青锋", every)
    assert seal.svg(drawing).replace("seal-solid", "") == seal.svg(drawing, solid=False).replace("seal-outline", "")
    assert "style=" not in seal.svg(drawing)


def test_a_repeated_seal_is_small() -> None:
    drawing = seal.draw("青锋", glyphs.outline)
    assert len(seal.use(drawing, "s1")) < 160 < len(seal.symbol(drawing, "s1"))


def test_a_drawing_survives_being_kept() -> None:
    drawing = seal.draw("缺角先锋", every)
    assert Drawing.from_dict(drawing.as_dict()) == drawing


def test_the_project_font_has_the_outlines_and_lacks_rare_characters() -> None:
    glyph = glyphs.outline("锋")
    assert glyph is not None
    left, bottom, right, top = glyph.box
    assert 0.7 * glyph.em < right - left <= 1.05 * glyph.em
    assert 0.7 * glyph.em < top - bottom <= 1.05 * glyph.em
    assert glyphs.outline("\U00020bb7") is None


def test_the_seals_font_is_the_pages_font() -> None:
    pages = glyphs.FONT.parents[1] / "static" / "fonts" / "noto-serif-sc-bold-gb2312.woff2"
    with TTFont(pages) as one, TTFont(glyphs.FONT) as other:
        assert one.getBestCmap() == other.getBestCmap()


def test_mirrored_curves_are_written_short_and_a_turn_in_full() -> None:
    """Two curves that flow into each other, one to within a unit, then one that turns sharply."""
    smooth = [
        ("M", ((0, 0),)),
        ("Q", ((10, 20), (20, 20))),
        ("Q", ((30, 21), (40, 40))),
        ("Q", ((40, 90), (10, 90))),
        ("Z", ()),
    ]
    assert seal_path.written(smooth) == "M0 0q10 20 20 20t20 20q0 50-30 50z"
