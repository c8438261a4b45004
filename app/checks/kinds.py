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


def usual_due(kind: FindingKind, found_on: date) -> date:
    """The usual number of days later; a Saturday or Sunday moves on to Monday."""
    day = found_on + timedelta(days=USUAL_DAYS.get(kind, OTHERWISE))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
