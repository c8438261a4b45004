"""付印: what hangs on the wall does not change behind it, but a withdrawn photo goes."""

import json
import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.activities.models import Activity
from app.board import kept_queries, queries
from app.board.freezing import Content, read, written
from app.board.models import PrintedBoard
from app.brands.models import BrandVersion
from app.foundation import unit_of_work
from app.foundation.db import db
from app.organisation.models import GroupName
from app.photos import issue_operations
from app.photos import operations as photo_operations
from app.photos import queries as photo_queries
from app.photos.models import Photo
from tests.activities import records
from tests.board import months
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements


@pytest.fixture
def printed(app: Flask, scene: Scene) -> Scene:
    with app.app_context(), unit_of_work.transaction():
        months.november(scene)
        months.print_it(scene)
    return scene


def board(scene: Scene) -> str:
    return f"/groups/{scene.group}/board/2026-11"


def wall(scene: Scene) -> str:
    return f"/branches/{scene.branch}/boards/2026-11"


def words(client: FlaskClient, address: str) -> str:
    page = client.get(address).text
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def corrected(app: Flask) -> None:
    """Everything that is told on the page is written anew."""
    with app.app_context(), unit_of_work.transaction():
        for activity in db.session.query(Activity):
            activity.title, activity.outcome, activity.content = "后来改的标题", "后来改的结果。", "后来改的经过。"
        for photo in db.session.query(Photo):
            photo.caption = "后来改的说明"
        db.session.query(BrandVersion).filter_by(name="青锋").one().name = "改锋"
        db.session.query(GroupName).filter_by(name="生产一党小组").one().name = "改了名的党小组"
        months.act()


def test_a_correction_does_not_enter_a_printed_page(app: Flask, printed: Scene, signed_in: SignInAs) -> None:
    reader = signed_in("leader2")
    before = words(reader, board(printed)), words(reader, wall(printed))
    corrected(app)
    assert (words(reader, board(printed)), words(reader, wall(printed))) == before
    assert "改锋" not in "".join(before)


def test_a_page_taken_back_is_live_and_printed_anew_as_it_is_then(
    app: Flask, printed: Scene, signed_in: SignInAs
) -> None:
    corrected(app)
    with app.app_context(), unit_of_work.transaction():
        month = photo_queries.group_month(printed.group, months.NOVEMBER)
        assert month is not None
        issue_operations.reopen_issue(month, reason="标题写错", by=records.CLERK)
    leader = signed_in("leader1")
    assert "改锋 2026年11月版面" in words(leader, board(printed))
    moment = datetime(2026, 11, 17, 2, tzinfo=UTC)
    with time_machine.travel(moment, tick=False), app.app_context(), unit_of_work.transaction():
        months.print_it(printed)
    assert "头条照片 后来改的说明。" in words(signed_in("leader2"), board(printed))
    with app.app_context():
        assert db.session.query(PrintedBoard).count() == 2
        assert kept_queries.verify_digests() == []


def test_a_withdrawn_photo_leaves_a_printed_page(app: Flask, printed: Scene, signed_in: SignInAs) -> None:
    reader = signed_in("leader2")
    assert "照片已撤下" not in words(reader, board(printed))
    with app.app_context(), unit_of_work.transaction():
        lead = db.session.query(Photo).filter_by(caption="核对含水率").one()
        photo_operations.withdraw_photo(lead, reason="拍到参数屏", by=records.CLERK)
        number = lead.id
    page = reader.get(board(printed)).text
    assert (f"/board-photos/{number}/" in page, "核对含水率" in page) == (False, False)
    assert "照片已撤下 头条照片" in words(reader, board(printed))
    assert "照片已撤下" in words(reader, wall(printed))


def test_a_printed_page_is_not_sent_twice(app: Flask, printed: Scene, signed_in: SignInAs) -> None:
    reader = signed_in("leader2")
    first = reader.get(board(printed))
    tag, weak = first.get_etag()
    assert (weak, first.headers["Cache-Control"]) == (False, "private, no-cache")
    again = reader.get(board(printed), headers={"If-None-Match": f'"{tag}"'})
    assert (again.status_code, again.data) == (304, b"")
    with app.app_context(), unit_of_work.transaction():
        lead = db.session.query(Photo).filter_by(caption="核对含水率").one()
        photo_operations.withdraw_photo(lead, reason="拍到参数屏", by=records.CLERK)
    assert reader.get(board(printed), headers={"If-None-Match": f'"{tag}"'}).status_code == 200
    assert signed_in("secretary").get(board(printed), headers={"If-None-Match": f'"{tag}"'}).status_code == 200


def test_a_page_in_the_making_has_no_tag(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        months.november(scene)
    assert signed_in("leader1").get(board(scene)).get_etag() == (None, None)


def test_a_printed_page_costs_few_statements(printed: Scene, signed_in: SignInAs, statements: Statements) -> None:
    reader = signed_in("leader2")
    with statements() as first:
        assert reader.get(board(printed)).status_code == 200
    with statements() as again:
        assert reader.get(board(printed)).status_code == 200
    assert (len(first) <= 5, len(again) < len(first)) == (True, True)


def test_what_is_written_down_is_read_again(app: Flask, printed: Scene) -> None:
    with app.app_context():
        face = queries.face(printed.group, months.NOVEMBER)
        assert face is not None
        content = queries.composed(face).content
        assert content.sheet.lead is not None
        assert content.sheet.columns
        assert read(Content, json.loads(json.dumps(written(content)))) == content


def test_a_changed_or_lost_page_is_found(app: Flask, printed: Scene) -> None:
    with app.app_context():
        assert kept_queries.verify_digests() == []
        row = db.session.query(PrintedBoard).one()
        row.content = {**row.content, "confirmers": ["别人"]}
        db.session.flush()
        assert [finding.problem for finding in kept_queries.verify_digests()] == ["留存的版面与付印时的校验码不符"]
        row.digest = kept_queries.digest_of(row)
        db.session.flush()
        assert [finding.problem for finding in kept_queries.verify_digests()] == ["校验码与审计记录中的不符"]
        db.session.delete(row)
        db.session.flush()
        assert [finding.problem for finding in kept_queries.verify_digests()] == [
            "审计记录有这次付印，留存的版面已不在"
        ]


def test_printing_stands_on_the_page_once_it_may_be_printed(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        months.november(scene)
    action = f'action="/groups/{scene.group}/months/2026-11/print#printing"'
    assert [action in signed_in(login).get(board(scene)).text for login in ("leader1", "member1")] == [True, False]


def test_an_empty_lead_place_says_what_fills_it(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        records.logged(scene, title="定分工", confirm=True)
    way = f'<a class="button" href="/groups/{scene.group}/months/2026-11#photos">去选头条照片</a>'
    assert [way in signed_in(login).get(board(scene)).text for login in ("leader1", "member1")] == [True, False]
