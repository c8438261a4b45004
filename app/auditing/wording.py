"""Acts in words. An act that is not listed shows its own code, so nothing is ever hidden."""

import json
import re
from collections.abc import Mapping
from typing import Any

from app.accounts.roles import ROLE_LABELS

SUBJECTS = {
    "account": "账号",
    "activity": "活动",
    "activity-kind": "活动类别",
    "appeal": "申诉",
    "appointment": "任职",
    "audit": "审计",
    "bonus": "加分",
    "branch": "党支部",
    "brand": "品牌",
    "checklist": "检查清单",
    "committee": "党委",
    "demo": "示例数据",
    "finding": "问题",
    "general-branch": "党总支",
    "goal": "目标",
    "group": "党小组",
    "indicator": "业务指标",
    "indicator-table": "业务指标表",
    "mark": "评分",
    "member": "党员",
    "month-issue": "版面",
    "mutual-check": "互查",
    "nomination": "推荐",
    "nomination-call": "评选",
    "photo": "照片",
    "photo-hint": "疑似重复",
    "result": "督查结果",
    "roster": "花名册",
    "round": "督查",
    "rubric": "评分细则",
    "sheet": "评分表",
    "site-photo": "现场照片",
    "team": "班组",
}
VERBS = {
    "adapt": "按支部改写",
    "add": "新增",
    "answer": "答复",
    "approve": "批准",
    "arrange": "整理",
    "change": "更改",
    "change-month": "移到别的月份",
    "change-password": "换密码",
    "clear": "清除",
    "close": "结束",
    "condition": "判条件",
    "confirm": "确认",
    "correct": "更正",
    "cover-teams": "改覆盖班组",
    "create": "开通",
    "decide": "审定",
    "decline": "不批准",
    "describe": "改说明",
    "disable": "停用",
    "discard": "作废",
    "dissolve": "撤销",
    "divide": "分工",
    "define": "登记",
    "drop-preview": "放弃导入",
    "edit": "改资料",
    "enable": "恢复",
    "end": "结束",
    "end-role": "免去职务",
    "enter": "填数",
    "erase": "彻底删除",
    "export": "导出",
    "file": "备案",
    "found": "登记",
    "grant-role": "授予职务",
    "hand-in": "提交",
    "import": "导入",
    "keep": "留存",
    "leave": "转出",
    "lock": "锁定",
    "keep-up": "更新",
    "log": "记录",
    "make": "任命",
    "measure": "测算",
    "merge": "并入",
    "move": "变动",
    "open": "开始",
    "order": "排次序",
    "panel": "定督查组",
    "place": "上版面",
    "plan": "制定方案",
    "preview": "预览导入",
    "print": "付印",
    "provide": "提供",
    "publish": "发布",
    "raise": "提出",
    "read-notice": "读过告知",
    "readmit": "重新转入",
    "rebuild": "重做小图",
    "refuse-sign-in": "登录被拒",
    "register": "登记",
    "remove": "移除",
    "rename": "改名",
    "redefine": "改定义",
    "reopen": "重新打开",
    "reset-password": "重置密码",
    "restore": "恢复",
    "return": "退回",
    "review": "复核",
    "revise": "修改",
    "save": "保存",
    "sign-in": "登录",
    "sign-out": "退出",
    "sign-out-everywhere": "全部退出",
    "sort": "归活动",
    "stand-back": "回避",
    "submit": "提交",
    "take-back": "撤回",
    "take-up": "开始初审",
    "visit": "记录走访",
    "withdraw": "撤下",
    "write": "改稿",
}
# What a line says of a thing, by key; a key that is not listed is shown as it is.
KEYS = {
    "activity": "活动", "alike": "疑似重复", "answer": "答复", "appeals_until": "申诉截止", "attendance": "出勤", "caption": "图注", "closed_at": "结束于", "closes_on": "截止",
    "code": "编号", "copied_from": "复制自", "committee": "党委", "connotation": "内涵", "content": "内容", "cover": "封面", "day": "日期", "decided_on": "决定日期",
    "decision": "决定", "digest": "校验值", "due_on": "整改期限", "document_no": "文号", "ends_on": "止于", "filters": "筛选", "from": "起于", "full_on": "转正日期",
    "group": "党小组", "groups": "党小组", "held_on": "日期", "holds": "成立", "honour": "荣誉", "in_force_from": "起用", "into": "并入",
    "joined_on": "入党日期", "kind": "类别", "kinds": "类别", "last_quarter": "看到", "level": "级别", "login": "登录名", "marks": "分数", "member": "党员",
    "members": "党员", "month": "月份", "name": "名称", "note": "说明", "number": "编号", "opens_on": "开始", "origin": "推荐方式",
    "panel": "督查组", "other": "已有的照片", "parent": "上级", "photo": "照片", "photos": "照片", "place": "地点", "points": "分", "quarter": "季度", "quarters": "季度",
    "quota_percent": "名额比例", "reason": "理由", "repeats": "重复", "role": "职务", "rows": "行", "rubric": "细则", "rules": "条件", "scoring_until": "评分截止",
    "self_check_until": "自查截止", "sessions": "登录处", "sex": "性别", "sha256": "校验值", "shift": "班次", "shows_rank": "显示名次",
    "again": "请评委再看", "criterion": "指标", "feedback_until": "反馈截止", "stages": "步骤",
    "bound": "目标", "cells": "格", "direction": "方向", "left_out": "未写入", "unit": "单位", "upper": "区间上限", "weight": "权重",
    "slogan": "口号", "slot": "版位", "sort_order": "次序", "staff_no": "工号", "state": "状态", "statement": "理由", "team": "班组",
    "teams": "班组", "title": "题目", "until": "止于", "visits_until": "现场看完", "words": "说的话", "year": "年度",
}  # fmt: skip
STATES = {
    "answered": "待复查", "approved": "已批准", "closed": "已销号", "confirmed": "已确认", "declined": "未批准", "discarded": "已作废", "draft": "草稿", "filed": "已备案",
    "appeal": "申诉", "approval": "审定", "feedback": "反馈", "rejected": "不成立", "upheld": "成立", "visit": "互查督查",
    "plan": "方案", "published": "已发布", "returned": "已退回", "review": "复核", "scoring": "评分", "self_check": "自查",
    "submitted": "已提交", "under_review": "初审", "withdrawn": "已撤回",
}  # fmt: skip
ROLE_NAMES = {role.value: name for role, name in ROLE_LABELS.items()}
LONGEST = 400


def act_words(act: str) -> str:
    subject, _, verb = act.partition(".")
    return f"{SUBJECTS.get(subject, subject)}·{VERBS.get(verb, verb)}"


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """(what, before, after) as text; a side that says nothing of a key is empty."""
    before, after = before or {}, after or {}
    return [
        (KEYS.get(key, key), _text(key, before), _text(key, after))
        for key in [*before, *(key for key in after if key not in before)]
    ]


def _text(key: str, side: Mapping[str, Any]) -> str:
    if key not in side:
        return ""
    value = side[key]
    if key == "state":
        return STATES.get(value, str(value))
    if key == "role" and value in ROLE_NAMES:
        return ROLE_NAMES[value]
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
