"""How much of what was expected do savings bring, by kind? Realized ÷ expected of the ledger, over a prior.

The method is told in docs/methods/realized-savings.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from finops_lib.analyses.opportunities.protocol import Saving
from finops_lib.contracts.ledger import records_of

PRIOR_WEIGHT: Final = 3.0
"""How many items the prior counts for: three that brought what was expected."""

PRIOR_SPREAD: Final = 0.3
"""The standard deviation of realized ÷ expected that the prior assumes: no public figure exists."""

BOUNDS: Final = (-1.0, 3.0)
"""What one item's realized ÷ expected counts for at least and at most: a single odd one must not decide."""

_PRIOR_SHAPE: Final = 2.0
_Z80: Final = 1.2815515655446004  # a normal lies within ± this in 80 % of cases


@dataclass(frozen=True)
class Factor:
    """Realized ÷ expected of a kind: its mean and the standard deviation of the next item's, after ``count`` items."""

    mean: float
    spread: float
    count: int
    expected: float = 0.0
    realized: float = 0.0

    def to_dict(self) -> dict[str, object]:
        """The JSON form."""
        amounts = {"expected": round(self.expected, 6) + 0.0, "realized": round(self.realized, 6) + 0.0}
        return {"mean": round(self.mean, 6), "spread": round(self.spread, 6), "count": self.count, **amounts}


def calibration(ledger: pd.DataFrame) -> dict[str, Factor]:
    """The factor of every kind with a measured item; kinds without one have :data:`PRIOR`.

    Every item with a measured saving counts, verified or not; what was reverted brought nothing in the end. Items
    whose measure is in doubt are left out.
    """
    pairs: dict[str, list[tuple[float, float]]] = {}
    for item in records_of(ledger):
        if item["realized"] is not None and item["doubt"] is None and item["expected"] > 0:
            brought = 0.0 if item["status"] == "reverted" else item["realized"]
            pairs.setdefault(item["opportunity"], []).append((item["expected"], brought))
    return {kind: factor(pairs[kind]) for kind in sorted(pairs)}


def factor(pairs: list[tuple[float, float]]) -> Factor:
    """The posterior of realized ÷ expected from (expected, realized): a normal with unknown mean and variance."""
    low, high = BOUNDS
    ratios = [min(high, max(low, realized / expected)) for expected, realized in pairs]
    count = len(ratios)
    mean = math.fsum(ratios) / count if count else 1.0
    weight = PRIOR_WEIGHT + count
    squares = math.fsum((ratio - mean) ** 2 for ratio in ratios)
    squares += PRIOR_WEIGHT * count / weight * (mean - 1.0) ** 2
    shape = _PRIOR_SHAPE + count / 2.0
    scale = PRIOR_SPREAD**2 * (_PRIOR_SHAPE - 1.0) + squares / 2.0
    spread = math.sqrt(scale / (shape - 1.0) * (1.0 + 1.0 / weight))
    expected, realized = (math.fsum(amounts) for amounts in zip(*pairs, strict=True)) if count else (0.0, 0.0)
    return Factor((PRIOR_WEIGHT + math.fsum(ratios)) / weight, spread, count, expected, realized)


PRIOR: Final = factor([])
"""The factor of a kind without history; it changes no estimate."""


def calibrated(saving: Saving, by: Factor, *, most: float = math.inf) -> Saving:
    """A saving as history corrects it: its mean, and an interval at least as wide as history's; at most ``most``.

    Without history it is as it was. What cannot cost more by its own evidence is not said to: its low stays at 0.
    """
    if by.count == 0:
        return saving
    expected = saving.expected * by.mean
    history = _Z80 * by.spread * abs(saving.expected)
    below = max(abs(by.mean) * (saving.expected - saving.low), history)
    above = max(abs(by.mean) * (saving.high - saving.expected), history)
    top = max(most, 0.0)
    low = expected - below if saving.low < 0 or expected < 0 else max(expected - below, 0.0)
    return Saving(min(low, top), min(expected, top), min(expected + above, top))


def factors_to_dict(factors: Mapping[str, Factor]) -> list[dict[str, Any]]:
    """The JSON form: a row a kind."""
    return [{"opportunity": kind, **one.to_dict()} for kind, one in factors.items()]
