"""The pages of the model-group course: who sees what, what comes back for bad input, how many statements a page takes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation import clock
from app.foundation.db import db
from app.inspections.result_models import Publication
from app.nominations.models import Nomination, NominationCall
from app.organisation.models import Branch
from tests import factories
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.nominations import calls

CALL = {
    "title": "2026年度示范党小组", "year": "2026", "last_quarter": "2026-Q3", "quarters": "4", "min_published": "3",
    "band_floor": "良好", "band_needed": "优秀", "times_needed": "1", "needs_gates": "y", "needs_brand": "y",
    "quota_percent": "30", "opens_on": "2026-11-01", "closes_on": "2026-11-30",
}  # fmt: skip
STATEMENT = {"origin": "group", "studied_on": "2026-11-10", "statement": "含水率稳住了。", "version": "0"}
DECISION = {"decision": "approve", "reason": "成效实", "decided_on": "2026-11-14", "document_no": "示例〔2026〕1号"}


@contextmanager
def writing(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.commit()
        db.session.remove()


@pytest.fixture(autouse=True)
def no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def call_id(app: Flask, scene: Scene) -> int:
    with writing(app):
        calls.good_year(scene)
        return calls.opened(scene).id


@pytest.fixture
def submitted(app: Flask, scene: Scene, call_id: int) -> int:
    with writing(app):
        call = db.session.get_one(NominationCall, call_id)
        return calls.submitted(call, scene.group).id


def words(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_course_in_a_browser(scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    secretary, office = signed_in("secretary"), signed_in("committee")
    answer = secretary.post(
        f"/model-groups/{call_id}/groups/{scene.group}/nominate", data={**STATEMENT, "then": "submit"}
    )
    assert answer.status_code == 303
    page = answer.location
    assert office.post(f"{page}/take-up").status_code == 303
    assert office.post(f"{page}/decide", data=DECISION).status_code == 303
    assert "批准为示范党小组" in words(signed_in("leader21"), page)
    assert office.post(f"{page}/decide", data={**DECISION, "decision": "decline"}).status_code == 409
    assert "示例〔2026〕1号" in words(signed_in("member1"), "/model-groups")


def test_the_list_explains_itself(scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    shown = words(signed_in("secretary"), f"/model-groups/{call_id}")
    assert "青锋 制丝车间党支部·生产一党小组 符合条件" in shown
    assert "2026年第二季度是合格" in shown
    assert "名额最多 1 个" in shown


def test_other_branches_are_shown_to_the_committee_only(scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    assert "卷包党小组" in words(signed_in("committee"), f"/model-groups/{call_id}")
    assert "卷包党小组" not in words(signed_in("leader1"), f"/model-groups/{call_id}")


def test_a_draft_is_the_branchs_own(app: Flask, scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    secretary = signed_in("secretary")
    address = f"/model-groups/{call_id}/groups/{scene.group}/nominate"
    answer = secretary.post(address, data={**STATEMENT, "then": "save"})
    assert answer.status_code == 303
    seen = {login: signed_in(login).get(answer.location).status_code for login in ("secretary", "committee", "leader1")}
    assert seen == {"secretary": 200, "committee": 404, "leader1": 404}


def test_what_is_open_is_known_to_branch_and_committee(submitted: int, signed_in: SignInAs) -> None:
    logins = ("secretary", "leader2", "committee", "leader21", "foreign-leader")
    seen = {login: signed_in(login).get(f"/nominations/{submitted}").status_code for login in logins}
    assert seen == {"secretary": 200, "leader2": 200, "committee": 200, "leader21": 404, "foreign-leader": 404}


def test_one_branch_does_not_nominate_anothers_group(scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    address = f"/model-groups/{call_id}/groups/{scene.group}/nominate"
    assert signed_in("secretary2").post(address, data=STATEMENT).status_code == 404
    assert signed_in("leader1").post(address, data=STATEMENT).status_code == 404


def test_bad_input_comes_back_with_what_was_typed(scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    secretary = signed_in("secretary")
    address = f"/model-groups/{call_id}/groups/{scene.group}/nominate"
    answer = secretary.post(address, data={**STATEMENT, "studied_on": "", "then": "submit"})
    assert answer.status_code == 422
    assert "请填支委会研究的日期" in answer.text
    assert "含水率稳住了。" in answer.text
    both = secretary.post(address, data={**STATEMENT, "statement": "", "studied_on": "", "then": "submit"})
    assert (both.status_code, "还有 2 处要看一下" in both.text) == (422, True)
    draft = secretary.post(address, data={**STATEMENT, "statement": "", "studied_on": ""})
    assert (draft.status_code, "还有 1 处要看一下" in draft.text) == (422, True)
    answer = secretary.post(address, data={**STATEMENT, "statement": "长" * 801})
    assert answer.status_code == 422
    assert "推荐理由请在 800 字以内" in answer.text


def test_two_writers_see_both_texts(app: Flask, scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    address = f"/model-groups/{call_id}/groups/{scene.group}/nominate"
    signed_in("deputy").post(address, data={**STATEMENT, "statement": "<b>副书记写的</b>", "then": "save"})
    answer = signed_in("secretary").post(address, data={**STATEMENT, "then": "save"})
    assert answer.status_code == 409
    assert "含水率稳住了。" in answer.text
    assert "&lt;b&gt;" in answer.text
    with app.app_context():
        assert db.session.query(Nomination.statement).one() == ("<b>副书记写的</b>",)


def test_a_call_is_opened_by_the_committee(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    address = f"/committees/{scene.committee}/model-groups/new"
    assert signed_in("secretary").post(address, data=CALL).status_code == 404
    office = signed_in("committee")
    answer = office.post(address, data=CALL)
    assert answer.status_code == 303
    assert "2026年度示范党小组" in words(office, answer.location)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "全国示范党小组", "内部荣誉的名称不能带“全国”"),
        ("title", "", "请填评选的名称"),
        ("min_published", "5", "不能多于所看的季度数"),
        ("closes_on", "2026-10-30", "截止日期早于开始日期"),
        ("quota_percent", "0", "比例请填 1 到 100"),
        ("quota_percent", "三成", "比例"),
        ("last_quarter", "2026-Q9", "有效"),
    ],
)
def test_a_wrong_call_is_refused_at_the_field(
    scene: Scene, signed_in: SignInAs, field: str, value: str, message: str
) -> None:
    answer = signed_in("committee").post(f"/committees/{scene.committee}/model-groups/new", data={**CALL, field: value})
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error">[^<]*{re.escape(message)}', answer.text)


def test_an_approval_needs_a_document_number(submitted: int, signed_in: SignInAs) -> None:
    office = signed_in("committee")
    office.post(f"/nominations/{submitted}/take-up")
    answer = office.post(f"/nominations/{submitted}/decide", data={**DECISION, "document_no": " "})
    assert answer.status_code == 422
    assert "批准要有文号" in answer.text
    assert office.post(f"/nominations/{submitted}/return", data={"return_reason": " "}).status_code == 422


def test_statements_do_not_grow_with_the_rows(
    app: Flask, scene: Scene, submitted: int, call_id: int, signed_in: SignInAs, statements: Statements
) -> None:
    office = signed_in("committee")
    secretary = signed_in("secretary")
    pages = [
        (office, "/model-groups"),
        (office, f"/model-groups/{call_id}"),
        (office, f"/nominations/{submitted}"),
        (secretary, f"/model-groups/{call_id}/groups/{scene.sister_group}/nominate"),
    ]

    def counted() -> list[int]:
        found = []
        for reader, address in pages:
            with statements() as seen:
                assert reader.get(address).status_code == 200
            found.append(len(seen))
        return found

    few = counted()
    with writing(app):
        branch = db.session.get_one(Branch, scene.branch)
        for number in range(12):
            factories.group(branch, f"增设{number}党小组", sort_order=number + 5)
        for year in range(2015, 2020):
            calls.opened(scene, year=year)
    assert counted() == few
    assert max(few) <= 6


def test_a_long_list_is_read_in_pages(app: Flask, scene: Scene, call_id: int, signed_in: SignInAs) -> None:
    with writing(app):
        branch = db.session.get_one(Branch, scene.branch)
        for number in range(60):
            factories.group(branch, f"增设{number:02}党小组", sort_order=number + 5)
    office, seen, address = signed_in("committee"), [], f"/model-groups/{call_id}"
    while address:
        page = office.get(address).text
        seen += re.findall(r'<th scope="row"><span class="serif">([^<]+)</span>', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 63
    assert office.get(f"/model-groups/{call_id}?after=x.1.'.9").status_code == 200


@pytest.mark.parametrize(("field", "typed"), [("opens_on", "十一月初"), ("quarters", "四个"), ("quota_percent", "30%")])
def test_what_is_no_day_or_number_comes_back_as_typed(
    scene: Scene, signed_in: SignInAs, field: str, typed: str
) -> None:
    answer = signed_in("committee").post(f"/committees/{scene.committee}/model-groups/new", data={**CALL, field: typed})
    assert answer.status_code == 422
    control = re.search(rf'<input[^>]*name="{field}"[^>]*>', answer.text)
    assert control is not None
    assert re.findall(r'(?:type|value)="([^"]*)"', control[0]) == ["text", typed]


def test_a_day_is_read_as_people_write_it(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    days = {"opens_on": "2026年11月2日", "closes_on": "2026.11.28"}
    answer = signed_in("committee").post(f"/committees/{scene.committee}/model-groups/new", data={**CALL, **days})
    assert answer.status_code == 303
    with app.app_context():
        row = db.session.query(NominationCall.opens_on, NominationCall.closes_on).one()
    assert tuple(row) == (date(2026, 11, 2), date(2026, 11, 28))


def test_a_nominations_page_tells_what_it_kept_and_not_what_was_published_since(
    app: Flask, scene: Scene, call_id: int, submitted: int, signed_in: SignInAs
) -> None:
    """The verdicts and the results beside them are of one day, also on the call's list."""
    with writing(app):
        for publication in db.session.query(Publication).all():
            publication.superseded_at = clock.now()
    office = signed_in("committee")
    page, listed = words(office, f"/nominations/{submitted}"), words(office, f"/model-groups/{call_id}")
    assert re.findall(r"2026年第[二三]季度 (\S+) ([\d.]+) 分", page) == [("良好", "85.00"), ("优秀", "92.00")]
    assert "还没有已发布的季度结果" not in page
    assert re.findall(r"(青锋|众焱) [^ ]+ (符合条件|还不能判断|不符合)", listed) == [
        ("青锋", "符合条件"),
        ("众焱", "还不能判断"),
    ]
