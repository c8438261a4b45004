"""Several people at the same moment: one publication, one current mark each, and no mark after publishing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.inspections import hearing_operations, queries, round_operations, verify_queries
from app.inspections.course import RoundState
from app.inspections.hearing_models import Appeal
from app.inspections.models import InspectionRound, Mark
from app.inspections.result_models import GroupResult, Publication
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.inspections import hearings, rounds

AT_ONCE = 6
ROUNDS = 4


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    """All start together; the statuses in the order of the acts."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def post(client: FlaskClient, address: str, **data: str) -> Callable[[], int]:
    return lambda: client.post(address, data=data).status_code


def reviewed(app: Flask, scene: Scene, by: Actor) -> int:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene, ("committee",))
        for sheet in queries.sheets(row.id):
            rounds.mark_all(sheet, by)
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
        return row.id


def test_of_several_publishers_one_publishes(
    app: Flask, scene: Scene, signed_in: SignInAs, actor: Callable[[str], Actor]
) -> None:
    round_id = reviewed(app, scene, actor("committee"))
    browsers = [signed_in("committee") for _ in range(AT_ONCE)]
    seen = at_once([post(browser, f"/inspections/rounds/{round_id}/publish") for browser in browsers])
    assert sorted(seen) == [HTTPStatus.FOUND, *[HTTPStatus.CONFLICT] * (AT_ONCE - 1)]
    with app.app_context():
        assert db.session.scalar(select(func.count(Publication.id))) == 1
        assert db.session.scalar(select(func.count(GroupResult.id))) == 3
        assert verify_queries.verify_digests() == []


def test_a_mark_lands_before_publishing_or_not_at_all(
    app: Flask, scene: Scene, signed_in: SignInAs, actor: Callable[[str], Actor]
) -> None:
    """Whatever the order, the frozen mark is the one that was current, and no later one exists."""
    round_id = reviewed(app, scene, actor("committee"))
    marker, publisher = signed_in("committee"), signed_in("committee")
    marked, published = at_once([
        post(marker, "/inspections/sheets/1/score/A2", further="1", reason="晚交"),
        post(publisher, f"/inspections/rounds/{round_id}/publish"),
    ])  # fmt: skip
    assert published == HTTPStatus.FOUND
    assert marked in (HTTPStatus.FOUND, HTTPStatus.CONFLICT)
    with app.app_context():
        current = db.session.scalars(
            select(Mark).where(Mark.sheet_id == 1, Mark.code == "A2", Mark.replaced_at.is_(None))
        ).one()
        frozen = db.session.scalars(select(GroupResult).where(GroupResult.position == 1)).one()
        assert frozen.total == (9900 if marked == HTTPStatus.FOUND else 10000)
        assert str(current.points) == ("5" if marked == HTTPStatus.FOUND else "6")


def test_an_appeal_is_decided_once_whoever_decides_at_the_same_moment(
    app: Flask, scene: Scene, signed_in: SignInAs, actor: Callable[[str], Actor]
) -> None:
    """One decision stands and one better mark lies in the place of each."""
    markers, leader = [actor("committee"), actor("secretary2")], actor("leader1")
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(hearings.open_for_appeals(scene, list(markers)), scene.group)
        hearing_operations.make_appeal(sheet, "A2", "方案八月就报了", [], by=leader)
    browsers = [signed_in("committee") for _ in range(AT_ONCE)]
    seen = at_once([
        post(browser, "/inspections/appeals/1", outcome="upheld", points="6", decision=f"第{number}人查过了")
        for number, browser in enumerate(browsers)
    ])  # fmt: skip
    assert sorted(seen) == [HTTPStatus.FOUND, *[HTTPStatus.CONFLICT] * (AT_ONCE - 1)]
    with app.app_context():
        current = db.session.scalars(
            select(Mark.reason).where(Mark.sheet_id == 1, Mark.code == "A2", Mark.replaced_at.is_(None))
        ).all()
        decided = db.session.scalars(select(Appeal.decision)).one()
        assert current == [f"申诉成立：{decided}"] * 2


def test_an_appeal_lands_before_the_window_closes_or_not_at_all(
    app: Flask, scene: Scene, signed_in: SignInAs, actor: Callable[[str], Actor]
) -> None:
    markers, leader = [actor("committee"), actor("secretary2")], actor("leader1")
    with app.app_context(), unit_of_work.transaction():
        row = hearings.open_for_appeals(scene, list(markers))
        for sheet in queries.sheets(row.id):
            hearing_operations.answer_sheet(sheet, "", by=leader)
    group, office = signed_in("leader1"), signed_in("committee")
    appealed, moved = at_once([
        post(group, "/inspections/sheets/1/appeals/A2", reason="方案八月就报了"),
        post(office, "/inspections/rounds/1/move", to="approval"),
    ])  # fmt: skip
    assert moved in (HTTPStatus.FOUND, HTTPStatus.CONFLICT)
    with app.app_context():
        state = db.session.get_one(InspectionRound, 1).state
        kept = db.session.scalar(select(func.count(Appeal.id)))
        first = (HTTPStatus.FOUND, RoundState.APPEAL, 1)
        assert (appealed, state, kept) in (first, (HTTPStatus.CONFLICT, RoundState.APPROVAL, 0))


def test_the_panel_is_shared_out_before_the_review_begins_or_not_at_all(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        rounds.scoring(scene, ("committee", "secretary2"))
    one, other = signed_in("committee"), signed_in("committee")
    at_once([
        post(one, "/inspections/rounds/1/division", each="1"),
        post(other, "/inspections/rounds/1/move", to="review"),
    ])  # fmt: skip
    with app.app_context():
        acts = select(AuditLine.act).where(AuditLine.act.in_(["round.divide", "round.move"])).order_by(AuditLine.id)
        told = db.session.scalars(acts).all()[2:]  # after the two steps that led to the scoring
        assert told in (["round.divide", "round.move"], ["round.move"])


def test_the_same_person_in_several_windows_has_one_current_mark(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        rounds.scoring(scene, ("committee",))
    browsers = [signed_in("committee") for _ in range(AT_ONCE)]
    for _ in range(ROUNDS):
        acts = [
            post(browser, "/inspections/sheets/1/score/A2", further=str(number / 2), reason=f"第{number}窗")
            for number, browser in enumerate(browsers)
        ]
        assert at_once(acts) == [HTTPStatus.FOUND] * AT_ONCE
    with app.app_context():
        current = select(func.count(Mark.id)).where(Mark.code == "A2", Mark.replaced_at.is_(None))
        assert db.session.scalar(current) == 1
