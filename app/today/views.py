"""The page that a person meets first."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from markupsafe import Markup

from app.accounts.actor import Actor
from app.accounts.guard import current, signed_in
from app.accounts.kept import until_next_act
from app.accounts.permissions import Permission
from app.brands.queries import stamp
from app.foundation import charts, clock
from app.foundation.periods import Month
from app.today import agenda, month_queries, queries
from app.today.agenda import Issue, Waiting
from app.today.month_queries import Year
from app.today.queries import OF_EACH_KIND, Reach

blueprint = Blueprint("today", __name__)

NO_YEAR = Year()


@dataclass(frozen=True)
class Kind:
    """How a kind of waiting thing is said. `deadline`: its date is one, and not merely the day it is about."""

    word: str
    title: str
    detail: str
    url: Callable[[Any], str]
    more: str  # where the rest of the kind is listed
    deadline: bool = False


def _activity(row: Any) -> str:
    return url_for("activities.activity_page", activity_id=row.id)


def _edit(row: Any) -> str:
    return url_for("activities.edit_activity", activity_id=row.id)


def _brand(row: Any) -> str:
    return url_for("brands.brand_page", brand_id=row.id)


def _nomination(row: Any) -> str:
    return url_for("nominations.nomination_page", nomination_id=row.id)


def _round(row: Any) -> str:
    return url_for("inspections.round_page", round_id=row.id)


def _review(row: Any) -> str:
    return url_for("inspections.review", round_id=row.id)


def _call(row: Any) -> str:
    return url_for("nominations.call_page", call_id=row.id)


def _sheet(row: Any) -> str:
    return url_for("inspections.self_check", sheet_id=row.id)


def _slip(row: Any) -> str:
    return url_for("inspections.slip_page", result_id=row.id)


def _feedback(row: Any) -> str:
    return url_for("inspections.feedback", sheet_id=row.id)


def _appeal(row: Any) -> str:
    return url_for("inspections.decide_appeal", appeal_id=row.id)


def _answer(row: Any) -> str:
    return url_for("checks.answer", finding_id=row.id)


def _recheck(row: Any) -> str:
    return url_for("checks.recheck", finding_id=row.id)


def _mutual_check(row: Any) -> str:
    return url_for("checks.visit_page", check_id=row.id)


def _values(row: Any) -> str:
    return url_for("indicators.grid", branch_id=row.id, year=Month.parse(row.period).year)


def _issue(row: Any) -> str:
    return url_for("board.issue", group_id=row.id, month=Month.parse(row.period))


def _hint(row: Any) -> str:
    return url_for("photos.hint_page", hint_id=row.id)


KINDS: dict[str, Kind] = {
    "self-check": Kind("自查", "{title}，等{group}自查", "", _sheet, "inspections.index", deadline=True),
    "panel": Kind("评分", "{title}，等您评分", "", _round, "inspections.index", deadline=True),
    "visit": Kind("督查", "{title}，请到现场看", "", _round, "inspections.index", deadline=True),
    "visiting": Kind("督查", "{title}，正在互查督查", "互查已去 {detail}", _round, "inspections.index", deadline=True),
    "feedback": Kind("反馈", "{title}，请{group}看得分", "", _feedback, "inspections.index", deadline=True),
    "appeal": Kind("申诉", "{detail}申诉，等决定", "{title}", _appeal, "inspections.index"),
    "review": Kind("复核", "{title}，评完待复核发布", "", _review, "inspections.index"),
    "issue": Kind("版面", "{title}版面还没付印", "{group}", _issue, "board.index", deadline=True),
    "result": Kind("结果", "{title}已发布", "看得分说明单", _slip, "inspections.index", deadline=True),
    "returned": Kind("退回", "{title}", "{day}，{detail}", _edit, "activities.index"),
    "draft": Kind("草稿", "{title}", "{day}，还没提交", _edit, "activities.index"),
    "submitted": Kind("确认", "{title}", "{group}，{day}", _activity, "activities.index"),
    "hint": Kind("照片", "{title} 张照片像是用过，请看一眼", "只是提醒，不影响得分", _hint, "activities.index"),
    "brand-returned": Kind("品牌", "{title}，退回修改", "{detail}", _brand, "brands.index"),
    "brand-submitted": Kind("品牌", "{title}，等支委会研究", "{unit}报来", _brand, "brands.index"),
    "brand-approved": Kind("备案", "{title}，等厂党委备案", "{day}起用", _brand, "brands.index"),
    "nomination-returned": Kind("推荐", "{title}，推荐材料退回", "{detail}", _nomination, "nominations.index"),
    "nomination-submitted": Kind("推荐", "{title}，等厂党委审定", "{detail}推荐", _nomination, "nominations.index"),
    "finding": Kind("整改", "{title}", "", _answer, "checks.index", deadline=True),
    "recheck": Kind("复查", "{title}", "{detail}{day}交了整改", _recheck, "checks.index"),
    "branch-recheck": Kind("复查", "{title}", "{unit}{day}交了整改", _recheck, "checks.index"),
    "values-missing": Kind(
        "指标", "业务指标还缺 {detail} 个数值", "{title}要用，缺的月份不计入", _values, "indicators.index", deadline=True
    ),
    "mutual-check": Kind("互查", "去{title}看一次", "", _mutual_check, "checks.index", deadline=True),
    "call": Kind(
        "推荐", "{title}", "没有符合条件的，可以不推荐", _call, "nominations.index",
        deadline=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class GroupMonth:
    """A group's month so far, as its row on the page."""

    id: int
    branch_id: int
    name: str
    brand: str
    hue: str
    seal: Markup
    issue: Issue

    @property
    def title(self) -> str:
        return self.brand or self.name


