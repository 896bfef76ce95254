"""How good were these forecasts before? Judged on the scope's own past, beside two that need no model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from finops_lib.analyses.conformal import margin
from finops_lib.analyses.daily_series import Floats
from finops_lib.analyses.track_record import Ready, TrackRecord

HORIZONS: Final = (7, 14, 30, 90)
"""Days ahead that are judged."""

LEVEL: Final = 0.8

FEW: Final = 4
"""Matured forecasts below which a horizon has no track record yet."""


def backtest(made: Ready, record: TrackRecord, horizons: Sequence[int] = HORIZONS) -> list[dict[str, Any]]:
    """One row a horizon: WAPE, bias (positive: forecast too high), interval hit rate and Winkler score, beside rivals.

    All are of the sum of the next ``days``; shares are of the actual cost. A horizon with fewer than four past
    forecasts that can be judged is left out.
    """
    rows = (_row(made, record, days) for days in horizons if days <= record.error.shape[1])
    return [row for row in rows if row is not None]


def _row(made: Ready, record: TrackRecord, days: int) -> dict[str, Any] | None:
    error = record.error[:, days - 1]
    judged = np.flatnonzero(~np.isnan(error))
    actual = (record.forecast[:, days - 1] + error)[judged]
    size = float(np.abs(actual).sum())
    if len(judged) < FEW or size == 0:
        return None
    rate, naive = _rivals(made, record.origins[judged], days)
    hits, winkler = _interval(record, judged, days)
    return {
        "days": days,
        "forecasts": len(judged),
        "wape": float(np.abs(error[judged]).sum()) / size,
        "bias": float(-error[judged].sum()) / size,
        "hit_rate_80": hits,
        "winkler_80": winkler / (size / len(judged)),
        "run_rate_wape": float(np.abs(actual - rate).sum()) / size,
        "seasonal_naive_wape": float(np.abs(actual - naive).sum()) / size,
    }


def _rivals(made: Ready, origins: np.ndarray[Any, np.dtype[np.intp]], days: int) -> tuple[Floats, Floats]:
    """Run-rate (the mean of up to 30 days goes on) and seasonal naive (the last seven days come again).

    Both are of the cost that is left to our models, and get the calendar that ours had on that day: without it they
    would miss a tax of the month's first day or have it come each week, and hardly any forecast could lose.
    """
    calendar = np.array([made.items[at + 1 : at + 1 + days].sum() for at in origins])
    rate = np.array([made.rest[max(0, at - 29) : at + 1].mean() * days for at in origins])
    naive = np.array([np.resize(made.rest[max(0, at - 6) : at + 1], days).sum() for at in origins])
    return rate + calendar, naive + calendar


def _interval(record: TrackRecord, judged: np.ndarray[Any, np.dtype[np.intp]], days: int) -> tuple[float, float]:
    """How often the 80 % interval held the actual, and its mean Winkler score, with what was known at each origin."""
    hits, scores = [], []
    for at in judged:
        around = margin(record.past(int(at)), days, LEVEL)
        error = record.error[at, days - 1]
        missed = max(around.low - error, 0.0) + max(error - around.high, 0.0)
        hits.append(missed == 0.0)
        scores.append(around.high - around.low + 2 / (1 - LEVEL) * missed)
    return float(np.mean(hits)), float(np.mean(scores))
