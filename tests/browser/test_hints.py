"""疑似重复 on a phone: a photo of last month comes back from a chat, cut and compressed, and a person says what it is."""

from typing import NamedTuple

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from app.foundation import clock
from app.foundation.periods import Month
from tests.fixtures.browser import PHONE, OpenWindow
from tests.photos import hints

pytestmark = pytest.mark.browser

NOW = Month.of(clock.today())
LONG = 30_000
GROUP = 2
LOW = """() => [...document.querySelectorAll("main a, main button, main summary, main input:not([type=hidden])")]
    .filter(one => { const { height } = one.getBoundingClientRect(); return height > 0 && height < 43.5; })
    .map(one => one.textContent.trim())"""


def month_path(month: Month, group: int = GROUP) -> str:
    return f"/groups/{group}/months/{month}"


def stored(page: Page) -> Locator:
    return page.locator(".upload-head .numeral")


def send(page: Page, content: bytes) -> None:
    before = int(stored(page).inner_text())
    jpeg = FilePayload(name="IMG.jpg", mimeType="image/jpeg", buffer=content)
    page.locator("#photos-input").set_input_files([jpeg])
    expect(stored(page)).to_have_text(str(before + 1), timeout=LONG)


class Sent(NamedTuple):
    page: Page
    photos: str  # how many there are of this month, the copy among them


def used_twice(window: OpenWindow, number: int) -> Sent:
    """The dialogue, as one tap opens it from this month's page."""
    leader = window(PHONE).sign_in("leader2")
    send(leader.open(month_path(NOW.previous())), hints.photo(number))
    page = leader.open(month_path(NOW))
    send(page, hints.forwarded(number))
    page = leader.open(month_path(NOW))
    count = stored(page).inner_text()
    page.get_by_role("link", name="疑似重复，看一眼").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这两张像是同一张")
    return Sent(page, count)


def test_both_stand_side_by_side_and_every_answer_is_one_tap(window: OpenWindow) -> None:
    page, _count = used_twice(window, 7001)
    one, other = page.locator(".pair img").all()
    boxes = one.bounding_box(), other.bounding_box()
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert (boxes[0]["y"], boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]) == (boxes[1]["y"], True)
    assert [image.evaluate("image => image.complete && image.naturalWidth > 0") for image in (one, other)] == [True] * 2
    expect(page.locator(".alike-words")).to_contain_text("裁剪过（新照片约为原画面的")
    assert page.evaluate(LOW) == []
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.get_by_role("button", name="同一次活动，两张都留").click()
    expect(page.get_by_role("status")).to_contain_text("记下了：同一次活动，两张都留。")
    expect(page.get_by_role("link", name="疑似重复，看一眼")).to_have_count(0)


def test_a_wrong_upload_goes_and_the_picker_waits(window: OpenWindow) -> None:
    page, count = used_twice(window, 7002)
    page.get_by_role("button", name="传错了，换一张").click()
    expect(page.get_by_role("status")).to_contain_text("传错的那张已撤下，请选对的再传。")
    expect(stored(page)).to_have_text(str(int(count) - 1))
    assert page.url.endswith("#photos-input")
    expect(page.locator("#photos-input")).to_be_attached()


def test_withdrawn(window: OpenWindow) -> None:
    page, count = used_twice(window, 7004)
    page.get_by_role("button", name="撤下这一张").click()
    expect(page.get_by_role("status")).to_contain_text("照片已撤下")
    expect(stored(page)).to_have_text(str(int(count) - 1))


def test_a_note_and_another_answer_later(window: OpenWindow) -> None:
    page, count = used_twice(window, 7006)
    address = page.url
    page.get_by_text("都不是，写一句").click()
    page.get_by_label("一句说明").fill("总结里再用一次")
    page.get_by_role("button", name="交这句说明").click()
    expect(page.get_by_role("status")).to_contain_text("说明已记下。")
    expect(stored(page)).to_have_text(count)
    page.goto(address)
    expect(page.locator(".notice.done")).to_contain_text("另有说明。总结里再用一次")
    page.get_by_role("button", name="同一次活动，两张都留").click()
    page.goto(address)
    expect(page.locator(".notice.done")).to_contain_text("同一次活动，两张都留")


def test_the_demo_has_one_and_the_home_page_leads_to_it(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader3").open("/")
    page.get_by_text("1 张照片像是用过，请看一眼").first.click()
    expect(page.locator(".alike-words")).to_contain_text("裁剪过")
