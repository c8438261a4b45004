"""Drawn photos: the same seed gives the same picture, another one another, and every kind can be drawn."""

import pytest

from app.demo import scenes
from app.demo.texts.captions import CAPTIONS

SMALL = (160, 120)


@pytest.mark.parametrize("kind", scenes.KINDS)
def test_the_same_seed_gives_the_same_picture_and_another_one_another(kind: str) -> None:
    first = scenes.draw(kind, 7, SMALL, month=11)
    assert first.size == SMALL
    assert first.tobytes() == scenes.draw(kind, 7, SMALL, month=11).tobytes()
    assert first.tobytes() != scenes.draw(kind, 8, SMALL, month=11).tobytes()


def test_the_season_is_seen_out_of_doors() -> None:
    november = scenes.draw("sweep", 3, SMALL, month=11).resize((1, 1)).getpixel((0, 0))
    july = scenes.draw("sweep", 3, SMALL, month=7).resize((1, 1)).getpixel((0, 0))
    assert isinstance(november, tuple)
    assert isinstance(july, tuple)
    assert november[0] - november[1] > july[0] - july[1]  # ginkgo is redder than summer's green


def test_every_picture_carries_its_label() -> None:
    """The corner where 示意图 stands is a light plate on any scene."""
    for kind in scenes.KINDS:
        picture = scenes.draw(kind, 1, (640, 480))
        levels = picture.crop((567, 439, 625, 465)).convert("L").histogram()
        assert sum(levels[200:]) > 150, kind  # the plate
        assert sum(levels[:140]) > 40, kind  # the strokes


def test_every_scene_has_captions() -> None:
    assert CAPTIONS.keys() == set(scenes.KINDS)
