"""What every form shares: messages in Chinese, text without stray blanks, a place for what a rule refuses.

Tokens against forged requests are checked for every request that writes (see `security`), so forms carry none.
"""

from collections.abc import Iterable
from typing import Any

from wtforms import Field, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


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


def text(field: StringField) -> str:
    """What was typed; a field that was not sent is empty."""
    return field.data or ""


def options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """What a field offers to choose from: (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]
