"""How often does a series tell a value: by the day, the week or the month? And which days does a value cover?"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pandas as pd

Cadence = Literal["day", "week", "month"]

ORDER: Final[tuple[Cadence, ...]] = ("day", "week", "month")


def cadence(dates: pd.Series[pd.Timestamp] | pd.DatetimeIndex) -> Cadence | None:
    """The cadence of dates; None where they keep none. Single gaps do not matter, and one date is taken for a day."""
    told = pd.DatetimeIndex(dates).sort_values().unique()
    usual = float(np.median(np.diff(told.to_numpy("datetime64[D]")).astype(int))) if len(told) > 1 else 1.0
    if usual == 1:
        return "day"
    if usual == 7 and starts(told, "week").is_unique:
        return "week"
    return "month" if 28 <= usual <= 31 and starts(told, "month").is_unique else None


def starts(dates: pd.DatetimeIndex, cadence: Cadence) -> pd.DatetimeIndex:
    """The first day of the period that each date lies in: the day, the week from Monday, or the calendar month."""
    if cadence == "day":
        return dates
    if cadence == "week":
        return dates - pd.to_timedelta(dates.day_of_week, unit="D")
    return dates - pd.to_timedelta(dates.day - 1, unit="D")


def ends(begun: pd.DatetimeIndex, cadence: Cadence) -> pd.DatetimeIndex:
    """The last day of the periods that begin on these days."""
    lengths = begun.days_in_month if cadence == "month" else np.full(len(begun), 7 if cadence == "week" else 1)
    return begun + pd.to_timedelta(lengths - 1, unit="D")


def summed(daily: pd.Series[float], cadence: Cadence) -> pd.Series[float]:
    """Days added to weeks or months by their first day; periods with a day missing are left out."""
    index = pd.DatetimeIndex(daily.index)
    found = daily.groupby(starts(index, cadence)).agg(["sum", "size"])
    begun = pd.DatetimeIndex(found.index)
    whole = ((ends(begun, cadence) - begun).days + 1).to_numpy() == found["size"].to_numpy()
    sums: pd.Series[float] = found.loc[whole, "sum"]
    return sums
