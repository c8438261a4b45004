"""A branch's goals for a year."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import Doer, record
from app.brands.models import Goal
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.organisation.models import Branch

MOST_GOALS = 8


@dataclass(frozen=True, slots=True)
class GoalLine:
    """One line of the form: an empty title removes the goal; no id makes a new one."""

    title: str
    id: int | None = None
    version: int | None = None


class GoalInUse(Refused):
    """Brands or activities name the goal: what they served must stay readable."""


class StaleGoal(Conflict):
    """Somebody changed the goals meanwhile."""


def set_goals(branch: Branch, year: int, lines: list[GoalLine], *, by: Doer) -> None:
    """Bring the year's goals to the lines' state and order, keeping the identity of those that stay."""
    if len([line for line in lines if line.title]) > MOST_GOALS:
        raise Refused(f"一年的目标最多{MOST_GOALS}条，宜少而实。")
    present = {
        goal.id: goal
        for goal in db.session.scalars(
            select(Goal).where(Goal.branch_id == branch.id, Goal.year == year).order_by(Goal.id)
        )
    }
    for position, line in enumerate(lines):
        goal = present.get(line.id) if line.id is not None else None
        if line.id is not None and (goal is None or goal.version != line.version):
            raise StaleGoal("年度目标刚被别人改过，请核对最新内容再保存。")
        _bring(branch, year, goal, line, position, by)


def _bring(branch: Branch, year: int, goal: Goal | None, line: GoalLine, position: int, by: Doer) -> None:
    if goal is None:
        if line.title:
            made = Goal(committee_id=branch.committee_id, branch_id=branch.id, year=year, sort_order=position)
            made.title = line.title
            db.session.add(made)
            record(by, "goal.add", made, after={"year": year, "title": line.title})
        return
    if not line.title:
        record(by, "goal.remove", goal, before={"year": year, "title": goal.title})
        _remove(goal)
        return
    if goal.title != line.title:
        before = goal.title
        goal.title = line.title
        record(by, "goal.rename", goal, before={"title": before}, after={"title": line.title})
    goal.sort_order = position


def _remove(goal: Goal) -> None:
    title = goal.title
    try:
        with db.session.begin_nested():
            db.session.delete(goal)
            db.session.flush()
    except IntegrityError as error:
        raise GoalInUse(f"“{title}”已有品牌或活动对应，不能删掉，可以改写。") from error
