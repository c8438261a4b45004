"""The organisation's pages: who sees what, on which day, in how many statements."""

import html
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation import unit_of_work
from app.foundation.db import db
from app.organisation.models import Branch, Committee, GroupTeam, PartyGroup
from tests import factories
from tests.factories import Scene
from tests.fixtures.statements import Statements, counts_of

SignInAs = Callable[[str], FlaskClient]


def seen_of(client: FlaskClient, member: int) -> str:
    """What the page showed of the member's tie."""
    return client.get(f"/members/{member}/move").text.split('name="seen" type="hidden" value="')[1].split('"')[0]


def test_index_leads_to_the_widest_unit(signed_in: SignInAs, scene: Scene) -> None:
    assert signed_in("committee").get("/organisation").location == f"/committees/{scene.committee}"
    assert signed_in("secretary").get("/organisation").location == f"/branches/{scene.branch}/organisation"
    assert signed_in("member1").get("/organisation").location == f"/branches/{scene.branch}/organisation"
    assert signed_in("admin").get("/organisation").status_code == 403


def test_every_form_opens(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        team = factories.team(db.session.get_one(Branch, scene.branch)).id
    secretary, committee = signed_in("secretary"), signed_in("committee")
    branch_id, group, member = scene.branch, scene.group, scene.members["leader1"]
    for path in (
        f"/branches/{branch_id}/organisation",
        f"/branches/{branch_id}/rename",
        f"/branches/{branch_id}/groups/new",
        f"/branches/{branch_id}/members/new?group={group}",
        f"/branches/{branch_id}/teams/new",
        f"/branches/{branch_id}/appointments/new?member={member}",
        f"/branches/{branch_id}/roster",
        f"/teams/{team}/end",
        *(f"/groups/{group}/{page}" for page in ("organisation", "rename", "describe", "merge", "dissolve", "teams")),
        *(f"/members/{member}{page}" for page in ("", "/edit", "/move", "/leave")),
    ):
        assert (path, secretary.get(path).status_code) == (path, 200)
    for path in ("", "/branches/new", "/committees/new", "/general-branches/new", "/rename"):
        assert committee.get(f"/committees/{scene.committee}{path}").status_code == 200


@pytest.mark.parametrize(
    "login", ["member1", "leader1", "organiser", "secretary2", "admin", "auditor", "foreign-committee"]
)
def test_only_the_secretary_and_the_factory_change_a_branch(signed_in: SignInAs, scene: Scene, login: str) -> None:
    client = signed_in(login)
    member = scene.members["leader2"]
    codes = {
        client.get(f"/branches/{scene.branch}/groups/new").status_code,
        client.post(f"/branches/{scene.branch}/groups/new", data={"name": "x"}).status_code,
        client.get(f"/branches/{scene.branch}/roster").status_code,
        client.post(f"/branches/{scene.branch}/roster/export").status_code,
        client.get(f"/members/{member}/move").status_code,
        client.get(f"/groups/{scene.sister_group}/merge").status_code,
    }
    assert codes <= {403, 404}
    if login in {"secretary2", "admin", "auditor", "foreign-committee"}:
        assert codes == {404}


def test_a_general_branch_gathers_branches(signed_in: SignInAs, scene: Scene) -> None:
    office = signed_in("committee")
    path = f"/committees/{scene.committee}"
    made = office.post(f"{path}/general-branches/new", data={"name": "生产党总支", "starts_on": "2026-01-01"})
    assert made.status_code == 302
    number = office.get(f"{path}/branches/new").text.split(">生产党总支<")[0].rsplit('value="', 1)[1].split('"')[0]
    sent = {"name": "新设党支部", "starts_on": "2026-01-01", "general_branch": number}
    assert office.post(f"{path}/branches/new", data=sent).status_code == 302
    assert '<span class="quiet small">生产党总支</span>' in office.get(path).text
    wrong = office.post(f"{path}/branches/new", data={**sent, "name": "另一党支部", "general_branch": "999"})
    assert wrong.status_code == 422


def test_another_branch_is_absent(signed_in: SignInAs, scene: Scene) -> None:
    assert signed_in("secretary").get(f"/branches/{scene.other_branch}/organisation").status_code == 404
    assert signed_in("secretary").get(f"/members/{scene.members['leader21']}").status_code == 404
    assert signed_in("committee").get(f"/branches/{scene.foreign_branch}/organisation").status_code == 404


def test_a_day_picks_the_sheet_of_that_day(signed_in: SignInAs, scene: Scene) -> None:
    secretary = signed_in("secretary")
    member, sister = scene.members["member1"], scene.sister_group
    before = {
        path: secretary.get(path).text
        for path in (
            f"/branches/{scene.branch}/organisation?day=2026-09-30",
            f"/branches/{scene.branch}/organisation?day=2026-11-15",
        )
    }
    moved = secretary.post(
        f"/members/{member}/move",
        data={"group": sister, "team": 0, "on": "2026-11-16", "seen": seen_of(secretary, member)},
    )
    assert moved.status_code == 302
    renamed = secretary.post(
        f"/groups/{scene.group}/rename", data={"name": "甲班党小组", "on": "2026-11-16", "version": "1"}
    )
    assert renamed.status_code == 302
    secretary.get(f"/members/{member}")  # takes the flashed words away
    assert {path: secretary.get(path).text for path in before} == before
    today = secretary.get(f"/branches/{scene.branch}/organisation").text
    assert "甲班党小组" in today
    assert "甲班党小组" not in before[f"/branches/{scene.branch}/organisation?day=2026-11-15"]


def test_the_teams_that_a_group_covers_are_ticked(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    """Or whoever adds one would take the others away."""
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, scene.group)
        teams = [factories.team(db.session.get_one(Branch, scene.branch), name) for name in ("切丝班", "烘丝班")]
        db.session.add(
            GroupTeam(
                committee_id=group.committee_id, group_id=group.id, team_id=teams[1].id, starts_on=group.starts_on
            )
        )
    secretary, address = signed_in("secretary"), f"/groups/{scene.group}/teams"

    def ticked() -> list[str]:
        boxes = re.findall(r'<input type="checkbox"[^>]*?( checked)?><span>([^<]+)', secretary.get(address).text)
        return [name for checked, name in boxes if checked]

    assert ticked() == ["烘丝班"]
    assert secretary.post(address, data={"on": "2026-11-16"}).status_code == 302
    assert ticked() == []


def test_a_past_page_of_a_committee_bears_its_name_of_then(signed_in: SignInAs, scene: Scene) -> None:
    office, address = signed_in("committee"), f"/committees/{scene.committee}"
    renamed = office.post(f"{address}/rename", data={"name": "示例新厂党委", "on": "2026-11-10"})
    assert (renamed.status_code, renamed.location) == (302, address)
    heads = [re.findall(r"<h1>(.+)</h1>", office.get(f"{address}{day}").text) for day in ("?day=2026-11-09", "")]
    assert heads == [["示例卷烟厂党委"], ["示例新厂党委"]]


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "", "0000-00-00", "'; DROP TABLE member"])
def test_a_day_that_is_none_is_today(signed_in: SignInAs, scene: Scene, day: str) -> None:
    """And it stays in the field, with what to do about it."""
    page = signed_in("secretary").get(f"/branches/{scene.branch}/organisation", query_string={"day": day})
    assert page.status_code == 200
    assert "<span>2026年11月16日</span>" in page.text
    control = re.search(r'<input[^>]*name="day"[^>]*>', page.text)
    assert control is not None
    shown = html.unescape(control[0])
    assert (f'value="{day or "2026-11-16"}"' in shown, "请写成" in page.text) == (True, day != "")


