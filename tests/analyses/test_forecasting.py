"""Month-end estimates: exact where the answer is known, sane where it is not."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_lib.analyses.forecasting import month_end
from finops_lib.core.errors import InsufficientDataError, UsageError
from finops_lib.core.estimate import Estimate


def daily(*cost: float, start: str = "2026-01-01") -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range(start, periods=len(cost)), "cost": cost})


def codes(found: Estimate) -> list[str]:
    return [note.code for note in found.notes]


WEEK = [100.0, 110.0, 120.0, 110.0, 100.0, 40.0, 30.0]  # Thursday first, as 2026-01-01 was


def test_a_constant_cost_goes_on() -> None:
    found = month_end(daily(*[10.0] * 130), as_of="2026-05-10")
    assert (found.low, found.expected, found.high) == pytest.approx((310.0, 310.0, 310.0), rel=0.02)
    assert found.expected == pytest.approx(310.0)
    assert codes(found) == []


def test_the_week_repeats() -> None:
    cost = np.resize(WEEK, 181)
    found = month_end(daily(*cost[:160]), as_of="2026-06-09")
    assert found.expected == pytest.approx(cost[151:181].sum(), rel=1e-3)


def test_a_fee_of_the_fifteenth_is_on_the_calendar_and_not_in_the_trend() -> None:
    days = pd.date_range("2026-01-01", "2026-06-30")
    cost = 100.0 + np.where(days.day == 15, 5000.0, 0.0)
    before = month_end(pd.DataFrame({"date": days[:161], "cost": cost[:161]}), as_of="2026-06-10")
    after = month_end(pd.DataFrame({"date": days[:167], "cost": cost[:167]}), as_of="2026-06-16")
    assert before.expected == pytest.approx(8000.0, rel=1e-6)
    assert after.expected == pytest.approx(8000.0, rel=1e-6)


def test_a_fee_of_the_last_day_moves_with_the_month() -> None:
    days = pd.date_range("2026-01-01", "2026-06-30")
    cost = 100.0 + np.where(days.is_month_end, 2000.0, 0.0)
    found = month_end(pd.DataFrame({"date": days[:161], "cost": cost[:161]}), as_of="2026-06-10")
    assert found.expected == pytest.approx(5000.0, rel=1e-6)


@pytest.mark.parametrize(("days", "followed"), [(3, 5 / 7), (5, 6 / 7), (6, 13 / 14), (7, 1.0), (9, 1.0)])
def test_a_step_is_followed_whole_once_it_has_filled_a_week(days: int, followed: float) -> None:
    found = month_end(daily(*[100.0] * (160 - days), *[200.0] * days), as_of="2026-06-09")
    spent = 9 * 100 + days * 100
    assert found.expected == pytest.approx(spent + 21 * (100 + 100 * followed), rel=2e-3)
    assert found.high > spent + 21 * 200 * 0.95


def test_one_giant_day_counts_once() -> None:
    found = month_end(daily(*[100.0] * 155, 50_000.0, *[100.0] * 4), as_of="2026-06-09")
    assert found.expected == pytest.approx(29 * 100 + 50_000, rel=1e-3)


def test_a_giant_last_day_is_not_taken_for_a_new_level() -> None:
    found = month_end(daily(*[100.0] * 159, 50_000.0), as_of="2026-06-09")
    assert found.expected == pytest.approx(29 * 100 + 50_000, rel=0.01)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        ([0.0] * 60, ["forecast.no_cost"]),
        ([10.0] * 50 + [-3.0, -3.0] + [10.0] * 8, ["forecast.negative_days"]),
        ([10.0] * 50 + [5_000.0] + [10.0] * 9, ["forecast.giant_day"]),
        ([10.0] * 50 + [60.0] + [10.0] * 9, []),  # five times the median away, and no more
        ([10.0] * 14 + [500.0] + [10.0] * 30 + [500.0] + [10.0] * 14, []),  # a fee of every month
    ],
)
def test_odd_costs_are_told(cost: list[float], expected: list[str]) -> None:
    assert [code for code in codes(month_end(daily(*cost), as_of="2026-03-01")) if "interval" not in code] == expected


def test_the_last_day_of_the_month_leaves_no_doubt() -> None:
    found = month_end(daily(*[10.0] * 31), as_of="2026-01-31")
    assert (found.low, found.expected, found.high) == (310.0, 310.0, 310.0)


def test_a_month_of_which_no_day_is_known_is_forecast_whole() -> None:
    found = month_end(daily(*[10.0] * 31), as_of="2026-02-02")
    assert found.expected == pytest.approx(280.0)
    assert "forecast.gap" in codes(found)


@pytest.mark.parametrize("days", range(1, 8))
def test_a_few_days_give_a_wide_estimate_and_a_note(days: int) -> None:
    found = month_end(daily(*[10.0] * days), as_of=dt.date(2026, 1, days))
    assert found.expected == pytest.approx(310.0)
    assert found.low < 310.0 < found.high
    assert codes(found) == ["forecast.short_history", "forecast.pooled_interval"]


def test_a_missing_day_is_unknown_and_not_zero() -> None:
    frame = daily(*[10.0] * 130).drop(index=[50, 125])
    found = month_end(frame, as_of="2026-05-10")
    assert found.expected == pytest.approx(310.0)
    assert [note.data for note in found.notes] == [{"days": 2}]


def test_an_unknown_cost_is_a_missing_day() -> None:
    frame = daily(*[10.0] * 130)
    frame.loc[125, "cost"] = math.nan
    assert month_end(frame, as_of="2026-05-10") == month_end(frame.drop(index=[125]), as_of="2026-05-10")


def test_zeros_stay_zero() -> None:
    found = month_end(daily(*[0.0] * 130), as_of="2026-05-10")
    assert (found.low, found.expected, found.high) == (0.0, 0.0, 0.0)


def test_what_is_spent_stays_spent() -> None:
    chance = np.random.default_rng(1)
    found = month_end(daily(*[1000.0], *chance.exponential(1, 20), start="2026-01-01"), as_of="2026-01-21", level=0.99)
    assert found.low >= 1000.0


def test_a_refund_is_in_the_month_and_does_not_come_again() -> None:
    found = month_end(daily(*[10.0] * 125, -500.0, *[10.0] * 4), as_of="2026-05-10")
    assert found.expected == pytest.approx(30 * 10 - 500, rel=0.01)


def test_days_after_the_day_of_the_forecast_are_not_looked_at() -> None:
    frame = daily(*[10.0] * 125, *[9999.0] * 20)
    assert month_end(frame, as_of="2026-05-05") == month_end(frame.iloc[:125], as_of="2026-05-05")


def test_days_come_in_any_order() -> None:
    whole = daily(*np.resize(WEEK, 130))
    assert month_end(whole.sample(frac=1, random_state=3), as_of="2026-05-10") == month_end(whole, as_of="2026-05-10")


def test_copied_days_are_refused_and_never_doubled() -> None:
    whole = daily(*np.resize(WEEK, 130))
    with pytest.raises(UsageError, match=r"2026-01-01 comes more than once .* \(130 such days\)"):
        month_end(pd.concat([whole, whole]), as_of="2026-05-10")


def test_a_day_that_only_one_of_its_rows_knows_is_no_copy() -> None:
    whole = daily(*np.resize(WEEK, 130))
    empty = whole.assign(cost=math.nan)
    assert month_end(pd.concat([empty, whole]), as_of="2026-05-10") == month_end(whole, as_of="2026-05-10")


def test_decimals_and_dates_of_other_kinds_are_read() -> None:
    frame = daily(*[10.0] * 130)
    other = pd.DataFrame({"date": [day.date() for day in frame["date"]], "cost": [Decimal("10")] * 130})
    assert month_end(other, as_of=pd.Timestamp("2026-05-10")) == month_end(frame, as_of=dt.date(2026, 5, 10))


def test_a_higher_level_is_wider() -> None:
    chance = np.random.default_rng(5)
    frame = daily(*chance.normal(100, 20, 200))
    narrow, wide = (month_end(frame, as_of="2026-07-10", level=level) for level in (0.5, 0.95))
    assert wide.low < narrow.low < narrow.expected < narrow.high < wide.high


@pytest.mark.parametrize(
    ("frame", "error", "words"),
    [
        (pd.DataFrame({"date": [], "cost": []}), InsufficientDataError, "No day up to 2026-05-10"),
        (pd.DataFrame({"day": ["2026-05-01"], "cost": [1.0]}), UsageError, "no column date"),
        (pd.DataFrame({"date": ["2026-05-01"], "cost": ["much"]}), UsageError, "no number"),
        (pd.DataFrame({"date": ["2026-05-01"], "cost": [math.inf]}), UsageError, "infinite"),
        (pd.DataFrame({"date": ["2026-05-01"], "cost": [1e300]}), UsageError, "too large"),
        (pd.DataFrame({"date": ["yesterday-ish"], "cost": [1.0]}), UsageError, "no certain day"),
        (pd.DataFrame({"date": [None], "cost": [1.0]}), UsageError, "no date"),
        (pd.DataFrame({"date": ["03/04/2026"], "cost": [1.0]}), UsageError, "'03/04/2026', which is no certain day"),
        (pd.DataFrame({"date": [20260501], "cost": [1.0]}), UsageError, "20260501, which is no certain day"),
        (pd.DataFrame([["2026-05-01", 1.0, 2.0]], columns=["date", "cost", "cost"]), UsageError, "column cost twice"),
        ([1.0], UsageError, "no frame but a list"),
        (
            pd.DataFrame({"date": ["2026-05-02", "2026-05-01", "2026-05-02"], "cost": [1.0, 2.0, 1.0]}),
            UsageError,
            r"2026-05-02 comes more than once in the daily costs \(1 such days\)",
        ),
        (pd.DataFrame({"date": ["2026-05-01"], "cost": [math.nan]}), InsufficientDataError, "No day"),
        (daily(1.0, start="2026-06-01"), InsufficientDataError, "No day up to"),
        (daily(1.0, start="2025-12-01"), InsufficientDataError, "too long before"),
    ],
)
def test_bad_input_gets_one_clear_error(frame: pd.DataFrame, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        month_end(frame, as_of="2026-05-10")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Lima"])
def test_a_day_with_a_time_zone_is_the_day_that_is_written(zone: str) -> None:
    frame = daily(*range(1, 41))
    zoned = frame.assign(date=pd.to_datetime(frame["date"]).dt.tz_localize(zone))
    day = frame["date"].iloc[-3]
    assert month_end(zoned, as_of=day) == month_end(frame, as_of=day)


@pytest.mark.parametrize("as_of", ["", "soon", None, "03/04/2026", 20260503])
def test_a_day_that_is_none_is_refused(as_of: str) -> None:
    with pytest.raises(UsageError):
        month_end(daily(1.0), as_of=as_of)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, math.nan, "0.8", None])
def test_a_level_that_is_no_share_is_refused(level: Any) -> None:
    with pytest.raises(UsageError):
        month_end(daily(1.0), as_of="2026-01-01", level=level)


amounts = st.one_of(
    st.just(0.0), st.floats(-1e3, 1e3), st.sampled_from([1e-9, -1e-9, 1e7, -1e7, 1e12]), st.floats(90, 110)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=150), st.integers(0, 5), st.sets(st.integers(0, 149), max_size=30))
def test_any_costs_give_an_ordered_finite_estimate(cost: list[float], later: int, holes: set[int]) -> None:
    frame = daily(*cost).drop(index=[hole for hole in holes if hole < len(cost) - 1])
    as_of = frame["date"].iloc[-1] + pd.Timedelta(days=later)
    found = month_end(frame, as_of=as_of)
    assert found.low <= found.expected <= found.high
    assert math.isfinite(found.low + found.high)
    again = month_end(frame.sample(frac=1, random_state=len(cost)), as_of=as_of)
    assert again == found


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(50, 150), min_size=60, max_size=120), st.sampled_from([0.001, 1000.0]))
def test_the_unit_of_money_does_not_matter(cost: list[float], unit: float) -> None:
    frame = daily(*cost)
    one = month_end(frame, as_of=frame["date"].iloc[-1])
    other = month_end(frame.assign(cost=frame["cost"] * unit), as_of=frame["date"].iloc[-1])
    assert (other.low, other.expected, other.high) == pytest.approx(
        (one.low * unit, one.expected * unit, one.high * unit), rel=1e-6
    )
