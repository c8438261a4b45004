"""The whole way of a quarter as people go it: photos from a phone, confirmed, scored, published, nominated, on the wall.

A small real installation (a branch with four groups) served by the real processes, opened in Chromium.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts.actor import Command
from app.accounts.roles import Role
from app.activities.kind_operations import provide_kinds
from app.foundation import clock, unit_of_work
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place
from app.inspections import queries
from tests import factories, phone_pictures
from tests.factories import Scene
from tests.fixtures.browser import DESK, PHONE, OpenWindow, Site, Window
from tests.fixtures.database import let_go, migrate, prepared_app, settings_for
from tests.fixtures.server import Server
from tests.inspections import rounds

pytestmark = pytest.mark.browser

GROUPS = ("生产一党小组", "生产二党小组", "维修党小组", "综合白班党小组")
TITLE = "切丝宽度一致性现场会"
REASON = "十月方案晚交一天"


@dataclass
class Quartet:
    """What the story needs to know of its installation."""

    groups: list[int]
    sheets: list[int]
    round_id: int
    committee: int


def build() -> Quartet:
    factory = factories.committee()
    branch = factories.branch(factory, "制丝车间党支部")
    groups = [factories.group(branch, name, sort_order=number) for number, name in enumerate(GROUPS)]
    for number, group in enumerate(groups, 1):
        leader = factories.member(group, f"示例组长{number}")
        factories.appointment(Role.GROUP_LEADER, group, leader)
        factories.account(f"leader{number}", factory, holder=leader)
    secretary = factories.member(groups[3], "示例书记")
    factories.appointment(Role.SECRETARY, branch, secretary)
    factories.account("secretary", factory, holder=secretary)
    office = factories.account("committee", factory, name="示例党群")
    factories.appointment(Role.FACTORY_COMMITTEE, factory, office)
    provide_kinds(Place(factory.id), by=Command())
    scene = Scene(factory.id, branch.id, groups[0].id, 0, 0, 0, 0, 0, 0, {"committee": office.id})
    row = rounds.scoring(scene, ["committee"], quarter=Quarter.of(clock.today()))
    sheets = [sheet.id for sheet in queries.sheets(row.id)]
    return Quartet([group.id for group in groups], sheets, row.id, factory.id)


@pytest.fixture(scope="module")
def quartet() -> Quartet:
    """Filled by `site`."""
    return Quartet([], [], 0, 0)


@pytest.fixture(scope="module")
def site(quartet: Quartet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("story") / "var"
    settings = settings_for(folder, STORAGE_URL="", SECRET_KEY="")
    migrate(settings)
    app = prepared_app(settings)
    with app.app_context(), unit_of_work.transaction():
        quartet.__dict__.update(build().__dict__)
    let_go(app)
    with Server(folder) as server:
        server.wait()
        yield Site(server, folder)


def sign_in(window: Window, login: str) -> Window:
    return window.sign_in(login, factories.PASSWORD)


def log_theme_day(window: Window, group_id: int, today: date) -> None:
    page = window.open(f"/groups/{group_id}/activities/new")
    page.get_by_role("radio", name="主题党日", exact=True).check()
    page.locator("input[name=title]").fill(TITLE)
    page.get_by_label("第一场日期").fill(today.isoformat())
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def upload_ten(window: Window, group_id: int, month: Month, folder: Path) -> None:
    page = window.open(f"/groups/{group_id}/months/{month}")
    taken = clock.today().strftime("%Y:%m:%d 09:30:00")
    page.locator("#photos-input").set_input_files([str(path) for path in phone_pictures.ten(folder, taken)])
    # Nine go through, the damaged one says why and stops nobody.
    expect(page.locator("[data-said]")).to_contain_text("1 张没有传成", timeout=60_000)
    expect(page.locator(".upload-head .numeral")).to_have_text("9", timeout=60_000)
    expect(page.locator("[data-queue] li")).to_have_count(1)
    expect(page.locator("[data-queue] li")).to_contain_text("这张照片打不开")


def shapes(page: Page) -> list[tuple[int, int]]:
    """Width and height of the thumbnails as the browser shows them."""
    page.wait_for_function("[...document.querySelectorAll('.photos img')].every(i => i.complete && i.naturalWidth)")
    found = page.eval_on_selector_all(".photos img", "all => all.map(i => [i.naturalWidth, i.naturalHeight])")
    return [(width, height) for width, height in found]


def put_heic_to(window: Window, group_id: int, month: Month) -> None:
    """The HEIC is of another day, so it waits in the month's inbox for a person's word; it becomes the lead photo."""
    page = window.open(f"/groups/{group_id}/months/{month}")
    page.locator(".photos li", has_text="未归活动").get_by_role("link").first.click()
    page.get_by_role("radio", name=TITLE).or_(page.get_by_label(TITLE)).first.check(force=True)
    page.get_by_role("radio", name="头条", exact=True).check()
    page.get_by_role("button", name="存好", exact=True).click()
    expect(page.locator(".photos li", has_text="未归活动")).to_have_count(0)


def confirm(window: Window) -> None:
    page = window.open("/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="确认这条记录").click()
    expect(page.locator("main")).to_contain_text("已确认")


def score_sheet(window: Window, sheet_id: int, *, deducting: bool) -> int:
    """Every criterion by its own page; returns how many. Full marks but one point off A1 where `deducting`."""
    page = window.open(f"/inspections/sheets/{sheet_id}/score")
    done = 0
    while "/conditions" not in page.url and f"/sheets/{sheet_id}/score/" in page.url and done < 40:
        code = page.url.rsplit("/", 1)[1]
        if page.locator("input[name=step]").count():
            steps = page.locator("input[name=step]")
            values = [float(one.get_attribute("value") or 0) for one in steps.all()]
            steps.nth(values.index(max(values))).check(force=True)
        elif deducting and code == "A1":
            page.locator("input[name=evidence][value^='activity:']").first.check(force=True)
            page.locator("#further").fill("1")
            page.locator("#reason").fill(REASON)
        with page.expect_navigation():
            page.get_by_role("button", name="保存，下一项").click()
        done += 1
    return done


def answer_conditions(window: Window, sheet_id: int) -> None:
    page = window.open(f"/inspections/sheets/{sheet_id}/conditions")
    for field in page.locator("fieldset.condition").all():
        code = field.get_attribute("id") or ""
        gate = code.startswith("G")
        page.locator(f"#{code}-{'yes' if gate else 'no'}").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("body")).to_contain_text("已保存")


def publish(window: Window, round_id: int) -> None:
    page = window.open(f"/inspections/rounds/{round_id}")
    page.get_by_role("link", name="评分结束，进入复核").click()
    page.get_by_role("button", name="确定，评分结束，进入复核").click()
    page.goto(f"{window.address}/inspections/rounds/{round_id}/review")
    page.get_by_text("发布这一轮的结果").click()
    page.get_by_role("button", name="审定并发布").click()
    page.wait_for_load_state()


def words(window: Window, path: str) -> str:
    return window.open(path).locator("main").inner_text()


def test_a_quarter_from_the_phone_to_the_wall(quartet: Quartet, site: Site, window: OpenWindow, tmp_path: Path) -> None:
    today = clock.today()
    month, quarter = Month.of(today), Quarter.of(today)
    group = quartet.groups[0]

    leader = sign_in(window(PHONE), "leader1")
    log_theme_day(leader, group, today)
    upload_ten(leader, group, month, tmp_path / "photos")
    put_heic_to(leader, group, month)
    seen = shapes(leader.open(f"/groups/{group}/months/{month}"))
    assert len(seen) == 9
    assert sorted(width > height for width, height in seen) == [False] + [True] * 8  # the sideways one stands upright

    secretary = sign_in(window(DESK), "secretary")
    confirm(secretary)

    office = sign_in(window(DESK), "committee")
    counts = [score_sheet(office, sheet, deducting=number == 0) for number, sheet in enumerate(quartet.sheets)]
    assert counts == [16] * 4
    for sheet in quartet.sheets:
        answer_conditions(office, sheet)
    publish(office, quartet.round_id)

    results = f"/committees/{quartet.committee}/results/{quarter}"
    published = words(office, results)
    assert [name in published for name in GROUPS] == [True] * 4
    assert "99.00" in published

    slip = slip_of(office, quarter, quartet)
    trace(office, slip)

    # A changed mark moves nothing that was published.
    frozen = words(office, slip)
    correct_after_publishing(office, quartet)
    assert words(office, slip) == frozen
    assert words(office, results) == published

    nominate(office, secretary, quartet, today)
    on_the_wall(leader, secretary, group, month)


def slip_of(window: Window, quarter: Quarter, quartet: Quartet) -> str:
    page = window.open(f"/committees/{quartet.committee}/results/{quarter}")
    links = page.locator("a[href*='/inspections/results/'][href*='/slip']")
    for link in links.all():
        path = link.get_attribute("href") or ""
        if GROUPS[0] in words(window, path):
            return path
        window.open(f"/committees/{quartet.committee}/results/{quarter}")
    raise AssertionError("no slip of the first group")


def trace(window: Window, slip: str) -> None:
    """Each point down to criterion, record, person and time."""
    text = words(window, slip)
    for code in ("A1", "A2", "A3", "A4", "B1", "B2", "B3", "C1", "C2", "C3", "C4", "D1", "D2", "E1", "E2", "F1"):
        assert code in text, code
    line = window.page.locator("tr, li, section", has_text="A1").filter(has_text=REASON).last.inner_text()
    for wanted in (REASON, TITLE, "示例党群", clock.today().strftime("%m-%d")):
        assert wanted in line, (wanted, line)


def correct_after_publishing(window: Window, quartet: Quartet) -> None:
    page = window.open(f"/inspections/rounds/{quartet.round_id}/reopen")
    page.locator("main form textarea, main form input[type=text]").first.fill("核对发现 A2 漏扣")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    page = window.open(f"/inspections/sheets/{quartet.sheets[0]}/score/A2")
    page.locator("#further").fill("2")
    page.locator("#reason").fill("少开一次会")
    with page.expect_navigation():
        page.get_by_role("button", name="保存，下一项").click()
    again = window.open(f"/inspections/sheets/{quartet.sheets[0]}/score/A2")
    assert again.locator("#reason").input_value() == "少开一次会"


def nominate(office: Window, secretary: Window, quartet: Quartet, today: date) -> None:
    page = office.open(f"/committees/{quartet.committee}/model-groups/new")
    page.get_by_label("名称").first.fill("年度示范党小组")
    page.get_by_label("推荐开始").fill(today.isoformat())
    page.get_by_label("推荐截止").fill(today.isoformat())
    page.get_by_label("看到哪个季度为止").select_option(str(Quarter.of(today)))
    page.locator("input[name=quarters]").fill("1")
    page.locator("input[name=min_published]").fill("1")
    page.locator("input[name=times_needed]").fill("1")
    page.locator("input[name=needs_brand]").uncheck(force=True)
    page.locator("main form button[type=submit], main form button").last.click()
    page.wait_for_url(lambda url: url.rstrip("/").rsplit("/", 1)[1].isdigit())
    call = page.url.removeprefix(office.address)
    page = secretary.open(f"{call}/groups/{quartet.groups[0]}/nominate")
    page.get_by_label("推荐理由").or_(page.locator("textarea[name=statement]")).first.fill(
        "切丝宽度合格率提高，带起两名青年。"
    )
    page.get_by_label("支委会研究日期").fill(today.isoformat())
    page.get_by_role("button", name="上报厂党委").click()
    page.wait_for_url(lambda url: "/nominate" not in url)
    assert GROUPS[0] in words(office, call)
    assert "1 份" in words(office, call)


def on_the_wall(leader: Window, secretary: Window, group: int, month: Month) -> None:
    page = leader.open(f"/groups/{group}/months/{month}")
    page.get_by_role("button", name="付印").click()
    page.wait_for_load_state()
    board = secretary.open(f"/groups/{group}/board/{month}")
    expect(board.locator("main")).to_contain_text(TITLE)
    expect(board.locator("main")).to_contain_text(GROUPS[0])
    pictures = board.locator("main img")
    assert pictures.count() >= 1
    board.wait_for_load_state("networkidle")
    assert board.evaluate("[...document.querySelectorAll('main img')].every(i => i.complete && i.naturalWidth > 0)")
