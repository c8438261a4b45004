"""Scoring: on site with a phone whose connection goes, at a desk by keyboard, by the branch, and what the review decides."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.quarter import GROUPS, MEETING, People, picture, round_page, step_on, submit
from tests.fixtures.browser import Window

LONG = 30_000
OPEN = re.compile(r"\bopen\b")
APPEAL = "方案8月14日已在党小组会上交支部，记录为证"
DECISION = "查会议记录，方案按期交，缺席有假条"
LATE = "方案晚交，9月2日才到"


def line(page: Page, code: str) -> Locator:
    """Opened. The page's script opens the first that waits by itself: only then may one be chosen."""
    page.locator("body.scripted").wait_for()
    found = page.locator(f"#line-{code}")
    if "open" not in (found.get_attribute("class") or ""):
        found.locator(".fold").click()
    return found


def state(page: Page, code: str) -> Locator:
    return page.locator(f"#line-{code} [data-state]").first


def save(line: Locator) -> None:
    line.get_by_role("button", name="保存，下一项").click()


def count(page: Page, code: str, times: str, reason: str) -> None:
    """So many times of the first deduction, with a reason."""
    found = line(page, code)
    found.locator("[name^=count-]").first.fill(times)
    found.locator("[name=reason]").fill(reason)
    save(found)


def on_site(people: People) -> None:
    step_on(people["committee"], "开始评分")
    inspector = people["inspector"]
    page = round_page(inspector)
    picture(page, "05a-round-390", whole=False)
    page.get_by_role("link", name="整张表一次评").click()
    found = line(page, "A2")
    found.locator("[name^=count-]").first.fill("100")
    found.locator("[name=reason]").fill("   ")
    save(found)
    expect(found.locator("[data-said]")).to_have_text("请写明理由，写好自动存。")
    found.locator("[name=reason]").fill(LATE)
    save(found)
    expect(state(page, "A2")).to_have_text("没有存上")
    picture(page, "05b-refused-390", whole=False)
    expect(line(page, "A2").locator("[data-said]")).to_contain_text("次数应在 0 到 99 之间。")
    expect(found.locator("[name=reason]")).to_have_value(LATE)
    count(page, "A2", "1", LATE)
    expect(state(page, "A2")).to_have_text("已存")
    address = without_a_connection(page)
    mark_at_a_desk(people, address)
    inspector.page = inspector.context.new_page()
    inspector.watch.attach(inspector.page)
    inspector.context.set_offline(offline=False)
    inspector.page.goto(address)
    settle_the_conflict(inspector.page)
    note_on_site(inspector.page)
    answer_the_conditions(inspector.open(address.removeprefix(inspector.address)))


def without_a_connection(page: Page) -> str:
    """Two marks are typed without a connection and the tab is closed; the sheet's address."""
    address = page.url.partition("#")[0]
    page.context.set_offline(offline=True)
    count(page, "B1", "1", "8月里程碑没有按期")
    found = line(page, "B2")
    found.get_by_label("一个班次已执行").check()
    found.locator("[name=reason]").fill("夜班还没有执行")
    save(found)
    expect(state(page, "B2")).to_have_text("待传")
    expect(page.locator("[data-net]")).to_contain_text("没有网络，2 项已留在本机，连上后自动传。")
    picture(page, "05c-offline-390", whole=False)
    page.close()
    return address


def mark_at_a_desk(people: People, address: str) -> None:
    """Meanwhile the same person marks one of the two at another device."""
    desk = people.elsewhere("inspector")
    page = desk.open(address.removeprefix(desk.address))
    count(page, "B1", "2", "两个里程碑都晚")
    expect(state(page, "B1")).to_have_text("已存")


