from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import TextAreaField as LongField

from app.foundation.forms import Form, options

KINDS = [("group_meeting", "党小组会"), ("theme_day", "主题党日"), ("lecture", "党课"), ("service", "志愿服务")]
FILLED = {
    "kind": "theme_day",
    "title": "与众焱联学：把设备听懂",
    "group": "2",
    "activity": "14",
    "teams": ["1", "2"],
    "participants": "1. 陈思远\n2. 张雨桐 3. 刘一诺\n4. 吴桂芳 请假（年休）",
}


class SampleForm(Form):
    """One field of each shape."""

    kind = RadioField("类别", choices=options(KINDS))
    title = StringField("题目")
    held_on = DateField("日期")
    group = SelectField("党小组", choices=options([("1", "甲班生产党小组"), ("2", "乙班生产党小组")]))
    activity = RadioField(
        "属于哪次活动", choices=options([("14", "排潮风门联锁时序试验"), ("20", "与众焱联学：把设备听懂")])
    )
    teams = SelectMultipleField(
        "覆盖班组", choices=options([("1", "乙班叶片段"), ("2", "乙班烘丝段"), ("3", "乙班掺配段")])
    )
    participants = LongField("参加人员")
    joint = BooleanField("与别的党小组合办")
    photos = FileField("照片")


def filled(prefix: str = "") -> SampleForm:
    return SampleForm(data=FILLED, prefix=prefix)


def refused() -> SampleForm:
    """The same form as it comes back: what was typed stands, each message is at its field."""
    form = SampleForm(data=FILLED | {"title": "", "participants": "1. 陈思远 2. 小高"}, prefix="refused-")
    form.refuse("请写题目，十来个字就好。", form.title)
    form.refuse("“小高”没有对上，请写全名。", form.participants)
    form.refuse("请选一个类别。", form.kind)
    return form
