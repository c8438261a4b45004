"""Forms of signing in, passwords and the administrator's desk."""

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from app.accounts import passwords
from app.accounts.roles import Role
from app.foundation.forms import Form, options, trimmed

LOGIN_RULE = Regexp(r"^[a-z][a-z0-9._-]{1,39}$", message="用小写字母开头，可以有数字、点和短横，2—40 个字符。")

OFFERED = (Role.FACTORY_COMMITTEE, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR)


class SignInForm(Form):
    login = StringField(
        "登录名",
        [DataRequired("请填登录名。"), Length(max=40, message="登录名最多 40 个字符。")],
        filters=[trimmed],
    )
    password = PasswordField("密码", [DataRequired("请填密码。"), Length(max=400, message="密码太长，请检查。")])
    next = HiddenField()


class NewPasswordForm(Form):
    """For whoever still signs in with a one-time password; the policy judges in the operation."""

    new = PasswordField(
        "新密码",
        [
            DataRequired("请填新密码。"),
            Length(max=passwords.LONGEST, message=f"不要超过 {passwords.LONGEST} 个字符。"),
        ],
    )
    again = PasswordField("再填一遍", [DataRequired("请把新密码再填一遍。")])

    def validate_again(self, field: PasswordField) -> None:
        if field.data and self.new.data and passwords.normal(field.data) != passwords.normal(self.new.data):
            raise ValidationError("两遍填得不一样，请重填。")


class ChangePasswordForm(NewPasswordForm):
    present = PasswordField("现在的密码", [DataRequired("请填现在的密码。"), Length(max=400, message="密码太长。")])


class SettleForm(NewPasswordForm):
    """The first sign-in; parts that are settled already are deleted by the view."""

    noticed = BooleanField("我已读过上面的告知", [DataRequired("请读过告知后打勾。")])


class SearchForm(Form):
    q = StringField("姓名或登录名", [Optional(), Length(max=40, message="最多 40 个字。")], filters=[trimmed])


class NewAccountForm(Form):
    """In the order of the page, which is the order in which the list of errors is read."""

    role = RadioField(
        "用途",
        choices=options((role.value, role.label) for role in OFFERED),
        validators=[DataRequired("请选一种用途。")],
    )
    committee = SelectField("所属党委", coerce=int)
    name = StringField(
        "姓名", [DataRequired("请填姓名。"), Length(max=40, message="姓名最多 40 个字。")], filters=[trimmed]
    )
    login = StringField("登录名", [DataRequired("请填登录名。"), LOGIN_RULE], filters=[trimmed])


class MemberAccountForm(Form):
    """An account for a member: what he may do comes from his posts, so only the name for signing in is asked."""

    login = StringField("登录名", [DataRequired("请填登录名。"), LOGIN_RULE], filters=[trimmed])


class RoleForm(Form):
    role = SelectField(
        "职务",
        choices=options((role.value, role.label) for role in OFFERED),
    )
    committee = SelectField("在哪个党委", coerce=int)
