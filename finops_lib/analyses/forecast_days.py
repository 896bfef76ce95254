"""Do AWS and we expect the same of the days that are left? Method: docs/methods/budgets.md."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

from finops_lib.analyses.forecast_result import ForecastResult
from finops_lib.analyses.sides import Sides, side
from finops_lib.analyses.totals import METRIC

_LIKELY: Final = "two forecasts of the same days"


def same_days(aws: pd.DataFrame, forecast: ForecastResult | None) -> Sides:
    """Our expected cost beside AWS's, added over the days that both forecast; days that only one does are left out."""
    if forecast is None:
        return Sides(aside={"forecast": "There is no forecast here to compare."})
    ours = forecast.path.loc[forecast.path["expected"].notna(), ["day", "expected"]]
    theirs = aws.loc[aws["expected"].notna(), ["start", "end", "expected", "metric", "unit"]]
    both = ours.merge(theirs, left_on="day", right_on="start", suffixes=("", "_aws")).sort_values("day")
    if both.empty or not (both["end"] - both["start"] == pd.Timedelta(days=1)).all():
        return Sides(aside={"forecast": "Our forecast and AWS's speak of no common days."})
    key = f"{both['day'].iloc[0]:%Y-%m-%d} to {both['day'].iloc[-1]:%Y-%m-%d}"
    line = {"check": "forecast", "key": key}
    return Sides(
        side([{**line, "metric": METRIC, "amount": math.fsum(both["expected"])}]),
        side(
            [
                {
                    **line,
                    "metric": str(both["metric"].iloc[0]),
                    "amount": math.fsum(both["expected_aws"]),
                    "unit": both["unit"].iloc[0],
                }
            ]
        ),
        likely={"forecast": _LIKELY},
    )
