"""How are amounts printed in cents so that printed lines add up to printed totals?"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

HALF_CENT: Final = 0.005
"""What prints as 0.00: an amount below it is told nowhere."""


def to_cents(amounts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Whole cents by largest remainder: they sum to the rounded sum of the amounts, each within a cent of its own.

    Amounts with equal remainders are served in their order. Every coarser figure is then a sum of these.
    """
    values = np.asarray(amounts, dtype=np.float64) * 100.0
    floors = np.floor(values)
    missing = round(math.fsum(values)) - int(floors.sum())
    order = np.argsort(floors - values, kind="stable")
    cents = floors.astype(np.int64)
    cents[order[:missing]] += 1
    return cents
