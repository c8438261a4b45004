"""Acts on who looks at whom, on visits and on checklists."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.audit.operations import Doer, record
from app.checks import mutual_queries, pairing
from app.checks.checklist import ChecklistKind, Item, as_text
from app.checks.models import Checklist, MutualCheck
from app.checks.mutual_queries import BranchChecklist, MutualQuarter
from app.checks.pairing import CannotPair, Pair, Round, Task
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Quarter
from app.organisation.models import Branch


class CannotArrange(Refused):
    """No round keeps the rules; the message says what to change."""


class QuarterOver(Refused):
    pass


class VisitChanged(Conflict):
    pass


class ChecklistChanged(Conflict):
    pass


class NotYet(Refused):
    """A visit of a day that is still to come, or outside its quarter."""


# ---------------------------------------------------------------- who looks at whom


def proposed(of: MutualQuarter, wishes: Collection[Pair] = (), forbidden: Collection[Pair] = ()) -> Round:
    """The round that would be arranged now. Visits already made stay as they are."""
    groups = mutual_queries.groups_of_branch(of.id, min(of.quarter.last, max(clock.today(), of.quarter.first)))
    checks = mutual_queries.checks_of_year(of)
    made = {
        (check.group_id, check.seen_group_id)
        for check in checks
        if check.quarter == of.quarter and check.visited_on is not None
    }
    earlier: dict[Quarter, Round] = {}
    for check in checks:
        if check.quarter < of.quarter:
            earlier.setdefault(check.quarter, {})[check.group_id] = check.seen_group_id
    fixed_lookers = {looker for looker, _ in made}
    task = Task(
        [group.id for group in groups],
        list(earlier.values()),
        frozenset(made | {wish for wish in wishes if wish[0] not in fixed_lookers}),
        frozenset(forbidden) - made,
        {group.id: group.name for group in groups},
    )
    try:
        return pairing.pair_up(task)
    except CannotPair as cannot:
        raise CannotArrange(str(cannot)) from cannot


def arrange_quarter(
    of: MutualQuarter, checklist: ChecklistKind, *, wishes: Collection[Pair], forbidden: Collection[Pair], by: Doer
) -> list[MutualCheck]:
    """Arrange, or arrange anew what nobody visited yet."""
    if of.quarter.last < clock.today():
        raise QuarterOver(f"{of.quarter.label}已经过去，不能再排。请排本季度或下季度。")
    db.session.execute(select(Branch.id).where(Branch.id == of.id).with_for_update())
    chosen = proposed(of, wishes, forbidden)
    standing = [check for check in mutual_queries.checks_of_year(of) if check.quarter == of.quarter]
    before = [(check.group_id, check.seen_group_id) for check in standing]
    kept = {check.group_id: check for check in standing if check.visited_on is not None}
    for check in standing:
        if check.visited_on is None:
            db.session.delete(check)
    db.session.flush()
    rows = []
    for group_id, seen_group_id in chosen.items():
        row = kept.get(group_id) or MutualCheck(
            committee_id=of.place.committee_id,
            branch_id=of.id,
            group_id=group_id,
            seen_group_id=seen_group_id,
            quarter=of.quarter,
            checklist=checklist,
            until=of.quarter.last,
            fixed=(group_id, seen_group_id) in wishes,
        )
        db.session.add(row)
        rows.append(row)
    record(
        by, "mutual-check.arrange", of,
        before={"pairs": sorted(before)} if before else None,
        after={
            "quarter": of.quarter, "pairs": sorted(chosen.items()), "wishes": sorted(wishes),
            "forbidden": sorted(forbidden),
        },
    )  # fmt: skip
    return rows


# ---------------------------------------------------------------- the visit


def record_visit(check: MutualCheck, *, visited_on: date, seen: str, version: int, by: Doer) -> None:
    db.session.refresh(check, with_for_update=True)
    if check.version != version:
        raise VisitChanged("别人刚记过这次互查。你写的没有丢，请对照后选一份。")
    if visited_on > clock.today():
        raise NotYet("这一天还没到，请填去看的那天。")
    if visited_on < check.quarter.first or visited_on > check.quarter.last:
        raise NotYet(f"这次互查是{check.quarter.label}的，请填这个季度里的日期。")
    before = {"day": check.visited_on, "content": check.seen} if check.visited_on else None
    check.visited_on, check.seen = visited_on, seen
    check.recorded_by, check.recorded_at = by.name[:40], clock.now()
    record(by, "mutual-check.visit", check, before=before, after={"day": visited_on, "content": seen})


# ---------------------------------------------------------------- checklists


def write_checklist(of: BranchChecklist, items: list[Item], *, version: int, by: Doer) -> Checklist:
    """The branch's own from now on; `version` 0 says that the writer saw the ready-made one."""
    db.session.execute(select(Branch.id).where(Branch.id == of.branch_id).with_for_update())
    row = mutual_queries.checklist_row(of.branch_id, of.kind)
    if (row.version if row else 0) != version:
        raise ChecklistChanged("别人刚改过这份清单。你写的没有丢，请对照后选一份。")
    if row is None:
        row = Checklist(committee_id=of.place.committee_id, branch_id=of.branch_id, kind=of.kind)
        db.session.add(row)
    row.items = [[item.kind.value, item.text] for item in items]
    row.changed_by, row.changed_at = by.name[:40], clock.now()
    record(by, "checklist.revise", row, before={"content": as_text(of.items)}, after={"content": as_text(items)})
    return row
