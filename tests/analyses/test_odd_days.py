"""Bursts and the calendar: a longer month brings more usual days, and none of what a few odd days cost."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from bills_of_two_months import categories, effects, used, variance
from evidence import charge, daily

from finops_lib.analyses.calendar_days import Elapsed
from finops_lib.analyses.odd_days import odd_costs
from finops_lib.core.periods import Period

FEBRUARY, MARCH = Period.parse("2026-02"), Period.parse("2026-03")


def days(burst: float, month: str) -> pd.DataFrame:
    """Ten a day of both months, and a third of the burst on the 10th, 11th and 12th of one."""
    rows = []
    for day in pd.date_range("2026-02-01", "2026-03-31"):
        odd = burst / 3 if f"{day:%Y-%m}" == month and 10 <= day.day <= 12 else 0.0
        rows.append(charge(10.0 + odd, f"{day:%Y-%m}", x_charge_day=f"{day:%Y-%m-%d}"))
    return daily(*rows)


@pytest.mark.parametrize(("month", "sign"), [("2026-02", -1), ("2026-03", 1)])
@pytest.mark.parametrize("burst", [300.0, -24.0])
def test_a_burst_is_no_part_of_the_calendar(month: str, sign: int, burst: float) -> None:
    before, after = 280 + (burst if sign < 0 else 0), 310 + (burst if sign > 0 else 0)
    rows = used("2026-02", before, 1.0), used("2026-03", after, 1.0)
    found = variance(*rows, period="2026-03", daily=days(burst, month))
    assert effects(found) == pytest.approx({"calendar": 30.0, "volume": sign * burst})
    assert categories(found) == pytest.approx({"not_business": 30.0, "anomalous": sign * burst})
    assert abs(found.residual) < 1e-9


def test_without_days_nobody_can_tell_a_burst() -> None:
    found = variance(used("2026-02", 280, 1.0), used("2026-03", 610, 1.0), period="2026-03")
    assert effects(found)["calendar"] > 30.0


def test_a_steady_neighbor_of_a_burst_keeps_its_calendar() -> None:
    rows = [
        used("2026-02", 140, 1.0, x_UsageType="Steady", PricingUnit="GB"),
        used("2026-03", 155, 1.0, x_UsageType="Steady", PricingUnit="GB"),
        used("2026-02", 140, 1.0),
        used("2026-03", 455, 1.0),
    ]
    lines = variance(*rows, period="2026-03", daily=days(300.0, "2026-03")).lines()
    steady = lines[lines["x_UsageType"] == "Steady"].groupby("effect")["amount"].sum()
    assert steady.to_dict()["calendar"] == pytest.approx(15.0)
    assert lines.loc[lines["effect"] == "calendar", "amount"].sum() == pytest.approx(30.0)


def event(excess: float, start: str, end: str, service: str | None = "EC2") -> pd.DataFrame:
    row = {"ServiceName": service, "start": pd.Timestamp(start), "end": pd.Timestamp(end), "excess": excess}
    return pd.DataFrame([row])


KEYS = pd.DataFrame({"ServiceName": ["EC2", "EC2", "S3"], "x_UsageType": ["a", "b", "c"]})
LEVEL, SPAN = np.array([[280.0, 280.0, 280.0], [310.0, 400.0, 700.0]]), np.array([[28.0] * 3, [31.0] * 3])
WHOLE = Elapsed(FEBRUARY, 28), Elapsed(MARCH, 31)


@pytest.mark.parametrize(
    ("told", "odd"),
    [
        (event(60.0, "2026-03-10", "2026-03-12"), [0.0, 60.0, 0.0]),
        (event(900.0, "2026-03-10", "2026-03-12"), [0.0, 90.0, 0.0]),  # never more than the key moved
        (event(60.0, "2026-03-10", "2026-03-12", None), [0.0, 60 * 90 / 480, 60 * 390 / 480]),
        (event(-60.0, "2026-03-10", "2026-03-12"), [0.0, 0.0, 0.0]),  # none of the keys fell
        (event(math.nan, "2026-03-10", "2026-03-12"), [0.0, 0.0, 0.0]),
        (event(60.0, "2026-05-10", "2026-05-12"), [0.0, 0.0, 0.0]),
    ],
)
def test_an_event_is_given_to_the_keys_that_moved_its_way(told: pd.DataFrame, odd: list[float]) -> None:
    found = odd_costs(KEYS, LEVEL, SPAN, told, WHOLE)
    assert found.tolist() == [[0.0] * 3, pytest.approx(odd)]


def test_an_event_of_a_month_that_runs_is_brought_to_its_length_as_its_cost_is() -> None:
    found = odd_costs(KEYS, LEVEL, SPAN, event(30.0, "2026-03-03", "2026-03-04"), (WHOLE[0], Elapsed(MARCH, 15)))
    assert found[1].tolist() == pytest.approx([0.0, 62.0, 0.0])
