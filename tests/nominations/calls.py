"""A committee's call and the published quarters behind it, for tests. Results are written as frozen rows: how they come
about is the inspections' own test."""

from datetime import UTC, date, datetime
from typing import Any

from app.accounts.actor import Command
from app.brands.models import Brand, BrandState, BrandVersion
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication
from app.inspections.slip_models import SheetSlip
from app.nominations import candidate_queries, operations
from app.nominations.course import Origin
from app.nominations.details import CallDetails, Statement
from app.nominations.models import Nomination, NominationCall
from tests.factories import Scene
from tests.inspections import rounds

OFFICE = Command("示例党群部")
SECRETARY = Command("示例书记")
Q1, Q2, Q3 = Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3)
TOTALS = {"优秀": 9200, "良好": 8500, "合格": 7000, "不得推荐": 9500}
RULES = {
    "quarters": 3,
    "min_published": 2,
    "band_floor": "良好",
    "band_needed": "优秀",
    "times_needed": 1,
    "needs_gates": True,
    "needs_brand": True,
}
STATEMENT = Statement(Origin.BRANCH, date(2026, 11, 10), "含水率稳住了。")


def details(**changes: object) -> CallDetails:
    values = {
        "title": "2026年度示范党小组",
        "year": 2026,
        "last_quarter": str(Q3),
        "rules": RULES,
        "quota_percent": 30,
        "opens_on": date(2026, 11, 1),
        "closes_on": date(2026, 11, 30),
        **changes,
    }
    return CallDetails(**values)  # type: ignore[arg-type]


def opened(scene: Scene, **changes: object) -> NominationCall:
    call = operations.open_call(Place(scene.committee), details(**changes), by=OFFICE)
    db.session.flush()
    return call


def brand(scene: Scene, group_id: int, name: str = "青锋") -> BrandVersion:
    """In force since the year's beginning."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    row = Brand(committee_id=scene.committee, branch_id=scene.branch, group_id=group_id, created_at=at)
    db.session.add(row)
    db.session.flush()
    version = BrandVersion(
        committee_id=scene.committee, brand_id=row.id, number=1, state=BrandState.APPROVED, name=name, slogan=f"{name}在前",
        connotation="青，是年轻的班组。", hue="qf", in_force_from=date(2026, 1, 1), created_at=at, approved_at=at, updated_at=at,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def publish(scene: Scene, quarter: Quarter, bands: dict[int, str], *, number: int = 1, **changes: Any) -> Publication:
    """Results of some groups of the scene's branch in a quarter; `changes` go to every result."""
    inspected = rounds.planned(scene, (), quarter)
    db.session.flush()
    publication = Publication(
        committee_id=scene.committee, round_id=inspected.id, quarter=quarter, number=number, title=f"{quarter.label}督查",
        committee_name="示例党委", rubric_title="细则", rubric={}, panel=[], shows_rank=False, appeals_until=quarter.end,
        groups=len(bands), published_by="示例", published_at=datetime(2026, 11, 2, tzinfo=UTC), digest=f"{quarter}{number}",
    )  # fmt: skip
    db.session.add(publication)
    db.session.flush()
    for position, (group_id, band) in enumerate(bands.items(), 1):
        vetoed = band == "不得推荐"
        values: dict[str, Any] = {
            "previous_total": None, "previous_quarter": None, "vetoed": vetoed, "gates_met": True, "unmet_gates": [],
            "veto_reason": "安全事故" if vetoed else "", **changes,
        }  # fmt: skip
        slip = SheetSlip(
            committee_id=scene.committee, sheet_id=rounds.sheet_of(inspected, group_id).id, edition=number,
            branch_name="支部", group_name="小组", leader_name="", brand_name="", face={}, total=TOTALS[band],
            exact_total=str(TOTALS[band]), band=band, dimensions=[], strength="", next_step="", slip={}, digest="",
            **values,
        )  # fmt: skip
        db.session.add(slip)
        db.session.flush()
        db.session.add(
            GroupResult(
                publication_id=publication.id, slip_id=slip.id, committee_id=scene.committee, branch_id=scene.branch,
                group_id=group_id, quarter=quarter, position=position, branch_position=position, total=TOTALS[band],
                band=band, vetoed=slip.vetoed, gates_met=slip.gates_met, digest=f"{position}",
            )
        )  # fmt: skip
    db.session.flush()
    return publication


def good_year(scene: Scene) -> None:
    """The first group is eligible under RULES, its sister fell below the floor once."""
    for group_id, name in ((scene.group, "青锋"), (scene.sister_group, "众焱")):
        brand(scene, group_id, name)
    publish(scene, Q2, {scene.group: "良好", scene.sister_group: "合格"})
    publish(scene, Q3, {scene.group: "优秀", scene.sister_group: "优秀"})


def submitted(call: NominationCall, group_id: int) -> Nomination:
    candidate = candidate_queries.candidate(call.id, group_id)
    assert candidate is not None
    nomination = operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY)
    db.session.flush()
    operations.submit_nomination(nomination, candidate, by=SECRETARY)
    db.session.flush()
    return nomination


def under_review(call: NominationCall, group_id: int) -> Nomination:
    nomination = submitted(call, group_id)
    operations.take_up_nomination(nomination, by=OFFICE)
    db.session.flush()
    return nomination
