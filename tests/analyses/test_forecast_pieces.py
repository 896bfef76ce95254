"""The pieces of a forecast, each by numbers that are known."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finops_lib.analyses import known_events, usage_levels
from finops_lib.analyses.change_points import change_points
from finops_lib.analyses.conformal import Past, margin, quantiles
from finops_lib.analyses.daily_series import DailySeries, fill, rolling_median, weekday
from finops_lib.analyses.known_events import Event, coming, overlay
from finops_lib.analyses.month_day_items import amounts, on_calendar
from finops_lib.analyses.track_record import TrackRecord, ready, replay
from finops_lib.core import fiscal
from finops_lib.core.errors import UsageError
from finops_lib.core.estimate import Estimate
from finops_lib.core.periods import Period


def days(count: int, start: str = "2025-01-01") -> np.ndarray:
    return np.arange(np.datetime64(start), np.datetime64(start) + count)


def series(cost: list[float] | np.ndarray) -> DailySeries:
    values = np.asarray(cost, dtype=float)
    return DailySeries.of(days(len(values)), values)


def record_of(cost: list[float] | np.ndarray, horizon: int, **how: int) -> TrackRecord:
    return replay(ready(series(cost), horizon), horizon, **how)


def _day_of_month(every: np.ndarray) -> np.ndarray:
    return (every - every.astype("M8[M]").astype("M8[D]")).astype(int) + 1


def test_weekdays_begin_on_monday() -> None:
    assert weekday(np.array(["2026-11-23", "2026-11-29"], dtype="M8[D]")).tolist() == [0, 6]


def test_a_hole_takes_its_weekday_before() -> None:
    week = [1.0, 2, 3, 4, 5, 6, 7]
    values = np.array([*week, *week, 1, math.nan, 3])
    assert fill(values)[15] == 2.0
    assert fill(np.array([4.0, math.nan, 8.0]))[1] == 4.0


def test_a_rolling_median_has_fewer_days_at_the_ends() -> None:
    assert rolling_median(np.array([1.0, 9, 2, 8, 3]), 1).tolist() == [5, 2, 8, 3, 5.5]


def test_the_first_two_fees_teach_the_third() -> None:
    every = days(90)
    cost = 100.0 + np.where(np.isin(every, np.array(["2025-01-10", "2025-02-10"], dtype="M8[D]")), 900.0, 0)
    found = amounts(cost[:65], every[:65], every)
    assert {str(day): amount for day, amount in zip(every, found, strict=True) if amount} == {"2025-03-10": 900.0}


def test_one_large_day_is_no_monthly_fee() -> None:
    cost = np.full(200, 100.0)
    cost[100] = 5000.0
    assert not amounts(cost, days(200), days(230)).any()


def test_a_fee_that_stopped_is_forgotten() -> None:
    every = days(181)
    dates = [f"2025-0{month}-10" for month in (1, 2, 3, 4)]
    cost = 100.0 + np.where(np.isin(every, np.array(dates, dtype="M8[D]")), 900.0, 0)
    assert on_calendar(cost[:120], every[:120], every[120:]).any()  # the end of April
    assert not on_calendar(cost[:151], every[:151], every[151:]).any()  # May had none


def test_a_week_whose_shape_has_ended_leaves_no_fees() -> None:
    every = days(230)
    weekend = weekday(every) >= 5
    cost = np.where(np.arange(230) < 90, np.where(weekend, 0.7, 1.2), 0.03) + np.where(
        _day_of_month(every) == 1, 1.1, 0
    )
    found = amounts(cost[:200], every[:200], every)
    assert sorted(set(_day_of_month(every[120:][found[120:] != 0]).tolist())) == [1]
    assert found[found != 0] == pytest.approx(1.1, rel=0.5)


def test_what_was_known_on_a_day_does_not_depend_on_later_days() -> None:
    chance = np.random.default_rng(4)
    cost = chance.lognormal(3, 0.4, 300) + np.where(np.arange(300) % 30 == 4, 200, 0)
    whole = record_of(cost, 20)
    early = record_of(cost[:220], 20)
    row = int(np.flatnonzero(whole.origins == 219)[0])
    assert whole.forecast[row] == pytest.approx(early.forecast[-1])
    assert whole.scale[row] == pytest.approx(early.scale[-1])


def test_errors_are_actual_minus_forecast_of_the_sum() -> None:
    record = record_of(np.arange(60.0), 7)
    row = 5
    origin = int(record.origins[row])
    actual = sum(range(origin + 1, origin + 4))
    assert record.error[row, 2] == pytest.approx(actual - record.forecast[row, 2])
    assert np.isnan(record.error[-1]).all()


def test_past_errors_count_once_their_days_are_over() -> None:
    record = record_of(np.ones(60), 7)
    known = ~np.isnan(record.past(-10).error[:, 6])
    assert known.tolist() == [True] * (known.sum()) + [False] * 7


def test_a_step_is_the_present_level_from_its_third_day_on() -> None:
    cost = np.array([100.0] * 60 + [300.0] * 10)
    usage = usage_levels.prepare(cost, days(70))
    assert usage.since[[59, 60, 61, 62, 69]].tolist() == [0, 0, 0, 60, 60]


def test_an_odd_day_is_brought_back_to_the_usual() -> None:
    cost = np.full(60, 100.0)
    cost[40] = 9000.0
    usage = usage_levels.prepare(cost, days(60))
    assert usage.calm[40] == pytest.approx(100.0, rel=0.1)
    assert usage.calm[[39, 41]].tolist() == [100.0, 100.0]


@pytest.mark.parametrize("length", [3, 9, 13])
def test_a_burst_does_not_bend_the_week(length: int) -> None:
    every = days(150)
    cost = np.where(weekday(every) >= 5, 20.0, 100.0)
    plain = usage_levels.prepare(cost, every)
    burst = usage_levels.prepare(cost + np.where(np.arange(150) // length == 120 // length, 900.0, 0), every)
    assert burst.shape[-1] == pytest.approx(plain.shape[-1], abs=0.1)  # means of all weeks are off by 0.2 to 0.3
    assert plain.shape[-1][5] - plain.shape[-1][0] == pytest.approx(-80 * 7 / 540, rel=1e-6)


def test_weekdays_of_which_nothing_is_known_have_no_shape() -> None:
    noise = np.random.default_rng(3).normal(100, 10, 400)
    shape = usage_levels.prepare(noise, days(400)).shape[60:]
    assert np.abs(shape).mean() < 0.02  # chance alone: the raw means are off by 0.035 on average


def test_weighted_quantiles_by_hand() -> None:
    assert quantiles(np.array([3.0, 1, 2, 4]), np.ones(4), (0.125, 0.625)) == (1.0, 3.0)
    assert quantiles(np.array([1.0, 2.0]), np.array([3.0, 1.0]), (0.375, 0.875)) == (1.0, 2.0)


def test_without_a_past_the_margin_is_the_usual_one() -> None:
    past = Past(np.full((1, 10), np.nan), np.array([50.0]), np.zeros(1), np.zeros(1), np.zeros(1))
    found = margin(past, 10, 0.8)
    assert (found.low, found.high, found.pooled) == (pytest.approx(-65.0), pytest.approx(65.0), True)


def past_of(error: np.ndarray, scale: float = 100.0) -> Past:
    """Past forecasts of the next day's cost, one a day."""
    none = np.zeros(len(error))
    ages = np.arange(len(error), dtype=float)[::-1]
    return Past(error[:, None], np.full(len(error), scale), ages, none, none)


