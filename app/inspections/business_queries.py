"""The quarter's indicator values as plain data that is frozen with a group's result: values corrected later change no
published page."""

from fractions import Fraction
from typing import Any

from app.foundation.periods import Quarter
from app.indicators.quarter_queries import GroupQuarter, IndicatorQuarter, quarter_of_committee


def business_of_committee(committee_id: int, quarter: Quarter) -> dict[int, dict[str, Any]]:
    """By group; a group that nothing measures is absent. Figures are exact text."""
    return {
        group: _group(found) for group, found in quarter_of_committee(committee_id, quarter).items() if found.indicators
    }


def _group(found: GroupQuarter) -> dict[str, Any]:
    return {"attainment": _text(found.attainment), "indicators": [_indicator(one) for one in found.indicators]}


def _indicator(one: IndicatorQuarter) -> dict[str, Any]:
    definition = one.definition
    return {
        "name": definition.name,
        "unit": definition.unit,
        "asked": definition.asked,
        "weight": _text(definition.weight),
        "source": definition.source,
        "attainment": _text(one.attainment),
        "missing": one.missing,
        "months": [
            {
                "month": str(month),
                "team": team,
                "value": _text(value),
                "bound": _text(target.bound),
                "upper": _text(target.upper),
                "direction": target.direction.value,
                "attainment": _text(attained),
            }
            for month, team, value, target, attained in one.months
        ],
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
