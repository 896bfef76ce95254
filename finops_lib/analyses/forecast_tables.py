"""The forecast's tables: by account and service, by nature, and the calendar's charges."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from finops_lib.analyses.daily_series import DailySeries, Days
from finops_lib.analyses.forecast_parts import Parts
from finops_lib.core.periods import Period

OFTEN: Final = 5
"""Charges a month beyond which a calendar shows their sum."""

Span = tuple[Period, Period]
"""The first and the last month of what ends."""


def by_cell(series: DailySeries, cells: Parts, spans: dict[str, Span], ahead: Days) -> pd.DataFrame:
    """Cost to date and at the ends by account × service; unknown days are shared out as the known ones are."""
    table = cells.keys.copy()
    for name, (first, last) in spans.items():
        inside = series.days >= np.datetime64(first.start, "D")
        known = cells.actual[:, inside].sum(axis=1)
        guessed = float(series.filled[inside].sum() - known.sum())
        recent = np.abs(cells.actual[:, -28:]).sum(axis=1)
        share = recent / recent.sum() if recent.sum() else np.full(len(known), 1 / len(known))
        table[f"{name}_to_date"] = known + guessed * share
        table[f"{name}_end"] = table[f"{name}_to_date"] + cells.path[:, ahead < np.datetime64(last.end, "D")].sum(
            axis=1
        )
    return table.sort_values("month_end", ascending=False, kind="stable").reset_index(drop=True)


def by_nature(cells: Parts, spans: dict[str, Span], ahead: Days) -> pd.DataFrame:
    """What is still to come of each nature up to each end."""
    table = pd.DataFrame({"nature": ["usage", "calendar", "events"]})
    for name, (_, last) in spans.items():
        inside = ahead < np.datetime64(last.end, "D")
        table[name] = [float(path[:, inside].sum()) for path in (cells.usage, cells.calendar, cells.events)]
    return table


def calendar_table(cells: Parts, ahead: Days) -> pd.DataFrame:
    """The calendar charges to come by account and service: ``day``, ``days``, ``cost``.

    Charges of most days of a month are one row, at the first of their ``days``.
    """
    rows, at = np.nonzero(cells.calendar)
    table = cells.keys.iloc[rows].assign(cell=rows, day=pd.to_datetime(ahead[at]), cost=cells.calendar[rows, at])
    month = table["day"].dt.to_period("M")
    often = table.groupby(["cell", month])["cost"].transform("size") > OFTEN
    place = table["day"].where(~often, month.dt.start_time)
    sums = table.groupby(["cell", place.rename("place")]).agg(
        SubAccountId=("SubAccountId", "first"),
        ServiceName=("ServiceName", "first"),
        day=("day", "first"),
        days=("day", "size"),
        cost=("cost", "sum"),
    )
    return sums.sort_values(["day", "SubAccountId", "ServiceName"]).reset_index(drop=True)
