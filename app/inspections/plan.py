"""The plan of a round, as plain data on the way from a form to an act."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.inspections.course import OPTIONAL, RoundState


@dataclass(frozen=True)
class Plan:
    """What a round sets out with. `stages`: the optional steps that it takes; the date of one left out says nothing."""

    title: str
    self_check_until: date
    scoring_until: date
    appeals_until: date
    shows_rank: bool = False
    stages: tuple[RoundState, ...] = (RoundState.SELF_CHECK,)
    visits_until: date | None = None
    feedback_until: date | None = None

    def dates(self) -> list[tuple[str, str, date | None]]:
        """Field, words and day of every step that is taken, in order."""
        every = [
            (RoundState.SELF_CHECK, "self_check_until", "自查截止"),
            (RoundState.VISIT, "visits_until", "现场看完"),
            (RoundState.SCORING, "scoring_until", "评分截止"),
            (RoundState.FEEDBACK, "feedback_until", "反馈截止"),
            (RoundState.APPEAL, "appeals_until", "申诉截止"),
        ]
        return [
            (name, words, getattr(self, name))
            for state, name, words in every
            if state in self.stages or state is RoundState.SCORING
        ]

    def values(self) -> dict[str, Any]:
        """As the row keeps it: steps that are left out have no day of their own."""
        taken = set(self.stages)
        return {
            "title": self.title,
            "stages": [state.value for state in OPTIONAL if state in taken],
            "self_check_until": self.self_check_until
            if RoundState.SELF_CHECK in taken
            else min(self.self_check_until, self.scoring_until),
            "visits_until": self.visits_until if RoundState.VISIT in taken else None,
            "scoring_until": self.scoring_until,
            "feedback_until": self.feedback_until if RoundState.FEEDBACK in taken else None,
            "appeals_until": max(self.appeals_until, self.scoring_until),
            "shows_rank": self.shows_rank,
        }
