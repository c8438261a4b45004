"""Shapes of input: a mark, the conditions of a sheet, a round and its panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from app.foundation.forms import DayField, Form, SeveralField, options, text, trimmed
from app.inspections.course import OPTIONAL, RoundState
from app.inspections.marking import MAXIMUM_COUNT, REASON_LENGTH, Proposal, allowed_points
from app.inspections.plan import Plan
from app.rubrics.rubric import Criterion, CriterionKind, points_text

NUMBER = Regexp(r"^\s*\d{1,3}(\.\d{1,2})?\s*$", message="请填数字，最多两位小数。")


class CountField(IntegerField):
    """How often a deduction applies. What is no number is said in words and, as every refused count, comes back as
    typed."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("请填次数，如 0、1、2。") from error


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the fields of a mark, counts by the deduction's code, and what was wrong with it, by field."""

    counts: tuple[tuple[str, str], ...] = ()
    further: str = "0"
    step: str = ""
    not_applicable: bool = False
    reason: str = ""
    evidence: frozenset[str] = frozenset()
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def chosen(self) -> "Filled":
        """Without what is written freely and what it rests on."""
        return replace(self, reason="", evidence=frozenset())


class Given(Protocol):
    """A mark given before."""

    @property
    def points(self) -> Fraction | None: ...
    @property
    def taken(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def reason(self) -> str: ...
    @property
    def evidence(self) -> Sequence[Mapping[str, Any]]: ...


def filled(mark: Given | None) -> Filled:
    """A mark as the fields would have it; nothing chosen before the first."""
    if mark is None:
        return Filled()
    return Filled(
        counts=tuple((item["code"], str(item["count"])) for item in mark.taken if item["code"]),
        further=next((points_text(Fraction(item["points"])) for item in mark.taken if not item["code"]), "0"),
        step="" if mark.points is None else points_text(mark.points),
        not_applicable=mark.points is None,
        reason=mark.reason,
        evidence=frozenset(f"{item['kind']}:{item['id']}" for item in mark.evidence),
    )


class MarkForm(Form):
    """One criterion's mark. The counts of its deductions are added by `mark_form`."""

    not_applicable = BooleanField("不适用")
    further = StringField("其他扣分", [Optional(), NUMBER], default="0")
    step = RadioField("得分", validators=[Optional()], validate_choice=False)
    reason = TextAreaField(
        "理由",
        [Length(max=REASON_LENGTH, message=f"理由请压缩到 {REASON_LENGTH} 字以内。")],
        filters=[trimmed],
    )
    evidence = SeveralField("佐证", validate_choice=False)
    counts: dict[str, Field]

    def proposal(self) -> Proposal:
        return Proposal(
            not_applicable=bool(self.not_applicable.data),
            counts={code: field.data or 0 for code, field in self.counts.items()},
            further=Fraction((self.further.data or "0").strip() or "0"),
            step=Fraction(self.step.data) if self.step.data and NUMBER.regex.match(self.step.data) else None,
            reason=text(self.reason),
        )

    def filled(self) -> Filled:
        """As it was typed."""
        fields = {**self.counts, "further": self.further, "step": self.step, "reason": self.reason}
        fields["evidence"] = self.evidence
        return Filled(
            counts=tuple((code, _typed(count)) for code, count in self.counts.items()),
            further=_typed(self.further),
            step=_typed(self.step),
            not_applicable=bool(self.not_applicable.data),
            reason=self.reason.data or "",
            evidence=frozenset(self.evidence.data or ()),
            errors=tuple((name, " ".join(map(str, found.errors))) for name, found in fields.items() if found.errors),
        )


def _typed(found: Field) -> str:
    return str(found.raw_data[0]) if found.raw_data else ""


def mark_form(criterion: Criterion, **arguments: Any) -> MarkForm:
    """A form with a field `count-A2-1` for each deduction, or the steps that may be chosen."""
    fields = {
        f"count-{deduction.code}": CountField(
            deduction.label,
            [Optional(), NumberRange(0, MAXIMUM_COUNT, f"次数应在 0 到 {MAXIMUM_COUNT} 之间。")],
            default=0,
        )
        for deduction in criterion.deductions
    }
    form: MarkForm = type("CriterionMarkForm", (MarkForm,), fields)(**arguments)
    form.counts = {deduction.code: form[f"count-{deduction.code}"] for deduction in criterion.deductions}
    form.step.choices = options(steps_of(criterion))
    return form


def steps_of(criterion: Criterion) -> list[tuple[str, str]]:
    """What may be chosen, best first: the value and its words. Nothing where points follow from deductions."""
    if criterion.kind in (CriterionKind.DEDUCTION, CriterionKind.MEASURED):
        return []
    return [(points_text(points), step_label(criterion, points)) for points in allowed_points(criterion)]


def step_label(criterion: Criterion, points: Fraction) -> str:
    if criterion.kind is CriterionKind.MET:
        return "满足" if points else "不满足"
    return next(step.label for step in criterion.steps if step.points == points)


STAGE_WORDS = {
    RoundState.SELF_CHECK: "自查：党小组先给自己打分",
    RoundState.VISIT: "互查督查：单独留出到现场看的时间（不勾就和评分一起做）",
    RoundState.FEEDBACK: "反馈：发布前，各党小组先看自己的得分",
    RoundState.APPEAL: "申诉：党小组可以对某一项提出申诉，逐条答复",
}


class PlanForm(Form):
    title = StringField(
        "名称", [DataRequired("请填名称。"), Length(max=60, message="名称最多 60 个字。")], filters=[trimmed]
    )
    quarter = SelectField("季度")
    rubric = SelectField("评分细则", coerce=int)
    stages = SeveralField(
        "除了评分和复核，还走哪几步", choices=options((state.value, STAGE_WORDS[state]) for state in OPTIONAL)
    )
    self_check_until = DayField("自查截止", [InputRequired("请选日期。")])
    visits_until = DayField("现场看完", [Optional()])
    scoring_until = DayField("评分截止", [InputRequired("请选日期。")])
    feedback_until = DayField("反馈截止", [Optional()])
    appeals_until = DayField("申诉截止", [InputRequired("请选日期。")])
    shows_rank = BooleanField("结果页显示名次")
    version = HiddenField()

    def plan(self) -> Plan:
        assert self.self_check_until.data  # noqa: S101 - held by the validators
        assert self.scoring_until.data  # noqa: S101
        assert self.appeals_until.data  # noqa: S101
        return Plan(
            title=text(self.title),
            self_check_until=self.self_check_until.data,
            scoring_until=self.scoring_until.data,
            appeals_until=self.appeals_until.data,
            shows_rank=bool(self.shows_rank.data),
            stages=tuple(RoundState(stage) for stage in self.stages.data or ()),
            visits_until=self.visits_until.data,
            feedback_until=self.feedback_until.data,
        )


class PanelForm(Form):
    members = SeveralField("评委", coerce=int)


class ReasonForm(Form):
    reason = TextAreaField("原因", [Length(max=300, message="原因请压缩到 300 字以内。")], filters=[trimmed])


class BonusForm(Form):
    level = SelectField("荣誉级别")
    honour = StringField("荣誉名称", [Length(max=80, message="请压缩到 80 字以内。")], filters=[trimmed])
