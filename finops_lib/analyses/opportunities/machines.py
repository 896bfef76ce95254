"""Machines that are billed by the hour: EC2 instances, databases, cache nodes, with their type, hours and own price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities import billed
from finops_lib.analyses.opportunities.instance_types import InstanceType, parsed
from finops_lib.analyses.opportunities.once import once
from finops_lib.analyses.opportunities.places import told
from finops_lib.analyses.opportunities.unit_prices import UnitPrice, unit_price
from finops_lib.analyses.opportunities.usage_types import plain_of
from finops_lib.contracts.evidence import Evidence

EC2: Final = ("AmazonEC2", r"BoxUsage:")
RDS: Final = ("AmazonRDS", r"(?:InstanceUsage|Multi-AZUsage|InstanceUsageIOOptimized|Multi-AZUsageIOOptimized):")
CACHE: Final = ("AmazonElastiCache", r"NodeUsage:")

_SKU: Final = ["stem", "type", "operation"]
_LONG_WEEKEND: Final = pd.Timedelta(days=4)
_GONE: Final = frozenset({"terminated", "shutting-down", "stopped", "stopping", "deleting"})


@once
def machines(evidence: Evidence, kind: tuple[str, str]) -> pd.DataFrame:
    """A row a machine as it last ran: columns of :func:`billed.resources`, and ``stem``, ``type``, ``operation``.

    A machine that changed its type within the period is told by the rows of its last type alone. ``price`` and
    ``contracted`` are what an hour costs On-Demand: by its uncovered hours, else by what its covered hours would cost.
    """
    lines = _with_sku(billed.rows(evidence, *kind))
    last = lines.sort_values("x_last_seen", kind="stable").drop_duplicates(["SubAccountId", "ResourceId"], keep="last")
    lines = lines.merge(last[["SubAccountId", "ResourceId", *_SKU]], on=["SubAccountId", "ResourceId", *_SKU])
    skus = lines.drop_duplicates(["SubAccountId", "ResourceId"]).set_index("ResourceId")[_SKU]
    costs = billed.resources(lines)
    return costs.join(skus, on="resource").join(_own_prices(lines), on="resource")


def current(evidence: Evidence, kind: str, costs: pd.DataFrame) -> pd.DataFrame:
    """The machines that still run: those that the inventory says are gone or stopped are left out.

    Where nobody was asked, the bill speaks: one that it does not show in its last days is gone. Columns that only the
    inventory has are added.
    """
    described = evidence.of(kind).drop_duplicates("resource")
    described = described[["resource", *(column for column in described if column not in costs)]]
    merged = costs.merge(described, on="resource", how="left", indicator="told")
    asked = told(evidence, merged, kind)
    absent = merged["told"] == "left_only"
    ended = merged["last_seen"] < evidence.bill["x_last_seen"].max() - _LONG_WEEKEND
    gone: pd.Series[bool] = absent & (asked | ended)
    if "state" in merged:
        gone |= merged["state"].isin(_GONE)
    running: pd.DataFrame = merged[~gone]
    return running.drop(columns="told")


class MachinePrices:
    """The hourly prices of a service's machines."""

    def __init__(self, evidence: Evidence, service: str) -> None:
        self._evidence, self._service = evidence, service

    def own(self, row: Mapping[str, Any]) -> UnitPrice | None:
        """What an hour of this machine costs On-Demand: by its own hours, else by the prices that are known."""
        if row["contracted"] is not None:
            return UnitPrice(float(row["price"]), float(row["contracted"]), "Hrs")
        kind = parsed(row["type"])
        return None if kind is None else self.of(row, kind)

    def of(self, row: Mapping[str, Any], kind: InstanceType) -> UnitPrice | None:
        """What an hour of another type costs On-Demand, with the machine's region, system, engine and deployment."""
        prices = (
            self._price(f"{row['stem']}:{spelling}", row["region"], row["operation"]) for spelling in kind.spellings
        )
        return next((price for price in prices if price is not None), None)

    def _price(self, usage_type: str, region: str, operation: str) -> UnitPrice | None:
        return unit_price(self._evidence, self._service, usage_type, region, operation)


def _with_sku(lines: pd.DataFrame) -> pd.DataFrame:
    named = [str(usage_type).partition(":") for usage_type in plain_of(lines)]
    return lines.assign(
        stem=pd.Series([stem for stem, _, _ in named], index=lines.index, dtype=object),
        type=pd.Series([str(parsed(name) or name) for _, _, name in named], index=lines.index, dtype=object),
        operation=lines["x_Operation"].fillna("").str.replace(r":SV\d+$", "", regex=True).astype(object),
    )


def _own_prices(lines: pd.DataFrame) -> pd.DataFrame:
    priced = lines[(lines["PricingQuantity"] > 0) & (lines["ListCost"] > 0) & (lines["ContractedCost"] > 0)]
    open_hours = _hourly(priced[priced["PricingCategory"] == "Standard"])
    return open_hours.combine_first(_hourly(priced[priced["PricingCategory"] == "Committed"]))


def _hourly(lines: pd.DataFrame) -> pd.DataFrame:
    sums = lines.groupby("ResourceId")[["PricingQuantity", "ListCost", "ContractedCost"]].sum()
    hours = sums["PricingQuantity"]
    return pd.DataFrame({"price": sums["ListCost"] / hours, "contracted": sums["ContractedCost"] / hours})
