"""The month day by day: what was spent, what is expected, and the band around it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from finops_lib.analyses.conformal import Past, margin
from finops_lib.analyses.daily_series import DailySeries, Floats
from finops_lib.analyses.track_record import TrackRecord
from finops_lib.core.periods import Period

LEVELS = {"80": 0.80, "95": 0.95}


def month_path(series: DailySeries, record: TrackRecord, ahead: Floats, month: Period) -> pd.DataFrame:
    """Each day of the month: ``day``, ``actual`` (NaN: to come, or unknown) and ``expected`` (NaN: is over).

    Beside them the month so far: ``total`` with ``low80`` … ``high95``, the total itself on days that are over.
    """
    inside = series.days >= np.datetime64(month.start, "D")
    rest = (month.end - series.days[-1].astype("M8[D]").item()).days - 1
    spent, coming = series.filled[inside], ahead[:rest]
    first = month.days - rest - len(spent)  # days of the month before the first one known
    total = np.cumsum(np.concatenate([spent, coming]))
    nothing, unknown = np.full(len(spent), np.nan), np.full(rest, np.nan)
    frame = pd.DataFrame(
        {
            "day": pd.date_range(month.start, periods=month.days, freq="D")[first:],
            "actual": np.concatenate([series.cost[inside], unknown]),
            "expected": np.concatenate([nothing, coming]),
            "total": total,
        }
    )
    for name, level in LEVELS.items():
        low, high = band(record.past(), rest, level)
        still = np.zeros(len(spent))
        frame[f"low{name}"] = total + np.concatenate([still, low])
        frame[f"high{name}"] = total + np.concatenate([still, high])
    return frame


def band(past: Past, days: int, level: float) -> tuple[Floats, Floats]:
    """What lies below and above the sum of the first 1, 2, … days ahead; it never narrows, and ends at the last's."""
    margins = [margin(past, ahead, level) for ahead in range(1, days + 1)]
    low, high = np.array([each.low for each in margins]), np.array([each.high for each in margins])
    if days:
        low = np.minimum.accumulate(np.maximum(low, low[-1]))
        high = np.maximum.accumulate(np.minimum(high, high[-1]))
    return low, high
