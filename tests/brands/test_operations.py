"""The course of a version, what a new version is for, and what past days show."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.audit.models import AuditLine
from app.brands import operations
from app.brands.content import Content
from app.brands.course import TRANSITIONS, BrandState, Step, after
from app.brands.models import Brand, BrandVersion
from app.brands.queries import brand_faces, is_in_force, lives
from app.brands.version_queries import brand, content_of
from app.foundation.db import db
from app.foundation.errors import IllegalTransition, Refused
from app.foundation.places import Place
from tests.brands.conftest import LONG_AGO, Tree, content
from tests.factories import Scene
from tests.fixtures.scene import ActorOf

TODAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def context(app: Flask, actor: ActorOf) -> Iterator[None]:
    with app.app_context():
        yield


def found(brand_id: int) -> Brand:
    row = brand(brand_id)
    assert row is not None
    return row


def newest(brand_id: int) -> BrandVersion:
    return found(brand_id).versions[-1]


def in_force(branch_id: int, day: date) -> list[str]:
    """The names of the branch's brands on `day`, in the tree's order."""
    query = select(BrandVersion.name).join(Brand, Brand.id == BrandVersion.brand_id).where(Brand.branch_id == branch_id)
    return list(db.session.scalars(query.where(is_in_force(day), lives(day)).order_by(Brand.sort_order, Brand.id)))


def draft(scene: Scene, actor: ActorOf, **more: object) -> BrandVersion:
    return operations.register(Place(scene.committee, scene.branch), content("智丝堡垒", **more), by=actor("secretary"))


def test_every_step_that_the_table_does_not_list_is_illegal(scene: Scene, actor: ActorOf) -> None:
    acts: dict[Step, Callable[[BrandVersion], None]] = {
        Step.SUBMIT: lambda v: operations.submit(v, by=actor("leader1")),
        Step.RETURN: lambda v: operations.return_to_writers(v, "再想想", by=actor("secretary")),
        Step.APPROVE: lambda v: operations.approve(v, by=actor("secretary")),
        Step.SEND_BACK: lambda v: operations.return_to_branch(v, "请补充", by=actor("committee")),
        Step.FILE: lambda v: operations.file(v, by=actor("committee")),
    }
    version = draft(scene, actor)
    for state in BrandState:
        for step, act in acts.items():
            version.state = state
            db.session.flush()
            if after(state, step) is None:
                with pytest.raises(IllegalTransition):
                    act(version)
                assert version.state is state
            else:
                act(version)
                assert version.state is TRANSITIONS[state, step]


def test_a_brand_goes_from_draft_to_file(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor)
    operations.submit(version, by=actor("secretary"))
    operations.approve(version, by=actor("secretary"), decision="11月16日支委会通过")
    assert (version.state, version.in_force_from, version.decision) == (
        BrandState.APPROVED, TODAY, "11月16日支委会通过",
    )  # fmt: skip
    operations.file(version, by=actor("committee"), note="党字〔2026〕8号")
    assert (version.state, version.filing_note) == (BrandState.FILED, "党字〔2026〕8号")
    acts = db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)).all()
    assert acts == ["brand.register", "brand.submit", "brand.approve", "brand.file"]


def test_what_is_lacking_is_named_before_the_branch_discusses_it(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor, trait="", responsible="")
    with pytest.raises(operations.Incomplete, match="还缺特色、负责人，"):
        operations.submit(version, by=actor("secretary"))


def test_a_version_that_the_committee_sends_back_was_never_in_force(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor)
    operations.submit(version, by=actor("secretary"))
    operations.approve(version, by=actor("secretary"))
    assert in_force(scene.branch, TODAY) == [version.name]
    operations.return_to_branch(version, "名称请再斟酌", by=actor("committee"))
    assert (version.state, version.return_reason) == (BrandState.RETURNED, "名称请再斟酌")
    assert in_force(scene.branch, TODAY) == []


def test_only_the_first_version_may_begin_before_the_one_in_force(tree: Tree, actor: ActorOf) -> None:
    version = operations.revise(found(tree.micro), "更贴近岗位", by=actor("leader1"))
    operations.write(version, replace(content_of(version), name="精甲"), expected=version.version, by=actor("leader1"))
    operations.submit(version, by=actor("leader1"))
    with pytest.raises(Refused, match="不能早于上一版"):
        operations.approve(version, by=actor("secretary"), on=date(2025, 2, 1))
    with pytest.raises(Refused, match="不能晚于今天"):
        operations.approve(version, by=actor("secretary"), on=date(2026, 11, 17))


def test_a_new_version_leaves_past_days_as_they_were(tree: Tree, scene: Scene, actor: ActorOf) -> None:
    version = operations.revise(found(tree.micro), "更贴近岗位", by=actor("leader1"))
    changed = replace(content_of(version), name="精甲匠心", slogan="新口号")
    operations.write(version, changed, expected=version.version, by=actor("leader1"))
    assert brand_faces([scene.group], TODAY)[scene.group].name == "精甲先锋"
    operations.submit(version, by=actor("leader1"))
    operations.approve(version, by=actor("secretary"))
    before, now = (brand_faces([scene.group], day)[scene.group] for day in (date(2026, 11, 15), TODAY))
    assert [(f.name, f.slogan) for f in (before, now)] == [("精甲先锋", "精甲先锋，说到做到"), ("精甲匠心", "新口号")]
    assert before.outlines != now.outlines
    assert [v.name for v in found(tree.micro).versions] == ["精甲先锋", "精甲匠心"]


def test_faces_are_absent_before_the_first_version_and_after_the_end(tree: Tree, scene: Scene) -> None:
    found(tree.sister).ended_on = date(2026, 6, 1)
    db.session.flush()
    groups = [scene.group, scene.sister_group, scene.other_group]
    names = {
        day: {g: f.name for g, f in brand_faces(groups, day).items()} for day in (date(2025, 2, 28), LONG_AGO, TODAY)
    }
    assert names == {
        date(2025, 2, 28): {},
        LONG_AGO: {scene.group: "精甲先锋", scene.sister_group: "青锋"},
        TODAY: {scene.group: "精甲先锋"},
    }
    assert in_force(scene.branch, LONG_AGO) == ["智丝堡垒·质造先锋", "精甲先锋", "青锋"]


def test_a_second_open_version_is_refused(tree: Tree, actor: ActorOf) -> None:
    operations.revise(found(tree.micro), "一", by=actor("leader1"))
    with pytest.raises(operations.VersionOpen, match="第2版还在办理"):
        operations.revise(found(tree.micro), "二", by=actor("leader1"))


def test_a_new_version_needs_a_changed_face(tree: Tree, actor: ActorOf) -> None:
    version = operations.revise(found(tree.micro), "随便", by=actor("leader1"))
    with pytest.raises(operations.Incomplete, match="都没有变"):
        operations.submit(version, by=actor("leader1"))


def test_what_is_in_force_is_kept_up_without_its_face(tree: Tree, actor: ActorOf) -> None:
    version = newest(tree.micro)
    wanted = replace(content_of(version), name="偷改的名字", results=("返工减少三成",))
    assert operations.keep_up(version, wanted, expected=version.version, by=actor("leader1")) == ["results"]
    assert (version.name, version.results) == ("精甲先锋", ["返工减少三成"])
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc()).limit(1)).one()
    assert (line.act, line.before, line.after) == (
        "brand.keep-up", {"results": []}, {"results": ["返工减少三成"]},
    )  # fmt: skip


def test_a_submitted_version_rests(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor)
    operations.submit(version, by=actor("secretary"))
    for act in (operations.write, operations.keep_up):
        with pytest.raises(operations.NotWritable):
            act(version, content("别的"), expected=version.version, by=actor("secretary"))


def test_a_text_that_changed_meanwhile_is_not_overwritten(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor)
    seen = version.version
    operations.write(version, content("智丝堡垒", slogan="她的"), expected=seen, by=actor("secretary"))
    db.session.flush()
    with pytest.raises(operations.StaleText) as caught:
        operations.write(version, content("智丝堡垒", slogan="我的"), expected=seen, by=actor("deputy"))
    assert (caught.value.version.slogan, caught.value.status) == ("她的", 409)


def test_a_writer_who_was_overtaken_while_writing_is_told_too(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor)
    db.session.commit()
    seen = version.version
    db.session.execute(update(BrandVersion).values(version=seen + 1).execution_options(synchronize_session=False))
    with pytest.raises(operations.StaleText):
        operations.write(version, content("智丝堡垒", slogan="我的"), expected=seen, by=actor("deputy"))
    assert version.slogan == "智丝堡垒，说到做到"


def test_saving_the_same_again_changes_nothing(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor)
    before = version.version
    assert operations.write(version, content_of(version), expected=before, by=actor("secretary")) == []
    db.session.flush()
    assert version.version == before


def test_a_branch_has_one_brand_and_a_group_one_in_its_tree(tree: Tree, scene: Scene, actor: ActorOf) -> None:
    by, top = actor("secretary"), found(tree.top)
    with pytest.raises(operations.BrandExists, match="本支部已有"):
        operations.register(Place(scene.committee, scene.branch), content("又一个"), by=by)
    with pytest.raises(operations.BrandExists, match="本组已有"):
        operations.register(Place(scene.committee, scene.branch, scene.group), content("又一个"), by=by, parent=top)
    with pytest.raises(operations.ForeignTie):
        operations.register(Place(scene.committee, scene.other_branch), content("卷包"), by=by, parent=top)
    with pytest.raises(Refused, match="先登记支部品牌"):
        operations.register(Place(scene.committee, scene.other_branch, scene.other_group), content("卷包"), by=by)


def test_trees_grow_to_any_depth(tree: Tree, scene: Scene, actor: ActorOf) -> None:
    group = Place(scene.committee, scene.branch, scene.group)
    child = operations.register(group, content("精甲讲台"), by=actor("leader1"), parent=found(tree.micro))
    grandchild = operations.register(group, content("精甲小课"), by=actor("leader1"), parent=child.brand)
    assert (child.brand.parent_id, grandchild.brand.parent_id) == (tree.micro, child.brand_id)


def test_every_micro_brand_gets_a_hue_of_its_own_and_the_branch_none(tree: Tree) -> None:
    assert [newest(i).hue for i in (tree.top, tree.micro, tree.sister)] == ["", "jj", "qf"]


def test_goals_and_teams_of_another_branch_are_refused(scene: Scene, actor: ActorOf) -> None:
    with pytest.raises(operations.ForeignTie):
        draft(scene, actor, goal_ids=(99,))


def test_a_discarded_first_draft_takes_the_brand_with_it(scene: Scene, actor: ActorOf) -> None:
    operations.discard(draft(scene, actor), by=actor("secretary"))
    assert db.session.scalars(select(Brand)).all() == []


def test_a_discarded_later_draft_leaves_the_version_in_force(tree: Tree, actor: ActorOf) -> None:
    operations.discard(operations.revise(found(tree.micro), "试试", by=actor("leader1")), by=actor("leader1"))
    db.session.expire_all()
    assert [v.number for v in found(tree.micro).versions] == [1]
    with pytest.raises(operations.NotWritable):
        operations.discard(newest(tree.micro), by=actor("leader1"))


def test_the_seal_is_kept_with_the_version(scene: Scene, actor: ActorOf) -> None:
    version = draft(scene, actor, seal_shape="ellipse")
    assert in_force(scene.branch, TODAY) == []
    assert version.outlines["height"] > version.outlines["width"]
    assert version.outlines["ink"].startswith("M")


def test_content_survives_the_row(scene: Scene, actor: ActorOf) -> None:
    wanted = Content(
        "智丝堡垒", "口号", "内涵", "特色", ("载体",), ("举措",), "机制", ("成效",), "影响", ("指标",), "支部", "负责人",
        date(2022, 7, 1), "标识", "党委 2022", "cut", True, "zy",
    )  # fmt: skip
    version = operations.register(Place(scene.committee, scene.branch), wanted, by=actor("secretary"))
    db.session.flush()
    db.session.expire_all()
    assert content_of(version) == wanted
