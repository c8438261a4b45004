"""Whether what was published still is what was published, and what is kept of open sheets still is what their marks say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.audit.queries import recorded_digests
from app.foundation.db import db
from app.inspections.course import RoundState
from app.inspections.digests import publication_digest, result_digest_of, slip_digest_of
from app.inspections.models import InspectionRound
from app.inspections.publication_queries import composed_sheets
from app.inspections.result_models import GroupResult, Publication
from app.inspections.result_queries import PUBLISH, whole_results
from app.inspections.slip_models import SheetSlip
from app.inspections.slip_queries import Moulds, composed_slips

ALTERED = "冻结的得分与发布时的校验码不符"
UNTRUE = "保存的得分与按评分记录重算的不符"


@dataclass(frozen=True)
class Finding:
    """A kept row that is not what it was or should be."""

    subject: str
    problem: str


def verify_digests() -> list[Finding]:
    """Every publication against its rows, and against the digest that the audit chain recorded when it was published."""
    found: list[Finding] = []
    recorded = recorded_digests(PUBLISH)
    for head in db.session.scalars(select(Publication).order_by(Publication.id).execution_options(yield_per=20)):
        digests: list[str] = []
        found += _altered(head, digests)
        if publication_digest(head, digests) != head.digest or len(digests) != _rows(head.id):
            found.append(Finding(head.label, "发布内容与校验码不符（有小组结果被改动、增加或删除）"))
        if recorded.get(head.id) != head.digest:
            found.append(Finding(head.label, "校验码与审计记录中的不符"))
    lost = recorded.keys() - set(db.session.scalars(select(Publication.id)))
    found += [
        Finding(f"发布记录 {publication_id}", "审计记录有这次发布，结果已不在") for publication_id in sorted(lost)
    ]
    return found


def _altered(head: Publication, digests: list[str]) -> Iterator[Finding]:
    """Adds the digests of the publication's results, as they are kept, in order of position."""
    rows = db.session.execute(whole_results(GroupResult.publication_id == head.id).execution_options(yield_per=200))
    for row in rows:
        digests.append(row.digest)
        if result_digest_of(row, head.form) != row.digest or (head.form > 1 and not _true_to_slip(row)):
            yield Finding(f"{head.label} {row.group_name}", ALTERED)


def _true_to_slip(row: Any) -> bool:
    return bool(slip_digest_of(row) == row.slip_digest)


def verify_open_sheets() -> list[Finding]:
    """What is kept of the sheets of open rounds against what their marks come to now. A sheet that says itself to be
    stale is composed anew before anybody relies on it."""
    found: list[Finding] = []
    rounds = select(InspectionRound).where(InspectionRound.state != RoundState.PUBLISHED).order_by(InspectionRound.id)
    for row in db.session.scalars(rounds):
        moulds = Moulds(row.rubric_version)
        for sheets in composed_sheets(row.id):
            kept = _kept_digests(sheets)
            found += [
                Finding(f"{row.title} {sheet.group_name}", UNTRUE)
                for sheet, values in zip(sheets, composed_slips(row, sheets, moulds), strict=True)
                if not sheet.digest == values["digest"] == kept.get(sheet.slip_id)
            ]
    return found


def _kept_digests(sheets: Sequence[Any]) -> dict[int, str]:
    """Of the words that are kept, whatever their digest says."""
    rows = db.session.scalars(select(SheetSlip).where(SheetSlip.id.in_([sheet.slip_id for sheet in sheets])))
    return {row.id: slip_digest_of(row) for row in rows}


def _rows(publication_id: int) -> int:
    """A result whose slip is gone is not read with the others."""
    found = db.session.scalar(select(func.count(GroupResult.id)).where(GroupResult.publication_id == publication_id))
    return found or 0