def test_a_calm_past_makes_a_narrow_margin() -> None:
    calm = margin(past_of(np.tile([-1.0, 1.0], 5)), 1, 0.8)
    # ten days apart weigh 10/13; the prior is 1.4 times the own, and that of the ratio to the usual, 13 to 1
    assert calm.high == pytest.approx((10 + 3 * 1.4 * 13 ** (1 / 11)) / 13)
    assert calm.low == pytest.approx(-calm.high)


def test_a_past_without_errors_makes_next_to_no_margin_but_one() -> None:
    exact = margin(past_of(np.zeros(200)), 1, 0.8)
    assert 0 < exact.high == -exact.low < 0.01
    few = margin(past_of(np.zeros(2)), 1, 0.8)
    assert few.high > 0.5  # a two-hundredth of a day's cost, after two days


def test_a_horizon_beyond_the_past_is_widened_by_more_than_its_length() -> None:
    chance = np.random.default_rng(2)
    record = record_of(chance.normal(100, 10, 200), 92)
    quarter, year = margin(record.past(), 92, 0.8), margin(record.past(), 300, 0.8)
    assert year.pooled
    assert year.high - year.low > (quarter.high - quarter.low) * 300 / 92 * 0.99


def test_intervals_hold_what_they_promise() -> None:
    chance = np.random.default_rng(11)
    cost = 100 + chance.normal(0, 10, 900)
    record = record_of(cost, 14, memory=800)
    judged = np.flatnonzero(~np.isnan(record.error[:, 13]))[200::5]
    hits = [
        found.low <= record.error[at, 13] <= found.high
        for at in judged
        for found in [margin(record.past(int(at)), 14, 0.8)]
    ]
    assert 0.7 <= np.mean(hits) <= 0.9


