"""What a change of a resource's usage saves a month, with changes of price taken out, and of volume too where asked.

The formula is told in docs/methods/realized-savings.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from finops_lib.analyses.resource_usage import Meter, Rate

Measure = Literal["volume", "price"]

_BY_VOLUME: Final = ("delete", "schedule")
_FLOWS: Final = ("traffic", "hours")
_SPOT: Final = "SpotUsage"  # its list price is that of On-Demand, so it tells nothing of its price


def measure(step: str | None, component: str) -> Measure:
    """What an action ends: usage itself (deleting, schedules, traffic), or what a unit of the same usage costs."""
    return "volume" if step in _BY_VOLUME or component in _FLOWS else "price"


def cost_of(rates: Mapping[Meter, Rate]) -> float:
    """What the meters cost a month."""
    return sum(rate.cost for rate in rates.values())


def saved(before: Mapping[Meter, Rate], after: Mapping[Meter, Rate], by: Measure) -> float:
    """What is saved a month at the prices of before: by less usage, or by cheaper usage at the volume of before."""
    spent = {meter: rate.quantity * _price(meter, rate, before) for meter, rate in after.items()}
    if by == "volume":
        return cost_of(before) - sum(spent.values())
    return sum(_at_same_volume(unit, before, after, spent) for unit in _units(before, after))


def _at_same_volume(
    unit: str, before: Mapping[Meter, Rate], after: Mapping[Meter, Rate], spent: Mapping[Meter, float]
) -> float:
    """Cost of before less that of after, the latter brought to the quantity of before where both have one."""
    cost = sum(rate.cost for meter, rate in before.items() if meter[2] == unit)
    now = sum(amount for meter, amount in spent.items() if meter[2] == unit)
    quantity = sum(rate.quantity for meter, rate in before.items() if meter[2] == unit)
    quantity_now = sum(rate.quantity for meter, rate in after.items() if meter[2] == unit)
    return cost - now * (quantity / quantity_now if quantity > 0 and quantity_now > 0 else 1.0)


def _price(meter: Meter, rate: Rate, before: Mapping[Meter, Rate]) -> float:
    """A unit's price as it was: the meter's own, else its list price at the discount of before, else today's."""
    if rate.quantity <= 0:
        return 0.0
    own = before.get(meter)
    if own is not None and own.quantity > 0:
        return own.cost / own.quantity
    discount = _discount(before)
    if rate.list_cost and discount is not None and not meter[0].startswith(_SPOT):
        return rate.list_cost * discount / rate.quantity
    return rate.cost / rate.quantity


def _discount(before: Mapping[Meter, Rate]) -> float | None:
    """Effective cost as a share of list cost, before: what commitments and contracts left of it."""
    told = [rate for rate in before.values() if rate.list_cost]
    listed = sum(rate.list_cost or 0.0 for rate in told)
    return sum(rate.cost for rate in told) / listed if listed > 0 else None


def _units(*sides: Mapping[Meter, Rate]) -> list[str]:
    return sorted({unit for side in sides for _, _, unit in side})
