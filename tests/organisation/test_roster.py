"""Rosters as units keep them: headers, cells, and what an import would change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.roles import Role
from app.foundation.spreadsheets import Cell, Sheet
from app.organisation.roster import (
    ALIASES,
    Duty,
    Field,
    Problem,
    Roster,
    RosterRow,
    UnreadableRoster,
    bare_unit,
    mask_phone,
    read_duty,
    read_roster,
)
from app.organisation.roster_plan import (
    Change,
    Difference,
    KnownMember,
    Plan,
    PlannedRow,
    Standing,
    plan_import,
)

TODAY = date(2026, 11, 23)
LEADER = Duty(Role.GROUP_LEADER)


def sheet(*rows: Sequence[str | Cell]) -> Sheet:
    return Sheet("表", tuple(tuple(one if isinstance(one, Cell) else Cell(one) for one in row) for row in rows))


def read(*rows: Sequence[str | Cell]) -> Roster:
    return read_roster([sheet(*rows)], branch="制丝车间党支部", today=TODAY)


def problems(row: RosterRow) -> list[tuple[str, str]]:
    return [(one.field.value, one.message) for one in row.problems]


def test_a_roster_as_a_unit_keeps_it() -> None:
    roster = read(
        ["制丝车间党支部党员花名册"],
        ["填表时间：2026年11月"],
        [
            "序号",
            "姓 名*",
            "员工编号",
            "所在党小组（全称）",
            "班组",
            "入党时间",
            "转正日期",
            "性别",
            "党内职务",
            "联系电话",
        ],
        ["1", "示 例甲", "00123", "甲班生产党小组", "甲班", "2015.07", "2016年7月", "男性", "党小组长", "13812345678"],
        [],
        [
            "2",
            "示例乙",
            Cell("124", numeric=True),
            "维修",
            "",
            Cell("42186", numeric=True),
            "",
            "",
            "书记、组织委员",
            "",
        ],
        ["合计", "", "", "", "", "", "", "", "", ""],
        ["", "合计 2 人"],
    )
    assert roster.rows == (
        RosterRow(
            line=4,
            name="示例甲",
            staff_no="00123",
            group="甲班生产党小组",
            team="甲班",
            joined_on=date(2015, 7, 1),
            full_on=date(2016, 7, 1),
            sex="男",
            duties=(LEADER,),
            masked_phone="138****5678",
        ),
        RosterRow(
            line=6,
            name="示例乙",
            staff_no="124",
            group="维修",
            joined_on=date(2015, 7, 1),
            duties=(Duty(Role.SECRETARY), Duty(Role.COMMITTEE_MEMBER, "组织委员")),
        ),
    )
    assert roster.fields == frozenset(set(Field) - {Field.BRANCH})


@pytest.mark.parametrize(("field", "alias"), [(field, alias) for field, names in ALIASES.items() for alias in names])
def test_every_alias_is_taken(field: Field, alias: str) -> None:
    other = Field.GROUP if field is not Field.GROUP else Field.STAFF_NO
    header: list[str | Cell] = [f" {alias}（必填）:", "姓名" if field is not Field.NAME else other.value]
    value = {Field.JOINED: "2015-07", Field.FULL: "2015-07", Field.SEX: "女", Field.BRANCH: "制丝车间"}.get(field, "值")
    roster = read(header, [value, "示例甲"])
    assert field in roster.fields


def test_what_cannot_be_taken_is_said_at_its_cell() -> None:
    (row,) = read(
        ["姓名", "工号", "党小组", "入党日期", "转正日期", "性别"],
        ["", "工 号?", "甲" * 61, "2015", "2014.13", "不明"],
    ).rows
    assert problems(row) == [
        ("入党日期", "“2015”只有年份，请补上月份，如 2015-07"),
        ("转正日期", "“2014.13”这一天不存在，请核对"),
        ("姓名", "没有写姓名"),
        ("工号", "“工 号?”不像工号，只能有字母、数字和短横"),
        ("党小组", "超过 60 个字，请改短"),
        ("性别", "请写“男”或“女”，也可以留空"),
    ]


def test_full_membership_before_admission_is_a_problem() -> None:
    (row,) = read(["姓名", "入党日期", "转正日期"], ["示例甲", "2016-07", "2015-07"]).rows
    assert problems(row) == [("转正日期", "转正日期早于入党日期，请核对")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [["张三", "1"], ["李四", "2"]],
            "没有找到表头。请留一行写明各列名称，至少要有“姓名”，再加上“工号”或“党小组”。",
        ),
        ([["姓名", "工号"]], "表头下面没有人。请核对后重新上传。"),
        (
            [["姓名", "名字", "工号"], ["示例甲", "示例甲", "1"]],
            "有两列都是“姓名”，看不出该用哪一列。请只留一列再上传。",
        ),
        (
            [["姓名", "党支部"], ["示例甲", "动力车间党支部"]],
            "表里的 1 行都写着别的党支部，没有制丝车间党支部的。请核对后重新上传。",
        ),
    ],
)
def test_a_sheet_that_is_no_roster_is_refused(rows: list[list[str | Cell]], message: str) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        read(*rows)
    assert str(caught.value) == message


def test_rows_of_other_branches_are_left_out_and_counted() -> None:
    roster = read(["姓名", "所在支部"], ["示例甲", "制丝车间"], ["示例乙", "动力车间党支部"])
    assert ([row.name for row in roster.rows], roster.of_other_branches) == (["示例甲"], 1)


@pytest.mark.parametrize(
    "cell",
    [
        Cell("身份证号"),
        Cell("34010119900101123X"),
        Cell("证 340101199001011234"),
        Cell("340101199001011264", numeric=True),
        Cell("340101900101123"),
    ],
)
def test_identity_card_numbers_are_refused_and_never_repeated(cell: Cell) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        read(["姓名", "工号"], ["示例甲", "1"], ["示例乙", "2", "", cell])
    assert str(caught.value) == "D3有身份证号。本系统不存身份证号，请删去这些内容再上传；文件没有保存。"


def test_many_identity_cards_are_counted() -> None:
    with pytest.raises(UnreadableRoster) as caught:
        read(["姓名", "身份证号码"], *(["示例甲", "34010119900101123X"] for _ in range(5)))
    assert str(caught.value).startswith("B1、B2、B3 等 6 处有身份证号")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("0551-1234567", "138****4567".replace("138", "055")),
        ("+86 13812345678", "****5678"),
        ("3107", ""),
        ("", ""),
    ],
)
def test_phones_are_masked(typed: str, kept: str) -> None:
    assert mask_phone(typed) == kept


@given(st.text("0123456789-+ ()", max_size=25))
def test_a_masked_phone_never_shows_more_than_seven_digits(typed: str) -> None:
    masked = mask_phone(typed)
    assert sum(one.isdigit() for one in masked) <= 7
    assert not masked or "****" in masked


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("党小组长", LEADER),
        ("党小组组长", LEADER),
        ("组长", LEADER),
        ("党支部书记", Duty(Role.SECRETARY)),
        ("支部书记", Duty(Role.SECRETARY)),
        ("支部副书记", Duty(Role.DEPUTY_SECRETARY)),
        ("宣传委员", Duty(Role.COMMITTEE_MEMBER, "宣传委员")),
        ("支部纪检委员", Duty(Role.COMMITTEE_MEMBER, "纪检委员")),
        ("支委", Duty(Role.COMMITTEE_MEMBER)),
        ("操作工", None),
        ("车间主任", None),
        ("党员", None),
    ],
)
def test_duties(text: str, duty: Duty | None) -> None:
    assert read_duty(text) == duty


def test_a_job_in_the_duty_column_is_a_note_not_an_error() -> None:
    (row,) = read(["姓名", "职务"], ["示例甲", "操作工、党小组组长"]).rows
    assert (row.duties, row.notes, row.problems) == ((LEADER,), ("职务“操作工”不是党内职务，没有读入",), ())


def test_units_are_compared_without_their_kind() -> None:
    assert bare_unit("甲班生产党小组") == bare_unit("甲班生产小组") == bare_unit("甲班 生产") == "甲班生产"
    assert bare_unit("党小组") == "党小组"


# --- the plan ------------------------------------------------------------------------------------------------------

KNOWN = KnownMember(
    id=1,
    name="示例甲",
    staff_no="00123",
    group_id=11,
    team_id=21,
    joined_on=date(2015, 7, 1),
    duties=frozenset({LEADER}),
)
STANDING = Standing(
    members=(KNOWN, KnownMember(id=2, name="示例乙", group_id=12), KnownMember(id=3, name="示例丙", group_id=12)),
    groups={11: "甲班生产党小组", 12: "维修党小组"},
    teams={21: "甲班"},
    elsewhere={"900": "动力车间党支部"},
    starts_on=date(2026, 11, 1),
)
SAME = RosterRow(line=2, name="示例甲", staff_no="00123", group="甲班生产", team="甲班", duties=(LEADER,))


def plan_one(row: RosterRow, standing: Standing = STANDING, *, may_found: bool = False) -> PlannedRow:
    (planned,) = plan_import([row], standing, may_found=may_found).rows
    return planned


def test_a_row_that_says_nothing_new_is_the_same() -> None:
    assert plan_one(SAME) == PlannedRow(SAME, Change.SAME, member_id=1, group_id=11, team_id=21)
    assert plan_one(RosterRow(line=2, name="示例甲")).change is Change.SAME  # an empty cell erases nothing


def test_a_row_of_another_group_moves() -> None:
    planned = plan_one(replace(SAME, group="维修", duties=()))
    assert (planned.change, planned.member_id, planned.group_id, planned.differences) == (
        Change.MOVED,
        1,
        12,
        (Difference("党小组", "甲班生产党小组", "维修"),),
    )


def test_a_leader_who_moves_and_leads_the_new_group_is_appointed_there() -> None:
    assert plan_one(replace(SAME, group="维修")).new_duties == (LEADER,)


def test_new_details_update() -> None:
    row = RosterRow(line=3, name="示例乙", staff_no="124", joined_on=date(2020, 7, 1), duties=(LEADER,))
    planned = plan_one(row)
    assert (planned.change, planned.member_id, planned.new_duties) == (Change.UPDATED, 2, (LEADER,))
    assert planned.differences == (
        Difference("工号", "", "124"),
        Difference("入党日期", "", "2020-07-01"),
        Difference("职务", "", "党小组组长"),
    )


def test_dates_are_judged_together_with_what_is_registered() -> None:
    known = replace(KNOWN, full_on=date(2016, 7, 1))
    standing = replace(STANDING, members=(known, *STANDING.members[1:]))
    planned = plan_one(replace(SAME, joined_on=date(2018, 7, 1)), standing)
    assert planned.problems == (Problem(Field.JOINED, "和登记的对不上：入党 2018-07-01，转正 2016-07-01，请核对"),)
    late = plan_one(replace(SAME, full_on=date(2014, 7, 1)))
    assert late.problems == (Problem(Field.FULL, "和登记的对不上：入党 2015-07-01，转正 2014-07-01，请核对"),)
    assert plan_one(replace(SAME, joined_on=date(2014, 7, 1)), standing).notes == ()


def test_a_missing_full_membership_is_said() -> None:
    row = RosterRow(line=2, name="示例丁", group="维修", joined_on=date(2015, 7, 1))
    assert plan_one(row).notes == ("入党已满两年而没有转正日期，会显示为预备党员",)
    assert plan_one(replace(row, joined_on=date(2025, 7, 1))).notes == ()


def test_a_number_that_lost_its_zeros_is_the_same_person() -> None:
    assert plan_one(replace(SAME, staff_no="123")).change is Change.SAME


def test_an_unknown_number_and_name_is_new() -> None:
    row = RosterRow(line=5, name="示例丁", staff_no="200", group="维修")
    assert plan_one(row) == PlannedRow(row, Change.NEW, group_id=12)


def test_a_namesake_with_another_number_is_new_and_said() -> None:
    planned = plan_one(replace(SAME, staff_no="777"))
    assert (planned.change, planned.notes) == (Change.NEW, ("支部里另有同名的示例甲，工号不同",))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (
            RosterRow(line=2, name="示例戊", staff_no="00123"),
            Problem(Field.NAME, "工号 00123 登记的是示例甲；人名有误请先在成员页改"),
        ),
        (
            RosterRow(line=2, name="示例戊", staff_no="900", group="维修"),
            Problem(Field.STAFF_NO, "工号 900 登记在动力车间党支部，请先办理转入"),
        ),
        (
            RosterRow(line=2, name="示例丁", group="维修班"),
            Problem(Field.GROUP, "没有叫“维修班”的党小组，是不是“维修党小组”"),
        ),
        (RosterRow(line=2, name="示例丁", group="白班"), Problem(Field.GROUP, "没有叫“白班”的党小组")),
        (RosterRow(line=2, name="示例甲", team="乙班"), Problem(Field.TEAM, "没有叫“乙班”的班组，是不是“甲班”")),
    ],
)
def test_what_cannot_be_done_is_a_problem(row: RosterRow, problem: Problem) -> None:
    planned = plan_one(row)
    assert (planned.change, planned.problems) == (Change.ERROR, (problem,))


def test_a_new_member_needs_a_group() -> None:
    planned = plan_one(RosterRow(line=2, name="示例丁", staff_no="5"))
    assert planned.problems == (Problem(Field.GROUP, "新成员要写明党小组"),)


def test_two_known_namesakes_need_a_number() -> None:
    standing = replace(STANDING, members=(*STANDING.members, KnownMember(id=4, name="示例乙", group_id=11)))
    planned = plan_one(RosterRow(line=2, name="示例乙"), standing)
    assert planned.problems == (Problem(Field.NAME, "支部里有 2 位示例乙，请补上工号"),)


def test_one_person_in_two_rows_is_a_problem_in_both() -> None:
    numbers = plan_import([SAME, replace(SAME, line=3)], STANDING)
    names = plan_import([RosterRow(line=2, name="示例乙"), RosterRow(line=3, name="示例乙", staff_no="5")], STANDING)
    assert [row.change for row in (*numbers.rows, *names.rows)] == [Change.ERROR] * 4
    assert names.rows[0].problems == (Problem(Field.NAME, "表里有两行对上了同一个人，请只留一行"),)


def test_unknown_groups_are_founded_when_allowed() -> None:
    rows = [
        RosterRow(line=2, name="示例丁", group="综合白班党小组", team="白班"),
        RosterRow(line=3, name="示例戊", group="综合白班", team="白班"),
    ]
    plan = plan_import(rows, STANDING, may_found=True)
    assert (plan.new_groups, plan.new_teams) == (("综合白班党小组",), ("白班",))
    assert [row.change for row in plan.rows] == [Change.NEW, Change.NEW]


def test_a_later_change_of_the_same_member_is_never_overwritten() -> None:
    standing = replace(STANDING, changed_later=frozenset({1}))
    planned = plan_one(replace(SAME, group="维修"), standing)
    assert planned.problems == (Problem(Field.GROUP, "示例甲在2026-11-01之后已有变动，请改用更晚的起算日期"),)
    assert plan_one(replace(SAME, sex="男"), standing).change is Change.UPDATED


def test_the_missing_stay_and_are_named() -> None:
    plan = plan_import([SAME], STANDING)
    assert plan == Plan(
        (PlannedRow(SAME, Change.SAME, member_id=1, group_id=11, team_id=21),), not_in_sheet=("示例乙", "示例丙")
    )
    assert not plan.writes
    assert plan.counts == {
        Change.ERROR: 0, Change.NEW: 0, Change.MOVED: 0, Change.UPDATED: 0, Change.SAME: 1
    }  # fmt: skip


NAMES = st.sampled_from(["示例甲", "示例乙", "示例丁", ""])
ROWS = st.builds(
    RosterRow,
    line=st.integers(2, 99),
    name=NAMES,
    staff_no=st.sampled_from(["", "00123", "123", "124", "900"]),
    group=st.sampled_from(["", "甲班生产", "维修党小组", "白班"]),
)


@given(st.lists(ROWS, max_size=6), st.booleans())
def test_a_plan_never_touches_one_member_twice(rows: list[RosterRow], found: bool) -> None:  # noqa: FBT001
    plan = plan_import(rows, STANDING, may_found=found)
    assert [one.row for one in plan.rows] == rows
    touched = [one.member_id for one in plan.rows if one.change is not Change.ERROR and one.member_id]
    assert len(touched) == len(set(touched))
    assert all(one.problems for one in plan.rows if one.change is Change.ERROR)
