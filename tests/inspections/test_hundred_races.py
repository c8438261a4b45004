"""A hundred rounds each of two people at the same moment, told by what stands in the rows and in the audit chain afterwards.

Every round has rows of its own: an inspection of one group, two criteria, two people. Two threads, each with its browser and
its connection, leave a barrier together; who goes first is shuffled, and the other is held back by nothing or by some
thousandths of a second, so that either order really happens. That both did is asserted, else nothing was shown.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus
from random import Random
from threading import Barrier
from time import sleep

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.actor import Actor
from app.accounts.roles import Role
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.foundation.storage import storage
from app.inspections import mark_operations, queries, round_operations
from app.inspections.course import RoundState
from app.inspections.marking import Proposal
from app.inspections.models import InspectionRound, Mark
from app.inspections.publication_operations import AlreadyPublished
from app.inspections.result_models import GroupResult, Publication
from app.organisation.models import Committee
from app.rubrics import operations as rubric_operations
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric, Scorer
from app.verification import verify
from tests import factories
from tests.factories import Scene
from tests.fixtures.scene import ActorOf, SignInAs
from tests.inspections import rounds

ROUNDS = 100
FIRST = Quarter(2024, 1)
PEOPLE = ("foreign-committee", "foreign-office")
DELAYS = (0.0, 0.0, 0.001, 0.004, 0.015, 0.03)
"""Seconds by which the second is held back: from less to more than what one answer takes."""

SCRIPT = {"Accept": "application/json"}
DONE, LATE = HTTPStatus.OK, HTTPStatus.CONFLICT
RUBRIC = Rubric(
    "两项细则",
    (
        Dimension("A", "日常", (
            Criterion("A1", "按时", CriterionKind.DEDUCTION, Fraction(60)),
            Criterion("A2", "日常评价", CriterionKind.DEDUCTION, Fraction(40), scored_by=Scorer.COMMITTEE),
        )),
    ),
)  # fmt: skip

Act = Callable[[], TestResponse]


@dataclass(frozen=True)
class Race:
    number: int
    round: int
    sheet: int


@dataclass(frozen=True)
class Track:
    """Two people who meet again and again."""

    browsers: tuple[FlaskClient, FlaskClient]
    accounts: tuple[int, int]
    pool: ThreadPoolExecutor
    chance: Random

    def run(self, acts: tuple[Act, Act]) -> list[TestResponse]:
        """The answers in the order of the acts."""
        barrier, delays = Barrier(2), [0.0, self.chance.choice(DELAYS)]
        self.chance.shuffle(delays)

        def one(act: Act, delay: float) -> TestResponse:
            barrier.wait()
            sleep(delay)
            return act()

        return list(self.pool.map(one, acts, delays))

    def mark(self, who: int, race: Race, code: str, off: object, reason: str, *, seen: int = 0) -> Act:
        """A mark as the page's script sends it."""
        data = {"marker": self.accounts[who], "seen": seen, "further": str(off), "reason": reason}
        address = f"/inspections/sheets/{race.sheet}/whole/{code}"
        return lambda: self.browsers[who].post(address, data=data, headers=SCRIPT)

    def publish(self, who: int, race: Race) -> Act:
        return lambda: self.browsers[who].post(f"/inspections/rounds/{race.round}/publish")


@pytest.fixture(autouse=True)
def office(app: Flask, scene: Scene) -> None:
    """The committee with one group has a second person of its office."""
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.foreign_committee)
        account = factories.account(PEOPLE[1], committee, name="示例二人")
        factories.appointment(Role.FACTORY_COMMITTEE, committee, account)
        scene.accounts[PEOPLE[1]] = account.id


@pytest.fixture
def track(scene: Scene, signed_in: SignInAs) -> Iterator[Callable[..., Track]]:
    """`track()`: two people. `track(same=True)`: one person with two windows."""
    with ThreadPoolExecutor(2) as pool:

        def lay(*, same: bool = False) -> Track:
            one, other = PEOPLE[0], PEOPLE[0] if same else PEOPLE[1]
            return Track(
                (signed_in(one), signed_in(other)), (scene.accounts[one], scene.accounts[other]), pool, Random(7)
            )

        yield lay


Furnish = Callable[[RoundState], list[Race]]


@pytest.fixture
def furnish(app: Flask, scene: Scene, actor: ActorOf) -> Furnish:
    """A hundred quarters that are being scored, or in review with every mark full."""

    def lay(state: RoundState) -> list[Race]:
        panel = [actor(login) for login in PEOPLE]
        with app.app_context(), unit_of_work.transaction():
            committee = db.session.get_one(Committee, scene.foreign_committee)
            version = rubric_operations.add_rubric(committee.id, RUBRIC, by=rounds.OPERATOR)
            found = []
            for number in range(ROUNDS):
                row = round_operations.plan_round(
                    committee, FIRST.shift(number), version, rounds.PLAN, by=rounds.OPERATOR
                )
                round_operations.choose_panel(row, [one.account_id for one in panel], by=rounds.OPERATOR)
                found.append(_brought_to(state, number, row, panel))
            return found

    return lay


