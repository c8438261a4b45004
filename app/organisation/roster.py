"""Reading a roster as units keep it: whatever the columns are called and however the dates are typed.

A row comes out as it stands, with a problem for each cell that cannot be taken (the row is then left out) and a note
for what was read differently than written. Identity-card numbers are refused with the whole file: the product never
keeps one, not even in a preview.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.accounts.roles import Role
from app.foundation.sheet_cells import CellLike, SheetLike, cell_name
from app.organisation.typed_dates import UnclearDate, read_date


class UnreadableRoster(Exception):
    """The sheet as a whole cannot be taken; the message is Chinese and says what to change."""


class Field(StrEnum):
    NAME = "姓名"
    STAFF_NO = "工号"
    BRANCH = "党支部"
    GROUP = "党小组"
    TEAM = "班组"
    JOINED = "入党日期"
    FULL = "转正日期"
    SEX = "性别"
    DUTY = "职务"
    PHONE = "手机"


ALIASES: dict[Field, tuple[str, ...]] = {
    Field.NAME: ("姓名", "名字", "党员姓名", "成员姓名"),
    Field.STAFF_NO: ("工号", "员工编号", "员工号", "职工编号", "职工号", "人员编号", "编号"),
    Field.BRANCH: ("党支部", "所在党支部", "所属党支部", "支部", "所在支部", "支部名称", "党支部名称"),
    Field.GROUP: ("党小组", "所在党小组", "所属党小组", "小组", "党小组名称", "所在小组"),
    Field.TEAM: ("班组", "所在班组", "所属班组", "班组名称", "班次班组"),
    Field.JOINED: ("入党日期", "入党时间", "加入党组织日期", "加入中共组织的时间", "入党年月", "接收预备党员日期"),
    Field.FULL: ("转正日期", "转正时间", "转为正式党员日期", "转正年月"),
    Field.SEX: ("性别",),
    Field.DUTY: ("职务", "党内职务", "党内任职", "支部职务", "党务职务"),
    Field.PHONE: ("手机", "手机号", "手机号码", "联系电话", "电话", "移动电话", "联系方式"),
}
_BY_ALIAS = {alias: field for field, aliases in ALIASES.items() for alias in aliases}
ID_HEADERS = frozenset({"身份证", "身份证号", "身份证号码", "公民身份号码", "证件号码", "证件号"})
HEADER_WITHIN = 15  # rows in which the header is looked for, below titles and notes
NAME_CHARACTERS = 40
STAFF_NO_CHARACTERS = 30
UNIT_CHARACTERS = 60

_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_NUMBER = re.compile(
    rf"(?<!\d)(?:\d{{6}}(?:19|20)\d{{2}}{_MONTH_DAY}\d{{3}}[\dXx]|\d{{8}}{_MONTH_DAY}\d{{3}})(?!\d)", re.ASCII
)
_FOOT = re.compile(r"(合计|总计|小计|共计|填表|制表|审核|说明|备注|注\s*[:：])")


@dataclass(frozen=True)
class Duty:
    """A post as an appointment keeps it; the title is used for committee members only (组织委员 …)."""

    role: Role
    title: str = ""

    @property
    def label(self) -> str:
        return self.title or self.role.label


_NO_DUTY = frozenset({"", "支委联系人", "无", "-", "—", "/", "党员", "普通党员", "预备党员", "正式党员"})
_DUTIES = {
    "书记": Duty(Role.SECRETARY),
    "副书记": Duty(Role.DEPUTY_SECRETARY),
    "党小组组长": Duty(Role.GROUP_LEADER),
    "党小组长": Duty(Role.GROUP_LEADER),
    "小组长": Duty(Role.GROUP_LEADER),
    "组长": Duty(Role.GROUP_LEADER),
    "支委": Duty(Role.COMMITTEE_MEMBER),
    "委员": Duty(Role.COMMITTEE_MEMBER),
}
TITLED = re.compile(r"(组织|宣传|纪检|青年|统战|保密|生活|群团|群众|文体|学习|安全)(?:委员|支委)")


@dataclass(frozen=True)
class Problem:
    field: Field
    message: str


@dataclass(frozen=True)
class RosterRow:
    """`line` is the row's number in the sheet, as the office program shows it."""

    line: int
    name: str = ""
    staff_no: str = ""
    group: str = ""
    team: str = ""
    joined_on: date | None = None
    full_on: date | None = None
    sex: str = ""
    duties: tuple[Duty, ...] = ()
    masked_phone: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roster:
    fields: frozenset[Field]
    rows: tuple[RosterRow, ...]
    of_other_branches: int = 0  # rows left out because their 党支部 column names another one


