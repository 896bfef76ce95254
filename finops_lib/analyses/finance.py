"""What is one saving worth, with the work that it takes: return, payback, present value, and the risk of a loss.

The method is told in docs/methods/roadmap.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from finops_lib.analyses.opportunities.protocol import Risk, Saving
from finops_lib.analyses.waterfall import Item

HORIZON: Final = 36
"""Months over which savings count: later ones are too unsure."""

CAUTION: Final[Mapping[Risk, float]] = {"low": 0.25, "medium": 0.5, "high": 0.75}
"""The part of the way from the expected saving to the low one that a risk takes: an assumption, no public figure."""

_Z80: Final = 1.2815515655446004  # a normal lies within ± this in 80 % of cases


@dataclass(frozen=True)
class Finance:
    """``one_off`` holds the hours of work; ``roi`` is of the first year, ``npv`` over the horizon, done today.

    ``cautious_npv`` is the same of the saving less what its risk takes. Unknown is None: a return on nothing, a payback
    that does not come within the horizon.
    """

    effort_hours: float
    one_off: float
    monthly: float
    roi: float | None
    payback_months: float | None
    discounted_payback_months: int | None
    npv: float
    cautious_npv: float
    chance_of_loss: float

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; money rounded to a millionth."""
        return {key: round(value, 6) + 0.0 if isinstance(value, float) else value for key, value in vars(self).items()}


def finance(item: Item, hourly_rate: float, *, discount_rate: float = 0.08, horizon: int = HORIZON) -> Finance:
    """What an item is worth where an hour of work costs ``hourly_rate`` and money ``discount_rate`` a year."""
    hours, saving, run_cost = item.opportunity.effort_hours, item.net, item.finding.run_cost
    one_off, monthly = item.finding.one_off + hours * hourly_rate, saving.expected - run_cost
    worth = annuity(discount_rate, 0, horizon)
    cautious = cautious_saving(saving, item.opportunity.risk) - run_cost
    return Finance(
        effort_hours=hours,
        one_off=one_off,
        monthly=monthly,
        roi=(12.0 * saving.expected - one_off - 12.0 * run_cost) / one_off if one_off > 0 else None,
        payback_months=_payback(one_off, monthly),
        discounted_payback_months=_discounted_payback(one_off, monthly, discount_rate, horizon),
        npv=monthly * worth - one_off,
        cautious_npv=cautious * worth - one_off,
        chance_of_loss=_chance_below(saving, run_cost + one_off / worth),
    )


def cautious_saving(saving: Saving, risk: Risk) -> float:
    """A month's saving to plan with: part of the way from the expected one to the low one."""
    return saving.expected - CAUTION[risk] * (saving.expected - saving.low)


def discount(rate: float, months: float) -> float:
    """What one unit of money in that many months is worth today."""
    return float((1.0 + rate) ** (-months / 12.0))


def annuity(rate: float, start: int, end: int) -> float:
    """What one unit at the end of each month after ``start`` and up to ``end`` is worth today."""
    monthly = discount(rate, 1.0)
    if monthly == 1.0:
        return float(max(0, end - start))
    return (discount(rate, start) - discount(rate, max(start, end))) * monthly / (1.0 - monthly)


def _payback(one_off: float, monthly: float) -> float | None:
    if one_off <= 0:
        return 0.0
    return one_off / monthly if monthly > 0 else None


def _discounted_payback(one_off: float, monthly: float, rate: float, horizon: int) -> int | None:
    """The first month whose end has seen the one-off cost come back, at today's worth."""
    months = range(horizon + 1)
    return next((month for month in months if monthly * annuity(rate, 0, month) >= one_off - 1e-9), None)


def _chance_below(saving: Saving, needed: float) -> float:
    """How likely a saving is below what is needed; low and high are its 80 % interval, each side a normal's half."""
    gap = needed - saving.expected
    side = (saving.high - saving.expected if gap > 0 else saving.expected - saving.low) / _Z80
    if side <= 0:
        return float(gap > 0)
    return 0.5 * (1.0 + math.erf(gap / side / math.sqrt(2.0)))
