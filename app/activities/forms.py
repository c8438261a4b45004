"""Forms of activities and photos."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup
from wtforms import (
    BooleanField,
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

from app.activities.board_choice import BoardChoice
from app.activities.details import Arrangement, Details, PhotoDetails, SittingDetails
from app.activities.form_queries import Option
from app.activities.queries import ActivityLine
from app.foundation.forms import DayField, Form, SeveralField, text, trimmed
from app.foundation.periods import Month

MAX_SITTINGS = 6
NOTHING = 0
AS_IT_IS = -1
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


class SortForm(Form):
    """Photos of the inbox put to one activity; which photos, the page's tick boxes say."""

    activity = SelectField("属于哪次活动", coerce=int, validate_choice=False)

    def offer(self, activities: Sequence[ActivityLine]) -> None:
        self.activity.choices = [
            *([] if self.activity.data else [SelectChoice(NOTHING, "请选一次活动")]),
            *(
                SelectChoice(line.id, f"{line.held_on.month}月{line.held_on.day}日，{line.title}")
                for line in activities
            ),
        ]

    def validate_activity(self, field: SelectField) -> None:
        if not field.data or field.data not in values_of(field):
            raise ValidationError("请选一次活动。")


class PhotoForm(Form):
    activity = RadioField("属于哪次活动", coerce=int, default=NOTHING, validate_choice=False)
    caption = StringField("说明", [Length(max=80, message="说明最多 80 个字，请精简。")], filters=[trimmed])
    choice = RadioField(
        "放在版面哪里",
        choices=[SelectChoice(choice.value, choice.label) for choice in BoardChoice],
        default=BoardChoice.OFF.value,
    )
    is_cover = BooleanField("作这次活动的封面")
    version = IntegerField("版本", [InputRequired("页面不完整，请刷新后再存。")], widget=HiddenInput())

    def offer(self, activities: Sequence[ActivityLine]) -> None:
        self.activity.choices = [
            *(SelectChoice(line.id, line.title) for line in activities),
            SelectChoice(NOTHING, "先不归到活动"),
        ]

    def validate_activity(self, field: RadioField) -> None:
        if field.data not in values_of(field):
            raise ValidationError("请从列出的活动里选一个。")

    @property
    def details(self) -> PhotoDetails:
        return PhotoDetails(
            activity_id=self.activity.data or None,
            caption=text(self.caption),
            choice=BoardChoice(self.choice.data),
            is_cover=bool(self.is_cover.data),
        )


class OtherMonthForm(Form):
    """Photos that came into a wrong month; those that still take photos stand for choice."""

    month = SelectField("移到哪个月", validate_choice=False)

    def offer(self, months: Sequence[Month]) -> None:
        self.month.choices = [SelectChoice(str(month), month.label) for month in months]

    def validate_month(self, field: SelectField) -> None:
        if field.data not in values_of(field):
            raise ValidationError("请从列出的月份里选一个。")


class ArrangeForm(Form):
    """The same for several photos; which, the page's tick boxes say."""

    activity = SelectField("属于哪次活动", coerce=int, default=AS_IT_IS, validate_choice=False)
    caption = StringField("说明", [Length(max=80, message="说明最多 80 个字，请精简。")], filters=[trimmed])
    choice = RadioField(
        "放在版面哪里",
        choices=[SelectChoice("", "不改"), *(SelectChoice(choice.value, choice.label) for choice in BoardChoice)],
        default="",
    )
    is_cover = BooleanField("作活动的封面")

    def offer(self, activities: Sequence[ActivityLine]) -> None:
        self.activity.choices = [
            SelectChoice(AS_IT_IS, "不改"),
            *(
                SelectChoice(line.id, f"{line.held_on.month}月{line.held_on.day}日，{line.title}")
                for line in activities
            ),
            SelectChoice(NOTHING, "放回本月收件箱"),
        ]

    def validate_activity(self, field: SelectField) -> None:
        if field.data not in values_of(field):
            raise ValidationError("请从列出的活动里选一个。")

    @property
    def arrangement(self) -> Arrangement:
        return Arrangement(
            activity_id=None if self.activity.data == AS_IT_IS else self.activity.data,
            caption=text(self.caption),
            choice=BoardChoice(self.choice.data) if self.choice.data else None,
            is_cover=bool(self.is_cover.data),
        )
