"""A published year, two groups beside each other, two versions beside each other: all from frozen rows."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.actor import Actor, Command
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.inspections import frozen_queries, publication_operations, queries, result_queries, round_operations
from app.inspections.comparison import changes, compare
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound, Mark
from app.inspections.result_models import GroupResult, Publication
from app.inspections.slip_models import SheetSlip
from app.inspections.yearly import Quarterly, change, mean
from app.organisation.models import GroupName
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.indicators import measures
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]
MOST_STATEMENTS = 6


@pytest.fixture
def results(app: Flask, scene: Scene, actor: ActorOf) -> dict[int, int]:
    """group -> its result of 2026-Q3; Q2 of the year and Q3 of the last are published too."""
    by = actor("committee")
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene, ("committee",))
        version = row.rubric_version
        head = rounds.published(row, [by], {scene.group: {"A2": rounds.off("1", "九月方案晚交")}})
        for quarter, off in ((Quarter(2026, 2), "3"), (Quarter(2025, 3), "4")):
            other = rounds.scoring(scene, ("committee",), quarter=quarter, version=version)
            rounds.published(other, [by], {scene.group: {"A2": rounds.off(off)}})
        return {result.group_id: result.id for result in result_queries.results(head.id)}


def text_of(answer: object) -> str:
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)[:1500]  # type: ignore[attr-defined]
    return answer.get_data(as_text=True)  # type: ignore[attr-defined, no-any-return]


# ---------------------------------------------------------------- a year


def test_a_mean_is_over_what_was_published_and_rounded_once() -> None:
    one, two, three = Quarterly(1, 9001, "优秀"), Quarterly(2, 9002, "优秀"), Quarterly(3, 8000, "良好")
    assert [mean(these) for these in ([one, two, None, None], [None] * 4, [three, None, None, one])] == [
        9002,
        None,
        8501,
    ]


def test_a_year_is_compared_over_the_quarters_that_both_have() -> None:
    def at(total: int) -> Quarterly:
        return Quarterly(total, total, "良好")

    assert change([at(9000), at(8000), None, None], [at(8500), None, at(100), None]) == 500
    assert change([at(9000), None, None, None], [None, at(9000), None, None]) is None


def test_a_year_shows_four_quarters_and_the_own_last_year(
    results: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    page = text_of(signed_in("member1").get(f"/branches/{scene.branch}/results/years/2026"))
    for words in ("99.00", "97.00", "98.00", "+3.00", "还没有发布", "较本组去年"):
        assert words in page
    whole = text_of(signed_in("committee").get(f"/committees/{scene.committee}/results/years/2026"))
    assert "99.00" in whole
    assert "生产一党小组" in whole


@pytest.mark.parametrize(("year", "status"), [(2024, 200), (1899, 404), (99999, 404)])
def test_a_year_without_results_is_calm(
    results: dict[int, int], scene: Scene, signed_in: SignInAs, year: int, status: int
) -> None:
    answer = signed_in("member1").get(f"/branches/{scene.branch}/results/years/{year}")
    assert answer.status_code == status
    assert status != HTTPStatus.OK or "还没有发布的督查结果" in answer.text


# ---------------------------------------------------------------- two groups


def test_two_groups_stand_beside_each_other_within_two_taps(
    results: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    browser = signed_in("member1")
    first, second = results[scene.group], results[scene.sister_group]
    result = text_of(browser.get(f"/branches/{scene.branch}/results/2026-Q3"))
    assert f'href="/inspections/results/{first}/beside"' in result
    choice = text_of(browser.get(f"/inspections/results/{first}/beside"))
    assert f'href="/inspections/results/{first}/beside?with={second}"' in choice
    page = text_of(browser.get(f"/inspections/results/{first}/beside?with={second}"))
    assert "九月方案晚交" in page
    assert ">1.00</td>" in page
    assert [word for word in ("胜", "领先", "落后", "名次", "第 1 名") if word in page] == []


def test_only_who_may_read_both_sees_them(results: dict[int, int], scene: Scene, signed_in: SignInAs) -> None:
    own, foreign = results[scene.group], results[scene.other_group]
    assert signed_in("leader1").get(f"/inspections/results/{own}/beside?with={foreign}").status_code == 404
    assert signed_in("leader21").get(f"/inspections/results/{own}/beside").status_code == 404
    assert signed_in("committee").get(f"/inspections/results/{own}/beside?with={foreign}").status_code == 200


def test_groups_of_different_quarters_are_not_compared(
    app: Flask, results: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    with app.app_context():
        earlier = db.session.scalar(
            select(GroupResult.id).where(
                GroupResult.group_id == scene.sister_group, GroupResult.quarter == Quarter(2026, 2)
            )
        )
    answer = signed_in("committee").get(f"/inspections/results/{results[scene.group]}/beside?with={earlier}")
    assert answer.status_code == 404


def test_every_gap_is_the_distance_of_the_frozen_points(app: Flask, results: dict[int, int], scene: Scene) -> None:
    with app.app_context():
        found = frozen_queries.pair(results[scene.group], results[scene.sister_group])
        assert found is not None
        left, right = found
        gaps = [line.gap for part in compare(left.slip, right.slip) for line in part.criteria]
        assert gaps == [line.gap for part in compare(right.slip, left.slip) for line in part.criteria]
        frozen = [
            f"{abs(float(Fraction(a['points']) - Fraction(b['points']))):.2f}"
            for d, e in zip(left.slip["dimensions"], right.slip["dimensions"], strict=True)
            for a, b in zip(d["criteria"], e["criteria"], strict=True)
        ]
    assert gaps == frozen
    assert sum(gap != "0.00" for gap in gaps) == 1


def dimension(points: str | None, maximum: str = "6", records: int = 0) -> dict[str, object]:
    mark = {"reason": "依据", "evidence": [{"kind": "activity", "id": n, "title": f"会{n}"} for n in range(records)]}
    criterion = {"code": "A1", "title": "甲", "points": points, "maximum": maximum, "marks": [mark, mark]}
    return {"code": "A", "title": "维度", "points": points, "maximum": maximum, "criteria": [criterion]}


def test_records_are_counted_once_and_never_move_a_gap() -> None:
    (part,) = compare({"dimensions": [dimension("4.00", records=5)]}, {"dimensions": [dimension("4.00")]})
    (line,) = part.criteria
    assert line.left is not None
    assert line.right is not None
    assert (line.left.evidence, line.right.evidence, line.gap) == (5, 0, "0.00")


@pytest.mark.parametrize("other", [dimension(None), dimension("4.00", "8")])
def test_what_cannot_be_compared_has_no_gap(other: dict[str, object]) -> None:
    (part,) = compare({"dimensions": [dimension("4.00")]}, {"dimensions": [other]})
    assert part.criteria[0].gap is None


# ---------------------------------------------------------------- two versions


@pytest.fixture
def corrected(app: Flask, results: dict[int, int], scene: Scene, signed_in: SignInAs) -> None:
    browser = signed_in("committee")
    with app.app_context():
        row = db.session.scalars(select(InspectionRound).where(InspectionRound.quarter == rounds.QUARTER)).one()
        round_id, sheet_id = row.id, rounds.sheet_of(row, scene.group).id
    browser.post(f"/inspections/rounds/{round_id}/reopen", data={"reason": "方案按期交了，更正"})
    browser.post(f"/inspections/sheets/{sheet_id}/score/A2", data={})
    assert browser.post(f"/inspections/rounds/{round_id}/publish").status_code == HTTPStatus.FOUND


def test_a_correction_shows_what_changed_from_the_two_frozen_versions(
    app: Flask, corrected: None, scene: Scene, signed_in: SignInAs
) -> None:
    page = text_of(signed_in("member1").get(f"/branches/{scene.branch}/results/2026-Q3/versions/2/changes"))
    for words in ("更正原因：方案按期交了，更正", "99.00", "100.00", "生产一党小组"):
        assert words in page
    assert "生产二党小组" not in page
    with app.app_context():
        old, new = db.session.scalars(
            select(SheetSlip)
            .join(GroupResult)
            .where(GroupResult.group_id == scene.group, GroupResult.quarter == rounds.QUARTER)
            .order_by(GroupResult.publication_id)
        )
        assert [(one.what[:2], one.before, one.after) for one in changes(old.slip, new.slip)] == [
            ("A2", "5.00", "6.00")
        ]
    first = text_of(signed_in("member1").get(f"/branches/{scene.branch}/results/2026-Q3/versions/1/changes"))
    assert "没有更早的一版" in first


def test_a_result_leads_to_what_its_correction_changed(corrected: None, scene: Scene, signed_in: SignInAs) -> None:
    page = text_of(signed_in("member1").get(f"/branches/{scene.branch}/results/2026-Q3"))
    assert f'href="/branches/{scene.branch}/results/2026-Q3/versions/2/changes"' in page


# ---------------------------------------------------------------- all of them


def addresses(results: dict[int, int], scene: Scene) -> list[str]:
    first, second = results[scene.group], results[scene.sister_group]
    return [
        f"/branches/{scene.branch}/results/years/2026",
        f"/committees/{scene.committee}/results/years/2026",
        f"/inspections/results/{first}/beside",
        f"/inspections/results/{first}/beside?with={second}",
        f"/branches/{scene.branch}/results/2026-Q3/versions/2/changes",
        f"/committees/{scene.committee}/results/2026-Q3/versions/2/changes",
    ]


def test_statements_and_304(
    results: dict[int, int], corrected: None, scene: Scene, signed_in: SignInAs, statements: Statements
) -> None:
    browser = signed_in("committee")
    text_of(browser.get("/inspections"))
    for address in addresses(results, scene):
        with statements() as seen:
            first = browser.get(address)
        assert len(seen) <= MOST_STATEMENTS, (address, seen)
        with statements() as seen:
            again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, seen) == (HTTPStatus.NOT_MODIFIED, []), address


def test_no_page_moves_with_the_living_tables(
    app: Flask, results: dict[int, int], corrected: None, scene: Scene, signed_in: SignInAs
) -> None:
    browser = signed_in("committee")
    before = [text_of(browser.get(address)) for address in addresses(results, scene)]
    app.extensions.pop("inspections.years"), app.extensions.pop("inspections.pairs")
    app.extensions.pop("inspections.changes"), app.extensions.pop("kept")
    with app.app_context(), unit_of_work.transaction():
        db.session.execute(update(GroupName).values(name="改了名的党小组"))
    assert [text_of(browser.get(address)) for address in addresses(results, scene)] == before
    with app.app_context():
        assert db.session.scalars(select(Publication.number).order_by(Publication.id)).all()[-1] == 2


def test_a_slip_names_every_record_that_a_line_only_counts(
    app: Flask, signed_in: SignInAs, scene: Scene, actor: ActorOf
) -> None:
    by = actor("committee")
    shown = [{"kind": "activity", "id": n, "on": f"2026-0{n}-06", "title": f"第{n}次党小组会"} for n in (7, 8, 9)]
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene, ("committee",))
        for sheet in queries.sheets(row.id):
            rounds.mark_all(sheet, by)
        marked = rounds.sheet_of(row, scene.group)
        db.session.execute(update(Mark).where(Mark.sheet_id == marked.id, Mark.code == "A1").values(evidence=shown))
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
        head = publication_operations.publish_round(row, by=rounds.OPERATOR)
        result_of = {one.group_id: one.id for one in result_queries.results(head.id)}
    page = text_of(signed_in("leader1").get(f"/inspections/results/{result_of[scene.group]}/slip"))
    records = page[page.index("附：各项佐证") :]
    assert [records.count(str(one["title"])) for one in shown] == [1, 1, 1]
    other = text_of(signed_in("leader1").get(f"/inspections/results/{result_of[scene.sister_group]}/slip"))
    assert "附：各项佐证" not in other


# ---------------------------------------------------------------- the quarter's business, and what is over


def test_a_result_shows_the_values_that_were_frozen_with_it(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        indicator = measures.define(scene)
        measures.enter(scene, indicator, Month(2026, 7), "97.8")
        value = measures.enter(scene, indicator, Month(2026, 8), "96")[0]
        markers = [Command(login, scene.accounts[login]) for login in ("committee", "secretary2")]
        head = rounds.published(rounds.scoring(scene), markers, {})
        of = {row.group_id: row.id for row in result_queries.results(head.id)}
        measures.enter(scene, indicator, Month(2026, 8), "98", seen=value.id, reason="抄错了")
    reader = signed_in("committee")
    slip = text_of(reader.get(f"/inspections/results/{of[scene.group]}/slip"))
    assert [words in slip for words in ("附：本季业务指标", "工序质量得分", "≥ 97 分", "97.8", "96.0", "99.9%", "98.0")] == [
        True, True, True, True, True, True, False,
    ]  # fmt: skip
    assert "附：本季业务指标" not in text_of(reader.get(f"/inspections/results/{of[scene.sister_group]}/slip"))
    assert "本季达成 <b>99.9%</b>，1 个月没有值" in text_of(reader.get(f"/branches/{scene.branch}/results/2026-Q3"))


@pytest.mark.parametrize(
    ("today", "page", "slip"),
    [
        ("2026-10-26", "申诉到 10月26日", "可在10月26日前由党小组组长"),
        ("2026-10-27", "申诉已于 10月26日 截止", "申诉已于10月26日截止。"),
    ],
)
def test_a_window_that_is_past_is_not_offered(
    app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch, today: str, page: str, slip: str
) -> None:
    with app.app_context(), unit_of_work.transaction():
        markers = [Command(login, scene.accounts[login]) for login in ("committee", "secretary2")]
        head = rounds.published(rounds.scoring(scene), markers, {})
        first = result_queries.results(head.id)[0].id
    monkeypatch.setattr(clock, "today", lambda: date.fromisoformat(today))
    reader = signed_in("committee")
    assert page in text_of(reader.get(f"/branches/{scene.branch}/results/2026-Q3"))
    assert slip in text_of(reader.get(f"/inspections/results/{first}/slip"))
