"""Where does each budget of the month, and of the next, end? The budgets beside the scope's costs and its forecast."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from finops_lib.analyses import budgeting
from finops_lib.analyses.budgeting import BudgetsResult
from finops_lib.analyses.charge_history import of_account
from finops_lib.analyses.conformal import margin
from finops_lib.analyses.forecast_result import End, ForecastResult
from finops_lib.analyses.forecasting import as_date, known
from finops_lib.analyses.track_record import ready, replay
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period

LEVEL: Final = 0.8

WATCHED: Final = 60
"""Budgets of single accounts that get an interval of their own; those of the largest limits come first."""


def of_month(budgets: pd.DataFrame, charges: pd.DataFrame, found: ForecastResult) -> BudgetsResult:
    """The budgets of the month of the forecast. Raises :class:`InsufficientDataError` where it has none.

    ``charges`` are the scope's daily charges (``SubAccountId``, ``ServiceName``, ``day``, ``kind``, ``cost``).
    """
    month = Period.of(as_date(found.as_of))
    spent = found.by_cell.groupby("SubAccountId")["month_to_date"].sum().to_dict()
    ends = found.by_cell.groupby("SubAccountId")["month_end"].sum().to_dict()
    actuals = {str(key): float(value) for key, value in spent.items()} | {found.scope: found.month_end.actual_to_date}
    forecasts = {found.scope: _narrow(found.month_end)}
    for account in _accounts(budgets, month, found.scope):
        if account in ends:
            forecasts[account] = _around(charges, account, month, found, float(spent[account]), float(ends[account]))
    return _compare(budgets, actuals, forecasts, month, found)


def of_next(budgets: pd.DataFrame, charges: pd.DataFrame, found: ForecastResult) -> BudgetsResult:
    """The budgets of the month after a closed one, against what it is expected to cost by account.

    Raises :class:`InsufficientDataError` where the month has no budget, or the month of the forecast still runs.
    """
    if found.next_month is None:
        raise InsufficientDataError("The month still runs.")
    month = Period.of(as_date(found.next_month.first_day))
    ends = found.by_cell.groupby("SubAccountId")["next_month"].sum().to_dict()
    forecasts = {found.scope: _narrow(found.next_month)}
    for account in _accounts(budgets, month, found.scope):
        if account in ends:
            forecasts[account] = _around(charges, account, month, found, 0.0, float(ends[account]))
    nothing_yet = dict.fromkeys([found.scope, *map(str, ends)], 0.0)
    return _compare(budgets, nothing_yet, forecasts, month, found)


def daily(charges: pd.DataFrame) -> pd.DataFrame:
    """The cost of each day that the scope has costs on: ``date``, ``cost``."""
    return charges.groupby("day")["cost"].sum().rename_axis("date").rename("cost").reset_index()


def _around(
    charges: pd.DataFrame, account: str, month: Period, found: ForecastResult, spent: float, expected: float
) -> tuple[float, float, float]:
    """What an account's month may end between, as its own forecast has it: around the same figure, by its own past."""
    rest = (month.end - as_date(found.as_of)).days - 1
    if rest == 0:
        return expected, expected, expected
    within, series = known(charges, as_date(found.as_of))
    past, monthly = of_account(within, account, series.days)
    off = margin(replay(ready(past, rest, monthly), rest).past(), rest, LEVEL)
    least = min(spent, expected) if past.never_negative else -math.inf
    return max(expected + off.low, least), expected, expected + off.high


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
        level=LEVEL,
        as_of=as_date(found.as_of),
    )
