"""The A3 sheet from a real browser: one sheet, nothing over the edge, nothing over something else."""

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from app.activities.details import SittingDetails
from app.foundation.db import db
from app.foundation.periods import Month
from app.organisation.models import Committee
from app.photos.board_choice import BoardChoice
from app.photos.models import Photo
from tests.activities import records
from tests.board import months
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.indicators import measures
from tests.nominations import calls

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "app" / "static"
SITE = "http://127.0.0.1:9"  # nobody listens there: every request is answered by the test's own client
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
SHEET = {"width": 1459, "height": 1058}  # 386 x 280 mm
ONE_OVER_ANOTHER = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const bottom = (selector) => Math.max(...[...document.querySelectorAll(selector)].map((e) => e.getBoundingClientRect().bottom));
  const issue = document.querySelector('.issue');
  return {
    cut: issue.scrollHeight - issue.clientHeight,
    figures: Math.max(0, bottom('.month-figures li, dl.also:not(.on-screen) > div') - box('.cols > .cl').top),
    lead: Math.max(0, bottom('.lead-text > *, .lead-photo figcaption') - box('.cols > .cl').top),
    columns: Math.max(0, bottom('.days li, .item') - box('.last > *').top),
    foot: Math.max(0, bottom('.imprint p, .notice-next p') - issue.getBoundingClientRect().bottom),
  };
}"""
LONG = "某项名称很长很长的活动标题在版面上只占一行，其余的在系统里看得到，一个字也不丢"


def fullest_month(scene: Scene, brand: str = "智丝堡垒质造先锋") -> None:
    db.session.get_one(Committee, scene.committee).is_demo = True
    calls.brand(scene, scene.group, brand)
    calls.publish(scene, calls.Q2, {scene.group: "良好"})
    calls.publish(scene, calls.Q3, {scene.group: "优秀"})
    sittings = tuple(SittingDetails(date(2026, 11, day), "14:30", "二楼党员活动室") for day in (3, 4))
    for number, kind in enumerate(["tackling_project", "lecture", "volunteer_service"] * 4):
        activity = records.logged(
            scene, kind=kind, title=LONG[:60], held_on=date(2026, 11, 3), sittings=sittings, confirm=True, host="示例主持人",
            outcome="结果写得很长，" * 40, content=("经过也写得很长，逐段比对。" * 30 + "\n") * 3,
            attendance=records.present(*(scene.members[login] for login in ("leader1", "member1", "secretary", "deputy", "liaison"))),
        )  # fmt: skip
        if number < 6:
            months.shown(scene, number, activity, BoardChoice.LEAD if number == 0 else BoardChoice.ON, "说明" * 40)
    for day in (4, 5, 6, 7):
        records.logged(
            scene,
            kind="theme_day",
            title=LONG[:60],
            sittings=(SittingDetails(date(2026, 12, day), "20:00", LONG[:60]),),
        )


def fullest_with_indicators(scene: Scene) -> None:
    fullest_month(scene)
    for number in range(6):
        row = measures.define(scene, f"工序质量综合得分{number}", unit="千瓦时")
        for month in (Month(2026, n) for n in range(1, 11)):
            measures.enter(scene, row, month, f"{95 + (month.month * 7 + number) % 5}.25")


def fullest_of_three(scene: Scene) -> None:
    fullest_month(scene, "心丝路")


def fullest_with_an_upright_lead(scene: Scene) -> None:
    fullest_month(scene)
    lead = db.session.query(Photo).filter_by(board_slot=1).one()
    lead.width, lead.height = 1200, 1800


def opened(app: Flask, client: FlaskClient, chromium: Browser, address: str) -> Page:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/").split("?")[0]
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
            return
        got = client.get(path)
        route.fulfill(status=got.status_code, body=got.data, content_type=got.content_type)

    page.route("**/*", answer)
    page.goto(SITE + address)
    return page


@pytest.mark.parametrize(
    "filling",
    [fullest_month, fullest_with_indicators, fullest_with_an_upright_lead, fullest_of_three, months.november],
    ids=["fullest", "indicators", "upright lead", "three characters", "ordinary"],
)
def test_a_month_is_one_a3_sheet(
    app: Flask, scene: Scene, signed_in: SignInAs, chromium: Browser, filling: object
) -> None:
    with app.app_context():
        filling(scene)  # type: ignore[operator]
        db.session.commit()
        db.session.remove()
    page = opened(app, signed_in("leader1"), chromium, f"/groups/{scene.group}/board/2026-11")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
    assert [round(float(side)) for side in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet)[0]] == [
        1191,
        842,
    ]
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)  # type: ignore[arg-type]
    over = {name: amount for name, amount in page.evaluate(ONE_OVER_ANOTHER).items() if amount > 1}
    page.close()
    assert over == {}