def _brought_to(state: RoundState, number: int, row: InspectionRound, panel: list[Actor]) -> Race:
    (sheet,) = queries.sheets(row.id)
    row.state = RoundState.SCORING
    db.session.flush()
    if state is RoundState.REVIEW:
        for one in panel:
            mark_operations.give_mark(sheet, "A1", Proposal(), [], by=one)
        mark_operations.give_mark(sheet, "A2", Proposal(), [], by=panel[0])
    row.state = state
    return Race(number, row.id, sheet.id)


# ---------------------------------------------------------------- what stands afterwards


Standing = dict[int, list[tuple[int | None, Fraction | None, str]]]


def rows_of(code: str, *, current: bool) -> Standing:
    """sheet -> account, points and reason of its panel marks of a criterion, in the order in which they came."""
    found: Standing = {}
    for mark in db.session.scalars(select(Mark).where(Mark.code == code).order_by(Mark.id)):
        if mark.replaced_at is None or not current:
            found.setdefault(mark.sheet_id, []).append((mark.account_id, mark.points, mark.reason))
    return found


def lines_of_marks() -> dict[int, list[int]]:
    """sheet -> numbers of the audit lines that speak of its marks."""
    found: dict[int, list[int]] = {}
    for sheet, line in db.session.execute(
        select(Mark.sheet_id, AuditLine.id)
        .join(AuditLine, (AuditLine.subject_type == "mark") & (AuditLine.subject_id == Mark.id))
        .order_by(AuditLine.id)
    ):
        found.setdefault(sheet, []).append(line)
    return found


def lines_of_publications() -> dict[int, list[int]]:
    """round -> numbers of the audit lines that speak of its publications."""
    found: dict[int, list[int]] = {}
    for round_id, line in db.session.execute(
        select(Publication.round_id, AuditLine.id)
        .join(AuditLine, (AuditLine.subject_type == "publication") & (AuditLine.subject_id == Publication.id))
        .order_by(AuditLine.id)
    ):
        found.setdefault(round_id, []).append(line)
    return found


def assert_whole() -> None:
    report = verify(storage())
    assert report.problems == []
    assert report.lines > ROUNDS


def assert_both(outcomes: Counter[str]) -> None:
    """Nothing was shown if one of them always came first."""
    assert (len(outcomes), outcomes.total()) == (2, ROUNDS), outcomes


# ---------------------------------------------------------------- two scorers


def test_two_of_the_panel_at_one_sheet_lose_nothing(app: Flask, track: Callable[..., Track], furnish: Furnish) -> None:
    meet, races, first = track(), furnish(RoundState.SCORING), Counter[str]()
    for race in races:
        off = (race.number % 50 + 1, race.number % 50 + 2)
        answers = meet.run((
            meet.mark(0, race, "A1", off[0], f"甲{race.number}"), meet.mark(1, race, "A1", off[1], f"乙{race.number}"),
        ))  # fmt: skip
        assert [answer.status_code for answer in answers] == [DONE, DONE]
    with app.app_context():
        current, every = rows_of("A1", current=True), rows_of("A1", current=False)
        for race in races:
            points = Fraction(60 - race.number % 50 - 1)
            one = (meet.accounts[0], points, f"甲{race.number}")
            other = (meet.accounts[1], points - 1, f"乙{race.number}")
            assert current[race.sheet] in ([one, other], [other, one])
            first[current[race.sheet][0][2][0]] += 1
        assert every == current
        assert [len(lines) for lines in lines_of_marks().values()] == [2] * ROUNDS
        assert_whole()
    assert_both(first)


def test_one_person_in_two_windows_is_asked_and_never_overwritten(
    app: Flask, track: Callable[..., Track], furnish: Furnish
) -> None:
    """Both saw an empty line. Of two different marks one is stored, the other is told which; the same mark is one mark."""
    meet, races, won = track(same=True), furnish(RoundState.SCORING), Counter[str]()
    stored: Standing = {}
    for race in races:
        same = race.number % 10 == 0
        said = (f"窗一{race.number}", f"窗{'一' if same else '二'}{race.number}")
        answers = meet.run((
            meet.mark(0, race, "A1", 1, said[0]), meet.mark(1, race, "A1", 1 if same else 2, said[1]),
        ))  # fmt: skip
        codes = [answer.status_code for answer in answers]
        if same:
            assert codes == [DONE, DONE]
            assert answers[0].get_json()["id"] == answers[1].get_json()["id"]
        else:
            assert sorted(codes) == [DONE, LATE]
        winner = codes.index(DONE)
        if not same:
            refused = answers[1 - winner].get_json()
            assert refused["message"] == "这一项在别的窗口或设备上改过，没有覆盖。两个分都在，请看一看用哪一个。"
            assert (refused["stands"]["id"], refused["stands"]["reason"]) == (
                answers[winner].get_json()["id"], said[winner],
            )  # fmt: skip
        won[said[winner][1]] += 1
        stored[race.sheet] = [(meet.accounts[0], Fraction(59 - winner * (not same)), said[winner])]
    with app.app_context():
        assert rows_of("A1", current=False) == stored
        assert rows_of("A1", current=True) == stored
        assert [len(lines) for lines in lines_of_marks().values()] == [1] * ROUNDS
        assert_whole()
    assert_both(won)


