"""What was a month expected to cost before it began, by account and service? Method: docs/methods/forecast.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from finops_lib.analyses.daily_series import Days
from finops_lib.analyses.forecast_parts import Parts, parts
from finops_lib.analyses.forecasting import daily_charges, known
from finops_lib.analyses.known_events import Event
from finops_lib.core.errors import InsufficientDataError
from finops_lib.core.periods import Period


def expect(costs: pd.DataFrame, *, period: Period, events: Sequence[Event] = ()) -> pd.DataFrame:
    """The month's forecast from the cost_daily rows before it: ``SubAccountId``, ``ServiceName``, ``expected``.

    It is that of ``forecast`` on the eve, whose ``next_month`` it adds up to. Raises :class:`InsufficientDataError`
    where no cost before the month is held.
    """
    cells = on_the_eve(daily_charges(costs, period.start - dt.timedelta(days=1)), period, events)
    return cells.keys.assign(expected=cells.path.sum(axis=1))


def on_the_eve(charges: pd.DataFrame, period: Period, events: Sequence[Event] = ()) -> Parts:
    """The parts of a month's forecast, from the daily charges before it.

    Raises :class:`InsufficientDataError` where the month before has none: a bill that is not held is no cost of 0.
    """
    eve, before = period.start - dt.timedelta(days=1), period.shift(-1)
    if not charges["day"].between(pd.Timestamp(before.start), pd.Timestamp(eve)).any():
        raise InsufficientDataError(
            f"There are no charges of {before}, the month before {period}: no forecast of its eve can be told.",
            hint=f"Pull the bill of {before}, if it is only missing.",
        )
    charges, series = known(charges, eve)
    ahead: Days = np.arange(np.datetime64(period.start, "D"), np.datetime64(period.end, "D"))
    return parts(charges, series.days, ahead, events, eve)
