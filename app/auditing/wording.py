"""Acts in words. An act that is not listed shows its own code, so nothing is ever hidden."""

import json
import re
from collections.abc import Mapping
from typing import Any

SUBJECTS = {
    "account": "账号",
    "activity": "活动",
    "activity-kind": "活动类别",
    "appointment": "任职",
    "audit": "审计",
    "bonus": "加分",
    "branch": "党支部",
    "brand": "品牌",
    "committee": "党委",
    "demo": "示例数据",
    "finding": "问题",
    "general-branch": "党总支",
    "goal": "目标",
    "group": "党小组",
    "mark": "评分",
    "member": "党员",
    "month-issue": "版面",
    "nomination": "推荐",
    "nomination-call": "评选",
    "photo": "照片",
    "roster": "花名册",
    "round": "督查",
    "rubric": "评分细则",
    "sheet": "评分表",
    "team": "班组",
}
VERBS = {
    "add": "新增",
    "approve": "批准",
    "change": "更改",
    "change-password": "换密码",
    "clear": "清除",
    "close": "结束",
    "confirm": "确认",
    "correct": "更正",
    "cover-teams": "改覆盖班组",
    "create": "开通",
    "decide": "审定",
    "describe": "改说明",
    "disable": "停用",
    "discard": "作废",
    "dissolve": "撤销",
    "drop-preview": "放弃导入",
    "edit": "改资料",
    "enable": "恢复",
    "end": "结束",
    "end-role": "免去职务",
    "export": "导出",
    "file": "备案",
    "found": "登记",
    "grant-role": "授予职务",
    "hand-in": "提交",
    "import": "导入",
    "keep": "留存",
    "leave": "转出",
    "lock": "锁定",
    "log": "记录",
    "make": "任命",
    "merge": "并入",
    "move": "变动",
    "open": "开始",
    "panel": "定督查组",
    "preview": "预览导入",
    "print": "付印",
    "provide": "提供",
    "publish": "发布",
    "read-notice": "读过告知",
    "readmit": "重新转入",
    "refuse-sign-in": "登录被拒",
    "register": "登记",
    "remove": "移除",
    "rename": "改名",
    "reopen": "重新打开",
    "reset-password": "重置密码",
    "restore": "恢复",
    "return": "退回",
    "revise": "修改",
    "save": "保存",
    "sign-in": "登录",
    "sign-out": "退出",
    "sign-out-everywhere": "全部退出",
    "submit": "提交",
    "withdraw": "撤下",
}
LONGEST = 400


def act_words(act: str) -> str:
    subject, _, verb = act.partition(".")
    return f"{SUBJECTS.get(subject, subject)}·{VERBS.get(verb, verb)}"


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """(key, before, after) as text; a side that says nothing of a key is empty."""
    before, after = before or {}, after or {}
    return [
        (key, _text(before[key]) if key in before else "", _text(after[key]) if key in after else "")
        for key in [*before, *(key for key in after if key not in before)]
    ]


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


_FAULTS = (
    (re.compile(r"audit line (\d+) is missing"), "第 {} 条缺失"),
    (re.compile(r"audit line (\d+) does not continue the line before it"), "第 {} 条接不上前一条"),
    (re.compile(r"audit line (\d+) was altered"), "第 {} 条被改动过"),
)


def fault_words(fault: str) -> str:
    """The chain's finding in Chinese; one that is not known here stays as it is."""
    return next((words.format(found[1]) for pattern, words in _FAULTS if (found := pattern.fullmatch(fault))), fault)
