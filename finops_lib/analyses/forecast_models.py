"""Where do the next days go, by each of a few simple models, at many past days at once?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses.daily_series import Floats, weekday
from finops_lib.analyses.usage_levels import Usage

REACH: Final = 56
"""Days that a level is measured on."""

WEEK: Final = 7
"""Days after which a new level counts whole."""

WEEKS: Final = 14
"""Weeks that a drift is measured on."""

DOUBT: Final = 4.0
"""Squared standard errors that a drift must exceed to be followed at all."""

DAMPING: Final = 0.98
"""What is left of a drift after a day."""

SMOOTHING: Final = {"slow": 0.1, "medium": 0.3, "quick": 0.6}

Origins = NDArray[np.intp]
Known = NDArray[np.bool_]


def path(usage: Usage, origins: Origins, horizon: int) -> Floats:
    """The next ``horizon`` days, one row an origin (the last known day's position): the median of the models.

    A level that has not filled a week is often gone in the next: until it has, the forecast is half-way between the
    median, which trusts it, and the last week again, which has as much of it as it has lasted.
    """
    models = paths(usage, origins, horizon)
    median = combine(models)
    return np.where(trusted(usage, origins)[:, None] < 1, (median + models["seasonal_naive"]) / 2, median)


def trusted(usage: Usage, origins: Origins) -> Floats:
    """How much of the step to the present level the forecast follows: all of it from the seventh day on."""
    lasted = np.where(usage.since[origins] > 0, origins - usage.since[origins] + 1, WEEK)
    return (1 + (lasted / WEEK).clip(max=1)) / 2


def paths(usage: Usage, origins: Origins, horizon: int) -> dict[str, Floats]:
    """The next ``horizon`` days by each model, one row an origin.

    Every model is a level without the week's shape, brought up to today by the drift and carried on by it; the seasonal
    naive repeats the last seven days instead.
    """
    raw, known = _windows(usage, origins)
    size, shape = usage.size[origins][:, None], usage.shape[origins]
    back, ahead = np.arange(REACH), np.arange(1, horizon + 1)
    names, coming = (weekday(usage.days[origins][:, None] + days[None, :]) for days in (-back, ahead))
    drift = _drift(usage, origins)[:, None]
    level = raw - np.take_along_axis(shape, names, axis=1) * size + drift * back * known
    onward = np.take_along_axis(shape, coming, axis=1) * size + drift * np.cumsum(DAMPING**ahead)
    week = _mean(level, known, back < 7)
    models = {name: _mean(level, known, (1 - alpha) ** back) for name, alpha in SMOOTHING.items()}
    models |= {
        "week_mean": week,
        "month_mean": _mean(level, known, back < 28),
        "week_median": _median(level, known, 7),
        "fortnight_median": _median(level, known, 14),
    }
    naive = np.where(origins[:, None] >= 6, _last_week(raw, drift, horizon), week + onward)
    return {"seasonal_naive": naive} | {name: found + onward for name, found in models.items()}


def combine(models: dict[str, Floats]) -> Floats:
    """The median of the models, day by day: no single model's folly gets through."""
    median: Floats = np.median(np.stack(list(models.values())), axis=0)
    return median


def _windows(usage: Usage, origins: Origins) -> tuple[Floats, Known]:
    """The last days before each origin, newest first, and which of them belong to the present level."""
    at = origins[:, None] - np.arange(REACH)[None, :]
    raw = usage.calm[at.clip(0)]
    raw[:, 0] = usage.calm_last[origins]
    return raw, at >= usage.since[origins][:, None]


def _mean(level: Floats, known: Known, weights: NDArray[Any]) -> Floats:
    weight = known * weights
    mean: Floats = ((level * weight).sum(axis=1) / weight.sum(axis=1))[:, None]
    return mean


def _median(level: Floats, known: Known, count: int) -> Floats:
    medians: Floats = np.nanmedian(np.where(known, level, np.nan)[:, :count], axis=1)[:, None]
    return medians


def _last_week(raw: Floats, drift: Floats, horizon: int) -> Floats:
    """Each day as seven days before, once, twice, …, and as much drift as lies between, fading."""
    ahead = np.arange(1, horizon + 1)
    before = 6 - (ahead - 1) % 7
    return np.asarray(raw[:, before] + drift * (before + np.cumsum(DAMPING**ahead)))


def _drift(usage: Usage, origins: Origins) -> Floats:
    """The usual change a day, as far as it stands out from chance.

    It is the median change of a week's median from four weeks before: a step touches few of these. With its standard
    error ``e`` (from their spread, and that only every fourth is new) a drift ``d`` is kept by 1 − DOUBT e²/d², or not.
    """
    lags = 7 * np.arange(WEEKS)[None, :] + np.arange(7)[:, None]
    at = origins[None, None, :] - lags[:, :, None]
    weekly = np.median(usage.calm[at.clip(0)], axis=0)
    change = np.where(at[6, :-4] >= 28, weekly[:-4] - weekly[4:], 0.0) / 28
    drift = np.median(change, axis=0)
    error = 1.25 * 1.4826 * np.median(np.abs(change - drift), axis=0) / np.sqrt(WEEKS / 4)
    doubt = DOUBT * error**2
    kept = 1 - doubt / np.maximum(np.maximum(drift**2, doubt), 1e-300)
    return np.asarray(drift * kept)
