"""Sums of the four costs, by any key, beside the month before. Unknown stays unknown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.contracts.focus import COSTS
from finops_lib.core.errors import CurrencyMismatch

METRIC: Final = "EffectiveCost"


@dataclass(frozen=True)
class CostTotals:
    """The four costs of something in one currency; None where the bill does not tell."""

    BilledCost: float
    EffectiveCost: float
    ListCost: float | None
    ContractedCost: float | None


def one_currency(costs: pd.DataFrame, what: str) -> str:
    """The currency that all rows share; raises :class:`CurrencyMismatch` where there are two."""
    found = sorted(str(code) for code in costs["BillingCurrency"].dropna().unique())
    if len(found) > 1:
        raise CurrencyMismatch(
            f"{what} is billed in {' and '.join(found)}, which cannot be added.",
            hint="Report the accounts of each currency by themselves with --scope; there is no exchange rate here.",
        )
    return found[0] if found else "XXX"  # ISO 4217's code where no currency is told


def totals(costs: pd.DataFrame) -> CostTotals:
    """The four sums over cost_monthly rows."""
    return CostTotals(
        BilledCost=_sum(costs["BilledCost"]),
        EffectiveCost=_sum(costs["EffectiveCost"]),
        ListCost=_known(costs, "ListCost"),
        ContractedCost=_known(costs, "ContractedCost"),
    )


def by(costs: pd.DataFrame, before: pd.DataFrame | None, keys: Sequence[str]) -> pd.DataFrame:
    """The four costs by key, largest effective cost first.

    Columns: the keys, the four costs, ``previous`` (effective cost of ``before``; NaN where that month is not held),
    ``change``. A key that only one of the months has counts 0 in the other.
    """
    now = _grouped(costs, keys)
    if before is None:
        return _sorted(now.assign(previous=math.nan, change=math.nan), keys)
    then = _grouped(before, keys)[[*keys, METRIC]].rename(columns={METRIC: "previous"})
    both = now.merge(then, on=list(keys), how="outer", indicator=True)
    gone = both["_merge"] == "right_only"
    both.loc[gone, list(COSTS)] = 0.0
    both["previous"] = both["previous"].fillna(0.0)
    both["change"] = both[METRIC] - both["previous"]
    return _sorted(both.drop(columns="_merge"), keys)


def _grouped(costs: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    groups = costs.groupby(list(keys), dropna=False, sort=True)
    # min_count: a group whose every value is unknown stays unknown.
    sums = groups[list(COSTS)].sum(min_count=1)
    sums[["BilledCost", METRIC]] = sums[["BilledCost", METRIC]].fillna(0.0)
    return sums.reset_index()


def _sorted(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    by_name = frame.sort_values(list(keys), na_position="last", kind="stable")
    ordered = by_name.sort_values(METRIC, ascending=False, kind="stable").reset_index(drop=True)
    return ordered[[*keys, *COSTS, "previous", "change"]]


def _known(costs: pd.DataFrame, column: str) -> float | None:
    """A sum, or None where no row of usage carries the value while there is usage."""
    usage = costs.loc[costs["x_charge_kind"] == "usage", column]
    if len(usage) and usage.isna().all():
        return None
    return _sum(costs[column])


def _sum(values: pd.Series[float]) -> float:
    return math.fsum(values.dropna())
