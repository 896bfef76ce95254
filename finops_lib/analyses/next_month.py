"""What will the month after the last one held cost, and between which amounts? Method: docs/methods/forecast.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from finops_lib.analyses.forecast_result import End
from finops_lib.analyses.forecasting import month_end
from finops_lib.core.periods import Period

LEVELS = (0.80, 0.95)


def margins(daily: pd.DataFrame, month: Period) -> tuple[float, float, float, float]:
    """What lies below and above the expected cost of a month before it begins, at 80 % and at 95 %.

    ``daily`` has ``date`` and ``cost`` up to the month. The interval is that of the days after the month's first,
    widened in proportion to the day that is missing. Raises :class:`InsufficientDataError` without any cost.
    """
    wider = month.days / (month.days - 1)
    narrow, wide = (month_end(daily, as_of=month.start, level=level) for level in LEVELS)
    low80, high80 = wider * (narrow.expected - narrow.low), wider * (narrow.high - narrow.expected)
    low95, high95 = wider * (wide.expected - wide.low), wider * (wide.high - wide.expected)
    return low80, high80, max(low80, low95), max(high80, high95)


def beside(end: End, later: Sequence[End]) -> End:
    """The month with the bounds that fit the later ends' ones.

    An end of the same day has the same interval; no interval is wider than that of an end further away.
    """
    for other in sorted(later, key=lambda each: each.last_day):
        if other.last_day < end.last_day:
            continue
        return replace(end, **_fitted(end, other))
    return end


def _fitted(end: End, other: End) -> dict[str, Any]:
    """The bounds of a nearer end that lie within those of a later one; of one that ends on the same day, those."""
    same, shift = end.last_day == other.last_day, end.expected - other.expected
    bounds = {name: round(shift + getattr(other, name), 9) + 0.0 for name in ("low80", "low95", "high80", "high95")}
    if same:
        return bounds
    return {name: (max if name.startswith("low") else min)(getattr(end, name), at) for name, at in bounds.items()}


def ahead(daily: pd.DataFrame, expected: float, month: Period) -> End:
    """The month with its interval around what is expected; never below nothing where no day ever was."""
    low80, high80, low95, high95 = margins(daily, month)
    least = min(0.0, expected) if (daily["cost"] >= 0).all() else -float("inf")
    last = month.end - dt.timedelta(days=1)
    return End(
        first_day=month.start.isoformat(),
        last_day=last.isoformat(),
        actual_to_date=0.0,
        low80=max(least, expected - low80),
        expected=expected,
        high80=expected + high80,
        low95=max(least, expected - low95),
        high95=expected + high95,
    )
