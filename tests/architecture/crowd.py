"""Many rows of everything that a page lists: copies of the world's own, in bulk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from app.accounts.models import Account, Appointment, SignIn
from app.activities.models import Activity, ActivityGroup
from app.audit.models import AuditLine
from app.brands.models import Brand, BrandVersion
from app.checks.models import Finding, FindingPhoto, FindingStep, MutualCheck
from app.foundation.db import Model, db
from app.indicators.models import Indicator, IndicatorScope, IndicatorValue, IndicatorVersion
from app.inspections.models import Sheet
from app.inspections.result_models import GroupResult
from app.nominations.models import Nomination
from app.organisation.models import Branch, BranchName, GroupName, Member, Membership, PartyGroup, WorkTeam
from app.photos.hint_models import PhotoHint
from app.photos.models import Photo
from tests.architecture.world import NOW, Examples
from tests.factories import LONG_AGO, Scene

Change = Callable[[int], dict[str, Any]]


def copies(model: type[Model], change: Change, rows: int, *conditions: Any) -> list[int]:
    """Insert copies of the first row that meets the conditions, each changed by its number; returns their ids."""
    table: Any = model.__table__
    original = db.session.execute(select(table).where(*conditions).order_by(table.c.id).limit(1)).mappings().one()
    plain = {name: value for name, value in original.items() if name != "id"}
    made = db.session.execute(
        insert(table).returning(table.c.id, sort_by_parameter_order=True),
        [{**plain, **change(number)} for number in range(rows)],
    )
    return list(made.scalars())


def add(scene: Scene, examples: Examples, rows: int) -> None:
    """`rows` more groups in the first branch, each with its leader, account, brand, sheet, result and nomination; and as
    many branches, teams, activities, photos, sessions and audit lines."""
    groups = copies(PartyGroup, lambda n: {"sort_order": n + 10}, rows, PartyGroup.id == scene.group)
    copies(
        GroupName, lambda n: {"group_id": groups[n], "name": f"示例{n:03}组"}, rows, GroupName.group_id == scene.group
    )
    people(scene, groups)
    brands(scene, groups)
    inspected(scene, examples, groups)
    measured(scene, examples, groups)
    checked(scene, examples, groups)
    branches = copies(Branch, lambda n: {"sort_order": n + 10}, rows, Branch.id == scene.other_branch)
    copies(
        BranchName, lambda n: {"branch_id": branches[n], "name": f"示例{n:03}支部"}, rows,
        BranchName.branch_id == scene.other_branch,
    )  # fmt: skip
    teams = [
        WorkTeam(committee_id=scene.committee, branch_id=scene.branch, name=f"示例{n:03}班", starts_on=LONG_AGO)
        for n in range(rows)
    ]
    db.session.add_all(teams)
    month_of(scene, examples, rows)
    trail(rows)
    db.session.flush()
    db.session.expire_all()


def people(scene: Scene, groups: list[int]) -> None:
    rows, leader = len(groups), scene.members["leader1"]
    members = copies(Member, lambda n: {"staff_no": f"C{n:05}", "name": f"示例{n:03}"}, rows, Member.id == leader)
    copies(Membership, lambda n: {"group_id": groups[n], "member_id": members[n]}, rows, Membership.member_id == leader)
    more = copies(Member, lambda n: {"staff_no": f"D{n:05}", "name": f"示例甲{n:03}"}, rows, Member.id == leader)
    copies(Membership, lambda n: {"member_id": more[n]}, rows, Membership.member_id == leader)
    copies(
        Appointment, lambda n: {"group_id": groups[n], "member_id": members[n]}, rows, Appointment.member_id == leader
    )
    copies(
        Account, lambda n: {"login": f"leader-{n}", "name": f"示例{n:03}", "member_id": members[n]}, rows,
        Account.id == scene.accounts["leader1"],
    )  # fmt: skip
    copies(SignIn, lambda n: {"token_hash": f"copy {n}"}, rows, SignIn.account_id == scene.accounts["leader1"])


def brands(scene: Scene, groups: list[int]) -> None:
    rows = len(groups)
    made = copies(Brand, lambda n: {"group_id": groups[n], "sort_order": n + 10}, rows, Brand.group_id == scene.group)
    own = db.session.scalars(select(Brand.id).where(Brand.group_id == scene.group)).one()
    copies(
        BrandVersion, lambda n: {"brand_id": made[n], "name": f"先锋{n:03}"}, rows, BrandVersion.brand_id == own
    )  # fmt: skip


def inspected(scene: Scene, examples: Examples, groups: list[int]) -> None:
    rows = len(groups)
    copies(Sheet, lambda n: {"group_id": groups[n], "position": n + 1000}, rows, Sheet.id == examples["sheet_id"][0])
    copies(
        GroupResult,
        lambda n: {"group_id": groups[n], "position": n + 1000, "branch_position": n + 1000},
        rows,
        GroupResult.id == examples["result_id"][0],
    )
    copies(Nomination, lambda n: {"group_id": groups[n]}, rows, Nomination.id == examples["nomination_id"][0])


def checked(scene: Scene, examples: Examples, groups: list[int]) -> None:
    """Findings of one group, each with its steps and photos, and everybody of the branch looking at somebody."""
    rows, own = len(groups), examples["finding_id"][0]
    made = copies(Finding, lambda n: {"try_id": f"copy {n}", "repeats": 2}, rows, Finding.id == own)
    steps = copies(FindingStep, lambda n: {"finding_id": made[n]}, rows, FindingStep.finding_id == own)
    first = db.session.scalars(
        select(FindingStep.id).where(FindingStep.finding_id == own, FindingStep.number == 1)
    ).one()
    copies(FindingPhoto, lambda n: {"step_id": steps[n]}, rows, FindingPhoto.step_id == first)
    copies(FindingStep, lambda n: {"number": n + 10}, rows, FindingStep.finding_id == own)
    ring = [*groups[1:], groups[0]]
    copies(
        MutualCheck, lambda n: {"group_id": groups[n], "seen_group_id": ring[n]}, rows,
        MutualCheck.id == examples["check_id"][0],
    )  # fmt: skip


def measured(scene: Scene, examples: Examples, groups: list[int]) -> None:
    """The first group's indicator at every group, and as many indicators more at the first group."""
    rows, own = len(groups), examples["indicator_id"][0]
    version = db.session.scalars(select(IndicatorVersion.id).where(IndicatorVersion.indicator_id == own)).one()
    copies(IndicatorScope, lambda n: {"group_id": groups[n]}, rows, IndicatorScope.version_id == version)
    copies(IndicatorValue, lambda n: {"group_id": groups[n]}, rows, IndicatorValue.indicator_id == own)
    more = copies(Indicator, lambda n: {"sort_order": n + 10}, rows, Indicator.id == own)
    versions = copies(
        IndicatorVersion, lambda n: {"indicator_id": more[n], "name": f"示例指标{n:03}"}, rows, IndicatorVersion.id == version
    )  # fmt: skip
    copies(
        IndicatorScope, lambda n: {"version_id": versions[n]}, rows,
        IndicatorScope.version_id == version, IndicatorScope.group_id == scene.group,
    )  # fmt: skip
    copies(
        IndicatorValue, lambda n: {"indicator_id": more[n]}, rows,
        IndicatorValue.indicator_id == own, IndicatorValue.group_id == scene.group,
    )  # fmt: skip


