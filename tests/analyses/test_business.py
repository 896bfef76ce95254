"""A business metric beside the scope's own cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from finops_lib.analyses import business
from finops_lib.core.errors import InputError, InsufficientDataError, UsageError
from finops_lib.core.periods import Period

DAYS = pd.date_range("2026-01-01", "2026-06-30", freq="D")
ORDERS = 1000 * np.exp(0.002 * np.arange(len(DAYS)) + 0.15 * np.sin(np.arange(len(DAYS)) / 9.0))


def daily(cost: np.ndarray, kind: str = "usage") -> pd.DataFrame:
    return pd.DataFrame({"x_charge_day": DAYS, "x_charge_kind": kind, "EffectiveCost": cost})


def kpis(metric: str = "orders", values: np.ndarray = ORDERS, dates: pd.DatetimeIndex = DAYS) -> pd.DataFrame:
    return pd.DataFrame({"date": dates, "metric": metric, "value": values})


NONE = kpis().iloc[:0]


def test_cost_in_proportion_has_an_elasticity_of_one_and_fees_do_not_count() -> None:
    costs = pd.concat([daily(0.02 * ORDERS), daily(np.full(len(DAYS), 500.0), "fee")])
    found = business.follow(costs, kpis())
    assert found.elasticity.expected == pytest.approx(1.0, abs=0.02)
    assert found.unit_cost == pytest.approx(0.02, rel=1e-6)


def test_the_relation_tells_the_metrics_change_by_the_day() -> None:
    found = business.relation(daily(0.02 * ORDERS), kpis(), period=Period(2026, 6))
    assert found is not None
    june, may = (ORDERS[(DAYS.month == month)].mean() for month in (6, 5))
    assert found.kpi == "orders"
    assert found.change == pytest.approx(june / may - 1)
    assert found.elasticity == pytest.approx(1.0, abs=0.02)


def test_cost_that_does_not_follow_gives_no_relation() -> None:
    noise = np.random.default_rng(3).normal(100, 5, len(DAYS))
    assert business.relation(daily(noise), kpis(), period=Period(2026, 6)) is None
    assert business.why_none(daily(noise), kpis(), period=Period(2026, 6)) == (
        "its history does not show that cost follows it"
    )


@pytest.mark.parametrize("years", [-3, 3])
def test_values_outside_the_bill_are_called_so_with_their_file(years: int) -> None:
    far = kpis(dates=DAYS + pd.DateOffset(years=years))
    assert business.relation(daily(0.02 * ORDERS), far, period=Period(2026, 6)) is None
    first, last = (f"{day:%Y-%m-%d}" for day in (far["date"].min(), far["date"].max()))
    assert business.why_none(daily(0.02 * ORDERS), far, period=Period(2026, 6), file="sales.csv") == (
        f"sales.csv has orders of {first} to {last} and none of the bill's days "
        f"({DAYS[0]:%Y-%m-%d} to {DAYS[-1]:%Y-%m-%d}), so add values of those to it"
    )
    with pytest.raises(InsufficientDataError, match=r"has orders of .* and none of the bill's days"):
        business.follow(daily(0.02 * ORDERS), far)


def test_a_file_without_values_is_called_so() -> None:
    said = "sales.csv holds no values, so add a line for each day, week or month to it"
    assert business.why_none(daily(ORDERS), NONE, period=Period(2026, 6), file="sales.csv") == said
    unknown = kpis(values=np.full(len(DAYS), np.nan))
    assert business.why_none(daily(ORDERS), unknown, period=Period(2026, 6), file="sales.csv") == said


def test_a_history_that_is_too_short_is_called_so() -> None:
    short = daily(0.02 * ORDERS).tail(30)
    assert business.relation(short, kpis(), period=Period(2026, 6)) is None
    assert business.why_none(short, kpis(), period=Period(2026, 6)) == (
        "cost and KPI share 4 whole weeks of amounts above 0; the elasticity needs 12"
    )
    assert business.why_none(daily(0.02 * ORDERS), kpis(), period=Period(2026, 6)) == ""


def test_without_metrics_or_history_there_is_no_relation_and_follow_says_why() -> None:
    assert business.relation(daily(ORDERS), NONE, period=Period(2026, 6)) is None
    with pytest.raises(InsufficientDataError, match="There are no business metrics"):
        business.follow(daily(ORDERS), NONE)
    with pytest.raises(InsufficientDataError):
        business.follow(daily(ORDERS).head(20), kpis())


def test_the_driver_is_named_or_the_first() -> None:
    both = pd.concat([kpis(), kpis("users", ORDERS[::-1])])
    assert business.name_of(both, "") == "orders"
    assert business.name_of(both, "users") == "users"
    with pytest.raises(UsageError, match=r"metric 'visits' is not in"):
        business.name_of(both, "visits")


def test_a_monthly_metric_is_held_against_whole_months() -> None:
    days = pd.date_range("2025-01-01", "2026-02-10", freq="D")
    months = pd.date_range("2025-01-01", "2026-01-01", freq="MS")
    level = 100 + 10 * np.sin(np.arange(14))
    cost = level[(days.year - 2025) * 12 + days.month - 1]
    frame = pd.DataFrame({"x_charge_day": days, "x_charge_kind": "usage", "EffectiveCost": cost})
    orders = level[:13] * months.days_in_month
    found = business.follow(frame, kpis(values=orders, dates=months))
    assert found.frequency == "month"
    assert found.periods == 13  # the begun February is left out
    assert found.unit_cost == pytest.approx(1.0)


def test_a_weekly_metric_is_held_against_whole_weeks() -> None:
    """Days of 5, 6 or 7 dollars by their week, a unit for every fourth of a dollar: the first days fill no week."""
    weeks = (np.arange(len(DAYS)) + 3) // 7  # 2026-01-01 is a Thursday
    cost = 5.0 + weeks % 3
    mondays = DAYS[DAYS.day_of_week == 0]
    found = business.follow(daily(cost), kpis(values=28 * cost[DAYS.day_of_week == 0], dates=mondays))
    assert (found.frequency, found.periods, found.start) == ("week", 25, "2026-01-05")
    assert found.unit_cost == pytest.approx(0.25)
    assert "unit_economics.unmatched_dates" not in [note.code for note in found.notes]


def test_the_relation_of_a_weekly_metric_tells_its_change_by_the_day() -> None:
    mondays = DAYS[DAYS.day_of_week == 0]
    orders = pd.Series(ORDERS, DAYS).resample("W-MON", label="left", closed="left").sum().reindex(mondays)
    found = business.relation(
        daily(0.02 * ORDERS), kpis(values=orders.to_numpy(), dates=mondays), period=Period(2026, 6)
    )
    assert found is not None
    june, may = (orders[mondays.month == month].mean() for month in (6, 5))
    assert found.change == pytest.approx(june / may - 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: [1], "The KPIs are no frame"),
        (lambda f: f.drop(columns="metric"), "The KPIs have no column metric"),
        (lambda f: pd.concat([f, f[["value"]]], axis=1), "The KPIs have the column value twice"),
        (lambda f: f.assign(value="many"), "value in the KPIs is no number"),
        (lambda f: f.assign(date="03/04/2026"), "'03/04/2026', which is no certain day"),
        (lambda f: pd.concat([f, f.assign(value=1.0)]), "The KPI orders comes twice for 2026-01-01"),
    ],
)
def test_kpis_that_cannot_be_read(change: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        business.follow(daily(ORDERS), change(kpis()))  # type: ignore[operator]
