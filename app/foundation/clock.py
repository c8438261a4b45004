"""The house's clock. Moments are kept in UTC; days are days of the house's own time zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUSE_ZONE = ZoneInfo("Asia/Shanghai")

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """What is done inside happens at `moment`: the demo factory's past is written by the acts that made it."""
    token = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(token)


def today() -> date:
    return now().astimezone(HOUSE_ZONE).date()


def midnight() -> datetime:
    """When today ends."""
    return datetime.combine(today() + timedelta(days=1), time(), HOUSE_ZONE)


def local(moment: datetime) -> datetime:
    """The wall-clock time of a stored moment."""
    return moment.astimezone(HOUSE_ZONE)
