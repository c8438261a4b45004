"""Cells as the grid sends them, definitions as people write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from wtforms import FileField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from app.foundation.forms import Form, SeveralField, options, text, trimmed
from app.foundation.paging import LARGEST_NUMBER
from app.foundation.periods import ADDRESSED_YEARS, Month
from app.indicators.attainment import Direction, Target
from app.indicators.definition_queries import Spot, Wording
from app.indicators.figure_queries import Cell
from app.indicators.figures import UnreadableFigure, figure_text, read_figure
from app.indicators.models import IndicatorVersion

# ---------------------------------------------------------------- the grid

_NAME = re.compile(r"v\.(\d{1,10}-\d{1,10}-\d{1,10})\.(\d{4}-\d{2})\.(\d{1,10})", re.ASCII)


def cell_name(row: str, month: Month, seen: int) -> str:
    """The field of a cell; it carries the value that its writer saw, so that no field has to go beside it."""
    return f"v.{row}.{month}.{seen}"


@dataclass
class Sent:
    """What a grid sent. `typed`: every text as it was typed, `errors`: what is no figure; both by (row, month)."""

    cells: list[Cell] = field(default_factory=list)
    typed: dict[tuple[str, Month], str] = field(default_factory=dict)
    errors: dict[tuple[str, Month], str] = field(default_factory=dict)


def sent_cells(fields: Mapping[str, str], year: int) -> Sent:
    """Fields that are no cell of the year are passed over: an address does not offer them."""
    sent = Sent()
    for name, typed in fields.items():
        match = _NAME.fullmatch(name)
        if match is None or not match[2].startswith(f"{year:04}-") or not 1 <= int(match[2][5:]) <= 12:
            continue
        if max(map(int, [*match[1].split("-"), match[3]])) > LARGEST_NUMBER:
            continue
        row, month = match[1], Month.parse(match[2])
        sent.typed[row, month] = typed[:40]
        try:
            sent.cells.append(Cell(row, month, read_figure(typed), int(match[3])))
        except UnreadableFigure as error:
            sent.errors[row, month] = str(error)
    return sent


# ---------------------------------------------------------------- definitions


class FigureField(StringField):
    """An exact figure in a text field; `figure` is None where it was left empty."""

    figure: Fraction | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        try:
            self.figure = read_figure(self.data or "")
        except UnreadableFigure as error:
            raise ValueError(str(error)) from error

    def __call__(self, **attributes: Any) -> Any:
        return super().__call__(**{"class": "short", "inputmode": "decimal", "autocomplete": "off", **attributes})


class MonthField(StringField):
    month: Month | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        match = re.fullmatch(r"(\d{4})(?:[-./]|年)(\d{1,2})月?", (self.data or "").strip(), re.ASCII)
        if match is None or int(match[1]) not in ADDRESSED_YEARS or not 1 <= int(match[2]) <= 12:
            raise ValueError("请写成 2026-11 这样的月份。")
        self.month = Month(int(match[1]), int(match[2]))

    def __call__(self, **attributes: Any) -> Any:
        return super().__call__(**{"class": "short", "placeholder": "2026-11", **attributes})


def _words(label: str, most: int, *validators: Any) -> StringField:
    return StringField(label, [*validators, Length(max=most, message=f"最多 {most} 个字。")], filters=[trimmed])


class DefinitionForm(Form):
    name = _words("指标名称", 20, DataRequired("请填名称，如“烟丝整丝率”。"))
    unit = _words("单位", 10)
    direction = RadioField("方向", choices=options((one.value, one.label) for one in Direction), default="more")
    bound = FigureField("目标值", [InputRequired("请填目标值。")])
    upper = FigureField("区间上限")
    baseline = FigureField("基准值")
    weight = FigureField("权重", [InputRequired("请填权重，如 1。")], default="1")
    from_month = MonthField("从哪个月起", [InputRequired("请填月份。")])
    spots = SeveralField("适用哪些党小组或班组")
    source = _words("数据来源", 60)
    responsible = _words("谁负责提供", 40)
    reason = TextAreaField("为什么改", [Length(max=300, message="请压缩到 300 字以内。")], filters=[trimmed])
    seen = HiddenField()

    def validate_weight(self, field: FigureField) -> None:
        if field.figure is not None and not 0 < field.figure <= 1000:
            raise ValidationError("权重请填大于 0、不超过 1000 的数。")

    def validate_upper(self, field: FigureField) -> None:
        if self.direction.data != Direction.RANGE.value:
            return
        if field.figure is None:
            raise ValidationError("方向是“在区间内”，请填区间上限。")
        if self.bound.figure is not None and field.figure < self.bound.figure:
            raise ValidationError("区间上限比下限还小，请核对。")

    def offer(self, spots: list[Spot]) -> None:
        self.spots.choices = options(
            (spot.key, spot.label if spot.team_id else f"{spot.label}（整组）") for spot in spots
        )

    def wording(self, spots: list[Spot]) -> Wording:
        """After the form was found valid."""
        chosen, direction = set(self.spots.data or ()), Direction(self.direction.data)
        if self.bound.figure is None or self.weight.figure is None or self.from_month.month is None:
            raise ValueError("a required figure is missing")
        return Wording(
            name=text(self.name),
            unit=text(self.unit),
            target=Target(direction, self.bound.figure, self.upper.figure if direction is Direction.RANGE else None),
            baseline=self.baseline.figure,
            weight=self.weight.figure,
            source=text(self.source),
            responsible=text(self.responsible),
            from_month=self.from_month.month,
            spots=[spot for spot in spots if spot.key in chosen],
            reason=text(self.reason),
        )


def filled(version: IndicatorVersion, month: Month) -> dict[str, Any]:
    """A version as the form shows it for the next one, which holds from `month` unless somebody says otherwise."""
    return {
        "name": version.name, "unit": version.unit, "direction": version.direction.value,
        "bound": figure_text(version.bound), "upper": figure_text(version.upper),
        "baseline": figure_text(version.baseline), "weight": figure_text(version.weight), "from_month": str(month),
        "spots": [f"{scope.group_id}-{scope.team_id or 0}" for scope in version.scopes], "source": version.source,
        "responsible": version.responsible, "seen": str(version.number),
    }  # fmt: skip


class ValuesForm(Form):
    file = FileField("指标表")
