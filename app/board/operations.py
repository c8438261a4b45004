"""付印: what stands on the wall is kept as it was printed."""

from app.audit.operations import Doer, record
from app.board import queries
from app.board.freezing import written
from app.board.kept_queries import KEEP, digest_of
from app.board.models import PrintedBoard
from app.foundation.db import db
from app.photos import issue_operations
from app.photos.models import MonthIssue
from app.photos.queries import GroupMonth


def print_issue(of: GroupMonth, *, by: Doer, leave_unsorted: bool = False) -> PrintedBoard:
    """From now on the branch sees the month's page, and sees it as it is now."""
    return keep(issue_operations.print_issue(of, by=by, leave_unsorted=leave_unsorted), by=by)


def keep(issue: MonthIssue, *, by: Doer) -> PrintedBoard:
    """Write the page of a printed issue down. What is corrected later enters no page that hangs; taking the issue back
    and printing it anew does."""
    db.session.flush()
    face = queries.face(issue.group_id, issue.month)
    if face is None or issue.printed_at is None:
        raise ValueError("only a printed issue of a group that existed in the month is kept")
    composed = queries.composed(face)
    lead = composed.content.sheet.lead
    row = PrintedBoard(
        committee_id=issue.committee_id,
        branch_id=issue.branch_id,
        group_id=issue.group_id,
        issue_id=issue.id,
        month=issue.month,
        printed_at=issue.printed_at,
        face={
            **{name: getattr(face, name) for name in queries.FACE},
            "headline": "".join(lead.headline) if lead else "",
            "photo": written(lead.photo) if lead else None,
        },
        content=written(composed.content),
    )
    row.digest = digest_of(row)
    db.session.add(row)
    record(by, KEEP, row, after={"month": row.month, "digest": row.digest})
    return row
