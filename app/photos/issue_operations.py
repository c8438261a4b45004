"""付印: the printing of a month's issue, and taking it back."""

from app.activities.course import ReasonMissing
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Month
from app.photos import board_choice, queries
from app.photos.models import MonthIssue
from app.photos.operations import IssuePrinted
from app.photos.queries import GroupMonth


class IssueNotPrinted(Conflict):
    pass


class LeadPhotoMissing(Refused):
    """Photos are chosen for the board page, but none of them leads."""


class MonthToCome(Refused):
    """A month that has not begun has nothing to print."""


class PhotosUnsorted(Refused):
    """Photos of the month lie in the inbox still; whoever prints says that they may stay there."""


def print_issue(of: GroupMonth, *, by: Doer, leave_unsorted: bool = False) -> MonthIssue:
    """From now on the branch sees the month's board page. Photos are not asked for; a lead photo is, where photos
    stand on the page."""
    if of.month > Month.of(clock.today()):
        raise MonthToCome(f"{of.month.label}还没到，到了再付印。")
    issue = queries.issue(of.group_id, of.month)
    if issue is not None and issue.printed_at is not None:
        raise IssuePrinted(f"{of.month.label}的版面已经付印了。")
    slots = [photo.board_slot for photo in queries.board_photos(of.group_id, of.month)]
    if slots and board_choice.LEAD not in slots:
        raise LeadPhotoMissing("版面上有照片，还缺一张头条。请挑一张放到“头条”，再付印。")
    unsorted = [] if leave_unsorted else queries.inbox(of.group_id, of.month)
    if unsorted:
        raise PhotosUnsorted(f"还有 {len(unsorted)} 张照片没归到活动。请先归好，或选“不归了，照样付印”。")
    if issue is None:
        issue = MonthIssue(
            committee_id=of.place.committee_id, branch_id=of.place.branch_id, group_id=of.group_id, month=of.month
        )
        db.session.add(issue)
    issue.printed_at, issue.printed_by = clock.now(), by.name
    record(by, "month-issue.print", issue, after={"month": of.month, "photos": len(slots)})
    return issue


def reopen_issue(of: GroupMonth, *, reason: str, by: Doer) -> None:
    """Take a printed page back for a change; the wall's copy must be replaced, so the reason is kept."""
    issue = queries.issue(of.group_id, of.month)
    if issue is None or issue.printed_at is None:
        raise IssueNotPrinted("这一期还没有付印。")
    if not reason.strip():
        raise ReasonMissing("请写明撤回付印的原因，一句话即可。")
    issue.printed_at = None
    record(by, "month-issue.reopen", issue, after={"reason": reason.strip()[:200]})
