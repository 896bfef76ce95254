"""The one-year Compute Savings Plan that the last closed month, taken alone, would have asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finops_lib.sources.demo.bill import Bill
from finops_lib.sources.demo.catalog import Sku
from finops_lib.sources.demo.charges import Kind
from finops_lib.sources.demo.money import TICKS_PER_USD, Floats


@dataclass(frozen=True)
class Purchase:
    """A recommended commitment, USD an hour, and what the month would have cost with it, USD.

    ``hourly`` is the lowest, mean and highest On-Demand spend of an hour without it.
    """

    commitment: float
    cost: float
    on_demand_left: float
    savings: float
    utilization_percent: float
    hourly: tuple[float, float, float]

    @property
    def savings_percent(self) -> float:
        """Savings as a share of the On-Demand spend without the plan."""
        before = self.cost + self.on_demand_left + self.savings
        return 100 * self.savings / before if before else 0.0

    @property
    def roi_percent(self) -> float:
        """Savings as a share of the plan's cost."""
        return 100 * self.savings / self.cost if self.cost else 0.0


def purchase(last: Bill, skus: Sequence[Sku]) -> Purchase:
    """The commitment with the largest saving on the month's uncovered usage; 0 where none saves."""
    on_demand, at_plan = _uncovered(last, skus)
    candidates = np.floor(np.quantile(at_plan, np.arange(0.02, 1.0, 0.02)) * 1000) / 1000
    costs = [_cost(level, on_demand, at_plan) for level in candidates]
    best = int(np.argmin(costs))
    level, total = float(candidates[best]), float(on_demand.sum())
    if costs[best] >= total:
        level = 0.0
    used, paid = np.minimum(at_plan, level).sum(), level * len(at_plan)
    after = _cost(level, on_demand, at_plan)
    return Purchase(
        commitment=level,
        cost=paid,
        on_demand_left=after - paid,
        savings=total - after,
        utilization_percent=100 * float(used) / paid if paid else 0.0,
        hourly=(float(on_demand.min()), float(on_demand.mean()), float(on_demand.max())),
    )


def _uncovered(last: Bill, skus: Sequence[Sku]) -> tuple[Floats, Floats]:
    """Eligible usage left at On-Demand prices, by hour: at On-Demand and at plan rates, USD."""
    rates = np.array([sku.plan_rate("compute", "No Upfront") for sku in skus])
    chosen = (last.charges.kind == int(Kind.Usage)) & (rates[last.charges.sku] > 0) & (last.charges.hours == 1)
    rows = last.charges.take(chosen)
    slot, hours = rows.start - last.month.first, last.month.hours
    on_demand = np.bincount(slot, rows.billed, hours)
    at_plan = np.bincount(slot, rows.amount * rates[rows.sku], hours)
    return on_demand / TICKS_PER_USD, at_plan / TICKS_PER_USD


def _cost(level: float, on_demand: Floats, at_plan: Floats) -> float:
    met = np.divide(np.minimum(level, at_plan), at_plan, out=np.ones_like(at_plan), where=at_plan > 0)
    return float((level + on_demand * (1 - met)).sum())