@pytest.mark.parametrize("shift", [0.2, -0.3, 2.0])
def test_a_change_of_level_is_found_in_its_week(shift: float) -> None:
    chance = np.random.default_rng(1)
    cost = 100 + chance.normal(0, 2, 182)
    cost[98:] *= 1 + shift
    assert [step.day for step in change_points(series(cost))] == [str(days(182)[98])]


def test_noise_has_no_change_points() -> None:
    chance = np.random.default_rng(0)
    found = [change_points(series(100 + chance.normal(0, 10, 182))) for _ in range(50)]
    assert sum(map(bool, found)) <= 2


def test_an_event_is_laid_over_its_days() -> None:
    every = days(5)
    event = Event(dt.date(2025, 1, 2), 5.0, "day", "x", "y", until=dt.date(2025, 1, 3))
    assert overlay(event, every).tolist() == [0, 5, 5, 0, 0]
    assert overlay(Event(dt.date(2025, 1, 4), -3.0, "once", "x", "y"), every).tolist() == [0, 0, 0, -3, 0]


def test_events_are_split_by_the_day_of_the_forecast() -> None:
    events = [Event(dt.date(2025, 1, day), 1.0, "once", str(day), "y") for day in (3, 1, 2)]
    ahead, over = coming(events, dt.date(2025, 1, 2))
    assert ([event.label for event in ahead], [event.label for event in over]) == (["3"], ["1", "2"])
    assert known_events.coming([], dt.date(2025, 1, 2)) == ((), ())


@given(st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)), st.integers(1, 12))
def test_a_fiscal_quarter_lies_in_its_fiscal_year(day: dt.date, start: int) -> None:
    quarter, year = fiscal.quarter(day, start), fiscal.year(day, start)
    assert year[0] <= quarter[0] <= Period.of(day) <= quarter[1] <= year[1]
    assert year[0].month == start
    assert (quarter[0].shift(2), year[0].shift(11)) == (quarter[1], year[1])


def test_april_begins_the_british_fiscal_year() -> None:
    assert fiscal.year(dt.date(2026, 3, 31), 4) == (Period(2025, 4), Period(2026, 3))
    with pytest.raises(UsageError):
        fiscal.quarter(dt.date(2026, 3, 31), 0)


def test_an_estimate_is_finite_and_ordered() -> None:
    assert Estimate(1.0, 2.0, 4.0).to_dict() == {"low": 1.0, "expected": 2.0, "high": 4.0, "level": 0.8}
    assert Estimate(1.0, 2.0, 4.0).width == 3.0
    for wrong in ((2.0, 1.0, 3.0), (0.0, math.nan, 1.0), (0.0, 1.0, math.inf)):
        with pytest.raises(ValueError, match="An estimate is"):
            Estimate(*wrong)
