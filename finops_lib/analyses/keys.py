"""Which rows are about the same thing? Rows to numbers, so that sums over hundreds of thousands of keys are quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.contracts.focus import TAG_PREFIX

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SIZED: Final = r"^(?:[A-Z]{2,4}[0-9]?-)?([^:]*):.*$"

BASE = ("SubAccountId", "ServiceName", "RegionId", "x_UsageType", "x_Operation", "PricingUnit")
"""What a key is told by, before the policy tags."""


@dataclass(frozen=True)
class Keys:
    """The keys of some frames: one row of ``table`` a key, and each frame's rows by key number."""

    table: pd.DataFrame
    rows: tuple[Ints, ...]

    def __len__(self) -> int:
        return len(self.table)

    def total(self, frame: int, values: npt.ArrayLike, where: npt.NDArray[np.bool_]) -> Floats:
        """Sums by key of some rows of a frame."""
        return sums(self.rows[frame][where], np.asarray(values, dtype=np.float64)[where], len(self))


def sums(numbers: Ints, values: Floats, count: int) -> Floats:
    """Sums of values by number, 0 to ``count`` − 1."""
    return np.bincount(numbers, weights=values, minlength=count).astype(np.float64)


def key_columns(monthly: pd.DataFrame) -> list[str]:
    """The columns of a key in this frame."""
    return [*BASE, *sorted(column for column in monthly.columns if column.startswith(TAG_PREFIX))]


def numbered(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> Keys:
    """The distinct keys of all frames together, sorted; a missing value is a value."""
    wanted = [frame.reindex(columns=list(columns)) for frame in frames]
    table = pd.concat(wanted, ignore_index=True) if len(wanted) > 1 else wanted[0].reset_index(drop=True)
    numbers = codes(table, columns)
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return Keys(table.iloc[first].reset_index(drop=True), tuple(np.split(inverse.astype(np.int64), ends)))


def codes(table: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """One number a row, equal where all columns are, in the order of the columns' values; nulls come last."""
    out = np.zeros(len(table), dtype=np.int64)
    for column in columns:
        number, values = pd.factorize(table[column], sort=True, use_na_sentinel=True)
        number = np.where(number < 0, len(values), number)
        out = out * (len(values) + 1) + number
        if out.size and out.max() > 2**40:
            out = np.unique(out, return_inverse=True)[1].astype(np.int64)
    return out


def stems(usage_types: pd.Series[str]) -> pd.Series[str]:
    """What sizes are of: ``BoxUsage`` of ``USE1-BoxUsage:m5.large``; empty where nothing follows a colon."""
    text = usage_types.astype("str").fillna("")
    stem = text.str.replace(_SIZED, r"\1", regex=True)
    return stem.where(text.str.contains(":", regex=False), "")
