"""Did the last week of a month cost what its days usually did? Else its total tells little of what is to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from finops_lib.analyses.rounding import HALF_CENT

FAR: Final = 0.25
"""How far the last week is from the month's mean, as a share of it, to be told."""

_WEEK: Final = 7
_LEAST: Final = HALF_CENT


@dataclass(frozen=True)
class LastWeek:
    """The cost of usage a day: in the first week, over the whole month and in its last seven days."""

    first: float
    mean: float
    last: float


def unlike(daily: pd.DataFrame) -> LastWeek | None:
    """The last week where it is far from the mean; ``daily`` has a row a day with ``x_charge_day`` and ``usage``.

    Usage alone: fees and tax are booked on single days. None under two weeks, where the mean is no cost, or where the
    last week is near it.
    """
    if len(daily) < 2 * _WEEK:
        return None
    usage = daily.sort_values("x_charge_day")["usage"].fillna(0.0)
    found = LastWeek(float(usage.head(_WEEK).mean()), float(usage.mean()), float(usage.tail(_WEEK).mean()))
    far = found.mean >= _LEAST and abs(found.last - found.mean) >= FAR * found.mean
    return found if far else None
