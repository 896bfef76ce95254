"""Month-end estimates: exact where the answer is known, sane where it is not."""

from __future__ import annotations

import pandas as pd
import pytest

from finops_lib.analyses.forecasting import month_end


def daily(*cost: float, start: str = "2026-01-01") -> pd.DataFrame:
    return pd.DataFrame({"date": pd.date_range(start, periods=len(cost)), "cost": cost})


def test_a_constant_cost_goes_on() -> None:
    found = month_end(daily(*[10.0] * 130), as_of="2026-05-10")
    assert found.expected == pytest.approx(310.0)


def test_the_last_day_of_the_month_leaves_no_doubt() -> None:
    found = month_end(daily(*[10.0] * 31), as_of="2026-01-31")
    assert (found.low, found.expected, found.high) == (310.0, 310.0, 310.0)
