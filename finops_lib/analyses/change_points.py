"""When did the level of daily cost change for good? Binary segmentation of weekly medians."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np

from finops_lib.analyses.daily_series import DailySeries, Floats, noise

PENALTY: Final = 12.0
"""What a step must explain, in variances of the weeks' noise: about three weeks two noises off."""

WEEKS: Final = 3
"""Weeks that a level lasts at least."""

LEAST: Final = 0.1
"""The smallest step that is told, as a share of the level before."""

LOOK_BACK: Final = 26
"""Weeks that are looked back on."""


@dataclass(frozen=True)
class Step:
    """A change of level: the first day of its week, and a day's cost before and after."""

    day: str
    before: float
    after: float


def change_points(series: DailySeries) -> tuple[Step, ...]:
    """The steps of the last half year, oldest first."""
    count = min(len(series.days) // 7, LOOK_BACK)
    if count < 2 * WEEKS:
        return ()
    days = series.days[-7 * count :]
    weekly = np.median(series.filled[-7 * count :].reshape(count, 7), axis=1)
    cuts = [0, *_cuts(weekly, _variance(weekly)), count]
    levels = [float(np.median(weekly[start:end])) for start, end in itertools.pairwise(cuts)]
    found = zip(cuts[1:-1], levels[:-1], levels[1:], strict=True)
    return tuple(
        Step(str(days[7 * cut]), before, after)
        for cut, before, after in found
        if abs(after - before) >= LEAST * max(abs(before), abs(after)) > 0
    )


def _variance(weekly: Floats) -> float:
    """The noise of a week, from the differences of neighbors, which a step hardly touches."""
    spread = noise(np.diff(weekly)) / np.sqrt(2)
    return float(max(spread, 0.01 * np.median(np.abs(weekly)), 1e-9) ** 2)


def _cuts(weekly: Floats, variance: float, start: int = 0) -> list[int]:
    """The cut that explains most, and those on either side of it."""
    count = len(weekly)
    if count < 2 * WEEKS:
        return []
    at = np.arange(WEEKS, count - WEEKS + 1)
    summed = np.cumsum(weekly)
    left, right = summed[at - 1] / at, (summed[-1] - summed[at - 1]) / (count - at)
    gains = at * (count - at) / count * (left - right) ** 2
    best = int(np.argmax(gains))
    if gains[best] < PENALTY * variance:
        return []
    cut = int(at[best])
    return [*_cuts(weekly[:cut], variance, start), start + cut, *_cuts(weekly[cut:], variance, start + cut)]
