"""Two months of bill rows, told by what is special about them, and their variance."""

from __future__ import annotations

from typing import Any

import pandas as pd
from evidence import charge, monthly

from finops_lib.analyses.variance import explain
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION

JULY, AUGUST = "2026-07", "2026-08"  # two months of 31 days


def used(
    month: str, quantity: float | None, price: float | None, /, listed: float | None = None, **columns: Any
) -> dict[str, Any]:
    """Usage of a quantity at a price a unit; list price is that price unless given."""
    cost = None if price is None or quantity is None else quantity * price
    known = cost if listed is None else (None if quantity is None else quantity * listed)
    return charge(cost, month, PricingQuantity=quantity, **({"ListCost": known} | columns))


def covered(month: str, quantity: float, price: float, /, listed: float, **columns: Any) -> dict[str, Any]:
    """Usage under a commitment."""
    return used(
        month,
        quantity,
        price,
        listed,
        PricingCategory="Committed",
        x_line_item_type="SavingsPlanCoveredUsage",
        **columns,
    )


def fee(month: str, cost: float, kind: str, /, **columns: Any) -> dict[str, Any]:
    """A charge that is no usage."""
    plain = {"x_UsageType": None, "PricingUnit": None, "ListCost": None}
    return charge(cost, month, x_charge_kind=kind, **(plain | columns))


def variance(*rows: dict[str, Any], period: str = AUGUST, **settings: Any) -> VarianceResult:
    """The variance of these rows."""
    return explain(monthly(*rows), period=Period.parse(period), **({"scope": ORGANIZATION} | settings))


def effects(result: VarianceResult) -> dict[str, float]:
    """The effects that are something, to a billionth."""
    return {row.effect: round(row.amount, 9) for row in result.effects.itertuples() if abs(row.amount) > 1e-9}


def categories(result: VarianceResult) -> dict[str, float]:
    """The categories that are something."""
    return {row.category: round(row.amount, 9) for row in result.categories.itertuples() if abs(row.amount) > 1e-9}


def resources(*rows: tuple[str, str, float, float], **columns: Any) -> pd.DataFrame:
    """resource_monthly rows of month, resource, quantity and price, each seen all month."""
    made = [used(month, quantity, price, ResourceId=name, **columns) for month, name, quantity, price in rows]
    first = pd.to_datetime(pd.Series([month for month, *_ in rows]))
    return pd.DataFrame(made).assign(
        BillingPeriodStart=first, x_first_seen=first, x_last_seen=first + pd.offsets.MonthBegin()
    )
