"""How far off may a forecast of the next days' sum be? As far as past ones were. Method: docs/methods/forecast.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses.daily_series import Floats

MATURED: Final = 8
"""Weekly past errors below which a series does not speak for itself."""

HALF_LIFE: Final = 300.0
"""Days after which a past error counts half."""

WILD: Final = 3.0
"""The largest error that is learned from, in usual costs of the days forecast: beyond it a service began or ended."""

PRIOR_WEIGHT: Final = 3.0
"""Separate stretches of days that the prior margin counts as: an even one, wider than the own errors' by ``WIDER``."""

WIDER: Final = 1.4
"""Few overlapping errors understate the tails; the prior margin makes up for it."""

CALM: Final = 0.01
"""The least margin that the own errors count as in the prior, as a part of the usual: no past is calm for certain."""

FEARED: Final = 0.7
"""How much of a step that has just begun may be taken back, at 80 %; at 95 % it is all of it."""

ONWARD: Final = 0.5
"""How much may come on top of such a step, as a part of what may be taken back."""

_USUAL: Final = {0.5: 0.06, 0.8: 0.13, 0.9: 0.19, 0.95: 0.27, 0.99: 0.50}
"""Half-width of an interval where a series has no past, as a share of the days' usual cost: from simulation."""


@dataclass(frozen=True)
class Past:
    """Past forecasts, one row an origin, the newest last: what was off, measured in what.

    ``error`` has a column for the sum of the next 1, 2, … days (NaN: not yet known), ``scale`` the size of a day's
    cost at the origin, ``ages`` the days from each origin to the newest. ``back`` is what a day would cost more (less:
    below 0) than forecast if a level that began days ago went back to the one before, the less the longer it has
    lasted; ``stay`` the same if it stayed, where the forecast does not follow it whole yet.
    """

    error: Floats
    scale: Floats
    ages: Floats
    back: Floats
    stay: Floats


@dataclass(frozen=True)
class Margin:
    """What lies below and above a forecast sum: low ≤ 0 ≤ high; ``pooled`` where the series' own errors are few."""

    low: float
    high: float
    pooled: bool


def margin(past: Past, horizon: int, level: float) -> Margin:
    """The margin of the newest row's forecast for the sum of ``horizon`` days.

    Where fewer than eight weekly errors of that horizon have matured, the longest horizon that has them stands in, its
    relative margin widened by the root of the ratio; where none has, the errors that are usual for daily cost.
    """
    column, few = _column(past, horizon)
    low, high = _relative(past, column, level)
    further = max(1.0, horizon / column) ** 0.5
    size = float(past.scale[-1]) * horizon * further
    back, stay = (_feared(level) * float(moved[-1]) * horizon for moved in (past.back, past.stay))
    onward = ONWARD * abs(back)
    down, up = max(-back, -stay, onward), max(back, stay, onward)
    return Margin(min(low, 0.0) * size - down, max(high, 0.0) * size + up, few)


def _feared(level: float) -> float:
    return min(1.0, max(0.0, FEARED + 2 * (level - 0.8)))


def _column(past: Past, horizon: int) -> tuple[int, bool]:
    """The horizon whose errors are taken, and whether it is another, or too seldom seen."""
    step = float(np.median(-np.diff(past.ages))) if len(past.ages) > 1 else 1.0
    weeks = (~np.isnan(past.error)).sum(axis=0) * step / 7
    enough = np.flatnonzero(weeks[:horizon] >= MATURED)
    if len(enough) == 0:
        return min(horizon, past.error.shape[1]), True
    return int(enough[-1]) + 1, bool(enough[-1] + 1 < horizon)


def _relative(past: Past, horizon: int, level: float) -> tuple[float, float]:
    """Quantiles of the relative errors, drawn to an even, wider margin where they rest on few stretches."""
    usual = float(np.interp(level, list(_USUAL), list(_USUAL.values())))
    known: NDArray[np.bool_] = ~np.isnan(past.error[:, horizon - 1]) & (past.scale > 0)
    if not known.any():
        return -usual, usual
    own = np.clip(past.error[known, horizon - 1] / (past.scale[known] * horizon), -WILD, WILD)
    tail = (1 - level) / 2
    low, high = quantiles(own, 0.5 ** (past.ages[known] / HALF_LIFE), (tail, 1 - tail))
    stretches = float(np.ptp(past.ages[known]) + 1) / horizon
    prior = _prior((high - low) / 2, usual, stretches)
    share = stretches / (stretches + PRIOR_WEIGHT)
    return share * low - (1 - share) * prior, share * high + (1 - share) * prior


def _prior(own: float, usual: float, stretches: float) -> float:
    """The prior margin: the own, wider; where that is below the usual one, what lies between the two by their ratio.

    Margins of daily cost differ by orders of magnitude: a part of the usual one added would be many times a calm
    series' own.
    """
    own = max(own, CALM * usual)
    return float(WIDER * own * max(1.0, usual / own) ** (1 / (stretches + 1)))


def quantiles(values: Floats, weights: Floats, at: tuple[float, float]) -> tuple[float, float]:
    """Weighted quantiles, linear between the middles of the values' weights."""
    order = np.argsort(values, kind="stable")
    summed = np.cumsum(weights[order])
    middles = (summed - weights[order] / 2) / summed[-1]
    low, high = np.interp(at, middles, values[order])
    return float(low), float(high)
