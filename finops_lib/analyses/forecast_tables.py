"""The forecast's tables: by account and service, by nature, and the calendar's charges."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finops_lib.analyses.daily_series import DailySeries, Days, Floats
from finops_lib.analyses.forecast_parts import Parts
from finops_lib.core.periods import Period

OFTEN: Final = 5
"""Charges a month beyond which a calendar shows their sum."""

Span = tuple[Period, Period]
"""The first and the last month of what ends."""


def by_cell(series: DailySeries, cells: Parts, spans: dict[str, Span], ahead: Days) -> pd.DataFrame:
    """Cost to date and at the ends by account × service; unknown days are shared out as the known ones are.

    ``next_month`` has no cost to date: it is that month's alone.
    """
    table = cells.keys.copy()
    for name, (first, last) in spans.items():
        coming = cells.path[:, _within(ahead, first, last)].sum(axis=1)
        if name == "next_month":
            table[name] = coming
            continue
        inside = series.days >= np.datetime64(first.start, "D")
        known = cells.actual[:, inside].sum(axis=1)
        guessed = float(series.filled[inside].sum() - known.sum())
        recent = np.abs(cells.actual[:, -28:]).sum(axis=1)
        share = recent / recent.sum() if recent.sum() else np.full(len(known), 1 / len(known))
        table[f"{name}_to_date"] = known + guessed * share
        table[f"{name}_end"] = table[f"{name}_to_date"] + coming
    return table.sort_values("month_end", ascending=False, kind="stable").reset_index(drop=True)


def by_nature(cells: Parts, spans: dict[str, Span], ahead: Days) -> pd.DataFrame:
    """What is still to come of each nature up to each end."""
    table = pd.DataFrame({"nature": ["usage", "calendar", "events"]})
    for name, (first, last) in spans.items():
        inside = _within(ahead, first, last)
        table[name] = [float(path[:, inside].sum()) for path in (cells.usage, cells.calendar, cells.events)]
    return table


def calendar_table(cells: Parts, ahead: Days) -> pd.DataFrame:
    """The calendar charges to come by kind, account and service: ``day``, ``days``, ``cost``.

    Charges of most days of a month are one row, at the first of their ``days``.
    """
    empty = cells.keys.head(0).assign(kind="", cell=0, day=pd.to_datetime([]), cost=0.0)
    table = pd.concat(
        [empty, *(_dated(cells, kind, cost, ahead) for kind, cost in cells.charges.items() if cost.any())]
    )
    month = table["day"].dt.to_period("M")
    often = table.groupby(["kind", "cell", month])["cost"].transform("size") > OFTEN
    place = table["day"].where(~often, month.dt.start_time)
    sums = table.groupby(["cell", "kind", place.rename("place")]).agg(
        kind=("kind", "first"),
        SubAccountId=("SubAccountId", "first"),
        ServiceName=("ServiceName", "first"),
        day=("day", "first"),
        days=("day", "size"),
        cost=("cost", "sum"),
    )
    return sums.reset_index(drop=True).sort_values(["day", "SubAccountId", "ServiceName", "kind"], ignore_index=True)


def _within(ahead: Days, first: Period, last: Period) -> NDArray[np.bool_]:
    """The days ahead from the first to the last month."""
    return (ahead >= np.datetime64(first.start, "D")) & (ahead < np.datetime64(last.end, "D"))


def _dated(cells: Parts, kind: str, cost: Floats, ahead: Days) -> pd.DataFrame:
    rows, at = np.nonzero(cost)
    return cells.keys.iloc[rows].assign(kind=kind, cell=rows, day=pd.to_datetime(ahead[at]), cost=cost[rows, at])
