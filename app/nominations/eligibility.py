"""Who may be nominated, rule by rule, from published quarters only. A rule that cannot be judged yet is `missing`, never a silent no.

Facts are decided by the committee's call: the window of quarters, the bands with their order, and the thresholds are data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Rules:
    """The conditions of one call. `window` lists the quarters looked at, old to new; `bands` stand best first."""

    window: tuple[str, ...]
    bands: tuple[str, ...]
    min_published: int = 3
    band_floor: str = "良好"
    band_needed: str = "优秀"
    times_needed: int = 1
    needs_gates: bool = True
    needs_brand: bool = True

    def at_least(self, band: str, floor: str) -> bool:
        """A band that the call does not know is below every floor."""
        return band in self.bands and self.bands.index(band) <= self.bands.index(floor)


@dataclass(frozen=True, slots=True)
class PublishedQuarter:
    """A published result as frozen. `failed_gates` names the 必备条件 not met, `veto` the reason of a 一票否决 ("" = none)."""

    quarter: str
    band: str
    failed_gates: tuple[str, ...] = ()
    veto: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule judged: what it asks, what was found, and the quarters that decided."""

    rule: str
    verdict: Verdict
    finding: str
    quarters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Eligibility:
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> Verdict:
        """One rule not met decides; otherwise one missing leaves it open."""
        found = {outcome.verdict for outcome in self.outcomes}
        for verdict in (Verdict.NOT_MET, Verdict.MISSING):
            if verdict in found:
                return verdict
        return Verdict.MET

    @property
    def eligible(self) -> bool:
        return self.verdict is Verdict.MET

    @property
    def obstacles(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.verdict is not Verdict.MET)


def judge(rules: Rules, results: Iterable[PublishedQuarter], *, has_brand: bool) -> Eligibility:
    """Results outside the window do not count; a quarter given twice is an error of the caller."""
    seen = {result.quarter: result for result in results if result.quarter in rules.window}
    published = [seen[quarter] for quarter in rules.window if quarter in seen]
    open_quarters = tuple(quarter for quarter in rules.window if quarter not in seen)
    outcomes = [
        _enough(rules, published, open_quarters),
        _never_below(rules, published),
        _sometimes_best(rules, published, open_quarters),
        _no_veto(published),
    ]
    if rules.needs_gates:
        outcomes.append(_gates(published))
    if rules.needs_brand:
        outcomes.append(_brand(has_brand=has_brand))
    return Eligibility(tuple(outcomes))


def _quarters(results: Sequence[PublishedQuarter]) -> tuple[str, ...]:
    return tuple(result.quarter for result in results)


def _standing(result: PublishedQuarter) -> str:
    """A veto takes the place of the band, so there may be none."""
    return f"是{result.band}" if result.band else "没有等次"


def _enough(rules: Rules, published: Sequence[PublishedQuarter], open_quarters: tuple[str, ...]) -> Outcome:
    rule = f"最近{len(rules.window)}个季度里至少{rules.min_published}个已发布结果"
    lacking = rules.min_published - len(published)
    if lacking <= 0:
        return Outcome(rule, Verdict.MET, f"已发布{len(published)}个", _quarters(published))
    return Outcome(rule, Verdict.MISSING, f"已发布{len(published)}个，还差{lacking}个", open_quarters)


def _never_below(rules: Rules, published: Sequence[PublishedQuarter]) -> Outcome:
    rule = f"每个已发布季度都在{rules.band_floor}以上（含{rules.band_floor}）"
    below = [result for result in published if not rules.at_least(result.band, rules.band_floor)]
    if below:
        return Outcome(rule, Verdict.NOT_MET, "、".join(f"{r.quarter}{_standing(r)}" for r in below), _quarters(below))
    if not published:
        return Outcome(rule, Verdict.MISSING, "还没有已发布的季度")
    return Outcome(rule, Verdict.MET, f"{len(published)}个季度都达到", _quarters(published))


def _sometimes_best(rules: Rules, published: Sequence[PublishedQuarter], open_quarters: tuple[str, ...]) -> Outcome:
    rule = f"至少{rules.times_needed}个季度达到{rules.band_needed}"
    best = [result for result in published if rules.at_least(result.band, rules.band_needed)]
    lacking = rules.times_needed - len(best)
    if lacking <= 0:
        return Outcome(rule, Verdict.MET, f"{len(best)}个季度达到", _quarters(best))
    if lacking <= len(open_quarters):
        return Outcome(
            rule, Verdict.MISSING, f"已达到{len(best)}个，还差{lacking}个；窗口内有季度尚未发布", open_quarters
        )
    return Outcome(
        rule, Verdict.NOT_MET, f"只有{len(best)}个季度达到" if best else "没有季度达到", _quarters(published)
    )


def _no_veto(published: Sequence[PublishedQuarter]) -> Outcome:
    rule = "没有一票否决"
    vetoed = [result for result in published if result.veto]
    if vetoed:
        return Outcome(rule, Verdict.NOT_MET, "；".join(f"{r.quarter}：{r.veto}" for r in vetoed), _quarters(vetoed))
    if not published:
        return Outcome(rule, Verdict.MISSING, "还没有已发布的季度")
    return Outcome(rule, Verdict.MET, "已发布的季度都没有", _quarters(published))


def _gates(published: Sequence[PublishedQuarter]) -> Outcome:
    rule = "必备条件都满足"
    failed = [result for result in published if result.failed_gates]
    if failed:
        finding = "；".join(f"{result.quarter}：{'、'.join(result.failed_gates)}" for result in failed)
        return Outcome(rule, Verdict.NOT_MET, finding, _quarters(failed))
    if not published:
        return Outcome(rule, Verdict.MISSING, "还没有已发布的季度")
    return Outcome(rule, Verdict.MET, "已发布的季度都满足", _quarters(published))


def _brand(*, has_brand: bool) -> Outcome:
    rule = "有支部审定的微品牌"
    if has_brand:
        return Outcome(rule, Verdict.MET, "已审定")
    return Outcome(rule, Verdict.NOT_MET, "还没有审定的微品牌")


def places(groups: int, share: Fraction) -> int:
    """How many may be named at most: the share of all groups rounded down, but one where there is a group at all. Never a duty."""
    if groups <= 0:
        return 0
    return max(1, int(groups * share))
