"""The answer to a hint: one tap says which; only a free note is typed."""

from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.foundation.forms import Form, text, trimmed
from app.photos.hint_models import Answer

ANSWERS = [answer.value for answer in Answer if answer is not Answer.NONE]


class HintForm(Form):
    answer = StringField("答复", [AnyOf(ANSWERS, message="请从列出的答复里点一个。")])
    note = StringField("一句说明", [Length(max=180, message="说明最多 180 个字，请精简。")], filters=[trimmed])
    version = IntegerField("版本", [InputRequired("页面不完整，请刷新后再答。")], widget=HiddenInput())

    @property
    def chosen(self) -> Answer:
        return Answer(text(self.answer))