def settle_the_conflict(page: Page) -> None:
    expect(state(page, "B2")).to_have_text("已存", timeout=LONG)
    expect(state(page, "B1")).to_have_text("别处改过", timeout=LONG)
    found = line(page, "B1")
    expect(found.locator("[data-both]")).to_contain_text("已存：26，示例督查员")
    expect(found.locator("[name=reason]")).to_have_value("8月里程碑没有按期")
    found.locator("[data-both]").scroll_into_view_if_needed()
    picture(page, "05d-conflict-390", whole=False)
    found.get_by_role("button", name="用本机填的").click()
    expect(state(page, "B1")).to_have_text("已存")
    expect(found.locator(".got [data-points]")).to_have_text("28")
    found = line(page, "C1")
    found.get_by_role("radio", name="满足", exact=True).check()
    save(found)
    expect(state(page, "C1")).to_have_text("已存")
    picture(page, "05e-all-in-390", whole=False)


def note_on_site(page: Page) -> None:
    """What was seen beside a criterion becomes a finding."""
    line(page, "B2").get_by_role("link", name="记一个问题").click()
    picture(page, "05f-note-390", whole=False)
    page.get_by_label("发现了什么").press("End")
    page.get_by_label("发现了什么").type("夜班工位没有放作业指导书")
    page.get_by_role("radio", name="业务融合").check(force=True)
    submit(page, "记下")
    expect(page.locator("h1")).to_have_text("B2 成效转为常态做法：夜班工位没有放作业指导书")


def answer_the_conditions(page: Page) -> None:
    page.get_by_role("link", name="必备条件、一票否决与加分").click()
    submit(page, "都满足，没有否决情形")
    page.get_by_label("荣誉名称").fill("厂质量管理小组成果二等奖，2026年9月")
    submit(page, "记入加分")
    picture(page, "05g-conditions-390", whole=False)


def by_keyboard(people: People) -> None:
    """The others, and the inspector for the other groups, at a desk: no mouse on the sheet."""
    neighbour, discipline, inspector = people["neighbour"], people["discipline"], people.elsewhere("inspector")
    page = whole_sheet(neighbour, GROUPS[0])
    keys(
        page,
        {"A2": ["Enter"], "B1": ["Enter"], "B2": ["2", "r", "夜班没有执行", "Control+Enter"], "C1": ["1", "Enter"]},
    )
    page = whole_sheet(discipline, GROUPS[0])
    keys(page, {"A2": ["2", "Enter", "8月10日一人无故缺席", "Control+Enter"]})
    keys(
        page,
        {
            "B1": ["1", "1", "1", "1", "1", "Enter", "五次都缺", "Control+Enter"],
            "B2": ["1", "Enter"],
            "C1": ["1", "Enter"],
        },
    )
    picture(page, "06a-keyboard-1280")
    for window in (inspector, neighbour, discipline):
        for group in GROUPS[1:]:
            page = whole_sheet(window, group)
            late = ["1", "Enter", "七月方案晚交", "Control+Enter"]
            first = late if window is neighbour and group == GROUPS[1] else ["Enter"]
            keys(page, {"A2": first, "B1": ["Enter"], "B2": ["1", "Enter"], "C1": ["1", "Enter"]})
            if window is discipline:
                page.get_by_role("link", name="必备条件、一票否决与加分").click()
                submit(page, "都满足，没有否决情形")
                expect(page.get_by_role("button", name="都满足，没有否决情形")).to_have_count(0)


def whole_sheet(window: Window, group: str) -> Page:
    page = round_page(window)
    page.get_by_role("link", name="整张表一次评").click()
    if group not in page.locator("h1").inner_text():
        page.locator(".switch").get_by_role("link", name=group).click()
    expect(page.locator("h1")).to_have_text(group)
    return page


def keys(page: Page, pressed: dict[str, list[str]]) -> None:
    """From the head of each criterion; saving leads on to the next that waits."""
    for code, strokes in pressed.items():
        expect(page.locator(f"#line-{code}")).to_have_class(OPEN)
        for stroke in strokes:
            if stroke in ("Control+Enter", "Enter") or len(stroke) == 1:
                page.keyboard.press(stroke)
            else:
                page.keyboard.type(stroke)
        expect(state(page, code)).to_have_text("已存", timeout=LONG)


def the_branch_speaks(people: People) -> None:
    """What one body scores in place of the panel."""
    for group in GROUPS:
        page = round_page(people["secretary"])
        page.get_by_role("link", name=group).first.click()
        page.get_by_role("link", name="C2 群众评议").click()
        if group == GROUPS[0]:
            page.get_by_role("spinbutton", name="评议意见未回复").fill("1")
        page.locator("#reason").fill("群众评议表 12 份")
        submit(page, "保存，下一项")
    picture(page, "06b-branch-1280")


