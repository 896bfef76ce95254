"""Which rows are about the same thing? Rows to numbers, so that sums over hundreds of thousands of keys are quick."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import union_categoricals

from finops_lib.contracts.focus import TAG_PREFIX

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_PLACED: Final = re.compile(r"^[A-Z]{2,4}[0-9]?-")  # the region that a usage type may begin with
_MOST: Final = 2**62  # numbers that a 64-bit integer can tell apart

BASE = ("SubAccountId", "ServiceName", "RegionId", "x_UsageType", "x_Operation", "PricingUnit")
"""What a key is told by, before the policy tags."""


@dataclass(frozen=True)
class Keys:
    """The keys of some frames: one row of ``table`` a key, sorted, and each frame's rows by key number."""

    table: pd.DataFrame
    rows: tuple[Ints, ...]

    def __len__(self) -> int:
        return len(self.table)

    def total(self, values: npt.ArrayLike, where: npt.NDArray[np.bool_]) -> Floats:
        """Sums by key of some rows of the first frame."""
        return sums(self.rows[0][where], np.asarray(values, dtype=np.float64)[where], len(self))

    def totals(self, values: Sequence[npt.ArrayLike], place: Ints, places: int) -> list[Floats]:
        """Sums of the first frame by place (0 to ``places`` − 1) and key; a place of −1 is left out."""
        here = np.flatnonzero(place >= 0)
        cells = (place * len(self) + self.rows[0])[here]
        found = (sums(cells, np.asarray(each, dtype=np.float64)[here], places * len(self)) for each in values)
        return [each.reshape(places, len(self)) for each in found]

    def groups(self, columns: Iterable[str], *more: Ints) -> Ints:
        """One number from 0 a key, equal where these columns (and further numbers) are."""
        together = combined([*(numbers_of(self.table[column]) for column in columns), *more], len(self))
        return pd.factorize(together)[0].astype(np.int64)

    def bases(self) -> Ints:
        """One number from 0 a key, equal where :data:`BASE` is, by which the keys are sorted."""
        changed = np.zeros(len(self), dtype=bool)
        for column in BASE:
            number = numbers_of(self.table[column])
            changed[1:] |= number[1:] != number[:-1]
        return np.cumsum(changed)


def sums(numbers: Ints, values: Floats, count: int) -> Floats:
    """Sums of values by number, 0 to ``count`` − 1."""
    return np.bincount(numbers, weights=values, minlength=count).astype(np.float64)


def key_columns(monthly: pd.DataFrame) -> list[str]:
    """The columns of a key in this frame."""
    return [*BASE, *sorted(column for column in monthly.columns if column.startswith(TAG_PREFIX))]


def coded(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The frame with some texts as sorted categories: looked up once, compared as numbers from then on."""
    return frame.assign(**{column: _category(frame[column]) for column in columns if column in frame})


def texts(table: pd.DataFrame) -> pd.DataFrame:
    """The reverse: categories as the texts that they stand for."""
    return table.astype(dict.fromkeys(table.select_dtypes("category"), "str"))


def numbered(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> Keys:
    """The distinct keys of all frames together, sorted, as categories; a missing value is a value."""
    wanted = [coded(frame.reindex(columns=list(columns)), columns) for frame in frames]
    table = wanted[0] if len(wanted) == 1 else pd.DataFrame({column: _joined(wanted, column) for column in columns})
    inverse, keys = pd.factorize(codes(table, columns), sort=True)
    first = np.empty(len(keys), dtype=np.int64)
    first[inverse[::-1]] = np.arange(len(inverse))[::-1]
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return Keys(
        table=table.iloc[first].reset_index(drop=True),
        rows=tuple(np.split(inverse.astype(np.int64), ends)),
    )


def codes(table: pd.DataFrame, columns: Sequence[str]) -> Ints:
    """One number a row, equal where all columns are, in the order of the columns' values; nulls come last."""
    return combined([numbers_of(table[column]) for column in columns], len(table))


def numbers_of(column: pd.Series[Any]) -> Ints:
    """Each value as its place among the sorted values; nulls come last."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = _category(column)
        number, count = column.cat.codes.to_numpy(dtype=np.int64), len(column.cat.categories)
    else:
        number, values = pd.factorize(column, sort=True)
        count = len(values)
    return np.where(number < 0, count, number).astype(np.int64)


def combined(numbers: Iterable[Ints], count: int) -> Ints:
    """One number a row from several, equal where all are equal, in their order."""
    out, most = np.zeros(count, dtype=np.int64), 1
    for number in numbers:
        values = int(number.max(initial=0)) + 1
        if most * values > _MOST:
            out, most = np.unique(out, return_inverse=True)[1].astype(np.int64), count
        out, most = out * values + number, most * values
    return out


def stems(usage_types: pd.Series[str]) -> pd.Series[Any]:
    """What sizes are of, as categories: ``BoxUsage`` of ``USE1-BoxUsage:m5.large``; empty without a colon."""
    column = _category(usage_types)
    names = column.cat.categories.tolist()
    heads = [name.partition(":")[0] if ":" in name else "" for name in names]
    number, values = pd.factorize(np.array([*heads, ""], dtype=object))
    stem = pd.Series([_PLACED.sub("", head) for head in values], dtype="str").astype("category")
    return stem.iloc[number[column.cat.codes]].set_axis(usage_types.index)


def _joined(frames: Sequence[pd.DataFrame], column: str) -> pd.Categorical:
    return union_categoricals([frame[column] for frame in frames], sort_categories=True)


def _category(column: pd.Series[Any]) -> pd.Series[Any]:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("str").astype("category")
    names = column.cat.categories
    if not names.is_monotonic_increasing:
        column = column.cat.reorder_categories(names.sort_values())
    return column.cat.as_unordered()
