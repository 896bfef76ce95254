"""Which figures of ours and of AWS's speak of the same thing? Method: docs/methods/budgets.md."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from finops_lib.analyses.cross_check import CrossCheckResult, compare
from finops_lib.analyses.driver_groups import compare_drivers
from finops_lib.analyses.effects import effect_of_rows
from finops_lib.analyses.forecast_days import same_days
from finops_lib.analyses.forecast_result import ForecastResult
from finops_lib.analyses.sides import Sides, joined, side
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.contracts.aws_answers import ALL_ONLY, AwsAnswers
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

COSTS: Final = {"billed": ("BilledCost", "UnblendedCost"), "effective": ("EffectiveCost", "AmortizedCost")}
PARTS: Final = ("credits", "refunds", "tax", "support", "private_discount", "marketplace")
ORDER: Final = ("billed", "effective", "billed_by_account", "effective_by_account", "drivers", "forecast", "budgets")
TOTAL: Final = "total"


def set_beside(
    monthly: pd.DataFrame,
    answers: AwsAnswers | None,
    *,
    scope: Scope,
    period: Period,
    variance: VarianceResult | None = None,
    forecast: ForecastResult | None = None,
) -> CrossCheckResult:
    """Set the month's costs, its change and its forecast beside what AWS says of them.

    ``monthly`` is ``cost_monthly``; ``answers`` what AWS answered, None where it was not asked. ``variance`` (against
    the month before) and ``forecast`` are those of the same scope and month; what lacks one of them is not checked. For
    an account its own line alone is compared. Raises :class:`CurrencyMismatch` for two currencies.
    """
    rows = _rows(monthly, scope, period)
    currency = one_currency(rows, f"{scope} in {period}")
    mine = answers.of(scope) if answers else None
    sides = joined(
        [
            _costs(rows, mine, scope),
            _drivers(mine, scope, period, variance),
            _forecast(mine, scope, forecast),
            _budgets(mine),
        ]
        if mine
        else [_never_asked(rows, scope, period)]
    ).in_currency(currency)
    result = compare(
        sides.ours,
        sides.aws,
        not_asked=sides.refused,
        parts=_parts(rows, scope),
        not_applicable=sides.aside,
        likely=sides.likely,
    )
    asked = mine.asked_on if mine else None
    checks = result.checks.sort_values("check", key=lambda names: names.map(ORDER.index), kind="stable")
    return dataclasses.replace(
        result,
        checks=checks.reset_index(drop=True),
        scope=str(scope),
        period=str(period),
        currency=currency,
        asked_on=asked,
    )


def _rows(monthly: pd.DataFrame, scope: Scope, period: Period) -> pd.DataFrame:
    rows = monthly[monthly["BillingPeriodStart"] == pd.Timestamp(period.start)]
    return rows if scope.account is None else rows[rows["SubAccountId"] == scope.account]


def _never_asked(rows: pd.DataFrame, scope: Scope, period: Period) -> Sides:
    reason = f"AWS was not asked for {period}. Run: finops cross-check --period {period}"
    return Sides(ours=side(_ours(rows, str(scope.account or TOTAL))), refused=dict.fromkeys(COSTS, reason))


def _costs(rows: pd.DataFrame, answers: AwsAnswers, scope: Scope) -> Sides:
    """Billed cost beside unblended, effective beside amortized: in total and by account."""
    if scope.account is not None:
        return _cost(answers, "cost_by_account", {scope.account: rows}, "")
    accounts = {str(account): own for account, own in rows.groupby("SubAccountId")}
    total = _cost(answers, "cost", {TOTAL: rows}, "")
    return joined([total, _cost(answers, "cost_by_account", accounts, "_by_account")])


def _cost(answers: AwsAnswers, question: str, keyed: Mapping[str, pd.DataFrame], suffix: str) -> Sides:
    answer = answers.answers.get(question)
    reason = "AWS was not asked for it." if answer is None else answer.reason
    refused = {f"{check}{suffix}": reason for check in COSTS} if reason else {}
    # A refusal is told once, beside our total, and not once an account.
    shown = {} if refused and suffix else keyed
    ours = [line for key, own in shown.items() for line in _ours(own, key, suffix)]
    return Sides(side(ours), side(_theirs(answers.frame(question), suffix)), refused)


def _ours(rows: pd.DataFrame, key: str, suffix: str = "") -> list[dict[str, object]]:
    return [
        {"check": f"{check}{suffix}", "key": key, "metric": ours, "amount": math.fsum(rows[ours].dropna())}
        for check, (ours, _) in COSTS.items()
    ]


def _theirs(frame: pd.DataFrame, suffix: str) -> list[dict[str, object]]:
    """A line a key and metric; a month that AWS gives in several steps is added."""
    keyed = frame.assign(key=frame.get("LINKED_ACCOUNT", TOTAL))
    names = {theirs: check for check, (_, theirs) in COSTS.items()}
    known = keyed[keyed["metric"].isin(names)]
    return [
        {
            "check": f"{names[str(metric)]}{suffix}",
            "key": str(key),
            "metric": str(metric),
            "amount": math.fsum(lines["amount"].dropna()),
            "unit": lines["unit"].iloc[0],
            "estimated": bool(lines["estimated"].any()),
        }
        for (key, metric), lines in known.groupby(["key", "metric"])
    ]


def _drivers(answers: AwsAnswers, scope: Scope, period: Period, variance: VarianceResult | None) -> Sides:
    if "drivers" not in answers.answers:
        over = f"{period.label} was not over when AWS was asked."
        return Sides(aside={"drivers": _all_only(scope) or over})
    answer = answers.answers["drivers"]
    if answer.frame is None:
        return Sides(refused={"drivers": str(answer.reason)})
    return compare_drivers(answer.frame, variance)


def _forecast(answers: AwsAnswers, scope: Scope, forecast: ForecastResult | None) -> Sides:
    if "forecast" not in answers.answers:
        return Sides(aside={"forecast": _all_only(scope) or "The month was over when AWS was asked."})
    answer = answers.answers["forecast"]
    if answer.frame is None:
        return Sides(refused={"forecast": str(answer.reason)})
    return same_days(answer.frame, forecast)


def _budgets(answers: AwsAnswers) -> Sides:
    """Budgets are read, not compared; but that they could not be read must be told."""
    reason = answers.answers["budgets"].reason if "budgets" in answers.answers else None
    return Sides(refused={"budgets": reason} if reason else {})


def _all_only(scope: Scope) -> str | None:
    return None if scope.is_organization else ALL_ONLY


def _parts(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Credits, tax and the like within our costs, in total and by account: what a gap may be made of."""
    named = rows.assign(part=effect_of_rows(rows))
    named = named[named["part"].isin(PARTS)]
    named = named.assign(part=named["part"].str.replace("_", " "), key=str(scope.account or TOTAL))
    found = [_sums(named, "")]
    if scope.is_organization:
        found.append(_sums(named.assign(key=named["SubAccountId"]), "_by_account"))
    return pd.concat(found, ignore_index=True)


def _sums(named: pd.DataFrame, suffix: str) -> pd.DataFrame:
    metrics = {metric: f"{check}{suffix}" for check, (metric, _) in COSTS.items()}
    sums = named.groupby(["key", "part"])[list(metrics)].sum().reset_index().rename(columns=metrics)
    return sums.melt(["key", "part"], var_name="check", value_name="amount")
