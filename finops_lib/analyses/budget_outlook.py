"""Where does each budget of the month, and of the next, end? The budgets beside the scope's costs and its forecast."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from finops_lib.analyses import budgeting, next_month
from finops_lib.analyses.budgeting import BudgetsResult
from finops_lib.analyses.forecast_result import End, ForecastResult
from finops_lib.analyses.forecasting import as_date, month_end
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period

WATCHED: Final = 60
"""Budgets of single accounts that get an interval of their own; those of the largest limits come first."""


def of_month(budgets: pd.DataFrame, charges: pd.DataFrame, found: ForecastResult) -> BudgetsResult:
    """The budgets of the month of the forecast. Raises :class:`InsufficientDataError` where it has none.

    ``charges`` are the scope's daily charges (``SubAccountId``, ``day``, ``cost``).
    """
    day = as_date(found.as_of)
    month = Period.of(day)
    spent = found.by_cell.groupby("SubAccountId")["month_to_date"].sum().to_dict()
    ends = found.by_cell.groupby("SubAccountId")["month_end"].sum().to_dict()
    actuals = {str(key): float(value) for key, value in spent.items()} | {found.scope: found.month_end.actual_to_date}
    forecasts = {found.scope: _narrow(found.month_end)}
    for account in _accounts(budgets, month, found.scope):
        if account in ends:
            around = month_end(daily(charges, account), as_of=day)
            middle, least = float(ends[account]), float(spent[account])
            low = min(middle, max(least, middle - (around.expected - around.low)))
            forecasts[account] = (low, middle, middle + (around.high - around.expected))
    return _compare(budgets, actuals, forecasts, month, found)


def of_next(
    budgets: pd.DataFrame, charges: pd.DataFrame, expected: pd.DataFrame, total: End, found: ForecastResult
) -> BudgetsResult:
    """The budgets of the month after a closed one, against what it is expected to cost by account.

    Raises :class:`InsufficientDataError` where the month has no budget.
    """
    month = Period.of(as_date(total.first_day))
    ends = expected.groupby("SubAccountId")["expected"].sum().to_dict()
    forecasts = {found.scope: _narrow(total)}
    for account in _accounts(budgets, month, found.scope):
        if account in ends:
            end = next_month.ahead(daily(charges, account), float(ends[account]), month)
            forecasts[account] = _narrow(end)
    nothing_yet = dict.fromkeys([found.scope, *map(str, ends)], 0.0)
    return _compare(budgets, nothing_yet, forecasts, month, found)


def daily(charges: pd.DataFrame, account: str | None = None) -> pd.DataFrame:
    """The cost of each day that the scope has costs on: ``date``, ``cost``; 0 where an account has none."""
    known = pd.Index(sorted(charges["day"].unique()), name="date")
    mine = charges if account is None else charges[charges["SubAccountId"] == account]
    return mine.groupby("day")["cost"].sum().reindex(known, fill_value=0.0).rename("cost").reset_index()


def _narrow(end: End) -> tuple[float, float, float]:
    return end.low80, end.expected, end.high80


def _accounts(budgets: pd.DataFrame, month: Period, scope: str) -> Sequence[str]:
    mine = budgets[(budgets["period"] == str(month)) & (budgets["scope"] != scope)]
    ordered = mine.sort_values("amount", ascending=False, kind="stable")["scope"]
    return list(dict.fromkeys(ordered.astype(str)))[:WATCHED]


def _compare(
    budgets: pd.DataFrame,
    actuals: Mapping[str, float],
    forecasts: Mapping[str, tuple[float, float, float]],
    month: Period,
    found: ForecastResult,
) -> BudgetsResult:
    if not (budgets["period"] == str(month)).any():
        raise InsufficientDataError(f"There is no budget for {month.label}.")
    told = {scope: ends for scope, ends in forecasts.items() if all(map(math.isfinite, ends))}
    return budgeting.compare(
        budgets,
        pd.DataFrame({"scope": list(actuals), "actual": np.array(list(actuals.values()), dtype=float)}),
        pd.DataFrame([(scope, *ends) for scope, ends in told.items()], columns=list(budgeting.FORECAST)),
        period=month,
        currency=found.currency,
        as_of=as_date(found.as_of),
    )
