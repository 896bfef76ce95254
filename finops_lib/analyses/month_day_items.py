"""Which charges come back on a day of the month? They go on the calendar, never into the trend."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses.daily_series import Days, Floats, months_of, noise, rolling_median, weekday

MEMORY: Final = 200
"""Days looked back on: half a year tells a monthly fee from chance."""

NOISES: Final = 4.0
"""How far above the day-to-day noise an amount must stand, in both of the last two months."""

ALIKE: Final = 2.5
"""How much the last two amounts may differ, as a ratio."""

NEAR: Final = 6
"""Weeks before and after that tell what a weekday usually has: a week's shape that has ended is no measure."""

_LAST: Final = 0  # the column of the month's last day, whichever it is


def amounts(cost: Floats, days: Days, upto: Days) -> Floats:
    """The recurring amount expected on each day of ``upto``, each month's from the months before it alone.

    ``cost`` has one value a day of ``days``, without gaps; ``upto`` begins with ``days`` and may go on after them.
    """
    found = np.zeros(len(upto))
    months = months_of(upto)
    for month in np.unique(months):
        seen = int(np.searchsorted(days, month.astype("M8[D]")))
        if seen < 40:  # two months of a day cannot be in it
            continue
        by_day = monthly_amounts(cost[max(0, seen - MEMORY) : seen], days[max(0, seen - MEMORY) : seen])
        if by_day.any():
            _put(found, by_day, upto, months == month)
    return found


def on_calendar(cost: Floats, days: Days, ahead: Days) -> Floats:
    """The recurring amounts on the days ahead, from all of ``cost``, this month's days included."""
    found = np.zeros(len(ahead))
    if len(days) >= 32:
        by_day = monthly_amounts(cost[-MEMORY:], days[-MEMORY:])
        _put(found, by_day, ahead, np.ones(len(ahead), dtype=bool))
    return found


def monthly_amounts(cost: Floats, days: Days) -> Floats:
    """The amount by day of month (1 to 31; 0 is the month's last day) that the last two months agree on, else 0."""
    excess = _excess(cost, days)
    floor = np.maximum(NOISES * noise(excess), 0.05 * np.median(np.abs(cost)))
    table = _by_month(excess, days)
    one, two, three = _latest(table)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = one / two
        agree = (np.minimum(np.abs(one), np.abs(two)) > floor) & (ratio < ALIKE) & (ratio > 1 / ALIKE)
    third = np.where(np.isnan(three), (one + two) / 2, three)
    amount = np.where(agree, np.sort([one, two, third], axis=0)[1], 0.0)
    if amount[_LAST]:
        amount[28:] = 0.0
    return amount


def _put(found: Floats, by_day: Floats, upto: Days, chosen: NDArray[np.bool_]) -> None:
    days = upto[chosen]
    numbers = _day_of_month(days)
    found[chosen] = by_day[numbers] + np.where(_is_last(days), by_day[_LAST], 0.0)


def _excess(cost: Floats, days: Days) -> Floats:
    """What a day has above the usual of its fortnight and weekday."""
    rest = cost - rolling_median(cost, 7)
    first = int(weekday(days[:1])[0])
    weeks = np.full(-(-(first + len(rest)) // 7) * 7, np.nan)
    weeks[first : first + len(rest)] = rest
    usual = np.stack([rolling_median(same, NEAR) for same in weeks.reshape(-1, 7).T], axis=1)
    return np.asarray(rest - usual.ravel()[first : first + len(rest)])


def _by_month(excess: Floats, days: Days) -> Floats:
    months = months_of(days).astype(int)
    table = np.full((months[-1] - months[0] + 1, 32), np.nan)
    table[months - months[0], _day_of_month(days)] = excess
    last = _is_last(days)
    table[months[last] - months[0], _LAST] = excess[last]
    return table[::-1]


def _latest(table: Floats) -> Floats:
    """The three newest amounts of each day: short months have no 31st, so one gap is stepped over."""
    recent = np.full((4, table.shape[1]), np.nan)
    recent[: len(table)] = table[:4]
    order = np.argsort(np.isnan(recent), axis=0, kind="stable")
    return np.take_along_axis(recent, order, axis=0)[:3]


def _day_of_month(days: Days) -> NDArray[np.intp]:
    return np.asarray((days - months_of(days).astype("M8[D]")).astype(np.intp) + 1)


def _is_last(days: Days) -> NDArray[np.bool_]:
    following: NDArray[np.bool_] = months_of(days + 1) != months_of(days)
    return following
