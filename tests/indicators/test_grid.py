"""The grid in a browser: a pasted block, keys, somebody else's newer value, a lost connection."""

import pytest
from playwright.sync_api import Locator, Page, expect

from app.foundation import clock
from app.foundation.periods import Month
from tests.fixtures.browser import DESK, PHONE, OpenWindow, axe_findings

pytestmark = pytest.mark.browser

# The year before the running one is past in every month, and each of its cells is filled in the demo.
YEAR = Month.of(clock.today()).year - 1
GRID = f"/indicators/branches/1/grid/{YEAR}"
PASTE = """(input, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def cell(page: Page, row: int, month: int) -> Locator:
    return page.locator("tr[data-row]").nth(row).locator(f"input[id$='{YEAR}-{month:02}']")


def mend(page: Page, row: int, reason: str = "复核更正") -> None:
    """Give the reason that a late correction asks for."""
    said = page.locator("tr[data-row]").nth(row).locator("xpath=following-sibling::tr[1]")
    said.get_by_label("为什么改").fill(reason)
    said.get_by_role("button", name="写好了，保存").click()


def saved(page: Page, row: int) -> None:
    expect(page.locator("tr[data-row]").nth(row).locator("td.changed")).to_have_count(0)
    expect(page.locator("#told")).to_contain_text("已保存")


def test_a_pasted_block_is_saved_row_by_row(window: OpenWindow) -> None:
    page = window(DESK).sign_in("secretary").open(GRID)
    before = cell(page, 2, 11).input_value()
    cell(page, 0, 11).focus()
    cell(page, 0, 11).evaluate(PASTE, "91.5\t91.25\r\n92.5\t约92\r\n")
    expect(cell(page, 0, 12)).to_have_value("91.25")
    expect(page.locator("tr.said").nth(1)).to_contain_text("不是数，请写成 97.8 这样")
    mend(page, 0)
    expect(page.locator("tr.said")).to_have_count(1)  # the good row is in, the other still says what is wrong
    cell(page, 1, 12).fill("92")
    cell(page, 1, 12).press("Enter")
    expect(page.locator("tr.said")).to_contain_text("原因")
    mend(page, 1)
    expect(page.locator("tr.said")).to_have_count(0)
    saved(page, 1)
    page.goto(page.url)
    found = [[cell(page, row, month).input_value() for month in (11, 12)] for row in (0, 1)]
    assert [[float(one) for one in row] for row in found] == [[91.5, 91.25], [92.5, 92.0]]
    assert cell(page, 2, 11).input_value() == before


def test_keys_move_and_escape_takes_back(window: OpenWindow) -> None:
    page = window(DESK).sign_in("secretary").open(GRID)
    cell(page, 3, 11).click()
    for key, row, month in (
        ("ArrowDown", 4, 11), ("ArrowRight", 4, 12), ("ArrowUp", 3, 12), ("ArrowLeft", 3, 11), ("Enter", 4, 11),
        ("Shift+Enter", 3, 11), ("Tab", 3, 12), ("Shift+Tab", 3, 11),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(cell(page, row, month)).to_be_focused()
    before = cell(page, 3, 11).input_value()
    page.keyboard.type("1")
    page.keyboard.press("Escape")
    expect(cell(page, 3, 11)).to_have_value(before)
    page.keyboard.press("ArrowDown")
    expect(page.locator("tr.said")).to_have_count(0)


def test_a_newer_value_of_somebody_else_is_shown_beside_the_own(window: OpenWindow) -> None:
    mine = window(DESK).sign_in("secretary").open(GRID)
    theirs = window(DESK).sign_in("committee").open(GRID)
    cell(theirs, 6, 12).fill("88.5")
    cell(theirs, 6, 12).press("Enter")
    mend(theirs, 6)
    saved(theirs, 6)
    cell(mine, 6, 12).fill("88.8")
    cell(mine, 6, 12).press("Enter")
    said = mine.locator("tr.said")
    expect(said).to_contain_text("刚填了 88.5，您的还没有写入")
    expect(cell(mine, 6, 12)).to_have_value("88.8")
    said.get_by_role("button", name="用我的").click()
    mend(mine, 6)
    saved(mine, 6)
    theirs.goto(theirs.url)
    expect(cell(theirs, 6, 12)).to_have_value("88.8")


def test_taking_the_other_value_writes_nothing(window: OpenWindow) -> None:
    mine = window(DESK).sign_in("secretary").open(GRID)
    theirs = window(DESK).sign_in("committee").open(GRID)
    cell(theirs, 7, 12).fill("77.5")
    cell(theirs, 7, 12).press("Enter")
    mend(theirs, 7)
    saved(theirs, 7)
    cell(mine, 7, 12).fill("77.7")
    cell(mine, 7, 12).press("Enter")
    mine.locator("tr.said").get_by_role("button", name="用对方的").click()
    expect(cell(mine, 7, 12)).to_have_value("77.5")
    expect(mine.locator("tr.said")).to_have_count(0)
    expect(mine.locator("td.changed")).to_have_count(0)


def test_a_lost_connection_costs_nothing(window: OpenWindow) -> None:
    one = window(DESK).sign_in("secretary")
    page = one.open(GRID)
    one.context.set_offline(True)
    cell(page, 8, 12).fill("66.5")
    cell(page, 8, 12).press("Enter")
    expect(page.locator("tr.said")).to_contain_text("还没有存上")
    expect(cell(page, 8, 12)).to_have_value("66.5")
    one.context.set_offline(False)
    expect(page.locator("tr.said")).to_contain_text("原因")  # sent by itself once the line is back
    mend(page, 8)
    saved(page, 8)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_can_be_used_by_everybody(window: OpenWindow, size: dict[str, int]) -> None:
    one = window(size).sign_in("secretary")
    for path in (
        GRID,
        f"/indicators/groups/2/{YEAR}",
        f"/indicators/branches/1/{YEAR}-Q4",
        "/indicators/branches/1/definitions",
    ):
        page = one.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], path
        assert axe_findings(page) == []


def test_what_is_said_of_a_row_stays_in_sight_on_a_phone(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("secretary").open(GRID)
    cell(page, 7, 12).fill("约九十")
    cell(page, 8, 12).focus()
    said = page.locator("tr.said p")
    expect(said).to_contain_text("不是数")
    for scrolled in (0, 9999):
        page.locator(".grid-form .scroll").evaluate("(box, to) => { box.scrollLeft = to; }", scrolled)
        box = said.bounding_box()
        assert box is not None
        assert (box["x"] >= 0, box["x"] + box["width"] <= page.evaluate("innerWidth")) == (True, True)
