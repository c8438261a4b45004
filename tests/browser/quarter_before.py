"""Before anybody scores: the rubric out of a committee's own sheet, the plan and its panel, the self check, the visit."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from app.foundation import clock
from tests.browser.quarter import GROUPS, MEETING, House, People, picture, step_on, submit
from tests.fixtures.browser import Window


def import_the_rubric(window: Window, path: Path) -> None:
    page = window.open("/inspections/rubrics")
    page.get_by_role("link", name="从 Excel 导入").click()
    picture(page, "01a-import-1280")
    page.locator("#file").set_input_files(path)
    submit(page, "看看读成什么")
    picture(page, "01b-preview-1280")
    assert [one.inner_text() for one in page.locator(".problems li").all()] == [
        "D5“二十分”不是数字，请改成 10 或 2.5 这样的分数。",
        "D8没有分值。若是公式，请在 Excel 里算出结果、存盘后再传。",
        "E5从评分标准里读出扣分项：方案晚交一次 −1/次、无故缺席 −0.5/人次。请核对。",
        "E6从评分标准里读出扣分项：缺一次 −2/次。请核对。",
        "E9从评分标准里读出扣分项：评议意见未回复 −0.5/条。请核对。",
        "A11“注：1. 媒体报道、领导批示不加分。”是表下面的说明，没有读。",
        "A12“2. 各项扣分以记录为准，由评委写明理由”是表下面的说明，没有读。",
    ]
    submit(page, "在页面上改好")
    picture(page, "01c-editor-1280")
    mend_the_rubric(page)
    expect(page.locator("h1")).to_contain_text("制丝片区党小组季度考核评分表")
    picture(page, "01e-rubric-1280")


def mend_the_rubric(page: Page) -> None:
    """What the file could not say: two maxima, what the system measures, who speaks for the masses, and the conditions."""
    field = "dimensions.{}.criteria.{}.{}".format
    page.locator(f"[id='{field(0, 1, 'maximum')}']").fill("20")
    page.locator(f"[id='{field(2, 0, 'maximum')}']").fill("15")
    page.locator(f"[id='{field(0, 0, 'kind')}']").select_option(label="系统测算")
    page.locator(f"[id='{field(0, 0, 'measure')}']").select_option("cadences")
    page.locator(f"[id='{field(0, 0, 'subject')}']").fill("党小组会")
    page.locator(f"[id='{field(2, 1, '')[:-1]}'] summary").click()
    page.locator(f"[id='{field(2, 1, 'scorer')}']").select_option(label="党支部")
    expect(page.locator("#sum")).to_have_text("100")
    for words, fields in (
        ("加一条必备条件", {"gates.0.code": "G1", "gates.0.title": "组织生活正常开展", "gates.0.guidance": "本季开过党小组会"}),
        ("加一条否决情形", {"vetoes.0.code": "V1", "vetoes.0.title": "记录造假", "vetoes.0.guidance": "经核实"}),
        ("加一级", {"bonus_levels.0.label": "厂级荣誉", "bonus_levels.0.points": "1"}),
    ):  # fmt: skip
        page.get_by_role("button", name=words, exact=True).click()
        for name, value in fields.items():
            page.locator(f"[id='{name}']").fill(value)
    picture(page, "01d-mended-1280")
    submit(page, "存成新的一版")


def plan_the_round(window: Window, house: House) -> None:
    today = clock.today()
    page = window.open("/inspections")
    page.get_by_role("link", name="新开一轮").click()
    page.get_by_label("季度").select_option(str(house.quarter))
    page.get_by_label("名称").fill("第三季度督查")
    page.get_by_label("互查督查：").check()
    for name in ("self_check_until", "visits_until", "scoring_until", "feedback_until", "appeals_until"):
        page.locator(f"[name={name}]").fill(today.isoformat())
    page.locator("[name=visits_until]").fill((today - timedelta(days=1)).isoformat())
    page.get_by_label("结果页显示名次").check()
    expect(page.locator("[name=stages]:checked")).to_have_count(4)
    submit(page, "保存方案")
    picture(page, "02a-plan-refused-1280")
    expect(page.locator("#visits_until-error")).to_have_text("现场看完不能早于自查截止，请改晚一些。")
    page.locator("[name=visits_until]").fill(today.isoformat())
    submit(page, "保存方案")
    picture(page, "02b-round-1280")
    choose_the_panel(page)


def choose_the_panel(page: Page) -> None:
    for name in ("示例督查员", "示例邻支书", "示例纪检"):
        page.get_by_label(name).check()
    submit(page, "定评委")
    for login, kept in (("示例督查员", GROUPS[0]), ("示例邻支书", GROUPS[1]), ("示例纪检", GROUPS[2])):
        for group in GROUPS:
            page.get_by_label(f"{login}评{group}").set_checked(group == kept)
    submit(page, "保存分工")
    picture(page, "02c-weak-panel-1280")
    weak = page.locator("#design .lacking li")
    expect(weak.nth(0)).to_contain_text("只有一位评委：他打得松还是紧就是这个组的分")
    expect(weak.nth(1)).to_contain_text("没有两位评委同评过一个组，谁松谁紧无从知道。请让评委交叉着评。")
    expect(page.locator(".worth")).to_contain_text("按现在的分工，大约 69% 的把握评出真正最好的党小组")
    submit(page, "人人都评")
    picture(page, "02d-strong-panel-1280")
    expect(page.locator(".worth")).to_contain_text("大约 89% 的把握")
    expect(page.locator("#design .lacking")).to_have_count(0)


def keep_a_record(leader: Window, secretary: Window, house: House) -> None:
    day = house.quarter.first + timedelta(days=45)
    page = leader.open(f"/groups/{house.groups[0]}/activities/new")
    page.get_by_role("radio", name="党小组会", exact=True).check()
    page.locator("input[name=title]").fill(MEETING)
    page.get_by_label("第一场日期").fill(day.isoformat())
    submit(page, "提交", exact=True)
    expect(page.get_by_role("heading", level=1)).to_have_text(MEETING)
    page = secretary.open("/")
    page.get_by_role("link", name=MEETING).first.click()
    submit(page, "确认这条记录")
    expect(page.locator("main")).to_contain_text("已确认")


def check_ourselves(people: People) -> None:
    """The leader on the phone: two wrong inputs on the way, and what was typed stays."""
    step_on(people["committee"], "开始自查", asked=False)
    page = people["leader1"].open("/")
    page.get_by_role("link", name="等生产一党小组自查").click()
    picture(page, "03b-self-check-390", whole=False)
    page.get_by_role("link", name="开始自查 A2").click()
    page.locator("#further").fill("0.3")
    page.locator("#reason").fill("   ")
    submit(page, "保存，下一项")
    picture(page, "03c-self-refused-390", whole=False)
    expect(page.locator(".summary")).to_contain_text("其他扣分应是 0.5 的倍数，且不超过本项满分。")
    expect(page.locator("#further")).to_have_value("0.3")
    page.locator("#further").fill("0")
    submit(page, "保存，下一项")
    page.get_by_role("spinbutton", name="缺一次").fill("1")
    page.locator("#reason").fill("   ")
    submit(page, "保存，下一项")
    expect(page.locator("#reason-error")).to_have_text("扣了分，请写明扣分理由（空格不算），会写进得分说明单。")
    expect(page.get_by_role("spinbutton", name="缺一次")).to_have_value("1")
    page.locator("#reason").fill("八月里程碑材料晚了三天")
    submit(page, "保存，下一项")
    for label in ("两个班次已执行", "满足"):
        page.get_by_role("radio", name=label, exact=True).check()
        submit(page, "保存，下一项")
    submit(page, "保存，下一项")
    picture(page, "03d-self-done-390", whole=False)
    submit(page, "提交自查")
    expect(page.locator("[role=status]").first).to_contain_text("自查已提交")
    expect(page.locator(".folio")).to_contain_text("5/5 项已自查")


def visit(people: People) -> None:
    """An inspector sees something on site; the leader mends it; the inspector looks again."""
    step_on(people["committee"], "自查结束，开始互查督查")
    page = people["inspector"].open("/findings")
    page.get_by_role("link", name=GROUPS[0], exact=True).click()
    picture(page, "04a-checklist-390", whole=False)
    page.get_by_role("link", name="有问题，记一条").first.click()
    submit(page, "记下")
    expect(page.locator(".summary")).to_contain_text("请写一句话：在哪里、什么不对。")
    page.get_by_label("发现了什么").fill("切丝机旁工具车没有回定置线")
    page.get_by_role("radio", name="现场6S").check(force=True)
    page.get_by_role("button", name="记下").dblclick()
    expect(page.locator("h1")).to_have_text("切丝机旁工具车没有回定置线")
    picture(page, "04b-finding-390", whole=False)
    page = people["leader1"].open("/")
    page.get_by_role("link", name="切丝机旁工具车没有回定置线").first.click()
    page.get_by_label("怎么改的").fill("工具车归位，定置线补刷，交接班查一次。")
    picture(page, "04c-answer-390", whole=False)
    submit(page, "交复查")
    expect(page.locator(".folio")).to_contain_text("待复查")
    page = people["inspector"].open("/")
    page.get_by_role("link", name="切丝机旁工具车没有回定置线").first.click()
    page.get_by_role("radio", name="改好了，销号").check(force=True)
    picture(page, "04d-recheck-390", whole=False)
    submit(page, "记下复查")
    expect(page.locator(".folio")).to_contain_text("已销号")
