"""Which leaves share which attribute values: every combination of attributes, folded to integer codes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MAX_CUBOIDS: Final = 130
"""All combinations of seven attributes; of more attributes the coarser combinations only."""


@dataclass(frozen=True)
class Cuboid:
    """One choice of attributes: ``code`` gives each leaf's element, ``first`` a leaf of each element."""

    columns: tuple[int, ...]
    code: Ints
    first: Ints

    @property
    def size(self) -> int:
        """The number of elements that occur."""
        return len(self.first)

    def sums(self, values: Floats, leaves: Bools | None = None) -> Floats:
        """Values added by element, over the leaves chosen."""
        code = self.code if leaves is None else self.code[leaves]
        added = np.bincount(code, values if leaves is None else values[leaves], minlength=self.size)
        return added.astype(np.float64, copy=False)


def cuboids(attributes: pd.DataFrame) -> tuple[Cuboid, ...]:
    """Every combination of the attributes, coarse to fine, beginning with the one that holds everything.

    An attribute that never varies, or that only repeats another, adds no combination: what it would say is said by
    fewer words.
    """
    codes = [pd.factorize(attributes[name], use_na_sentinel=False)[0].astype(np.int64) for name in attributes]
    found: list[Cuboid] = [_cuboid((), np.zeros(len(attributes), dtype=np.int64))]
    by_columns: dict[tuple[int, ...], Cuboid] = {(): found[0]}
    for columns in itertools.islice(_choices(len(codes)), MAX_CUBOIDS):
        parent = by_columns.get(columns[:-1])
        if parent is None:
            continue
        last = codes[columns[-1]]
        made = _cuboid(columns, parent.code * (int(last.max(initial=0)) + 1) + last)
        if any(made.size == by_columns[part].size for part in _parts(columns) if part in by_columns):
            continue
        by_columns[columns] = made
        found.append(made)
    return tuple(found)


def _choices(count: int) -> Iterator[tuple[int, ...]]:
    for depth in range(1, count + 1):
        yield from itertools.combinations(range(count), depth)


def _parts(columns: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return itertools.combinations(columns, len(columns) - 1)


def _cuboid(columns: tuple[int, ...], key: Ints) -> Cuboid:
    code, values = pd.factorize(key)
    first = np.zeros(len(values), dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return Cuboid(columns, code.astype(np.int64), first)
