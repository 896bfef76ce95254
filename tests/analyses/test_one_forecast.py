"""One forecast of one month, whoever asks: the organization, an account, the variance, the trajectory."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from forecast_evidence import A, B, charge, charges, mart

from finops_lib.analyses.budget_outlook import of_next
from finops_lib.analyses.forecast_result import ForecastResult
from finops_lib.analyses.forecasting import daily_charges, forecast, month_end
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.month_ahead import expect
from finops_lib.analyses.trajectory import watch
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

DAYS = 396  # 2025-10-01 … 2026-10-31
START, EVE = "2025-10-01", "2026-10-31"
NOVEMBER = Period(2026, 11)
EVENT = Event(dt.date(2026, 11, 21), -1.5, "day", "Rightsizing", "plan", account=A, service="EC2")


def daily(cost: object, account: str = A, service: str = "EC2", kind: str = "usage") -> pd.DataFrame:
    return charges(np.broadcast_to(cost, DAYS), account, service, kind, start=START)  # type: ignore[arg-type]


def noise(seed: int, level: float, spread: float = 0.1) -> np.ndarray:
    return level * np.exp(np.random.default_rng(seed).normal(0, spread, DAYS))


def monthly(cost: float, last: str = "2026-10", **where: str) -> list[pd.DataFrame]:
    """A charge on the first of each month up to the last one."""
    return [charge(f"{day:%Y-%m}-01", cost, **where) for day in pd.date_range(START, last, freq="MS")]


def made(frame: pd.DataFrame, scope: Scope = ORGANIZATION, as_of: str = EVE, **how: object) -> ForecastResult:
    return forecast(frame, scope=scope, as_of=as_of, **how)  # type: ignore[arg-type]


def only(frame: pd.DataFrame, account: str) -> pd.DataFrame:
    return frame[frame["SubAccountId"] == account].reset_index(drop=True)


@pytest.fixture(scope="module")
def bill() -> pd.DataFrame:
    """Two accounts, many services, one of them new, a burst in one, fees, a tax and a credit."""
    small = [daily(noise(20 + number, 0.05), B, f"Small {number}") for number in range(12)]
    burst = noise(3, 2.0)
    burst[280:310] += 90
    young = daily(noise(4, 30.0), B, "Glue").tail(50)
    return mart(
        daily(noise(1, 100.0)), daily(noise(2, 40.0, 0.3), service="S3"), daily(burst, B, "Sandbox"), young, *small,
        *monthly(200.0), *monthly(12.0, service="EC2", kind="tax"), *monthly(-25.0, service="EC2", kind="credit"),
    )  # fmt: skip


def test_every_reader_tells_the_same_figure(bill: pd.DataFrame) -> None:
    found = made(bill, events=[EVENT])
    assert found.next_month is not None
    expected = found.next_month.expected
    assert found.by_cell["next_month"].sum() == pytest.approx(expected, abs=0.005)
    assert found.by_nature["next_month"].sum() == pytest.approx(expected, abs=0.005)
    assert expect(bill, period=NOVEMBER, events=[EVENT])["expected"].sum() == pytest.approx(expected, abs=0.005)
    after = pd.concat([bill, mart(charges([140.0] * 30, start="2026-11-01"))], ignore_index=True)
    paths = watch(after, scope=ORGANIZATION, as_of="2026-11-30", events=[EVENT]).paths
    ends = paths.groupby(["level", "key"], dropna=False, sort=False)["expected"].last()
    assert ends["total"].sum() == pytest.approx(expected, abs=0.005)
    for level in ("account", "service"):
        assert ends[level].sum() == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("account", [A, B])
def test_an_account_is_told_alike_alone_and_in_the_organization(bill: pd.DataFrame, account: str) -> None:
    all_cells, alone = made(bill).by_cell, made(only(bill, account), Scope(account))
    mine = all_cells[all_cells["SubAccountId"] == account].sort_values("ServiceName", ignore_index=True)
    pd.testing.assert_frame_equal(mine, alone.by_cell.sort_values("ServiceName", ignore_index=True), rtol=1e-9)


def test_an_account_that_began_late_is_told_alike(bill: pd.DataFrame) -> None:
    late = bill[(bill["SubAccountId"] == A) | (bill["x_charge_day"] >= "2026-09-20")].reset_index(drop=True)
    cells = made(late).by_cell
    alone = made(only(late, B), Scope(B)).next_month
    assert alone is not None
    assert cells.loc[cells["SubAccountId"] == B, "next_month"].sum() == pytest.approx(alone.expected, abs=0.005)


def test_an_accounts_budget_is_held_against_its_own_forecast(bill: pd.DataFrame) -> None:
    rows = [("all", "organization", "2026-11", 9e9), ("a", A, "2026-11", 9e9)]
    file = pd.DataFrame(rows, columns=["budget", "scope", "period", "amount"]).assign(currency="USD")
    file[["owner", "approved_by", "approved_on", "exception", "exception_until"]] = None
    told = of_next(file, daily_charges(bill, dt.date(2026, 10, 31)), made(bill)).budgets.set_index("budget")
    alone = made(only(bill, A), Scope(A)).next_month
    assert alone is not None
    assert told.loc["a", ["low", "expected", "high"]].tolist() == pytest.approx(
        [alone.low80, alone.expected, alone.high80]
    )


def test_a_running_month_has_no_next_one_yet(bill: pd.DataFrame) -> None:
    found = made(bill, as_of="2026-10-30")
    assert found.next_month is None
    assert "next_month" not in found.by_cell
    assert found.to_dict()["next_month"] is None


def test_a_burst_of_one_account_does_not_leak_into_its_forecast(bill: pd.DataFrame) -> None:
    cells = made(bill).by_cell.set_index("ServiceName")["next_month"]
    assert cells["Sandbox"] == pytest.approx(60.0, rel=0.15)


def test_a_cell_that_costs_is_never_expected_to_pay() -> None:
    falling = np.maximum(100.0 - 0.27 * np.arange(DAYS), 0.5)
    falling[[100, 200]] = -3.0  # a correction now and then
    odd = [daily(noise(number, 0.02), service=f"Small {number}") for number in range(5)]
    found = made(mart(daily(falling), daily(-0.6, service="Rebates"), *odd, daily(noise(9, 200.0), B)))
    cells = found.by_cell.set_index("ServiceName")
    positive = cells.drop(index="Rebates")
    assert (positive[["next_month", "year_end"]] >= 0).all().all()
    assert cells.loc["Rebates", "next_month"] == pytest.approx(-18.0)


# Credits and refunds


@pytest.mark.parametrize("scope", [ORGANIZATION, Scope(A)])
def test_a_monthly_credit_that_has_ended_is_not_expected(scope: Scope) -> None:
    credit = monthly(-650.0, "2026-08", service="EC2", kind="credit")
    frame = mart(daily(100.0), *credit)
    for eve, month in (("2026-09-30", Period(2026, 10)), (EVE, NOVEMBER)):
        before = frame[frame["x_charge_day"] <= eve]
        days = mart(charges([100.0] * 10, start=str(month.start)))
        path = watch(pd.concat([before, days]), scope=scope, as_of=month.start.replace(day=10)).paths
        assert path["expected"].iloc[-1] == pytest.approx(1000.0)
        assert path["high"].iloc[-1] < 1100.0


def test_an_everyday_credit_that_has_ended_is_not_expected() -> None:
    ended = daily(-20.0, kind="credit").iloc[:-5]
    found = made(mart(daily(100.0), ended)).next_month
    assert found is not None
    assert found.expected == pytest.approx(3000.0)
    goes_on = made(mart(daily(100.0), daily(-20.0, kind="credit"))).next_month
    assert goes_on is not None
    assert goes_on.expected == pytest.approx(2400.0)


@pytest.mark.parametrize(
    "once",
    [
        charge("2026-08-20", -5000.0, service="EC2", kind="refund"),
        charge("2026-08-20", -5000.0, service="EC2", kind="credit"),
        charge("2026-08-20", 5000.0, service="Marketplace", kind="fee"),
        charge("2026-08-20", 400.0, service="Marketplace", kind="tax"),
    ],
    ids=["refund", "credit", "fee", "tax"],
)
def test_what_was_charged_once_is_no_noise_of_usage(once: pd.DataFrame) -> None:
    usage = mart(daily(noise(1, 100.0)))
    plain, found = made(usage), made(pd.concat([usage, mart(once)], ignore_index=True))
    for name in ("next_month", "quarter_end", "year_end"):
        for bound in ("low80", "high80", "low95", "high95"):
            off, want = (getattr(getattr(each, name), bound) - getattr(each, name).expected for each in (found, plain))
            assert off == pytest.approx(want, abs=0.01)
    assert found.backtest == plain.backtest


def test_one_odd_day_of_a_bare_series_leaves_an_interval_its_two_sides() -> None:
    cost = noise(1, 100.0)
    plain = month_end(
        pd.DataFrame({"date": pd.date_range(START, periods=DAYS), "cost": cost}), as_of="2026-10-10", level=0.95
    )
    cost[330] -= 3000.0
    found = month_end(
        pd.DataFrame({"date": pd.date_range(START, periods=DAYS), "cost": cost}), as_of="2026-10-10", level=0.95
    )
    assert found.expected == pytest.approx(plain.expected, rel=0.02)
    assert found.high - found.expected > 0.8 * (plain.high - plain.expected)
    assert found.expected - found.low < 3 * (plain.expected - plain.low)


# A fresh step


def test_a_jump_of_three_days_may_be_taken_back() -> None:
    cost = np.r_[noise(1, 100.0, 0.03)[:-3], 200.0, 203.0, 198.0]
    found = made(mart(daily(cost))).next_month
    assert found is not None
    assert found.expected == pytest.approx(30 * (100 + 100 * 5 / 7), rel=0.05)  # half-way to what the week tells
    assert found.low95 < 3300.0  # nearly the level before
    assert found.low80 < 3900.0
    assert found.high80 > 5900.0  # nearly the level since


def test_a_level_that_lasts_is_trusted() -> None:
    widths = []
    for days in (3, 8, 16, 60):
        cost = noise(1, 100.0, 0.03)
        cost[-days:] *= 2
        found = made(mart(daily(cost))).next_month
        assert found is not None
        widths.append(found.expected - found.low80)
    assert widths[0] > widths[1] > widths[2]
    assert widths[3] < 900.0


# A month that still runs


def late_bill() -> pd.DataFrame:
    """Usage of 100 a day to 18 November; support of 300 and a tax of 40, dated the first, of the months before."""
    frame = charges([100.0] * (DAYS + 18), start=START)
    return mart(frame, *monthly(300.0, service="AWS Support (Business)"), *monthly(40.0, service="EC2", kind="tax"))


def test_what_aws_bills_late_is_still_to_come() -> None:
    found = made(late_bill(), as_of="2026-11-18")
    assert found.month_end.actual_to_date == pytest.approx(1800.0)
    assert found.month_end.expected == pytest.approx(3000 + 340)
    assert found.quarter_end.expected == pytest.approx(31 * 100 + 340 + 3000 + 340 + 3100 + 340)
    assert made(late_bill(), Scope(A), as_of="2026-11-18").month_end == found.month_end


def test_a_credit_that_comes_with_the_close_is_still_to_come() -> None:
    bill = mart(charges([100.0] * (DAYS + 18), start=START), *monthly(-60.0, service="EC2", kind="credit"))
    found = made(bill, as_of="2026-11-18")
    assert found.month_end.expected == pytest.approx(3000 - 60)
    answer = watch(bill, scope=ORGANIZATION, as_of="2026-11-18")
    assert answer.paths.loc[answer.paths["level"] == "total", "expected"].iloc[-1] == pytest.approx(1800.0)
    assert [note.data for note in answer.notes] == [{"credits": -60.0}]


def test_what_aws_bills_late_is_not_below_the_path() -> None:
    answer = watch(late_bill(), scope=ORGANIZATION, as_of="2026-11-18")
    assert answer.breaches == ()
    total = answer.paths[answer.paths["level"] == "total"]
    assert total["expected"].tolist() == pytest.approx([100.0 * day for day in range(1, 19)])
    assert [(note.code, note.data) for note in answer.notes] == [
        ("trajectory.pending_charges", {"support": 300.0, "tax": 40.0})
    ]


def test_what_has_been_billed_or_will_not_be_is_on_the_path() -> None:
    billed = mart(charge("2026-11-01", 300.0, service="AWS Support (Business)"))
    answer = watch(pd.concat([late_bill(), billed]), scope=ORGANIZATION, as_of="2026-11-18")
    total = answer.paths[answer.paths["level"] == "total"].iloc[-1]
    assert (total["actual"], total["expected"]) == pytest.approx((2100.0, 2100.0))
    closed = pd.concat([late_bill(), mart(charges([100.0] * 12, start="2026-11-19"))], ignore_index=True)
    for is_open, expected in ((True, 3000.0), (False, 3340.0)):
        path = watch(closed, scope=ORGANIZATION, as_of="2026-11-30", is_open=is_open).paths
        assert path.loc[path["level"] == "total", "expected"].iloc[-1] == pytest.approx(expected)
    ended = made(closed, as_of="2026-11-30")
    assert ended.next_month is not None
    assert ended.next_month.expected == pytest.approx(3100.0)  # a closed month without them: they are over


# A fee of a single charge


def test_a_fee_that_rests_on_one_charge_is_said_to() -> None:
    frame = mart(daily(100.0), charge("2025-11-12", 12_000.0, service="Sentry"))
    found = made(frame)
    assert found.next_month is not None
    assert found.next_month.expected == pytest.approx(15_000.0)
    (note,) = [note for note in found.notes if note.code == "forecast.single_charge"]
    assert note.message == "Sentry: 12,000.00 on 2026-11-12 rests on one charge alone, that of 2025-11-12."
    assert note.data["amount"] == 12_000.0
    days = mart(charges([100.0] * 20, start="2026-11-01"))
    answer = watch(pd.concat([frame, days], ignore_index=True), scope=ORGANIZATION, as_of="2026-11-20")
    total = answer.breaches[0]  # it did not come, and the variance against the forecast says so too
    assert (total.level, total.excess, total.first_day) == ("total", pytest.approx(-12_000.0), "2026-11-12")


def test_a_fee_of_every_month_rests_on_many() -> None:
    found = made(mart(daily(100.0), *monthly(300.0)))
    assert "forecast.single_charge" not in [note.code for note in found.notes]


# What a bill may be silent about


def test_a_month_without_a_charge_is_said_to_count_as_nothing() -> None:
    bill = mart(daily(100.0))
    day = bill["x_charge_day"]
    gap = bill[~day.between("2026-08-01", "2026-08-31")]
    for held, notes in (
        (gap, {"forecast.silent_months": {"months": ["2026-08"]}, "forecast.silent_days": {"days": 31}}),
        (bill[day != "2026-08-05"], {"forecast.silent_days": {"days": 1}}),
        (bill, {}),
    ):
        assert {note.code: note.data for note in made(held).notes if "silent" in note.code} == notes


def test_a_month_is_held_against_no_forecast_of_a_bill_that_is_missing() -> None:
    bill = mart(daily(100.0))
    before = bill[bill["x_charge_day"] < "2026-09-01"]
    with pytest.raises(InsufficientDataError, match="no charges of 2026-10, the month before 2026-11"):
        expect(before, period=Period(2026, 11))


def test_no_cost_and_a_giant_day_are_said() -> None:
    cost = [100.0] * DAYS
    assert [note.code for note in made(mart(daily([0.0] * DAYS))).notes if note.code == "forecast.no_cost"]
    cost[-20] = 5e6
    (note,) = [note for note in made(mart(daily(cost))).notes if note.code == "forecast.giant_day"]
    assert note.data["amount"] == 5e6
