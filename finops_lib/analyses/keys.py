"""Which rows are about the same thing? Rows to numbers, so that sums over hundreds of thousands of keys are quick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    """The keys of some frames: one row of ``table`` a key, and each frame's rows by key number.

    ``values`` gives each key's value in a column as a number.
    """

    table: pd.DataFrame
    rows: tuple[Ints, ...]
    values: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.table)

    def total(self, frame: int, values: npt.ArrayLike, where: npt.NDArray[np.bool_]) -> Floats:
        """Sums by key of some rows of a frame."""
        return sums(self.rows[frame][where], np.asarray(values, dtype=np.float64)[where], len(self))

    def groups(self, columns: Iterable[str], *more: Ints) -> Ints:
        """One number from 0 a key, equal where these columns (and further numbers) are."""
        together = combined([*(self.values[column] for column in columns), *more], len(self))
        return np.unique(together, return_inverse=True)[1].astype(np.int64)


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
    values = {column: numbers_of(table[column]) for column in columns}
    together = combined(values.values(), len(table))
    _, first, inverse = np.unique(together, return_index=True, return_inverse=True)
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return Keys(
        table=table.iloc[first].reset_index(drop=True),
        rows=tuple(np.split(inverse.astype(np.int64), ends)),
        values={column: number[first] for column, number in values.items()},
    )


def codes(table: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """One number a row, equal where all columns are, in the order of the columns' values; nulls come last."""
    return combined([numbers_of(table[column]) for column in columns], len(table))


def numbers_of(column: pd.Series[str]) -> Ints:
    """Each value as its place among the sorted values; nulls come last."""
    number, values = pd.factorize(column, sort=True)
    return np.where(number < 0, len(values), number).astype(np.int64)


def combined(numbers: Iterable[Ints], count: int) -> Ints:
    """One number a row from several, equal where all are equal, in their order."""
    out = np.zeros(count, dtype=np.int64)
    for number in numbers:
        out = out * (int(number.max(initial=0)) + 1) + number
        if out.max(initial=0) > 2**40:
            out = np.unique(out, return_inverse=True)[1].astype(np.int64)
    return out


def stems(usage_types: pd.Series[str]) -> pd.Series[str]:
    """What sizes are of: ``BoxUsage`` of ``USE1-BoxUsage:m5.large``; empty where nothing follows a colon."""
    text = usage_types.astype("str").fillna("")
    stem = text.str.replace(_SIZED, r"\1", regex=True)
    return stem.where(text.str.contains(":", regex=False), "")
