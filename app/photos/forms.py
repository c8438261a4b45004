"""Forms of photos: one, several, those of the inbox."""

from collections.abc import Sequence

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from app.activities.forms import NOTHING, values_of
from app.activities.queries import ActivityLine
from app.foundation.forms import Form, text, trimmed
from app.foundation.periods import Month
from app.photos.board_choice import BoardChoice
from app.photos.details import Arrangement, PhotoDetails

AS_IT_IS = -1


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
