"""What would have been forecast on every past day, and what came? Method: docs/methods/forecast.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses import forecast_models, month_day_items, usage_levels
from finops_lib.analyses.conformal import Past
from finops_lib.analyses.daily_series import DailySeries, Days, Floats
from finops_lib.analyses.forecast_models import Origins
from finops_lib.analyses.usage_levels import Usage

WARM_UP: Final = 14
"""Known days before the first past forecast that is judged."""

SELDOM: Final = 0.05
"""The share of days below nothing up to which a series is one of costs."""

FRESH: Final = 16
"""Days after which a new level is trusted."""

ODD_DAY: Final = 2.0
"""What a single odd day tells intervals at most, in usual daily costs: one refund is no measure of days to come."""

MEMORY: Final = 400
"""Past days whose forecasts are judged: older ones tell of another business."""


@dataclass(frozen=True)
class TrackRecord:
    """Forecasts made at each origin (rows; the last is today) for the sum of the next 1, 2, … days (columns).

    ``error`` is actual minus forecast of that sum, NaN where the days are not over or not known. ``learned`` is what
    intervals are made from: the same without what single odd days were beyond ``ODD_DAY`` usual ones. ``scale`` is the
    size of a day's cost as known at the origin: what errors are measured in. ``path`` is today's forecast day by day,
    and ``items`` the month-day items in it. ``back`` is what a day would cost more or less if a fresh level did not
    last.
    """

    origins: Origins
    forecast: Floats
    error: Floats
    learned: Floats
    scale: Floats
    path: Floats
    items: Floats
    back: Floats

    def past(self, at: int = -1) -> Past:
        """What was known of earlier forecasts at an origin: errors of sums that were over by then."""
        row = at % len(self.origins)
        ages = (self.origins[row] - self.origins[: row + 1]).astype(float)
        over = ages[:, None] >= np.arange(1, self.error.shape[1] + 1)
        return Past(np.where(over, self.learned[: row + 1], np.nan), self.scale[: row + 1], ages, self.back[: row + 1])


@dataclass(frozen=True)
class Ready:
    """A series with its month-day items (those of the days ahead, too) taken out: what every replay starts from."""

    series: DailySeries
    items: Floats
    usage: Usage


def ready(series: DailySeries, horizon: int) -> Ready:
    """The series made ready for forecasts of up to ``horizon`` days."""
    ahead: Days = np.arange(series.days[0], series.days[-1] + horizon + 1)
    items = month_day_items.amounts(series.filled, series.days, ahead)
    return Ready(series, items, usage_levels.prepare(series.filled - items[: len(series.days)], series.days))


def replay(made: Ready, horizon: int, *, stride: int = 1, memory: int = MEMORY) -> TrackRecord:
    """Forecast again on every ``stride``-th past day, with what was known then."""
    series, count = made.series, len(made.series.days)
    first = min(max(WARM_UP - 1, count - 1 - memory), count - 1)
    origins = np.arange(count - 1, first - 1, -stride)[::-1].astype(np.intp)
    fees = made.items[origins[:, None] + np.arange(1, horizon + 1)]
    path = forecast_models.combine(forecast_models.paths(made.usage, origins, horizon))
    costs = _seldom_below(series.filled - made.items[:count])[origins]
    path = np.where(costs[:, None], path.clip(0), path) + fees
    path = np.where(_never_below(series.filled)[origins][:, None], path.clip(0), path)
    forecast = np.cumsum(path, axis=1)
    odd = _odd(made)
    error = _actual(series, origins, horizon) - forecast
    learned = error if not odd.any() else error - _summed(odd, origins, horizon)
    scale, back = _scale(made.usage.calm, origins), _back(made.usage, origins)
    return TrackRecord(origins, forecast, error, learned, scale, path[-1], fees[-1], back)


def _never_below(cost: Floats) -> NDArray[np.bool_]:
    """Whether no day so far had more credit than cost."""
    return np.asarray(np.minimum.accumulate(cost) >= 0)


def _seldom_below(cost: Floats) -> NDArray[np.bool_]:
    """Whether credit was the exception so far: usage that costs will cost, and never pay."""
    return np.asarray(np.cumsum(cost < 0) <= SELDOM * np.arange(1, len(cost) + 1))


def _odd(made: Ready) -> Floats:
    """What a refund or a slip of one day was beyond the largest amount that is learned from."""
    excess = made.series.filled - made.items[: len(made.series.days)] - made.usage.calm
    limit = ODD_DAY * _scale(made.usage.calm, np.arange(len(excess)))
    return np.asarray(excess - excess.clip(-limit, limit))


def _summed(values: Floats, origins: Origins, horizon: int) -> Floats:
    """The sum of the next 1, 2, … values after each origin, as far as there are any."""
    summed = np.concatenate([[0.0], np.cumsum(values)])
    ends = (origins[:, None] + 1 + np.arange(1, horizon + 1)).clip(max=len(values))
    return np.asarray(summed[ends] - summed[origins + 1][:, None])


def _actual(series: DailySeries, origins: Origins, horizon: int) -> Floats:
    """The sum of the days after each origin; unknown where a day is not over, or more than a tenth had no cost."""
    count = len(series.days)
    holes = np.concatenate([[0], np.cumsum(np.isnan(series.cost))])
    ends = origins[:, None] + 1 + np.arange(1, horizon + 1)
    inside = ends.clip(max=count)
    total = _summed(series.filled, origins, horizon)
    unknown = holes[inside] - holes[origins + 1][:, None]
    over = (ends <= count) & (unknown * 10 <= inside - origins[:, None] - 1)
    actual: Floats = np.where(over, total, np.nan)
    return actual


def _back(usage: Usage, origins: Origins) -> Floats:
    """The level before a fresh step less the level since, a day: nearly all at first, nothing after ``FRESH`` days."""
    found = np.zeros(len(origins))
    for row, day in enumerate(origins):
        since = int(usage.since[day])
        age = int(day) + 1 - since
        if since and age < FRESH:
            before, now = usage.calm[max(0, since - 14) : since], usage.calm[since : day + 1]
            found[row] = (1 - age / FRESH) * (np.median(before) - np.median(now))
    return found


def _scale(calm: Floats, origins: Origins) -> Floats:
    """The mean absolute cost of a day over four weeks, never far below that of all days so far."""
    summed = np.concatenate([[0.0], np.cumsum(np.abs(calm))])
    recent = (summed[origins + 1] - summed[(origins - 27).clip(0)]) / np.minimum(origins + 1, 28)
    ever = summed[origins + 1] / (origins + 1)
    scale: Floats = np.maximum(recent, 0.1 * ever)
    return scale
