"""What to do when: the savings worth most under each quarter's hours of work, with what waits for what.

The method is told in docs/methods/roadmap.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from finops_lib.analyses.finance import HORIZON, Finance, annuity, cautious_saving, discount, finance
from finops_lib.analyses.roadmap_order import exclusions, precedence
from finops_lib.analyses.roadmap_plans import by_ratio, optimum
from finops_lib.analyses.roadmap_problem import Problem, Quarters
from finops_lib.analyses.waterfall import Item
from finops_lib.contracts.ledger import identity
from finops_lib.core.errors import UsageError

QUICK_HOURS: Final = 4.0
"""Hours of work up to which an item can be a quick win."""

MONTHS: Final = 3
"""The months of a quarter."""


@dataclass(frozen=True)
class Stop:
    """An item on the roadmap: the quarter (1 is the next one, None: not planned, with the reason), and its worth.

    ``greedy`` is its quarter in the plan by value an hour; ``after`` are the ids of what it waits for.
    """

    id: str
    item: Item
    finance: Finance
    quarter: int | None
    greedy: int | None
    value: float
    quick_win: bool
    after: tuple[str, ...]
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, flat."""
        finding, kind = self.item.finding, self.item.opportunity
        return {
            "id": self.id,
            "opportunity": kind.id,
            "account": finding.account,
            "resource": finding.resource,
            "component": finding.component,
            "step": kind.step,
            "risk": kind.risk,
            "quarter": self.quarter,
            "greedy_quarter": self.greedy,
            "value": round(self.value, 6) + 0.0,
            "quick_win": self.quick_win,
            "after": list(self.after),
            "reason": self.reason,
            **self.finance.to_dict(),
        }


@dataclass(frozen=True)
class Roadmap:
    """The plan of most value: ``stops`` by quarter, and what it is worth beside the plan by value an hour.

    ``gap`` is by what share a better plan could exceed it: 0 where it is proven that none does. ``hours`` are those
    planned a quarter.
    """

    name: ClassVar[str] = "roadmap"
    schema: ClassVar[int] = 1

    stops: tuple[Stop, ...]
    hours: tuple[float, ...]
    effort_per_quarter: float
    hourly_rate: float
    discount_rate: float
    value: float
    greedy_value: float
    gap: float

    @property
    def better(self) -> float | None:
        """By what share the plan is worth more than the one by value an hour."""
        return self.value / self.greedy_value - 1.0 if self.greedy_value > 0 else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; money rounded to a millionth."""
        return {
            "schema": self.schema,
            "effort_per_quarter": self.effort_per_quarter,
            "hourly_rate": self.hourly_rate,
            "discount_rate": self.discount_rate,
            "horizon_months": HORIZON,
            "hours": [round(hours, 6) for hours in self.hours],
            "value": round(self.value, 6) + 0.0,
            "greedy_value": round(self.greedy_value, 6) + 0.0,
            "better": None if self.better is None else round(self.better, 6) + 0.0,
            "gap": round(self.gap, 9),
            "items": [stop.to_dict() for stop in self.stops],
        }

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The items by quarter."""
        rows = [stop.to_dict() | {"after": ", ".join(stop.after)} for stop in self.stops]
        columns = rows[0] if rows else ("id", "opportunity", "resource", "quarter")
        return {"items": pd.DataFrame(rows, columns=list(columns))}


def plan(
    items: Sequence[Item],
    *,
    effort_per_quarter: float = 80.0,
    quarters: int = 4,
    hourly_rate: float = 100.0,
    discount_rate: float = 0.08,
) -> Roadmap:
    """Which of the items taken to do in which quarter, so that they are worth most together at the given effort.

    The order of ``items`` does not matter.
    """
    if effort_per_quarter <= 0 or quarters < 1:
        raise UsageError("A roadmap needs a quarter and hours to work in it.", hint="Mend [scorecard] in finops.toml.")
    taken = sorted((item for item in items if item.status == "taken" and item.net.expected > 0), key=_identity)
    problem = Problem(
        values=np.array([_values(item, quarters, hourly_rate, discount_rate) for item in taken]).reshape(-1, quarters),
        hours=np.array([item.opportunity.effort_hours for item in taken]),
        capacity=np.full(quarters, float(effort_per_quarter)),
        precedence=precedence(taken),
        exclusions=exclusions(taken),
    )
    (best, gap), greedy = optimum(problem), by_ratio(problem)
    if problem.value(greedy) > problem.value(best):  # only where the search was cut short
        best = greedy
    stops = _stops(taken, problem, best, greedy, hourly_rate, discount_rate)
    hours = tuple(
        float(sum(problem.hours[place] for place, when in enumerate(best) if when == quarter))
        for quarter in range(quarters)
    )
    return Roadmap(
        stops, hours, float(effort_per_quarter), hourly_rate, discount_rate,
        problem.value(best), problem.value(greedy), gap,
    )  # fmt: skip


def _identity(item: Item) -> tuple[str, str, str, str]:
    finding = item.finding
    return item.opportunity.id, finding.account, finding.resource, finding.component


def _values(item: Item, quarters: int, hourly_rate: float, rate: float) -> list[float]:
    """What a careful reckoning makes of an item begun in each quarter: paid at its start, saving from its end on."""
    monthly = cautious_saving(item.net, item.opportunity.risk) - item.finding.run_cost
    one_off = item.finding.one_off + item.opportunity.effort_hours * hourly_rate
    return [
        monthly * annuity(rate, MONTHS * (quarter + 1), HORIZON) - one_off * discount(rate, MONTHS * quarter)
        for quarter in range(quarters)
    ]


def _stops(
    items: Sequence[Item], problem: Problem, best: Quarters, greedy: Quarters, hourly_rate: float, rate: float
) -> tuple[Stop, ...]:
    ids = [identity(*_identity(item)) for item in items]
    stops = [
        Stop(
            ids[place],
            item,
            (worth := finance(item, hourly_rate, discount_rate=rate)),
            _number(best[place]),
            _number(greedy[place]),
            float(problem.values[place, best[place] or 0]),
            _is_quick(item, worth),
            tuple(ids[first] for first, then in problem.precedence if then == place),
            _reason(problem, place, best),
        )
        for place, item in enumerate(items)
    ]
    last = len(problem.capacity) + 1
    return tuple(sorted(stops, key=lambda stop: (stop.quarter or last, -stop.value, stop.id)))


def _number(quarter: int | None) -> int | None:
    return None if quarter is None else quarter + 1


def _is_quick(item: Item, worth: Finance) -> bool:
    """Little work, little risk, and paid back within the quarter."""
    payback = worth.payback_months
    soon = payback is not None and payback < MONTHS
    return item.opportunity.effort_hours <= QUICK_HOURS and item.opportunity.risk == "low" and soon


def _reason(problem: Problem, place: int, best: Quarters) -> str:
    """Why an item is not planned; empty where it is."""
    if best[place] is not None:
        return ""
    if problem.values[place].max() <= 0:
        return "It is worth less than it takes"
    if problem.hours[place] > problem.capacity.max():
        return "It takes more than a quarter's hours"
    if any(best[other] is not None for group in problem.exclusions if place in group for other in group):
        return "An alternative is planned"
    if any(best[first] is None for first, then in problem.precedence if then == place):
        return "What it waits for is not planned"
    return "Others are worth more of the hours"
