"""A finding on a phone, whole: raised with a photo, put right, rechecked, closed; and what is tapped is high enough."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.foundation import clock
from app.foundation.periods import Quarter
from tests import phone_pictures
from tests.fixtures.browser import PHONE, OpenWindow, axe_findings

pytestmark = pytest.mark.browser

WORDS = "切丝机旁的灭火器被纸箱挡住"
# A box inside its label is tapped by the label.
LOW = """() => [...document.querySelectorAll("main a, main button, main summary, main select, main textarea, main input")]
    .map(one => one.matches("[type=checkbox], [type=radio]") ? one.closest("label") || one.nextElementSibling : one)
    .filter(one => { const { height } = one.getBoundingClientRect(); return height > 0 && height < 43.5; })
    .map(one => one.id || one.textContent.trim())"""


def quarter_page(day: date) -> str:
    return f"/branches/1/mutual-checks/{Quarter.of(day)}"


def send(page: Page, label: str, *files: Path) -> None:
    page.get_by_label(label).set_input_files(files)


def choose(page: Page, label: str) -> None:
    """As a thumb does: the choice is brought to the middle, away from the button that stays at the foot."""
    choice = page.get_by_label(label)
    choice.evaluate("one => one.scrollIntoView({ block: 'center' })")
    choice.check(force=True)


def test_raised_put_right_rechecked_closed(window: OpenWindow, tmp_path: Path) -> None:
    before, after = tmp_path / "before.jpg", tmp_path / "after.jpg"
    before.write_bytes(phone_pictures.jpeg(1))
    after.write_bytes(phone_pictures.jpeg(2))

    secretary = window(PHONE).sign_in("secretary")
    page = secretary.open("/groups/2/findings/new")
    send(page, "照片", before)
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("alert")).to_have_text("请先写好这一栏再交，选好的照片还在。")
    expect(page.get_by_label("发现了什么")).to_be_focused()
    page.get_by_label("发现了什么").fill(WORDS)
    choose(page, "现场6S")
    send_it = page.get_by_role("button", name="记下")
    wide = "one => Math.round(one.getBoundingClientRect().width)"
    assert send_it.evaluate(wide) == page.get_by_label("发现了什么").evaluate(wide)
    send_it.click()
    page.get_by_text("已记下").wait_for()
    finding = page.url.removeprefix(secretary.address)
    assert page.locator(".proofs img").count() == 1

    leader = window(PHONE).sign_in("leader2")
    page = leader.open("/")
    page.get_by_role("link", name=WORDS).click()
    send(page, "改好的照片", after)
    page.get_by_label("怎么改的").fill("纸箱移走，地上画了禁放线")
    page.get_by_role("button", name="交复查").click()
    page.get_by_text("整改已交").wait_for()
    assert page.get_by_role("link", name="复查").count() == 0

    page = secretary.open("/")
    page.get_by_role("link", name=WORDS).click()
    choose(page, "改好了，销号")
    page.get_by_role("button", name="记下复查").click()
    page.get_by_text("已销号。").wait_for()
    assert axe_findings(page) == []
    assert leader.open(finding).locator(".timeline > li").count() == 3
    assert leader.page.evaluate(LOW) == []


PAGES = {
    "leader1": ["/findings?state=", "/groups/1/checklists/self_check", "/groups/1/findings/new"],
    "secretary": [
        "/findings", quarter_page(clock.today()), f"{quarter_page(clock.today())}/arrange",
        "/branches/1/checklists/mutual_check/edit", "/mutual-checks/1", "/mutual-checks/1/sheet",
    ],
}  # fmt: skip


@pytest.mark.parametrize("login", PAGES)
def test_what_is_tapped_is_high_enough(login: str, window: OpenWindow) -> None:
    person = window(PHONE).sign_in(login)
    assert {path: person.open(path).evaluate(LOW) for path in PAGES[login]} == {path: [] for path in PAGES[login]}


@pytest.mark.parametrize("login", PAGES)
def test_pages_are_open_to_everybody(login: str, window: OpenWindow) -> None:
    person = window(PHONE).sign_in(login)
    assert {path: axe_findings(person.open(path)) for path in PAGES[login]} == {path: [] for path in PAGES[login]}
