"""What was published, added up again from the page by a few lines of arithmetic, and corrected once."""

import re
import sqlite3
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.quarter import GROUPS, House, People, picture, round_page, submit
from tests.browser.quarter_scoring import DECISION, line, save, state
from tests.fixtures.browser import Site, Window

CORRECTION = "维修党小组 A2 漏记两次"
SIGNED = re.compile(r"([①②③④⑤⑥⑦⑧⑨]+) ([\d.]+)(?:：(.*))?")
TAKEN = re.compile(r"−([\d./]+?)(?:×(\d+))?(?=[：，]|$)")


@dataclass
class Printed:
    """A 得分说明单 as it stands on the page. `marks`: by code, what each person gave."""

    total: str
    exact: str
    marks: dict[str, list[Fraction]]
    told: dict[str, str]

    @property
    def value(self) -> Fraction:
        whole, _mixed, rest = self.exact.rpartition("又")
        return Fraction(whole or 0) + Fraction(rest)


def half_up(value: Fraction) -> str:
    hundredths = (value * 200 + 1) // 2
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def given(maximum: Fraction, words: str, after_appeal: str) -> list[Fraction]:
    """The marks of one criterion by the words of its line: what the system counted, what each took off, or one for all."""
    measured = re.search(r"应办 (\d+) 期，办到 (\d+) 期", words)
    if measured:
        return [maximum * int(measured[2]) / int(measured[1])]
    if words.startswith("申诉成立"):
        return [Fraction(after_appeal)]
    parts = [SIGNED.fullmatch(part) for part in re.split(r"；(?=[①-⑨])", words)]
    if parts[0] is None:
        return [left(maximum, words)]
    marks = []
    for part in parts:
        assert part, words
        points = Fraction(part[2])
        if part[3] and "−" in part[3]:
            assert points == left(maximum, part[3]), words
        marks += [points] * len(part[1])
    return marks


def left(maximum: Fraction, words: str) -> Fraction:
    """Deductions times counts off the maximum."""
    taken = sum((Fraction(points) * int(times or 1) for points, times in TAKEN.findall(words)), Fraction(0))
    return max(Fraction(0), maximum - taken)


def cells(row: Locator) -> list[str]:
    return [cell.inner_text().strip() for cell in row.locator("th, td").all()]


def added_up(page: Page) -> Printed:
    """Every figure of the slip follows from the lines below it."""
    appeal = re.search(r"([\d.]+) 改为 ([\d.]+)", page.locator(".slip .fine").first.inner_text())
    marks: dict[str, list[Fraction]] = {}
    told: dict[str, str] = {}
    earned = Fraction(0)
    for body in page.locator(".slip-table tbody").all():
        rows = [cells(row) for row in body.locator("tr").all()]
        title, full, got = rows[0][:3]
        if title == "加分":
            bonus = sum((Fraction(one) for one in re.findall(r"\+([\d.]+)）", rows[0][3])), Fraction(0))
            assert got == half_up(min(bonus, Fraction(full.removeprefix("≤"))))
        elif title == "合计":
            assert (full, got) == ("100", half_up(earned + bonus))
            total = got
        else:
            points = Fraction(0)
            for code, _title, maximum, printed, words, who in rows[1:]:
                told[code] = f"{words} {who}"
                marks[code] = given(Fraction(maximum), words.partition("　佐证：")[0], appeal[2] if appeal else "")
                mean = sum(marks[code], Fraction(0)) / len(marks[code])
                assert printed == half_up(mean), code
                points += mean
            assert got == half_up(points), title
            assert full == str(sum(Fraction(row[2]) for row in rows[1:]))
            earned += points
    said = page.locator(".exact").inner_text()
    whole, rest = divmod(earned + bonus, 1)
    exact = f"{whole}又{rest}" if rest else str(whole)
    assert said == f"细则分 {half_up(earned)}，加分 {half_up(bonus)}，精确值 {exact}。只在合计时四舍五入。"
    return Printed(total, exact, marks, told)


def publish(people: People) -> None:
    """Pressed twice: published once."""
    page = round_page(people["committee"])
    page.get_by_role("link", name="审定与发布").or_(page.get_by_role("link", name="复核与发布")).click()
    page.get_by_text("发布这一轮的结果").click()
    picture(page, "09a-approve-1280")
    page.get_by_role("button", name="审定并发布").dblclick()
    page.wait_for_url("**/results/**")


def read_the_result(people: People, house: House, site: Site, folder: Path) -> None:
    """Page, slip, workbook and database say the same; ranks because this round shows them."""
    committee = people["committee"]
    page = committee.open(house.results)
    picture(page, "09b-result-1280")
    assert [cells(row)[2:] for row in page.locator(".bands-table tbody tr").all()] == [
        ["良好", "89.17", "首次", "3"], ["良好", "89.67", "首次", "2"], ["优秀", "90.00", "首次", "1"],
    ]  # fmt: skip
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    download.value.save_as(folder / "result.xlsx")
    book = CalamineWorkbook.from_path(folder / "result.xlsx")
    totals = {row[2]: row for row in book.get_sheet_by_name("合计").to_python()[3:]}
    marks = book.get_sheet_by_name("每项评分").to_python()[3:]
    for group, (result, total, exact) in zip(GROUPS, results(site, 1), strict=True):
        slip = added_up(leader_or_secretary(people, group).open(f"/inspections/results/{result}/slip"))
        assert (slip.total, slip.value) == (half_up(Fraction(total, 100)), Fraction(exact))
        assert (half_up(Fraction(str(totals[group][5]))), Fraction(str(totals[group][11]))) == (slip.total, slip.value)
        for code, own in slip.marks.items():
            listed = [
                Fraction(str(row[10])) for row in marks if row[1] == group and row[4] == code and row[8] == "考核"
            ]
            assert sum(listed, Fraction(0)) / len(listed) == sum(own, Fraction(0)) / len(own), (group, code)