def test_a_refused_act_keeps_what_was_typed(signed_in: SignInAs, scene: Scene) -> None:
    secretary = signed_in("secretary")
    response = secretary.post(
        f"/branches/{scene.branch}/groups/new", data={"name": "生产二", "kind": "生产", "starts_on": "2026-11-01"}
    )
    assert response.status_code == 422
    assert "已经有叫“生产二”的了，请换一个名称。" in response.text
    assert 'value="生产二"' in response.text
    missing = secretary.post(f"/branches/{scene.branch}/groups/new", data={"name": "", "starts_on": "不知道"})
    assert missing.status_code == 422
    assert "请填党小组名称。" in missing.text
    assert "请写成 2026-11-05 这样的日期。" in missing.text


def test_days_as_people_type_them(signed_in: SignInAs, scene: Scene) -> None:
    for number, day in enumerate(("2026-11-01", "2026.11.1", "2026/11/01", "2026年11月1日")):
        made = signed_in("secretary").post(
            f"/branches/{scene.branch}/groups/new", data={"name": f"新组{number}", "starts_on": day}
        )
        assert made.status_code == 302


def test_dates_that_contradict_each_other_are_said_at_the_field(signed_in: SignInAs, scene: Scene) -> None:
    form = {"name": "示例甲", "joined_on": "2020-07-01", "full_on": "2019-07-01", "version": "1"}
    answer = signed_in("secretary").post(f"/members/{scene.members['member1']}/edit", data=form)
    assert answer.status_code == 422
    assert "转正日期早于入党日期，请核对。" in answer.text


