"""From a draft to a rubric: what can be read is read, what cannot is named by its path, in words that say what to do."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

from app.rubrics.draft import Draft
from app.rubrics.measures import MEASURES
from app.rubrics.rubric import (
    BonusLevel,
    Condition,
    Criterion,
    CriterionKind,
    Deduction,
    Dimension,
    Rubric,
    ScaleStep,
    Scorer,
)

TITLE, LABEL, UNIT, TEXT = 60, 60, 8, 1000
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2}|/[1-9]\d{0,2})?", re.ASCII)
# In addresses, in the names of fields and in the text that lists marks: so letters, digits, dot and hyphen only.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,11}")

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)


@dataclass
class Read:
    """`rubric` is None as long as there are errors."""

    rubric: Rubric | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read_draft(draft: Draft) -> Read:
    reader = _Reader()
    rubric = reader.rubric(draft)
    return Read(None, reader.errors) if reader.errors else Read(rubric)


def number_of(text: str) -> Fraction | None:
    """Points as people type them: full-width digits and the word 分 are taken too."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    return Fraction(plain) if _NUMBER.fullmatch(plain) else None


class _Reader:
    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def rubric(self, draft: Draft) -> Rubric:
        return Rubric(
            title=self._text(draft, "title", "", "细则名称", TITLE),
            dimensions=self._each(draft, "dimensions", "", self._dimension),
            gates=self._each(draft, "gates", "", self._condition, ("title", "guidance")),
            vetoes=self._each(draft, "vetoes", "", self._condition, ("title", "guidance")),
            bonus_levels=self._levels(draft),
            bonus_cap=self._number(draft, "bonus_cap", "", "加分上限"),
        )

    def _dimension(self, draft: Draft, path: str) -> Dimension:
        return Dimension(
            code=self._code(draft, path),
            title=self._text(draft, "title", path, "维度名称", TITLE),
            criteria=self._each(draft, "criteria", path, self._criterion),
            business=bool(draft.get("business")),
            cap=self._number(draft, "cap", path, "封顶分") if _given(draft, "cap") else None,
        )

    def _criterion(self, draft: Draft, path: str) -> Criterion:
        kind = self._word(draft, "kind", path, CriterionKind)
        code = self._code(draft, path)
        is_measured = kind is CriterionKind.MEASURED
        deducts = kind is CriterionKind.DEDUCTION
        return Criterion(
            code=code,
            title=self._text(draft, "title", path, "指标名称", TITLE),
            kind=kind,
            maximum=self._number(draft, "maximum", path, "满分"),
            guidance=self._text(draft, "guidance", path, "评分要领", TEXT, needed=False),
            evidence=tuple(
                filter(None, re.split(r"[、,，;；\s]+", self._text(draft, "evidence", path, "佐证", 200, needed=False)))
            ),
            deductions=self._deductions(draft, path, code) if deducts else (),
            steps=self._each(draft, "steps", path, self._step, ("points", "label"))
            if kind is CriterionKind.SCALE
            else (),
            example=self._text(draft, "example", path, "举例", TEXT, needed=False),
            scored_by=self._word(draft, "scorer", path, Scorer),
            allows_na=bool(draft.get("allows_na")),
            measure=self._measure(draft, path) if is_measured else "",
            subject=self._text(draft, "subject", path, "测算对象", 40, needed=False) if is_measured else "",
            play=self._number(draft, "play", path, "支部可调分数") if _given(draft, "play") else Fraction(0),
            rewordable=bool(draft.get("rewordable")),
        )

    def _deductions(self, draft: Draft, path: str, code: str) -> tuple[Deduction, ...]:
        found = self._each(draft, "deductions", path, self._deduction, ("label", "points"))
        used = {deduction.code for deduction in found if deduction.code}
        free = (f"{code}-{number}" for number in range(1, 2 * len(found) + 2))
        fresh = (one for one in free if one not in used)
        seen: set[str] = set()
        result = []
        for one in found:
            own = one.code if one.code and one.code not in seen else next(fresh)
            seen.add(own)
            result.append(Deduction(own, one.label, one.points, one.unit))
        return tuple(result)

    def _deduction(self, draft: Draft, path: str) -> Deduction:
        return Deduction(
            code=str(draft.get("code", ""))[:20],
            label=self._text(draft, "label", path, "扣分情形", LABEL),
            points=self._number(draft, "points", path, "扣几分"),
            unit=self._text(draft, "unit", path, "单位", UNIT, needed=False) or "项",
        )

    def _step(self, draft: Draft, path: str) -> ScaleStep:
        return ScaleStep(
            self._number(draft, "points", path, "这一档的分"), self._text(draft, "label", path, "这一档的说法", LABEL)
        )

    def _condition(self, draft: Draft, path: str) -> Condition:
        return Condition(
            self._code(draft, path),
            self._text(draft, "title", path, "条件", TITLE),
            self._text(draft, "guidance", path, "说明", TEXT, needed=False),
        )

    def _levels(self, draft: Draft) -> tuple[BonusLevel, ...]:
        found = self._each(draft, "bonus_levels", "", self._level, ("label", "points"))
        used = {level.code for level in found if level.code}
        fresh = (code for code in (f"level-{number}" for number in range(1, 2 * len(found) + 2)) if code not in used)
        seen: set[str] = set()
        result = []
        for one in found:
            own = one.code if one.code and one.code not in seen else next(fresh)
            seen.add(own)
            result.append(BonusLevel(own, one.label, one.points))
        return tuple(result)

    def _level(self, draft: Draft, path: str) -> BonusLevel:
        return BonusLevel(
            str(draft.get("code", ""))[:12],
            self._text(draft, "label", path, "荣誉级别", 20),
            self._number(draft, "points", path, "加几分"),
        )

    # ------------------------------------------------------------ one field

    def _each(
        self, draft: Draft, name: str, path: str, read: Callable[[Draft, str], T], wanted: Sequence[str] = ()
    ) -> tuple[T, ...]:
        """Every entry but those in whose wanted fields nobody has typed anything."""
        found = []
        for at, entry in enumerate(draft.get(name) or []):
            if not wanted or any(_given(entry, one) for one in wanted):
                found.append(read(entry, f"{path}.{name}.{at}" if path else f"{name}.{at}"))
        return tuple(found)

    def _text(self, draft: Draft, name: str, path: str, what: str, longest: int, *, needed: bool = True) -> str:
        text = str(draft.get(name) or "").strip()
        if needed and not text:
            self._refuse(path, name, f"请填{what}。")
        if len(text) > longest:
            self._refuse(path, name, f"{what}有 {len(text)} 个字，请压缩到 {longest} 字以内。")
        return text

    def _number(self, draft: Draft, name: str, path: str, what: str) -> Fraction:
        text = str(draft.get(name) or "").strip()
        found = number_of(text)
        if found is None:
            said = f"“{text[:20]}”读不成分数，" if text else ""
            self._refuse(path, name, f"{said}请填{what}：0 到 999 的数，最多两位小数。")
        return found if found is not None else Fraction(0)

    def _code(self, draft: Draft, path: str) -> str:
        code = unicodedata.normalize("NFKC", str(draft.get("code") or "")).strip()
        if not _CODE.fullmatch(code):
            self._refuse(path, "code", "编号请用字母或数字，如 A1，最多 12 个字符。")
        return code

    def _word(self, draft: Draft, name: str, path: str, words: type[Word]) -> Word:
        try:
            return words(draft.get(name) or next(iter(words)))
        except ValueError:
            self._refuse(path, name, "没有这种选择，请在列出的里面选。")
            return next(iter(words))

    def _measure(self, draft: Draft, path: str) -> str:
        name = str(draft.get("measure") or "")
        if name not in MEASURES:
            self._refuse(path, "measure", "请选系统测算什么。")
        return name

    def _refuse(self, path: str, name: str, words: str) -> None:
        self.errors[f"{path}.{name}" if path else name] = words


