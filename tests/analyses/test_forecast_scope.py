"""The scope's forecast: parts add up, calendars hold, intervals nest, doubts are told."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from forecast_evidence import A, B, charge, charges, mart

from finops_lib.analyses.forecast_result import ForecastResult
from finops_lib.analyses.forecasting import forecast
from finops_lib.analyses.known_events import Event
from finops_lib.core.errors import CurrencyMismatch, InputError, InsufficientDataError, UsageError
from finops_lib.core.scope import ORGANIZATION, Scope

DAYS = 405  # 2025-01-01 … 2026-02-09
AS_OF = "2026-02-09"


def result(*frames: pd.DataFrame, as_of: str = AS_OF, **how: object) -> ForecastResult:
    return forecast(mart(*frames), scope=ORGANIZATION, as_of=as_of, **how)  # type: ignore[arg-type]


def codes(found: ForecastResult) -> list[str]:
    return [note.code for note in found.notes]


@pytest.fixture(scope="module")
def noisy() -> ForecastResult:
    chance = np.random.default_rng(7)
    return result(
        charges(chance.normal(100, 10, DAYS)),
        charges(chance.normal(50, 20, DAYS), B),
        charges(chance.normal(10, 1, DAYS), B, "S3"),
        *(charge(f"2025-{month:02d}-03", 300.0) for month in range(1, 13)),
        charge("2026-01-03", 300.0),
        charge("2026-02-03", 300.0),
        fiscal_year_start=7,
    )


def test_constant_costs_end_where_they_must() -> None:
    found = result(charges([100.0] * DAYS), charges([50.0] * DAYS, B))
    month, quarter, year = found.month_end, found.quarter_end, found.year_end
    assert (month.actual_to_date, month.expected) == pytest.approx((9 * 150, 28 * 150))
    assert (quarter.actual_to_date, quarter.expected) == pytest.approx((40 * 150, 90 * 150))
    assert (year.actual_to_date, year.expected) == pytest.approx((40 * 150, 365 * 150))
    assert (year.first_day, year.last_day) == ("2026-01-01", "2026-12-31")


def test_fiscal_quarter_and_year_follow_the_clients_calendar() -> None:
    found = result(charges([1.0] * DAYS), fiscal_year_start=2)
    assert (found.quarter_end.first_day, found.quarter_end.last_day) == ("2026-02-01", "2026-04-30")
    assert (found.year_end.first_day, found.year_end.last_day) == ("2026-02-01", "2027-01-31")
    assert found.quarter_end.expected == pytest.approx(89.0)


def test_the_columns_of_the_cells_add_up_to_the_ends(noisy: ForecastResult) -> None:
    cells = noisy.by_cell
    for name, end in (("month", noisy.month_end), ("quarter", noisy.quarter_end), ("year", noisy.year_end)):
        assert cells[f"{name}_end"].sum() == pytest.approx(end.expected, abs=0.005)
        assert cells[f"{name}_to_date"].sum() == pytest.approx(end.actual_to_date, abs=0.005)
        coming = noisy.by_nature[name].sum()
        assert end.actual_to_date + coming == pytest.approx(end.expected, abs=0.005)


def test_intervals_nest_and_never_narrow_with_the_horizon(noisy: ForecastResult) -> None:
    ends = [noisy.month_end, noisy.quarter_end, noisy.year_end]
    for end in ends:
        assert end.low95 <= end.low80 <= end.expected <= end.high80 <= end.high95
    below = [end.expected - end.low80 for end in ends]
    above = [end.high80 - end.expected for end in ends]
    assert below == sorted(below)
    assert above == sorted(above)


def test_the_path_ends_at_the_months_figures(noisy: ForecastResult) -> None:
    last = noisy.path.iloc[-1]
    assert len(noisy.path) == 28
    assert last["total"] == pytest.approx(noisy.month_end.expected)
    assert [last[name] for name in ("low80", "high80", "low95", "high95")] == pytest.approx(
        [noisy.month_end.low80, noisy.month_end.high80, noisy.month_end.low95, noisy.month_end.high95]
    )
    over = noisy.path.iloc[8]
    assert over["total"] == over["low95"] == over["high95"] == pytest.approx(noisy.month_end.actual_to_date)


def test_the_track_record_shows_the_rivals(noisy: ForecastResult) -> None:
    assert [row["days"] for row in noisy.backtest] == [7, 14, 30, 90]
    for row in noisy.backtest:
        assert row["wape"] < row["seasonal_naive_wape"]
        assert 0 <= row["hit_rate_80"] <= 1
        assert abs(row["bias"]) <= row["wape"]


def test_the_rivals_get_the_same_calendar() -> None:
    """By hand: usage is flat, so that each of the three misses the one tax that nobody could know, and nothing else."""
    taxes = [charge(f"2025-{month:02d}-01", 700.0, kind="tax", service="EC2") for month in range(1, 13)]
    found = result(charges([100.0] * 365), *taxes, as_of="2025-12-31")
    for row in found.backtest:
        assert row["run_rate_wape"] == pytest.approx(row["wape"], rel=1e-9)
        assert row["seasonal_naive_wape"] == pytest.approx(row["wape"], rel=1e-9)
    assert 0 < found.backtest[0]["wape"] < 700 / (30 * 100)


def test_the_answer_is_json_with_the_promised_keys(noisy: ForecastResult) -> None:
    form = json.loads(json.dumps(noisy.to_dict(), allow_nan=False))
    assert {"schema", "scope", "as_of", "currency", "month_end", "quarter_end", "year_end", "backtest", "notes"} <= set(
        form
    )
    assert {"low80", "expected", "high80", "low95", "high95", "actual_to_date"} <= set(form["month_end"])
    assert form["as_of"] == AS_OF
    assert all(not frame.columns.duplicated().any() for frame in noisy.frames().values())


def test_a_support_fee_comes_again_on_its_day() -> None:
    months = [f"{day:%Y-%m}-20" for day in pd.date_range("2025-01-01", "2026-01-01", freq="MS")]
    found = result(charges([100.0] * DAYS), *(charge(day, 400.0) for day in months))
    assert found.month_end.expected == pytest.approx(2800 + 400)
    month = found.calendar[found.calendar["day"] <= "2026-02-28"]
    assert month[["ServiceName", "day", "days", "cost"]].values.tolist() == [
        ["Support", pd.Timestamp("2026-02-20"), 1, 400.0]
    ]


def test_a_fee_that_was_charged_this_month_is_not_charged_twice() -> None:
    months = [f"{day:%Y-%m}-03" for day in pd.date_range("2025-01-01", "2026-02-01", freq="MS")]
    found = result(charges([100.0] * DAYS), *(charge(day, 400.0) for day in months))
    assert found.month_end.expected == pytest.approx(2800 + 400)
    assert found.quarter_end.expected == pytest.approx(9000 + 3 * 400)


def test_a_yearly_fee_comes_again_after_a_year_and_a_recent_one_does_not() -> None:
    yearly = charge("2025-02-20", 9000.0, service="Marketplace")
    recent = charge("2026-01-20", 700.0, service="Domains")
    found = result(charges([100.0] * DAYS), yearly, recent)
    assert found.month_end.expected == pytest.approx(2800 + 9000)
    assert found.year_end.expected == pytest.approx(36500 + 9000 + 700)


def test_refunds_and_single_credits_are_not_expected_again() -> None:
    refund = charge("2026-02-05", -500.0, service="EC2", kind="refund")
    credit = charge("2026-02-06", -100.0, service="EC2", kind="credit")
    found = result(charges([100.0] * DAYS), refund, credit)
    assert found.month_end.expected == pytest.approx(2800 - 600)
    assert "forecast.refunds_apart" in codes(found)


def test_unused_commitment_of_every_day_goes_on() -> None:
    found = result(charges([100.0] * DAYS), charges([7.0] * DAYS, service="Savings Plans", kind="commitment"))
    assert found.month_end.expected == pytest.approx(28 * 107)
    assert found.calendar[["days", "cost"]].values.tolist()[0] == pytest.approx([19, 19 * 7])


def test_events_lie_over_the_forecast_from_their_day_on() -> None:
    events = [
        Event(dt.date(2026, 2, 19), 10.0, "day", "Savings Plan ends", "commitments", account=A, service="EC2"),
        Event(dt.date(2026, 2, 20), -50.0, "once", "Credit promised", "contract"),
        Event(dt.date(2026, 2, 1), 1000.0, "day", "Launch", "plan"),
    ]
    found = result(charges([100.0] * DAYS), events=events)
    assert found.month_end.expected == pytest.approx(2800 + 10 * 10 - 50)
    assert found.quarter_end.expected == pytest.approx(9000 + 41 * 10 - 50)
    assert found.by_cell["month_end"].sum() == pytest.approx(found.month_end.expected)
    assert [event.label for event in found.events] == ["Savings Plan ends", "Credit promised"]
    assert "forecast.event_past" in codes(found)


def test_an_event_without_an_amount_or_with_odd_dates_is_refused() -> None:
    with pytest.raises(UsageError):
        Event(dt.date(2026, 2, 1), float("nan"), "day", "x", "y")
    with pytest.raises(UsageError):
        Event(dt.date(2026, 2, 1), 1.0, "day", "x", "y", until=dt.date(2026, 1, 1))


def test_a_step_is_told() -> None:
    found = result(charges([100.0] * 350 + [200.0] * 55))
    steps = [note.data for note in found.notes if note.code == "forecast.change_point"]
    assert [(step["before"], step["after"]) for step in steps] == [(100.0, 200.0)]
    assert found.month_end.expected == pytest.approx(28 * 200, rel=0.01)


def test_a_day_without_a_row_counts_nothing_whoever_lacks_it() -> None:
    whole = np.full(DAYS, 100.0)
    whole[403] = np.nan  # 2026-02-08, for everyone
    part = np.full(DAYS, 50.0)
    part[[402, 403]] = np.nan  # 2026-02-07 for one alone
    found = result(charges(whole), charges(part, B))
    assert found.month_end.actual_to_date == pytest.approx(8 * 100 + 7 * 50)
    assert found.by_cell["month_to_date"].sum() == pytest.approx(found.month_end.actual_to_date)


def test_one_day_of_history_is_enough_for_a_doubtful_answer() -> None:
    found = result(charges([100.0], start="2026-02-09"))
    assert found.month_end.expected == pytest.approx(2000.0)
    assert {"forecast.short_history", "forecast.pooled_interval", "forecast.period_not_held"} <= set(codes(found))
    assert found.backtest == ()


def test_the_last_day_of_a_year_leaves_no_doubt() -> None:
    found = result(charges([100.0] * 365), as_of="2025-12-31")
    assert found.year_end.low95 == found.year_end.high95 == found.year_end.expected == pytest.approx(36500)


def test_the_order_of_rows_does_not_matter(noisy: ForecastResult) -> None:
    chance = np.random.default_rng(3)
    frame = mart(charges(chance.normal(100, 10, 200)), charges(chance.normal(50, 20, 200), B))
    one = forecast(frame, scope=ORGANIZATION, as_of="2025-07-10").to_dict()
    other = forecast(frame.sample(frac=1, random_state=1), scope=ORGANIZATION, as_of="2025-07-10").to_dict()
    assert one == other


def test_two_currencies_are_refused() -> None:
    frame = mart(charges([1.0] * 40), charges([1.0] * 40, B, BillingCurrency="EUR"))
    with pytest.raises(CurrencyMismatch):
        forecast(frame, scope=ORGANIZATION, as_of="2025-02-01")


def test_without_a_charge_there_is_no_forecast() -> None:
    with pytest.raises(InsufficientDataError):
        forecast(mart(charges([1.0])), scope=ORGANIZATION, as_of="2024-12-31")


def test_a_fiscal_year_begins_in_a_month() -> None:
    with pytest.raises(UsageError):
        result(charges([1.0] * 40), as_of="2025-02-01", fiscal_year_start=13)


@pytest.mark.parametrize("start", ["x", None, 1.5, True, 0])
def test_a_month_that_is_none_is_refused(start: object) -> None:
    with pytest.raises(UsageError, match="month"):
        result(charges([1.0] * 40), as_of="2025-02-01", fiscal_year_start=start)


@pytest.mark.parametrize("events", [[1], [None], "launch", 5, None])
def test_what_is_no_event_is_refused(events: object) -> None:
    with pytest.raises(InputError, match="The known events"):
        result(charges([1.0] * 40), as_of="2025-02-01", events=events)


@pytest.mark.parametrize("as_of", ["2025-03-13", "2030-01-01"])
def test_a_day_long_after_the_last_charge_is_refused(as_of: str) -> None:
    with pytest.raises(InsufficientDataError, match="The last charge is of 2025-02-09, too long before"):
        result(charges([1.0] * 40), as_of=as_of)


def test_a_month_after_the_last_charge_is_not_too_long() -> None:
    assert result(charges([1.0] * 40), as_of="2025-03-12").month_end.actual_to_date == 0.0


def test_a_day_that_marks_no_end_is_refused() -> None:
    with pytest.raises(UsageError, match="9999-12-31, which no bill will reach"):
        result(charges([1.0] * 40), as_of="9999-12-31")


def test_a_day_without_a_row_cost_nothing() -> None:
    """One charge a month: what is spent is what was billed, never a usual day in place of the others."""
    days = pd.to_datetime([f"2026-{month:02d}-01" for month in range(1, 11)])
    frame = pd.DataFrame({"x_charge_day": days, "BillingPeriodStart": days, "EffectiveCost": 50.0})
    frame = frame.assign(SubAccountId="a", ServiceName="s", x_charge_kind="usage", BillingCurrency="USD")
    found = forecast(frame, scope=Scope("a"), as_of="2026-10-31")
    assert (found.month_end.actual_to_date, found.month_end.expected, found.year_end.actual_to_date) == (
        50.0,
        50.0,
        500.0,
    )
    early = forecast(frame, scope=Scope("a"), as_of="2026-10-10")
    assert early.month_end.actual_to_date == 50.0
    assert early.month_end.expected < 150.0
