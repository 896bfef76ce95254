"""AWS Budgets: limits, actual and forecasted spend as AWS keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import pandas as pd
from botocore.exceptions import BotoCoreError, ClientError

from finops_lib.contracts.commercial import validate_budgets
from finops_lib.core.periods import Period
from finops_lib.sources.aws.answers import explain_billing

SERVICE: Final = "budgets"
NAME: Final = "AWS Budgets"
COLUMNS: Final = ("budget", "scope", "type", "time_unit", "amount", "currency", "actual", "forecast", "filtered")


def describe(client: Any, account_id: str, *, period: Period | None = None) -> pd.DataFrame:
    """DescribeBudgets, all pages: a row a budget.

    ``scope`` is the one account that the budget filters by, ``organization`` without a filter, else None
    (``filtered`` tells that other filters narrow it). ``amount`` is the planned limit of ``period`` where there is one.
    Budgets of usage, coverage and utilization have no currency and come with their unit.
    """
    rows, token = [], None
    while True:
        asked = {"AccountId": account_id, "MaxResults": 100} | ({"NextToken": token} if token else {})
        try:
            page = client.describe_budgets(**asked)
        except (BotoCoreError, ClientError) as error:
            raise explain_billing(error, NAME, "budgets:ViewBudget") from error
        rows += [_row(budget, period) for budget in page.get("Budgets", [])]
        token = page.get("NextToken")
        if not token:
            return pd.DataFrame(rows, columns=list(COLUMNS))


def as_budgets(described: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Monthly cost budgets of a whole account or organization, as :class:`~finops_lib.contracts.commercial.Budgets`."""
    usable = described["scope"].notna() & described["amount"].notna()
    mine = described[usable & (described["type"] == "COST") & (described["time_unit"] == "MONTHLY")]
    named = mine[["budget", "scope", "amount", "currency"]].assign(period=str(period))
    unknown = dict.fromkeys(("owner", "approved_by", "approved_on", "exception", "exception_until"))
    return validate_budgets(named.assign(**unknown).reset_index(drop=True))


def _row(budget: Mapping[str, Any], period: Period | None) -> dict[str, Any]:
    limit = _limit(budget, period)
    spend = budget.get("CalculatedSpend") or {}
    scope, filtered = _scope(budget)
    return {
        "budget": budget["BudgetName"],
        "scope": scope,
        "type": budget.get("BudgetType"),
        "time_unit": budget.get("TimeUnit"),
        "amount": _amount(limit),
        "currency": (limit or {}).get("Unit"),
        "actual": _amount(spend.get("ActualSpend")),
        "forecast": _amount(spend.get("ForecastedSpend")),
        "filtered": filtered,
    }


def _limit(budget: Mapping[str, Any], period: Period | None) -> Mapping[str, Any] | None:
    """The limit of the month: planned limits are kept by the second at which their month begins."""
    planned = budget.get("PlannedBudgetLimits") or {}
    if period is not None:
        start = str(int(pd.Timestamp(period.start, tz="UTC").timestamp()))
        if start in planned:
            found: Mapping[str, Any] = planned[start]
            return found
    limit: Mapping[str, Any] | None = budget.get("BudgetLimit")
    return limit


def _scope(budget: Mapping[str, Any]) -> tuple[str | None, bool]:
    filters = {key: values for key, values in (budget.get("CostFilters") or {}).items() if values}
    if budget.get("FilterExpression"):
        return None, True
    if not filters:
        return "organization", False
    accounts = filters.get("LinkedAccount", [])
    alone = set(filters) == {"LinkedAccount"} and len(accounts) == 1
    return (str(accounts[0]), False) if alone else (None, True)


def _amount(spend: Mapping[str, Any] | None) -> float | None:
    return None if not spend or spend.get("Amount") is None else float(Decimal(spend["Amount"]))
