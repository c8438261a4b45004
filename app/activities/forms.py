"""Forms of activities."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup
from wtforms import (
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput, TextInput

from app.activities.details import Details, SittingDetails
from app.activities.form_queries import Option
from app.foundation.forms import DayField, Form, SeveralField, text, trimmed

MAX_SITTINGS = 6
NOTHING = 0
EARLIEST = date(2000, 1, 1)


def values_of(field: RadioField | SelectField | SeveralField) -> list[Any]:
    """The values that the field offers, in their order."""
    return [choice[0] for choice in field.iter_choices()]


class TimeField(StringField):
    """A time of day. What could not be read comes back as plain text: a time input would throw it away."""

    def __call__(self, **attributes: Any) -> Markup:
        return TextInput("text" if self.errors else "time")(self, **attributes)


class SittingForm(Form):
    held_on = DayField("日期", [InputRequired("请填日期。")])
    starts_at = TimeField("时间", filters=[trimmed])
    room = StringField("地点", [Length(max=60, message="地点最多 60 个字。")], filters=[trimmed])

    def validate_held_on(self, field: DayField) -> None:
        if field.data and not EARLIEST <= field.data <= date(2099, 12, 31):
            raise ValidationError("日期的年份不对，请核对。")

    def validate_starts_at(self, field: StringField) -> None:
        if field.data and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", field.data):
            raise ValidationError("时间请写成 14:30 这样。")

    @property
    def details(self) -> SittingDetails:
        """Asked for only after the form was found in order."""
        return SittingDetails(self.held_on.data or EARLIEST, text(self.starts_at), text(self.room))


class ActivityForm(Form):
    """Kinds, groups, brands, goals and teams are filled in by `offer`."""

    kind = RadioField("类别", [InputRequired("请选一个类别。")], coerce=int, validate_choice=False)
    title = StringField(
        "题目",
        [InputRequired("请写题目，如“定11月攻关分工”。"), Length(max=60, message="题目最多 60 个字，请精简。")],
        filters=[trimmed],
    )
    sittings = FieldList(FormField(SittingForm), "场次", min_entries=1, max_entries=MAX_SITTINGS)
    groups = SeveralField("参加的党小组", coerce=int)
    host = StringField("主持", [Length(max=40, message="主持人最多 40 个字。")], filters=[trimmed])
    roll_call = TextAreaField("参加人员", [Length(max=8000, message="名单太长，请分开粘贴。")])
    content = TextAreaField("做了什么", [Length(max=20_000, message="最多 2 万字，请精简。")], filters=[trimmed])
    outcome = TextAreaField("定了什么", [Length(max=5000, message="最多 5000 字，请精简。")], filters=[trimmed])
    brand = SelectField("服务的品牌", coerce=int)
    goals = SeveralField("对应的支部目标", coerce=int)
    teams = SeveralField("涉及的班组", coerce=int)
    reason = StringField("更正原因", [Length(max=180, message="原因最多 180 个字。")], filters=[trimmed])
    version = IntegerField("版本", [Optional()], widget=HiddenInput())

    def offer(self, options: Sequence[Option], owner_group: int | None) -> None:
        """The choices; the owner's own group takes part anyway and is not asked about."""

        def of(kind: str) -> list[SelectChoice]:
            return [SelectChoice(option.id, option.name) for option in options if option.kind == kind]

        self.kind.choices = of("kind")
        self.groups.choices = [choice for choice in of("group") if choice.value != owner_group]
        self.brand.choices = [SelectChoice(NOTHING, "不挂品牌"), *of("brand")]
        self.goals.choices = of("goal")
        self.teams.choices = of("team")

    def validate_kind(self, field: RadioField) -> None:
        if field.data not in values_of(field):
            raise ValidationError("请选一个类别。")

    def validate_sittings(self, field: "FieldList[Any]") -> None:
        if not field.entries:
            raise ValidationError("至少要有一场。")

    @property
    def first_day(self) -> date | None:
        days = [entry.form.held_on.data for entry in self.sittings.entries if entry.form.held_on.data]
        return min(days) if days else None

    def details(self) -> Details:
        """What was typed; attendance is read separately, with the branch's roster."""
        return Details(
            kind_id=self.kind.data,
            title=text(self.title),
            sittings=tuple(entry.form.details for entry in self.sittings.entries),
            host=text(self.host),
            content=text(self.content),
            outcome=text(self.outcome),
            brand_id=self.brand.data or None,
            group_ids=frozenset(self.groups.data or ()),
            goal_ids=frozenset(self.goals.data or ()),
            team_ids=frozenset(self.teams.data or ()),
        )


class ReasonForm(Form):
    """A return, a withdrawal, a printed page taken back: one sentence says why."""

    reason = StringField(
        "原因",
        [InputRequired("请写明原因，一句话即可。"), Length(max=180, message="原因最多 180 个字。")],
        filters=[trimmed],
    )
