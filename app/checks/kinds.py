"""What a finding is about. A kind says how long putting it right usually takes; people may set another day."""

from datetime import date, timedelta
from enum import StrEnum


class FindingKind(StrEnum):
    MEETINGS = "meetings"
    BRAND = "brand"
    BUSINESS = "business"
    SERVICE = "service"
    RECORDS = "records"
    SITE = "site"
    OTHER = "other"

    @property
    def label(self) -> str:
        return KIND_NAMES[self]


KIND_NAMES = {
    FindingKind.MEETINGS: "组织生活",
    FindingKind.BRAND: "品牌建设",
    FindingKind.BUSINESS: "业务融合",
    FindingKind.SERVICE: "服务群众",
    FindingKind.RECORDS: "记录台账",
    FindingKind.SITE: "现场6S",
    FindingKind.OTHER: "其他",
}
USUAL_DAYS = {FindingKind.SITE: 7, FindingKind.RECORDS: 7, FindingKind.BUSINESS: 21}
OTHERWISE = 14
LONGEST_DAYS = 180


def due_problem(due_on: date, today: date) -> str:
    """Why a day to put it right by cannot be: past, or more than half a year away. Empty when it can."""
    if due_on < today:
        return "整改期限已经过了，请选今天或以后的日期。"
    if due_on > today + timedelta(days=LONGEST_DAYS):
        return f"整改期限太远，请选 {LONGEST_DAYS} 天以内的日期；一时改不完的，可以拆成几个问题。"
    return ""


def usual_due(kind: FindingKind, found_on: date) -> date:
    """The usual number of days later; a Saturday or Sunday moves on to Monday."""
    day = found_on + timedelta(days=USUAL_DAYS.get(kind, OTHERWISE))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
