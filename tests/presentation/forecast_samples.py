"""Small outlooks whose every number is known, for the tests of looks and words."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from finops_lib.analyses.budgeting import BudgetsResult, compare
from finops_lib.analyses.forecast_result import End, ForecastResult
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.outlook_result import ProspectResult
from finops_lib.analyses.trajectory import Breach, Threshold, TrajectoryResult
from finops_lib.analyses.unit_economics import Growth, Interval, UnitEconomicsResult
from finops_lib.core.note import Note
from finops_lib.core.periods import Period

DATA, PRODUCTION = "210987654321", "012345678901"
NAMES = {DATA: "harbor-data", PRODUCTION: "harbor-production"}
BACKTEST: tuple[dict[str, Any], ...] = (
    {"days": 7, "forecasts": 50, "wape": 0.031, "bias": 0.001, "hit_rate_80": 0.81, "winkler_80": 0.2,
     "run_rate_wape": 0.062, "seasonal_naive_wape": 0.07},
    {"days": 30, "forecasts": 44, "wape": 0.042, "bias": -0.013, "hit_rate_80": 0.795, "winkler_80": 0.3,
     "run_rate_wape": 0.051, "seasonal_naive_wape": 0.094},
    {"days": 90, "forecasts": 30, "wape": 0.08, "bias": -0.05, "hit_rate_80": 0.9, "winkler_80": 0.3,
     "run_rate_wape": 0.09, "seasonal_naive_wape": 0.2},
)  # fmt: skip


def end(first: str, last: str, spent: float, expected: float, off: float = 0.0) -> End:
    """80 % within ``off``, 95 % within twice that."""
    return End(first, last, spent, expected - off, expected, expected + off, expected - 2 * off, expected + 2 * off)


def cells(factor: float = 1.0) -> pd.DataFrame:
    """Two accounts, three services; the columns sum to 20, 36, 95 and 352 thousand."""
    rows = [
        (PRODUCTION, "Amazon Elastic Compute Cloud", 12_000.0, 20_000.0, 55_000.0, 200_000.0),
        (DATA, "Amazon Simple Storage Service", 6_000.0, 10_000.0, 28_000.0, 110_000.0),
        (DATA, "AWS Support (Business)", 2_000.0, 6_000.0, 12_000.0, 42_000.0),
    ]
    columns = ["SubAccountId", "ServiceName", "month_to_date", "ahead", "quarter_end", "year_end"]
    frame = pd.DataFrame(rows, columns=columns)
    frame[columns[2:]] *= factor
    frame.insert(1, "SubAccountName", frame["SubAccountId"].map(NAMES))
    return frame


def outlook(*, over: bool = False, account: str | None = None, **change: Any) -> ProspectResult:
    """October 2026 after 18 days of 20 k USD, or closed at 34 k USD (``over``); of all accounts or one."""
    as_of = dt.date(2026, 10, 31 if over else 18)
    spent = 34_000.0 if over else 20_000.0
    month = end("2026-10-01", "2026-10-31", spent, 34_000.0 if over else 36_000.0, 0.0 if over else 1_000.0)
    found = ForecastResult(
        scope=account or "organization",
        as_of=as_of.isoformat(),
        currency="USD",
        month_end=month,
        quarter_end=end("2026-10-01", "2026-12-31", spent, 95_000.0, 4_000.0),
        year_end=end("2026-01-01", "2026-12-31", 277_000.0, 352_000.0, 5_000.0),
        next_month=end("2026-11-01", "2026-11-30", 0.0, 36_000.0, 1_000.0) if over else None,
        backtest=BACKTEST,
        by_cell=pd.DataFrame(),
        by_nature=pd.DataFrame(),
        calendar=calendar("2026-11" if over else "2026-10"),
        path=pd.DataFrame(),
        events=(Event(dt.date(2026, 12, 1), -40.0, "day", "Move to Graviton", "team plan"),),
        notes=(Note.info("forecast.refunds_apart", "Refunds are not expected to come again."),),
    )
    made = ProspectResult(
        scope=account or "organization",
        scope_name=NAMES.get(account or ""),
        period="2026-10",
        as_of=as_of.isoformat(),
        currency="USD",
        invoice_status="final" if over else "open",
        cost_basis="amortized",
        forecast=found,
        held_from="2025-10-01",
        previous=34_000.0 if over else 30_000.0,
        cells=cells(),
        fan=fan(over=over),
        trajectory=trajectory(as_of),
        budgets=budgets("2026-10", as_of, spent, month),
        budgets_ahead=budgets("2026-11", as_of, 0.0, end("", "", 0.0, 36_000.0, 1_000.0)) if over else None,
        unit_economics=unit_economics(),
        driver="active_users",
        account_names=NAMES,
        not_checked=(),
    )
    return replace(made, **change)


def bare(**change: Any) -> ProspectResult:
    """Nothing could be computed."""
    reasons = {
        "forecast": "There are no charges up to 2026-10-31.",
        "trajectory": "No cost before October 2026 is held.",
        "unit_economics": "There are no business metrics.",
        "budgets": "No file names any for this scope.",
    }
    blank: dict[str, Any] = dict.fromkeys(
        ("forecast", "previous", "held_from", "trajectory", "budgets", "budgets_ahead", "unit_economics")
    )
    notes = tuple(Note.info(f"not_checked.{name}", f"{name}: {why}", reason=why) for name, why in reasons.items())
    frames = {"cells": cells().head(0), "fan": fan(over=True).head(0)}
    return outlook(over=True, driver=None, not_checked=notes, **(blank | frames | change))


def calendar(month: str) -> pd.DataFrame:
    """Support on the 28th, and an everyday charge on two days."""
    days = pd.to_datetime([f"{month}-28", f"{month}-20", f"{month}-21", "2026-12-28"])
    services = ["AWS Support (Business)", "Savings Plans", "Savings Plans", "AWS Support (Business)"]
    kinds = ["fee", "commitment", "commitment", "fee"]
    frame = pd.DataFrame({"kind": kinds, "SubAccountId": DATA, "ServiceName": services})
    return frame.assign(day=days, cost=[4_000.0, 10.0, 10.0, 4_000.0])


def fan(*, over: bool) -> pd.DataFrame:
    """Day by day to today, then to the ends."""
    days = pd.date_range("2026-10-01", "2026-10-31" if over else "2026-10-18")
    total = 34_000.0 if over else 20_000.0
    step = total / len(days)
    frame = pd.DataFrame({"day": days, "actual": [step * (i + 1) for i in range(len(days))]})
    frame[["expected", "low80", "high80", "low95", "high95"]] = math.nan
    frame.loc[len(days) - 1, ["expected", "low80", "high80", "low95", "high95"]] = total
    ends = [("2026-11-30", 70_000.0, 1_000.0), ("2026-12-31", 95_000.0, 4_000.0)]
    ends = ends if over else [("2026-10-31", 36_000.0, 1_000.0)]
    more = [(pd.Timestamp(day), math.nan, at, at - off, at + off, at - 2 * off, at + 2 * off) for day, at, off in ends]
    return pd.concat([frame, pd.DataFrame(more, columns=frame.columns)], ignore_index=True)


def trajectory(as_of: dt.date, breaches: Sequence[Breach] | None = None) -> TrajectoryResult:
    """Three parts watched; harbor-data is above its band, S3 below."""
    found = (
        Breach("account", DATA, 8_000.0, 6_400.0, 6_000.0, 7_000.0, 1_600.0, 25.0, "2026-10-09"),
        Breach("service", "Amazon Simple Storage Service", 300.0, 600.0, 500.0, 700.0, -300.0, -50.0, "2026-10-12"),
    )
    paths = pd.DataFrame({"level": ["total", "account", "service"], "key": [None, DATA, "S3"]})
    chosen = found if breaches is None else tuple(breaches)
    return TrajectoryResult("organization", "2026-10", as_of.isoformat(), "USD", Threshold(), chosen, paths, ())


def budgets(
    month: str, as_of: dt.date, spent: float, ahead: End, limit: float = 33_000.0, **register: Any
) -> BudgetsResult:
    """The organization's budget and that of harbor-data, owned by finance."""
    file = pd.DataFrame(
        [("all", "organization", month, limit, "USD"), ("data", DATA, month, 17_000.0, "USD")],
        columns=["budget", "scope", "period", "amount", "currency"],
    ).assign(owner="finance@harbor.example", approved_by=None, approved_on=None, exception=None, exception_until=None)
    forecasts = pd.DataFrame(
        [("organization", ahead.low80, ahead.expected, ahead.high80), (DATA, 15_500.0, 16_000.0, 16_500.0)],
        columns=["scope", "low", "expected", "high"],
    )
    actuals = pd.DataFrame({"scope": ["organization", DATA], "actual": [spent, min(spent, 8_000.0)]})
    return compare(file.assign(**register), actuals, forecasts, period=Period.parse(month), currency="USD", as_of=as_of)


