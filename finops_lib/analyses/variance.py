"""Why did cost change from one month to the next, to the cent? Method: docs/methods/variance.md."""

from __future__ import annotations

import math

import pandas as pd

from finops_lib.analyses.calendar_days import Elapsed, elapsed
from finops_lib.analyses.categories import Evidence, KpiRelation, classify
from finops_lib.analyses.keys import key_columns
from finops_lib.analyses.monthly_change import READ, change_lines
from finops_lib.analyses.spikes import spikes
from finops_lib.analyses.totals import one_currency
from finops_lib.analyses.variance_result import Amounts, VarianceResult, tables
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.note import Note
from finops_lib.core.periods import Period
from finops_lib.core.scope import Scope

EVIDENCE = ("cost_monthly", "resource_monthly", "cost_daily", "commitment_monthly", "snapshots")
"""The marts that :func:`explain` takes, of the period and the month before, in its order."""


def explain(
    monthly: pd.DataFrame,
    resources: pd.DataFrame | None = None,
    daily: pd.DataFrame | None = None,
    commitments: pd.DataFrame | None = None,
    snapshots: pd.DataFrame | None = None,
    *,
    scope: Scope,
    period: Period,
    anomalies: pd.DataFrame | None = None,
    actions: pd.DataFrame | None = None,
    kpi: KpiRelation | None = None,
) -> VarianceResult:
    """Explain the change of effective cost from the month before to ``period``; the marts hold (at least) both.

    Raises :class:`InsufficientDataError` without the month or its predecessor, :class:`CurrencyMismatch` for two
    currencies.
    """
    previous = period.shift(-1)
    rows = _two_months(monthly, snapshots, scope, previous, period)
    currency = one_currency(rows, f"{scope} in {previous} and {period}")
    months = elapsed(snapshots, previous), elapsed(snapshots, period)
    change = change_lines(rows, _only(resources, previous, period), *months)
    if anomalies is None and daily is not None:
        anomalies = spikes(_of(daily, previous, period), *months)
    commitments = _only(commitments, previous, period)
    evidence = Evidence(previous, period, anomalies, actions, commitments, kpi)
    return VarianceResult(
        scope=str(scope),
        period=str(period),
        against="previous",
        currency=currency,
        total=Amounts(math.fsum(change.cost[0]), math.fsum(change.cost[1])),
        raw=Amounts(*change.raw),
        **tables(change.keys, classify(change, evidence, rows)),
        notes=tuple(_notes(months)),
    )


def _two_months(
    monthly: pd.DataFrame, snapshots: pd.DataFrame | None, scope: Scope, previous: Period, period: Period
) -> pd.DataFrame:
    """The rows of both months; refuses where one of them is not held."""
    rows = _of(monthly[_needed(monthly)], previous, period)
    now = rows["BillingPeriodStart"] == pd.Timestamp(period.start)
    if not now.any():
        raise InsufficientDataError(f"{scope} has no charges in {period}.", hint="finops status lists what is held.")
    if now.all() and (snapshots is None or not (snapshots["period"] == str(previous)).any()):
        raise InsufficientDataError(
            f"The change to {period} cannot be explained: {previous}, the month before, is not in the warehouse.",
            hint=f"Pull the bill of {previous} with: finops pull SOURCE",
        )
    return rows


def _needed(monthly: pd.DataFrame) -> list[str]:
    """The columns that are read, so that the others are not copied about."""
    wanted = {*key_columns(monthly), *READ}
    return [column for column in monthly.columns if column in wanted]


def _of(frame: pd.DataFrame, *periods: Period) -> pd.DataFrame:
    chosen = frame["BillingPeriodStart"].isin([pd.Timestamp(period.start) for period in periods])
    return frame if chosen.all() else frame[chosen]


def _only(frame: pd.DataFrame | None, *periods: Period) -> pd.DataFrame | None:
    return None if frame is None else _of(frame, *periods)


def _notes(months: tuple[Elapsed, ...]) -> list[Note]:
    return [
        Note.warning(
            "variance.open_month",
            f"{month.period} holds {month.days} of {month.period.days} days: its usage is brought to the whole month.",
            period=str(month.period),
            days=month.days,
            of=month.period.days,
        )
        for month in months
        if month.is_open
    ]
