"""The form that clears the demo factory."""

from wtforms import StringField

from app.foundation.forms import Form, trimmed


class ClearForm(Form):
    words = StringField("确认", filters=[trimmed])
