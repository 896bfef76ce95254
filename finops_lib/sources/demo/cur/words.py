"""Text columns as dictionaries: each word once, a code per row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from finops_lib.sources.demo.money import Bools, Ints, doubles


@dataclass(frozen=True)
class Words:
    """A word (or None) for every number: number -1 has none."""

    words: tuple[str, ...]
    codes: Ints

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Words:
        """Words by place in a sequence; empty text counts as none."""
        numbers: dict[str, int] = {}
        codes = [numbers.setdefault(value, len(numbers)) if value else -1 for value in values]
        return cls(tuple(numbers), np.array([*codes, -1], dtype=np.int64))

    def at(self, numbers: Ints, where: Bools | None = None) -> pa.Array:
        """The words of numbers as an Arrow column; null where there is none, or where ``where`` is False."""
        codes = self.codes[numbers]
        empty = codes < 0 if where is None else (codes < 0) | ~where
        if not self.words:
            return pa.nulls(len(codes), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=empty), pa.array(self.words))


def constant(rows: int, word: str | None) -> pa.Array:
    """One word on all rows."""
    return Words.of([word]).at(np.zeros(rows, dtype=np.int64))


def worded(numbers: Ints, word: Callable[[int], str | None], where: Bools | None = None) -> pa.Array:
    """Words made by a function of each distinct number."""
    distinct, places = np.unique(numbers, return_inverse=True)
    return Words.of([word(int(number)) for number in distinct]).at(places, where)


def money(amounts: Ints, unknown: int) -> pa.Array:
    """Ticks as doubles in USD; null where unknown."""
    return pa.array(doubles(amounts), mask=amounts == unknown)
