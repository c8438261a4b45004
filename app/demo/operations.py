"""Filling the demo factory: one factory, three branches, thirteen groups, thirteen months, four quarters.

Everything is counted from today and drawn from seeds, so the same day gives the same factory (but for random
passwords). Whatever has a course of its own goes through the real acts, at the moments at which it happened.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from app.accounts.models import Account
from app.activities.kind_operations import provide_kinds
from app.audit.models import AuditLine
from app.demo import (
    account_operations,
    activity_operations,
    brand_operations,
    check_operations,
    indicator_operations,
    inspection_operations,
    nomination_operations,
    organisation_operations,
    photo_operations,
)
from app.demo.account_operations import Filled
from app.demo.calendar import MONTHS, Calendar, at
from app.demo.drawing import draw_all
from app.demo.photo_operations import Draw
from app.demo.timeline import Timeline
from app.foundation import clock
from app.foundation.db import db
from app.foundation.storage import storage

Progress = Callable[[str], None]


def silent(_line: str) -> None:
    pass


def untouched() -> bool:
    """Nobody has ever worked here: no account, and no line in the audit trail. A cleared demo is not filled again."""
    accounts = db.session.scalar(select(Account.id).limit(1))
    return accounts is None and db.session.scalar(select(AuditLine.id).limit(1)) is None


def fill(
    *,
    password: str | None = None,
    progress: Progress = silent,
    today: date | None = None,
    months: int = MONTHS,
    draw: Draw = draw_all,
) -> list[tuple[str, str, str]]:
    """Fill an empty installation, inside the caller's write transaction; answers login, password and post of each
    account. Fewer `months` make a small factory for tests; the quarters then rest on what is there."""
    now = at(today, 20) if today else clock.now()
    calendar = Calendar(clock.local(now).date(), now, months)
    with clock.stopped_at(at(calendar.founded, 9)):
        house = organisation_operations.build(calendar)
        filled = account_operations.open_accounts(house, calendar, password)
        brand_operations.set_goals(house, calendar)
        house.kinds = provide_kinds(house.place, by=house.committee)
    progress(f"组织：{len(house.branches)} 个党支部，{len(house.groups)} 个党小组")
    founding, timeline = Timeline(), Timeline()
    brand_operations.register_all(house, calendar, founding, timeline)
    founding.run()
    organisation_operations.tell_moves(house, calendar, timeline)
    held = activity_operations.hold(house, calendar, timeline)
    progress(f"活动：{len(held.entries)} 次，{len(calendar.months)} 个月")
    photos = photo_operations.take(house, held, calendar, to=storage(), draw=draw, say=progress)
    photo_operations.print_issues(house, photos, calendar, timeline)
    check_operations.check(house, photos, calendar, timeline)
    indicator_operations.measure(house, calendar, timeline)
    inspection_operations.inspect(house, held, calendar, timeline)
    nomination_operations.nominate(house, calendar, timeline)
    timeline.run()
    db.session.flush()
    progress("督查：三个季度已发布，一个季度正在评分")
    return [_line(one) for one in filled]


def _line(one: Filled) -> tuple[str, str, str]:
    return one.login, one.password, one.title
