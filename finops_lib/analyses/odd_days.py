"""Which part of a cost stands on days unlike the others? A longer month brings more usual days, not more odd ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.calendar_days import Elapsed
from finops_lib.core.periods import Period

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def odd_costs(
    keys: pd.DataFrame, cost: Floats, days: Floats, events: pd.DataFrame, months: Sequence[Elapsed]
) -> Floats:
    """What events added to each key's cost in both months, (2, n); negative where its days were cheaper.

    ``cost`` and ``days`` are (2, n). An event tells of an account, service or tag; of the keys in it, it is given to
    those whose cost a day moved its way against the other month, in proportion to that, and never more than that.
    """
    odd = np.zeros_like(cost)
    daily = cost / days
    for event, month, amount in _amounts(events, months):
        here = matching(keys, [column for column in keys.columns if column in events.columns], event)
        moved = np.maximum(np.sign(amount) * (daily[month] - daily[1 - month]), 0.0) * days[month] * here
        total = float(moved.sum())
        if total > 0:
            odd[month] += np.sign(amount) * moved * min(abs(amount) / total, 1.0)
    return odd


def overlap(start: pd.Series[pd.Timestamp], end: pd.Series[pd.Timestamp], period: Period) -> pd.Series[float]:
    """Which part of each event lies in a month."""
    first, last = pd.Timestamp(period.start), pd.Timestamp(period.end)
    inside = end.where(end < last, last) - start.where(start > first, first)
    length = (end - start).dt.total_seconds().clip(lower=1.0)
    part: pd.Series[float] = inside.dt.total_seconds().clip(lower=0.0) / length
    return part


def matching(keys: pd.DataFrame, columns: Sequence[str], event: Mapping[object, object]) -> Mask:
    """Keys that an event is about; what the event leaves null is any."""
    mask = np.ones(len(keys), dtype=bool)
    for column in columns:
        value = event[column]
        if isinstance(value, str):
            mask &= (keys[column] == value).fillna(False).to_numpy(dtype=bool)
    return mask


def _amounts(events: pd.DataFrame, months: Sequence[Elapsed]) -> Iterator[tuple[Mapping[object, object], int, float]]:
    """Each event, the number of a month that it lies in, and its excess there, at the scale of a whole month."""
    if events.empty:
        return
    start, end = pd.to_datetime(events["start"]), pd.to_datetime(events["end"])
    told = events.to_dict("records")
    for number, month in enumerate(months):
        excess = (events["excess"] * overlap(start, end, month.period) * month.scale).to_numpy(dtype=float)
        yield from ((told[row], number, float(excess[row])) for row in np.flatnonzero(np.nan_to_num(excess)))
