"""Where do the next days go, by each of a few simple models, at many past days at once?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses.daily_series import Floats, weekday
from finops_lib.analyses.usage_levels import Usage

REACH: Final = 56
"""Days that a level is measured on."""

DAMPING: Final = 0.97
"""What is left of a trend after a day."""

SMOOTHING: Final = (0.1, 0.3, 0.6)

Origins = NDArray[np.intp]


def paths(usage: Usage, origins: Origins, horizon: int) -> dict[str, Floats]:
    """The next ``horizon`` days by each model, one row an origin (the last known day's position)."""
    raw, known = _windows(usage, origins)
    names = weekday(usage.days[origins][:, None] - np.arange(REACH)[None, :])
    size = usage.size[origins][:, None]
    shape = usage.shape[origins]
    level = raw - np.take_along_axis(shape, names, axis=1) * size
    ahead = np.arange(1, horizon + 1)
    coming = weekday(usage.days[origins][:, None] + ahead[None, :])
    week = np.take_along_axis(shape, coming, axis=1) * size
    grown = np.cumsum(DAMPING**ahead)
    drift = _drift(usage, origins)[:, None]
    smooth = {alpha: _mean(level, known, (1 - alpha) ** np.arange(REACH)) for alpha in SMOOTHING}
    intercept, slope = _line(level, known)
    last_week = _last_week(raw, known, level, week, horizon)
    fortnight = _median(level, known, 14)
    return {
        "seasonal_naive": last_week,
        "week_mean": _mean(level, known, np.arange(REACH) < 7) + week,
        "slow": smooth[0.1] + week,
        "medium": smooth[0.3] + week,
        "quick": smooth[0.6] + week,
        "fortnight_median": fortnight + week,
        "theta": smooth[0.3] + drift * ahead / 2 + week,
        "damped": intercept + slope * grown + week,
    }


def _windows(usage: Usage, origins: Origins) -> tuple[Floats, NDArray[np.bool_]]:
    """The last days before each origin, newest first, and which of them belong to the present level."""
    at = origins[:, None] - np.arange(REACH)[None, :]
    raw = usage.calm[at.clip(0)]
    raw[:, 0] = usage.calm_last[origins]
    return raw, at >= usage.since[origins][:, None]


def _mean(level: Floats, known: NDArray[np.bool_], weights: NDArray[Any]) -> Floats:
    weight = known * weights
    mean: Floats = ((level * weight).sum(axis=1) / weight.sum(axis=1))[:, None]
    return mean


def _median(level: Floats, known: NDArray[np.bool_], count: int) -> Floats:
    medians: Floats = np.nanmedian(np.where(known, level, np.nan)[:, :count], axis=1)[:, None]
    return medians


def _line(level: Floats, known: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """A discounted straight line, its slope pulled to none while it rests on few days."""
    back = -np.arange(REACH, dtype=float)
    weight = known * 0.93 ** np.arange(REACH)
    total = weight.sum(axis=1, keepdims=True)
    center = (weight * back).sum(axis=1, keepdims=True) / total
    mean = (weight * level).sum(axis=1, keepdims=True) / total
    moment = (weight * (back - center) ** 2).sum(axis=1, keepdims=True)
    slope = (weight * (back - center) * (level - mean)).sum(axis=1, keepdims=True) / (moment + 150.0)
    return mean - slope * center, slope


def _drift(usage: Usage, origins: Origins) -> Floats:
    """The usual change a day: the median, over the last weeks, of a week's median against that of four weeks before."""
    lags = 7 * np.arange(14)[None, :] + np.arange(7)[:, None, None]
    at = origins[None, :, None] - lags
    weekly = np.median(usage.calm[at.clip(0)], axis=0)
    change = np.where(at[6, :, :-4] - 28 >= 0, weekly[:, :-4] - weekly[:, 4:], 0.0) / 28
    drift: Floats = np.median(change, axis=1)
    return drift


def _last_week(raw: Floats, known: NDArray[np.bool_], level: Floats, week: Floats, horizon: int) -> Floats:
    """Each day as seven days before; before a whole week is known, the mean with the week's shape."""
    position = 6 - (np.arange(horizon) % 7)
    repeated = raw[:, position]
    mean = _mean(level, known, np.arange(REACH) < 7) + week
    return np.where(known[:, 6:7], repeated, mean)


def combine(models: dict[str, Floats]) -> Floats:
    """The median of the models, day by day: no single model's folly gets through."""
    median: Floats = np.median(np.stack(list(models.values())), axis=0)
    return median
