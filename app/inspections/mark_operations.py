"""Self checks, panel marks, answers to gates and vetoes, bonus points. What is changed is appended, never overwritten."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.places import Placed
from app.inspections import evidence_queries, mark_queries
from app.inspections.composing_operations import touch
from app.inspections.conflict_queries import is_own_group, voices
from app.inspections.course import PANEL_SCORES_OPEN, SELF_SCORES_OPEN, STATE_NAMES, RoundState
from app.inspections.marking import REASON_LENGTH, Judged, MarkRefused, Proposal, judge
from app.inspections.measure_operations import measure_sheet, measured_words
from app.inspections.models import Bonus, ConditionCheck, InspectionRound, Mark, MarkSource, PanelMember, Sheet
from app.inspections.slip import assess_self
from app.rubrics.measures import SYSTEM
from app.rubrics.rubric import Criterion, CriterionKind, Deduction, Scorer

WITHIN_WORDS = "您是这个党小组的人，{body}没有别人可以来评：满分也请写明依据（空格不算），复核时会单独列出。"


class NotOpen(Conflict):
    """The round is not at the stage at which this may be done."""

    def __init__(self, state: RoundState, what: str) -> None:
        super().__init__(f"本轮督查现在是“{STATE_NAMES[state]}”，{what}。")


class MarkChanged(Conflict):
    """What a mark was to replace is no longer what stands: another window, or whoever else speaks with the same voice."""

    def __init__(self, stands: Mark) -> None:
        super().__init__("这一项在别的窗口或设备上改过，没有覆盖。两个分都在，请看一看用哪一个。")
        self.stands = stands


class NotOnPanel(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__("您不是这一轮的评委，不能给这张表评分。")


class OwnGroup(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__("按本轮的回避或分工，这个党小组不由您评分（自己所在或本季曾在的不评）。")


class OthersSpeak(Refused):
    """Of a body that scores alone, somebody outside the group writes its mark."""

    status = 403

    def __init__(self, scorer: Scorer, names: list[str]) -> None:
        super().__init__(f"这是您所在（或本季曾在）的党小组，{scorer.label}的这一项请由{'、'.join(names[:3])}来评。")


class NotTheScorer(Refused):
    status = 403

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(f"这一项由{scorer.label}评，不由您评。")


class NoSuchCriterion(Refused):
    status = 404

    def __init__(self) -> None:
        super().__init__("本轮的评分细则里没有这一项。")


class NotSelfChecked(Refused):
    def __init__(self) -> None:
        super().__init__("这一项由系统按记录测算，不用自查打分。记录有出入的，请补全活动记录或向支部说明。")


class SelfCheckIncomplete(Refused):
    def __init__(self, titles: list[str]) -> None:
        super().__init__(f"还有 {len(titles)} 项没有自查：{'、'.join(titles)}。补齐后再提交。")


def current_state(sheet: Sheet) -> RoundState:
    """The round's state under a lock that publishing waits for: a mark lands wholly before it or is refused after it.
    The sheet itself is locked too, so that two windows of one person leave one current mark, and composed anew in the
    end."""
    found = db.session.scalar(
        select(InspectionRound.state).where(InspectionRound.id == sheet.round_id).with_for_update(read=True)
    )
    assert found is not None, "a sheet's round exists"  # noqa: S101 - held by a foreign key
    touch(sheet)
    return found


def require_panel(sheet: Sheet, by: Doer) -> PanelMember:
    member = next((m for m in sheet.round.panel if m.account_id == by.account_id), None)
    if member is None:
        raise NotOnPanel
    if not member.scores(sheet.group_id) or is_own_group(by.account_id, sheet):
        raise OwnGroup
    return member


def require_scorer(sheet: Sheet, criterion: Criterion, by: Doer) -> bool:
    """What the system measured is put right by the panel. Says whether somebody of the group itself writes for a body
    that has nobody else."""
    if criterion.scorer in (Scorer.PANEL, Scorer.SYSTEM):
        require_panel(sheet, by)
        return False
    if not speaks_for(sheet, criterion.scorer, by):
        raise NotTheScorer(criterion.scorer)
    if not is_own_group(by.account_id, sheet):
        return False
    others = [voice.name for voice in voices(sheet.place, criterion.scorer, sheet.round.quarter) if not voice.own]
    if others:
        raise OthersSpeak(criterion.scorer, others)
    return True


def speaks_for(sheet: Placed, scorer: Scorer, by: Doer) -> bool:
    """Whether somebody may write the one mark of the committee or of the group's branch."""
    if not isinstance(by, Actor):
        return False
    if scorer is Scorer.COMMITTEE:
        return by.may(Permission.ROUND_MANAGE, sheet)
    secretaries = by.places([Role.SECRETARY, Role.DEPUTY_SECRETARY])
    return scorer is Scorer.BRANCH and any(place.branch_id == sheet.place.branch_id for place in secretaries)


