"""The month in figures: what counts, exact, beside the group's own last month. A figure never counts traces such as photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.inspections.scoring import two_places


@dataclass(frozen=True, slots=True)
class Cadence:
    """One duty of the month: `required` times, `done` by confirmed activities. A duty of a longer period stands until its end."""

    name: str
    required: int
    done: int

    @property
    def met(self) -> bool:
        return self.done >= self.required

    @property
    def lacking(self) -> int:
        return max(0, self.required - self.done)


@dataclass(frozen=True, slots=True)
class Tally:
    """One month's sums over confirmed activities. `members` of the group on the month's last day; `took_part` those of them
    who were at one activity at least, each counted once."""

    label: str
    expected: int = 0
    present: int = 0
    members: int = 0
    took_part: int = 0
    open_makeup: int = 0
    closed_makeup: int = 0

    @property
    def attendance(self) -> Fraction | None:
        """Per cent; None when nobody was expected, which is not 0."""
        return Fraction(100 * self.present, self.expected) if self.expected else None


@dataclass(frozen=True, slots=True)
class QuarterScore:
    """A published result of the group, newest version. `total` in hundredths, as printed; `words` the band, or 不得推荐."""

    label: str
    total: int
    words: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A large numeral with its unit, one line of words, and the group's own course. `met` is None where there is no target."""

    name: str
    value: str
    unit: str
    words: str
    met: bool | None = None
    series: tuple[Fraction | None, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ear:
    """报眼: the numbers that count, with one dot for each duty."""

    met: int
    unmet: int
    dots: tuple[bool, ...]
    words: str


def ear(cadences: Sequence[Cadence], *, closed: bool) -> Ear:
    """`closed` says that the month is over, so that what is lacking is said as missed and not as still to come."""
    dots = tuple(sorted((cadence.met for cadence in cadences), reverse=True))
    lacking = [f"{cadence.name} {cadence.lacking} 次" for cadence in cadences if not cadence.met]
    verb = "没有做到" if closed else "还要做"
    if not cadences:
        words = "本月没有规定动作。"
    elif lacking:
        words = f"{verb}：{'、'.join(lacking)}。"
    else:
        words = "本月该做的都做了。"
    return Ear(sum(dots), len(dots) - sum(dots), dots, words)


def figures(tallies: Sequence[Tally], quarters: Sequence[QuarterScore]) -> tuple[Figure, ...]:
    """`tallies` and `quarters` run from old to new; the last tally is this month. Without a published quarter its figure is left out."""
    found = [_attendance(tallies), _coverage(tallies), _makeup(tallies)]
    if quarters:
        found.append(_score(quarters))
    return tuple(found)


def _attendance(tallies: Sequence[Tally]) -> Figure:
    this = tallies[-1]
    value = "—" if this.attendance is None else per_cent(this.attendance)
    words = f"应到 {this.expected}，实到 {this.present}" if this.expected else "本月没有应到人次"
    before = tallies[-2].attendance if len(tallies) > 1 else None
    if before is not None:
        words += f"；上月 {per_cent(before)}"
    series = tuple(tally.attendance for tally in tallies)
    return Figure("出勤率", value, "%" if this.expected else "", words, series=series, labels=_ends(tallies))


def _coverage(tallies: Sequence[Tally]) -> Figure:
    """How many were reached, not how often: a count of visits would reward traces."""
    this = tallies[-1]
    words = "人人参加过" if 0 < this.members <= this.took_part else f"还有 {max(0, this.members - this.took_part)} 名没参加过"
    if len(tallies) > 1 and tallies[-2].took_part:
        words += f"；上月 {tallies[-2].took_part} 名"
    series = tuple(Fraction(tally.took_part) for tally in tallies)
    return Figure("参加党员", str(this.took_part), f"/ {this.members} 名", words, series=series, labels=_ends(tallies))


def _makeup(tallies: Sequence[Tally]) -> Figure:
    this = tallies[-1]
    owed = this.open_makeup + this.closed_makeup
    words = f"缺席 {owed}，已补 {this.closed_makeup}" if owed else "没有缺席"
    series = tuple(Fraction(tally.open_makeup) for tally in tallies)
    return Figure("待补学", str(this.open_makeup), "人次", words, met=this.open_makeup == 0, series=series, labels=_ends(tallies))


def _score(quarters: Sequence[QuarterScore]) -> Figure:
    newest = quarters[-1]
    words = f"{newest.label}，{newest.words}"
    if len(quarters) > 1:
        words += f"；{change(newest.total - quarters[-2].total)}"
    series = tuple(Fraction(quarter.total, 100) for quarter in quarters)
    return Figure("季度督查", two_places(newest.total), "分", words, series=series, labels=(quarters[0].label, newest.label))


def _ends(tallies: Sequence[Tally]) -> tuple[str, ...]:
    return (tallies[0].label, tallies[-1].label)


def change(hundredths: int) -> str:
    """Against the group's own last quarter, never against another group; judged on the printed totals."""
    if hundredths == 0:
        return "与自己上季度持平"
    return f"比自己上季度{'多' if hundredths > 0 else '少'} {two_places(abs(hundredths))} 分"


def per_cent(share: Fraction) -> str:
    """One place, rounded once, half up; `share` is not negative."""
    tenths = (20 * share.numerator + share.denominator) // (2 * share.denominator)
    return f"{tenths // 10}.{tenths % 10}"
