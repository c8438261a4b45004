"""Printed pages against what was printed: rows, digests, and the audit chain."""

from typing import Any

from sqlalchemy import select

from app.audit.queries import recorded_digests
from app.board.models import PrintedBoard
from app.foundation.db import db
from app.inspections.digests import digest
from app.inspections.verify_queries import Finding

KEEP = "month-issue.keep"


def digest_of(row: PrintedBoard) -> str:
    plain: dict[str, Any] = {
        "group": row.group_id,
        "month": str(row.month),
        "printed_at": row.printed_at.isoformat(),
        "face": row.face,
        "content": row.content,
    }
    return digest(plain)


def verify_digests() -> list[Finding]:
    """Every kept page against its own digest and against the one that the audit chain recorded when it was printed."""
    found: list[Finding] = []
    recorded, seen = recorded_digests(KEEP), set()
    for row in db.session.scalars(select(PrintedBoard).order_by(PrintedBoard.id).execution_options(yield_per=50)):
        seen.add(row.id)
        name = f"{row.face['group']}{row.label}"
        if digest_of(row) != row.digest:
            found.append(Finding(name, "留存的版面与付印时的校验码不符"))
        if recorded.get(row.id) != row.digest:
            found.append(Finding(name, "校验码与审计记录中的不符"))
    lost = sorted(recorded.keys() - seen)
    found += [Finding(f"付印版面 {number}", "审计记录有这次付印，留存的版面已不在") for number in lost]
    return found
