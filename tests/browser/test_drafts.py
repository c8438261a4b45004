"""What was typed is not lost: not with the tab, not with the connection, not with the sign-in."""

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import PASSWORD, PHONE, OpenWindow, Window

pytestmark = pytest.mark.browser

TITLE = "断线时写下的题目"
OFFER = "没存完的内容"


def new_activity(one: Window) -> Page:
    one.open("/").get_by_role("link", name="记一次活动").first.click()
    one.page.wait_for_load_state()
    return one.page


def typed(page: Page, title: str) -> None:
    page.get_by_label("题目").fill(title)
    page.wait_for_timeout(600)  # drafts are kept four tenths of a second after the last key


def test_a_closed_tab_costs_nothing(window: OpenWindow) -> None:
    one = window(PHONE).sign_in("leader1")
    typed(new_activity(one), TITLE)
    page = new_activity(one)
    expect(page.get_by_label("题目")).to_have_value(TITLE)
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.get_by_role("button", name="不要了").click()
    expect(page.get_by_label("题目")).to_have_value("")
    expect(new_activity(one).get_by_text(OFFER)).to_have_count(0)


def test_an_expired_sign_in_costs_nothing(window: OpenWindow) -> None:
    one = window(PHONE).sign_in("leader2")
    page = new_activity(one)
    address = page.url
    typed(page, TITLE)
    one.context.clear_cookies()
    page.get_by_role("button", name="存草稿").click()
    page.wait_for_load_state()
    one.sign_in("leader2", PASSWORD)
    page.goto(address)
    expect(page.get_by_label("题目")).to_have_value(TITLE)


def test_a_lost_connection_costs_nothing(window: OpenWindow) -> None:
    one = window(PHONE).sign_in("leader3")
    page = new_activity(one)
    address = page.url
    typed(page, TITLE)
    one.context.set_offline(True)
    page.get_by_role("button", name="存草稿").click(no_wait_after=True)
    page.wait_for_timeout(500)
    one.context.set_offline(False)
    page.goto(address)
    expect(page.get_by_label("题目")).to_have_value(TITLE)


def test_what_was_saved_is_not_offered_again(window: OpenWindow) -> None:
    one = window(PHONE).sign_in("leader4")
    page = new_activity(one)
    address = page.url
    page.locator(".segments input").first.check()
    typed(page, TITLE)
    page.get_by_role("button", name="存草稿").click()
    page.wait_for_url(lambda url: url != address)
    page.goto(address)
    expect(page.get_by_label("题目")).to_have_value("")
    expect(page.get_by_text(OFFER)).to_have_count(0)


def test_nobody_elses_draft_is_offered(window: OpenWindow) -> None:
    one = window(PHONE).sign_in("leader1")
    page = new_activity(one)
    address = page.url
    typed(page, TITLE)
    one.context.clear_cookies()
    one.sign_in("secretary", PASSWORD)
    page.goto(address)
    expect(page.get_by_label("题目")).to_have_value("")


def test_what_was_refused_is_not_offered_above_the_errors(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("committee").open("/inspections/sheets/52/score/B2")
    page.locator("[name=reason]").fill("版面没有更新 ")  # comes back without the space
    page.wait_for_timeout(600)
    page.locator(".actions .button.main").click()
    expect(page.locator(".bench .summary")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("版面没有更新")
    expect(page.get_by_text(OFFER)).to_have_count(0)
