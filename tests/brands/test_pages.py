"""Pages: who sees what, what they say, how many statements they cost."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditLine
from app.brands import operations
from app.brands.models import Brand, BrandVersion, Goal
from app.brands.version_queries import brand
from app.foundation.db import db
from app.foundation.places import Place
from tests.brands.conftest import Tree, content, in_force
from tests.factories import Scene
from tests.fixtures.scene import ActorOf, SignInAs
from tests.fixtures.statements import Statements

LOGINS = ("leader1", "leader2", "secretary", "committee")
FULL = {
    "name": "匠心卷接", "slogan": "一支一支看", "connotation": "匠，是手上的功夫；卷接，是岗位。", "trait": "看得细",
    "responsible": "示例负责人", "carriers": "看样台\n\n- 夜查本", "indicators": "残次率",
}  # fmt: skip


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def newest(app: Flask, brand_id: int) -> BrandVersion:
    with app.app_context():
        row = brand(brand_id)
        assert row is not None
        return row.versions[-1]


def test_a_branch_reader_goes_straight_to_the_branchs_face(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    answer = signed_in("member1").get("/brands")
    assert (answer.status_code, answer.location) == (302, f"/branches/{scene.branch}")


def test_the_face_tells_every_tie_in_words_too(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    page = signed_in("member1").get(f"/branches/{scene.branch}").text
    assert page.count('class="radiation radiation-wide"') == page.count('class="radiation radiation-phone"') == 1
    tree_in_words = page[page.index('class="brand-tree"') : page.index("</figure>")]
    assert [w for w in words(tree_in_words).split() if w in {"精甲先锋", "青锋"}] == ["精甲先锋", "青锋"]
    assert tree_in_words.count("业务指标：") == 4
    assert "党建品牌 1+2" in page


def test_a_groups_brand_leads_to_the_figures_that_it_is_tied_to(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    reader = signed_in("member1")
    address = f"/indicators/groups/{scene.group}/2026"
    assert f'href="{address}"' in reader.get(f"/brands/{tree.micro}").text
    assert reader.get(address).status_code == 200
    assert "/indicators/groups/" not in reader.get(f"/brands/{tree.top}").text


def test_seals_stand_once_in_the_page_and_are_referred_to(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    page = signed_in("committee").get(f"/branches/{scene.branch}").text
    assert page.count("<symbol ") == 3
    assert page.count(f'href="#seal-{tree.micro}"') >= 3
    assert page.count('class="seal-ink"') == 3


def test_the_head_bears_the_own_brand_or_the_branchs(app: Flask, signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    with app.app_context():
        db.session.delete(db.session.get_one(Brand, tree.sister))
        db.session.commit()
    heads = [signed_in(login).get(f"/branches/{scene.branch}").text.split("</header>")[0] for login in LOGINS]
    found = [re.findall('印章：([^"]+)', head) for head in heads]
    assert found == [["精甲先锋"], ["智丝堡垒·质造先锋"], ["智丝堡垒·质造先锋"], []]


def test_an_empty_branch_says_how_to_begin(signed_in: SignInAs, scene: Scene) -> None:
    page = signed_in("secretary").get(f"/branches/{scene.branch}").text
    assert f'href="/branches/{scene.branch}/brands/new"' in page
    assert "登记支部品牌" not in signed_in("member1").get(f"/branches/{scene.branch}").text


def test_the_committee_sees_all_its_branches_and_nobody_elses(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    page = signed_in("committee").get("/brands").text
    assert re.findall(r'class="strong" href="/branches/(\d+)"', page) == [str(scene.branch), str(scene.other_branch)]
    assert "待审核备案" in page
    assert "精甲先锋 第1版" in page
    assert "待审核备案" not in signed_in("foreign-committee").get("/brands").text


def test_another_branchs_brand_is_absent(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    for login in ("leader21", "foreign-committee"):
        client = signed_in(login)
        assert [
            client.get(f"/{path}").status_code for path in (f"branches/{scene.branch}", f"brands/{tree.micro}")
        ] == [
            404,
            404,
        ]


def test_a_leader_registers_submits_and_the_branch_and_the_committee_follow(
    app: Flask, signed_in: SignInAs, tree: Tree, scene: Scene
) -> None:
    with app.app_context():
        db.session.delete(db.session.get_one(Brand, tree.sister))
        db.session.commit()
    leader = signed_in("leader2")
    answer = leader.post(f"/groups/{scene.sister_group}/brands/new", data={**FULL, "parent": tree.top})
    assert answer.status_code == 302
    page = leader.get(answer.location).text
    number = int(answer.location.split("/")[2])
    assert "起草中" in page
    assert newest(app, number).carriers == ["看样台", "夜查本"]
    leader.post(f"/brands/{number}/submit")
    secretary, committee = signed_in("secretary"), signed_in("committee")
    assert secretary.post(f"/brands/{number}/return", data={"reason": ""}).status_code == 422
    secretary.post(f"/brands/{number}/return", data={"reason": "内涵再具体些"})
    assert "内涵再具体些" in leader.get(f"/brands/{number}").text
    leader.post(f"/brands/{number}/submit")
    secretary.post(f"/brands/{number}/approve", data={"decision": "支委会通过", "begins_on": "2026-10-01"})
    assert newest(app, number).in_force_from == date(2026, 10, 1)
    assert committee.post(f"/brands/{number}/file", data={"note": "党字8号"}).status_code == 302
    assert "党委已备案，党字8号" in words(leader.get(f"/brands/{number}").text)


def test_a_day_to_come_is_refused_at_its_field(app: Flask, signed_in: SignInAs, scene: Scene) -> None:
    client = signed_in("secretary")
    number = int(client.post(f"/branches/{scene.branch}/brands/new", data=FULL).location.split("/")[2])
    client.post(f"/brands/{number}/submit")
    answer = client.post(f"/brands/{number}/approve", data={"decision": "支委会通过", "begins_on": "2026-11-17"})
    assert answer.status_code == 422
    assert "启用日期不能晚于今天。" in answer.text
    assert 'value="支委会通过"' in answer.text
    assert newest(app, number).in_force_from is None


def test_the_committee_sends_back_with_a_reason(app: Flask, signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    signed_in("committee").post(f"/brands/{tree.micro}/committee-return", data={"reason": "名称请再斟酌"})
    assert "名称请再斟酌" in signed_in("leader1").get(f"/brands/{tree.micro}").text
    assert signed_in("leader2").get(f"/brands/{tree.micro}").status_code == 404


def test_a_submission_says_what_it_lacks(signed_in: SignInAs, scene: Scene) -> None:
    client = signed_in("secretary")
    address = client.post(f"/branches/{scene.branch}/brands/new", data={"name": "智丝堡垒"}).location
    answer = client.post(f"/brands/{address.split('/')[2]}/submit")
    assert answer.status_code == 422
    assert "还缺内涵释义、特色、负责人，补上再提交支部研究。" in answer.text


def test_only_the_rights_holder_resolves_and_files(signed_in: SignInAs, tree: Tree) -> None:
    tries = [("leader1", "approve"), ("secretary", "file"), ("committee", "approve"), ("member1", "submit")]
    answers = [signed_in(login).post(f"/brands/{tree.micro}/{step}").status_code for login, step in tries]
    assert answers == [404, 404, 404, 404]
    assert signed_in("leader2").post(f"/brands/{tree.micro}/submit").status_code == 404


def test_a_step_twice_is_a_conflict(signed_in: SignInAs, tree: Tree) -> None:
    client = signed_in("committee")
    assert [client.post(f"/brands/{tree.micro}/file").status_code for _ in range(2)] == [302, 409]


def test_wrong_input_comes_back_with_a_sentence_at_the_field(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    answer = signed_in("secretary").post(
        f"/branches/{scene.branch}/brands/new",
        data={
            **FULL,
            "name": "",
            "carriers": "长" * 61,
            "parent": tree.top,
            "created_on": "昨天",
            "seal_shape": "round",
        },
    )
    assert answer.status_code == 422
    assert "请填名称。" in answer.text
    assert "每行最多60个字" in answer.text
    assert "请选一种形制。" in answer.text
    assert "匠，是手上的功夫" in answer.text
    assert 'value="昨天"' in answer.text


def test_preview_draws_the_seal_and_stores_nothing(app: Flask, signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    answer = signed_in("secretary").post(
        f"/branches/{scene.branch}/brands/new", data={**FULL, "parent": tree.top, "preview": "1"}
    )
    assert answer.status_code == 200
    assert "印章：匠心卷接" in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Brand)) == 3


def test_the_live_preview_is_a_piece_with_seal_and_hints(signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    answer = signed_in("leader1").get(
        f"/branches/{scene.branch}/seal-preview", query_string={"name": "中华精甲", "seal_shape": "cut", "hue": "zy"}
    )
    assert answer.headers["X-Fragment"] == "1"
    assert "<html" not in answer.text
    assert "印章：中华精甲" in answer.text
    assert "hue-zy" in answer.text
    assert "名称里有“中华”" in answer.text


def test_hints_stand_beside_a_submitted_version_and_never_block(app: Flask, signed_in: SignInAs, scene: Scene) -> None:
    client = signed_in("secretary")
    answer = client.post(f"/branches/{scene.branch}/brands/new", data={**FULL, "name": "国际先锋"})
    number = int(answer.location.split("/")[2])
    assert client.post(f"/brands/{number}/submit").status_code == 302
    assert "名称里有“国际”" in client.get(f"/brands/{number}").text


def test_old_versions_stay_readable_and_drafts_do_not_leak(
    app: Flask, signed_in: SignInAs, tree: Tree, scene: Scene
) -> None:
    leader, sister = signed_in("leader1"), signed_in("leader2")
    assert leader.post(f"/brands/{tree.micro}/revise", data={"reason": "更贴近岗位"}).status_code == 302
    version = newest(app, tree.micro)
    leader.post(f"/brands/{tree.micro}/edit", data={**FULL, "name": "精甲匠心", "version": version.version})
    draft = f"/brands/{tree.micro}/versions/2"
    assert (leader.get(draft).status_code, sister.get(draft).status_code) == (200, 404)
    assert "精甲匠心" not in sister.get(f"/brands/{tree.micro}").text
    assert "精甲匠心" not in sister.get(f"/branches/{scene.branch}").text
    leader.post(f"/brands/{tree.micro}/submit")
    signed_in("secretary").post(f"/brands/{tree.micro}/approve")
    assert "精甲匠心" in sister.get(f"/brands/{tree.micro}").text
    old = sister.get(f"/brands/{tree.micro}/versions/1")
    assert (old.status_code, "这是旧版" in old.text) == (200, True)
    assert "更贴近岗位" in sister.get(draft).text


def test_what_is_in_force_is_kept_up_on_a_form_without_its_face(app: Flask, signed_in: SignInAs, tree: Tree) -> None:
    client = signed_in("leader1")
    form = client.get(f"/brands/{tree.micro}/edit").text
    assert 'name="name"' not in form
    version = newest(app, tree.micro)
    client.post(
        f"/brands/{tree.micro}/edit",
        data={**FULL, "name": "偷改", "results": "返工减少三成", "version": version.version},
    )
    after = newest(app, tree.micro)
    assert (after.name, after.results, after.slogan) == ("精甲先锋", ["返工减少三成"], version.slogan)


def test_the_second_of_two_writers_sees_both_texts_and_chooses(app: Flask, signed_in: SignInAs, scene: Scene) -> None:
    first, second = signed_in("secretary"), signed_in("deputy")
    number = int(first.post(f"/branches/{scene.branch}/brands/new", data=FULL).location.split("/")[2])
    seen, address = newest(app, number).version, f"/brands/{number}/edit"
    first.post(address, data={**FULL, "slogan": "一支一支看，<b>夜里也看</b>", "version": seen})
    answer = second.post(address, data={**FULL, "slogan": "一支一支看到底", "version": seen})
    assert answer.status_code == 409
    assert "两份都在，什么也没有丢" in answer.text
    assert "<b>夜里" not in answer.text
    assert "<ins>，&lt;b&gt;夜里也看&lt;/b&gt;</ins>" in answer.text
    assert "<ins>到底</ins>" in answer.text
    assert newest(app, number).slogan == "一支一支看，<b>夜里也看</b>"
    current = newest(app, number).version
    assert f'name="version" value="{current}"' in answer.text
    second.post(address, data={**FULL, "slogan": "一支一支看到底", "version": current})
    assert newest(app, number).slogan == "一支一支看到底"


def test_goals_are_set_renamed_and_removed(app: Flask, signed_in: SignInAs, scene: Scene) -> None:
    client, address = signed_in("secretary"), f"/branches/{scene.branch}/goals"
    client.post(address, data={"goal-0": "质量", "goal-1": "", "goal-2": "安全"})
    with app.app_context():
        rows = db.session.scalars(select(Goal).order_by(Goal.sort_order)).all()
        assert [(g.title, g.year) for g in rows] == [("质量", 2026), ("安全", 2026)]
        keys = {f"goal-{i}-id": g.id for i, g in enumerate(rows)} | {
            f"goal-{i}-version": g.version for i, g in enumerate(rows)
        }
    assert client.post(address, data={"goal-0": "质量第一", "goal-1": "", **keys}).status_code == 302
    assert client.post(address, data={"goal-0": "迟到", **keys}).status_code == 409
    with app.app_context():
        assert list(db.session.scalars(select(Goal.title))) == ["质量第一"]
        acts = list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)))
    assert acts == ["goal.add", "goal.add", "goal.rename", "goal.remove"]
    assert "2026年目标：质量第一" in client.get(f"/branches/{scene.branch}").text


def test_a_goal_in_use_is_not_removed(app: Flask, signed_in: SignInAs, tree: Tree, scene: Scene) -> None:
    client, address = signed_in("secretary"), f"/branches/{scene.branch}/goals"
    client.post(address, data={"goal-0": "质量"})
    with app.app_context():
        goal = db.session.scalars(select(Goal)).one()
        keys = {"goal-0-id": goal.id, "goal-0-version": goal.version}
        number = goal.id
    version = newest(app, tree.micro)
    client.post(f"/brands/{tree.micro}/edit", data={**FULL, "goal_ids": number, "version": version.version})
    answer = client.post(address, data={"goal-0": "", **keys})
    assert answer.status_code == 422
    assert "“质量”已有品牌或活动对应" in answer.text
    assert "支部目标" in client.get(f"/brands/{tree.micro}").text


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("committee", "/brands"),
        ("leader1", "/branches/{branch}"),
        ("leader1", "/brands/{micro}"),
        ("leader1", "/brands/{micro}/versions/1"),
        ("leader1", "/brands/{micro}/edit"),
        ("secretary", "/branches/{branch}/brands/new"),
        ("leader1", "/groups/{group}/brands/new"),
        ("secretary", "/branches/{branch}/goals"),
    ],
)
def test_statements_are_few_and_independent_of_rows(
    app: Flask,
    signed_in: SignInAs,
    tree: Tree,
    scene: Scene,
    actor: ActorOf,
    statements: Statements,
    login: str,
    path: str,
) -> None:
    client = signed_in(login)
    address = path.format(branch=scene.branch, group=scene.group, micro=tree.micro)

    def cost() -> int:
        with statements() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = cost()
    with app.app_context():
        place = Place(scene.committee, scene.branch)
        parent = brand(tree.top)
        for i in range(12):
            in_force(operations.register(place, content(f"分品牌{i}号"), by=actor("secretary"), parent=parent), actor)
        db.session.add_all(
            Goal(committee_id=scene.committee, branch_id=scene.branch, year=2026, title=f"目标{i}") for i in range(8)
        )
        db.session.commit()
    assert (cost(), few <= 6) == (few, True), few
