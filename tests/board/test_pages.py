"""Board pages: what they show, to whom, and that the past stays as it was."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.brands.models import BrandState, BrandVersion
from app.foundation.db import db
from app.organisation.models import Branch, Committee, GroupName, PartyGroup
from app.photos.board_choice import BoardChoice
from tests import factories
from tests.activities import records
from tests.board import months
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements, counts_of
from tests.nominations import calls


@contextmanager
def writing(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        months.act()
        db.session.commit()
        db.session.remove()


@pytest.fixture
def drafted(app: Flask, scene: Scene) -> Scene:
    with writing(app):
        months.november(scene)
    return scene


@pytest.fixture
def printed(app: Flask, drafted: Scene) -> Scene:
    with writing(app):
        months.print_it(drafted)
    return drafted


def board(scene: Scene, month: str = months.ADDRESS) -> str:
    return f"/groups/{scene.group}/board/{month}"


def words(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    body = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def statuses(signed_in: SignInAs, address: str, *logins: str) -> dict[str, int]:
    return {login: signed_in(login).get(address).status_code for login in logins}


READERS = ("leader1", "member1", "secretary", "liaison", "committee", "leader2", "leader21", "foreign-leader", "admin")


def test_before_printing_a_board_is_the_groups_own(drafted: Scene, signed_in: SignInAs) -> None:
    assert statuses(signed_in, board(drafted), *READERS) == {
        "leader1": 200, "member1": 200, "secretary": 200, "liaison": 200, "committee": 200,
        "leader2": 404, "leader21": 404, "foreign-leader": 404, "admin": 404,
    }  # fmt: skip


def test_once_printed_the_whole_branch_reads_it(printed: Scene, signed_in: SignInAs) -> None:
    assert statuses(signed_in, board(printed), *READERS) == {
        "leader1": 200, "member1": 200, "secretary": 200, "liaison": 200, "committee": 200,
        "leader2": 200, "leader21": 404, "foreign-leader": 404, "admin": 404,
    }  # fmt: skip


def test_a_sister_group_sees_the_photos_of_a_printed_board(printed: Scene, signed_in: SignInAs) -> None:
    reader = signed_in("leader2")
    sources = re.findall(r'<img src="([^"]+)"', reader.get(board(printed)).text)
    assert [reader.get(source).status_code for source in sources] == [200, 200]


def test_the_month_is_set_from_what_was_entered_once(printed: Scene, signed_in: SignInAs) -> None:
    page = words(signed_in("leader2"), board(printed))
    assert "党建+攻关·11月12日 烘丝含水率， 稳住了 标准偏差由 0.21 降到 0.14。 八月起波动。 两周后找到主因。" in page
    assert "头条照片 核对含水率。" in page
    assert "05 定分工 党小组会，应到2，实到2" in page
    assert "学习园地 1 项 讲一页纸。" in page
    assert "还没确认的一项" not in page
    assert "第11期·11月16日已付印" in page


def test_a_board_not_printed_says_what_waits(drafted: Scene, signed_in: SignInAs) -> None:
    page = words(signed_in("leader1"), board(drafted))
    assert "这一期还没有付印，只有本组和上级看得到。还有 1 项活动没有确认" in page


def seal_classes(page: str) -> list[str]:
    main = page[page.index("<main") :]
    return re.findall(r'class="seal (seal-\w+)"', main)


def test_the_seal_is_solid_once_printed(app: Flask, drafted: Scene, signed_in: SignInAs) -> None:
    leader = signed_in("leader1")
    before = seal_classes(leader.get(board(drafted)).text)
    with writing(app):
        months.print_it(drafted)
    assert (before, seal_classes(leader.get(board(drafted)).text)) == (["seal-outline"], ["seal-solid"])


def test_an_empty_month_is_a_dummy_of_the_sheet(scene: Scene, signed_in: SignInAs) -> None:
    page = words(signed_in("leader1"), board(scene))
    assert "11月的版面还空着" in page
    assert "盖空心章的是未付印的版面" in page


def test_a_group_that_did_not_exist_has_no_board(scene: Scene, signed_in: SignInAs) -> None:
    assert statuses(signed_in, board(scene, "2023-12"), "leader1") == {"leader1": 404}
    assert statuses(signed_in, board(scene, "2026-13"), "leader1") == {"leader1": 404}


def test_a_past_board_stays_as_it_was(app: Flask, printed: Scene, signed_in: SignInAs) -> None:
    """A new name of the group, a new brand, another leader, members who leave: December's business, not November's."""
    with time_machine.travel(datetime(2026, 12, 20, 3, tzinfo=UTC), tick=False):
        before = words(signed_in("secretary"), board(printed))
        with writing(app):
            december = date(2026, 12, 1)
            group = db.session.get_one(PartyGroup, printed.group)
            group.names.append(GroupName(committee_id=printed.committee, name="改了名的党小组", starts_on=december))
            old = db.session.query(BrandVersion).filter_by(name="青锋").one()
            db.session.add(
                BrandVersion(
                    committee_id=printed.committee,
                    brand_id=old.brand_id,
                    number=2,
                    state=BrandState.APPROVED,
                    name="新锋",
                    in_force_from=december,
                    created_at=old.created_at,
                    updated_at=old.created_at,
                )
            )
            post = db.session.query(Appointment).filter_by(role=Role.GROUP_LEADER, group_id=printed.group).one()
            post.ends_on = december
            factories.appointment(
                Role.GROUP_LEADER, group, factories.member(group, starts_on=december), starts_on=december
            )
        assert words(signed_in("secretary"), board(printed)) == before
        assert "改了名的党小组" in words(signed_in("secretary"), board(printed, "2026-12"))


def test_a_printed_notice_does_not_grow(app: Flask, drafted: Scene, signed_in: SignInAs) -> None:
    with writing(app):
        records.logged(drafted, kind="theme_day", title="攒成一本册", held_on=date(2026, 12, 11))
        months.print_it(drafted)
    with time_machine.travel(datetime(2026, 11, 25, 3, tzinfo=UTC), tick=False), writing(app):
        records.logged(drafted, title="后来才想到的", held_on=date(2026, 12, 4))
    page = words(signed_in("leader1"), board(drafted))
    assert "11 下月预告·12月主题党日 攒成一本册 12月11日星期五，14:30，活动室。" in page
    assert "后来才想到的" not in page


def test_a_later_result_does_not_enter_an_older_board(app: Flask, drafted: Scene, signed_in: SignInAs) -> None:
    with writing(app):
        calls.publish(drafted, calls.Q2, {drafted.group: "良好"})
        late = calls.publish(drafted, calls.Q3, {drafted.group: "优秀"})
        late.published_at = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert "85.00 分 2026年第二季度，良好" in words(signed_in("leader1"), board(drafted))


def test_titles_and_captions_come_out_escaped(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with writing(app):
        activity = records.logged(scene, title="<script>alert(1)</script>", confirm=True, content="<b>粗</b>")
        months.shown(scene, 1, activity, BoardChoice.LEAD, '"><img src=x>')
    page = signed_in("leader1").get(board(scene)).text
    assert "<script>alert" not in page
    assert "<b>粗</b>" not in page
    assert "<img src=x>" not in page


# ---------------------------------------------------------------- listings


def test_one_branchs_people_go_straight_to_its_boards(scene: Scene, signed_in: SignInAs) -> None:
    answer = signed_in("leader1").get("/boards")
    assert (answer.status_code, answer.location) == (302, f"/branches/{scene.branch}/boards/2026-11")
    assert "制丝车间党支部 2 个党小组 0 个已付印" in words(signed_in("committee"), "/boards")


def test_the_wall_shows_headlines_only_to_whoever_may_read_them(drafted: Scene, signed_in: SignInAs) -> None:
    address = f"/branches/{drafted.branch}/boards/2026-11"
    assert "烘丝含水率，稳住了" in words(signed_in("secretary"), address)
    sister = words(signed_in("leader2"), address)
    assert "烘丝含水率，稳住了" not in sister
    assert "青锋 生产一党小组 付印后可看 还没有付印" in sister


def test_the_wall_keeps_the_branchs_order(printed: Scene, signed_in: SignInAs) -> None:
    page = signed_in("leader2").get(f"/branches/{printed.branch}/boards/2026-11").text
    assert re.findall(r"<h2>(?:<a[^>]+>)?([^<]+)", page[: page.index("</main>")]) == ["青锋", "生产二党小组"]


def test_statements_do_not_grow_with_the_rows(
    app: Flask, printed: Scene, signed_in: SignInAs, statements: Statements
) -> None:
    secretary, committee = signed_in("secretary"), signed_in("committee")
    pages = [
        (secretary, board(printed)),
        (secretary, board(printed, "2026-10")),
        (secretary, f"/branches/{printed.branch}/boards/2026-11"),
        (committee, "/boards"),
    ]

    def counted() -> list[int]:
        counts_of(statements, pages)  # a printed page is kept from now on
        return counts_of(statements, pages)

    few = counted()
    with writing(app):
        branch = db.session.get_one(Branch, printed.branch)
        for number in range(8):
            factories.group(branch, f"增设{number}党小组", sort_order=number + 5)
            records.logged(printed, title=f"加办{number}", confirm=True)
            calls.opened(printed, year=2010 + number)
    assert counted() == few
    assert max(few) <= 6


def test_a_long_list_of_branches_is_paged(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with writing(app):
        committee = db.session.get_one(Committee, scene.committee)
        for number in range(60):
            factories.branch(committee, f"第{number}党支部", sort_order=10 + number)
    reader, address, seen = signed_in("committee"), "/boards", []
    while address:
        page = reader.get(address).text
        seen.append(re.findall(r'class="title"><a [^>]+>([^<]+)', page[page.index("<main") :]))
        link = re.search(r'href="(/boards\?after=\d+)" rel="next"', page)
        address = link[1] if link else ""
    assert [len(names) for names in seen] == [50, 12]
    assert [name for names in seen for name in names][2:] == [f"第{number}党支部" for number in range(60)]
