"""Photos from a phone on a bad day: a busy server, no network, a closed tab, an expired sign-in."""

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import APIResponse, FilePayload, Page, Request, Route, expect

from tests.browser.uploads import LONG, SENDING, choose, month_address, pictures, rows, stored
from tests.fixtures.browser import DESK, PHONE, OpenWindow, Site

pytestmark = pytest.mark.browser

MONTH = month_address(1)


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


def test_what_stands_in_the_queue_goes_on_where_no_photo_broke_off(
    phone: tuple[Page, Callable[[int], str]],
) -> None:
    """The line goes while two are on their way, and their answers come all the same: none waits to be woken."""
    page, with_more = phone
    on_their_way: list[tuple[Route, APIResponse]] = []
    page.route(SENDING, lambda route: on_their_way.append((route, route.fetch())), times=2)
    choose(page, 4)
    for _ in range(100):
        if len(on_their_way) == 2:
            break
        page.wait_for_timeout(100)
    page.context.set_offline(offline=True)
    for route, answer in on_their_way:
        route.fulfill(response=answer)
    expect(page.locator("[data-said]")).to_contain_text("2 张已存，2 张等着传。没有网络")
    page.context.set_offline(offline=False)
    expect(stored(page)).to_have_text(with_more(4), timeout=LONG)


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


def test_what_was_refused_is_told_until_somebody_has_seen_it(phone: tuple[Page, Callable[[int], str]]) -> None:
    """Also after the page was left, on the home page too; nothing of it is sent again."""
    page, with_more = phone
    damaged = FilePayload(name="坏.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0 nothing more")
    page.locator("#photos-input").set_input_files([damaged, *pictures(1)])
    expect(stored(page)).to_have_text(with_more(1), timeout=LONG)
    told = page.locator("[data-queue] li")
    expect(told).to_contain_text("这张照片打不开")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    for address in (page.url, urljoin(page.url, "/"), page.url):
        page.goto(address)
        expect(told).to_have_count(1)
        expect(told).to_contain_text("坏.jpg")
        expect(told).to_contain_text("这张照片打不开")
        expect(page.locator("[data-said]")).to_have_text("1 张没有传成。")
    page.get_by_role("button", name="知道了").click()
    page.reload()
    expect(stored(page)).to_have_text(with_more(1))
    page.wait_for_function("document.body.classList.contains('sends')")
    expect(told).to_have_count(0)
    assert sent == []


