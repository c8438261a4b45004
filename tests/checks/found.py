"""Findings and mutual checks for tests, made by the product's own acts."""

from datetime import date, timedelta

from app.accounts.actor import Command
from app.audit.operations import Doer
from app.checks import mutual_operations, mutual_queries, operations, queries
from app.checks.checklist import ChecklistKind
from app.checks.course import Source, Standing
from app.checks.details import Answer, FindingDetails
from app.checks.kinds import FindingKind
from app.checks.models import Finding, MutualCheck
from app.checks.queries import CheckedGroup
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.organisation.models import Branch
from app.photos.upload_operations import KeptFiles
from tests import factories
from tests.factories import Scene

QUARTER = Quarter(2026, 4)
INSPECTOR = Command("示例督查员")
WEEK = timedelta(days=7)


def group(group_id: int) -> CheckedGroup:
    found = queries.checked_group(group_id)
    assert found is not None
    return found


def raised(
    at: int,
    *,
    by: Doer = INSPECTOR,
    text: str = "工具车没有回定置线",
    kind: FindingKind = FindingKind.SITE,
    due_on: date | None = None,
    try_id: str = "",
    photos: tuple[KeptFiles, ...] = (),
    criterion: str = "",
) -> Finding:
    details = FindingDetails(
        Source.INSPECTION, kind, text, due_on or clock.today() + WEEK, criterion_code=criterion
    )  # fmt: skip
    return operations.raise_finding(
        group(at), details, try_id=try_id or f"{text}{clock.now()}"[:32], by=by, photos=photos
    )  # fmt: skip


def leader(scene: Scene, login: str = "leader1") -> Command:
    return Command(login, scene.accounts[login])


def answered(scene: Scene, row: Finding, text: str = "已回定置线，画了线") -> Finding:
    operations.answer_finding(row, Answer(text), version=row.version, by=leader(scene))
    db.session.flush()
    return row


def sitting(scene: Scene, login: str = "secretary") -> Standing:
    return Standing(scene.accounts[login], sits=True)


def third_group(scene: Scene) -> int:
    """互查 needs three: one more beside the branch's two."""
    return factories.group(db.session.get_one(Branch, scene.branch), "生产三党小组", sort_order=2).id


def arranged(scene: Scene, quarter: Quarter = QUARTER) -> list[MutualCheck]:
    of = mutual_queries.mutual_quarter(scene.branch, quarter)
    assert of is not None
    return mutual_operations.arrange_quarter(
        of, ChecklistKind.MUTUAL_CHECK, wishes=(), forbidden=(), by=INSPECTOR
    )  # fmt: skip
