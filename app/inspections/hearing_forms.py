"""Shapes of input: a group's answer and appeal, the committee's decisions."""

from fractions import Fraction

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.foundation.forms import Form, SeveralField, options, trimmed
from app.inspections.forms import NUMBER
from app.inspections.hearing import DECISION_LENGTH, WORDS_LENGTH
from app.inspections.hearing_models import DECISIONS


class AnswerForm(Form):
    words = TextAreaField(
        "想说的话",
        [Length(max=WORDS_LENGTH, message=f"请压缩到 {WORDS_LENGTH} 字以内。")],
        filters=[trimmed],
    )


class AppealForm(Form):
    reason = TextAreaField(
        "不同意的理由",
        [Length(max=WORDS_LENGTH, message=f"理由请压缩到 {WORDS_LENGTH} 字以内。")],
        filters=[trimmed],
    )
    evidence = SeveralField("佐证")


class DecisionForm(Form):
    outcome = RadioField(
        "决定",
        [InputRequired("请选申诉成立还是不成立。")],
        choices=options((outcome.value, outcome.label) for outcome in DECISIONS),
    )
    points = StringField("更正后的得分", [Optional(), NUMBER], filters=[trimmed])
    not_applicable = BooleanField("本项改为不适用")
    decision = TextAreaField(
        "决定的理由",
        [Length(max=DECISION_LENGTH, message=f"理由请压缩到 {DECISION_LENGTH} 字以内。")],
        filters=[trimmed],
    )

    def corrected(self) -> Fraction | None:
        return Fraction(self.points.data) if self.points.data else None


class ReviewForm(Form):
    again = RadioField(
        "复核决定",
        [InputRequired("请选维持还是请评委再看。")],
        choices=options([("no", "维持现在的分"), ("yes", "请评委再看")]),
    )
    reason = TextAreaField("理由", [Length(max=300, message="理由请压缩到 300 字以内。")], filters=[trimmed])
