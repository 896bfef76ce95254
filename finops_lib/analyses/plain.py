"""Results as JSON takes them: dates as text, money to a millionth, unknown as null."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame."""
    return [plain(record) for record in frame.to_dict("records")]


def plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping with plain values."""
    return {str(key): _value(value) for key, value in values.items()}


def keys(values: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes and their values, whatever type the bill gives them; what JSON has no type for is text."""
    return {str(name): _key(value) for name, value in values.items()}


def _key(value: Any) -> Any:
    plainer = value.item() if isinstance(value, np.bool_ | np.integer | np.floating) else value
    if isinstance(plainer, pd.Timestamp):
        return plainer.isoformat().removesuffix("T00:00:00")
    if plainer is None or isinstance(plainer, str | bool | int):
        return plainer
    known = _value(plainer)
    return known if known is None or isinstance(known, str | float) else str(plainer)


def _value(value: Any) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, dt.date):  # a timestamp is one too
        return value.isoformat()[:10]
    return round(float(value), 6) + 0.0 if isinstance(value, float) else value
