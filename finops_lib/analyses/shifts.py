"""On which day did a series of daily costs leave its usual range? Method: docs/methods/root-causes.md."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.drilldown import BEFORE_DAYS, LEAST_BEFORE

Floats = npt.NDArray[np.float64]

NOISES: Final = 6.0
"""How far a day must be from what is usual for its weekday, in robust deviations of the days before."""

SUDDEN: Final = 1 / 3
"""The day before a shift begins is off by less than this part of it; else the cost moved gradually."""


def began_on(days: pd.Series[float], *, since: dt.date, least: float) -> dt.date | None:
    """The first day of the largest shift from ``since`` on; None where cost stayed usual or moved gradually.

    ``days`` is cost by day without gaps. A day is off where it differs by ``least`` or more, and by six robust
    deviations or more, from the median of its weekday in the 56 days before it. The shift is the stretch of such days
    of one sign around the one that is off most.
    """
    dates, values = pd.DatetimeIndex(days.index), np.asarray(days, dtype=np.float64)
    first = max(int(dates.searchsorted(pd.Timestamp(since))), LEAST_BEFORE)
    if first >= len(values):
        return None
    off = np.zeros(len(values))
    beyond = np.zeros(len(values), dtype=bool)
    for day in range(first - 1, len(values)):
        off[day], noise = _deviation(values, day)
        beyond[day] = day >= first and abs(off[day]) >= max(least, NOISES * noise, 0.01)
    if not beyond.any():
        return None
    start = _start(off, beyond)
    gradual = abs(off[start - 1]) > SUDDEN * abs(off[start]) and off[start - 1] * off[start] > 0
    return None if gradual else dates[start].date()


def _deviation(values: Floats, day: int) -> tuple[float, float]:
    """How far a day is from its weekday's median in the days before, and how far those days are from theirs."""
    before = values[max(0, day - BEFORE_DAYS) : day]
    same = before[len(before) % 7 :: 7] if len(before) >= 14 else before
    usual = float(np.median(same)) if len(same) else 0.0
    if len(before) < 14:
        return float(values[day] - usual), 1.4826 * float(np.median(abs(before - usual))) if len(before) else 0.0
    weekdays = np.arange(len(before)) % 7
    medians = np.array([np.median(before[weekdays == number]) for number in range(7)])
    return float(values[day] - usual), 1.4826 * float(np.median(abs(before - medians[weekdays])))


def _start(off: Floats, beyond: npt.NDArray[np.bool_]) -> int:
    """The first day of the stretch around the day that is off most."""
    peak = int(np.argmax(np.where(beyond, abs(off), -1.0)))
    start = peak
    while start > 0 and beyond[start - 1] and off[start - 1] * off[peak] > 0:
        start -= 1
    return start
