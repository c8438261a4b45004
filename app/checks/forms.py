"""Shape of what is typed about findings, visits and checklists."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.checks import checklist
from app.checks.checklist import CHECKLIST_NAMES, ChecklistKind, Item, ItemRefused
from app.checks.course import Source
from app.checks.details import Answer, FindingDetails
from app.checks.kinds import KIND_NAMES, FindingKind, due_problem, usual_due
from app.checks.list_queries import Unit
from app.checks.mutual_queries import GroupName
from app.checks.pairing import Pair
from app.checks.timeline_queries import Proof
from app.foundation import clock
from app.foundation.forms import DayField, Form, SeveralField, options, text, trimmed
from app.foundation.paging import row_id

NOTHING = "0"


def _due_is_possible(_form: Form, field: DayField) -> None:
    if field.data and (words := due_problem(field.data, clock.today())):
        raise ValidationError(words)


class FindingForm(Form):
    """`due_on` left empty takes the kind's usual day. `criterion` is the rubric's code and `round` the
    inspection, where the form was opened from one."""

    text = TextAreaField(
        "发现了什么",
        filters=[trimmed],
        validators=[
            DataRequired("请写一句话：在哪里、什么不对。"),
            Length(max=200, message="请压到 200 字以内，一条只写一个问题。"),
        ],
    )
    kind = RadioField(
        "属于哪一类",
        choices=options((kind.value, name) for kind, name in KIND_NAMES.items()),
        validators=[InputRequired("请选一类，系统按类认出重复的问题。")],
    )
    source = RadioField("从哪里来", choices=options((source.value, source.label) for source in Source))
    due_on = DayField("整改期限", validators=[Optional(), _due_is_possible])
    owner = StringField("整改人", filters=[trimmed], validators=[Length(max=40, message="姓名请在 40 字以内。")])
    criterion = HiddenField(validators=[Length(max=10)])
    round = HiddenField()
    try_id = HiddenField()

    def offer(self, sources: Sequence[Source]) -> None:
        self.source.choices = options((source.value, source.label) for source in sources)
        if self.source.data not in [source.value for source in sources] and not self.source.raw_data:
            self.source.data = sources[0].value

    def begin(self) -> None:
        """A new form: a name for this try."""
        self.try_id.data = secrets.token_hex(16)

    @property
    def round_id(self) -> int | None:
        """What is no number names no round."""
        try:
            return row_id(str(self.round.data or ""))
        except ValueError:
            return None

    def details(self, *, mutual_check_id: int | None = None, round_id: int | None = None) -> FindingDetails:
        kind = FindingKind(self.kind.data)
        source = Source.MUTUAL_CHECK if mutual_check_id else Source(self.source.data)
        return FindingDetails(
            source=source,
            kind=kind,
            text=text(self.text),
            due_on=self.due_on.data or usual_due(kind, clock.today()),
            owner=text(self.owner),
            criterion_code=text(self.criterion),
            round_id=round_id,
            mutual_check_id=mutual_check_id,
        )

    @property
    def try_name(self) -> str:
        return str(self.try_id.data or "")[:32] or secrets.token_hex(16)


class AnswerForm(Form):
    text = TextAreaField(
        "怎么改的",
        filters=[trimmed],
        validators=[
            DataRequired("请写清改了什么、改到什么程度，一两句话即可。"),
            Length(max=500, message="请压到 500 字以内。"),
        ],
    )
    owner = StringField("整改人", filters=[trimmed], validators=[Length(max=40, message="姓名请在 40 字以内。")])
    activity = SelectField("佐证活动", validators=[Optional()], validate_choice=True)
    month_photos = SeveralField("用本组已有的照片", coerce=int)
    version = HiddenField()

    def offer(self, proof: Proof) -> None:
        self.activity.choices = options(
            [
                (NOTHING, "不用"),
                *((str(number), f"{day.month}月{day.day}日 {title}") for number, title, day in proof.activities),
            ]
        )
        self.month_photos.choices = options((number, f"照片 {number}") for number in proof.photo_ids)

    def answer(self) -> Answer:
        chosen = str(self.activity.data or NOTHING)
        return Answer(
            text=text(self.text),
            owner=text(self.owner),
            activity_id=int(chosen) if chosen != NOTHING else None,
            photo_ids=tuple(self.month_photos.data or ()),
        )


class RecheckForm(Form):
    result = RadioField(
        "复查结果",
        choices=options([("close", "改好了，销号"), ("reopen", "还要再改")]),
        validators=[InputRequired("请选一项。")],
    )
    reason = TextAreaField("复查看到的", filters=[trimmed], validators=[Length(max=500, message="请压到 500 字以内。")])
    due_on = DayField("再改到哪天", validators=[Optional(), _due_is_possible])
    version = HiddenField()

    def validate_reason(self, field: TextAreaField) -> None:
        if self.result.data == "reopen" and not text(field):
            raise ValidationError("退回再改要写明还差什么，小组才知道怎么改。")

    def validate(self, *args: Any, **options: Any) -> bool:
        valid: bool = super().validate(*args, **options)
        if self.result.data == "reopen" and self.due_on.data is None and not self.due_on.errors:
            self.refuse("请选再改到哪天。", self.due_on)
            return False
        return valid


class WithdrawForm(Form):
    reason = StringField(
        "撤回原因",
        filters=[trimmed],
        validators=[DataRequired("请写明为什么撤回，一句话即可。"), Length(max=200, message="请压到 200 字以内。")],
    )
    version = HiddenField()


class FilterForm(Form):
    """`state` "waiting" is all that waits."""

    group = SelectField("党小组")
    state = SelectField(
        "状态",
        choices=options(
            [
                ("", "全部"), ("waiting", "还没销号"), ("open", "待整改"), ("answered", "待复查"),
                ("reopened", "退回再改"), ("closed", "已销号"), ("withdrawn", "已撤回"),
            ]
        ),
    )  # fmt: skip
    repeated = SelectField("重复", choices=options([("", "不限"), ("1", "只看重复的")]))

    def offer(self, units: Iterable[Unit]) -> None:
        self.group.choices = options([("", "全部"), *((str(unit.group_id), unit.group_name) for unit in units)])


# ---------------------------------------------------------------- 互查


class ArrangeForm(Form):
    """Beside this, each group has two selects: `to-<id>` whom it is wished to see, `not-<id>` whom it should not."""

    checklist = RadioField(
        "带哪份清单去",
        choices=options(
            (kind.value, CHECKLIST_NAMES[kind]) for kind in (ChecklistKind.MUTUAL_CHECK, ChecklistKind.MEETINGS)
        ),
        default=ChecklistKind.MUTUAL_CHECK.value,
        validators=[InputRequired("请选一份。")],
    )

    @property
    def chosen(self) -> ChecklistKind:
        return ChecklistKind(self.checklist.data)


def pairs_in(values: Any, name: str, groups: Sequence[GroupName]) -> frozenset[Pair]:
    """What the selects of one name say; what is no group of the list is nobody's choice."""
    known = {group.id for group in groups}
    found = set()
    for group in groups:
        try:
            other = row_id(values.get(f"{name}-{group.id}", ""))
        except ValueError:
            continue
        if other in known:
            found.add((group.id, other))
    return frozenset(found)


class VisitForm(Form):
    visited_on = DayField("哪天去的", validators=[InputRequired("请选去看的那天。")])
    seen = TextAreaField(
        "看到了什么",
        filters=[trimmed],
        validators=[
            DataRequired("请写几句：看了哪里、哪一点值得学。问题另记，不写在这里。"),
            Length(max=800, message="请压到 800 字以内。"),
        ],
    )
    version = HiddenField()

    @property
    def day(self) -> date:
        return self.visited_on.day


class ChecklistForm(Form):
    items = TextAreaField("清单", filters=[trimmed])
    version = HiddenField()

    def validate_items(self, field: TextAreaField) -> None:
        try:
            checklist.parse(text(field))
        except ItemRefused as refused:
            raise ValidationError(str(refused)) from refused

    def parsed(self) -> list[Item]:
        return checklist.parse(text(self.items))
