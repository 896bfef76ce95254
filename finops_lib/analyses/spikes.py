"""Which part of a month's cost stands on a few days that are unlike the others?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.calendar_days import Elapsed
from finops_lib.analyses.totals import METRIC
from finops_lib.contracts.focus import TAG_PREFIX

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CELL: Final = ("SubAccountId", "ServiceName", "RegionId")
_DEVIATIONS, _PART = 6.0, 0.25  # a day is unlike the others beyond both, in robust deviations and in part of the median
_FEW, _RUNS = 0.4, 2  # of the days; in at most this many stretches, so that weekends are none
_DAILY = 0.5  # of the days must have usage at all
_LEAST = 1e-4  # of the scope's cost in the month: less is not looked at


def spikes(daily: pd.DataFrame, before: Elapsed, after: Elapsed) -> pd.DataFrame:
    """Stretches of days by account, service, region and tags: the key columns, ``start``, ``end``, ``excess``.

    Daily effective cost of usage against the month's median day and what is usual for the weekday. A stretch that
    touches the month's first or last day is a step rather than a spike. ``end`` is exclusive; ``excess`` is negative
    where the days were cheaper.
    """
    columns = [*CELL, *sorted(column for column in daily.columns if column.startswith(TAG_PREFIX))]
    usage = daily[(daily["x_charge_kind"] == "usage") & daily["x_charge_day"].notna()]
    months = [pd.date_range(pd.Timestamp(month.period.start), periods=month.days) for month in (before, after)]
    days = months[0].append(months[1])
    usage = usage[usage["x_charge_day"].isin(days)]
    if usage["x_charge_day"].nunique() < _DAILY * len(days):
        usage = usage[:0]  # no bill that runs day by day
    least = max(_LEAST * abs(float(usage[METRIC].sum())), 0.01)
    cells = usage.groupby([*columns, "x_charge_day"], dropna=False, sort=True)[METRIC].sum()
    wide = cells.unstack("x_charge_day").reindex(columns=days).fillna(0.0)
    found = [
        (*key, start, end, excess)
        for key, series in zip(wide.index, wide.to_numpy(dtype=float), strict=True)
        for start, end, excess in _odd_days(series, months)
        if abs(excess) >= least
    ]
    return pd.DataFrame(found, columns=[*columns, "start", "end", "excess"])


def _odd_days(series: Floats, months: Sequence[pd.DatetimeIndex]) -> Iterator[tuple[pd.Timestamp, pd.Timestamp, float]]:
    """The stretches of both months, by date."""
    cut = [len(months[0])]
    parts = np.split(series, cut)
    medians = [float(np.median(part)) for part in parts]
    level = np.concatenate([np.full(len(part), median) for part, median in zip(parts, medians, strict=True)])
    usual = level + _weekly(series - level, np.concatenate([days.day_of_week for days in months]))
    for days, part, median, expected in zip(months, parts, medians, np.split(usual, cut), strict=True):
        for start, end, excess in stretches(part - expected, median):
            yield days[start], days[end - 1] + pd.Timedelta(days=1), excess


def _weekly(away: Floats, weekday: npt.NDArray[np.int32]) -> Floats:
    """What is usual for each day's weekday, against the month's median day."""
    usual = np.zeros_like(away)
    for number in np.unique(weekday):
        here = weekday == number
        usual[here] = np.median(away[here])
    return usual


def stretches(away: Floats, median: float) -> list[tuple[int, int, float]]:
    """The stretches of a month's days that are unlike the others: first day, the day after, excess.

    ``away`` is each day's cost less what is usual for its weekday; ``median`` the month's median day.
    """
    limit = max(_DEVIATIONS * 1.4826 * float(np.median(abs(away))), _PART * abs(median), 1e-9)
    odd: Mask = abs(away) > limit
    edges = np.flatnonzero(np.diff(np.concatenate([[0], odd.astype(int), [0]])))
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    if odd.sum() > _FEW * len(away) or len(runs) > _RUNS:
        return []
    return [(int(a), int(b), float(away[a:b].sum())) for a, b in runs if a > 0 and b < len(away)]
