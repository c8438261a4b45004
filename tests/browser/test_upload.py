"""Photos from a phone on a bad day: a busy server, no network, a closed tab, an expired sign-in."""

import io
import os
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from app.foundation import clock
from app.foundation.periods import Month
from tests.fixtures.browser import PHONE, OpenWindow

pytestmark = pytest.mark.browser

MONTH = f"/groups/1/months/{Month.of(clock.today())}"
SENDING = "**/photos"
LONG = 30_000


def pictures(count: int) -> list[FilePayload]:
    made = []
    for number in range(count):
        out = io.BytesIO()
        Image.frombytes("RGB", (60, 40), os.urandom(7200)).resize((300, 200)).save(out, "JPEG")
        made.append(FilePayload(name=f"IMG_{number}.jpg", mimeType="image/jpeg", buffer=out.getvalue()))
    return made


def choose(page: Page, count: int) -> None:
    page.locator("#photos-input").set_input_files(pictures(count))


def stored(page: Page) -> Locator:
    return page.locator(".upload-head .numeral")


@pytest.fixture
def phone(window: OpenWindow) -> tuple[Page, Callable[[int], str]]:
    """The month's page of a group leader, and how many photos it shows when so many are added."""
    page = window(PHONE).sign_in("leader1").open(MONTH)
    before = int(stored(page).inner_text())
    return page, lambda added: str(before + added)


def test_a_busy_server_and_a_broken_line_are_tried_again(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone
    tries = iter(("busy", "busy", "broken"))

    def fail_thrice(route: Route) -> None:
        match next(tries, "through"):
            case "busy":
                route.fulfill(status=503, body="{}")
            case "broken":
                route.abort()
            case _:
                route.continue_()

    page.route(SENDING, fail_thrice)
    choose(page, 3)
    expect(stored(page)).to_have_text(with_more(3), timeout=LONG)
    expect(page.locator("[data-queue] li")).to_have_count(0)


def test_without_network_everything_waits_and_goes_on_by_itself(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone
    page.context.set_offline(offline=True)
    choose(page, 2)
    expect(page.locator("[data-said]")).to_contain_text("没有网络，连上后自动接着传")
    page.context.set_offline(offline=False)
    expect(stored(page)).to_have_text(with_more(2), timeout=LONG)


def test_a_closed_tab_loses_nothing(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone
    page.route(SENDING, lambda route: route.abort())
    choose(page, 2)
    expect(page.locator("[data-said]")).to_contain_text("2 张等着传")
    page.unroute(SENDING)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(stored(page)).to_have_text(with_more(2), timeout=LONG)


def test_after_signing_in_again_the_photos_go_on(phone: tuple[Page, Callable[[int], str]], window: OpenWindow) -> None:
    page, with_more = phone
    page.context.clear_cookies()
    choose(page, 1)
    expect(page.locator("[data-said]")).to_contain_text("请在新窗口重新登录")
    again = window(PHONE)
    again.sign_in("leader1")
    page.context.add_cookies(again.context.cookies())  # type: ignore[arg-type]
    page.get_by_role("button", name="现在重试").click()
    expect(stored(page)).to_have_text(with_more(1), timeout=LONG)


def test_one_that_is_refused_does_not_stop_the_others(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone
    damaged = FilePayload(name="坏.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0 nothing more")
    page.locator("#photos-input").set_input_files([*pictures(1), damaged, *pictures(1)])
    expect(stored(page)).to_have_text(with_more(2), timeout=LONG)
    expect(page.locator("[data-queue] li")).to_have_count(1)
    expect(page.locator("[data-queue] li")).to_contain_text("这张照片打不开")
    page.get_by_role("button", name="知道了").click()
    expect(page.locator("[data-queue] li")).to_have_count(0)


def test_an_activity_chosen_for_new_photos_stays_for_the_next(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader2").open(MONTH.replace("/1/", "/2/"))
    lines = page.locator(".items .title a")
    chosen = lines.nth(1).inner_text()
    numbers = [str(link.get_attribute("href")).rsplit("/", 1)[-1] for link in lines.all()[:2]]
    page.goto(f"{page.url}?activity={numbers[0]}")
    before = int(stored(page).inner_text())
    page.get_by_label("新加的照片归到").select_option(numbers[1])
    for number in (1, 2):
        choose(page, 1)
        expect(stored(page)).to_have_text(str(before + number), timeout=LONG)
        expect(page.get_by_label("新加的照片归到")).to_have_value(numbers[1])
    # Photos without a caption are those just sent.
    expect(page.locator(".photo", has_text=chosen).filter(has=page.get_by_alt_text("还没写说明的照片"))).to_have_count(
        2
    )


def test_one_tap_sorts_what_lies_in_the_inbox(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader3").open(MONTH.replace("/1/", "/3/"))
    with_more = int(stored(page).inner_text()) + 2
    choose(page, 2)
    expect(stored(page)).to_have_text(str(with_more), timeout=LONG)
    everything = page.get_by_role("button", name="全归到这里")
    (everything if everything.count() else page.get_by_role("button", name="归好")).click()
    expect(page.locator(".flashed")).to_contain_text("已归到")
    expect(page.locator("form.sort")).to_have_count(0)
    expect(page.get_by_text("未归活动")).to_have_count(0)
