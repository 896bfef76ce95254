"""Charges: the bill's rows as columns of whole numbers, before they get the CUR's clothes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from finops_lib.sources.demo.money import UNKNOWN, Floats, Ints


class Kind(IntEnum):
    """Line item types; the member's name is the bill's word."""

    Usage = 0
    DiscountedUsage = 1
    SavingsPlanCoveredUsage = 2
    SavingsPlanNegation = 3
    SavingsPlanRecurringFee = 4
    SavingsPlanUpfrontFee = 5
    RIFee = 6
    Fee = 7
    Tax = 8
    Credit = 9
    Refund = 10
    BundledDiscount = 11


@dataclass(frozen=True)
class Charges:
    """One array a column, all of equal length.

    ``stream``, ``plan`` are -1 where none; ``start`` and ``hours`` are hour numbers; ``rate``, ``public_rate`` and
    ``plan_rate`` are ticks per unit; ``billed``, ``effective``, ``listed``, ``contracted`` are the four costs meant,
    in ticks. The last six explain commitments: recurring and upfront share, used part, unused parts (ticks; units).
    """

    kind: Ints
    stream: Ints
    account: Ints
    sku: Ints
    zone: Ints
    start: Ints
    hours: Ints
    amount: Floats
    rate: Ints
    public_rate: Ints
    billed: Ints
    effective: Ints
    listed: Ints
    contracted: Ints
    plan: Ints
    plan_rate: Ints
    recurring: Ints
    upfront: Ints
    used: Ints
    unused_recurring: Ints
    unused_upfront: Ints
    unused_units: Floats

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Charges:
        """The rows named by index or by mask."""
        return Charges(**{name: getattr(self, name)[rows] for name in COLUMNS})

    def slice(self, start: int, stop: int) -> Charges:
        """A run of rows, without copying."""
        return Charges(**{name: getattr(self, name)[start:stop] for name in COLUMNS})

    def replace(self, **columns: Ints | Floats) -> Charges:
        """The same rows with other values in some columns."""
        changes: dict[str, Any] = dict(columns)
        return dataclasses.replace(self, **changes)


COLUMNS = tuple(field.name for field in dataclasses.fields(Charges))
_FLOATS = frozenset({"amount", "unused_units"})
_NONE = frozenset({"stream", "plan", "zone"})
_NULL = frozenset({"plan_rate", "recurring", "upfront", "used", "unused_recurring", "unused_upfront"})


def charges(rows: int, **columns: Ints | Floats | int | float) -> Charges:
    """New charges; columns not given are 0, -1 (no stream, plan or zone) or unknown (commitment columns)."""
    filled: dict[str, Any] = {name: _filled(name, rows, columns.get(name)) for name in COLUMNS}
    return Charges(**filled)


def concat(parts: Sequence[Charges]) -> Charges:
    """All rows of several charges, in order."""
    return Charges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS})


def empty() -> Charges:
    """No rows."""
    return charges(0)


def _filled(name: str, rows: int, given: Ints | Floats | int | float | None) -> npt.NDArray[np.generic]:
    dtype = np.float64 if name in _FLOATS else np.int64
    default = -1 if name in _NONE else UNKNOWN if name in _NULL else 0
    value = default if given is None else given
    return np.ascontiguousarray(np.broadcast_to(np.asarray(value, dtype=dtype), (rows,)))
