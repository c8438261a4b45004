"""A month's photos put in order by touch: chosen by tapping, the same said of several, dragged into their order."""

import sqlite3

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.uploads import LONG, choose, month_address, rows, stored
from tests.fixtures.browser import PHONE, OpenWindow, Site

pytestmark = pytest.mark.browser

GROUP = 2
ARRANGE = f"{month_address(GROUP)}/arrange"


@pytest.fixture
def new(window: OpenWindow, site: Site) -> tuple[Page, list[int]]:
    """The page of a leader's phone, and four photos just sent."""
    page = window(PHONE).sign_in("leader2").open(month_address(GROUP))
    before = {row[0] for row in rows(site, "id", GROUP)}
    choose(page, 4)
    expect(stored(page)).to_have_text(str(len(before) + 4), timeout=LONG)
    page.goto(f"{site.address}{ARRANGE}")
    return page, sorted(int(str(row[0])) for row in rows(site, "id", GROUP) if row[0] not in before)


def tile(page: Page, photo: int) -> Locator:
    return page.locator(f"#photo-{photo}")


def tap(page: Page, photos: list[int]) -> None:
    for photo in photos:
        tile(page, photo).locator("label.frame").tap(position={"x": 30, "y": 50})


def said(
    site: Site, photos: list[int], what: str = "caption, activity_id, board_slot, is_cover"
) -> list[tuple[object, ...]]:
    found = {row[0]: row[1:] for row in rows(site, f"id, {what}", GROUP)}
    return [found[photo] for photo in photos]


def test_caption_activity_cover_and_board_for_several(new: tuple[Page, list[int]], site: Site) -> None:
    page, photos = new
    slots = [int(str(row[0])) for row in rows(site, "board_slot", GROUP) if row[0]]
    tap(page, photos[:3])
    tap(page, photos[2:3])  # once more: not this one
    expect(page.locator("[data-count]").first).to_have_text("已选 2 张")
    page.get_by_role("link", name="改选中的照片").tap()
    field = page.get_by_label("属于哪次活动")
    activity = field.locator("option").nth(1).get_attribute("value")
    field.select_option(activity)
    page.get_by_label("说明").fill("全组看切丝曲线。")
    page.get_by_role("radio", name="上版", exact=True).check()
    page.get_by_label("作活动的封面").check()
    page.get_by_role("button", name="存好").tap()
    expect(page.locator(".flashed")).to_contain_text("2 张已存。")
    after = max(slots, default=1)
    assert said(site, photos) == [
        ("全组看切丝曲线。", int(activity or 0), after + 1, 1),
        ("全组看切丝曲线。", int(activity or 0), after + 2, 0),
        ("", said(site, photos[2:3])[0][1], None, 0),
        ("", said(site, photos[3:4])[0][1], None, 0),
    ]
    with sqlite3.connect(f"file:{site.folder / 'database.sqlite3'}?mode=ro", uri=True) as database:
        (acts,) = database.execute("SELECT count(*) FROM audit_line WHERE act = 'photo.arrange'").fetchone()
    assert acts == 1


def test_all_none_and_what_was_typed_comes_back(new: tuple[Page, list[int]]) -> None:
    page, photos = new
    count = page.locator("[data-count]").first
    page.get_by_role("link", name="全选", exact=True).tap()
    expect(count).to_have_text(f"已选 {page.locator('[data-photo]').count()} 张")
    page.get_by_role("link", name="全不选").tap()
    expect(count).to_have_text("已选 0 张")
    tap(page, photos[1:3])
    page.get_by_label("说明").fill("还没写完的")
    page.wait_for_timeout(600)  # the draft is written a moment after the last key
    page.goto("about:blank")
    page.go_back()
    expect(page.get_by_label("说明")).to_have_value("还没写完的")
    expect(count).to_have_text("已选 2 张")


def order_of(page: Page, photos: list[int]) -> list[int]:
    shown = page.eval_on_selector_all("[data-photo]", "all => all.map((one) => Number(one.dataset.photo))")
    return [photo for photo in shown if photo in photos]


