"""The house's clock. Moments are kept in UTC; days are days of the house's own time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HOUSE_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().astimezone(HOUSE_ZONE).date()


def local(moment: datetime) -> datetime:
    """The wall-clock time of a stored moment."""
    return moment.astimezone(HOUSE_ZONE)
