from __future__ import annotations

import numpy as np
import pytest
from savings import candidate

from finops_lib.analyses.opportunities.protocol import Saving
from finops_lib.analyses.portfolio import CORRELATION, draws, total
from finops_lib.analyses.waterfall import Item, net

_Z80 = 1.2815515655446004


def _items(count: int, spread: float = 0.35) -> tuple[Item, ...]:
    return net(
        [
            candidate(
                "modernize",
                400.0,
                0.25,
                resource=f"i-{place}",
                saving=Saving(100 * (1 - spread), 100.0, 100 * (1 + spread)),
            )
            for place in range(count)
        ]
    )


def _realized(count: int, correlation: float, seed: int, spread: float = 0.35) -> float:
    """What a fleet really saves: by another way than the analysis, errors with one cause and causes of their own."""
    random = np.random.default_rng(seed)
    cause = random.standard_normal()
    errors = np.sqrt(correlation) * cause + np.sqrt(1 - correlation) * random.standard_normal(count)
    return float((100 + 100 * spread / _Z80 * errors).sum())


def _coverage(interval_correlation: float) -> float:
    interval = total(_items(40), correlation=interval_correlation)
    outcomes = [_realized(40, 0.3, seed) for seed in range(1_000)]
    return float(np.mean([interval.low <= outcome <= interval.high for outcome in outcomes]))


def test_the_interval_of_the_sum_holds_what_correlated_savings_become() -> None:
    assert 0.76 <= _coverage(CORRELATION) <= 0.88


def test_independent_errors_would_fail_the_same_test() -> None:
    assert _coverage(0.0) < 0.5


def test_the_sum_is_the_items_sum_and_the_interval_deterministic() -> None:
    items = _items(12)
    first, again = total(items), total(tuple(reversed(items)))
    assert first.expected == pytest.approx(1200.0)
    assert (first.low, first.high) == (again.low, again.high)
    assert first.low < 1200 < first.high


def test_nothing_saves_more_than_it_costs_in_any_outcome() -> None:
    chain = [
        candidate("rightsize", 100.0, 0.5, saving=Saving(10.0, 50.0, 95.0)),
        candidate("modernize", 100.0, 0.5, saving=Saving(10.0, 50.0, 95.0)),
        candidate("schedule", 100.0, 0.6, saving=Saving(10.0, 60.0, 99.0)),
    ]
    assert draws(net(chain), correlation=0.9, count=4_000).max() <= 100.0 + 1e-9


def test_certain_savings_have_no_interval_and_none_is_zero() -> None:
    sure = total(net([candidate("delete", 80.0, 1.0)]))
    assert (sure.low, sure.expected, sure.high) == (80.0, 80.0, 80.0)
    assert total(()).high == 0.0