def test_two_who_edit_the_same_member_see_both_texts(signed_in: SignInAs, scene: Scene) -> None:
    one, two = signed_in("secretary"), signed_in("deputy")
    member = scene.members["member1"]
    first = {"name": "示例甲", "staff_no": "A1", "sex": "", "version": "1"}
    assert one.post(f"/members/{member}/edit", data=first).status_code == 302
    second = two.post(f"/members/{member}/edit", data={**first, "name": "<b>示例乙</b>"})
    assert second.status_code == 409
    assert "<ins>&lt;b&gt;示例乙&lt;/b&gt;</ins>" in second.text
    assert "<td>示例甲</td>" in second.text
    assert 'name="version" type="hidden" value="2"' in second.text
    assert two.post(f"/members/{member}/edit", data={**first, "name": "示例乙", "version": "2"}).status_code == 302


def test_two_who_rename_the_same_group(signed_in: SignInAs, scene: Scene) -> None:
    sent = {"on": "2026-11-16", "version": "1"}
    path = f"/groups/{scene.group}/rename"
    assert signed_in("secretary").post(path, data={**sent, "name": "甲班党小组"}).status_code == 302
    second = signed_in("deputy").post(path, data={**sent, "name": "乙班党小组"})
    assert second.status_code == 409
    assert "有人刚改过它，没有覆盖。" in second.text
    assert "现在叫“甲班党小组”" in second.text


def test_two_who_move_the_same_member(signed_in: SignInAs, scene: Scene) -> None:
    one, two, member = signed_in("secretary"), signed_in("deputy"), scene.members["member1"]
    seen = seen_of(one, member)
    sent = {"group": scene.sister_group, "team": 0, "on": "2026-11-16", "seen": seen}
    assert one.post(f"/members/{member}/move", data=sent).status_code == 302
    second = two.post(f"/members/{member}/move", data={**sent, "group": scene.group})
    assert second.status_code == 409
    assert "有人刚改过同一位成员的去处，没有覆盖。" in second.text
    leaving = two.post(f"/members/{member}/leave", data={"reason": "去世", "on": "2026-11-16", "seen": seen})
    assert leaving.status_code == 409


