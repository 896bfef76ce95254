"""Results as JSON takes them: dates as text, money to a millionth, unknown as null."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame."""
    return [plain(record) for record in frame.to_dict("records")]


def plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping with plain values."""
    return {str(key): _value(value) for key, value in values.items()}


def _value(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, dt.date):  # a timestamp is one too
        return value.isoformat()[:10]
    return round(float(value), 6) + 0.0 if isinstance(value, float) else value
