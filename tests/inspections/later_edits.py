"""A world with a published quarter, and what people do to it in the year after: every act is the product's own."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.activities import operations as activity_operations
from app.activities.details import SittingDetails
from app.activities.models import Activity, ActivityState
from app.brands import operations as brand_operations
from app.brands.content import HUES, Content
from app.brands.models import Brand, BrandVersion
from app.checks import operations as finding_operations
from app.checks.models import Finding
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.periods import Month, Quarter, as_of
from app.foundation.places import Place
from app.indicators import operations as indicator_operations
from app.indicators.attainment import Direction, Target
from app.indicators.models import Indicator, IndicatorValue
from app.inspections import evidence_queries, mark_operations, publication_operations, queries, round_operations
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound, Sheet
from app.organisation import appointment_operations, membership_operations, unit_operations
from app.organisation.models import Branch, Committee, Member, Membership, PartyGroup
from app.photos import arrange_operations, operations, upload_operations
from app.photos import queries as photo_queries
from app.photos.board_choice import BoardChoice
from app.photos.details import PhotoDetails
from app.photos.models import Photo
from app.rubrics import adaptation
from app.rubrics import operations as rubric_operations
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion
from tests.activities import records
from tests.checks import found
from tests.factories import Scene
from tests.indicators import measures
from tests.inspections import rounds

T = TypeVar("T")
Row = TypeVar("Row")
BY = rounds.OPERATOR
MONTHS = (Month(2026, 7), Month(2026, 8), Month(2026, 9), Month(2026, 10), Month(2026, 11))
MOST_GROUPS, MOST_ROUNDS = 5, 2
STAY = ("committee", "deputy")
"""Who reads the pages before and after: they keep their posts and their groups."""


def content(name: str, hue: str = "") -> Content:
    return Content(
        name, slogan=f"{name}，说到做到", connotation=f"{name}，每个字都落在岗位上。", trait="特色",
        responsible="示例负责人", indicators=("工序质量得分",), carriers=("首检一次过",), hue=hue,
    )  # fmt: skip


def resolved(version: BrandVersion, by: Actor) -> None:
    brand_operations.submit(version, by=by)
    brand_operations.approve(version, by=by)


def records_of(scene: Scene, by: Actor) -> None:
    """Brands, activities, photos, indicators and findings of the quarter that is published and of the next."""
    branch = Place(scene.committee, scene.branch)
    top = brand_operations.register(branch, content("智丝堡垒"), by=by)
    brand_operations.submit(top, by=by)
    brand_operations.approve(top, by=by, on=MONTHS[0].first)
    for group, name in ((scene.group, "精甲先锋"), (scene.sister_group, "青锋")):
        own = brand_operations.register(replace(branch, group_id=group), content(name), by=by, parent=top.brand)
        brand_operations.submit(own, by=by)
        brand_operations.approve(own, by=by, on=MONTHS[0].first)
    indicator = measures.define(scene)
    for number, month in enumerate(MONTHS):
        for group in (scene.group, scene.sister_group, scene.other_group):
            place = Place(scene.committee, scene.other_branch if group == scene.other_group else scene.branch, group)
            records.logged(scene, place=place, confirm=True, title=f"{month.month}月党小组会", held_on=month.first)
        records.sent_to(scene, month, number)
        measures.enter(scene, indicator, month, str(95 + number))
    found.raised(scene.group, text="工具车没有回定置线")


def publish_both(scene: Scene, markers: Sequence[Actor]) -> None:
    """The past quarter in two versions, then the present one."""
    version = rounds.rubric(scene)
    for quarter in (rounds.QUARTER, rounds.QUARTER.next()):
        row = rounds.scoring(scene, quarter=quarter, version=version)
        sheet = rounds.sheet_of(row, scene.group)
        shown = evidence_queries.evidence(scene.group, quarter)
        keys = [f"{proof.kind}:{proof.id}" for proof in shown]
        assert {proof.kind for proof in shown} == {"activity", "photo"}
        mark_operations.add_bonus(sheet, "city", "优秀案例", by=markers[0])
        rounds.published(
            row, markers, {scene.group: {"A2": rounds.off("1.5")}, scene.other_group: {"C3": rounds.off("2")}}
        )
        publication_operations.reopen_round(row, "补佐证", by=BY)
        for by in markers:
            mark_operations.give_mark(sheet, "A1", rounds.off("0.5", "记录缺签名"), keys, by=by)
        publication_operations.publish_round(row, by=BY)


@dataclass
class Later:
    """Random acts on everything that a result was ever drawn from. `done` counts them by name."""

    scene: Scene
    chance: Random
    secretary: Actor
    committee: Actor
    leader: Actor
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    number: int = 0

    def act(self) -> None:
        """One act; a refusal leaves nothing and does not count."""
        name, act = self.chance.choice(ACTS)
        self.number += 1
        try:
            with db.session.begin_nested():
                act(self)
        except Refused:
            self.refused[name] += 1
            db.session.expire_all()
        else:
            self.done[name] += 1

    # -------------------------------------------------------- what is at hand

    def one(self, model: type[Row], *conditions: Any) -> Row:
        rows = db.session.scalars(select(model).where(*conditions).order_by(*model.__table__.primary_key)).all()  # type: ignore[attr-defined]
        if not rows:
            raise Refused("nothing to act on")
        return self.chance.choice(rows)

    def day(self) -> Any:
        """As early in the present quarter as the acts allow, or today."""
        return self.chance.choice((Quarter.of(clock.today()).first, clock.today()))

    def group(self) -> PartyGroup:
        own = PartyGroup.committee_id == self.scene.committee
        return self.one(PartyGroup, own, as_of(PartyGroup, clock.today()))

    def branch(self) -> Branch:
        return self.one(Branch, Branch.committee_id == self.scene.committee)

    def tie(self) -> Membership:
        staying = [self.scene.members[login] for login in STAY if login in self.scene.members]
        return self.one(
            Membership,
            Membership.committee_id == self.scene.committee,
            Membership.ends_on.is_(None),
            Membership.member_id.not_in(staying),
        )

    def photo(self) -> tuple[Photo, photo_queries.GroupMonth]:
        photo = self.one(Photo, Photo.withdrawn_at.is_(None))
        month = photo_queries.group_month(photo.group_id, photo.month)
        assert month is not None
        return photo, month

    # -------------------------------------------------------- units and people

    def rename_committee(self) -> None:
        row = db.session.get_one(Committee, self.scene.committee)
        unit_operations.rename_committee(row, f"示例党委{self.number}", by=BY, on=clock.today())

    def rename_branch(self) -> None:
        row = self.branch()
        unit_operations.rename_branch(row, f"示例支部{self.number}", by=BY, on=self.day(), version=row.version)

    def rename_group(self) -> None:
        row = self.group()
        unit_operations.rename_group(row, f"示例组{self.number}", by=BY, on=self.day(), version=row.version)

    def found_group(self) -> None:
        if len(db.session.scalars(select(PartyGroup.id).where(as_of(PartyGroup, clock.today()))).all()) > MOST_GROUPS:
            raise Refused("enough groups")
        unit_operations.found_group(self.branch(), f"新组{self.number}", by=BY, starts_on=self.day(), kind="维修")

    def describe_group(self) -> None:
        row, order = self.group(), self.chance.randrange(9)
        unit_operations.describe_group(row, by=BY, kind=f"工种{self.number}", sort_order=order, version=row.version)

    def end_group(self) -> None:
        row = self.group()
        if self.chance.random() < 0.5:
            unit_operations.dissolve_group(row, by=BY, on=self.day(), version=row.version)
        else:
            into = self.one(PartyGroup, PartyGroup.branch_id == row.branch_id, PartyGroup.ends_on.is_(None))
            unit_operations.merge_groups(row, into, by=BY, on=clock.today(), version=row.version)

    def add_member(self) -> None:
        said = {"name": f"示例新{self.number}", "staff_no": f"N{self.number}"}
        membership_operations.add_member(self.group(), said, by=BY, starts_on=self.day())

    def edit_member(self) -> None:
        tie = self.tie()
        membership_operations.edit_member(tie, {"name": f"改名{self.number}"}, by=BY, version=tie.member.version)

    def move_member(self) -> None:
        membership_operations.move_member(self.tie().member, self.group(), by=BY, on=self.day())

    def end_membership(self) -> None:
        membership_operations.end_membership(self.tie().member, by=BY, on=self.day(), reason="调离")

    def appoint(self) -> None:
        tie = self.tie()
        group = db.session.get_one(PartyGroup, tie.group_id)
        member = db.session.get_one(Member, tie.member_id)
        appointment_operations.appoint(member, Role.GROUP_LEADER, group, by=self.secretary, starts_on=self.day())

    def end_appointment(self) -> None:
        post = self.one(Appointment, Appointment.role == Role.GROUP_LEADER, Appointment.ends_on.is_(None))
        appointment_operations.end_appointment(post, by=self.secretary, on=clock.today())

    # -------------------------------------------------------- brands

    def revise_brand(self) -> None:
        brand = self.one(Brand, Brand.branch_id == self.scene.branch)
        version = brand_operations.revise(brand, "换季更名", by=self.secretary)
        said = content(f"新锋{self.number}", self.chance.choice(list(HUES)) if brand.parent_id else "")
        brand_operations.write(version, said, expected=version.version, by=self.secretary)
        resolved(version, self.secretary)

    # -------------------------------------------------------- records

    def log_activity(self) -> None:
        group = self.group()
        records.logged(self.scene, place=group.place, confirm=True, title=f"补录{self.number}", held_on=clock.today())

    def correct_activity(self) -> None:
        row = self.one(Activity, Activity.state == ActivityState.CONFIRMED)
        said = records.details(row.kind_id, f"更正{self.number}", row.held_on, sittings=(SittingDetails(row.held_on),))
        activity_operations.correct_activity(row, said, reason="记错", version=row.version, by=BY)

    def withdraw_activity(self) -> None:
        row = self.one(Activity, Activity.state != ActivityState.CONFIRMED)
        if row.state is ActivityState.SUBMITTED:
            activity_operations.return_activity(row, reason="重写", by=BY)
        activity_operations.discard_activity(row, by=BY)

    def add_photo(self) -> None:
        to = photo_queries.group_month(self.scene.group, self.chance.choice(MONTHS))
        assert to is not None
        files = records.files(self.number % 20)
        upload_operations.add_photo(to, files, upload_id=f"later-{self.number:06}", by=BY)

    def describe_photo(self) -> None:
        photo, _ = self.photo()
        said = PhotoDetails(photo.activity_id, f"说明{self.number}", self.chance.choice(list(BoardChoice)))
        operations.describe_photo(photo, said, version=photo.version, by=BY)

    def move_photo(self) -> None:
        photo, month = self.photo()
        arrange_operations.move_to_month(month, [photo.id], to=self.chance.choice(MONTHS), by=BY)

    def withdraw_photo(self) -> None:
        photo, _ = self.photo()
        operations.withdraw_photo(photo, reason="有涉密设备", by=BY)

    def raise_finding(self) -> None:
        found.raised(self.group().id, text=f"问题{self.number}", try_id=f"later{self.number}")

    def answer_finding(self) -> None:
        found.answered(self.scene, self.one(Finding, Finding.group_id == self.scene.group), f"已改{self.number}")

    def close_finding(self) -> None:
        row = self.one(Finding, Finding.committee_id == self.scene.committee)
        finding_operations.close_finding(
            row, reason="", version=row.version, standing=found.sitting(self.scene), by=found.INSPECTOR
        )

    # -------------------------------------------------------- indicators

    def define_indicator(self) -> None:
        measures.define(self.scene, f"指标{self.number}", str(self.chance.randrange(1, 100)))

    def change_indicator(self) -> None:
        row = self.one(Indicator)
        goal = Target(self.chance.choice((Direction.MORE, Direction.LESS)), Fraction(self.chance.randrange(1, 200)))
        said = measures.wording(
            self.scene, f"改定{self.number}", aim=goal, from_month=self.chance.choice(MONTHS), reason="口径变了"
        )
        indicator_operations.change_indicator(row, said, by=BY, seen=row.latest.number)

    def correct_value(self) -> None:
        value = self.one(IndicatorValue, IndicatorValue.replaced_at.is_(None), IndicatorValue.month.in_(MONTHS))
        row = db.session.get_one(Indicator, value.indicator_id)
        figure = str(self.chance.randrange(1, 200))
        measures.enter(self.scene, row, value.month, figure, seen=value.id, reason="更正台账")

    # -------------------------------------------------------- rubrics and rounds

    def new_rubric(self) -> None:
        row = rubric_operations.copy_rubric(self.one(RubricVersion), by=BY)
        first, *rest = row.rubric.dimensions
        criteria = (replace(first.criteria[0], title=f"改题{self.number}"), *first.criteria[1:])
        said = replace(row.rubric, title=f"细则{self.number}", dimensions=(replace(first, criteria=criteria), *rest))
        rubric_operations.edit_rubric(row, said, seen=row.version, by=BY)

    def adapt_rubric(self) -> None:
        row = self.one(RubricVersion, RubricVersion.locked_at.is_(None))
        open_ = [c.code for c in row.rubric.criteria if c.rewordable]
        if not open_:
            said = _loosened(row)
            rubric_operations.edit_rubric(row, said, seen=row.version, by=BY)
            open_ = [said.criteria[0].code]
        changes = {self.chance.choice(open_): adaptation.Change(title=f"本支部{self.number}")}
        rubric_operations.adapt_rubric(row, self.scene.branch, changes, seen=str(row.version), by=BY)

    def plan_round(self) -> None:
        last = db.session.scalars(
            select(InspectionRound.quarter).where(InspectionRound.committee_id == self.scene.committee)
        ).all()
        version = self.one(RubricVersion)
        rounds.planned(self.scene, ("committee", "deputy"), max(last).next(), version)

    def change_panel(self) -> None:
        row = self.one(InspectionRound)
        logins = self.chance.sample(["committee", "secretary", "secretary2", "deputy", "leader1"], 3)
        round_operations.choose_panel(row, [self.scene.accounts[login] for login in logins], by=BY)

    def move_round(self) -> None:
        row = self.one(InspectionRound, InspectionRound.state != RoundState.PUBLISHED)
        onward = row.course.onward(row.state)
        if onward is None or onward is RoundState.PUBLISHED:
            raise Refused("nothing onward")
        round_operations.move_round(row, onward, by=BY)

    def publish_later_round(self) -> None:
        """A later quarter, whose results look back at what was published before. It takes long: a few are enough."""
        if self.done["publish_later_round"] >= MOST_ROUNDS:
            raise Refused("enough rounds")
        row = self.one(InspectionRound, InspectionRound.state == RoundState.SCORING)
        for sheet in queries.sheets(row.id):
            for member in row.panel:
                if member.scores(sheet.group_id):
                    by = replace(self.committee, account_id=member.account_id, name=member.name)
                    rounds.mark_all(sheet, by, {"A2": rounds.off("1")})
        round_operations.move_round(row, RoundState.REVIEW, by=BY)
        publication_operations.publish_round(row, by=BY)

    def reopen_published(self) -> None:
        """A correction that is begun and not (yet) published."""
        row = self.one(InspectionRound, InspectionRound.state == RoundState.PUBLISHED)
        publication_operations.reopen_round(row, f"更正{self.number}", by=BY)

    def mark_reopened(self) -> None:
        row = self.one(InspectionRound, InspectionRound.correction != "")
        sheet: Sheet = self.one(Sheet, Sheet.round_id == row.id)
        criterion: Criterion = self.chance.choice([c for c in sheet.rubric.criteria if c.code in ("A1", "A2")])
        mark_operations.give_mark(sheet, criterion.code, rounds.off("2", f"重评{self.number}"), [], by=self.committee)


def _loosened(row: RubricVersion) -> Any:
    first, *rest = row.rubric.dimensions
    criteria = (replace(first.criteria[0], rewordable=True), *first.criteria[1:])
    return replace(row.rubric, dimensions=(replace(first, criteria=criteria), *rest))


ACTS: tuple[tuple[str, Callable[[Later], None]], ...] = tuple(
    (name, act)
    for name, act in vars(Later).items()
    if callable(act)
    and not name.startswith("_")
    and name not in ("act", "one", "day", "group", "branch", "tie", "photo")
)
BETWEEN = timedelta(hours=4)
