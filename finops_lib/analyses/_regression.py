"""A slope with an honest interval: least squares on differences, without the outliers, with Newey–West errors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

OUTLIER: Final = 5.0
"""Residuals beyond this many robust deviations are set aside: a fault in the cost is not how cost follows business."""


@dataclass(frozen=True)
class Slope:
    """The sum of the effects over the lags, its interval, and what was set aside."""

    expected: float
    low: float
    high: float
    used: int
    outliers: int


def slope(y: Floats, x: Floats, *, lags: int, level: float = 0.95) -> Slope:
    """How much does y change for a change of x, at once and up to ``lags`` periods later?"""
    count = len(x) - lags
    design = np.column_stack([np.ones(count), *(x[lags - lag : lags - lag + count] for lag in range(lags + 1))])
    target, kept = y[lags:], np.ones(count, dtype=np.bool_)
    pick = np.r_[0.0, np.ones(lags + 1)]
    for _ in range(2):
        residual = target - design @ np.linalg.lstsq(design[kept], target[kept], rcond=None)[0]
        kept = np.abs(residual) <= max(OUTLIER * 1.4826 * float(np.median(np.abs(residual))), 1e-9)
    design, target = design[kept], target[kept]
    beta = np.linalg.lstsq(design, target, rcond=None)[0]
    error = math.sqrt(max(float(pick @ _covariance(design, target - design @ beta, pick) @ pick), 0.0))
    freedom = max(len(target) - len(pick), 1)
    half = t_quantile(0.5 + level / 2, freedom) * error
    middle = float(pick @ beta)
    return Slope(middle, middle - half, middle + half, len(target), int((~kept).sum()))


def _covariance(design: Floats, residual: Floats, pick: Floats) -> Floats:
    """The wider of two honest answers: Newey–West (errors that hang together) and HC3 (errors of uneven size)."""
    inverse = np.linalg.pinv(design.T @ design)
    leverage = np.clip(np.einsum("ij,jk,ik->i", design, inverse, design), 0.0, 0.99)
    scores = design * (residual / (1 - leverage))[:, None]
    plain = scores.T @ scores
    long_run = plain.copy()
    lags = max(int(4 * (len(residual) / 100) ** (2 / 9)), 1)
    for lag in range(1, min(lags, len(residual) - 1) + 1):
        cross = scores[lag:].T @ scores[:-lag]
        long_run += (1 - lag / (lags + 1)) * (cross + cross.T)
    weight = inverse @ pick
    middle = plain if weight @ plain @ weight >= weight @ long_run @ weight else long_run
    covariance: Floats = inverse @ middle @ inverse
    return covariance


def t_quantile(share: float, freedom: int) -> float:
    """Student's t by its expansion around the normal (Cornish–Fisher), good to a percent from three degrees on."""
    z = NormalDist().inv_cdf(share)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
