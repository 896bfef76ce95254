"""Which combinations of keys the rows of Parquet's map columns carry: read from the keys alone, without the values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

KeySets = tuple[tuple[str, ...], ...]
_BATCH: Final = 32_768
_MANY: Final = 1_000


def key_sets(path: Path, columns: Sequence[str]) -> set[KeySets] | None:
    """The distinct rows as one tuple of keys a column; None where a slower way must tell, or must say what is wrong.

    That is so for a thousand keys and more, for keys that are no texts, and for a file that Arrow cannot read.
    """
    try:
        schema = pq.read_schema(path)
        if not all(_has_texts(schema.field(column).type) for column in columns):
            return None
        leaves = [_key_leaf(pq.read_metadata(path).schema, column) for column in columns]
        file = pq.ParquetFile(path, read_dictionary=leaves)
        found: set[KeySets] = set()
        for batch in _batches(file, leaves):
            names, carried = zip(*[_carried(batch[column]) for column in columns], strict=True)
            if sum(map(len, names)) > _MANY:
                return None
            found.update(_distinct(names, carried))
        return found
    except (pa.ArrowException, OSError):
        return None


def _has_texts(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_map(kind) and (pa.types.is_string(kind.key_type) or pa.types.is_large_string(kind.key_type))
    )


def _batches(file: pq.ParquetFile, leaves: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for group in range(file.num_row_groups):  # one by one: each has a dictionary of its own
        yield from file.iter_batches(_BATCH, row_groups=[group], columns=leaves, use_threads=False)


def _key_leaf(schema: pq.ParquetSchema, column: str) -> str:
    # A map's key is its first leaf, whatever its writer calls it.
    paths: list[str] = [schema.column(place).path for place in range(len(schema))]
    return next(path for path in paths if path.startswith(f"{column}."))


def _distinct(names: Sequence[list[str]], carried: Sequence[np.ndarray[Any, Any]]) -> Iterator[KeySets]:
    ends = np.cumsum([len(keys) for keys in names])
    spare = np.zeros((len(carried[0]), 64 - ends[-1] % 64), dtype=bool)
    packed = np.packbits(np.hstack([*carried, spare]), axis=1)
    for row in packed[pd.DataFrame(packed.view(np.int64)).drop_duplicates().index]:
        flags = np.split(np.unpackbits(row, count=int(ends[-1])), ends[:-1])
        yield tuple(tuple(compress(keys, mine)) for keys, mine in zip(names, flags, strict=True))


def _carried(column: pa.ListArray) -> tuple[list[str], np.ndarray[Any, Any]]:
    """The batch's keys, and for each row and key whether the row carries it."""
    lengths = column.value_lengths().fill_null(0).to_numpy()
    (keys,) = column.flatten().flatten()
    names = keys.dictionary.cast(pa.string()).to_pylist()
    width = len(names) if len(names) <= _MANY else 0
    carried = np.zeros(len(column) * width, dtype=bool)
    if width:
        carried[np.repeat(np.arange(len(column)) * width, lengths) + keys.indices.to_numpy()] = True
    return names, carried.reshape(len(column), width)