def test_who_left_may_come_back(signed_in: SignInAs, scene: Scene) -> None:
    secretary, member = signed_in("secretary"), scene.members["member1"]
    left = secretary.post(
        f"/members/{member}/leave",
        data={"reason": "转出到外单位", "on": "2026-11-02", "seen": seen_of(secretary, member)},
    )
    assert left.status_code == 302
    assert "重新转入" in secretary.get(f"/members/{member}").text
    back = {"group": scene.sister_group, "team": 0, "seen": seen_of(secretary, member)}
    assert secretary.post(f"/members/{member}/move", data={**back, "on": "2026-11-01"}).status_code == 409
    assert secretary.post(f"/members/{member}/move", data={**back, "on": "2026-11-16"}).status_code == 302
    days = {"2026-11-01": True, "2026-11-02": False, "2026-11-15": False, "2026-11-16": True}
    path = f"/branches/{scene.branch}/organisation?day="
    assert {day: "示例member1" in secretary.get(path + day).text for day in days} == days


def test_only_the_upper_committee_is_offered_to_end_the_heads_terms(signed_in: SignInAs, scene: Scene) -> None:
    path = f"/branches/{scene.branch}/organisation"
    assert 'aria-label="免去示例secretary的党支部书记"' not in signed_in("deputy").get(path).text
    assert 'aria-label="免去示例organiser的支委"' in signed_in("deputy").get(path).text
    assert 'aria-label="免去示例secretary的党支部书记"' in signed_in("committee").get(path).text


def test_a_deputy_does_not_make_himself_secretary(signed_in: SignInAs, scene: Scene) -> None:
    response = signed_in("deputy").post(
        f"/branches/{scene.branch}/appointments/new",
        data={
            "member": scene.members["deputy"], "role": "secretary", "group": 0, "title": "", "starts_on": "2026-11-16",
        },
    )  # fmt: skip
    assert response.status_code == 403
    assert "党支部书记由上级党委任命，请厂党委办理。" in response.text


def test_an_appointment_brings_its_rights_and_ending_takes_them(signed_in: SignInAs, scene: Scene) -> None:
    secretary = signed_in("secretary")
    made = secretary.post(
        f"/branches/{scene.branch}/appointments/new",
        data={
            "member": scene.members["member1"], "role": "group_leader", "group": scene.group, "title": "",
            "starts_on": "2026-11-16",
        },
    )  # fmt: skip
    assert made.status_code == 302
    page = signed_in("member1").get("/me").text
    assert "党小组组长" in page
    assert "示例member1" in secretary.get(f"/branches/{scene.branch}/organisation").text


def test_reading_a_member_goes_to_the_access_log(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    signed_in("secretary").get(f"/members/{scene.members['leader2']}")
    log: Path = app.config["DATA_DIR"] / "access.log"
    (line,) = [json.loads(one) for one in log.read_text().splitlines()]
    assert (line["account"], line["what"], line["subject"]) == ("secretary", "member", str(scene.members["leader2"]))


def test_statements_do_not_grow_with_the_branch(
    signed_in: SignInAs, scene: Scene, app: Flask, statements: Statements
) -> None:
    secretary, committee = signed_in("secretary"), signed_in("committee")
    paths = [
        (secretary, f"/branches/{scene.branch}/organisation"),
        (secretary, f"/members/{scene.members['leader1']}"),
        (committee, f"/committees/{scene.committee}"),
    ]

    counts_of(statements, paths)  # what is kept from one act to the next
    small = counts_of(statements, paths)
    with app.app_context(), unit_of_work.transaction():
        branch = db.session.get_one(Branch, scene.branch)
        for number in range(5):
            group = factories.group(branch, f"另一党小组{number}", starts_on=date(2025, 1, 1))
            for _ in range(30):
                factories.member(group)
        for number in range(10):
            factories.branch(branch_committee(scene), f"另一党支部{number}")
    large = counts_of(statements, paths)
    assert small == large
    assert max(large) <= 6


def branch_committee(scene: Scene) -> Committee:
    return db.session.get_one(Committee, scene.committee)


def test_hostile_names_come_out_escaped(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        factories.member(db.session.get_one(PartyGroup, scene.group), '<img src=x onerror="alert(1)">')
    page = signed_in("secretary").get(f"/branches/{scene.branch}/organisation").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
