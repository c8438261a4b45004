"""A rubric out of the sheets of a workbook.

What this product wrote (`workbook`) is read back whole. A committee's own sheet is read by the words of its head: 维度, 指标, 分值,
评分标准, 扣分 …, below titles, with merged cells. Nothing is dropped in silence: a cell that cannot be taken is named by
its address, a sentence that is no deduction and no step stays as guidance and is said.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.foundation.sheet_cells import SheetLike, cell_name
from app.rubrics.draft import YES, Draft
from app.rubrics.measures import MEASURES
from app.rubrics.reading import number_of
from app.rubrics.rubric import CriterionKind, Scorer, points_text
from app.rubrics.sentences import deduction_of, step_of
from app.rubrics.workbook import CONDITION_SHEETS


class UnreadableRubricError(Exception):
    """The file as a whole cannot be taken; the message is Chinese and says what to change."""


@dataclass(frozen=True, slots=True)
class CellNote:
    """Something about one cell: an error, or what was read otherwise than written."""

    sheet: str
    cell: str
    words: str


@dataclass
class Sheeted:
    """`errors` stand between the sheet and a rubric; `notes` do not."""

    draft: Draft
    errors: list[CellNote] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)
    cells: dict[str, CellNote] = field(default_factory=dict)
    """By path: from which cell a text of the draft came, with no words."""


HEADS: dict[str, tuple[str, ...]] = {
    "dimension_code": ("维度编号",),
    "dimension": ("维度", "一级指标", "考核维度", "考核项目", "评价维度", "项目", "类别", "考核类别", "一级项目"),
    "code": ("编号", "序号", "指标编号", "代码"),
    "title": ("指标", "二级指标", "三级指标", "指标名称", "考核内容", "考核指标", "评价内容", "评价指标", "考评内容", "内容", "二级项目"),
    "maximum": ("分值", "满分", "标准分", "标准分值", "分数", "权重", "配分", "基本分"),
    "guidance": ("评分标准", "评分要领", "考核标准", "评价标准", "评分办法", "评分细则", "考核办法", "评分说明", "考评标准", "标准"),
    "deductions": ("扣分", "扣分标准", "扣分项", "扣分细则", "扣分办法", "扣分情形", "扣分规则", "减分", "减分标准"),
    "steps": ("档次", "评分档次", "量表", "等级标准"),
    "kind": ("评法", "评分方式", "计分方式", "考核方式"),
    "scorer": ("谁来评", "评分主体", "评价主体", "考核主体", "考核部门", "评分人"),
    "evidence": ("佐证", "佐证材料", "支撑材料", "印证材料", "资料来源", "查看资料", "检查资料", "备查资料"),
    "example": ("举例", "示例", "例子"),
    "note": ("备注", "说明"),
    "allows_na": ("可评不适用", "不适用"),
    "business": ("业务维度",),
    "cap": ("封顶", "封顶分"),
    "measure": ("系统测算",),
    "subject": ("测算对象",),
    "play": ("支部可调分数",),
    "rewordable": ("支部可改写",),
}  # fmt: skip
_BY_HEAD = {head: name for name, heads in HEADS.items() for head in heads}
_WITHIN = 20
_TOTAL = re.compile(r"^(合计|总计|小计|总分|共计)")
_REMARK = re.compile(r"^(注|说明|备注)\s*[:：]")
_DEDUCTION = frozenset({"", CriterionKind.DEDUCTION.label, CriterionKind.DEDUCTION.label[:-1]})
_YES = frozenset({"是", "1", "√", "✓", "可", "可以", "有", "y", "yes", "true"})


def read_sheets(sheets: Sequence[SheetLike], *, file_name: str = "") -> Sheeted:
    """Raises UnreadableRubricError where no sheet has a head with 指标 and 分值."""
    main = next(((sheet, at) for sheet in sheets if (at := _head_of(sheet)) is not None), None)
    if main is None:
        raise UnreadableRubricError(
            "没有找到表头。请让一行里同时有“指标”（或考核内容）和“分值”（或满分），下面一行一项；"
            "也可以先导出一版细则，照着它的样子填。"
        )
    title = file_name.rpartition(".")[0].strip()[:60] or "导入的评分细则"
    found = Sheeted({"title": title, "bonus_cap": "5", "gates": [], "vetoes": [], "bonus_levels": [], "dimensions": []})
    _Reader(found, *main).read()
    for sheet in sheets:
        if sheet is not main[0]:
            _read_other(found, sheet)
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s|（[^）]*）|\([^)]*\)", "", unicodedata.normalize("NFKC", text))


def _head_of(sheet: SheetLike) -> int | None:
    for at, row in enumerate(sheet.rows[:_WITHIN]):
        names = {_BY_HEAD.get(_plain(cell.text)) for cell in row}
        if {"title", "maximum"} <= names:
            return at
    return None


class _Reader:
    def __init__(self, found: Sheeted, sheet: SheetLike, head: int) -> None:
        self.found, self.sheet, self.head = found, sheet, head
        self.columns: dict[str, int] = {}
        for column, cell in enumerate(sheet.rows[head]):
            name = _BY_HEAD.get(_plain(cell.text))
            if name and name not in self.columns:
                self.columns[name] = column
            elif cell.text.strip():
                self.note(head, column, f"这一列“{cell.text.strip()[:20]}”不认得，没有读。")
        if "dimension" not in self.columns and sum(_plain(c.text) in HEADS["title"] for c in sheet.rows[head]) > 1:
            self._two_title_columns()

    def _two_title_columns(self) -> None:
        """考核内容 and 指标 side by side without a 维度: the first one gathers."""
        first, second = [at for at, c in enumerate(self.sheet.rows[self.head]) if _plain(c.text) in HEADS["title"]][:2]
        self.columns |= {"dimension": first, "title": second}
        self.found.notes = [one for one in self.found.notes if one.cell != cell_name(self.head, second)]

    def read(self) -> None:
        below = False
        for line in range(self.head + 1, len(self.sheet.rows)):
            texts = {name: self.text(line, name) for name in self.columns}
            first = next((cell.text.strip() for cell in self.sheet.rows[line] if cell.text.strip()), "")
            below = below or bool(_REMARK.match(_plain(first)))
            if not first or _TOTAL.match(_plain(first)) or _TOTAL.match(_plain(texts.get("title", ""))):
                continue
            if below and not (texts["title"] and texts["maximum"]):
                self.note(line, 0, f"“{first[:20]}”是表下面的说明，没有读。")
            else:
                self._criterion(line, texts)
        if not any(d["criteria"] for d in self.found.draft["dimensions"]):
            raise UnreadableRubricError("表头下面没有指标。请看看是不是选错了文件，或指标写在别的工作表里。")
        _complete(self.found.draft)

    def text(self, line: int, name: str) -> str:
        row, column = self.sheet.rows[line], self.columns[name]
        return row[column].text.strip() if column < len(row) else ""

    def _criterion(self, line: int, texts: Mapping[str, str]) -> None:
        dimension = self._dimension(line, texts)
        c: Draft = {
            "code": texts.get("code", ""),
            "title": texts["title"],
            "maximum": self._points(line, "maximum", texts["maximum"]),
            "guidance": texts.get("guidance", ""),
            "example": texts.get("example", ""),
            "evidence": texts.get("evidence", ""),
            "allows_na": YES if "allows_na" not in texts or _agrees(texts["allows_na"], empty=True) else "",
            "rewordable": YES if _agrees(texts.get("rewordable", "")) else "",
            "play": texts.get("play", ""),
            "subject": texts.get("subject", ""),
            "deductions": [],
            "steps": [],
        }
        if not c["title"]:
            self.error(line, "title", "这一行有内容，却没有指标名称。请补上，或删去这一行。")
        if note := texts.get("note"):
            c["guidance"] = "\n".join(filter(None, (c["guidance"], note)))
        if c["code"].isdigit() and "dimension_code" not in texts:
            c["code"] = ""  # a running number is no code of a criterion: 1, 2, 3 … start anew in every sheet
        path = f"dimensions.{len(self.found.draft['dimensions']) - 1}.criteria.{len(dimension['criteria'])}"
        self._sentences(line, texts, c)
        self._choices(line, texts, c)
        for name in ("code", "title", "maximum", "guidance", "evidence", "example", "play", "subject"):
            if name in self.columns:
                self.found.cells[f"{path}.{name}"] = CellNote(self.sheet.name, cell_name(line, self.columns[name]), "")
        dimension["criteria"].append(c)

    def _dimension(self, line: int, texts: Mapping[str, str]) -> Draft:
        """A new one where the name changes; an empty cell goes on with the one above."""
        written = texts.get("dimension", "")
        title = re.sub(r"\s*[（(]\s*\d+(?:\.\d+)?\s*分?\s*[）)]\s*$", "", written).replace("\n", "").strip()
        code = texts.get("dimension_code", "")
        dimensions: list[Draft] = self.found.draft["dimensions"]
        if dimensions and (not title or title == dimensions[-1]["title"]) and code in ("", dimensions[-1]["code"]):
            return dimensions[-1]
        if not title and not dimensions:
            title = "考核内容"
            if "dimension" in self.columns:
                self.note(line, self.columns["dimension"], f"没有写维度，先放在“{title}”里。")
        business = texts.get("business", "")
        dimensions.append(
            {
                "code": code,
                "title": title,
                "business": YES if (_agrees(business) if "business" in texts else "业务" in title) else "",
                "cap": texts.get("cap", ""),
                "criteria": [],
            }
        )
        return dimensions[-1]

    def _points(self, line: int, name: str, written: str) -> str:
        points = number_of(written)
        if points is not None:
            return points_text(points)
        if not written:
            self.error(line, name, "没有分值。若是公式，请在 Excel 里算出结果、存盘后再传。")
        elif "%" in unicodedata.normalize("NFKC", written):
            self.error(line, name, f"“{written[:20]}”是百分比，请改成分数，如 10。")
        else:
            self.error(line, name, f"“{written[:20]}”不是数字，请改成 10 或 2.5 这样的分数。")
        return written

    def _sentences(self, line: int, texts: Mapping[str, str], c: Draft) -> None:
        """Deductions and steps out of their cells, and out of the guidance where a sheet has no cells for them."""
        for name, read in (("deductions", deduction_of), ("steps", step_of)):
            left = self._split(texts.get(name, ""), read, c[name])
            if left:
                c["guidance"] = "\n".join(filter(None, (c["guidance"], *left)))
                told = "、".join(f"“{one[:30]}”" for one in left)
                self.note(
                    line,
                    self.columns[name],
                    f"{told}没有读成{'扣分项' if name == 'deductions' else '档次'}，原话放进了评分要领。",
                )
        if not c["deductions"] and not c["steps"] and texts.get("kind", "") in _DEDUCTION:
            self._split(c["guidance"], deduction_of, c["deductions"])
            if c["deductions"]:
                told = "、".join(f"{d['label']} −{d['points']}/{d['unit']}" for d in c["deductions"])
                self.note(line, self.columns.get("guidance", 0), f"从评分标准里读出扣分项：{told}。请核对。")

    @staticmethod
    def _split(text: str, read: Callable[[str], Draft | None], into: list[Draft]) -> list[str]:
        left = []
        for sentence in filter(None, (one.strip() for one in re.split(r"\n" if "｜" in text else r"[\n；;。]", text))):
            found = read(sentence)
            if found is None:
                left.append(sentence)
            else:
                into.append(found)
        return left

    def _choices(self, line: int, texts: Mapping[str, str], c: Draft) -> None:
        kinds = {kind.label: kind.value for kind in CriterionKind} | {
            kind.label[:-1]: kind.value for kind in CriterionKind
        }
        written = texts.get("kind", "")
        if written and written not in kinds:
            self.error(line, "kind", f"“{written[:20]}”不认得，请写：{'、'.join(k.label for k in CriterionKind)}。")
        guessed = CriterionKind.SCALE if c["steps"] else CriterionKind.DEDUCTION
        c["kind"] = kinds.get(written, guessed.value)
        scorers = {scorer.label: scorer.value for scorer in Scorer}
        who = texts.get("scorer", "")
        if who and who not in scorers:
            self.note(line, self.columns["scorer"], f"“{who[:20]}”先按评委评，请核对。")
        c["scorer"] = scorers.get(who, Scorer.PANEL.value)
        measures = {measure.title: name for name, measure in MEASURES.items()}
        c["measure"] = measures.get(texts.get("measure", ""), "")
        if c["kind"] == CriterionKind.MEASURED.value and not c["measure"]:
            self.error(line, "kind", f"系统测算的，请在“系统测算”一列写：{'、'.join(measures)}。")

    def error(self, line: int, name: str, words: str) -> None:
        self.found.errors.append(CellNote(self.sheet.name, cell_name(line, self.columns[name]), words))

    def note(self, line: int, column: int, words: str) -> None:
        self.found.notes.append(CellNote(self.sheet.name, cell_name(line, column), words))


def _agrees(text: str, *, empty: bool = False) -> bool:
    return empty if not text else text.lower() in _YES


def _complete(draft: Draft) -> None:
    """Codes where the sheet has none: A, B … and A1, A2 …"""
    used = {c["code"] for d in draft["dimensions"] for c in d["criteria"]} | {d["code"] for d in draft["dimensions"]}
    letters = iter(one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if one not in used)
    for dimension in draft["dimensions"]:
        dimension["code"] = dimension["code"] or next(letters, f"D{len(used)}")
        numbers = iter(range(1, 1000))
        for criterion in dimension["criteria"]:
            while not criterion["code"]:
                code = f"{dimension['code']}{next(numbers)}"
                if code not in used:
                    criterion["code"] = code
            used.add(criterion["code"])


def _read_other(found: Sheeted, sheet: SheetLike) -> None:
    """The product's own further sheets; any other is said to be left out."""
    rows = [[cell.text for cell in row] for row in sheet.rows]
    head = {name: at for at, name in enumerate(rows[0])} if rows else {}

    def texts(row: Sequence[str], *names: str) -> list[str]:
        return [row[head[name]] if head[name] < len(row) else "" for name in names]

    if sheet.name in CONDITION_SHEETS and {"编号", "条件", "怎样算"} <= head.keys():
        keys = ("code", "title", "guidance")
        found.draft[CONDITION_SHEETS[sheet.name]] = [
            dict(zip(keys, texts(row, "编号", "条件", "怎样算"), strict=True)) for row in rows[1:] if any(row)
        ]
    elif sheet.name == "加分" and {"荣誉级别", "加分"} <= head.keys():
        names = ("荣誉级别", "加分", "代码") if "代码" in head else ("荣誉级别", "加分")
        found.draft["bonus_levels"] = [
            dict(zip(("label", "points", "code"), texts(row, *names), strict=False)) for row in rows[1:] if any(row)
        ]
    elif sheet.name == "细则" and {"细则名称", "加分合计最多"} <= head.keys() and len(rows) > 1:
        found.draft["title"], found.draft["bonus_cap"] = texts(rows[1], "细则名称", "加分合计最多")
    else:
        found.notes.append(CellNote(sheet.name, "", "这张工作表没有读。"))
