"""What does one series of daily cost look like, from the first known day to the last?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finops_lib.contracts import given
from finops_lib.core.errors import InputError, InsufficientDataError

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

LOOK_BACK: Final = np.timedelta64(800, "D")
"""Days that a forecast looks back on: older ones tell of another business."""

STALE: Final = np.timedelta64(31, "D")
"""How long before the day of the forecast the last known day may lie."""


@dataclass(frozen=True)
class DailySeries:
    """One value a day without a hole: ``cost`` is NaN on days that nobody told of, ``filled`` has a stand-in there."""

    days: Days
    cost: Floats
    filled: Floats

    @classmethod
    def of(cls, days: Days, cost: Floats) -> DailySeries:
        """The series of values that have one for each day; NaN is unknown."""
        return cls(days, cost, fill(cost))

    @property
    def never_negative(self) -> bool:
        """Whether no day ever had more credit than cost: then none to come is expected to."""
        return bool((self.filled >= 0).all())

    @property
    def missing(self) -> int:
        """How many days between the first and the last are unknown."""
        return int(np.isnan(self.cost).sum())


def read(daily: pd.DataFrame, as_of: dt.date) -> DailySeries:
    """The days up to ``as_of`` of a frame with ``date`` and ``cost``, one row a day in any order.

    Raises :class:`InputError` for a frame of another shape, dates and costs that are none, and a day that comes twice:
    nobody can tell its parts, which add up, from a row that was copied. :class:`InsufficientDataError` where no day up
    to ``as_of`` is known.
    """
    given.table(daily, "The daily costs", ("date", "cost"))
    days = given.days(daily["date"], "the daily costs").to_numpy(dtype="M8[D]")
    cost = np.asarray(given.money(daily["cost"], "the daily costs"), dtype=np.float64)
    last = np.datetime64(as_of, "D")
    known = (days <= last) & (days > last - LOOK_BACK) & ~np.isnan(cost)
    if not known.any():
        raise InsufficientDataError(f"No day up to {as_of} has a cost.", hint="A forecast needs one known day.")
    if last - days[known].max() > STALE:
        raise InsufficientDataError(
            f"The last day with a cost is {days[known].max()}, too long before {as_of}.", hint="Pull newer bills."
        )
    _require_once(days[known])
    return regular(days[known], cost[known], last)


def _require_once(days: Days) -> None:
    seen, times = np.unique(days, return_counts=True)
    if (times > 1).any():
        first, count = seen[times > 1][0], int((times > 1).sum())
        raise InputError(
            f"{first} comes more than once in the daily costs ({count} such days).",
            hint="Give one row a day: add the parts of a day, or leave the copies out.",
        )


def regular(days: Days, cost: Floats, last: np.datetime64) -> DailySeries:
    """A value a day from the first day to ``last``, rows of one day added."""
    every = np.arange(days.min(), last + 1)
    at = (days - every[0]).astype(int)
    total = np.bincount(at, weights=cost, minlength=len(every))
    seen = np.bincount(at, minlength=len(every)) > 0
    values = np.where(seen, total, np.nan)
    return DailySeries.of(every, values)


def fill(values: Floats) -> Floats:
    """A stand-in for unknown days: the median of the same weekday of the four weeks before, else of the week before.

    It looks back only, so that a past forecast is never helped by a later day.
    """
    filled = values.copy()
    for hole in np.flatnonzero(np.isnan(values)):
        weeks = filled[max(0, hole - 28) : hole][::-1][6::7]
        week = filled[max(0, hole - 7) : hole]
        known = weeks if len(weeks) >= 2 else week
        filled[hole] = np.median(known) if len(known) else 0.0
    return filled


def weekday(days: Days) -> NDArray[np.intp]:
    """Monday is 0."""
    return (days.astype("M8[D]").astype(np.intp) + 3) % 7


def months_of(days: Days) -> Days:
    """The calendar month of each day."""
    return days.astype("M8[M]")


def rolling_median(values: Floats, half: int) -> Floats:
    """The median of a day and ``half`` days on either side, fewer at the ends."""
    edge = np.full(half, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([edge, values, edge]), 2 * half + 1)
    return quantile(windows, 0.5)


def quantile(table: Floats, share: float) -> Floats:
    """A quantile of each row's known values, linear between them; NaN where a row has none.

    One sort for all rows: numpy's own nanquantile takes each row by itself.
    """
    ordered = np.sort(table, axis=1)  # NaN goes last
    known = (~np.isnan(ordered)).sum(axis=1)
    rank = share * (known - 1).clip(0)
    rows = np.arange(len(table))
    below, above = ordered[rows, np.floor(rank).astype(int)], ordered[rows, np.ceil(rank).astype(int)]
    return np.asarray(below + (above - below) * (rank % 1))


def noise(values: Floats) -> float:
    """The standard deviation that the middle of the values tells: 1.4826 times the median absolute deviation."""
    return float(1.4826 * np.median(np.abs(values - np.median(values))))
