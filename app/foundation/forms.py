"""What every form shares: messages in Chinese, text without stray blanks, a place for what a rule refuses.

Tokens against forged requests are checked for every request that writes (see `security`), so forms carry none.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from markupsafe import Markup
from wtforms import DateField, Field, IntegerField, SelectMultipleField, StringField, ValidationError
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.widgets import TextInput

from app.foundation.paging import row_id

# Days at the ends of the calendar have no day before or after them to count to.
YEARS = range(1900, 2200)


def trimmed(value: Any) -> Any:
    """A filter: blanks round a text are nobody's intention."""
    return value.strip() if isinstance(value, str) else value


class Form(PlainForm):
    class Meta:
        locales = ("zh",)

    def refuse(self, message: str, field: Field | None = None) -> None:
        """Put a rule's refusal beside the field that it is about, or on top of the form."""
        if field is None:
            self.form_errors = [*self.form_errors, message]
        else:
            field.errors = [*field.errors, message]


class DayField(DateField):
    """A day as the browser's own calendar gives it, and as people type it where there is none.

    What could not be read comes back as plain text: a browser's date input would throw it away.
    """

    def __init__(self, label: str | None = None, validators: Any = None, **options: Any) -> None:
        formats = ["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"]
        super().__init__(label, validators, **{"format": formats, **options})

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("请写成 2026-11-05 这样的日期。") from error
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(f"年份请在 {YEARS[0]} 到 {YEARS[-1]} 之间。")

    def __call__(self, **attributes: Any) -> Markup:
        if self.data is None and self.raw_data and any(self.raw_data):
            return TextInput()(self, **attributes)
        return super().__call__(**attributes)

    @property
    def day(self) -> date:
        """The day of a required field, after the form was found valid."""
        if self.data is None:
            raise ValueError(f"no day in {self.name}")
        return self.data


class WholeNumberField(IntegerField):
    """A whole number in a text field: a browser's number field throws away what it cannot read and turns with the wheel."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("请填整数，比如 3。") from error

    def __call__(self, **attributes: Any) -> Markup:
        return super().__call__(**{"class": "short", "inputmode": "numeric", **attributes})


class SeveralField(SelectMultipleField):
    """Any number of the choices offered. What is not offered any more is said in words that tell what to do."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError("选的内容有的已不在名单里，请重新选择。") from error


def text(field: StringField) -> str:
    """What was typed; a field that was not sent is empty."""
    return field.data or ""


def version_of(field: Field) -> int:
    """The version of a row that a form was opened with; 0 where the field was tampered with: then nothing matches."""
    try:
        return row_id(str(field.data or ""))
    except ValueError:
        return 0


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """What a field offers to choose from: (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]
