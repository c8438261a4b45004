"""Two people save the same draft at the same moment, a hundred times: one is stored, the other sees both texts."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient

from app.brands import operations
from app.brands.version_queries import brand
from app.foundation import unit_of_work
from app.foundation.places import Place
from tests.brands.conftest import content
from tests.factories import Scene
from tests.fixtures.scene import ActorOf, SignInAs

RACES = 100


def stored(app: Flask, brand_id: int) -> tuple[str, int]:
    with app.app_context():
        row = brand(brand_id)
        assert row is not None
        return row.versions[-1].slogan, row.versions[-1].version


def test_no_saved_text_is_lost(app: Flask, scene: Scene, signed_in: SignInAs, actor: ActorOf) -> None:
    with app.app_context(), unit_of_work.transaction():
        place = Place(scene.committee, scene.branch)
        number = operations.register(place, content("智丝堡垒"), by=actor("secretary")).brand_id
    writers = {login: signed_in(login) for login in ("secretary", "deputy")}
    with ThreadPoolExecutor(len(writers)) as pool:
        for race in range(RACES):
            _, seen = stored(app, number)
            start = Barrier(len(writers))

            def save(
                login: str, browser: FlaskClient, race: int = race, seen: int = seen, start: Barrier = start
            ) -> tuple[int, str]:
                text = f"{login}写的第{race}句"
                data = {"name": "智丝堡垒", "slogan": text, "connotation": "智丝堡垒的内涵", "version": seen}
                start.wait()
                answer = browser.post(f"/brands/{number}/edit", data=data)
                return answer.status_code, answer.text

            answers = dict(zip(writers, pool.map(save, writers, writers.values()), strict=True))
            winner = next(login for login, (status, _) in answers.items() if status == 302)
            loser = next(login for login in writers if login != winner)
            assert stored(app, number)[0] == f"{winner}写的第{race}句"
            status, page = answers[loser]
            assert status == 409
            assert f'value="{loser}写的第{race}句"' in page
