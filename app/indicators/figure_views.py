"""Pages that show values: a branch's groups beside each other by attainment, and one group's year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.brands.queries import stamp
from app.foundation import charts, clock
from app.foundation.paging import row_id
from app.foundation.periods import Month, Quarter
from app.indicators import figure_queries, queries
from app.indicators.attainment import weakest
from app.indicators.figure_queries import Definition, Entry, GroupFigures, Measured, Row
from app.indicators.figures import figure_text, rounded
from app.indicators.index_views import blueprint, told_quarter
from app.indicators.queries import BranchQuarter, Face

LOW, HIGH = 70, 120
HUNDRED = Fraction(100)


def per_cent(attainment: Fraction | None) -> Fraction | None:
    return None if attainment is None else attainment * HUNDRED


# ---------------------------------------------------------------- a branch's groups


@dataclass(frozen=True)
class GroupCard:
    """A group in a quarter, against its own target and its own last quarter."""

    face: Face
    seal: Markup
    figures: GroupFigures
    now: Fraction | None
    before: Fraction | None
    missing: int
    dumbbell: Markup
    course: Markup
    lines: tuple[tuple[Definition, str, Fraction | None], ...]
    weakest: str | None

    @property
    def change(self) -> Fraction | None:
        """In points of a per cent, as shown: the difference of the two rounded figures."""
        if self.now is None or self.before is None:
            return None
        return rounded(self.now * HUNDRED, 1) - rounded(self.before * HUNDRED, 1)


@blueprint.get("/indicators/branches/<int:branch_id>/<quarter:quarter>")
@allow(Permission.INDICATOR_READ, queries.branch_quarter)
def branch_page(branch: BranchQuarter) -> ResponseReturnValue:
    quarter, after = branch.quarter, request.args.get("after", 0, type=row_id)
    page = queries.faces(branch, after)
    last = quarter.months[-1]
    found = figure_queries.figures(branch.place, [face.id for face in page.rows], last.shift(-23), last)
    spread = _spread(found.values(), [last.shift(-n) for n in range(12)])
    cards = [_group_card(face, found[face.id], quarter, spread) for face in page.rows]
    return render_template(
        "indicators/branch.html",
        branch=branch,
        cards=cards,
        page=page,
        quarter=quarter,
        newest=told_quarter(),
        today=clock.today(),
        attained=sum(card.now is not None and card.now >= 1 for card in cards),
        short=sum(card.now is not None and card.now < 1 for card in cards),
        changes=[card.change for card in cards if card.change is not None],
        spread=spread,
        scale=charts.target_scale(low=LOW, high=HIGH),
        may_enter=current().may(Permission.INDICATOR_ENTER, branch),
    )


def _group_card(face: Face, own: GroupFigures, quarter: Quarter, spread: int) -> GroupCard:
    months, last = quarter.months, quarter.months[-1]
    now, before = own.over(months), own.over(quarter.previous().months)
    year = [last.shift(n - 11) for n in range(12)]
    measured = [one for one in own.measured if any(month in row.definitions for row in one.rows for month in months)]
    return GroupCard(
        face=face,
        seal=stamp(face.outlines),
        figures=own,
        now=now,
        before=before,
        missing=own.missing([month for month in months if month < Month.of(clock.today())]),
        dumbbell=charts.dumbbell(
            _shown(now),
            _shown(before),
            title=f"{face.name}达成率",
            low=LOW,
            high=HIGH,
            bands=(100,),
            hue=face.hue_class,
        ),
        course=_course(f"{face.name}逐月达成率", own, year, face.hue_class, spread),
        lines=tuple((one.definition, _latest_words(one, months), one.over(months)) for one in measured),
        weakest=weakest((one.definition.name, one.over(months)) for one in measured),
    )


def _shown(attainment: Fraction | None) -> float | None:
    return None if attainment is None else float(rounded(attainment * HUNDRED, 1))


def _spread(measured: Iterable[GroupFigures | Measured], months: Sequence[Month]) -> int:
    """One scale for all drawings of a page."""
    return charts.spread_of(per_cent(one.attained(month)) for one in measured for month in months)


def _course(title: str, own: GroupFigures | Measured, year: Sequence[Month], hue: str, spread: int) -> Markup:
    return charts.attained(
        [charts.Attained(f"{month.month}月", per_cent(own.attained(month))) for month in year],
        [charts.Attained("", per_cent(own.attained(month.shift(-12)))) for month in year],
        spread=spread,
        title=title,
        hue=hue,
    )


def _latest_words(one: Measured, months: Sequence[Month]) -> str:
    """The last value of the months: "97.8 分"; of several teams each with its own."""
    for month in reversed(months):
        known = [
            (row.team, figure_text(row.value(month), row.places)) for row in one.rows if row.value(month) is not None
        ]
        if known:
            return "，".join(f"{team} {said}" if len(one.rows) > 1 else said for team, said in known)
    return ""


# ---------------------------------------------------------------- a group's year


@dataclass(frozen=True)
class IndicatorCard:
    """An indicator of a group in a year: the last value that stands there, and its course."""

    measured: Measured
    month: Month | None
    said: str
    attained: Fraction | None
    course: Markup
    quarters: tuple[Fraction | None, ...]
    whole: Fraction | None
    missing: int

    @property
    def definition(self) -> Definition:
        return self.measured.definition


@dataclass(frozen=True)
class Correction:
    name: str
    old: Entry
    new: Entry


@blueprint.get("/indicators/groups/<int:group_id>/<int:year>")
@allow(Permission.INDICATOR_READ, queries.group_year)
def group_page(face: Face) -> ResponseReturnValue:
    months = [Month(face.year, number) for number in range(1, 13)]
    found = figure_queries.figures(face.place, [face.id], months[0].shift(-12), months[-1])[face.id]
    own = GroupFigures(tuple(one for one in found.measured if any(_in_year(row, months) for row in one.rows)))
    past = [month for month in months if month < Month.of(clock.today())]
    spread = _spread(own.measured, months)
    return render_template(
        "indicators/group.html",
        face=face,
        seal=stamp(face.outlines),
        months=months,
        cards=[_indicator_card(one, months, past, face.hue_class, spread) for one in own.measured],
        figures=own,
        quarters=[own.over(months[n : n + 3]) for n in range(0, 12, 3)],
        whole=own.over(months),
        missing=own.missing(past),
        course=_course(f"{face.name}逐月达成率", own, months, face.hue_class, spread),
        spread=spread,
        corrections=_corrections(own, months)[:20],
        quarter=min(Quarter(face.year, 4), told_quarter()),
        today=clock.today(),
        this_year=clock.today().year,
        may_enter=current().may(Permission.INDICATOR_ENTER, face),
    )


def _in_year(row: Row, months: Sequence[Month]) -> bool:
    return any(month in row.definitions for month in months)


def _indicator_card(
    one: Measured, months: Sequence[Month], past: Sequence[Month], hue: str, spread: int
) -> IndicatorCard:
    latest = next((month for month in reversed(months) if one.attained(month) is not None), None)
    return IndicatorCard(
        measured=one,
        month=latest,
        said=_latest_words(one, [latest]) if latest else "",
        attained=one.attained(latest) if latest else None,
        course=_said_course(one, months, hue, spread),
        quarters=tuple(one.over(months[n : n + 3]) for n in range(0, 12, 3)),
        whole=one.over(months),
        missing=one.missing(past),
    )


def _said_course(one: Measured, months: Sequence[Month], hue: str, spread: int) -> Markup:
    alone = one.rows[0] if len(one.rows) == 1 else None
    return charts.attained(
        [
            charts.Attained(
                f"{month.month}月",
                per_cent(one.attained(month)),
                figure_text(alone.value(month), alone.places) if alone else "",
            )
            for month in months
        ],
        [charts.Attained("", per_cent(one.attained(month.shift(-12)))) for month in months],
        spread=spread,
        title=f"{one.definition.name}逐月达成率",
        hue=hue,
    )


def _corrections(own: GroupFigures, months: Sequence[Month]) -> list[Correction]:
    """What was replaced in the year by what, the latest first."""
    found = []
    for row in (row for one in own.measured for row in one.rows):
        for month in months:
            chain = [entry for entry in row.former if entry.month == month]
            chain += [row.entries[month]] if month in row.entries else []
            name = f"{row.definition.name}{f'（{row.team}）' if row.team else ''}"
            found += [Correction(name, old, new) for old, new in pairwise(chain)]
    return sorted(found, key=lambda one: -one.new.id)