def unit_economics(low: float = 0.4, middle: float = 0.6, high: float = 0.8) -> UnitEconomicsResult:
    """Twelve weeks; a thousand active users cost 20 USD in the last."""
    starts = pd.date_range("2026-07-30", periods=12, freq="7D")
    frame = pd.DataFrame({"start": starts, "cost": 5_000.0, "kpi": 250_000.0, "unit_cost": 0.02, "expected": 0.02})
    months = pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-09-01", "2026-10-01"]), "before": [700.0, 710.0], "after": [710.0, 760.0],
            "change": [10.0, 50.0], "growth": [6.0, 12.0], "growth_low": [4.0, 8.0], "growth_high": [8.0, 16.0],
            "rest": [4.0, 38.0], "score": [0.4, 3.4], "flagged": [False, True],
        }
    )  # fmt: skip
    return UnitEconomicsResult(
        frequency="week",
        start="2026-07-30",
        end="2026-10-21",
        periods=12,
        elasticity=Interval(low, middle, high),
        correlation_levels=0.9,
        correlation_differences=0.7,
        fixed_share=Interval(1 - high, 1 - middle, 1 - low),
        variable_share=Interval(low, middle, high),
        unit_cost=0.02,
        unit_costs=frame.assign(low=0.019, high=0.0215),
        latest=Growth(50.0, 12.0, 8.0, 16.0, 38.0),
        split=months,
        notes=(),
    )