def _given(draft: Any, name: str) -> bool:
    return bool(str(draft.get(name) or "").strip())


# ---------------------------------------------------------------- two drafts side by side


@dataclass(frozen=True, slots=True)
class Difference:
    """A text that differs; `path` leads to it in `mine`, and is empty where the entry is not there."""

    where: str
    theirs: str
    mine: str
    path: str = ""


WORDS = {
    "title": "名称", "code": "编号", "bonus_cap": "加分上限", "cap": "封顶分", "business": "业务维度", "kind": "评法",
    "maximum": "满分", "guidance": "评分要领", "example": "举例", "evidence": "佐证", "scorer": "谁来评",
    "allows_na": "可评不适用", "measure": "测算什么", "subject": "测算对象", "play": "支部可调分数",
    "rewordable": "支部可改写", "label": "说法", "points": "分数", "unit": "单位",
}  # fmt: skip
PLACES = {
    "gates": "必备条件", "vetoes": "一票否决", "bonus_levels": "加分", "dimensions": "维度", "deductions": "扣分项",
    "steps": "档次",
}  # fmt: skip


def differences(theirs: Draft, mine: Draft) -> list[Difference]:
    """Entries are matched by their codes, so that moving one is no difference in every field after it."""
    one, other = _named(theirs), _named(mine)
    return [
        Difference(where, one.get(where, ("", ""))[0], *other.get(where, ("", "")))
        for where in dict.fromkeys([*other, *one])
        if one.get(where, ("", ""))[0] != other.get(where, ("", ""))[0]
    ]


def _named(node: Any, where: str = "", path: str = "") -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for key, value in node.items():
        inside = f"{path}.{key}" if path else str(key)
        if isinstance(value, list):
            for at, entry in enumerate(value):
                code = entry.get("code") if key not in ("deductions", "bonus_levels") else None
                place = "" if key == "criteria" else PLACES.get(key, "")
                name = " ".join(filter(None, (where, place, code or f"第 {at + 1} 行")))
                found |= _named(entry, name, f"{inside}.{at}")
        elif str(value).strip() and not (key == "code" and where.endswith("行")):
            found[f"{where} {WORDS.get(key, key)}".strip()] = (str(value).strip(), inside)
    return found
