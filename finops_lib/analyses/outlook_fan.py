"""How does cost add up, and where does it lead? What is spent day by day, and the bands of what is to come."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from finops_lib.analyses.forecast_result import End, ForecastResult

BANDS: Final = ("low80", "high80", "low95", "high95")
COLUMNS: Final = ("day", "actual", "expected", *BANDS)


def of_month(found: ForecastResult) -> pd.DataFrame:
    """The month so far and to its end, one row a day; ``actual`` is unknown (NaN) on days to come."""
    path, today = found.path, pd.Timestamp(found.as_of)
    frame = path.assign(actual=path["total"].where(path["day"] <= today))
    frame["expected"] = path["total"].where(path["day"] >= today)
    for band in BANDS:
        frame[band] = path[band].where(path["day"] >= today)
    frame.loc[frame["day"] == pd.Timestamp(found.month_end.last_day), list(BANDS)] = [
        getattr(found.month_end, band) for band in BANDS
    ]
    return frame[list(COLUMNS)].reset_index(drop=True)


def of_quarter(found: ForecastResult, daily: pd.DataFrame, following: End) -> pd.DataFrame:
    """The quarter to date day by day, then the ends ahead: of the next month, and of the quarter where that is later.

    ``daily`` has ``date`` and ``cost``. Once the quarter is over, only the next month is ahead.
    """
    quarter = found.quarter_end
    spent = daily[daily["date"] >= pd.Timestamp(quarter.first_day)].sort_values("date")
    rows = [_spent(day, total) for day, total in zip(spent["date"], spent["cost"].cumsum(), strict=True)]
    rows = [row for row in rows if row["day"] != pd.Timestamp(found.as_of)]
    here = dict.fromkeys(("actual", "expected", *BANDS), quarter.actual_to_date)
    rows.append({"day": pd.Timestamp(found.as_of), **here})
    rows.append(_end(following, quarter.actual_to_date))
    if quarter.last_day > following.last_day:
        rows.append(_end(quarter, 0.0))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _spent(day: pd.Timestamp, total: float) -> Mapping[str, object]:
    return {"day": day, "actual": float(total), **dict.fromkeys(("expected", *BANDS), math.nan)}


def _end(end: End, base: float) -> Mapping[str, object]:
    bands = {band: base + getattr(end, band) for band in BANDS}
    return {"day": pd.Timestamp(end.last_day), "actual": math.nan, "expected": base + end.expected, **bands}
