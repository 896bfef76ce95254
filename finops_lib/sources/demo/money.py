"""Money as whole numbers: one tick is 1e-10 USD, so sums are exact and the doubles written have at most 10 decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TICKS_PER_USD: Final = 10**10
UNKNOWN: Final = int(np.iinfo(np.int64).min)  # stands for null in tick columns


def ticks(usd: str | int | Decimal) -> int:
    """Whole ticks of an amount in USD; an amount finer than a tick raises ValueError."""
    exact = Decimal(usd) * TICKS_PER_USD
    if exact != exact.to_integral_value():
        raise ValueError(f"{usd} USD is finer than 1e-10.")
    return int(exact)


def usd(amount: int) -> str:
    """Exact decimal text of an amount in ticks, without trailing zeros: ``usd(12_500_000_000) == "1.25"``."""
    sign, whole = ("-" if amount < 0 else ""), abs(int(amount))
    units, rest = divmod(whole, TICKS_PER_USD)
    return f"{sign}{units}.{rest:010d}".rstrip("0").rstrip(".") if rest else f"{sign}{units}"


def rate_text(amount: int) -> str:
    """A rate as the bill spells it, with ten decimals."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // TICKS_PER_USD}.{abs(amount) % TICKS_PER_USD:010d}"


def cost(amount: Floats, rate: Ints) -> Ints:
    """Quantity times rate (ticks per unit), rounded to the tick."""
    return np.rint(amount * rate).astype(np.int64)


def doubles(amounts: Ints) -> Floats:
    """Ticks as USD doubles: the double nearest to the exact decimal."""
    return amounts / float(TICKS_PER_USD)


def cents(amount: int) -> int:
    """An amount in ticks rounded half up to whole cents, as invoices print fees."""
    cent = TICKS_PER_USD // 100
    return (amount + cent // 2) // cent * cent
