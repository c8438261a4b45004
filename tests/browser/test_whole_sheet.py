"""A whole sheet scored on site: the connection goes, the tab is closed, and every mark is there once; and by keyboard."""

import re
import sqlite3

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import DESK, PASSWORD, PHONE, OpenWindow, Site, Window, axe_findings

pytestmark = pytest.mark.browser

LONG = 30_000
# Sheets of the round that is being scored on which the committee has given no mark yet.
FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH = range(47, 53)


def address(sheet: int) -> str:
    return f"/inspections/sheets/{sheet}/whole"


def line(page: Page, code: str) -> Locator:
    return page.locator(f"#line-{code}")


def state(page: Page, code: str) -> Locator:
    return line(page, code).locator("[data-state]").first


def opened(page: Page, code: str) -> Locator:
    found = line(page, code)
    if "open" not in (found.get_attribute("class") or ""):
        found.locator(".fold").click()
    return found


def marks(site: Site, sheet: int) -> list[tuple[object, ...]]:
    """Code, points, reason and whether it stands, of all that was ever given on a sheet by the panel."""
    with sqlite3.connect(f"file:{site.folder / 'database.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT code, points, reason, replaced_at IS NULL FROM mark "
            "WHERE sheet_id = ? AND source = 'panel' AND account_id IS NOT NULL ORDER BY code, id",
            (sheet,),
        ).fetchall()


@pytest.fixture
def phone(window: OpenWindow) -> Window:
    return window(PHONE).sign_in("committee")


def score(page: Page, code: str, *, off: str = "", reason: str = "") -> None:
    """By thumb: full marks, or so much further off with a reason."""
    found = opened(page, code)
    if off:
        found.locator("[name=further]").fill(off)
        found.locator("[name=reason]").fill(reason)
    found.get_by_role("button", name="保存，下一项").click()


def test_a_sheet_scored_while_the_connection_is_lost(phone: Window, site: Site) -> None:
    page = phone.open(address(FIRST))
    score(page, "A1")
    expect(state(page, "A1")).to_have_text("已存")
    page.context.set_offline(offline=True)
    score(page, "A2", off="1", reason="方案晚交一次")
    score(page, "A3")
    opened(page, "A4").locator("[name=further]").fill("0.5")
    opened(page, "B1").locator("[type=radio]").first.check()
    expect(state(page, "A2")).to_have_text("待传")
    expect(state(page, "A4")).to_have_text("要写理由")
    expect(page.locator("[data-net]")).to_contain_text("没有网络")
    expect(page.locator("[data-net]")).to_contain_text("已留在本机，连上后自动传")
    page.close()
    page.context.set_offline(offline=False)
    again = phone.context.new_page()
    again.goto(f"{site.address}{address(FIRST)}")
    for code in ("A1", "A2", "A3", "B1"):
        expect(state(again, code)).to_have_text("已存", timeout=LONG)
    expect(state(again, "A4")).to_have_text("要写理由")
    opened(again, "A4").locator("[name=reason]").fill("签到缺一次")
    again.locator("h1").click()
    expect(state(again, "A4")).to_have_text("已存")
    expect(again.locator("[data-sum]")).to_have_text("已评 5 项，22.5 分（满分 24）")
    assert marks(site, FIRST) == [
        ("A1", "6", "", 1), ("A2", "5", "方案晚交一次", 1), ("A3", "5", "", 1),
        ("A4", "5/2", "签到缺一次", 1), ("B1", "4", "", 1),
    ]  # fmt: skip


