"""The auditor's filters."""

from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from app.auditing.wording import SUBJECTS
from app.foundation.forms import DayField, Form, options, trimmed


class FilterForm(Form):
    who = StringField("谁、对什么", [Length(max=40, message="最多 40 个字。")], filters=[trimmed])
    subject = SelectField("哪类事", choices=options([("", "全部"), *SUBJECTS.items()]), default="")
    branch = SelectField("党支部", coerce=int, default=0)
    first = DayField("从", [Optional()])
    last = DayField("到", [Optional()])
