"""Does AWS lay the month's change to the same groups of charges? Method: docs/methods/budgets.md."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from finops_lib.analyses.rounding import HALF_CENT
from finops_lib.analyses.sides import Sides, side
from finops_lib.analyses.totals import METRIC
from finops_lib.analyses.variance_result import VarianceResult

GROUPS: Final = ("tax", "support", "credits", "refunds", "usage", "rest")
"""Kinds of charges that both tell apart. Usage comes with its discounts and commitments."""

_OF_EFFECT: Final = {
    **{name: name for name in ("tax", "support", "credits", "refunds")},
    "one_off_fees": "rest",
    "unclassified": "rest",
}
_OF_TYPE: Final = {
    "TAX": "tax",
    "SUPPORT_FEE": "support",
    "CREDIT": "credits",
    "REFUND": "refunds",
    **dict.fromkeys(("USAGE_CHANGE", "COMMITMENT", "BUNDLED_DISCOUNT", "RI_VOLUME_DISCOUNT"), "usage"),
    **dict.fromkeys(("RESERVATION_USAGE", "RECURRING_RESERVATION_FEE"), "usage"),
    **dict.fromkeys(("SAVINGS_PLAN_USAGE", "SAVINGS_PLAN_NEGATION", "SAVINGS_PLAN_RECURRING_FEE"), "usage"),
}
_LIKELY: Final = "AWS tells only drivers that it finds significant, and groups them its own way"


def compare_drivers(drivers: pd.DataFrame, variance: VarianceResult | None) -> Sides:
    """Our effects beside AWS's drivers, added by group and in total; both of amortized cost."""
    aws = _sums(drivers["type"].map(lambda kind: _OF_TYPE.get(str(kind), "rest")), drivers["change"])
    unit = next(iter(drivers["unit"].dropna()), None)
    theirs = side([{**_line(key, "AmortizedCost", amount), "unit": unit} for key, amount in aws.items()])
    if variance is None or variance.against != "previous":
        return Sides(aws=theirs, aside={"drivers": "There is no variance against the month before to compare."})
    if variance.normalized:
        return Sides(aws=theirs, aside={"drivers": "The bill held does not reach the end of both months."})
    effects = variance.effects
    mine = _sums(effects["effect"].map(lambda name: _OF_EFFECT.get(str(name), "usage")), effects["amount"])
    ours = side([_line(key, METRIC, amount) for key, amount in mine.items() if abs(amount) >= HALF_CENT or key in aws])
    return Sides(ours, theirs, likely={"drivers": _LIKELY})


def _sums(groups: pd.Series[str], amounts: pd.Series[float]) -> dict[str, float]:
    """The sum of each group, and of all as ``total``."""
    found = {name: math.fsum(amounts[groups == name].dropna()) for name in GROUPS if (groups == name).any()}
    return {**found, "total": math.fsum(amounts.dropna())}


def _line(key: str, metric: str, amount: float) -> dict[str, object]:
    return {"check": "drivers", "key": key, "metric": metric, "amount": amount}
