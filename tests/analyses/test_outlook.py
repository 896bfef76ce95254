"""What lies ahead: known series with known ends, every input missing once, and the ends beside each other."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from analyses.forecast_evidence import A, B, charge, charges, mart
from hypothesis import given, settings
from hypothesis import strategies as st

from finops_lib.analyses import outlook, outlook_fan
from finops_lib.analyses.forecasting import forecast
from finops_lib.analyses.known_events import Event
from finops_lib.analyses.outlook_result import ProspectResult
from finops_lib.analyses.statement import statement
from finops_lib.contracts import commercial
from finops_lib.core.periods import Period
from finops_lib.core.scope import ORGANIZATION, Scope

OCTOBER = Period(2026, 10)
FIRST = {days: dt.date(2026, 11, 1) - dt.timedelta(days=days) for days in (5, 40, 92, 300)}


def costs(last: str = "2026-10-31", per_day: float = 10.0, start: str = "2026-07-01") -> pd.DataFrame:
    """Account A costs the amount a day, B half as much."""
    days = len(pd.date_range(start, last))
    rows = [charges([per_day * share] * days, account, start=start) for account, share in ((A, 1.0), (B, 0.5))]
    return mart(*rows)


def accounts() -> pd.DataFrame:
    starts = pd.to_datetime(["2026-09-01", "2026-10-01", "2026-10-01"])
    return pd.DataFrame({"BillingPeriodStart": starts, "SubAccountId": [A, A, B], "SubAccountName": ["old", "a", None]})


def snapshots(last: str = "2026-10-31", status: str = "final") -> pd.DataFrame:
    return pd.DataFrame({"period": ["2026-10"], "invoice_status": [status], "last_day": [last], "net": [False]})


def budgets(month: str = "2026-10", **amounts: float) -> pd.DataFrame:
    rows = [(name, {"all": "organization", "a": A}[name], month, amount) for name, amount in amounts.items()]
    frame = pd.DataFrame(rows, columns=["budget", "scope", "period", "amount"])
    register = dict.fromkeys(("owner", "approved_by", "approved_on", "exception", "exception_until"))
    return frame.assign(currency="USD", **register)


def prospect(frame: pd.DataFrame, last: str = "2026-10-31", status: str = "final", **change: Any) -> ProspectResult:
    made: dict[str, Any] = {"budgets": commercial.Budgets.empty(), "kpis": commercial.Kpis.empty()} | change
    evidence = (frame, accounts(), snapshots(last, status), made.pop("budgets"), made.pop("kpis"))
    return outlook.prospect(*evidence, **({"scope": ORGANIZATION, "period": OCTOBER} | made))


def codes(result: ProspectResult) -> list[str]:
    return sorted(note.code for note in result.not_checked)


def test_a_month_that_is_over_leads_with_the_next() -> None:
    result = prospect(costs())
    assert result.forecast is not None
    assert result.next_month is not None
    assert result.forecast.month_end.actual_to_date == pytest.approx(31 * 15)
    assert result.forecast.month_end.expected == result.forecast.month_end.high95
    assert (result.next_month.first_day, result.next_month.last_day) == ("2026-11-01", "2026-11-30")
    assert result.next_month.expected == pytest.approx(30 * 15)
    assert result.cells["ahead"].sum() == pytest.approx(result.next_month.expected)
    assert result.cells["month_to_date"].tolist() == pytest.approx([310, 155])
    assert result.cells["SubAccountName"].fillna("–").tolist() == ["a", "–"]
    assert (result.previous, result.held_from) == (pytest.approx(465), "2026-07-01")
    assert result.fan["day"].iloc[-3:].dt.strftime("%m-%d").tolist() == ["10-31", "11-30", "12-31"]
    assert result.fan["expected"].iloc[-3:].tolist() == pytest.approx([465, 465 + 450, 465 + 450 + 465])
    assert result.fan["actual"].iloc[[0, 30]].tolist() == pytest.approx([15, 465])


def test_a_running_month_leads_itself() -> None:
    result = prospect(costs("2026-10-18"), "2026-10-18", "open")
    assert result.forecast is not None
    assert (result.next_month, result.as_of, result.invoice_status) == (None, "2026-10-18", "open")
    assert result.previous == pytest.approx(30 * 15)
    assert result.cells["ahead"].sum() == pytest.approx(result.forecast.month_end.expected) == pytest.approx(465)
    today, last = result.fan.iloc[17], result.fan.iloc[-1]
    assert today["actual"] == today["expected"] == pytest.approx(270)
    assert np.isnan(last["actual"])
    for band in outlook_fan.BANDS:
        assert last[band] == getattr(result.forecast.month_end, band)


def test_the_interval_of_the_last_month_of_a_quarter_is_the_quarters() -> None:
    noise = 10 + np.sin(np.arange(153)) * 3
    frame = mart(charges(noise, A, start="2026-07-01"))
    shots = snapshots("2026-11-30").assign(period="2026-11")
    blank = (commercial.Budgets.empty(), commercial.Kpis.empty())
    result = outlook.prospect(frame, accounts(), shots, *blank, scope=ORGANIZATION, period=Period(2026, 11))
    assert result.forecast is not None
    assert result.next_month is not None
    quarter, ahead = result.forecast.quarter_end, result.next_month
    for name in ("low80", "high80", "low95", "high95"):
        width = getattr(quarter, name) - quarter.expected
        assert getattr(ahead, name) - ahead.expected == pytest.approx(width, abs=1e-6)


@given(st.integers(0, 10_000), st.sampled_from([5, 40, 92, 300]), st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_a_nearer_end_is_never_wider(seed: int, days: int, fiscal_year_start: int) -> None:
    chance = np.random.default_rng(seed)
    frame = mart(charges(np.exp(np.cumsum(chance.normal(0, 0.1, days)))[::-1], A, start=f"{FIRST[days]:%Y-%m-%d}"))
    found = forecast(frame, scope=ORGANIZATION, as_of="2026-10-31", fiscal_year_start=fiscal_year_start)
    assert found.next_month is not None
    ends = sorted((found.next_month, found.quarter_end, found.year_end), key=lambda end: end.last_day)
    for end in ends:
        assert end.low95 <= end.low80 <= end.expected <= end.high80 <= end.high95
    for near, far in itertools.pairwise(end for end in ends if end.last_day > found.as_of):
        assert near.high95 - near.expected <= far.high95 - far.expected + 1e-6
        assert near.high80 - near.expected <= far.high80 - far.expected + 1e-6


def test_what_is_missing_is_said_with_its_reason() -> None:
    result = prospect(costs(start="2026-10-01"))
    assert codes(result) == ["not_checked.budgets", "not_checked.trajectory", "not_checked.unit_economics"]
    reasons = {note.code: note.data["reason"] for note in result.not_checked}
    assert reasons["not_checked.trajectory"] == "No cost before October 2026 is held."
    assert reasons["not_checked.budgets"] == "No budget is known for this scope."
    told = {note.code: note.message for note in result.not_checked}
    assert told["not_checked.trajectory"].endswith("No cost before October 2026 is held. Pull the months before it.")
    assert told["not_checked.budgets"].endswith("Give one with budgets.file in finops.toml.")
    assert (result.trajectory, result.budgets, result.unit_economics, result.driver) == (None, None, None, None)


def test_without_any_cost_there_is_a_value_all_the_same() -> None:
    result = prospect(costs().head(0), budgets=budgets(all=100.0))
    assert (result.forecast, result.next_month, result.previous, result.held_from) == (None, None, None, None)
    assert codes(result) == [f"not_checked.{name}" for name in ("budgets", "forecast", "trajectory", "unit_economics")]
    document = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert document["month_end"] is None
    assert document["backtest"] == []
    assert list(result.frames()) == ["cells", "fan"]


def test_a_metric_that_the_file_lacks_is_a_reason() -> None:
    days = pd.date_range("2026-07-01", "2026-10-31")
    kpis = pd.DataFrame({"date": days, "metric": "orders", "value": 100.0 + np.arange(len(days)) % 5})
    result = prospect(costs(), kpis=kpis, driver="rides")
    reason = next(note.data["reason"] for note in result.not_checked if note.code == "not_checked.unit_economics")
    assert reason == "The business metric 'rides' is not in its file."


def test_unit_economics_take_the_metric() -> None:
    days = pd.date_range("2026-04-01", "2026-10-31")
    orders = 100 + 30 * np.sin(np.arange(len(days)) / 9)
    frame = mart(charges(orders * 0.5, A, start="2026-04-01"))
    kpis = pd.DataFrame({"date": days, "metric": "orders", "value": orders})
    result = prospect(frame, kpis=kpis)
    assert result.driver == "orders"
    assert result.unit_economics is not None
    assert result.unit_economics.unit_cost == pytest.approx(0.5)
    assert result.unit_economics.elasticity.expected == pytest.approx(1, abs=0.01)


def test_budgets_of_this_and_the_next_month() -> None:
    file = pd.concat([budgets(all=400.0, a=400.0), budgets("2026-11", all=1_000.0, a=290.0)])
    result = prospect(costs(), budgets=file)
    assert result.budgets is not None
    assert result.budgets_ahead is not None
    closed = result.budgets.budgets.set_index("budget")
    assert closed["actual"].to_dict() == pytest.approx({"all": 465.0, "a": 310.0})
    assert closed["status"].to_dict() == {"all": "exceeded", "a": "within"}
    ahead = result.budgets_ahead.budgets.set_index("budget")
    assert ahead["expected"].to_dict() == pytest.approx({"all": 450.0, "a": 300.0})
    assert (ahead["low"] <= ahead["expected"]).all()
    assert ahead["status"].to_dict() == {"all": "within", "a": "at risk"}


def test_a_month_without_budget_is_a_note() -> None:
    result = prospect(costs("2026-10-18"), "2026-10-18", "open", budgets=budgets("2026-09", all=1.0))
    assert result.budgets is None
    assert [note.message for note in result.not_checked if note.code == "not_checked.budgets"] == [
        "Budgets: There is no budget for October 2026."
    ]


def test_events_reach_the_next_month() -> None:
    event = Event(dt.date(2026, 11, 21), -5.0, "day", "rightsizing", "plan", account=A, service="EC2")
    result = prospect(costs(), events=(event,))
    assert result.next_month is not None
    assert result.next_month.expected == pytest.approx(30 * 15 - 10 * 5)


def test_months_in_another_currency_stand_aside() -> None:
    euro = mart(charges([99.0] * 31, A, start="2026-08-01"), currency="EUR")
    result = prospect(pd.concat([costs(start="2026-09-01"), euro], ignore_index=True))
    assert result.currency == "USD"
    assert result.held_from == "2026-09-01"
    note = next(note for note in result.not_checked if note.code == "not_checked.other_currency")
    assert note.data["months"] == ["2026-08"]


def test_the_order_of_rows_changes_nothing() -> None:
    frame = pd.concat([costs(), mart(charge("2026-10-03", 40.0))], ignore_index=True)
    shuffled = frame.sample(frac=1, random_state=5).reset_index(drop=True)
    file = budgets(all=400.0, a=300.0)
    assert prospect(shuffled, budgets=file).to_dict() == prospect(frame, budgets=file).to_dict()


def test_the_json_keeps_the_forecasts_interface() -> None:
    document = json.loads(json.dumps(prospect(costs()).to_dict(), allow_nan=False))
    assert document["schema"] == "finops.forecast/1"
    ends = ("low80", "expected", "high80", "low95", "high95", "actual_to_date")
    assert all(set(ends) <= set(document[name]) for name in ("month_end", "quarter_end", "year_end", "next_month"))
    assert {"backtest", "trajectory", "budgets", "unit_economics", "notes", "not_checked"} <= set(document)


def test_the_statement_of_an_account() -> None:
    labels = statement(accounts().head(2), snapshots(status="unknown").assign(net=True), scope=Scope(A), period=OCTOBER)
    assert (labels.scope_name, labels.invoice_status, labels.cost_basis) == ("a", "unknown", "net amortized")
    assert statement(accounts(), snapshots(), scope=ORGANIZATION, period=OCTOBER).scope_name is None
