"""The roadmap: never more hours than there are, nothing before what it waits for, and nothing better than it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from savings import finding, kind

from finops_lib.analyses.finance import annuity, cautious_saving, discount, finance
from finops_lib.analyses.opportunities.protocol import Risk, Saving, Step
from finops_lib.analyses.roadmap import plan
from finops_lib.analyses.roadmap_order import exclusions, precedence
from finops_lib.analyses.roadmap_plans import by_ratio, optimum
from finops_lib.analyses.roadmap_problem import Problem
from finops_lib.analyses.roadmap_program import reachable
from finops_lib.analyses.waterfall import Item
from finops_lib.core.errors import UsageError


def item(
    step: Step,
    expected: float,
    hours: float,
    resource: str = "i-1",
    *,
    low: float | None = None,
    risk: Risk = "low",
    **more: Any,
) -> Item:
    saving = Saving(expected if low is None else low, expected, expected)
    found = finding(expected * 2, 0.5, resource, saving=saving, **more)
    return Item(kind(step, effort_hours=hours, risk=risk), found, saving, "taken", base=expected * 2)


# Finance


def test_return_payback_and_present_value_by_hand() -> None:
    worth = finance(item("rightsize", 300.0, 4.0, one_off=200.0, run_cost=50.0), 100.0, discount_rate=0.0, horizon=12)
    assert (worth.one_off, worth.monthly) == (600.0, 250.0)
    assert worth.roi == pytest.approx((12 * 300 - 600 - 12 * 50) / 600)
    assert worth.payback_months == pytest.approx(2.4)
    assert worth.discounted_payback_months == 3
    assert worth.npv == pytest.approx(12 * 250 - 600)


def test_a_discount_makes_later_savings_worth_less() -> None:
    assert discount(0.21, 24) == pytest.approx(1 / 1.21**2)
    assert annuity(0.08, 3, 36) == pytest.approx(sum(1.08 ** (-month / 12) for month in range(4, 37)))
    assert annuity(0.0, 3, 36) == 33.0
    assert annuity(0.08, 40, 36) == 0.0


def test_without_a_one_off_there_is_no_return_to_tell() -> None:
    worth = finance(item("delete", 10.0, 0.0), 100.0)
    assert (worth.roi, worth.payback_months, worth.discounted_payback_months, worth.chance_of_loss) == (
        None,
        0.0,
        0,
        0.0,
    )


def test_what_never_pays_back_says_so() -> None:
    worth = finance(item("modernize", 10.0, 1.0, run_cost=20.0), 100.0)
    assert (worth.payback_months, worth.discounted_payback_months, worth.chance_of_loss) == (None, None, 1.0)
    assert worth.npv < 0


def test_a_risk_takes_part_of_the_way_to_the_low_saving() -> None:
    saving = Saving(20.0, 100.0, 110.0)
    assert [cautious_saving(saving, risk) for risk in ("low", "medium", "high")] == [80.0, 60.0, 40.0]


def test_the_chance_of_a_loss_is_ten_percent_where_the_low_saving_breaks_even() -> None:
    worth = finance(item("rightsize", 100.0, 20.0, low=2000.0 / 36), 100.0, discount_rate=0.0)
    assert worth.chance_of_loss == pytest.approx(0.1)


# Order


def test_deleting_comes_first_and_committing_last() -> None:
    items = [item("commit", 5, 1), item("delete", 5, 1), item("rightsize", 5, 1), item("rightsize", 5, 1, "i-2")]
    assert precedence(items) == ((1, 0), (1, 2), (2, 0))


def test_other_components_do_not_wait_and_the_whole_does() -> None:
    parts = [item("delete", 5, 1, component="storage"), item("rightsize", 5, 1, component="compute")]
    assert precedence(parts) == ()
    assert precedence([*parts, item("commit", 5, 1)]) == ((0, 2), (1, 2))


def test_a_commitment_waits_for_what_changes_its_family() -> None:
    small = item("rightsize", 5, 1, "i-1", facts={"instance_type": "m5.large"})
    other = item("rightsize", 5, 1, "i-2", facts={"instance_type": "c5.large"})
    commit = item("commit", 5, 1, "m5 plan", facts={"family": "m5"})
    assert precedence([small, other, commit]) == ((0, 2),)


def test_alternatives_of_one_component_rule_each_other_out() -> None:
    items = [
        item("modernize", 50, 1, exclusive="type"),
        item("modernize", 40, 1, exclusive="type"),
        item("delete", 5, 1),
    ]
    assert exclusions(items) == ((0, 1),)
    planned = [stop.item.net.expected for stop in plan(items[:2]).stops if stop.quarter]
    assert planned == [50]


# The plan


def test_a_small_roadmap_by_hand() -> None:
    """Ten hours a quarter: the large item fills one, the three small ones the other, and the worthless one none."""
    items = [
        item("rightsize", 400, 10, "a"),
        *(item("rightsize", 100, 3, name) for name in "bcd"),
        item("delete", 1, 1, "e"),
    ]
    roadmap = plan(items, effort_per_quarter=10, quarters=2)
    assert {stop.item.finding.resource: stop.quarter for stop in roadmap.stops} == {
        "a": 1,
        "b": 2,
        "c": 2,
        "d": 2,
        "e": None,
    }
    assert roadmap.hours == (10.0, 9.0)
    assert roadmap.gap == 0.0
    assert roadmap.stops[-1].reason == "It is worth less than it takes"
    assert roadmap.value == pytest.approx(sum(stop.value for stop in roadmap.stops if stop.quarter))


def test_ratio_alone_misses_what_the_optimum_sees() -> None:
    """A commitment worth much waits for a rightsizing worth little an hour: by ratio the hours go elsewhere first."""
    items = [item("rightsize", 40, 8, "a"), item("commit", 4000, 2, "a"), item("delete", 300, 4, "b")]
    roadmap = plan(items, effort_per_quarter=10, quarters=1)
    assert {stop.item.opportunity.id for stop in roadmap.stops if stop.quarter} == {"rightsize", "commit"}
    assert {stop.item.opportunity.id for stop in roadmap.stops if stop.greedy} == {"delete"}
    assert roadmap.better is not None
    assert roadmap.better > 5


def test_quick_wins_take_little_work_and_risk_and_pay_back_within_the_quarter() -> None:
    items = {
        "quick": item("delete", 200, 2, "quick"),
        "much work": item("delete", 2000, 5, "much work"),
        "risky": item("delete", 200, 2, "risky", risk="medium"),
        "slow": item("delete", 60, 2, "slow"),
    }
    quick = {stop.item.finding.resource for stop in plan(list(items.values())).stops if stop.quick_win}
    assert quick == {"quick"}


REASONS: dict[str, tuple[list[Item], str]] = {
    "too large": ([item("modernize", 9000, 90)], "It takes more than a quarter's hours"),
    "no room": ([item("delete", 900, 80, "a"), item("delete", 500, 80, "b")], "Others are worth more of the hours"),
    "waits": ([item("rightsize", 10, 90), item("commit", 500, 1)], "What it waits for is not planned"),
}


@pytest.mark.parametrize("case", REASONS)
def test_what_is_not_planned_says_why(case: str) -> None:
    items, reason = REASONS[case]
    assert reason in {stop.reason for stop in plan(items, quarters=1).stops}


def test_no_items_and_no_hours() -> None:
    roadmap = plan([])
    assert (roadmap.stops, roadmap.value, roadmap.better, roadmap.to_dict()["items"]) == ((), 0.0, None, [])
    assert roadmap.frames()["items"].empty
    with pytest.raises(UsageError):
        plan([], effort_per_quarter=0)


def test_the_order_of_items_does_not_matter() -> None:
    items = [item("rightsize", 100.0 + place, 3, f"i-{place}") for place in range(8)]
    assert plan(items, effort_per_quarter=7).to_dict() == plan(items[::-1], effort_per_quarter=7).to_dict()


def test_hours_that_no_items_take_together_bound_nothing() -> None:
    assert reachable(np.array([8.0, 16.0, 24.0]), 30.0) == 24.0
    assert reachable(np.array([0.5, 8.0]), 20.0) == 8.5
    assert reachable(np.array([1 / 3, 8.0]), 20.0) == 20.0  # off the grid: what there is


def test_what_waits_through_others_comes_as_late_as_the_hours_of_all_of_them() -> None:
    """Each fits a quarter by itself and no two fit one together, so the last of three cannot come before the third."""
    chain = Problem(np.array([[9.0, 8.0, 7.0, 6.0]] * 3), np.full(3, 6.0), np.full(4, 10.0), ((0, 1), (1, 2)))
    assert optimum(chain) == ((0, 1, 2), 0.0)
    late = Problem(np.array([[-1.0, -1.0]] * 2 + [[50.0, 50.0]]), np.full(3, 6.0), np.full(2, 10.0), ((0, 1), (1, 2)))
    assert optimum(late) == ((None, None, None), 0.0)


# Properties


@st.composite
def problems(draw: st.DrawFn, most: tuple[int, int] = (8, 6)) -> Problem:
    """Up to ``most`` items in one quarter, and in two."""
    quarters = draw(st.integers(1, 2))
    count = draw(st.integers(1, most[quarters - 1]))
    values = draw(
        st.lists(st.lists(st.integers(-50, 500), min_size=quarters, max_size=quarters), min_size=count, max_size=count)
    )
    hours = draw(st.lists(st.integers(0, 12), min_size=count, max_size=count))
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=4))
    group = draw(st.sets(st.integers(0, count - 1), max_size=3))
    return Problem(
        np.array(values, dtype=float),
        np.array(hours, dtype=float),
        np.full(quarters, float(draw(st.integers(1, 25)))),
        tuple(sorted(pair for pair in pairs if pair[0] < pair[1])),
        (tuple(sorted(group)),) if len(group) > 1 else (),
    )


@given(problem=problems())
def test_the_optimum_is_that_of_trying_everything(problem: Problem) -> None:
    count, quarters = problem.values.shape
    every = itertools.product([None, *range(quarters)], repeat=count)
    best = max(problem.value(candidate) for candidate in every if problem.allows(candidate))
    found, gap = optimum(problem)
    assert problem.allows(found)
    assert (problem.value(found), gap) == (pytest.approx(best, abs=1e-6), 0.0)


@given(problem=problems(most=(20, 20)))
def test_plans_keep_hours_precedence_and_exclusions_and_the_optimum_is_never_worse(problem: Problem) -> None:
    best, greedy = optimum(problem)[0], by_ratio(problem)
    assert problem.allows(best)
    assert problem.allows(greedy)
    assert problem.value(best) >= problem.value(greedy) - 1e-6
