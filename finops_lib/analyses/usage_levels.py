"""What is usual for a day? Single odd days apart, steps found, the week's shape measured: all as known on each day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from finops_lib.analyses.daily_series import Days, Floats, quantile, weekday

ODD: Final = 5.0
"""Noises beyond which a day stands apart from its fortnight and from its weekday."""

STEP_DAYS: Final = 3
"""Odd days in a row, to one side, that make a step."""

WEEKS: Final = 8
"""Weeks that the shape of the week is measured on."""


@dataclass(frozen=True)
class Usage:
    """A series made ready: row ``t`` of a table holds what was known at the end of day ``t``.

    ``calm`` is the series with odd days brought back to the edge of the usual (``calm_last`` for a day that is
    today, when it is not yet known whether it begins a step); ``since`` the first day of the present level.
    """

    days: Days
    calm: Floats
    calm_last: Floats
    since: NDArray[np.intp]
    size: Floats
    shape: Floats


def prepare(usage: Floats, days: Days) -> Usage:
    """Make a series without month-day items ready for the models."""
    apart, noise = _apart(usage)
    odd = np.abs(apart) > ODD * noise
    same_as_before = np.r_[False, odd[1:] & odd[:-1] & (np.sign(apart[1:]) == np.sign(apart[:-1]))]
    begins = np.r_[same_as_before[1:], False]
    edge = usage - apart + np.clip(apart, -ODD * noise, ODD * noise) * 0.5
    calm = np.where(odd & ~same_as_before & ~begins, edge, usage)
    calm_last = np.where(odd & ~same_as_before, edge, usage)
    size = _size(calm)
    return Usage(days, calm, calm_last, _since(apart, odd), size, _shapes(calm, size, days))


def _apart(usage: Floats) -> tuple[Floats, Floats]:
    """How far each day is from its fortnight and from its weekday, whichever is nearer; and the noise of that."""
    fortnight = _before(usage, 14)
    same_weekday = _before(usage, 3, stride=7)
    one, two = usage - fortnight, usage - same_weekday
    apart = np.where(np.sign(one) == np.sign(two), np.where(np.abs(one) < np.abs(two), one, two), 0.0)
    apart = np.where(np.isnan(apart), 0.0, apart)
    floor = 0.03 * np.abs(np.where(np.isnan(fortnight), usage, fortnight))
    spread = np.maximum(1.4826 * _before(np.abs(two), 56, 0.5), _before(np.abs(apart), 56, 0.93) * 2 / ODD)
    noise = np.maximum(np.where(np.isnan(spread), np.abs(usage), spread), floor)
    apart[:7] = 0.0  # too early to call a day odd
    return apart, noise


def _before(values: Floats, count: int, share: float = 0.5, stride: int = 1) -> Floats:
    """A quantile of up to ``count`` values before each day, ``stride`` days apart; NaN on the first days."""
    reach = count * stride
    padded = np.concatenate([np.full(reach, np.nan), values])[: len(values) + reach - 1]
    windows = sliding_window_view(padded, reach)[:, ::-1][:, stride - 1 :: stride]
    return quantile(windows, share)


def _since(apart: Floats, odd: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first day of the present level, as known on each day: a step shows on its third day."""
    since = np.zeros(len(apart), dtype=np.intp)
    run = start = 0
    for day in range(len(apart)):
        goes_on = odd[day] and run > 0 and apart[day] * apart[day - 1] > 0
        run = run + 1 if goes_on else int(odd[day])
        if run == STEP_DAYS:
            start = day - STEP_DAYS + 1
        since[day] = start
    return since


def _size(calm: Floats) -> Floats:
    """The mean absolute cost of the last seven days: what the week's shape is measured in."""
    summed = np.cumsum(np.abs(calm))
    weeks = np.minimum(np.arange(len(calm)) + 1, 7)
    return np.asarray((summed - np.concatenate([np.zeros(7), summed])[: len(calm)]) / weeks)


def _shapes(calm: Floats, size: Floats, days: Days) -> Floats:
    """The deviation of each weekday from its week, in units of ``size``, by the day it was known (rows) and weekday."""
    count = len(calm)
    names = weekday(days)
    table = np.full((WEEKS, count + 3, 7), np.nan)
    if count < 7:
        return np.zeros((count, 7))
    middle = sliding_window_view(calm, 7).mean(axis=1)  # centered on day 3, 4, …
    deviation = (calm[3 : count - 3] - middle) / np.maximum(size[6:], 1e-12)
    deviation = np.clip(deviation, -3, 3)
    for name in range(7):
        at = np.flatnonzero(names[3 : count - 3] == name)
        for back in range(min(WEEKS, len(at))):
            known_on = at[back:] + 6  # a centered week is known three days later
            column = table[back, :, name]
            for position, day in enumerate(known_on):
                column[day : day + 7] = deviation[at[position]]
    return _shrunk(table[:, :count])


def _shrunk(table: Floats) -> Floats:
    """Weekday means without the odd weeks, pulled to no shape as far as chance alone would make them differ."""
    known = ~np.isnan(table)
    counts = known.sum(axis=0)
    odd = counts // 4
    filled = np.where(known, _drawn_in(table, counts, odd), 0.0)
    means = filled.sum(axis=0) / np.maximum(counts, 1)
    within = (np.where(known, filled - means, 0.0) ** 2).sum(axis=0).sum(axis=1)
    freedom = np.maximum((counts - 1 - 2 * odd).clip(0).sum(axis=1), 1)
    chance = within / freedom / np.maximum((counts - 2 * odd).mean(axis=1), 1)
    centered = means - means.mean(axis=1, keepdims=True)
    between = (centered**2).sum(axis=1) / 6
    keep = np.where(counts.min(axis=1) >= 2, 1 - chance / np.maximum(between, 1e-12), 0.5).clip(0, 1)
    keep = np.where(counts.min(axis=1) >= 1, keep, 0.0)
    return np.asarray(centered * keep[:, None])


def _drawn_in(table: Floats, counts: NDArray[np.intp], odd: NDArray[np.intp]) -> Floats:
    """The deviations, the ``odd`` largest and smallest of each weekday brought to the next one.

    Where a burst begins and where it ends, the week around it has another shape.
    """
    ordered = np.sort(table, axis=0)  # NaN goes last
    low, high = (np.take_along_axis(ordered, at[None].clip(0), axis=0) for at in (odd, counts - 1 - odd))
    drawn: Floats = np.clip(table, low, high)
    return drawn
