"""How far off may a forecast of the next days' sum be? As far as past ones were. Method: docs/methods/forecast.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from finops_lib.analyses.daily_series import Floats

MATURED: Final = 8
"""Weekly past errors below which a series does not speak for itself."""

HALF_LIFE: Final = 150.0
"""Days after which a past error counts half."""

WILD: Final = 3.0
"""The largest error that is learned from, in usual costs of the days forecast: beyond it a service began or ended."""

PRIOR_WEIGHT: Final = 3.0
"""Separate stretches of days that the common experience counts as."""

_USUAL: Final = {0.5: 0.06, 0.8: 0.13, 0.9: 0.19, 0.95: 0.27, 0.99: 0.50}
"""Half-width of an interval, as a share of the forecast days' usual cost, where a series has no past: from simulation."""


@dataclass(frozen=True)
class Margin:
    """What lies below and above a forecast sum: low ≤ 0 ≤ high; ``pooled`` where the series' own errors are few."""

    low: float
    high: float
    pooled: bool


def margin(error: Floats, scale: Floats, ages: Floats, horizon: int, level: float) -> Margin:
    """The margin of the last row's forecast for ``horizon`` days, from the errors of the rows before.

    ``error`` is a table of origins × days ahead (NaN: not matured), ``scale`` the size of a day at each origin, ``ages`` the
    days since each origin.
    """
    size = float(scale[-1]) * horizon
    known = ~np.isnan(error[:, horizon - 1]) & (scale > 0)
    own = np.clip(error[known, horizon - 1] / (scale[known] * horizon), -WILD, WILD)
    separate = known.sum() / horizon
    few = known.sum() < 7 * MATURED
    usual = _usual(level)
    if known.any():
        weights = 0.5 ** (ages[known] / HALF_LIFE)
        tail = (1 - level) / 2
        low, high = quantiles(own, weights, (tail, 1 - tail))
        share = separate / (separate + PRIOR_WEIGHT)
        low, high = share * low - (1 - share) * usual, share * high + (1 - share) * usual
    else:
        low, high = -usual, usual
    return Margin(min(low, 0.0) * size, max(high, 0.0) * size, bool(few))


def quantiles(values: Floats, weights: Floats, at: tuple[float, float]) -> tuple[float, float]:
    """Weighted quantiles, linear between the middles of the values' weights."""
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[order])
    middles = (summed - weights[order] / 2) / summed[-1]
    low, high = np.interp(at, middles, values[order])
    return float(low), float(high)


def _usual(level: float) -> float:
    return float(np.interp(level, list(_USUAL), list(_USUAL.values())))
