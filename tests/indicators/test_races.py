"""Several people at one cell at the same moment: one value stands, the others are told of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.indicators.models import IndicatorValue
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.indicators.measures import define

AT_ONCE = 6
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_several_who_fill_one_cell_one_does(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = define(scene).id
    browsers = [signed_in("secretary" if n % 2 else "committee") for n in range(AT_ONCE)]

    def enter(browser: FlaskClient, month: str, value: int) -> Callable[[], int]:
        data = {f"v.{row}-{scene.group}-0.{month}.0": str(value)}
        address = f"/indicators/branches/{scene.branch}/grid/2026"
        return lambda: browser.post(address, data=data, headers={"Accept": "application/json"}).status_code

    for month in MONTHS:
        seen = at_once([enter(browser, month, 90 + n) for n, browser in enumerate(browsers)])
        assert sorted(seen) == [HTTPStatus.OK, *[HTTPStatus.CONFLICT] * (AT_ONCE - 1)]
        with app.app_context():
            found = db.session.scalars(select(IndicatorValue).where(IndicatorValue.month == Month.parse(month))).all()
            assert [(str(one.value), one.replaced_at) for one in found] == [(str(90 + seen.index(HTTPStatus.OK)), None)]
