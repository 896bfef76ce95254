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
    and ``items`` the month-day items in it. ``back`` is what a day would cost more or less than forecast if a fresh
    level did not last, ``stay`` if it did.
    """

    origins: Origins
    forecast: Floats
    error: Floats
    learned: Floats
    scale: Floats
    path: Floats
    items: Floats
    back: Floats
    stay: Floats

    def past(self, at: int = -1) -> Past:
        """What was known of earlier forecasts at an origin: errors of sums that were over by then."""
        row = at % len(self.origins)
        ages = (self.origins[row] - self.origins[: row + 1]).astype(float)
        over = ages[:, None] >= np.arange(1, self.error.shape[1] + 1)
        learned = np.where(over, self.learned[: row + 1], np.nan)
        return Past(learned, self.scale[: row + 1], ages, self.back[: row + 1], self.stay[: row + 1])


@dataclass(frozen=True)
class Ready:
    """A series made ready for any replay: ``items`` is what the calendar was known to bring (on the days ahead, too).

    ``rest`` is what is left to the models, ``usage`` that prepared.
    """

    series: DailySeries
    items: Floats
    rest: Floats
    usage: Usage


def ready(series: DailySeries, horizon: int, monthly: Floats | None = None) -> Ready:
    """The series made ready for forecasts of up to ``horizon`` days.

    ``monthly`` is what of it is known for a charge of the month and no usage: it is never left to the models.
    """
    days = series.days
    ahead: Days = np.arange(days[0], days[-1] + horizon + 1)
    apart = np.zeros(len(days)) if monthly is None else monthly
    rest = series.filled - apart
    found = month_day_items.amounts(rest, days, ahead)
    items = found + month_day_items.amounts(apart, days, ahead) if apart.any() else found
    rest = rest - found[: len(days)]
    return Ready(series, items, rest, usage_levels.prepare(rest, days))


def replay(made: Ready, horizon: int, *, stride: int = 1, memory: int = MEMORY) -> TrackRecord:
    """Forecast again on every ``stride``-th past day, with what was known then."""
    series, count = made.series, len(made.series.days)
    first = min(max(WARM_UP - 1, count - 1 - memory), count - 1)
    origins = np.arange(count - 1, first - 1, -stride)[::-1].astype(np.intp)
    fees = made.items[origins[:, None] + np.arange(1, horizon + 1)]
    path = forecast_models.path(made.usage, origins, horizon)
    costs = _seldom_below(made.rest)[origins]
    path = np.where(costs[:, None], path.clip(0), path) + fees
    path = np.where(_never_below(series.filled)[origins][:, None], path.clip(0), path)
    forecast = np.cumsum(path, axis=1)
    odd = _odd(made)
    error = _actual(series, origins, horizon) - forecast
    learned = error if not odd.any() else error - _summed(odd, origins, horizon)
    scale, (back, stay) = _scale(made.usage.calm, origins), _moves(made.usage, origins)
    return TrackRecord(origins, forecast, error, learned, scale, path[-1], fees[-1], back, stay)


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


def _moves(usage: Usage, origins: Origins) -> tuple[Floats, Floats]:
    """What a fresh level would take back a day, and what it would add to a forecast that follows it in part only.

    It is likely to be taken back at first, and not at all after ``FRESH`` days.
    """
    back, stay = np.zeros(len(origins)), np.zeros(len(origins))
    trusted = forecast_models.trusted(usage, origins)
    for row, day in enumerate(origins):
        since = int(usage.since[day])
        age = int(day) + 1 - since
        if since and age < FRESH:
            before, now = usage.calm[max(0, since - 14) : since], usage.calm[since : day + 1]
            step = float(np.median(now) - np.median(before))
            back[row], stay[row] = -(1 - age / FRESH) * step, (1 - trusted[row]) * step
    return back, stay


def _scale(calm: Floats, origins: Origins) -> Floats:
    """The mean absolute cost of a day over four weeks, never far below that of all days so far."""
    summed = np.concatenate([[0.0], np.cumsum(np.abs(calm))])
    recent = (summed[origins + 1] - summed[(origins - 27).clip(0)]) / np.minimum(origins + 1, 28)
    ever = summed[origins + 1] / (origins + 1)
    scale: Floats = np.maximum(recent, 0.1 * ever)
    return scale