def test_two_who_speak_with_one_voice_leave_one_current_mark(
    app: Flask, track: Callable[..., Track], furnish: Furnish
) -> None:
    """Whoever came second is shown the first mark and then decides for the own one: both rows stay, one is current."""
    meet, races, won = track(), furnish(RoundState.SCORING), Counter[str]()
    every: Standing = {}
    for race in races:
        said = (f"甲{race.number}", f"乙{race.number}")
        answers = meet.run((meet.mark(0, race, "A2", 1, said[0]), meet.mark(1, race, "A2", 2, said[1])))
        codes = [answer.status_code for answer in answers]
        assert sorted(codes) == [DONE, LATE]
        winner = codes.index(DONE)
        loser, stands = 1 - winner, answers[1 - winner].get_json()["stands"]
        assert stands["id"] == answers[winner].get_json()["id"]
        again = meet.mark(loser, race, "A2", loser + 1, said[loser], seen=stands["id"])()
        assert again.status_code == DONE
        won[said[winner][0]] += 1
        every[race.sheet] = [(None, Fraction(39 - one), said[one]) for one in (winner, loser)]
    with app.app_context():
        assert rows_of("A2", current=False) == every
        assert rows_of("A2", current=True) == {sheet: marks[-1:] for sheet, marks in every.items()}
        assert_whole()
    assert_both(won)


# ---------------------------------------------------------------- publishers


def test_a_mark_lands_before_the_close_and_is_in_the_slip_or_is_refused(
    app: Flask, track: Callable[..., Track], furnish: Furnish
) -> None:
    meet, races, outcomes = track(), furnish(RoundState.REVIEW), Counter[str]()
    with app.app_context():
        stood = rows_of("A1", current=True)
    accepted = {}
    for race in races:
        said = f"第{race.number}轮晚交"
        marked, published = meet.run((
            meet.mark(0, race, "A1", 1, said, seen=_seen(app, race, meet.accounts[0])), meet.publish(1, race),
        ))  # fmt: skip
        assert published.status_code == HTTPStatus.FOUND
        assert marked.status_code in (DONE, LATE)
        if marked.status_code == LATE:
            assert marked.get_json() == {"message": "本轮督查现在是“已发布”，不能再评分。", "closed": True}
        else:
            accepted[race.sheet] = said
        outcomes[str(marked.status_code)] += 1
    with app.app_context():
        now, marks, closes = rows_of("A1", current=True), lines_of_marks(), lines_of_publications()
        pairs = select(Publication.round_id, GroupResult.id).join(
            GroupResult, GroupResult.publication_id == Publication.id
        )
        slips = {row[0]: row[1] for row in db.session.execute(pairs)}
        for race in races:
            reason, other = accepted.get(race.sheet, ""), (meet.accounts[1], Fraction(60), "")
            mine = (meet.accounts[0], Fraction(59 if reason else 60), reason)
            assert sorted(now[race.sheet], key=str) == sorted([mine, other], key=str)
            (close,) = closes[race.round]
            assert len(marks[race.sheet]) == (4 if reason else 3)
            assert max(marks[race.sheet]) < close
        assert len(stood) == len(slips) == ROUNDS
        assert_whole()
    for race in races:
        page = meet.browsers[0].get(f"/inspections/results/{slips[race.round]}/slip").text
        assert page.count(f"第{race.number}轮晚交") == (race.sheet in accepted)
        assert ("99.50" if race.sheet in accepted else "100.00") in page
    assert_both(outcomes)


def _seen(app: Flask, race: Race, account: int) -> int:
    with app.app_context():
        mark = db.session.scalars(
            select(Mark.id).where(Mark.sheet_id == race.sheet, Mark.code == "A1", Mark.account_id == account)
        ).one()
        return int(mark)


def test_of_two_publishers_one_publishes_and_the_other_reads_why_not(
    app: Flask, track: Callable[..., Track], furnish: Furnish
) -> None:
    meet, races, won = track(), furnish(RoundState.REVIEW), Counter[str]()
    winners = {}
    for race in races:
        answers = meet.run((meet.publish(0, race), meet.publish(1, race)))
        codes = [answer.status_code for answer in answers]
        assert sorted(codes) == [HTTPStatus.FOUND, LATE]
        assert AlreadyPublished().message in answers[codes.index(LATE)].text
        winners[race.round] = "二" if codes[1] == HTTPStatus.FOUND else "一"
        won[winners[race.round]] += 1
    with app.app_context():
        heads = db.session.scalars(select(Publication).order_by(Publication.round_id)).all()
        assert [(head.round_id, head.number, head.groups, head.superseded_at) for head in heads] == [
            (race.round, 1, 1, None) for race in races
        ]
        names = {"一": f"示例{PEOPLE[0]}", "二": "示例二人"}
        assert {head.round_id: head.published_by for head in heads} == {k: names[v] for k, v in winners.items()}
        assert {key: len(lines) for key, lines in lines_of_publications().items()} == dict.fromkeys(winners, 1)
        assert_whole()
    assert_both(won)
