"""Acts in the order in which they happened: each is done with the clock stopped at its moment, so that the audit
trail, the published digests and every date on a page agree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.foundation import clock

Act = Callable[[], object]


@dataclass
class Timeline:
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def add(self, moment: datetime, act: Act) -> None:
        self._acts.append((moment, len(self._acts), act))

    def run(self) -> None:
        """Acts may add later ones. Of acts at one moment the first added is done first."""
        while self._acts:
            todo, self._acts = sorted(self._acts, key=lambda act: act[:2]), []
            for moment, _, act in todo:
                with clock.stopped_at(moment):
                    act()