def read_roster(sheets: Sequence[SheetLike], *, branch: str, today: date) -> Roster:
    """The first sheet with a header row; raises UnreadableRoster when there is none."""
    for sheet in sheets:
        refuse_id_numbers(sheet.rows)
    for sheet in sheets:
        found = find_header(sheet.rows)
        if found is not None:
            break
    else:
        raise UnreadableRoster("没有找到表头。请留一行写明各列名称，至少要有“姓名”，再加上“工号”或“党小组”。")
    header, columns = found
    rows: list[RosterRow] = []
    elsewhere = 0
    for line, cells in enumerate(sheet.rows[header + 1 :], start=header + 2):
        raw = {field: cells[at] for field, at in columns.items() if at < len(cells) and cells[at].text.strip()}
        if _is_blank_or_foot(raw):
            continue
        if Field.BRANCH in raw and bare_unit(raw[Field.BRANCH].text) != bare_unit(branch):
            elsewhere += 1
            continue
        rows.append(read_row(line, raw, today=today))
    if not rows:
        reason = f"表里的 {elsewhere} 行都写着别的党支部，没有{branch}的。" if elsewhere else "表头下面没有人。"
        raise UnreadableRoster(reason + "请核对后重新上传。")
    return Roster(frozenset(columns), tuple(rows), elsewhere)


def refuse_id_numbers(rows: Sequence[Sequence[CellLike]]) -> None:
    """Headers and numbers of identity cards, in any column; the message names cells, never the number."""
    found = [
        cell_name(line, at)
        for line, cells in enumerate(rows)
        for at, cell in enumerate(cells)
        if _ID_NUMBER.search(cell.text) or bare_header(cell.text) in ID_HEADERS
    ]
    if found:
        places = "、".join(found[:3]) + (f" 等 {len(found)} 处" if len(found) > 3 else "")
        raise UnreadableRoster(f"{places}有身份证号。本系统不存身份证号，请删去这些内容再上传；文件没有保存。")


def bare_header(text: str) -> str:
    """所在党小组（必填）* as 所在党小组."""
    text = re.sub(r"[(\[【].*?[)\]】]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\s*:_]", "", text)


def find_header(rows: Sequence[Sequence[CellLike]]) -> tuple[int, dict[Field, int]] | None:
    """Index of the header row and the column of each field; the row must name people and one thing more."""
    for index, cells in enumerate(rows[:HEADER_WITHIN]):
        named = [(field, at) for at, cell in enumerate(cells) if (field := _BY_ALIAS.get(bare_header(cell.text)))]
        columns = dict(named)
        if Field.NAME not in columns or len(columns) < 2:
            continue
        if len(named) > len(columns):
            twice = next(field for field, _ in named if sum(field == other for other, _ in named) > 1)
            raise UnreadableRoster(f"有两列都是“{twice}”，看不出该用哪一列。请只留一列再上传。")
        return index, columns
    return None


def _is_blank_or_foot(raw: Mapping[Field, CellLike]) -> bool:
    if not raw:
        return True
    name = raw.get(Field.NAME)
    return Field.STAFF_NO not in raw and (
        (name is None and len(raw) == 1) or (name is not None and _FOOT.match(name.text.strip()) is not None)
    )


