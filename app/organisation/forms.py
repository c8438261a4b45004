"""Forms of the organisation: what is asked, and the words when it is not understood."""

from typing import Any

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.accounts.roles import Role
from app.foundation.forms import DayField, Form, SeveralField, WholeNumberField, options, trimmed
from app.organisation.roster import NAME_CHARACTERS, STAFF_NO_CHARACTERS, UNIT_CHARACTERS

LEAVING = ("转出到外单位", "转到本单位其他支部", "退休转出", "停止党籍或出党", "去世", "登记有误")
TITLES = ("组织委员", "宣传委员", "纪检委员", "青年委员", "群团委员", "委员")


def _name(label: str, limit: int = UNIT_CHARACTERS) -> StringField:
    return StringField(
        label,
        [DataRequired(f"请填{label}。"), Length(max=limit, message=f"最多 {limit} 个字。")],
        filters=[trimmed, _one_line],
    )


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _day(label: str) -> DayField:
    return DayField(label, [InputRequired("请填日期。")])


class DayForm(Form):
    day = DayField("看哪一天", [Optional()])


class CommitteeForm(Form):
    name = _name("党委名称")


class BranchForm(Form):
    name = _name("党支部名称")
    general_branch = SelectField("归哪个党总支", coerce=int, default=0)
    starts_on = _day("成立日期")


class GeneralBranchForm(Form):
    name = _name("党总支名称")
    starts_on = _day("成立日期")


class RenameCommitteeForm(Form):
    name = _name("新名称")
    on = _day("从哪天起用")


class RenameForm(RenameCommitteeForm):
    version = HiddenField()


class GroupForm(Form):
    name = _name("党小组名称")
    kind = StringField("工作性质", [Length(max=20, message="最多 20 个字。")], filters=[trimmed, _one_line])
    starts_on = _day("成立日期")


class DescribeForm(Form):
    kind = StringField("工作性质", [Length(max=20, message="最多 20 个字。")], filters=[trimmed, _one_line])
    sort_order = WholeNumberField(
        "排在第几",
        [InputRequired("请填一个整数。"), NumberRange(0, 999, "请填 0 到 999 的整数。")],
    )
    version = HiddenField()


class MergeForm(Form):
    into = SelectField("并入哪个党小组", coerce=int)
    on = _day("从哪天起")
    version = HiddenField()


class DissolveForm(Form):
    on = _day("从哪天起撤销")
    version = HiddenField()


class CoverForm(Form):
    teams = SeveralField("覆盖的班组", coerce=int)
    on = _day("从哪天起")


class TeamForm(Form):
    name = _name("班组名称")
    shift = StringField("班次", [Length(max=20, message="最多 20 个字。")], filters=[trimmed, _one_line])
    starts_on = _day("从哪天起")


class EndForm(Form):
    on = _day("到哪天为止（不含当天）")


class PersonForm(Form):
    name = _name("姓名", NAME_CHARACTERS)
    staff_no = StringField(
        "工号",
        [Length(max=STAFF_NO_CHARACTERS, message=f"最多 {STAFF_NO_CHARACTERS} 个字符。")],
        filters=[trimmed, lambda value: value or None],
    )
    sex = SelectField("性别", choices=options([("", "不填"), ("男", "男"), ("女", "女")]))
    joined_on = DayField("入党日期", [Optional()])
    full_on = DayField("转正日期", [Optional()])

    def validate_full_on(self, field: DayField) -> None:
        if field.data and self.joined_on.data and field.data < self.joined_on.data:
            raise ValidationError("转正日期早于入党日期，请核对。")

    @property
    def details(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "staff_no": self.staff_no.data,
            "sex": self.sex.data,
            "joined_on": self.joined_on.data,
            "full_on": self.full_on.data,
        }


class NewMemberForm(PersonForm):
    group = SelectField("党小组", coerce=int)
    team = SelectField("班组", coerce=int)
    starts_on = _day("从哪天起在这个党小组")


class EditMemberForm(PersonForm):
    version = HiddenField()


class MoveForm(Form):
    group = SelectField("调到哪个党小组", coerce=int)
    team = SelectField("班组", coerce=int)
    on = _day("从哪天起")
    seen = HiddenField()


class LeaveForm(Form):
    reason = SelectField("原因", choices=options((one, one) for one in LEAVING))
    on = _day("从哪天起不在")
    seen = HiddenField()


class AppointForm(Form):
    member = SelectField("谁", coerce=int)
    role = SelectField(
        "职务",
        choices=options(
            (role.value, role.label)
            for role in (Role.GROUP_LEADER, Role.LIAISON, Role.COMMITTEE_MEMBER, Role.DEPUTY_SECRETARY, Role.SECRETARY)
        ),
    )
    group = SelectField("哪个党小组", coerce=int)
    title = SelectField("支委分工", choices=options([("", "不适用"), *((one, one) for one in TITLES)]))
    starts_on = _day("从哪天起")
    ends_on = DayField("到哪天为止（不含当天）", [Optional()])


class RosterForm(Form):
    file = FileField("花名册")
    starts_on = _day("从哪天起算")
    may_found = BooleanField("表里有新的党小组、班组时一并新建")
