"""How a group's business went in a published quarter, drawn from the values that were frozen with its result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from app.foundation import charts
from app.foundation.periods import Month
from app.indicators.attainment import mean, weighted
from app.indicators.figures import figure_text, percent_text, places_of

HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class BusinessLine:
    """An indicator at the group, or at one of its teams. `values`: of each month of the quarter whether it was asked for,
    the value in words, and whether it met the target."""

    name: str
    team: str
    asked: str
    unit: str
    values: tuple[tuple[bool, str, bool], ...]
    attained: str
    course: Markup


@dataclass(frozen=True, slots=True)
class Business:
    months: tuple[str, ...]
    lines: tuple[BusinessLine, ...]
    attained: str
    missing: int
    course: Markup
    spread: int
    sources: tuple[str, ...]


def business(data: Mapping[str, Any] | None, *, name: str, hue: str) -> Business | None:
    """None where nothing measured the group in the quarter."""
    months = sorted({row["month"] for one in (data or {}).get("indicators", ()) for row in one["months"]})
    if data is None or not months:
        return None
    weights = [Fraction(one["weight"]) for one in data["indicators"]]
    own = [
        [
            mean(_exact(row["attainment"]) for row in one["months"] if row["month"] == month)
            for one in data["indicators"]
        ]
        for month in months
    ]
    whole = [weighted(zip(weights, reached, strict=True)) for reached in own]
    spread = charts.spread_of(_per_cent(one) for reached in own for one in reached)
    return Business(
        tuple(f"{Month.parse(month).month}月" for month in months),
        tuple(line for one in data["indicators"] for line in _lines(one, months, spread, hue)),
        percent_text(_exact(data["attainment"])),
        sum(one["missing"] for one in data["indicators"]),
        _course(f"{name}本季逐月达成率", months, whole, spread, hue, height=72),
        spread,
        tuple(dict.fromkeys(one["source"] for one in data["indicators"] if one["source"])),
    )


def _lines(one: Mapping[str, Any], months: list[str], spread: int, hue: str) -> Iterable[BusinessLine]:
    """One, or one for each team."""
    for team in dict.fromkeys(row["team"] for row in one["months"]):
        rows = {row["month"]: row for row in one["months"] if row["team"] == team}
        places = places_of(_exact(row["value"]) for row in rows.values())
        attained = [_exact(rows[month]["attainment"]) if month in rows else None for month in months]
        yield BusinessLine(
            one["name"],
            team,
            one["asked"],
            one["unit"],
            tuple(
                (
                    month in rows,
                    figure_text(_exact(rows[month]["value"]), places) if month in rows else "",
                    reached is not None and reached >= 1,
                )
                for month, reached in zip(months, attained, strict=True)
            ),
            percent_text(mean(attained)),
            _course(f"{one['name']}{team}本季逐月达成率", months, attained, spread, hue),
        )


def _course(
    title: str, months: list[str], attained: list[Fraction | None], spread: int, hue: str, height: int = 48
) -> Markup:
    return charts.attained(
        [
            charts.Attained(f"{Month.parse(month).month}月", _per_cent(one))
            for month, one in zip(months, attained, strict=True)
        ],
        spread=spread,
        title=title,
        hue=hue,
        height=height,
    )


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _per_cent(attained: Fraction | None) -> Fraction | None:
    return None if attained is None else attained * HUNDRED