def criterion_of(sheet: Sheet, code: str) -> Criterion:
    criterion = sheet.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    return criterion


def give_mark(
    sheet: Sheet, code: str, proposal: Proposal, evidence: Iterable[str], *, by: Doer, seen: int | None = None
) -> Mark:
    """A panel member's mark, or that of the body which scores the criterion alone. `evidence` are keys such as
    "activity:5" of the group's quarter. `seen` is the id of the mark to be replaced, 0 for none; None asks for nothing."""
    within = require_scorer(sheet, criterion_of(sheet, code), by)
    state = current_state(sheet)
    if state not in PANEL_SCORES_OPEN:
        raise NotOpen(state, "不能再评分" if state is RoundState.PUBLISHED else "还不能评分")
    mark, _ = _append(sheet, code, proposal, evidence, MarkSource.PANEL, by, seen, within=within)
    return mark


def give_self_mark(sheet: Sheet, code: str, proposal: Proposal, evidence: Iterable[str], *, by: Doer) -> Mark:
    """The group's own mark. A change after handing in calls the hand-in back."""
    state = current_state(sheet)
    if state not in SELF_SCORES_OPEN:
        raise NotOpen(state, "自查已经结束" if state is not RoundState.PLAN else "自查还没有开始")
    mark, is_new = _append(sheet, code, proposal, evidence, MarkSource.SELF, by)
    if is_new and sheet.self_checked_at is not None:
        sheet.self_checked_at, sheet.self_checked_by = None, ""
    return mark


def _append(
    sheet: Sheet,
    code: str,
    proposal: Proposal,
    evidence: Iterable[str],
    source: MarkSource,
    by: Doer,
    seen: int | None = None,
    *,
    within: bool = False,
) -> tuple[Mark, bool]:
    """The current mark, and whether it is new: saving the same mark again changes nothing, so a retry is safe."""
    criterion = criterion_of(sheet, code)
    if source is MarkSource.SELF and criterion.kind is CriterionKind.MEASURED:
        raise NotSelfChecked
    judged = judge(criterion, proposal)
    if within and not judged.reason:
        raise MarkRefused("reason", WITHIN_WORDS.format(body=criterion.scorer.label))
    taken, chosen = taken_data(criterion, judged), evidence_data(sheet, evidence)
    account_id = None if source is MarkSource.PANEL and criterion.one_voice else by.account_id
    before = mark_queries.current_mark(sheet.id, code, source, account_id)
    if criterion.kind is CriterionKind.MEASURED:
        taken = measured_words(before)
        chosen = chosen or ([] if before is None else before.evidence)
    if before is not None:
        if (before.points, before.taken, before.reason, before.evidence) == (
            judged.points,
            taken,
            judged.reason,
            chosen,
        ):
            return before, False
        if seen not in (None, before.id):
            raise MarkChanged(before)
        before.replaced_at = clock.now()
        db.session.flush()
    mark = Mark(
        committee_id=sheet.committee_id, sheet=sheet, code=code, source=source, account_id=account_id,
        author=by.name, points=judged.points, taken=taken, reason=judged.reason, evidence=chosen,
        from_within=within, marked_at=clock.now(),
    )  # fmt: skip
    db.session.add(mark)
    record(by, f"mark.{source.value}", mark, before=_audited(before), after=_audited(mark))
    return mark, True


def restore_measured(sheet: Sheet, code: str, *, by: Doer) -> None:
    """Takes a correction back: what the records say now stands again."""
    criterion = criterion_of(sheet, code)
    require_panel(sheet, by)
    state = current_state(sheet)
    if state not in PANEL_SCORES_OPEN:
        raise NotOpen(state, "不能再改")
    before = mark_queries.current_mark(sheet.id, code, MarkSource.PANEL, None)
    if criterion.kind is not CriterionKind.MEASURED or before is None or before.author == SYSTEM:
        return
    before.replaced_at = clock.now()
    db.session.flush()
    measure_sheet(sheet, code)
    record(by, "mark.restore", before, before=_audited(before))


def _audited(mark: Mark | None) -> dict[str, Any] | None:
    if mark is None:
        return None
    return {"points": "不适用" if mark.points is None else mark.points, "reason": mark.reason, "code": mark.code}