def review(people: People) -> None:
    """Views differ on B1: the committee asks somebody to look again, and says why."""
    office, discipline = people["committee"], people["discipline"]
    step_on(office, "评分结束，进入复核")
    page = round_page(office)
    page.get_by_role("link", name="复核", exact=True).click()
    picture(page, "07a-review-1280")
    dispute = page.locator("tr", has_text="B1 攻关里程碑").first
    expect(dispute).to_contain_text("看法不一")
    assert [cell.inner_text() for cell in dispute.locator("td").all()] == [
        "30", "26.00", "28.00", "10", "20、28、30\n20 分与其余相差较大",
    ]  # fmt: skip
    dispute.get_by_role("link", name="写决定").click()
    page.get_by_role("radio", name="请评委再看").check(force=True)
    page.get_by_label("理由").fill("   ")
    submit(page, "记下决定")
    picture(page, "07b-decide-refused-1280")
    expect(page.get_by_role("radio", name="请评委再看")).to_be_checked()
    page.get_by_label("理由").fill("申报表里只有三个里程碑，请再核对次数")
    submit(page, "记下决定")
    page = round_page(discipline)
    picture(page, "07c-asked-again-1280")
    page.get_by_role("link", name="生产一党小组 B1").click()
    page.get_by_role("spinbutton", name="缺一次").fill("1")
    page.locator("#reason").fill("三个里程碑只缺一次")
    submit(page, "保存，下一项")
    step_on(office, "反馈给党小组")


def hear_the_groups(people: People) -> None:
    """Everybody sees their own sheet and answers; the first group appeals one criterion with a record of its own."""
    leader = people["leader1"]
    page = leader.open("/")
    page.get_by_role("link", name="请生产一党小组看得分").click()
    picture(page, "08a-feedback-390", whole=False)
    submit(page, "看过了")
    expect(page.locator("main")).to_contain_text("本组已看过")
    step_on(people["committee"], "开放申诉")
    for group in GROUPS[1:]:
        page = round_page(people["secretary"])
        page.get_by_role("link", name=group).first.click()
        submit(page, "看过了")
        expect(page.locator("main")).to_contain_text("本组已看过")
    page = round_page(leader)
    page.get_by_role("link", name=GROUPS[0]).first.click()
    page.locator("#A2").get_by_role("link", name="对这一项申诉").click()
    page.get_by_label("不同意的理由").fill("   ")
    page.get_by_label(MEETING).check()
    submit(page, "提交申诉")
    expect(page.locator(".summary")).to_contain_text("请写明为什么不同意：哪件事、有什么依据（空格不算）。")
    expect(page.get_by_label(MEETING)).to_be_checked()
    page.get_by_label("不同意的理由").fill(APPEAL)
    picture(page, "08b-appeal-390", whole=False)
    submit(page, "提交申诉")
    expect(page.locator("#A2")).to_contain_text("等党委答复")
    picture(page, "08c-appealed-390", whole=False)


def decide(people: People) -> None:
    """Not who appealed: the leader may not even open it. Upheld only with points and a reason."""
    page = round_page(people["committee"])
    page.get_by_role("link", name="看申诉（1 条）").click()
    page.get_by_role("link", name="生产一党小组").first.click()
    answer = people["leader1"].page.request.get(page.url)
    assert answer.status == 404
    page.get_by_role("radio", name="申诉成立").check(force=True)
    page.get_by_label("决定的理由").fill("  ")
    submit(page, "记下决定")
    picture(page, "08d-decision-refused-1280")
    expect(page.get_by_role("radio", name="申诉成立")).to_be_checked()
    page.get_by_label("更正后的得分").fill("20")
    page.get_by_label("决定的理由").fill(DECISION)
    submit(page, "记下决定")
    expect(page.locator("main")).to_contain_text("19.50 改为 20.00")
    picture(page, "08e-appeals-1280")
    step_on(people["committee"], "申诉办完，进入审定")
