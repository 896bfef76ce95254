"""Unit prices: of the bill itself, else of a price list; never a constant, never a guess."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.usage_types import plain
from finops_lib.contracts.evidence import Evidence

LIST_CURRENCY: Final = "USD"
"""The currency whose prices are read from offer files."""

_KEYS: Final = ["region", "service_code", "usage_type", "operation", "unit", "instance_type"]
_COLUMNS: Final = [*_KEYS, "price", "contracted"]
_PRICED: Final = ["service_code", "usage_type", "region", "operation", "unit", "price", "contracted"]


@dataclass(frozen=True)
class UnitPrice:
    """What one unit costs On-Demand: at the public price, and after the client's own discounts."""

    price: float
    contracted: float
    unit: str


def prices_of_bill(costs: pd.DataFrame) -> pd.DataFrame:
    """Unit prices that a bill tells (``cost_monthly``): On-Demand usage, cost over quantity, a row a SKU and region.

    Columns: ``region``, ``service_code``, ``usage_type`` (plain), ``operation``, ``unit``, ``instance_type``, ``price``
    (public), ``contracted`` (after private discounts).
    """
    usage = costs[(costs["ChargeCategory"] == "Usage") & (costs["PricingCategory"] == "Standard")]
    usage = usage[(usage["PricingQuantity"] > 0) & (usage["ListCost"] > 0)]
    named = usage.assign(
        region=usage["RegionId"],
        service_code=usage["x_ServiceCode"],
        usage_type=usage["x_UsageType"].fillna("").map(plain),
        operation=usage["x_Operation"],
        unit=usage["PricingUnit"],
        instance_type=usage["x_instance_type"],
    )
    sums = named.groupby(_KEYS, dropna=False)[["PricingQuantity", "ListCost", "ContractedCost"]].sum().reset_index()
    per_unit = sums.assign(
        price=sums["ListCost"] / sums["PricingQuantity"], contracted=sums["ContractedCost"] / sums["PricingQuantity"]
    )
    return per_unit[_COLUMNS]


def with_list(of_bill: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """A bill's prices, and those of a price list for what the bill does not price; a list knows no private discount."""
    same = ["region", "service_code", "usage_type", "operation"]
    plain_list = listed.assign(usage_type=listed["usage_type"].map(plain), contracted=math.nan)
    known = set(of_bill[same].fillna("").itertuples(index=False, name=None))
    new = [key not in known for key in plain_list[same].fillna("").itertuples(index=False, name=None)]
    if not any(new):
        return of_bill
    return pd.concat([of_bill, plain_list.loc[new, _COLUMNS]], ignore_index=True)


def in_currency(listed: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """A price list where the bill (``cost_monthly``) is in its currency; no rows otherwise: there is no rate here."""
    return listed if set(costs["BillingCurrency"].dropna()) <= {LIST_CURRENCY} else listed.head(0)


def unit_price(
    evidence: Evidence, service: str, usage_type: str, region: str, operation: str | None = None
) -> UnitPrice | None:
    """What a unit of a plain usage type costs in a region; None where neither bill nor price list says it.

    Without ``operation`` the dearest of several is taken: a saving priced on it is never flattered.
    """
    told = _told(evidence).get((service, usage_type, region), ())
    return next((price for of, price in told if operation is None or of == operation), None)


@once
def _told(evidence: Evidence) -> Mapping[tuple[str, str, str], Sequence[tuple[str, UnitPrice]]]:
    """The prices of each usage type with their operations, the dearest first."""
    found: dict[tuple[str, str, str], list[tuple[str, UnitPrice]]] = defaultdict(list)
    frame = evidence.prices.sort_values("price", kind="stable").iloc[::-1]
    for *key, operation, unit, price, contracted in frame[_PRICED].itertuples(index=False, name=None):
        paid = price if math.isnan(contracted) else contracted
        found[tuple(key)].append((operation, UnitPrice(float(price), float(paid), str(unit))))
    return found