def taken_data(criterion: Criterion, judged: Judged) -> list[Any]:
    """Deductions as they read now: a later rubric may word them otherwise."""
    known: dict[str, Deduction] = {deduction.code: deduction for deduction in criterion.deductions}
    taken: list[Any] = [
        {
            "code": code,
            "label": known[code].label,
            "points": str(known[code].points),
            "unit": known[code].unit,
            "count": n,
        }
        for code, n in judged.counts
    ]
    if judged.further:
        taken.append({"code": "", "label": "其他扣分", "points": str(judged.further), "unit": "项", "count": 1})
    return taken


def evidence_data(sheet: Sheet, keys: Iterable[str]) -> list[Any]:
    """Titles and dates as they are now. Keys that are not of this group's quarter are refused."""
    wanted = set(keys)
    if not wanted:
        return []
    records = {f"{row.kind}:{row.id}": row for row in evidence_queries.evidence(sheet.group_id, sheet.round.quarter)}
    if wanted - records.keys():
        raise MarkRefused("evidence", "有一条佐证已撤回，或不属于本组本季，请重新勾选。")
    return [
        {"kind": row.kind, "id": row.id, "on": row.held_on, "title": row.title or row.detail or "照片"}
        for key, row in records.items()
        if key in wanted
    ]


def hand_in_self_check(sheet: Sheet, *, by: Doer) -> None:
    """All criteria must be marked: a gap is named, never skipped."""
    state = current_state(sheet)
    if state not in SELF_SCORES_OPEN:
        raise NotOpen(state, "不能提交自查")
    result = assess_self(sheet.rubric, mark_queries.records([], [sheet])[sheet.id])
    if result.open:
        raise SelfCheckIncomplete([f"{item.code} {item.title}" for item in result.open])
    sheet.self_checked_at, sheet.self_checked_by = clock.now(), by.name
    record(by, "sheet.hand-in", sheet)


def answer_condition(sheet: Sheet, code: str, reason: str, *, holds: bool, by: Doer) -> ConditionCheck:
    """A gate (holds: met) or a veto (holds: the case occurred). What goes against the group needs a reason."""
    require_panel(sheet, by)
    state = current_state(sheet)
    if state not in PANEL_SCORES_OPEN:
        raise NotOpen(state, "不能再改必备条件与一票否决")
    rubric = sheet.rubric
    gate = code in {condition.code for condition in rubric.gates}
    if not gate and code not in {condition.code for condition in rubric.vetoes}:
        raise NoSuchCriterion
    reason = reason.strip()
    if holds is not gate and not reason:
        raise MarkRefused(code, "请写明依据：哪件事、什么时间、谁核实的。" if not gate else "请写明哪里不满足。")
    if len(reason) > REASON_LENGTH:
        raise MarkRefused(code, f"说明请压缩到 {REASON_LENGTH} 字以内。")
    before = mark_queries.current_check(sheet.id, code)
    if before is not None:
        if (before.holds, before.reason) == (holds, reason):
            return before
        before.replaced_at = clock.now()
        db.session.flush()
    row = ConditionCheck(
        committee_id=sheet.committee_id, sheet_id=sheet.id, code=code, holds=holds, reason=reason,
        account_id=by.account_id, author=by.name, checked_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    record(
        by,
        "sheet.condition",
        sheet,
        before=None if before is None else {"code": code, "holds": before.holds, "reason": before.reason},
        after={"code": code, "holds": holds, "reason": reason},
    )
    return row


def add_bonus(sheet: Sheet, level: str, honour: str, *, by: Doer) -> Bonus:
    """Points by the honour's level; the cap holds for the sum when the total is computed."""
    require_panel(sheet, by)
    state = current_state(sheet)
    if state not in PANEL_SCORES_OPEN:
        raise NotOpen(state, "不能再加分")
    found = next((b for b in sheet.rubric.bonus_levels if b.code == level), None)
    if found is None:
        raise MarkRefused("level", "请选荣誉的级别。")
    if not honour.strip():
        raise MarkRefused("honour", "请写荣誉全称、授予单位和时间。")
    row = Bonus(
        committee_id=sheet.committee_id, sheet=sheet, level=found.code, level_name=found.label,
        honour=honour.strip()[:80], points=found.points, account_id=by.account_id, author=by.name,
        given_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    record(by, "bonus.add", row, after={"level": found.label, "points": found.points, "honour": row.honour})
    return row


def withdraw_bonus(row: Bonus, *, by: Doer) -> None:
    require_panel(row.sheet, by)
    state = current_state(row.sheet)
    if state not in PANEL_SCORES_OPEN:
        raise NotOpen(state, "不能再改加分")
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        record(by, "bonus.withdraw", row, before={"points": row.points, "honour": row.honour})