def month_of(scene: Scene, examples: Examples, rows: int) -> None:
    activity_id, photo_id = examples["activity_id"][0], examples["photo_id"][0]
    activities = copies(Activity, lambda n: {"title": f"示例活动{n:03}"}, rows, Activity.id == activity_id)
    taking_part = db.session.get_one(ActivityGroup, (activity_id, scene.group))
    db.session.add_all(
        ActivityGroup(activity_id=number, group_id=scene.group, committee_id=scene.committee, month=taking_part.month)
        for number in activities
    )
    photos = copies(
        Photo,
        lambda n: {"upload_id": f"copy{n}", "content_hash": f"{n:064}", "position": n},
        rows,
        Photo.id == photo_id,
    )
    hint_id = examples["hint_id"][0]
    copies(PhotoHint, lambda n: {"photo_id": photos[n]}, rows, PhotoHint.id == hint_id)
    copies(PhotoHint, lambda n: {"other_id": photos[n]}, rows, PhotoHint.id == hint_id)


def trail(rows: int) -> None:
    last = db.session.scalar(select(db.func.max(AuditLine.id))) or 0
    db.session.add_all(
        AuditLine(
            id=last + number + 1,
            at=NOW + timedelta(seconds=number),
            actor="示例",
            address="",
            act="activity.confirm",
            committee_id=1,
            subject="示例",
            subject_type="activity",
            previous_hash="",
            hash="",
        )
        for number in range(rows)
    )