def test_the_connection_comes_back_under_the_open_page_and_an_answer_is_lost(phone: Window, site: Site) -> None:
    page = phone.open(address(SECOND))
    tries: list[str] = []

    def lose_the_first_answer(route: object) -> None:
        tries.append("sent")
        if len(tries) == 1:
            route.fetch()  # type: ignore[attr-defined]  # it arrives, and nobody hears of it
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/whole/*", lose_the_first_answer)
    score(page, "A2", off="1", reason="方案晚交")
    expect(state(page, "A2")).to_have_text("已存", timeout=LONG)
    page.unroute("**/whole/*")
    page.context.set_offline(offline=True)
    score(page, "A1")
    expect(state(page, "A1")).to_have_text("待传")
    page.context.set_offline(offline=False)
    expect(state(page, "A1")).to_have_text("已存", timeout=LONG)
    assert len(tries) == 2
    assert marks(site, SECOND) == [("A1", "6", "", 1), ("A2", "5", "方案晚交", 1)]


def test_a_mark_changed_elsewhere_is_asked_about(phone: Window, site: Site) -> None:
    page, other = phone.open(address(THIRD)), phone.context.new_page()
    other.goto(f"{site.address}{address(THIRD)}")
    score(other, "A2", off="2", reason="晚交两次")
    expect(state(other, "A2")).to_have_text("已存")
    score(other, "A1", off="2", reason="缺一个月")
    expect(state(other, "A1")).to_have_text("已存")
    other.close()
    score(page, "A2", off="1", reason="方案晚交")
    expect(state(page, "A2")).to_have_text("别处改过")
    found = opened(page, "A2")
    expect(found.locator("[data-both]")).to_contain_text("已存：4，")
    expect(found.locator("[name=reason]")).to_have_value("方案晚交")
    assert marks(site, THIRD)[-1] == ("A2", "4", "晚交两次", 1)
    assert [finding for finding in axe_findings(page) if "color" not in finding] == []
    found.get_by_role("button", name="用本机填的").click()
    expect(state(page, "A2")).to_have_text("已存")
    score(page, "A1")
    expect(state(page, "A1")).to_have_text("别处改过")
    opened(page, "A1").get_by_role("button", name="用已存的").click()
    expect(line(page, "A1").locator("[name=further]")).to_have_value("2")
    assert marks(site, THIRD) == [
        ("A1", "4", "缺一个月", 1), ("A2", "4", "晚交两次", 0), ("A2", "5", "方案晚交", 1),
    ]  # fmt: skip


def test_an_expired_sign_in_holds_everything_until_signed_in_again(phone: Window, site: Site) -> None:
    page = phone.open(address(FOURTH))
    phone.context.clear_cookies()
    score(page, "A1")
    expect(page.locator("[data-net]")).to_contain_text("1 项已留在本机")
    score(page, "A2", off="1", reason="方案晚交")
    assert marks(site, FOURTH) == []
    page.get_by_role("link", name="重新登录，接着传").click()
    page.locator("input[name=login]").fill("committee")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: url.endswith("/whole"))
    expect(state(page, "A2")).to_have_text("已存", timeout=LONG)
    assert marks(site, FOURTH) == [("A1", "6", "", 1), ("A2", "5", "方案晚交", 1)]


def test_after_a_new_sign_in_elsewhere_it_goes_on_and_never_in_anothers_name(phone: Window, site: Site) -> None:
    page = phone.open(address(SIXTH))
    other = phone.context.new_page()
    phone.context.clear_cookies()
    Window(phone.context, other, phone.watch, phone.address).sign_in("secretary2")
    score(page, "A1")
    expect(page.locator("[data-net]")).to_contain_text("1 项已留在本机")
    assert marks(site, SIXTH) == []
    phone.context.clear_cookies()
    Window(phone.context, other, phone.watch, phone.address).sign_in("committee")
    other.close()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # back to this tab
    expect(state(page, "A1")).to_have_text("已存", timeout=LONG)
    assert marks(site, SIXTH) == [("A1", "6", "", 1)]


def test_what_was_refused_behind_ones_back_is_said_at_the_head(phone: Window) -> None:
    page = phone.open(address(SIXTH))
    score(page, "A4", off="0.3", reason="签到缺一次")
    expect(state(page, "A4")).to_have_text("没有存上")
    expect(line(page, "A4")).not_to_have_class(re.compile("open"))
    expect(page.locator("[data-net]")).to_have_text("1 项没有存上：A4")
    page.locator("[data-net] a").click()
    expect(line(page, "A4")).to_have_class(re.compile("open"))
    score(page, "A4", off="0.5", reason="签到缺一次")
    expect(state(page, "A4")).to_have_text("已存")
    expect(page.locator("[data-net]")).to_have_text("")


def test_by_keyboard_on_a_desk(window: OpenWindow, site: Site) -> None:
    page = window(DESK).sign_in("committee").open(address(FIFTH))
    line(page, "A1").locator(".fold").focus()
    page.keyboard.press("Enter")  # full marks
    page.keyboard.press("1")  # 方案晚交 once
    page.keyboard.press("ArrowDown")  # and half a point more
    page.keyboard.press("Enter")  # asks for the reason
    expect(line(page, "A2").locator("[name=reason]")).to_be_focused()
    page.keyboard.type("九月方案晚交")
    page.keyboard.press("Control+Enter")
    expect(line(page, "A3").locator(".fold")).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.keyboard.type("本季没有缺席")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("j")
    page.keyboard.press("1")  # the best step
    page.keyboard.press("Enter")
    for code in ("A1", "A2", "A3", "B1"):
        expect(state(page, code)).to_have_text("已存", timeout=LONG)
    assert marks(site, FIFTH) == [
        ("A1", "6", "", 1), ("A2", "9/2", "九月方案晚交", 1), ("A3", None, "本季没有缺席", 1), ("B1", "4", "", 1),
    ]  # fmt: skip
    expect(page.locator("[data-left]")).to_have_text("还差 12 项")


def test_the_page_holds_what_every_page_holds(phone: Window) -> None:
    page = phone.open(address(FIFTH))
    assert axe_findings(page) == []
    low = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main textarea, main input")]
        .map(one => one.matches("[type=checkbox], [type=radio]") ? one.closest("label") : one)
        .filter(one => { const { height } = one.getBoundingClientRect(); return height > 0 && height < 43.5; })
        .map(one => one.id || one.textContent.trim())"""
    )
    assert low == []
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    assert axe_findings(page) == []


def test_a_round_closed_meanwhile_leaves_what_was_entered_to_be_read(phone: Window, site: Site) -> None:
    page = phone.open(address(SIXTH))
    page.context.set_offline(offline=True)
    score(page, "A2", off="1", reason="方案晚交")
    with sqlite3.connect(site.folder / "database.sqlite3") as database:
        database.execute("UPDATE inspection_round SET state = 'approval' WHERE id = 4")
    page.context.set_offline(offline=False)
    expect(state(page, "A2")).to_have_text("没有存上", timeout=LONG)
    expect(page.locator("[data-net]")).to_contain_text("没有存上的 1 项还在这里，可以看，不会再传")
    page.reload()
    expect(state(page, "A2")).to_have_text("没有存上")
    expect(line(page, "A2").locator("[name=reason]")).to_have_value("方案晚交")
    assert [mark for mark in marks(site, SIXTH) if mark[0] == "A2"] == []
