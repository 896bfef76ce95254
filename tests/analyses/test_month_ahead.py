"""The forecast of a month as it was before the month began."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from finops_lib.analyses.known_events import Event
from finops_lib.analyses.month_ahead import expect
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period

JULY = Period(2026, 7)


def costs(first: str = "2026-01-01", last: str = "2026-07-31") -> pd.DataFrame:
    days = pd.date_range(first, last, freq="D")
    cells = [("a", "Compute", 10.0), ("a", "Storage", 2.0), ("b", "Compute", 5.0)]
    rows = [
        {"x_charge_day": day, "SubAccountId": account, "ServiceName": service, "EffectiveCost": cost}
        for day in days
        for account, service, cost in cells
    ]
    frame = pd.DataFrame(rows).assign(x_charge_kind="usage", BillingCurrency="USD")
    return frame.assign(BillingPeriodStart=frame["x_charge_day"].dt.to_period("M").dt.to_timestamp())


def told(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    return {(row["SubAccountId"], row["ServiceName"]): row["expected"] for row in frame.to_dict("records")}


def test_level_cost_goes_on_and_the_month_itself_is_not_looked_at() -> None:
    wild = costs()
    wild.loc[wild["x_charge_day"] >= pd.Timestamp(JULY.start), "EffectiveCost"] *= 100
    found = told(expect(wild, period=JULY))
    want = {("a", "Compute"): 310.0, ("a", "Storage"): 62.0, ("b", "Compute"): 155.0}
    assert found == pytest.approx(want, rel=1e-6)


def test_a_known_event_of_the_month_is_laid_over_it() -> None:
    event = Event(dt.date(2026, 7, 15), -1.0, "day", "Move to Graviton", "plan", account="b", service="Compute")
    assert told(expect(costs(), period=JULY, events=[event]))["b", "Compute"] == pytest.approx(155.0 - 17.0)


def test_without_a_past_there_is_nothing_to_expect() -> None:
    with pytest.raises(InsufficientDataError, match="no charges up to 2026-06-30"):
        expect(costs(first="2026-07-01"), period=JULY)
