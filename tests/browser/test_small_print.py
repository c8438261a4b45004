"""What a group reads of its inspection on a phone: no letter below the screen's floor, no link smaller than a thumb."""

import pytest

from tests.fixtures.browser import PHONE, OpenWindow

pytestmark = pytest.mark.browser

SMALL_LETTERS = """() => [...document.querySelectorAll("main *")]
    .filter(e => e.getClientRects().length && !e.closest("svg")
        && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
        && parseFloat(getComputedStyle(e).fontSize) < 13)
    .map(e => e.textContent.trim())"""


def test_the_slip_keeps_the_floor_of_letters(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader1").open("/inspections/results/27/slip")
    assert page.locator(".slip-table").count() > 0
    assert page.evaluate(SMALL_LETTERS) == []


def test_the_way_back_to_the_self_check_is_as_high_as_a_thumb(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader1").open("/inspections/sheets/40/self/A1")
    box = page.get_by_role("link", name="回到自查表").bounding_box()
    assert box is not None
    assert box["height"] >= 44
