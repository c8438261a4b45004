"""What a nomination keeps from the moment it is handed in: the rules as judged, and the results that they were judged by.

Both go into one JSON column together, so a page can never set kept verdicts beside results of another day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.nominations.eligibility import Eligibility, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A published quarter of a group as readers see it; totals are hundredths of a point."""

    quarter: str
    band: str
    total: int
    previous_total: int | None = None

    @property
    def change(self) -> int | None:
        """Against the group's own quarter before."""
        return None if self.previous_total is None else self.total - self.previous_total


def kept(judged: Eligibility, results: Iterable[ResultLine]) -> dict[str, Any]:
    return {
        "verdict": judged.verdict.value,
        "outcomes": [asdict(outcome) for outcome in judged.outcomes],
        "results": [asdict(result) for result in results],
    }


def eligibility_in(data: Mapping[str, Any]) -> Eligibility:
    return Eligibility(
        tuple(
            Outcome(one["rule"], Verdict(one["verdict"]), one["finding"], tuple(one["quarters"]))
            for one in data["outcomes"]
        )
    )


def results_in(data: Mapping[str, Any]) -> tuple[ResultLine, ...]:
    return tuple(ResultLine(**one) for one in data["results"])
