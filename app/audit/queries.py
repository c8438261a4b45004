"""What the trail keeps for `flask verify`; the auditor's own reads stand in `auditing`."""

from contextlib import closing

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import aliased

from app.audit.models import AuditLine
from app.foundation.db import db

_HEAD = "SELECT hash FROM audit_line ORDER BY id DESC LIMIT 1"


def head(engine: Engine | None = None) -> str | None:
    """The hash of the newest line, which names the state of the whole house; None before the first act.

    Asked at every page, so by the driver itself, in 12 us: by an engine or a session it costs four to sixteen times that.
    """
    with closing((engine or db.engine).raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(_HEAD)
        newest = cursor.fetchone()
    return newest[0] if newest else None


def recorded_digests(act: str) -> dict[int, str]:
    """By the id of what was frozen by `act`, the digest that its line recorded.

    Those of demo committees that were cleared since (`demo.clear` names the committee) are gone rightly.
    """
    cleared = aliased(AuditLine)
    since = exists().where(
        cleared.act == "demo.clear", cleared.subject_id == AuditLine.committee_id, cleared.id > AuditLine.id
    )
    rows = db.session.execute(
        select(AuditLine.subject_id, AuditLine.after).where(AuditLine.act == act, ~since).order_by(AuditLine.id)
    )
    return {row.subject_id: (row.after or {}).get("digest", "") for row in rows}
