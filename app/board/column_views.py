"""The groups' month for the branch's page, which stands below this feature and asks through the application."""

from collections.abc import Mapping

from flask import url_for

from app.accounts.actor import Actor
from app.accounts.kept import until_next_act
from app.accounts.permissions import Permission
from app.board import column_queries
from app.board.column_queries import MonthColumn
from app.brands.month_column import GroupMonth
from app.foundation import clock
from app.foundation.periods import Month
from app.foundation.places import Place


def month_columns(place: Place, month: Month, actor: Actor) -> Mapping[int, GroupMonth]:
    today = clock.today()
    columns = until_next_act(
        ("month columns", place, month, today), lambda: column_queries.month_columns(place, month, today)
    )
    return {column.place.group_id or 0: _told(column, month, actor) for column in columns}


def _told(column: MonthColumn, month: Month, actor: Actor) -> GroupMonth:
    """A month that is not printed is the group's own and of those above it: sisters see that it is being made."""
    printed = column.printed_at is not None
    open_to_reader = printed or actor.may(Permission.ACTIVITY_READ, column.place)
    lead = column.lead if open_to_reader else None
    return GroupMonth(
        issue_words=f"{month.month}月版面{'已付印' if printed else '编辑中'}",
        issue_note=_note(column),
        printed=printed,
        issue_url=url_for("board.issue", group_id=column.place.group_id, month=month) if open_to_reader else "",
        photo_url=url_for("photos.board_photo", photo_id=lead.id, size="thumb") if lead else "",
        photo_alt=lead.caption or "头条照片" if lead else "",
        photo_width=lead.width if lead else 0,
        photo_height=lead.height if lead else 0,
        caption=lead.caption if lead else "",
        done=tuple(day.day for day in column.done),
        planned=tuple(day.day for day in column.planned),
    )


def _note(column: MonthColumn) -> str:
    if column.printed_at is not None:
        on = clock.local(column.printed_at)
        return f"{on.month}月{on.day}日"
    return "" if column.lead else "差1张头条"
