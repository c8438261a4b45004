"""The walls of photos: what hangs where, in which order, for whom."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event

from app.activities.details import SittingDetails
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import PartyGroup
from app.photos.models import Photo
from app.walls import queries
from tests import factories
from tests.activities import records
from tests.factories import Scene
from tests.fixtures.scene import SignInAs

NOVEMBER, OCTOBER, AUGUST = Month(2026, 11), Month(2026, 10), Month(2026, 8)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 16, 2, tzinfo=UTC), tick=False):
        yield


def hang(app: Flask, group_id: int, month: Month, *captions: str) -> list[int]:
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, group_id)
        found = []
        for position, caption in enumerate(captions):
            photo = factories.photo(group, f"{group_id} {month} {position}".encode(), month=month)
            photo.caption, photo.position = caption, position
            found.append(photo)
        db.session.flush()
        return [photo.id for photo in found]


def shown(browser: FlaskClient, url: str) -> list[int]:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return [int(number) for number in re.findall(r'href="/photos/(\d+)/display"', answer.text)]


def test_a_groups_year_goes_from_the_latest_month_back_in_the_groups_own_order(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    august = hang(app, scene.group, AUGUST, "一", "二")
    november = hang(app, scene.group, NOVEMBER, "三", "四")
    hang(app, scene.sister_group, NOVEMBER, "别组的")
    browser = signed_in("leader1")
    assert shown(browser, f"/groups/{scene.group}/photos/2026") == november + august
    page = browser.get(f"/groups/{scene.group}/photos/2026").text
    assert re.findall(r'id="month-(\d+)"', page) == [str(number) for number in range(11, 0, -1)]
    assert page.count("gap-month") == 9  # January to October but August: calm gaps
    assert shown(browser, f"/groups/{scene.group}/photos/2025") == []


def test_a_month_hangs_as_on_its_own_page_the_lead_first(
    app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PHOTOS_A_PAGE", 2)
    one, two, three, four, five = hang(app, scene.group, OCTOBER, *"一二三四五")
    november = hang(app, scene.group, NOVEMBER, "六")
    with app.app_context(), unit_of_work.transaction():
        for slot, number in ((1, four), (2, two)):
            db.session.get_one(Photo, number).board_slot = slot
        activity_id = records.logged(scene, held_on=date(2026, 10, 9)).id
        for number in (one, two, three, four, five):
            db.session.get_one(Photo, number).activity_id = activity_id
    october, leader, seen = [four, two, one, three, five], signed_in("leader1"), list[int]()
    url = f"/groups/{scene.group}/photos/2026"
    while url:
        seen += shown(leader, url)
        following = re.search(r'href="(\?after=[^"]+)" rel="next"', leader.get(url).text)
        url = f"/groups/{scene.group}/photos/2026{following[1]}" if following else ""
    page = leader.get(f"/groups/{scene.group}/months/2026-10").text
    assert seen == november + october
    assert [int(number) for number in re.findall(r'id="photo-(\d+)"', page)] == october
    assert shown(signed_in("secretary"), f"/branches/{scene.branch}/photos/2026-10") == october


def test_a_gap_offers_the_month_only_to_whoever_may_add(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    month = f"/groups/{scene.group}/months/2026-10"
    assert month in signed_in("leader1").get(f"/groups/{scene.group}/photos/2026").text
    assert month not in signed_in("member1").get(f"/groups/{scene.group}/photos/2026").text


def test_a_withdrawn_photo_hangs_nowhere(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    first, second = hang(app, scene.group, OCTOBER, "留下的", "撤下的")
    with app.app_context(), unit_of_work.transaction():
        db.session.get_one(Photo, second).withdrawn_at = datetime(2026, 11, 1, tzinfo=UTC)
    for login, url in (
        ("leader1", f"/groups/{scene.group}/photos/2026"),
        ("secretary", f"/branches/{scene.branch}/photos/2026-10"),
        ("secretary", f"/branches/{scene.branch}/photos/2026-10?q=的"),
        ("committee", f"/committees/{scene.committee}/photos/2026-10"),
    ):
        assert shown(signed_in(login), url) == [first], url


def test_pages_of_a_long_year_are_cut_by_position(
    app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PHOTOS_A_PAGE", 4)
    hung = [
        number
        for month in (NOVEMBER, OCTOBER, AUGUST)
        for number in hang(app, scene.group, month, *(f"第{place}张" for place in range(5)))
    ]
    browser, url, seen = signed_in("leader1"), f"/groups/{scene.group}/photos/2026", []
    months: list[str] = []
    while url:
        page = browser.get(url).text
        seen += shown(browser, url)
        months += [m for m in re.findall(r'id="month-(\d+)"', page) if not months or m != months[-1]]
        following = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
        url = f"/groups/{scene.group}/photos/2026{following[1]}" if following else ""
    assert seen == hung
    assert months == [str(number) for number in range(11, 0, -1)]


def test_the_ribbon_leads_to_where_a_month_begins(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    hang(app, scene.group, NOVEMBER, "十一月")
    august = hang(app, scene.group, AUGUST, "八月一", "八月二")
    browser = signed_in("leader1")
    page = browser.get(f"/groups/{scene.group}/photos/2026").text
    assert re.findall(r'<a href="([^"]+)"><b>8<', page) == [f"/groups/{scene.group}/photos/2026?after=2026-08"]
    assert re.findall(r'<span class="said">(\d+张)', page) == ["2张", "1张"]
    assert shown(browser, f"/groups/{scene.group}/photos/2026?after=2026-08") == august


def test_a_branch_hangs_its_groups_side_by_side(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    own = hang(app, scene.group, OCTOBER, *(f"第{place}张" for place in range(13)))
    sister = hang(app, scene.sister_group, OCTOBER, "妹组的")
    browser = signed_in("secretary")
    assert shown(browser, f"/branches/{scene.branch}/photos/2026-10") == own[:12] + sister
    assert "10月全部 13 张" in browser.get(f"/branches/{scene.branch}/photos/2026-10").text


def test_sizes_are_known_before_a_picture_comes(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """Each has its width and height and waits until it is looked at; what fills a column is offered in two sizes."""
    first, second = hang(app, scene.group, OCTOBER, "一", "二")
    page = signed_in("secretary").get(f"/branches/{scene.branch}/photos/2026-10").text
    images = re.findall(r"<img [^>]*>", page)
    assert [bool(re.search(r' width="\d+" height="\d+" loading="lazy"', image)) for image in images] == [True, True]
    with app.app_context():
        row = db.session.get_one(Photo, first)
        widths = row.thumb_width, row.width
    srcset = [re.findall(r"/photos/(\d+)/(thumb|display) (\d+)w", image) for image in images]
    assert srcset == [[(str(first), "thumb", str(widths[0])), (str(first), "display", str(widths[1]))], []]
    assert f"/photos/{second}/thumb" in images[1]


def test_a_committee_hangs_every_branch(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    own = hang(app, scene.group, OCTOBER, *"一二三四")
    other = hang(app, scene.other_group, OCTOBER, "别的支部")
    hang(app, scene.foreign_group, OCTOBER, "别的党委")
    assert shown(signed_in("committee"), f"/committees/{scene.committee}/photos/2026-10") == own[:3] + other


@pytest.mark.parametrize("word", ["100%", "_", "/"])
def test_signs_of_a_pattern_are_looked_for_as_typed(app: Flask, scene: Scene, signed_in: SignInAs, word: str) -> None:
    found = hang(app, scene.group, OCTOBER, f"合格率{word}的一天", "合格率很高的一天")
    assert shown(signed_in("leader1"), f"/groups/{scene.group}/photos/2026?q={word.replace('%', '%25')}") == found[:1]


def test_photos_are_found_by_the_activity_and_its_kind(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        activity = records.logged(
            scene,
            title="主题党日走进车间",
            held_on=date(2026, 10, 9),
            sittings=(SittingDetails(date(2026, 10, 9), "14:30", ""),),
        )
        activity_id, kind_id = activity.id, activity.kind_id
    found = hang(app, scene.group, OCTOBER, "有活动", "没有活动")
    with app.app_context(), unit_of_work.transaction():
        db.session.get_one(Photo, found[0]).activity_id = activity_id
    browser = signed_in("secretary")
    branch = f"/branches/{scene.branch}/photos/2026-11"
    assert shown(browser, f"{branch}?q=走进") == found[:1]
    assert shown(browser, f"{branch}?kind={kind_id}") == found[:1]
    assert shown(browser, f"{branch}?q=走进&kind=999999") == []
    assert "没有找到" in browser.get(f"{branch}?q=走进&kind=999999").text


def test_photos_are_looked_for_in_all_years_newest_first(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    hung = [hang(app, scene.group, Month(year, 3), "义务植树", "别的")[0] for year in (2026, 2025, 2019)]
    for login, url in (
        ("leader1", f"/groups/{scene.group}/photos/2026"),
        ("secretary", f"/branches/{scene.branch}/photos/2026-11"),
        ("committee", f"/committees/{scene.committee}/photos/2026-11"),
    ):
        assert shown(signed_in(login), f"{url}?q=植树") == hung, url


@pytest.mark.parametrize(
    ("time", "years"),
    [
        ("from=2025-03&until=2025-03", [2025]),
        ("from=2025-04", [2026]),
        ("until=2025-03", [2025, 2019]),
        ("from=2026-03&until=2019-03", [2026, 2025, 2019]),  # the wrong way round
        ("from=2025&until=x", [2026, 2025, 2019]),  # no months
    ],
)
def test_photos_are_looked_for_by_time(
    app: Flask, scene: Scene, signed_in: SignInAs, time: str, years: list[int]
) -> None:
    hung = {year: hang(app, scene.group, Month(year, 3), "义务植树")[0] for year in (2026, 2025, 2019)}
    url = f"/groups/{scene.group}/photos/2026?q=植树&{time}"
    assert shown(signed_in("leader1"), url) == [hung[year] for year in years]


def test_photos_are_looked_for_in_a_part_of_the_place(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    own = hang(app, scene.group, OCTOBER, "植树")
    sister = hang(app, scene.sister_group, OCTOBER, "植树")
    hang(app, scene.other_group, OCTOBER, "植树")
    secretary, branch = signed_in("secretary"), f"/branches/{scene.branch}/photos/2026-10"
    assert shown(secretary, f"{branch}?q=植树") == own + sister
    assert shown(secretary, f"{branch}?part={scene.sister_group}") == sister
    assert shown(secretary, f"{branch}?q=植树&part={scene.other_group}") == []  # of another branch
    page = secretary.get(f"{branch}?part={scene.sister_group}").text
    assert f'<option value="{scene.sister_group}" selected>' in page
    assert f'<option value="{scene.other_group}"' not in page
    committee, factory = signed_in("committee"), f"/committees/{scene.committee}/photos/2026-10"
    assert shown(committee, f"{factory}?q=植树&part={scene.branch}") == own + sister


def test_what_was_asked_goes_along_to_the_next_page(
    app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PHOTOS_A_PAGE", 2)
    own = [number for year in (2026, 2025) for number in hang(app, scene.group, Month(year, 3), "植树", "植树", "植树")]
    hang(app, scene.sister_group, Month(2025, 3), "植树")
    hang(app, scene.group, Month(2019, 3), "植树")
    browser, place = signed_in("secretary"), f"/branches/{scene.branch}/photos/2026-10"
    query, seen = f"?q=植树&part={scene.group}&from=2025-01&until=2026-06", []
    while query:
        seen += shown(browser, place + query)
        following = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', browser.get(place + query).text)
        query = following[1].replace("&amp;", "&") if following else ""
    assert seen == own


@pytest.mark.sqlite  # the planner of the other one looks at how many rows there are
@pytest.mark.parametrize("after", [None, "2025-03.99.4.5"])
@pytest.mark.parametrize("level", ["group", "branch", "committee"])
def test_looking_goes_along_an_index(app: Flask, scene: Scene, level: str, after: str | None) -> None:
    """Months come in order, so that a page of what is found often is short work however many years there are."""
    place = {
        "group": Place(scene.committee, scene.branch, scene.group),
        "branch": Place(scene.committee, scene.branch),
        "committee": Place(scene.committee),
    }[level]
    seen: list[tuple[str, Any]] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append((given[2], given[3])))
        queries.lines(place, queries.ALWAYS, queries.Ask(text="植树"), after)
        sql, values = seen[-1]
        rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = [row[3] for row in rows]
    index = {"group": "group_id_month_position_id", "branch": "committee_id_branch_id_month_id"}.get(
        level, "committee_id_month_position_id"
    )
    assert plan[0].startswith(f"SEARCH photo USING INDEX ix_photo_{index} ("), plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan  # only within a month


def test_a_gap_too_old_to_fill_offers_nothing(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    page = signed_in("leader1").get(f"/groups/{scene.group}/photos/2024").text
    offered = re.findall(rf'href="/groups/{scene.group}/months/(2024-\d\d)"', page)
    assert (sorted(offered), page.count("gap-month")) == (["2024-11", "2024-12"], 12)


def test_a_branchs_gap_says_what_helps_to_whoever_may(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    hang(app, scene.group, OCTOBER, "一")
    page = signed_in("secretary").get(f"/branches/{scene.branch}/photos/2026-10").text
    assert page.count(f'href="/groups/{scene.sister_group}/months/2026-10">可以放进来') == 1
    assert "可以放进来" not in signed_in("committee").get(f"/branches/{scene.branch}/photos/2026-10").text


@pytest.mark.parametrize(
    ("login", "place"),
    [
        ("leader1", "/groups/{scene.group}/photos/2026"),
        ("member1", "/groups/{scene.group}/photos/2026"),
        ("secretary", "/branches/{scene.branch}/photos/2026-11"),
        ("committee", "/committees/{scene.committee}/photos/2026-11"),
    ],
)
def test_the_word_in_the_head_leads_to_ones_own_wall(
    app: Flask, scene: Scene, signed_in: SignInAs, login: str, place: str
) -> None:
    answer = signed_in(login).get("/photos")
    assert (answer.status_code, answer.location) == (302, place.format(scene=scene))


@pytest.mark.parametrize(
    "url", ["/groups/1/photos/1500", "/groups/1/photos/99999", "/branches/999999/photos/2026-11", "/photos?after=x"]
)
def test_odd_addresses(app: Flask, scene: Scene, signed_in: SignInAs, url: str) -> None:
    assert signed_in("committee").get(url).status_code in {302, 404}


@pytest.mark.parametrize(
    "after", ["x", "2026-13.1.1.1", "2026-10.a.b.c", "2026-10.1.1.99999999999", "2026-10.1.-1.1", "2026-10.1.1"]
)
def test_a_key_that_is_none_begins_at_the_first_page(app: Flask, scene: Scene, signed_in: SignInAs, after: str) -> None:
    hung = hang(app, scene.group, OCTOBER, "一")
    assert shown(signed_in("leader1"), f"/groups/{scene.group}/photos/2026?after={after}") == hung


def test_an_empty_database_of_photos_teaches(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        db.session.execute(delete(Photo))
    assert "不计分" in signed_in("secretary").get(f"/branches/{scene.branch}/photos/2026-11").text