class _Reader:
    """Reads the cells of one row, gathering problems and notes beside the values."""

    def __init__(self, raw: Mapping[Field, CellLike], today: date) -> None:
        self.raw = raw
        self.today = today
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def text(self, field: Field, limit: int) -> str:
        cell = self.raw.get(field)
        text = "" if cell is None else " ".join(unicodedata.normalize("NFKC", cell.text).split())
        if len(text) > limit:
            self.problems.append(Problem(field, f"超过 {limit} 个字，请改短"))
        return text

    def name(self) -> str:
        text = re.sub(r"[•‧・.]", "·", self.text(Field.NAME, NAME_CHARACTERS))
        text = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", text)  # 张 三
        if not text:
            self.problems.append(Problem(Field.NAME, "没有写姓名"))
        return text

    def staff_no(self) -> str:
        text = self.text(Field.STAFF_NO, STAFF_NO_CHARACTERS)
        if text and not re.fullmatch(r"[\w.\-/]+", text):
            self.problems.append(Problem(Field.STAFF_NO, f"“{text[:20]}”不像工号，只能有字母、数字和短横"))
        return text

    def day(self, field: Field) -> date | None:
        cell = self.raw.get(field)
        if cell is None or cell.text.strip() in {"-", "—", "/", "无"}:
            return None
        try:
            return read_date(cell.text, day=cell.day, numeric=cell.numeric, today=self.today)
        except UnclearDate as problem:
            self.problems.append(Problem(field, str(problem)))
            return None

    def sex(self) -> str:
        text = self.text(Field.SEX, 10).removesuffix("性")
        if text not in {"", "男", "女"}:
            self.problems.append(Problem(Field.SEX, "请写“男”或“女”，也可以留空"))
            return ""
        return text

    def duties(self) -> tuple[Duty, ...]:
        found: dict[Duty, None] = {}
        for part in re.split(r"[、,;/\s]+|兼", self.text(Field.DUTY, 100)):
            duty = read_duty(part)
            if duty is not None:
                found[duty] = None
            elif part not in _NO_DUTY:
                self.notes.append(f"职务“{part[:20]}”不是党内职务，没有读入")
        return tuple(found)

    def phone(self) -> str:
        return mask_phone(self.text(Field.PHONE, 40))


def read_row(line: int, raw: Mapping[Field, CellLike], *, today: date) -> RosterRow:
    reader = _Reader(raw, today)
    joined_on, full_on = reader.day(Field.JOINED), reader.day(Field.FULL)
    if joined_on and full_on and full_on < joined_on:
        reader.problems.append(Problem(Field.FULL, "转正日期早于入党日期，请核对"))
    return RosterRow(
        line=line,
        name=reader.name(),
        staff_no=reader.staff_no(),
        group=reader.text(Field.GROUP, UNIT_CHARACTERS),
        team=reader.text(Field.TEAM, UNIT_CHARACTERS),
        joined_on=joined_on,
        full_on=full_on,
        sex=reader.sex(),
        duties=reader.duties(),
        masked_phone=reader.phone(),
        problems=tuple(reader.problems),
        notes=tuple(reader.notes),
    )


def read_duty(text: str) -> Duty | None:
    """A post of the branch or group, None for what is none; 党支部 and 支部 before it may be left out."""
    text = re.sub(r"^(党支部|支部)(?!委)", "", text)
    if titled := TITLED.fullmatch(text):
        return Duty(Role.COMMITTEE_MEMBER, f"{titled[1]}委员")
    return _DUTIES.get(text)


def mask_phone(text: str) -> str:
    """138****5678; of anything shorter or longer only the last four digits stay."""
    digits = re.sub(r"\D", "", text, flags=re.ASCII)
    if len(digits) < 7:
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 else f"****{digits[-4:]}"


def bare_unit(name: str) -> str:
    """A unit's name without its kind, for comparing: 甲班生产党小组 and 甲班生产 are one, 制丝车间党支部 and 制丝车间."""
    name = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", name))
    kinds = ("党小组", "小组", "党支部", "支部")
    return name if name in kinds else re.sub(rf"({'|'.join(kinds)})$", "", name)
