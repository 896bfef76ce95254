"""Which part of a month's cost stands on a few days that are unlike the others?"""

from __future__ import annotations

from collections.abc import Iterator
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
_LEAST = 1e-4  # of the scope's cost in the month: less is not looked at


def spikes(daily: pd.DataFrame, before: Elapsed, after: Elapsed) -> pd.DataFrame:
    """Stretches of days by account, service, region and tags: the key columns, ``start``, ``end``, ``excess``.

    Daily effective cost of usage against the month's median day. A stretch that touches the month's first or last day
    is a step rather than a spike. ``end`` is exclusive; ``excess`` is negative where the days were cheaper.
    """
    columns = [*CELL, *sorted(column for column in daily.columns if column.startswith(TAG_PREFIX))]
    usage = daily[(daily["x_charge_kind"] == "usage") & daily["x_charge_day"].notna()]
    found = [row for month in (before, after) for row in _month(usage, columns, month)]
    return pd.DataFrame(found, columns=[*columns, "start", "end", "excess"])


def _month(usage: pd.DataFrame, columns: list[str], month: Elapsed) -> Iterator[tuple[object, ...]]:
    first = pd.Timestamp(month.period.start)
    days = pd.date_range(first, periods=month.days, freq="D")
    rows = usage[usage["x_charge_day"].between(days[0], days[-1])]
    least = _LEAST * abs(float(rows[METRIC].sum()))
    cells = rows.groupby([*columns, "x_charge_day"], dropna=False, sort=True)[METRIC].sum()
    wide = cells.unstack("x_charge_day").reindex(columns=days).fillna(0.0)
    for key, series in zip(wide.index, wide.to_numpy(dtype=float), strict=True):
        for start, end, excess in stretches(series):
            if abs(excess) >= max(least, 0.01):
                yield (*key, days[start], days[end - 1] + pd.Timedelta(days=1), excess)


def stretches(series: Floats) -> list[tuple[int, int, float]]:
    """The stretches of a month's days that are unlike the others: first day, the day after, excess over the median."""
    median = float(np.median(series))
    away = series - median
    limit = max(_DEVIATIONS * 1.4826 * float(np.median(abs(away))), _PART * abs(median), 1e-9)
    odd: Mask = abs(away) > limit
    edges = np.flatnonzero(np.diff(np.concatenate([[0], odd.astype(int), [0]])))
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    if odd.sum() > _FEW * len(series) or len(runs) > _RUNS:
        return []
    return [(int(a), int(b), float(away[a:b].sum())) for a, b in runs if a > 0 and b < len(series)]