def look_at_the_slip(people: People, site: Site) -> None:
    """Each line of the first group names who, when and why."""
    (first, _total, _exact), *_others = results(site, 1)
    page = people["leader1"].open(f"/inspections/results/{first}/slip")
    picture(page, "09c-slip-390")
    told = added_up(page).told
    for code, wanted in {
        "A1": ("系统测算", "7月党小组会办 0 次"),
        "A2": (f"申诉成立：{DECISION}", "示例党群"),
        "B1": ("① 28：缺一次 −2：8月里程碑没有按期", "③ 30", "② 28：缺一次 −2：三个里程碑只缺一次"),
        "C2": ("评议意见未回复 −0.5：群众评议表 12 份", "示例书记"),
    }.items():
        for words in wanted:
            assert words in told[code], (code, told[code])
    fine = page.locator(".slip .fine").first
    expect(fine).to_contain_text("评分人：① 示例督查员，② 示例纪检，③ 示例邻支书。自查分 91.33")
    expect(fine).to_contain_text("申诉 A2（示例组长一")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    picture(page, "09d-slip-A4")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})


def leader_or_secretary(people: People, group: str) -> Window:
    return people["leader1"] if group == GROUPS[0] else people["secretary"]


def results(site: Site, version: int) -> list[tuple[int, int, str]]:
    """Id, total in hundredths and exact total, by group, as the database has them."""
    with sqlite3.connect(f"file:{site.folder / 'database.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT group_result.id, group_result.total, exact_total FROM group_result "
            "JOIN publication ON publication.id = publication_id JOIN sheet_slip ON sheet_slip.id = slip_id "
            "WHERE number = ? ORDER BY position",
            (version,),
        ).fetchall()


def correct(people: People, house: House, site: Site) -> None:
    """One mark of one group: the next version says exactly that, and the one before stays."""
    office, secretary = people["committee"], people["secretary"]
    before = [table(secretary, result) for result, _total, _exact in results(site, 1)]
    page = round_page(office)
    page.get_by_role("link", name="更正").click()
    page.get_by_label("更正的原因").fill("   ")
    submit(page, "重新打开")
    picture(page, "10a-reopen-refused-1280")
    expect(page.locator(".summary")).to_be_visible()
    page.get_by_label("更正的原因").fill(CORRECTION)
    submit(page, "重新打开")
    page = round_page(people["neighbour"])
    page.locator("tr", has_text=GROUPS[1]).locator(".go-on").click()
    page.get_by_role("link", name="整张表一次评").click()
    found = line(page, "A2")
    found.locator("[name^=count-]").first.fill("3")
    found.locator("[name=reason]").fill("七月、八月、九月方案都晚交")
    save(found)
    expect(state(page, "A2")).to_have_text("已存")
    publish(people)
    picture(office.page, "10b-version-2-1280")
    office.page.get_by_role("link", name="改了哪些，两版并排看").click()
    picture(office.page, "10c-changes-1280")
    says_what_changed(office.page)
    after = [table(secretary, result) for result, _total, _exact in results(site, 2)]
    assert (after[0], after[2]) == (before[0], before[2])
    assert [table(secretary, result) for result, _total, _exact in results(site, 1)] == before
    page = office.open(f"{house.results}/versions/1")
    expect(page.locator(".notice.warning")).to_contain_text("这是原来的第 1 版，已由新的一版更正")
    expect(page.locator(".bands-table")).to_contain_text("89.67")
    picture(page, "10d-version-1-1280")


def says_what_changed(page: Page) -> None:
    expect(page.locator("main")).to_contain_text(f"更正原因：{CORRECTION}")
    assert page.locator(".section-head h2").all_inner_texts() == [GROUPS[1]]
    changed = [cells(row)[:3] for row in page.locator(".changes-table tbody tr").all()]
    assert changed == [["合计", "89.67 良好", "89.00 良好"], ["A2 主题党日落实", "19.67", "19.00"]]


def table(window: Window, result: int) -> str:
    return window.open(f"/inspections/results/{result}/slip").locator(".slip-table").inner_text()


def the_auditor_reads(people: People) -> None:
    page = people["auditor"].open("/audit")
    picture(page, "10e-audit-1280")
    for words in ("round.publish", "appeal.decide", "round.reopen"):
        expect(page.locator("main")).to_contain_text(words)
    page = people["auditor"].open("/audit/chain")
    expect(page.locator("main")).to_contain_text("记录完整")
