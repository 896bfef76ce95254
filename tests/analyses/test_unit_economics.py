"""Cost against a KPI: known elasticities are found, spurious ones doubted, bad input told."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from finops_lib.analyses._regression import slope, t_quantile
from finops_lib.analyses.unit_economics import Interval, attribute, relate, split
from finops_lib.core.errors import InputError, InsufficientDataError, SchemaMismatch, UsageError


def history(days: int = 400, elasticity: float = 0.7, noise: float = 0.02, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kpi = np.exp(9 + np.cumsum(rng.normal(0, 0.03, days)) + np.tile(rng.normal(0, 0.1, 7), days)[:days])
    cost = 0.5 * kpi**elasticity * np.exp(rng.normal(0, noise, days))
    return pd.DataFrame({"date": pd.date_range("2025-01-01", periods=days), "cost": cost, "kpi": kpi})


@pytest.mark.parametrize("truth", [0.3, 0.7, 1.0])
def test_the_elasticity_is_found_with_an_interval_that_holds_it(truth: float) -> None:
    found = relate(history(elasticity=truth)).elasticity
    assert found.low <= truth <= found.high
    assert found.expected == pytest.approx(truth, abs=0.1)
    assert found.low > 0


def test_intervals_hold_the_truth_nine_times_in_ten() -> None:
    held = 0
    for seed in range(40):
        found = relate(history(days=200, noise=0.06, seed=seed)).elasticity
        held += found.low <= 0.7 <= found.high
    assert held >= 36


def test_without_noise_cost_is_a_power_of_the_kpi_by_the_month() -> None:
    kpi = np.array([100, 130, 90, 160, 120, 150, 200, 170, 210, 190], dtype=float)
    dates = pd.date_range("2025-01-01", periods=10, freq="MS")
    days = dates.days_in_month.to_numpy()
    frame = pd.DataFrame({"date": dates, "cost": days * 2 * kpi**0.5, "kpi": kpi * days})
    result = relate(frame)
    assert result.frequency == "month"
    assert result.elasticity.expected == pytest.approx(0.5)
    assert (result.variable_share.expected, result.fixed_share.expected) == (pytest.approx(0.5), pytest.approx(0.5))
    assert result.split["growth"].tolist() == pytest.approx(result.split["change"].tolist())
    assert result.split["rest"].abs().max() < 1e-9
    assert result.correlation_differences == pytest.approx(1.0)


def test_a_fixed_part_and_a_variable_part() -> None:
    frame = history(noise=0.005)
    frame["cost"] = 600 + 600 * frame["kpi"] / frame["kpi"].mean()
    assert relate(frame).fixed_share.expected == pytest.approx(0.5, abs=0.08)


def test_two_trends_are_not_a_link() -> None:
    rng = np.random.default_rng(2)
    trend = np.linspace(0, 1, 400)
    frame = history().assign(
        cost=np.exp(5 + trend + rng.normal(0, 0.05, 400)), kpi=np.exp(3 + trend + rng.normal(0, 0.05, 400))
    )
    result = relate(frame)
    assert result.correlation_levels is not None
    assert result.correlation_levels > 0.9
    assert {"unit_economics.no_link", "unit_economics.common_trend"} <= {note.code for note in result.notes}


def test_growth_is_told_from_waste() -> None:
    frame = history(days=365, noise=0.01)
    last = frame["date"] >= "2025-12-01"
    grown = frame.copy()
    grown.loc[last, "kpi"] *= 1.4
    grown.loc[last, "cost"] *= 1.4**0.7
    wasted = frame.copy()
    wasted.loc[last, "cost"] *= 1.4**0.7
    growth, waste = relate(grown), relate(wasted)
    assert not growth.split["flagged"].iloc[-1]
    assert waste.split["flagged"].iloc[-1]
    assert waste.latest is not None
    assert waste.latest.rest > 0.8 * waste.latest.change
    assert growth.latest is not None
    assert growth.latest.growth + growth.latest.rest == pytest.approx(growth.latest.change)
    assert growth.latest.growth_low <= growth.latest.growth <= growth.latest.growth_high


def test_a_split_by_hand() -> None:
    found = attribute(100.0, 160.0, kpi_before=10.0, kpi_after=40.0, elasticity=Interval(0.0, 0.25, 0.5))
    assert (found.change, found.growth_low, found.growth_high) == (60.0, 0.0, 100.0)
    assert found.growth == pytest.approx(41.421356)
    assert found.growth + found.rest == pytest.approx(60.0)


def test_unit_costs_are_cost_by_unit_within_their_band() -> None:
    result = relate(history())
    table = result.unit_costs
    assert (table["unit_cost"] == table["cost"] / table["kpi"]).all()
    assert ((table["low"] <= table["unit_cost"]) & (table["unit_cost"] <= table["high"])).mean() > 0.8
    assert len(table) == result.periods == 57
    form = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert len(form["unit_costs"]) == 57


def test_dates_that_do_not_match_are_counted() -> None:
    frame = history()
    frame.loc[3, "kpi"] = None
    frame.loc[[10, 11], "cost"] = np.nan
    result = relate(frame)
    (note,) = [note for note in result.notes if note.code == "unit_economics.unmatched_dates"]
    assert note.data == {"without_kpi": 1, "without_cost": 2}
    assert result.periods == 55


def test_weeks_with_days_missing_and_refunds_are_told() -> None:
    frame = history()
    frame.loc[390, "cost"] = -1.0
    result = relate(frame.drop(index=range(100, 120)))
    found = {note.code: dict(note.data) for note in result.notes}
    assert found["unit_economics.broken_weeks"] == {"weeks": 3}
    assert found["unit_economics.negative_costs"] == {"dates": 1}


def test_repeated_rows_count_once_and_contradictions_are_refused() -> None:
    frame = history()
    twice = pd.concat([frame, frame.iloc[:5]])
    assert relate(twice).elasticity == relate(frame).elasticity
    assert "unit_economics.repeated_rows" in [note.code for note in relate(twice).notes]
    with pytest.raises(SchemaMismatch, match="2025-01-01 comes twice with different values"):
        relate(pd.concat([frame, frame.iloc[:1].assign(kpi=1.0)]))


def test_order_of_rows_does_not_matter() -> None:
    frame = history()
    assert relate(frame.sample(frac=1, random_state=1)).to_dict() == relate(frame).to_dict()


def test_weeks_of_refunds_are_left_out() -> None:
    frame = history()
    frame.loc[100, "cost"] = -1e6
    result = relate(frame)
    assert result.periods == 56
    assert "unit_economics.not_above_zero" in [note.code for note in result.notes]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda f: f.head(60), InsufficientDataError, r"8 whole weeks.*needs 12"),
        (lambda f: f.head(200).iloc[::31], InsufficientDataError, r"7 whole months.*needs 8"),
        (lambda f: f.assign(kpi=5.0), InsufficientDataError, "KPI is constant"),
        (lambda f: f.assign(kpi=None), InsufficientDataError, "No date has both"),
        (lambda f: f.assign(kpi="many"), SchemaMismatch, "kpi in the costs and KPIs is no number"),
        (lambda f: f.assign(date="soon"), SchemaMismatch, "'soon', which is no certain day"),
        (lambda f: f.assign(date=None), SchemaMismatch, "220 of the rows of the costs and KPIs have no date"),
        (lambda f: f.assign(cost=np.inf), SchemaMismatch, "infinite"),
        (lambda f: f.drop(columns="kpi"), SchemaMismatch, "no column kpi"),
        (lambda f: f.head(0), InsufficientDataError, "No date has both"),
    ],
)
def test_what_is_refused(change: object, error: type[Exception], words: str) -> None:
    frame = history(days=220)
    with pytest.raises(error, match=words):
        relate(change(frame))  # type: ignore[operator]


def test_the_slope_by_hand() -> None:
    x = np.array([0.0, 1, 0, 2, 1, 3, 1, 0, 2, 4, 1, 2])
    y = 3 * x
    y[1:] += 2 * x[:-1]
    found = slope(y, x, lags=1)
    assert (found.expected, found.low, found.high) == (pytest.approx(5.0),) * 3

    assert slope(3 * x + 1, x, lags=0).expected == pytest.approx(3.0)


@pytest.mark.parametrize(("freedom", "value"), [(5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)])
def test_quantiles_of_student(freedom: int, value: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(value, rel=0.01)


def test_a_metric_that_never_moves_is_refused_by_the_month_too() -> None:
    months = pd.date_range("2025-01-01", periods=24, freq="MS")
    cost = np.random.default_rng(1).normal(3000, 60, 24)
    with pytest.raises(InsufficientDataError, match="The KPI is constant"):
        relate(pd.DataFrame({"date": months, "cost": cost, "kpi": 500.0}))


@pytest.mark.parametrize("label", ["W-SUN", "W-MON"])
def test_a_weekly_kpi_is_held_against_the_cost_of_its_week(label: str) -> None:
    """364 days from a Monday on, 10 a day; the KPI is 5 a day on the mean: a unit costs 2, not 2/7."""
    days = pd.date_range("2025-01-06", periods=364)
    weeks = np.arange(364) // 7
    told = 5 + 2 * np.sin(weeks)
    frame = pd.DataFrame({"date": days, "cost": 2 * told, "kpi": np.nan})
    place = 6 if label == "W-SUN" else 0  # the last day of its week, or the first
    frame.loc[days.day_of_week == place, "kpi"] = 7 * told[days.day_of_week == place]
    result = relate(frame)
    assert (result.frequency, result.periods) == ("week", 52)
    assert result.unit_cost == pytest.approx(2.0)
    assert result.unit_costs["cost"].tolist() == pytest.approx((14 * told[::7]).tolist())
    assert result.elasticity.expected == pytest.approx(1.0)
    assert result.split["before"].iloc[0] == pytest.approx(2 * told[:28:7].mean())  # cost per day


def test_a_monthly_kpi_is_held_against_the_cost_of_its_month_whatever_day_it_is_told_on() -> None:
    days = pd.date_range("2025-01-01", "2025-12-31")
    level = 100 + 30 * np.sin(np.arange(12))
    frame = pd.DataFrame({"date": days, "cost": level[days.month - 1], "kpi": np.nan})
    last = days.is_month_end
    frame.loc[last, "kpi"] = level[days.month - 1][last] * days.days_in_month[last] / 4
    for told in (frame, frame[days != "2025-07-09"]):
        result = relate(told)
        assert (result.frequency, result.periods) == ("month", 12 if told is frame else 11)
        assert result.unit_cost == pytest.approx(4.0)


def test_a_kpi_of_days_beside_a_cost_of_months_is_added_to_months() -> None:
    days = pd.date_range("2025-01-01", "2025-12-31")
    level = 100 + 30 * np.sin(np.arange(12))
    frame = pd.DataFrame({"date": days, "cost": np.nan, "kpi": level[days.month - 1]})
    first = days.is_month_start
    frame.loc[first, "cost"] = 3 * level * days.days_in_month[first]
    result = relate(frame)
    assert (result.frequency, result.unit_cost) == ("month", pytest.approx(3.0))


@pytest.mark.parametrize("every", [2, 3, 14, 91])
def test_dates_that_keep_no_cadence_are_refused(every: int) -> None:
    frame = history(days=1200)
    frame["kpi"] = frame["kpi"].where(np.arange(1200) % every == 0)
    with pytest.raises(InsufficientDataError, match="dates of the KPI keep no cadence"):
        relate(frame)


def test_weeks_do_not_fill_months() -> None:
    frame = history(days=400)
    frame["kpi"] = frame["kpi"].where(frame["date"].dt.day_of_week == 0)
    frame["cost"] = frame["cost"].where(frame["date"].dt.day == 1)
    with pytest.raises(InsufficientDataError, match="KPI comes by the week and the cost by the month"):
        relate(frame)


def test_a_cost_told_at_the_months_start_meets_a_kpi_told_at_its_end() -> None:
    level = 100 + 30 * np.sin(np.arange(12))
    first = pd.date_range("2025-01-01", periods=12, freq="MS")
    cost = pd.DataFrame({"date": first, "cost": 3 * level})
    kpi = pd.DataFrame({"date": first + pd.offsets.MonthEnd(), "kpi": level})
    result = relate(pd.concat([cost, kpi]))
    assert (result.periods, result.unit_cost) == (12, pytest.approx(3.0))


@pytest.mark.parametrize("given", [[1, 2], None, {"date": []}])
def test_what_is_no_frame_is_refused(given: object) -> None:
    with pytest.raises(UsageError, match="costs and KPIs are no frame"):
        relate(given)  # type: ignore[arg-type]


KNOWN = Interval(0.5, 0.8, 1.0)


@pytest.mark.parametrize(("before", "after"), [(0.0, 10.0), (10.0, 0.0), (-5.0, 10.0)])
def test_growth_from_nothing_or_to_nothing_has_no_rate(before: float, after: float) -> None:
    with pytest.raises(InsufficientDataError, match="needs two values above 0"):
        attribute(1.0, 2.0, kpi_before=before, kpi_after=after, elasticity=KNOWN)


def test_growth_beyond_all_business_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="not the growth of one business"):
        attribute(1.0, 2.0, kpi_before=1e-300, kpi_after=1e300, elasticity=KNOWN)


@pytest.mark.parametrize("value", [None, "many", np.nan, np.inf, True])
def test_growth_of_what_is_no_number_is_refused(value: object) -> None:
    plain = {"before": 1.0, "after": 2.0, "kpi_before": 1.0, "kpi_after": 2.0}
    for name in plain:
        numbers = plain | {name: value}
        with pytest.raises(InputError, match=f"{name} is .*, which is no number"):
            attribute(**numbers, elasticity=KNOWN)  # type: ignore[arg-type]
    for elasticity in (value, Interval(0.1, value, 1.0)):  # type: ignore[arg-type]
        with pytest.raises(InputError):
            attribute(**plain, elasticity=elasticity)  # type: ignore[arg-type]


def months(**columns: object) -> pd.DataFrame:
    names = pd.date_range("2026-01-01", periods=3, freq="MS")
    return pd.DataFrame({"month": names, "cost": [1.0, 2.0, 3.0], "kpi": [10.0, 20.0, 30.0]} | columns)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, ["2026-02", "2026-03"]),
        ({"kpi": [0.0, 20.0, 30.0]}, ["2026-03"]),
        ({"kpi": [10.0, 0.0, 30.0]}, []),
        ({"kpi": [10.0, 20.0, None]}, ["2026-02"]),
        ({"cost": [0.0, 2.0, 3.0]}, ["2026-03"]),
        ({"cost": [1.0, None, 3.0]}, []),
    ],
)
def test_months_without_a_rate_of_growth_are_left_out(columns: dict[str, object], told: list[str]) -> None:
    table = split(months(**columns), Interval(1.0, 1.0, 1.0))
    assert [f"{month:%Y-%m}" for month in table["month"]] == told
    assert table["rest"].to_list() == pytest.approx([0.0] * len(told))


@pytest.mark.parametrize("handed", [None, pd.DataFrame(), months(kpi=["a", "b", "c"])])
def test_months_that_are_none_are_refused(handed: object) -> None:
    with pytest.raises(InputError):
        split(handed, KNOWN)  # type: ignore[arg-type]


def test_no_months_have_no_split() -> None:
    assert split(months().iloc[:0], KNOWN).empty
