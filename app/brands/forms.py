"""Forms of brands and goals."""

from collections.abc import Iterable
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from app.brands.content import FACE, HUES, LABELS, Content
from app.brands.seal import Shape
from app.brands.version_queries import Tie
from app.foundation.forms import DayField, Form, SeveralField, text, trimmed

MOST_LINES, LONGEST_LINE = 12, 60
SHAPES = [SelectChoice("", "按字数"), *(SelectChoice(shape.value, shape.label) for shape in Shape)]
COLOURS = [SelectChoice("", "自动"), *(SelectChoice(hue, label) for hue, label in HUES.items())]


def lines(field: Field) -> tuple[str, ...]:
    """One entry a line; blank lines and the bullets that people type are dropped."""
    stripped = (line.strip().lstrip("-•·*、").strip() for line in (field.data or "").splitlines())
    return tuple(line for line in stripped if line)


def short_lines(_form: Form, field: TextAreaField) -> None:
    entries = lines(field)
    if len(entries) > MOST_LINES:
        raise ValidationError(f"最多{MOST_LINES}行，现在是{len(entries)}行。")
    long = next((entry for entry in entries if len(entry) > LONGEST_LINE), None)
    if long is not None:
        raise ValidationError(f"每行最多{LONGEST_LINE}个字，“{long[:10]}…”太长，请分行或收短。")


def one_line(value: Any) -> Any:
    """A filter: line breaks and runs of blanks become one blank."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _text(name: str, most: int, *required: Any) -> StringField:
    rule = Length(max=most, message=f"最多{most}个字。")
    return StringField(LABELS[name], [*required, rule], filters=[one_line])


def _long(name: str, most: int) -> TextAreaField:
    return TextAreaField(LABELS[name], [Length(max=most, message=f"最多{most}个字。")], filters=[trimmed])


def _list(name: str) -> TextAreaField:
    return TextAreaField(LABELS[name], [short_lines], filters=[trimmed])


class BrandForm(Form):
    """A draft. Only the name is asked for at once; what the branch needs to discuss it is asked for at submission."""

    name = _text("name", 20, DataRequired("请填名称。"))
    slogan = _text("slogan", 60)
    connotation = _long("connotation", 2000)
    trait = _text("trait", 120)
    carriers = _list("carriers")
    measures = _list("measures")
    mechanism = _long("mechanism", 1000)
    results = _list("results")
    influence = _long("influence", 1000)
    indicators = _list("indicators")
    goal_ids = SeveralField(LABELS["goal_ids"], coerce=int)
    team_ids = SeveralField(LABELS["team_ids"], coerce=int)
    owner = _text("owner", 60)
    responsible = _text("responsible", 40)
    created_on = DayField(LABELS["created_on"], [Optional()])
    logo_note = _long("logo_note", 500)
    logo_approval = _text("logo_approval", 120)
    seal_shape = RadioField(LABELS["seal_shape"], choices=SHAPES, default="", validate_choice=False)
    seal_reads_across = BooleanField("横读")
    hue = RadioField(LABELS["hue"], choices=COLOURS, default="", validate_choice=False)
    parent = SelectField("上级品牌", coerce=int)
    version = HiddenField()

    def validate_created_on(self, field: DayField) -> None:
        # WTForms' own message for a broken date is kept; it speaks Chinese by the form's locale.
        if field.data is not None and not 1921 <= field.data.year <= 2100:
            raise ValidationError("请核对年份。")

    def validate_seal_shape(self, field: RadioField) -> None:
        if (field.data or "") not in {"", *Shape}:
            raise ValidationError("请选一种形制。")

    def validate_hue(self, field: RadioField) -> None:
        if (field.data or "") not in {"", *HUES}:
            raise ValidationError("请选一种颜色。")

    def offer(self, tied: Iterable[Tie]) -> None:
        """Goals and teams to choose from; a field without any is left out."""
        kept = list(tied)
        for field, kind in ((self.goal_ids, "goal"), (self.team_ids, "team")):
            field.choices = [SelectChoice(tie.id, tie.text) for tie in kept if tie.kind == kind]
            if not field.choices:
                del self[field.name]

    def keep_face(self) -> None:
        """Without the fields of the face: for bringing a version in force up to date."""
        for name in (*FACE, "parent"):
            if name in self:
                del self[name]

    def fill(self, content: Content) -> None:
        for field in self:
            value = getattr(content, field.name, None)
            if isinstance(value, tuple):
                field.data = list(value) if field.name.endswith("_ids") else "\n".join(value)
            elif value is not None:
                field.data = value

    def content(self, kept: Content) -> Content:
        """What was typed; fields that the form does not show stay as in `kept`."""
        typed = {name: getattr(kept, name) for name in Content.__dataclass_fields__}
        for name in typed:
            if name in self:
                typed[name] = self._typed(name)
        return Content(**typed)

    def _typed(self, name: str) -> object:
        field = self[name]
        if name in {"carriers", "measures", "results", "indicators"}:
            return lines(field)
        if name.endswith("_ids"):
            return tuple(field.data or ())
        return field.data if name in {"seal_reads_across", "created_on"} else (field.data or "").replace("\r\n", "\n")

    @property
    def seen_version(self) -> int:
        """The version that the writer saw; 0, which no row has, when the field was tampered with."""
        typed = text(self.version)
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


class ReasonForm(Form):
    reason = TextAreaField(
        "理由",
        [DataRequired("请写理由，一两句话即可。"), Length(max=200, message="最多200个字。")],
        filters=[trimmed],
    )


class ResolutionForm(Form):
    decision = StringField(
        "研究情况", [Length(max=120, message="最多120个字。")], filters=[trimmed], description="哪次会议、什么结论"
    )
    begins_on = DayField("启用日期", [Optional()])


class FilingForm(Form):
    note = StringField("备案文号或说明", [Length(max=120, message="最多120个字。")], filters=[trimmed])
