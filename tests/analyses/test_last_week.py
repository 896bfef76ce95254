"""The last week against the month, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from finops_lib.analyses.last_week import LastWeek, unlike


def daily(*usage: float) -> pd.DataFrame:
    days = pd.date_range("2026-11-01", periods=len(usage))
    return pd.DataFrame({"x_charge_day": days, "usage": usage, "EffectiveCost": 1000.0})


def test_a_month_that_collapsed_is_told_whatever_the_order_of_its_rows() -> None:
    frame = daily(*[160.0] * 23, *[17.0] * 7)
    assert unlike(frame) == LastWeek(160.0, pytest.approx((160 * 23 + 17 * 7) / 30), 17.0)
    assert unlike(frame.iloc[::-1]) == unlike(frame)


def test_a_rise_is_told_too() -> None:
    found = unlike(daily(*[10.0] * 21, *[40.0] * 7))
    assert found == LastWeek(10.0, 17.5, 40.0)


@pytest.mark.parametrize(
    "usage",
    [
        [100.0] * 30,
        [*[100.0] * 23, *[80.0] * 7],  # 16 % below the mean
        [*[160.0] * 6, *[17.0] * 7],  # 13 days
        [0.0] * 30,
        [-5.0] * 30,
    ],
)
def test_a_usual_month_a_short_one_and_one_without_cost_are_not(usage: list[float]) -> None:
    assert unlike(daily(*usage)) is None