def _waiting(rows: Iterable[Any], groups: Sequence[GroupMonth], today: date) -> list[Waiting]:
    by_id = {group.id: group for group in groups}
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        kind = KINDS[row.kind]
        seen[row.kind] = seen.get(row.kind, 0) + 1
        if seen[row.kind] > OF_EACH_KIND:
            found.append(Waiting(kind.word, "还有更多", "到列表里看", url_for(kind.more)))
            continue
        due = date.fromisoformat(row.due[:10]) if row.due else None
        group = by_id.get(row.group_id)
        words = {
            "title": row.title,
            "detail": row.detail or "未写原因",
            "group": group.title if group else "支部",
            "unit": group.name if group else "支部",
            "day": f"{due.month}月{due.day}日" if due else "",
        }
        detail = kind.detail.format(**words)
        deadline = due if kind.deadline else None
        parts = [detail, agenda.due_words(deadline, today) if deadline else ""]
        found.append(
            Waiting(kind.word, kind.title.format(**words), "，".join(filter(None, parts)), kind.url(row), deadline)
        )
    return agenda.in_order(found)


def _group_month(row: Any) -> GroupMonth:
    printed_on = _local_day(row.printed_at)
    return GroupMonth(
        row.id,
        row.branch_id,
        row.name or "",
        row.brand or "",
        row.hue or "",
        stamp(row.outlines, solid=printed_on is not None),
        Issue(row.activities, row.photos, row.on_board, row.first_slot == 1, printed_on, row.unsorted),
    )


@lru_cache(maxsize=512)
def _strip(today: date, done: tuple[int, ...], planned: tuple[int, ...]) -> Markup:
    return charts.month_strip(today.year, today.month, done=done, planned=planned, today=today.day)


def _local_day(moment: datetime | None) -> date | None:
    return clock.local(moment).date() if moment else None


def _year(reach: Reach, groups: Sequence[GroupMonth], today: date) -> Year:
    """The year of the unit that this person looks after first: the group led, the branch, the own group."""
    if reach.led:
        return month_queries.year_of_group(reach.led[0], today)
    if reach.seen:
        return month_queries.year_of_branch(reach.seen[0], today)
    return month_queries.year_of_group(groups[0].id, today) if groups else NO_YEAR


def _rounds(reach: Reach, today: date) -> list[Waiting]:
    return [
        Waiting(
            "督查",
            row.title,
            agenda.round_words(row.state, row.self_check_until, row.scoring_until, row.appeals_until, today),
            _round(row),
        )
        for row in month_queries.rounds_in_sight(reach)
    ]


@blueprint.get("/")
@signed_in()
def home() -> str:
    actor, today = current(), clock.today()
    if not actor.may_somewhere(Permission.BOARD_READ):
        return render_template("today/desk.html", today=today, month=Month.of(today))
    reach = Reach.of(actor)
    seen = until_next_act(("today", reach, today, request.root_path), lambda: _seen(reach, today))
    return render_template("today/home.html", bring=_bringing(actor) if seen["led"] else None, **seen)


def _bringing(actor: Actor) -> dict[str, Any]:
    """What the picker of a leader's page needs: photos are brought in with one tap from here."""
    return {
        "upload_id": secrets.token_hex(16),
        "max_bytes": current_app.config["PHOTO_MAX_BYTES"],
        "account_id": actor.account_id,
    }


def _seen(reach: Reach, today: date) -> dict[str, Any]:
    """All that stands on a person's page; it changes with an act and with the day."""
    groups = [_group_month(row) for row in month_queries.groups_in_sight(reach, today)]
    led = next((group for group in groups if group.id in reach.led), None)
    decides = bool(reach.committees) and led is None
    branches = month_queries.branches_in_sight(reach, today) if decides else []
    shown = branches[: month_queries.BRANCHES]
    year = NO_YEAR if decides else _year(reach, groups, today)
    met, asked = agenda.cadence_words(year.dues)
    month = Month.of(today)
    return {
        "today": today,
        "month": month,
        "waiting": _waiting(queries.waiting(reach, today), groups, today),
        "handles": bool(reach.run or reach.committees),
        "led": led,
        "runs": reach.run[0] if reach.run and led is None else None,
        "days_left": agenda.days_left(today, month.last),
        "photos": month_queries.latest_photos(led.id, month) if led else [],
        "groups": groups,
        "decides": decides,
        "branches": [(branch, stamp(branch.outlines)) for branch in shown],
        "more_branches": len(branches) > len(shown),
        "rounds": _rounds(reach, today) if decides else [],
        "strip": None if decides else _strip(today, year.done, year.planned),
        "year": year,
        "met": met,
        "asked": asked,
    }
