"""The branch's goals of a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.brands import goal_operations as acts
from app.brands import version_queries as versions
from app.brands.goal_operations import GoalLine
from app.brands.models import Goal
from app.brands.tree_views import blueprint
from app.foundation import clock
from app.foundation.errors import Conflict, Refused
from app.organisation.models import Branch

LONGEST_TITLE = 60


@dataclass(frozen=True)
class Row:
    """A line of the form as it is shown again."""

    key: str
    title: str
    id: int | None = None
    version: int | None = None
    error: str = ""


@blueprint.route("/branches/<int:branch_id>/goals", methods=["GET", "POST"])
@allow(Permission.GOAL_WRITE, versions.branch)
def goals(branch: Branch) -> ResponseReturnValue:
    year = _year()
    if request.method != "POST":
        return _page(branch, year, _rows(versions.goals(branch.id, year)))
    rows = _typed()
    if any(row.error for row in rows):
        return _page(branch, year, rows, status=422)
    try:
        acts.set_goals(branch, year, [GoalLine(row.title, row.id, row.version) for row in rows], by=current())
    except Conflict:
        raise
    except Refused as refusal:
        return _page(branch, year, rows, refused=refusal.message, status=422)
    flash(f"{year}年目标已保存。")
    return redirect(url_for("brands.branch_page", branch_id=branch.id))


def _year() -> int:
    typed = request.values.get("year", "")
    this_year = clock.today().year
    return int(typed) if typed.isascii() and typed.isdigit() and abs(int(typed[:6]) - this_year) <= 5 else this_year


def _rows(goals: Sequence[Goal]) -> list[Row]:
    rows = [Row(f"goal-{i}", goal.title, goal.id, goal.version) for i, goal in enumerate(goals)]
    free = range(len(rows), min(max(len(rows) + 1, 4), acts.MOST_GOALS))
    return rows + [Row(f"goal-{i}", "") for i in free]


def _typed() -> list[Row]:
    rows = []
    for i in range(acts.MOST_GOALS):
        if (title := request.form.get(f"goal-{i}")) is None:
            continue
        title = title.strip()
        error = f"最多{LONGEST_TITLE}个字。" if len(title) > LONGEST_TITLE else ""
        rows.append(Row(f"goal-{i}", title, _number(f"goal-{i}-id"), _number(f"goal-{i}-version"), error))
    return rows


def _number(name: str) -> int | None:
    typed = request.form.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _page(branch: Branch, year: int, rows: list[Row], refused: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template("brands/goals.html", branch=branch, year=year, rows=rows, refused=refused)
    return page, status
