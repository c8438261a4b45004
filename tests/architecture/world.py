"""One of everything at three places: in the factory's first group, in its other branch, in another committee.

An argument of an address that is not known here makes the walk fail and name it: add an example then.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from app.accounts.actor import Command
from app.accounts.models import Account, Appointment, SignIn
from app.activities import kind_operations
from app.activities.models import Activity, ActivityGroup, ActivityState
from app.brands.models import Brand, BrandState, BrandVersion
from app.checks import operations as check_operations
from app.checks import queries as check_queries
from app.checks.course import Source
from app.checks.details import Answer, FindingDetails
from app.checks.kinds import FindingKind
from app.checks.models import Finding, MutualCheck
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place
from app.indicators import operations as indicator_operations
from app.indicators import value_operations
from app.indicators.attainment import Direction, Target
from app.indicators.definition_queries import Spot, Wording
from app.indicators.figure_queries import Cell
from app.indicators.models import Indicator, ValuePreview
from app.inspections import mark_operations
from app.inspections.hearing_models import Appeal
from app.inspections.models import InspectionRound, Sheet
from app.inspections.result_models import GroupResult
from app.nominations.models import Nomination, NominationCall, NominationState
from app.organisation.models import Branch, PartyGroup, RosterPreview
from app.photos.hint_models import PhotoHint
from app.photos.models import Photo
from app.rubrics import operations as rubric_operations
from tests import factories
from tests.activities import records
from tests.factories import Scene
from tests.inspections import rounds

MONTH = Month(2026, 11)
PUBLISHED, OPEN = Quarter(2026, 3), Quarter(2026, 4)
TODAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 16, 2, tzinfo=UTC)
ABSENT = 999_999
WHERES = ("first", "other", "foreign")
OPERATOR = Command()
PANEL = ["committee", "secretary", "secretary2"]
# Whose mark the open round takes there: the panel without those who belong to the group themselves.
SCORERS = {
    "first": {"committee", "secretary2"},
    "other": {"committee", "secretary"},
    "foreign": {"foreign-committee"},
    "absent": set[str](),
}

RULES = {
    "quarters": 4, "min_published": 1, "band_floor": "合格", "band_needed": "优秀", "times_needed": 1,
    "needs_gates": True, "needs_brand": False,
}  # fmt: skip

# Values that name no object.
PLAIN: dict[str, object] = {
    "month": MONTH, "quarter": PUBLISHED, "filename": "css/paper.css", "size": "thumb", "number": 1, "code": "A1",
    "year": 2026, "to": "review", "kind": "self_check",
}  # fmt: skip

Examples = dict[str, tuple[int, Place]]


@dataclass(frozen=True)
class Corner:
    """A group with the place above it, and the login of its leader."""

    place: Place
    leader: str
    uploader: str  # of a roster that waits to be confirmed

    @property
    def at_branch(self) -> Place:
        return Place(self.place.committee_id, self.place.branch_id)

    @property
    def at_committee(self) -> Place:
        return Place(self.place.committee_id)


def corners(scene: Scene) -> dict[str, Corner]:
    return {
        "first": Corner(Place(scene.committee, scene.branch, scene.group), "leader1", "secretary"),
        "other": Corner(Place(scene.committee, scene.other_branch, scene.other_group), "leader21", "secretary2"),
        "foreign": Corner(
            Place(scene.foreign_committee, scene.foreign_branch, scene.foreign_group),
            "foreign-leader",
            "foreign-committee",
        ),
    }


def build(scene: Scene) -> dict[str, Examples]:
    """Write the world into the database and say for each argument its value and the place of what it names."""
    own = _committee(scene, PANEL)
    foreign = _committee(
        replace(scene, committee=scene.foreign_committee, group=scene.foreign_group), ["foreign-committee"]
    )
    return {
        where: _corner(scene, corner, foreign if where == "foreign" else own)
        for where, corner in corners(scene).items()
    }


def _committee(scene: Scene, panel: list[str]) -> tuple[InspectionRound, InspectionRound, NominationCall]:
    """A published round, one that is being scored, and an open call."""
    markers = [Command(login, scene.accounts[login]) for login in panel[:1]]
    done = rounds.published(rounds.scoring(scene, panel[:1]), markers, {})
    old = db.session.get_one(InspectionRound, done.round_id)
    now = rounds.scoring(scene, panel, quarter=OPEN, version=old.rubric_version)
    call = NominationCall(
        committee_id=scene.committee, year=2026, title="示范党小组", last_quarter=PUBLISHED, rules=RULES,
        opens_on=date(2026, 11, 1), closes_on=date(2026, 11, 30), created_at=NOW,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    return old, now, call


def _corner(scene: Scene, corner: Corner, above: tuple[InspectionRound, InspectionRound, NominationCall]) -> Examples:
    _old, open_round, call = above
    place, committee, branch = corner.place, corner.at_committee, corner.at_branch
    group_id = place.group_id
    assert group_id is not None
    assert place.branch_id is not None
    account = db.session.get_one(Account, scene.accounts[corner.leader])
    activity = _activity(place, _kinds(place))
    photo = factories.photo(
        db.session.get_one(PartyGroup, group_id), f"photo of {group_id}".encode(), month=MONTH, activity_id=activity.id
    )
    sheet = rounds.sheet_of(open_round, group_id)
    bonus = mark_operations.add_bonus(sheet, "city", "优秀案例", by=Command("panel", open_round.panel[0].account_id))
    result = db.session.scalars(db.select(GroupResult).where(GroupResult.group_id == group_id)).one()
    return {
        "committee_id": (place.committee_id, committee),
        "branch_id": (place.branch_id, branch),
        "group_id": (group_id, place),
        "account_id": (account.id, committee),
        "appointment_id": (_post_of(account.member_id), place),
        "sign_in_id": (_sign_in(account), committee),
        "member_id": (scene.members[corner.leader], place),
        "team_id": (factories.team(db.session.get_one(Branch, place.branch_id)).id, branch),
        "preview_id": (_preview(place, scene.accounts[corner.uploader]).id, branch),
        "activity_id": (activity.id, place),
        "check_id": (_mutual_check(scene, place).id, place),
        "finding_id": (_finding(group_id, account).id, place),
        "photo_id": (photo.id, place),
        "hint_id": (_hint(photo).id, place),
        "brand_id": (_brand(place).id, place),
        "round_id": (open_round.id, committee),
        "rubric_id": (rubric_operations.copy_rubric(open_round.rubric_version, by=OPERATOR).id, committee),
        "sheet_id": (sheet.id, place),
        "bonus_id": (bonus.id, place),
        "indicator_id": (_indicator(place).id, branch),
        "import_id": (_value_preview(place, scene.accounts[corner.uploader]).id, branch),
        "appeal_id": (_appeal(sheet).id, place),
        "result_id": (result.id, place),
        "call_id": (call.id, committee),
        "nomination_id": (_nomination(place, call).id, place),
    }


def _indicator(place: Place) -> Indicator:
    """With a value in the month before."""
    assert place.branch_id is not None
    assert place.group_id is not None
    at_branch, last_month = Place(place.committee_id, place.branch_id), MONTH.previous()
    spot = Spot(place.branch_id, place.group_id, None, "示例")
    wording = Wording(
        "工序质量得分", "分", Target(Direction.MORE, Fraction(97)), None, Fraction(1), "台账", "工艺组", Month(2026, 1), [spot]
    )  # fmt: skip
    row = indicator_operations.define_indicator(at_branch, wording, by=OPERATOR)
    db.session.flush()
    cell = Cell(f"{row.id}-{place.group_id}-0", last_month, Fraction(98), 0)
    value_operations.enter_values(at_branch, {place.group_id: "示例"}, [cell], by=OPERATOR)
    return row


def _value_preview(place: Place, account_id: int) -> ValuePreview:
    row = ValuePreview(
        committee_id=place.committee_id, branch_id=place.branch_id, account_id=account_id, content_hash="0" * 64,
        file_name="values.xlsx", year=2026, rows=[], created_at=NOW, expires_at=NOW + timedelta(days=1),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _mutual_check(scene: Scene, place: Place) -> MutualCheck:
    seen = scene.sister_group if place.group_id == scene.group else _another_group(place).id
    row = MutualCheck(
        committee_id=place.committee_id, branch_id=place.branch_id, group_id=place.group_id, seen_group_id=seen,
        quarter=OPEN, until=OPEN.last,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _another_group(place: Place) -> PartyGroup:
    return factories.group(db.session.get_one(Branch, place.branch_id), "被看的党小组", sort_order=9)


def _finding(group_id: int, leader: Account) -> Finding:
    """Answered with a photo, so that it waits for its recheck."""
    group = check_queries.checked_group(group_id)
    assert group is not None
    details = FindingDetails(Source.INSPECTION, FindingKind.SITE, "工具车没有回定置线", date(2026, 11, 23))
    row = check_operations.raise_finding(group, details, try_id="world", by=OPERATOR, photos=[records.files(group_id)])
    by = Command(leader.name, leader.id)
    check_operations.answer_finding(row, Answer("已回定置线"), version=row.version, by=by)
    return row


def _post_of(member_id: int | None) -> int:
    return db.session.scalars(select(Appointment.id).where(Appointment.member_id == member_id)).one()


def _sign_in(account: Account) -> int:
    row = SignIn(account_id=account.id, token_hash=f"{account.id:064}", started_at=NOW, address="", browser="")
    db.session.add(row)
    db.session.flush()
    return row.id


def _kinds(place: Place) -> int:
    return kind_operations.provide_kinds(Place(place.committee_id), by=OPERATOR)["theme_day"]


def _appeal(sheet: Sheet) -> Appeal:
    """Left from a round that was gone back with."""
    row = Appeal(
        committee_id=sheet.committee_id, sheet_id=sheet.id, code="A1", title="党小组会按月召开", reason="七月开过会",
        before=Fraction(6), author="示例", appealed_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _activity(place: Place, kind_id: int) -> Activity:
    row = Activity(
        committee_id=place.committee_id, branch_id=place.branch_id, group_id=place.group_id, kind_id=kind_id,
        state=ActivityState.SUBMITTED, title="主题党日", held_on=TODAY, month=MONTH, created_by="示例", created_at=NOW,
        revised_at=NOW, submitted_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add(
        ActivityGroup(activity_id=row.id, group_id=place.group_id, committee_id=place.committee_id, month=MONTH)
    )
    return row


def _hint(new: Photo) -> PhotoHint:
    """The photo looks like one of the month before."""
    group = db.session.get_one(PartyGroup, new.group_id)
    old = factories.photo(group, f"older photo of {group.id}".encode(), month=MONTH.previous())
    row = PhotoHint(
        committee_id=new.committee_id, branch_id=new.branch_id, group_id=new.group_id, photo_id=new.id, other_id=old.id,
        words="整张画面基本相同", found_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _brand(place: Place) -> Brand:
    row = Brand(
        committee_id=place.committee_id, branch_id=place.branch_id, group_id=place.group_id, created_at=NOW
    )  # fmt: skip
    row.versions.append(
        BrandVersion(
            committee_id=place.committee_id, number=1, state=BrandState.APPROVED, in_force_from=date(2026, 1, 1),
            name="青锋", created_at=NOW, updated_at=NOW, approved_at=NOW,
        )
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _preview(place: Place, account_id: int) -> RosterPreview:
    row = RosterPreview(
        committee_id=place.committee_id, branch_id=place.branch_id, account_id=account_id, content_hash="0" * 64,
        file_name="roster.xlsx", rows=[], starts_on=TODAY, may_found=False, created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _nomination(place: Place, call: NominationCall) -> Nomination:
    row = Nomination(
        committee_id=place.committee_id, branch_id=place.branch_id, group_id=place.group_id, call_id=call.id,
        state=NominationState.SUBMITTED, statement="示例", submitted_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row
