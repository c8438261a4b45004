"""The list that explains itself: each rule alone, then what holds for any results."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.errors import IllegalTransition
from app.nominations.course import STEPS, WRITABLE, NominationState, can, require_step
from app.nominations.eligibility import PublishedQuarter, Rules, Verdict, judge, places

BANDS = ("优秀", "良好", "合格", "待改进")
WINDOW = ("一季度", "二季度", "三季度", "四季度")
RULES = Rules(window=WINDOW, bands=BANDS)


def published(*bands: str) -> list[PublishedQuarter]:
    return [PublishedQuarter(quarter, band) for quarter, band in zip(WINDOW, bands, strict=False)]


def found(results: list[PublishedQuarter], *, has_brand: bool = True) -> dict[str, tuple[Verdict, str]]:
    judged = judge(RULES, results, has_brand=has_brand)
    return {outcome.rule: (outcome.verdict, outcome.finding) for outcome in judged.outcomes}


def test_all_rules_met() -> None:
    judged = judge(RULES, published("良好", "优秀", "良好"), has_brand=True)
    assert judged.eligible
    assert judged.obstacles == ()
    assert [outcome.finding for outcome in judged.outcomes] == [
        "已发布3个", "3个季度都达到", "1个季度达到", "已发布的季度都没有", "已发布的季度都满足", "已审定",
    ]  # fmt: skip


def test_too_few_quarters_are_missing_and_named() -> None:
    judged = judge(RULES, published("优秀", "良好"), has_brand=True)
    (obstacle,) = judged.obstacles
    assert judged.verdict is Verdict.MISSING
    assert (obstacle.finding, obstacle.quarters) == ("已发布2个，还差1个", ("三季度", "四季度"))


def test_a_band_below_the_floor_is_named() -> None:
    judged = judge(RULES, published("优秀", "合格", "良好"), has_brand=True)
    (obstacle,) = judged.obstacles
    assert (obstacle.verdict, obstacle.finding, obstacle.quarters) == (Verdict.NOT_MET, "二季度是合格", ("二季度",))


def test_a_missing_best_may_still_come_while_quarters_are_open() -> None:
    rule = "至少1个季度达到优秀"
    assert found(published("良好", "良好", "良好"))[rule][0] is Verdict.MISSING
    assert found(published("良好", "良好", "良好", "良好"))[rule] == (Verdict.NOT_MET, "没有季度达到")


def test_a_veto_and_an_unmet_gate_exclude_whatever_the_bands() -> None:
    vetoed = [*published("优秀", "优秀"), PublishedQuarter("三季度", "不得推荐", veto="安全事故")]
    gate = [*published("优秀", "优秀"), PublishedQuarter("三季度", "优秀", failed_gates=("三会一课",))]
    assert found(vetoed)["没有一票否决"] == (Verdict.NOT_MET, "三季度：安全事故")
    assert judge(RULES, vetoed, has_brand=True).verdict is Verdict.NOT_MET
    assert found(gate)["必备条件都满足"] == (Verdict.NOT_MET, "三季度：三会一课")


def test_a_group_without_a_brand_is_not_eligible() -> None:
    results = published("优秀", "优秀", "优秀")
    assert found(results, has_brand=False)["有支部审定的微品牌"] == (Verdict.NOT_MET, "还没有审定的微品牌")
    relaxed = replace(RULES, needs_brand=False, needs_gates=False)
    assert judge(relaxed, results, has_brand=False).eligible


def test_quarters_outside_the_window_do_not_count() -> None:
    old = PublishedQuarter("去年四季度", "待改进", veto="旧账")
    assert judge(RULES, [old, *published("优秀", "良好", "良好")], has_brand=True).eligible


RESULTS = st.lists(
    st.builds(
        PublishedQuarter,
        st.sampled_from(WINDOW),
        st.sampled_from([*BANDS, "不得推荐"]),
        st.sampled_from([(), ("组织生活",)]),
        st.sampled_from(["", "安全事故"]),
    ),
    max_size=4,
    unique_by=lambda result: result.quarter,
)


@given(RESULTS, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_results_does_not_matter(results: list[PublishedQuarter], brand: bool, chance: object) -> None:  # noqa: FBT001
    shuffled = list(results)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert judge(RULES, results, has_brand=brand) == judge(RULES, shuffled, has_brand=brand)


@given(RESULTS)
def test_eligible_means_what_it_says(results: list[PublishedQuarter]) -> None:
    eligible = judge(RULES, results, has_brand=True).eligible
    assert eligible == (
        len(results) >= 3
        and all(result.band in ("优秀", "良好") for result in results)
        and any(result.band == "优秀" for result in results)
        and not any(result.veto or result.failed_gates for result in results)
    )


@given(RESULTS, st.integers(0, 3))
def test_a_better_band_never_takes_eligibility_away(results: list[PublishedQuarter], which: int) -> None:
    better = [replace(r, band="优秀") if index == which else r for index, r in enumerate(results)]
    before, after = judge(RULES, results, has_brand=True), judge(RULES, better, has_brand=True)
    assert after.eligible or not before.eligible


@given(RESULTS)
def test_every_obstacle_says_why(results: list[PublishedQuarter]) -> None:
    judged = judge(RULES, results, has_brand=False)
    assert all(outcome.finding for outcome in judged.outcomes)
    assert {quarter for outcome in judged.outcomes for quarter in outcome.quarters} <= set(WINDOW)


@pytest.mark.parametrize(("groups", "expected"), [(0, 0), (1, 1), (3, 1), (4, 1), (6, 1), (7, 2), (13, 3), (100, 30)])
def test_the_quota_is_rounded_down_but_one_may_be_named(groups: int, expected: int) -> None:
    assert places(groups, Fraction(30, 100)) == expected


@given(st.integers(1, 10_000), st.integers(1, 100))
def test_the_quota_is_never_more_than_its_share(groups: int, percent: int) -> None:
    share = Fraction(percent, 100)
    assert places(groups, share) == max(1, groups * percent // 100)


# ---------------------------------------------------------------- the course


def test_what_is_decided_stays_decided() -> None:
    for decided in (NominationState.APPROVED, NominationState.DECLINED):
        for wanted in NominationState:
            with pytest.raises(IllegalTransition, match="厂党委已作决定"):
                require_step(decided, wanted)


def test_only_a_reviewed_nomination_is_decided() -> None:
    before = {state for state in NominationState if can(state, NominationState.APPROVED)}
    assert before == {NominationState.UNDER_REVIEW}
    assert {state for state in NominationState if can(state, NominationState.DECLINED)} == before


def test_the_branch_writes_until_it_hands_over() -> None:
    assert {NominationState.DRAFT, NominationState.RETURNED, NominationState.WITHDRAWN} == WRITABLE
    assert STEPS.keys() == set(NominationState)
