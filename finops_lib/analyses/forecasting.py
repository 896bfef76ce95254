"""Where will the month, the quarter and the year end? Method: docs/methods/forecast.md."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from finops_lib.analyses import daily_series
from finops_lib.analyses.conformal import margin
from finops_lib.analyses.daily_series import DailySeries
from finops_lib.analyses.track_record import replay
from finops_lib.core.errors import UsageError
from finops_lib.core.estimate import Estimate
from finops_lib.core.note import Note
from finops_lib.core.periods import Period

SHORT = 28
"""Known days below which a series is short: no shape of the week, no month-day items."""


def month_end(daily: pd.DataFrame, *, as_of: dt.date | str, level: float = 0.8) -> Estimate:
    """What will the calendar month of ``as_of`` cost, with an interval that holds it in a share ``level`` of cases?

    ``daily`` has ``date`` and ``cost``, one row a day up to ``as_of`` (later rows are left out). Raises
    :class:`UsageError` for a frame, date, cost or level that is none, :class:`InsufficientDataError` without any day.
    """
    day = as_date(as_of)
    if not 0 < level < 1:
        raise UsageError(f"The level {level} is no share.", hint="Give a number between 0 and 1, for example 0.8.")
    return _end_of(daily_series.read(daily, day), Period.of(day).end, day, level)


def as_date(day: dt.date | str) -> dt.date:
    """A day given as a date, a timestamp or YYYY-MM-DD."""
    try:
        return pd.Timestamp(day).date()
    except (ValueError, TypeError) as error:
        raise UsageError(f"'{day}' is no day.", hint="Write it as YYYY-MM-DD.") from error


def _end_of(series: DailySeries, end: dt.date, as_of: dt.date, level: float) -> Estimate:
    start = np.datetime64(Period.of(as_of).start, "D")
    inside = series.days >= start
    spent = float(series.filled[inside].sum())
    rest = (end - as_of).days - 1
    notes = _notes(series)
    if rest == 0:
        return Estimate(spent, spent, spent, level, notes)
    record = replay(series, rest)
    ages = (record.origins[-1] - record.origins).astype(float)
    around = margin(record.error, record.scale, ages, rest, level)
    expected = spent + float(record.forecast[-1, -1])
    if around.pooled:
        message = "The series has few past forecasts to judge by: its interval leans on the errors usual for daily cost."
        notes = (*notes, Note.info("forecast.pooled_interval", message))
    return Estimate(expected + around.low, expected, expected + around.high, level, notes)


def _notes(series: DailySeries) -> tuple[Note, ...]:
    found = []
    if series.missing:
        message = f"{series.missing} days have no cost: they are unknown, and stand at what their weekday usually costs."
        found.append(Note.warning("forecast.gap", message, days=series.missing))
    if len(series.days) < SHORT:
        message = f"The series has {len(series.days)} days: neither a week's shape nor monthly charges can be told from it."
        found.append(Note.warning("forecast.short_history", message, days=len(series.days)))
    return tuple(found)
