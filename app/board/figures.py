"""The month in figures: what counts, exact, beside the group's own last month. A figure never counts traces such as photos."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.indicators.figures import percent_text
from app.inspections.scoring import two_places

QUALITY = "业务质量"
QUALITY_LIMIT = 5


@dataclass(frozen=True, slots=True)
class Cadence:
    """One duty: `required` times, `done` by recorded activities. `due` says that its period ends with this month."""

    name: str
    required: int
    done: int
    due: bool = True

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
    on_leave: int = 0

    @property
    def missed(self) -> int:
        return self.expected - self.present

    @property
    def attendance(self) -> Fraction | None:
        """Per cent; None when nobody was expected, which is not 0."""
        return Fraction(100 * self.present, self.expected) if self.expected else None


@dataclass(frozen=True, slots=True)
class QuarterScore:
    """A published result of the group. `total` in hundredths, as printed; `words` the band, or 不得推荐."""

    label: str
    short: str
    total: int
    words: str


@dataclass(frozen=True, slots=True)
class Honour:
    """A line of 荣誉角: what, and by which call and document."""

    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A large numeral with its unit, one line of words, and the group's own course with a label for each point.

    `met` is None where there is no target. Of an indicator the course is in per cent of its own target, with `before` the same
    months of the year before.
    """

    name: str
    value: str
    unit: str
    words: str
    met: bool | None = None
    series: tuple[Fraction | None, ...] = ()
    labels: tuple[str, ...] = ()
    before: tuple[Fraction | None, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class Ear:
    """报眼: the numbers that count, with one dot for each duty."""

    met: int
    unmet: int
    dots: tuple[bool, ...]
    words: str
    about: str = "规定动作"


def ear(cadences: Sequence[Cadence], *, over: bool) -> Ear:
    """Counts what is due or done already; a duty that has until the end of its quarter or year is said in words only.

    `over` says that the month has passed, so that what is lacking is missed and not still to come.
    """
    counted = [cadence for cadence in cadences if cadence.due or cadence.met]
    later = [cadence for cadence in cadences if not (cadence.due or cadence.met)]
    dots = tuple(sorted((cadence.met for cadence in counted), reverse=True))
    words = []
    if not all(dots):
        words.append(f"{'没有做到' if over else '还要做'}：{_lacking(counted)}。")
    elif counted:
        words.append("本月该做的都做了。")
    if later:
        words.append(f"不限本月：{_lacking(later)}。")
    return Ear(sum(dots), len(dots) - sum(dots), dots, "".join(words) or "本月没有规定动作。")


def quality_ear(quality: Sequence[Figure], duties: Ear) -> Ear:
    """Business quality is the test, so it outranks the duties, which stay in words. Without indicators the duties stand."""
    if not quality:
        return duties
    dots = tuple(sorted((figure.met is True for figure in quality), reverse=True))
    missed = "、".join(figure.name for figure in quality if not figure.met)
    words = f"{f'{missed}未达标' if missed else '都达标'}。规定动作：{duties.words}"
    return Ear(sum(dots), len(dots) - sum(dots), dots, words, about=QUALITY)


def _lacking(cadences: Sequence[Cadence]) -> str:
    return "、".join(f"{cadence.name} {cadence.lacking} 次" for cadence in cadences if not cadence.met)


def figures(tallies: Sequence[Tally], quarters: Sequence[QuarterScore]) -> tuple[Figure, ...]:
    """`tallies` and `quarters` run from old to new; the last tally is this month. Without a published quarter its figure is left out."""
    found = [_attendance(tallies), _coverage(tallies), _missed(tallies)]
    if quarters:
        found.append(_score(quarters))
    return tuple(found)


def _attendance(tallies: Sequence[Tally]) -> Figure:
    this = tallies[-1]
    value = "—" if this.attendance is None else percent_text(this.attendance / 100)
    words = f"应到 {this.expected}，实到 {this.present}" if this.expected else "本月没有应到人次"
    before = tallies[-2].attendance if len(tallies) > 1 else None
    if before is not None:
        words += f"；上月 {percent_text(before / 100)}"
    series = tuple(tally.attendance for tally in tallies)
    return Figure("出勤率", value, "%" if this.expected else "", words, series=series, labels=_months(tallies))


def _coverage(tallies: Sequence[Tally]) -> Figure:
    """How many were reached, not how often: a count of visits would reward traces."""
    this = tallies[-1]
    words = (
        "人人参加过"
        if 0 < this.members <= this.took_part
        else f"还有 {max(0, this.members - this.took_part)} 名没参加过"
    )
    if len(tallies) > 1 and tallies[-2].took_part:
        words += f"；上月 {tallies[-2].took_part} 名"
    series = tuple(Fraction(tally.took_part) if tally.expected else None for tally in tallies)
    return Figure(
        "参加党员", str(this.took_part), f"/ {this.members} 名", words, series=series, labels=_months(tallies)
    )


def _missed(tallies: Sequence[Tally]) -> Figure:
    """Leave is said as leave; the rest stayed away without it. Both are to be made up for in study."""
    this = tallies[-1]
    words = f"请假 {this.on_leave}，未请假 {this.missed - this.on_leave}" if this.missed else "没有人缺席"
    if len(tallies) > 1 and tallies[-2].expected:
        words += f"；上月 {tallies[-2].missed}"
    series = tuple(Fraction(tally.missed) if tally.expected else None for tally in tallies)
    return Figure("缺席", str(this.missed), "人次", words, series=series, labels=_months(tallies))


def _score(quarters: Sequence[QuarterScore]) -> Figure:
    newest = quarters[-1]
    words = f"{newest.label}，{newest.words}"
    if len(quarters) > 1:
        words += f"；{change(newest.total - quarters[-2].total)}"
    series = tuple(Fraction(quarter.total, 100) for quarter in quarters)
    return Figure(
        "季度督查",
        two_places(newest.total),
        "分",
        words,
        series=series,
        labels=tuple(quarter.short for quarter in quarters),
    )


def _months(tallies: Sequence[Tally]) -> tuple[str, ...]:
    return tuple(tally.label for tally in tallies)


def change(hundredths: int) -> str:
    """Against the group's own last quarter, never against another group; judged on the printed totals."""
    if hundredths == 0:
        return "与自己上季度持平"
    return f"比自己上季度{'多' if hundredths > 0 else '少'} {two_places(abs(hundredths))} 分"