def drag(page: Page, photo: int, to: int) -> None:
    """A finger on the corner of one photo, moved to another in steps and lifted."""
    wire = page.context.new_cdp_session(page)
    page.locator(f"#photo-{to}").scroll_into_view_if_needed()
    start = tile(page, photo).locator("[data-grip]").bounding_box()
    end = tile(page, to).locator("label.frame").bounding_box()
    assert start is not None
    assert end is not None
    x, y = start["x"] + 22, start["y"] + 22
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    to_x, to_y = end["x"] + end["width"] / 2, end["y"] + end["height"] / 2
    for part in (0.3, 0.6, 1):
        point = {"x": x + (to_x - x) * part, "y": y + (to_y - y) * part}
        wire.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        page.wait_for_timeout(60)
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_drags_a_photo_to_its_place(new: tuple[Page, list[int]], site: Site) -> None:
    page, (first, second, third, fourth) = new
    photos = [first, second, third, fourth]
    drag(page, fourth, first)
    assert order_of(page, photos) == [fourth, first, second, third]
    expect(page.locator("[data-order-said]")).to_have_text("次序已存。", timeout=LONG)
    stands = [int(str(row[0])) for row in rows(site, "id", GROUP)]
    assert [photo for photo in stands if photo in photos] == [fourth, first, second, third]
    drag(page, fourth, third)
    assert order_of(page, photos) == [first, second, third, fourth]


def test_by_keyboard_and_without_a_connection(new: tuple[Page, list[int]], site: Site) -> None:
    page, (first, second, third, fourth) = new
    photos = [first, second, third, fourth]
    page.context.set_offline(offline=True)
    button = tile(page, second).get_by_role("button", name="后移")
    button.press("Enter")
    button.press("Enter")
    expect(button).to_be_focused()
    assert order_of(page, photos) == [first, third, fourth, second]
    expect(page.locator("[data-order-said]")).to_have_text("次序还没存上，连上后自动再存。")
    page.context.set_offline(offline=False)
    expect(page.locator("[data-order-said]")).to_have_text("次序已存。", timeout=LONG)
    stands = [int(str(row[0])) for row in rows(site, "id", GROUP)]
    assert [photo for photo in stands if photo in photos] == [first, third, fourth, second]


def test_by_keyboard_from_a_photo_to_what_is_said_of_it(new: tuple[Page, list[int]]) -> None:
    page, (first, *_rest) = new
    box = tile(page, first).locator("input[name=photos]")
    box.press(" ")
    box.press("Enter")
    expect(page.get_by_label("属于哪次活动")).to_be_focused()
    expect(page.locator("section.cl [data-count]")).to_have_text("已选 1 张")
    page.locator("a.skip[href='#arrange']").press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("属于哪次活动")).to_be_focused()


def test_several_are_withdrawn_with_one_reason_typed_by_keyboard(new: tuple[Page, list[int]], site: Site) -> None:
    page, photos = new
    tap(page, photos[:3])
    page.get_by_text("撤下选中的照片").tap()
    page.get_by_label("原因").press("Enter")
    expect(page.get_by_text("请写明原因，一句话即可。").first).to_be_visible()
    page.get_by_label("原因").fill("拍到了参数屏")
    page.get_by_label("原因").press("Enter")
    expect(page.locator(".flashed")).to_contain_text("3 张已撤下")
    assert [row[0] for row in rows(site, "id", GROUP) if row[0] in photos] == photos[3:]


def test_sorting_stays_in_reach_of_photos_far_below(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader2").open(month_address(GROUP))
    with_more = int(stored(page).inner_text()) + 24
    choose(page, 24)
    expect(stored(page)).to_have_text(str(with_more), timeout=LONG)
    ticks = page.locator(".tick input")
    page.get_by_role("link", name="全不勾").tap()
    ticks.nth(20).check()
    for shown in (page.locator("form.sort [data-count]"), page.get_by_role("button", name="归好")):
        expect(shown).to_be_in_viewport()
    expect(page.locator("form.sort [data-count]")).to_have_text("已选 1 张")


def test_bars_stand_above_the_dock_on_a_low_screen(window: OpenWindow) -> None:
    page = window({"width": 320, "height": 600}).sign_in("leader1").open("/photos/1")
    for path in (page.url, f"{page.url.rsplit('/photos', 1)[0]}{month_address(1)}/arrange"):
        page.goto(path)
        bar = page.locator(".actions.sticky").bounding_box()
        dock = page.locator(".dock").bounding_box()
        assert bar is not None
        assert dock is not None
        assert bar["y"] + bar["height"] <= dock["y"] + 1, path
