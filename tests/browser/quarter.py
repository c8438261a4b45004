"""The house and the people of the quarter that `test_quarter` plays, and how its pages are read."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Page, expect

from app.accounts.actor import Command
from app.accounts.roles import Role
from app.activities.kind_operations import provide_kinds
from app.foundation import clock
from app.foundation.periods import Quarter
from app.foundation.places import Place
from tests import factories
from tests.fixtures.browser import DESK, PHONE, OpenWindow, Window

ROUND = "第三季度督查"
MEETING = "切丝宽度一致性党小组会"
GROUPS = ("生产一党小组", "维修党小组", "综合白班党小组")
FILE = "制丝片区党小组季度考核评分表.xlsx"
SENTENCE = "缺一次扣2分，扣完为止"
ROWS: tuple[tuple[object, ...], ...] = (
    (1, "组织生活规范\n（30分）", "党小组会按月召开", 10, "", "", "", "会议记录"),
    (2, "", "主题党日落实", "二十分", "方案晚交一次扣1分；无故缺席，每人次扣0.5分", "", "", "方案、签到"),
    (3, "业务融合与成效\n（50分）", "攻关里程碑", "=15*2", SENTENCE, "", "扣分制", "申报表"),
    (4, "", "成效转为常态做法", 20, "", "20分：两个班次已执行；15分：一个班次已执行；8分：有方案未执行", "", "操作规程"),
    (5, "服务群众\n（20分）", "办实事由提出人确认", "=B3*1", "", "", "是否制", "办实事清单"),
    (6, "", "群众评议", 5, "评议意见未回复，每条扣0.5分", "", "", "评议表"),
)  # fmt: skip
HEADS = ("序号", "考核项目", "考核内容", "分值", "评分标准", "等级标准", "计分方式", "备查资料")
NOTES = ("注：1. 媒体报道、领导批示不加分。", "2. 各项扣分以记录为准，由评委写明理由。")

PICTURES = os.environ.get("QUARTER_PICTURES", "")


def a_committees_own_sheet(folder: Path) -> Path:
    """As an office keeps it: a title over all columns, gathered cells, a sum, notes below; a number in words and a
    formula that was never worked out."""
    path = folder / FILE
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("评分表")
        last = len(HEADS) - 1
        sheet.merge_range(0, 0, 0, last, "制丝片区党小组季度考核评分表（2026年修订）")
        sheet.merge_range(1, 0, 1, last, "填表单位：党群工作部　　　　日期：2026年9月20日")
        sheet.write_row(2, 0, HEADS)
        for line, row in enumerate(ROWS, 3):
            for column, value in enumerate(row):
                if str(value).startswith("="):
                    sheet.write_formula(line, column, str(value), None, 30 if line == 5 else "")
                elif value != "":
                    sheet.write(line, column, value)
        for top in (3, 5, 7):
            sheet.merge_range(top, 1, top + 1, 1, ROWS[top - 3][1])
        sheet.write(9, 0, "合计")
        sheet.write_formula(9, 3, "=SUM(D4:D9)", None, 100)
        for line, words in enumerate(NOTES, 10):
            sheet.merge_range(line, 0, line, last, words)
    return path


@dataclass
class House:
    """What the story needs to know of its installation. `quarter` is the last one that has ended."""

    committee: int = 0
    branch: int = 0
    groups: tuple[int, ...] = ()
    quarter: Quarter = field(default_factory=lambda: Quarter(2026, 3))

    @property
    def results(self) -> str:
        return f"/committees/{self.committee}/results/{self.quarter}"


def furnish() -> House:
    factory = factories.committee()
    branch = factories.branch(factory, "制丝车间党支部")
    next_door = factories.branch(factory, "动力车间党支部", sort_order=1)
    groups = [factories.group(branch, name, sort_order=number) for number, name in enumerate(GROUPS)]
    for number, group in enumerate(groups, 1):
        leader = factories.member(group, f"示例组长{'一二三'[number - 1]}")
        factories.appointment(Role.GROUP_LEADER, group, leader)
        factories.account(f"leader{number}", factory, holder=leader)
    secretary = factories.member(groups[2], "示例书记")
    factories.appointment(Role.SECRETARY, branch, secretary)
    factories.account("secretary", factory, holder=secretary)
    officials = (
        ("committee", "示例党群", Role.FACTORY_COMMITTEE, factory),
        ("inspector", "示例督查员", Role.FACTORY_COMMITTEE, factory),
        ("discipline", "示例纪检", Role.FACTORY_COMMITTEE, factory),
        ("neighbour", "示例邻支书", Role.SECRETARY, next_door),
        ("auditor", "示例审计", Role.AUDITOR, factory),
    )
    for login, name, role, at in officials:
        factories.appointment(role, at, factories.account(login, factory, name=name))
    provide_kinds(Place(factory.id), by=Command())
    quarter = Quarter.of(clock.today()).previous()
    return House(factory.id, branch.id, tuple(group.id for group in groups), quarter)


class People:
    """Each at a window of their own, opened when first needed."""

    SIZES = {"leader1": PHONE, "inspector": PHONE}

    def __init__(self, open_window: OpenWindow) -> None:
        self._open, self._known = open_window, dict[str, Window]()

    def __getitem__(self, login: str) -> Window:
        if login not in self._known:
            self._known[login] = self._open(self.SIZES.get(login, DESK)).sign_in(login, factories.PASSWORD)
        return self._known[login]

    def elsewhere(self, login: str) -> Window:
        """The same person at a desk."""
        name = f"{login} at a desk"
        if name not in self._known:
            self._known[name] = self._open(DESK).sign_in(login, factories.PASSWORD)
        return self._known[name]


def submit(page: Page, name: str, *, exact: bool = False) -> None:
    """Presses a button that sends a form, and waits for the page that answers: the next window looks only then."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=exact).first.click()


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """QUARTER_PICTURES=folder leaves a picture of every step there."""
    if PICTURES:
        page.wait_for_load_state()
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=whole)


def round_page(window: Window) -> Page:
    page = window.open("/inspections")
    page.get_by_role("link", name=ROUND).last.click()
    expect(page.locator("h1")).to_have_text(ROUND)
    return page


def step_on(window: Window, name: str, *, asked: bool = True) -> Page:
    """The committee takes the round a step further; all but the first ask once more."""
    page = round_page(window)
    if asked:
        page.get_by_role("link", name=name).click()
        submit(page, f"确定，{name}")
    else:
        submit(page, name)
    expect(page.locator("h1")).to_have_text(ROUND)
    return page
