"""What a resource used month by month, meter by meter, and how much of each month it was there for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.core.periods import Period

_PARTS: Final = {
    "compute": r"(?:BoxUsage|SpotUsage|DedicatedUsage|UnusedDed|HostUsage|InstanceUsage|Multi-AZUsage|NodeUsage"
    r"|Lambda-.*(?:GB-Second|Concurrency)|Fargate-|ESInstance|Node:)",
    "storage": r"(?:EBS:|RDS:|Aurora:|TimedStorage|.*Storage|.*-ByteHrs)",
    "traffic": r".*(?:Bytes|DataTransfer|DataProcessing)",
    "hours": r".*(?:Hours|Hrs|Usage)",
}
"""Usage types of the components that actions name; a component that is not among them is the whole resource."""

_BY_MONTH: Final = re.compile(r"(?i)[-/ ]mo(?:nth)?s?\b")
_READ: Final = ["SubAccountId", "ResourceId", "ChargeCategory", "BillingPeriodStart", "x_UsageType", "x_Operation"]
_FIGURES: Final = ["PricingUnit", "PricingQuantity", "EffectiveCost", "ListCost", "BillingCurrency", "x_first_seen"]
Meter = tuple[str, str, str]  # usage type without its region, operation, unit


@dataclass(frozen=True)
class Exposure:
    """A month, or the part of it that counts: its days."""

    month: Period
    days: float

    @property
    def share(self) -> float:
        """The part of the month."""
        return self.days / self.month.days


@dataclass(frozen=True)
class Rate:
    """What a meter counts a month, and what that costs; list cost is None where the bill does not tell it."""

    quantity: float
    cost: float
    list_cost: float | None


def usage(bill: pd.DataFrame) -> pd.DataFrame:
    """The usage of a bill with ``account``, ``resource``, ``month``, ``meter`` (plain usage type), ``unit``."""
    tags = [column for column in bill.columns if str(column).casefold() == "x_tag_name"]
    rows = bill.loc[bill["ChargeCategory"] == "Usage", [*_READ, *_FIGURES, *tags]].reset_index(drop=True)
    months = {day: Period.of(day) for day in rows["BillingPeriodStart"].unique()}
    return rows.assign(
        account=rows["SubAccountId"],
        resource=rows["ResourceId"],
        month=pd.Series([months[day] for day in rows["BillingPeriodStart"]], index=rows.index, dtype="object"),
        meter=plain_of(rows),
        operation=rows["x_Operation"].fillna(""),
        unit=rows["PricingUnit"].fillna(""),
        name=rows[tags[0]] if tags else None,
    ).drop(columns=[*_READ, "PricingUnit", *tags])


def of_component(rows: pd.DataFrame, component: str) -> pd.DataFrame:
    """The rows of a resource's component; all of them where its usage types are not known, or none is there."""
    pattern = _PARTS.get(component)
    if pattern is None:
        return rows
    named = rows[rows["meter"].str.match(pattern)]
    return named if len(named) else rows


def seen_for(rows: pd.DataFrame, months: Sequence[Period]) -> list[Exposure]:
    """The whole months that a resource was there; the first one from the day on which it is first seen."""
    if rows.empty:
        return []
    by_month = rows.groupby("month")["x_first_seen"].min()
    first = by_month.index.min()
    begun = by_month.loc[first]
    late = 0 if pd.isna(begun) else max(0, (begun.date() - first.start).days)
    there = [month for month in months if month in by_month.index]
    return [Exposure(month, month.days - (late if month == first else 0)) for month in there]


def rates(rows: pd.DataFrame, exposures: Sequence[Exposure], length: float) -> dict[Meter, Rate]:
    """Each meter over these months, a month of ``length`` days.

    What is billed by the month counts by the part of it, all else by days.
    """
    share, days = sum(item.share for item in exposures), sum(item.days for item in exposures)
    here = rows[rows["month"].isin({item.month for item in exposures})]
    found: dict[Meter, Rate] = {}
    for key, of_meter in here.groupby(["meter", "operation", "unit"], sort=True):
        meter, operation, unit = map(str, key)
        factor = 1.0 / share if _BY_MONTH.search(unit) else length / days
        known = of_meter["ListCost"].notna().all()
        found[meter, operation, unit] = Rate(
            float(of_meter["PricingQuantity"].sum()) * factor,
            float(of_meter["EffectiveCost"].sum()) * factor,
            float(of_meter["ListCost"].sum()) * factor if known else None,
        )
    return found


def countable(rows: pd.DataFrame) -> bool:
    """Can prices be told: does every row that costs something have its cost and its quantity?"""
    if rows["EffectiveCost"].isna().any():
        return False
    costly = rows[rows["EffectiveCost"].abs() > 0]
    return bool((costly["PricingQuantity"].fillna(0.0) > 0).all())


def came_back(rows: pd.DataFrame, month: Period, last_day: dt.date) -> float | None:
    """The days of a month since a resource is seen again, where that is later than the month's first day."""
    here: pd.Series[Any] = rows.loc[rows["month"] == month, "x_first_seen"].dropna()
    if here.empty or here.min().date() <= month.start:
        return None
    return float((min(last_day, month.end - dt.timedelta(days=1)) - here.min().date()).days + 1)
