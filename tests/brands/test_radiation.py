"""What the diagram promises: every tie has its ray, any number of brands and any depth has its place."""

import re
from xml.etree import ElementTree as ET

import pytest

from app.brands import diagram, fan, radiation
from app.brands.diagram import Note, Radiation, Ray, SealImage, Tie, TieKind

SEAL = SealImage(200, 200, "0 0 200 200", '<use href="#s"/>')


def ray(name: str, ties: int = 2, *rays: Ray) -> Ray:
    kinds = (TieKind.INDICATOR, TieKind.CARRIER)
    return Ray(name, f"{name}党小组", "hue-jj", SEAL, tuple(Tie(kinds[i % 2], f"{name}{i}") for i in range(ties)), rays)


def picture(*rays: Ray) -> Radiation:
    return Radiation("枢", SEAL, rays, Note("支部年度目标", ("质量", "安全")), Note("保障机制", ("有指导",)))


def drawings(data: Radiation) -> tuple[ET.Element, ET.Element]:
    root = ET.fromstring(f"<x>{radiation.draw(data)}</x>")
    wide, phone = root
    return wide, phone


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def test_every_tie_round_the_hub_has_a_straight_ray_from_the_hubs_centre() -> None:
    wide, _ = drawings(picture(*(ray(n, 4) for n in "甲乙丙丁")))
    rays = of_class(wide, "rad-ray")
    assert len(rays) == 16
    assert len({(r.get("x1"), r.get("y1")) for r in rays}) == 1
    assert len({(r.get("x2"), r.get("y2")) for r in rays}) == 16


def test_rays_pass_behind_the_seals() -> None:
    """Every ray of a brand crosses its seal's halo."""
    wide, _ = drawings(picture(*(ray(n, 4) for n in "甲乙丙丁")))
    halos = list(of_class(wide, "rad-paper"))[1:]
    groups = [g for g in wide if g.tag == "g" and g.find("line") is not None]
    for group, halo in zip(groups, halos, strict=True):
        left, top, width, height = (float(halo.get(k) or 0) for k in ("x", "y", "width", "height"))
        for line in group.iter("line"):
            x1, y1, x2, y2 = (float(line.get(k) or 0) for k in ("x1", "y1", "x2", "y2"))
            at = y1 + (y2 - y1) * (left + width / 2 - x1) / (x2 - x1)
            assert top <= at <= top + height


def test_indicators_and_carriers_have_their_marks() -> None:
    wide, _ = drawings(picture(ray("甲", 3)))
    legend = 1
    assert len(of_class(wide, "rad-indicator")) == 2 + legend
    assert len(of_class(wide, "rad-carrier")) == 1 + legend


def test_places_follow_reading_order() -> None:
    assert [(p.side, p.level) for p in radiation.places(4)] == [(-1, -1), (1, -1), (-1, 1), (1, 1)]
    assert [(p.side, p.level) for p in radiation.places(3)] == [(-1, -1), (1, 0), (-1, 1)]
    assert [(p.side, p.level) for p in radiation.places(1)] == [(-1, 0)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 6, 7, 13, 40])
def test_any_number_of_brands_is_shown_once_in_each_drawing_and_inside_it(count: int) -> None:
    data = picture(*(ray(f"品{i}号") for i in range(count)))
    for drawing in drawings(data):
        height = float((drawing.get("viewBox") or "").split()[3])
        texts = ["".join(t.itertext()) for t in drawing.iter("text")]
        assert [texts.count(f"品{i}号") for i in range(count)] == [1] * count
        assert all(0 <= float(t.get("y") or 0) <= height for t in drawing.iter("text"))


def test_seven_brands_or_a_child_make_a_fan() -> None:
    assert radiation.is_round(picture(*(ray(str(i)) for i in range(6))))
    assert not radiation.is_round(picture(*(ray(str(i)) for i in range(7))))
    assert not radiation.is_round(picture(ray("甲", 1, ray("子"))))


def test_a_parent_stands_midway_of_its_children() -> None:
    tree = [ray("甲", 1, ray("子一"), ray("子二", 1, ray("孙一"), ray("孙二"))), ray("乙")]
    laid = {row.ray.name: row for row in fan.rows(tree)}
    assert {name: (row.depth, row.at) for name, row in laid.items()} == {
        "甲": (0, 1.0),
        "子一": (1, 0.0),
        "子二": (1, 1.5),
        "孙一": (2, 1.0),
        "孙二": (2, 2.0),
        "乙": (0, 3.0),
    }
    assert [laid[name].parent for name in ("孙二", "子一", "乙")] == [(1, 1.5), (0, 1.0), None]


def test_indented_rows_put_the_parent_above_its_children() -> None:
    tree = [ray("甲", 1, ray("子")), ray("乙")]
    assert [(r.ray.name, r.depth, r.at) for r in fan.rows(tree, indented=True)] == [
        ("甲", 0, 0.0),
        ("子", 1, 1.0),
        ("乙", 0, 2.0),
    ]


def test_too_many_ties_say_how_many_more() -> None:
    shown = diagram.shown_ties([Tie(TieKind.CARRIER, str(i)) for i in range(9)])
    assert [tie.text for tie in shown] == ["0", "1", "2", "3", "4", "另有4项"]


def test_words_are_escaped_and_nothing_is_styled_inline() -> None:
    out = radiation.draw(picture(ray('<b onclick="x">&')))
    assert "<b" not in out
    assert "style=" not in out
    assert "&lt;b onclick=&quot;x&quot;&gt;&amp;" in out


def test_drawings_are_hidden_from_readers_and_their_links_from_the_tab_key() -> None:
    linked = Ray("甲", "组", "hue-jj", SEAL, href="/brands/1")
    for drawing in drawings(picture(linked)):
        assert drawing.get("aria-hidden") == "true"
        assert [a.get("tabindex") for a in drawing.iter("a")] == ["-1"]


def test_only_four_brands_leave_room_for_the_notes() -> None:
    assert re.search("支部年度目标", radiation.draw(picture(*(ray(n) for n in "甲乙丙丁"))))
    assert not re.search("支部年度目标", radiation.draw(picture(*(ray(n) for n in "甲乙丙丁戊己"))))