def test_an_activity_chosen_for_new_photos_stays_for_the_next(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader2").open(MONTH.replace("/1/", "/2/"))
    lines = page.locator(".items .title a")
    chosen = lines.nth(1).inner_text()
    numbers = [str(link.get_attribute("href")).rsplit("/", 1)[-1] for link in lines.all()[:2]]
    page.goto(f"{page.url}?activity={numbers[0]}")
    before = int(stored(page).inner_text())
    page.get_by_label("新加的照片属于哪次活动").select_option(numbers[1])
    for number in (1, 2):
        choose(page, 1)
        expect(stored(page)).to_have_text(str(before + number), timeout=LONG)
        expect(page.get_by_label("新加的照片属于哪次活动")).to_have_value(numbers[1])
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


def test_thirty_photos_two_cuts_and_a_closed_tab(window: OpenWindow, site: Site) -> None:
    """From the home page, on a line that breaks in the middle of bodies and after a photo has reached the server."""
    page = window(PHONE).sign_in("leader4").open("/")
    before = len(rows(site, "id", 4))
    arrived = 0

    def cut(route: Route) -> None:
        """Each third photo reaches the server, but its answer does not come back."""
        nonlocal arrived
        arrived += 1
        if arrived % 3 == 0:
            route.fetch()
        if arrived % 3 != 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(SENDING, cut)
    choose(page, 30)
    expect(page.locator("[data-queue] li")).to_have_count(30)
    expect(page.locator("[data-said]")).to_contain_text("张已存", timeout=LONG)
    page.context.set_offline(offline=True)
    expect(page.locator("[data-said]")).to_contain_text("没有网络，连上后自动接着传")
    page.context.set_offline(offline=False)
    page.wait_for_timeout(300)
    page.unroute_all(behavior="ignoreErrors")
    page.context.set_offline(offline=True)
    left = page.context
    page.close()
    left.set_offline(offline=False)
    page = left.new_page()
    page.goto(f"{site.address}{month_address(4)}")
    expect(stored(page)).to_have_text(str(before + 30), timeout=LONG)
    expect(page.locator("[data-queue] li")).to_have_count(0)
    hashes = [row[0] for row in rows(site, "content_hash", 4)]
    assert (len(hashes), len(set(hashes))) == (before + 30, before + 30)


def test_pausing_stops_and_going_on_sends(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone
    asked: list[Route] = []
    page.route(SENDING, lambda route: asked.append(route))  # noqa: PLW0108 - neither answered nor refused
    choose(page, 4)
    expect(page.locator("[data-said]")).to_contain_text("2 张上传中")
    page.get_by_role("button", name="暂停").click()
    expect(page.locator("[data-said]")).to_have_text("4 张等着传。已暂停，点“继续”接着传。")
    page.reload()  # the pause holds over a closed browser
    expect(page.locator("[data-said]")).to_have_text("4 张等着传。已暂停，点“继续”接着传。")
    assert len(asked) == 2
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="继续").click()
    expect(stored(page)).to_have_text(with_more(4), timeout=LONG)


def test_the_same_photo_again_is_said_calmly(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone
    one = pictures(1)
    for _ in range(2):
        page.locator("#photos-input").set_input_files(one)
        expect(stored(page)).to_have_text(with_more(1), timeout=LONG)
    tile = page.locator("[data-queue] li")
    expect(tile).to_contain_text("这张照片本月已经传过，不用再传。 看一看")
    expect(page.locator("[data-said]")).to_contain_text("1 张早已传过")
    tile.get_by_role("button", name="知道了").click()
    expect(tile).to_have_count(0)


def test_a_hint_stands_at_its_photo_and_is_no_error(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, with_more = phone

    def hinted(route: Route) -> None:
        answer = route.fetch()
        said = answer.json() | {"hint": {"words": "和10月的一张很像。", "page": "/photos/1"}}
        route.fulfill(status=answer.status, json=said)

    page.route(SENDING, hinted)
    choose(page, 1)
    expect(stored(page)).to_have_text(with_more(1), timeout=LONG)
    hint = page.locator(".photo .hint")
    expect(hint).to_have_text("和10月的一张很像。 看一看")
    assert hint.get_by_role("link").get_attribute("href") == "/photos/1"
    expect(page.locator("[role=alert]")).to_have_count(0)


def test_more_than_fifty_wait_in_the_queue(phone: tuple[Page, Callable[[int], str]]) -> None:
    page, _with_more = phone
    page.context.set_offline(offline=True)
    choose(page, 60)
    expect(page.locator("[data-said]")).to_contain_text("60 张等着传")
    expect(page.locator("[data-queue] li")).to_have_count(60)


def test_from_home_the_album_opens_with_one_tap(window: OpenWindow) -> None:
    page = window(PHONE).sign_in("leader1").open("/")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("加照片", exact=True).or_(page.get_by_text("月的照片")).first.tap()
    assert chooser.value.is_multiple()
    chooser.value.set_files(pictures(2))
    expect(page.locator("[data-said]")).to_contain_text("2 张已存", timeout=LONG)
    page.get_by_role("link", name="去归活动、选头条").click()
    page.wait_for_url(lambda url: MONTH in url)


def dropped(page: Page, where: str, kind: str = "drop") -> bool:
    """Whether the page took the drop (or paste) on itself, so that the browser does not open the file."""
    return bool(
        page.evaluate(
            """([where, kind, bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([Uint8Array.from(bytes)], "拖来的.jpg", { type: "image/jpeg" }));
                const event = kind === "paste"
                    ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
                    : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
                return !document.querySelector(where).dispatchEvent(event);
            }""",
            [where, kind, list(pictures(1)[0]["buffer"])],
        )
    )


def test_dropped_and_pasted_on_a_desk(window: OpenWindow) -> None:
    page = window(DESK).sign_in("leader1").open(MONTH)
    count = int(stored(page).inner_text())
    for where, kind in ((".photo.add", "drop"), ("footer", "drop"), ("body", "paste")):
        assert dropped(page, where, "dragover") or kind == "paste"
        assert dropped(page, where, kind)
        count += 1
        expect(stored(page)).to_have_text(str(count), timeout=LONG)


def test_a_withdrawn_photo_is_gone(window: OpenWindow, site: Site) -> None:
    page = window(PHONE).sign_in("leader2").open(month_address(2))
    before = len(rows(site, "id", 2))
    choose(page, 1)
    expect(stored(page)).to_have_text(str(before + 1), timeout=LONG)
    page.get_by_role("link", name="还没写说明的照片").first.tap()
    page.get_by_text("撤下这张照片").tap()
    page.get_by_label("原因").fill("拍到了参数屏")
    page.get_by_role("button", name="撤下", exact=True).tap()
    expect(page.locator(".flashed")).to_contain_text("照片已撤下")
    assert len(rows(site, "id", 2)) == before
