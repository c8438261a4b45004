"""Shape of what is typed about calls, statements and decisions."""

from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from app.brands.wording import TOO_LARGE
from app.foundation import clock
from app.foundation.forms import DayField, Form, WholeNumberField, options, text, trimmed
from app.foundation.periods import Quarter
from app.inspections.scoring import Band
from app.nominations.course import ORIGIN_NAMES, Origin
from app.nominations.details import CallDetails, Statement
from app.nominations.models import Nomination, NominationCall

BANDS = options((band.label, band.label) for band in Band)
STATEMENT_LENGTH = 800


def _day(message: str) -> list[Any]:
    return [InputRequired(message)]


class CallForm(Form):
    title = StringField(
        "名称",
        filters=[trimmed],
        validators=[
            DataRequired("请填评选的名称，比如“2026年度示范党小组”。"),
            Length(max=60, message="名称请在 60 字以内。"),
        ],
    )
    year = WholeNumberField(
        "年度",
        validators=[
            InputRequired("请填年度，四位数字。"),
            NumberRange(2000, 2100, message="年度请填四位数字，比如 2026。"),
        ],
    )
    last_quarter = SelectField("看到哪个季度为止")
    quarters = WholeNumberField(
        "看几个季度", validators=[InputRequired("请填 1 到 12。"), NumberRange(1, 12, message="请填 1 到 12。")]
    )
    min_published = WholeNumberField(
        "至少几个已发布", validators=[InputRequired("请填 1 到 12。"), NumberRange(1, 12, message="请填 1 到 12。")]
    )
    band_floor = SelectField("每个季度不低于", choices=BANDS)
    band_needed = SelectField("需要达到", choices=BANDS)
    times_needed = WholeNumberField(
        "达到几次", validators=[InputRequired("不要求就填 0。"), NumberRange(0, 12, message="请填 0 到 12。")]
    )
    needs_gates = BooleanField("必备条件都满足")
    needs_brand = BooleanField("有支部审定的微品牌")
    quota_percent = WholeNumberField(
        "名额不超过（%）",
        validators=[InputRequired("请填比例。"), NumberRange(1, 100, message="比例请填 1 到 100，一般不超过 30。")],
    )
    opens_on = DayField("推荐开始", validators=_day("请选推荐开始的日期。"))
    closes_on = DayField("推荐截止", validators=_day("请选推荐截止的日期。"))
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Quarter.of(clock.today())
        self.last_quarter.choices = options((str(q), q.label) for q in (now.shift(-offset) for offset in range(8)))

    def validate_title(self, field: StringField) -> None:
        found = [word for word in TOO_LARGE if word in text(field)]
        if found:
            raise ValidationError(f"内部荣誉的名称不能带“{'、'.join(found)}”，请换个说法。")

    def validate_min_published(self, field: WholeNumberField) -> None:
        if self.quarters.data and field.data and field.data > self.quarters.data:
            raise ValidationError("不能多于所看的季度数，请改小。")

    def validate_times_needed(self, field: WholeNumberField) -> None:
        if self.quarters.data and field.data and field.data > self.quarters.data:
            raise ValidationError("不能多于所看的季度数，请改小。")

    def validate_closes_on(self, field: DayField) -> None:
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise ValidationError("截止日期早于开始日期，请改。")

    def details(self) -> CallDetails:
        return CallDetails(
            title=text(self.title),
            year=self.year.data or 0,
            last_quarter=self.last_quarter.data,
            rules={
                "quarters": self.quarters.data,
                "min_published": self.min_published.data,
                "band_floor": self.band_floor.data,
                "band_needed": self.band_needed.data,
                "times_needed": self.times_needed.data,
                "needs_gates": self.needs_gates.data,
                "needs_brand": self.needs_brand.data,
            },
            quota_percent=self.quota_percent.data or 0,
            opens_on=self.opens_on.data or date.min,
            closes_on=self.closes_on.data or date.min,
        )


def call_values(call: NominationCall | None) -> dict[str, Any]:
    """What the form starts with: the committee's usual rules, or those of the call."""
    if call is not None:
        names = ("title", "year", "quota_percent", "opens_on", "closes_on", "version")
        return {name: getattr(call, name) for name in names} | call.rules | {"last_quarter": str(call.last_quarter)}
    today = clock.today()
    return {
        "title": f"{today.year}年度示范党小组",
        "year": today.year,
        "last_quarter": str(Quarter.of(today).previous()),
        "quarters": 4,
        "min_published": 3,
        "band_floor": Band.GOOD.label,
        "band_needed": Band.EXCELLENT.label,
        "times_needed": 1,
        "needs_gates": True,
        "needs_brand": True,
        "quota_percent": 30,
        "opens_on": today,
    }


class StatementForm(Form):
    origin = RadioField("推荐方式", choices=options((origin.value, name) for origin, name in ORIGIN_NAMES.items()))
    studied_on = DayField("支委会研究日期", validators=[Optional()])
    statement = TextAreaField(
        "推荐理由",
        filters=[trimmed],
        validators=[
            DataRequired("请写推荐理由：解决了什么问题、业务上有什么变化、怎么证明。"),
            Length(max=STATEMENT_LENGTH, message=f"推荐理由请在 {STATEMENT_LENGTH} 字以内。"),
        ],
    )
    version = HiddenField()

    def validate_studied_on(self, field: DayField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("研究日期还没到，请填已经开过会的日期。")

    def words(self) -> Statement:
        return Statement(Origin(self.origin.data), self.studied_on.data, text(self.statement))


def statement_values(nomination: Nomination | None) -> dict[str, Any]:
    if nomination is None:
        return {"origin": Origin.BRANCH.value, "version": 0}
    return {
        "origin": nomination.origin.value,
        "studied_on": nomination.studied_on,
        "statement": nomination.statement,
        "version": nomination.version,
    }


class ReturnForm(Form):
    return_reason = TextAreaField(
        "退回理由",
        filters=[trimmed],
        validators=[
            DataRequired("请写明要改什么，支部才知道怎么改。"),
            Length(max=300, message="理由请在 300 字以内。"),
        ],
    )


class DecisionForm(Form):
    decision = RadioField(
        "厂党委决定",
        choices=options([("approve", "批准"), ("decline", "不批准")]),
        validators=[InputRequired("请选一项。")],
    )
    reason = TextAreaField(
        "理由",
        filters=[trimmed],
        validators=[DataRequired("请写明理由，会公开在结果里。"), Length(max=300, message="理由请在 300 字以内。")],
    )
    decided_on = DayField("研究确定日期", validators=_day("请选厂党委研究确定的日期。"))
    document_no = StringField("文号", filters=[trimmed], validators=[Length(max=60, message="文号请在 60 字以内。")])

    def validate_decided_on(self, field: DayField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("这个日期还没到，请填会议已经开过的日期。")

    def validate_document_no(self, field: StringField) -> None:
        if self.decision.data == "approve" and not text(field):
            raise ValidationError("批准要有文号，请填正式发文的文号。")
