"""What every scene is given, and what it is."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from app.demo.scenes import light as lights
from app.demo.scenes.canvas import Canvas
from app.demo.scenes.light import Light, Season


@dataclass(frozen=True)
class Stage:
    canvas: Canvas
    random: Random
    month: int

    @property
    def season(self) -> Season:
        return lights.season_of(self.month)

    def indoors(self) -> Light:
        return lights.indoors(self.random)

    def outdoors(self) -> Light:
        return lights.outdoors(self.random)


Scene = Callable[[Stage], Light]
