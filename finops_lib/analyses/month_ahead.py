"""What was a month expected to cost before it began, by account and service? Method: docs/methods/forecast.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from finops_lib.analyses.daily_series import Days
from finops_lib.analyses.forecast_parts import parts
from finops_lib.analyses.forecasting import daily_charges, scope_series
from finops_lib.analyses.known_events import Event
from finops_lib.core.periods import Period


def expect(costs: pd.DataFrame, *, period: Period, events: Sequence[Event] = ()) -> pd.DataFrame:
    """The month's forecast from the cost_daily rows before it: ``SubAccountId``, ``ServiceName``, ``expected``.

    Raises :class:`InsufficientDataError` where no cost before the month is held.
    """
    eve = period.start - dt.timedelta(days=1)
    charges = daily_charges(costs, eve)
    series = scope_series(charges, eve)
    charges = charges[charges["day"] >= pd.Timestamp(series.days[0])]
    ahead: Days = np.arange(np.datetime64(period.start, "D"), np.datetime64(period.end, "D"))
    cells = parts(charges, series, ahead, events, eve)
    return cells.keys.assign(expected=cells.path.sum(axis=1))
