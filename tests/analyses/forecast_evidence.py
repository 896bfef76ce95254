"""Costs by day as cost_daily has them, from a few numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from finops_lib.contracts.marts import validate

A, B = "111122223333", "444455556666"


def charges(
    cost: Any,
    account: str | None = A,
    service: str = "EC2",
    kind: str = "usage",
    start: str = "2025-01-01",
    **columns: Any,
) -> pd.DataFrame:
    """One row a day from ``start`` on; NaN leaves a day out."""
    values = np.asarray(cost, dtype=float)
    frame = pd.DataFrame({"x_charge_day": pd.date_range(start, periods=len(values)), "EffectiveCost": values})
    frame = frame.dropna().assign(SubAccountId=account, ServiceName=service, x_charge_kind=kind, **columns)
    return frame.reset_index(drop=True)


def charge(day: str, cost: float, account: str = A, service: str = "Support", kind: str = "fee") -> pd.DataFrame:
    """One row."""
    return charges([cost], account, service, kind, start=day)


def mart(*frames: pd.DataFrame, currency: str = "USD") -> pd.DataFrame:
    """The rows as cost_daily."""
    frame = pd.concat(frames, ignore_index=True)
    frame["BillingPeriodStart"] = frame["x_charge_day"].dt.to_period("M").dt.start_time
    for column in ("RegionId", "ChargeCategory", "PricingCategory"):
        frame[column] = None
    for column in ("BilledCost", "ListCost", "ContractedCost"):
        frame[column] = frame["EffectiveCost"]
    frame["BillingCurrency"] = frame["BillingCurrency"].fillna(currency) if "BillingCurrency" in frame else currency
    return validate("cost_daily", frame.assign(x_rows=1))
