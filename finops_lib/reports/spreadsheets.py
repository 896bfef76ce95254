"""Tables for a CSV that people open in a spreadsheet."""

from __future__ import annotations

from typing import Final

import pandas as pd

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet takes for a formula."""


def without_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for a CSV: a text that a spreadsheet would run as a formula begins with an apostrophe.

    Carriage returns become line feeds, which the writer quotes: an unquoted one begins a row, and a formula after it.
    """
    kinds = pd.api.types
    texts = [
        column
        for column in frame.columns
        if not (kinds.is_numeric_dtype(frame[column]) or kinds.is_datetime64_any_dtype(frame[column]))
    ]
    return frame.assign(**{column: frame[column].astype(object).map(_inert) for column in texts})


def _inert(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if value.startswith(_FORMULA) else text
