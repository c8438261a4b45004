"""What the system measures from records: each measure a named rule over plain data, which shows what it counted.

A measure gives the share that was done of what was due, exact, between 0 and 1; the criterion's points are that share of
its maximum. Where nothing was due the criterion does not apply (`share` None). A panel member may put another value in
its place, with a reason; both stay in sight.

The share of what was asked for is what counts, never how much there is: a fourth meeting in a month that asks for one
changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.indicators.figures import percent_text

SYSTEM = "系统测算"
"""The author of what is measured."""

YearMonth = tuple[int, int]
PERIODS = ("month", "quarter")
"""Rules by the year are not for a quarter to judge."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A record as a mark keeps it: what it is, its day in ISO form, its title."""

    kind: str
    id: int
    on: str
    title: str


@dataclass(frozen=True, slots=True)
class Held:
    """An activity of the group that was handed in, in one of the quarter's months."""

    kind: str
    month: YearMonth
    confirmed: bool
    record: Counted


@dataclass(frozen=True, slots=True)
class Asked:
    """How often a kind of activity is due: at least so many times a period."""

    kind: str
    period: str
    minimum: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that was to be put right by a day of the quarter. `in_time`: it was closed by that day."""

    in_time: bool
    record: Counted


@dataclass(frozen=True, slots=True)
class Attained:
    """A business indicator's attainment of its own target over the quarter, None where no month has a value; `weight`
    among the group's indicators. `missing`: the months that are over and have none, in words."""

    name: str
    attainment: Fraction | None
    weight: Fraction
    record: Counted
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known of one group's quarter. `over`: those of its months that have ended; what may still be
    held is not missing yet."""

    months: tuple[YearMonth, ...]
    over: tuple[YearMonth, ...] | None = None
    held: tuple[Held, ...] = ()
    asked: tuple[Asked, ...] = ()
    findings: tuple[Finding, ...] = ()
    attained: tuple[Attained, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    share: Fraction | None
    words: str
    counted: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    title: str
    explanation: str
    rule: Callable[[Facts, str], Measured]


def cadences_met(facts: Facts, subject: str) -> Measured:
    """Of all periods in which a kind of activity was due and which are over, the share in which it was held often
    enough. `subject` names one kind; all kinds that have a cadence where it is empty."""
    ended = facts.months if facts.over is None else facts.over
    asked = [rule for rule in facts.asked if rule.period in PERIODS and subject in ("", rule.kind)]
    if not asked:
        return Measured(None, f"没有为{subject or '活动'}定频次，本项不适用。")
    due, met = 0, 0
    short: list[str] = []
    for rule in asked:
        for months in [(m,) for m in ended] if rule.period == "month" else [facts.months][: ended == facts.months]:
            held = sum(1 for one in facts.held if one.kind == rule.kind and one.month in months)
            due += 1
            met += held >= rule.minimum
            if held < rule.minimum:
                when = f"{months[0][1]}月" if len(months) == 1 else "本季"
                short.append(f"{when}{rule.kind}办 {held} 次，应办 {rule.minimum} 次")
    if not due:
        return Measured(None, "本季还没有到期的频次，月末之后再测算。")
    kinds = {rule.kind for rule in asked}
    words = f"应办 {due} 期，办到 {met} 期。" + ("；".join(short) + "。" if short else "")
    return Measured(Fraction(met, due), words, _records(one for one in facts.held if one.kind in kinds))


def activities_confirmed(facts: Facts, subject: str) -> Measured:
    """Of the activities that the group handed in, the share that the branch has confirmed."""
    of = [one for one in facts.held if subject in ("", one.kind)]
    if not of:
        return Measured(None, f"本季没有交{subject or '活动'}记录，本项不适用。")
    confirmed = sum(one.confirmed for one in of)
    open_ = "、".join(f"“{one.record.title}”" for one in of if not one.confirmed)
    words = f"交了 {len(of)} 次，支部确认 {confirmed} 次。" + (f"还没有确认：{open_}。" if open_ else "")
    return Measured(Fraction(confirmed, len(of)), words, _records(of))


def findings_rectified(facts: Facts, _subject: str) -> Measured:
    """Of the findings due in the quarter, the share closed in time. Nobody loses points for what nobody found."""
    if not facts.findings:
        return Measured(Fraction(1), "本季没有到期的问题。")
    closed = sum(one.in_time for one in facts.findings)
    late = "、".join(f"“{one.record.title}”" for one in facts.findings if not one.in_time)
    words = f"到期 {len(facts.findings)} 项，按期销号 {closed} 项。" + (f"没有按期：{late}。" if late else "")
    return Measured(Fraction(closed, len(facts.findings)), words, tuple(one.record for one in facts.findings))


def indicators_attained(facts: Facts, subject: str) -> Measured:
    """The weighted mean of the indicators' attainment of the group's own targets, each at most 1: what one indicator
    has to spare makes up for no other. A month without a value counts neither as met nor as zero, and is said."""
    asked = [one for one in facts.attained if subject in ("", one.name)]
    gaps = "、".join(f"{one.name}{'、'.join(one.missing)}" for one in asked if one.missing)
    said = f"还没有数值：{gaps}，不计入，也不算零分。" if gaps else ""
    of = [(one, one.attainment) for one in asked if one.attainment is not None]
    weight = sum((one.weight for one, _ in of), Fraction(0))
    if not weight:
        return Measured(None, f"本季没有{subject or '业务指标'}的数值，本项不适用。{said}")
    share = sum((min(max(got, Fraction(0)), Fraction(1)) * one.weight for one, got in of), Fraction(0)) / weight
    short = "、".join(f"{one.name} {percent_text(got)}%" for one, got in of if got < 1)
    met = sum(got >= 1 for _, got in of)
    words = f"{len(of)} 项指标，达到自己目标的 {met} 项。" + (f"未达到：{short}。" if short else "") + said
    return Measured(share, words, tuple(one.record for one, _ in of))


def _records(of: Iterable[Held]) -> tuple[Counted, ...]:
    return tuple(sorted((one.record for one in of), key=lambda record: (record.on, record.kind, record.id)))


MEASURES: Mapping[str, Measure] = {
    "cadences": Measure("活动频次", "应办的各期中办到的比例，按活动频次表核对；超出的不多计。", cadences_met),
    "confirmed": Measure("活动确认", "已交的活动中支部已确认的比例。", activities_confirmed),
    "rectified": Measure("问题整改", "本季到期的问题中按期销号的比例；没有问题的得满分。", findings_rectified),
    "indicators": Measure(
        "业务指标", "各业务指标对照本组自己目标的达成，按权重平均，每项最多算足额。", indicators_attained
    ),
}


def measured(name: str, facts: Facts, subject: str = "") -> Measured:
    return MEASURES[name].rule(facts, subject)
