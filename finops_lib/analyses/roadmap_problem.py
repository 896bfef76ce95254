"""What a roadmap has to choose from: the items' values and hours, the quarters' hours, and who waits for whom."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

ROUNDING: Final = 1e-6
"""Hours by which sums may be off."""

Floats = NDArray[np.float64]
Quarters = tuple[int | None, ...]


@dataclass(frozen=True)
class Problem:
    """``values`` of each item (rows) begun in each quarter (columns); hours of each item and of each quarter.

    ``precedence`` holds pairs (first, then): the second needs the first in the same quarter or an earlier one. Of each
    group of ``exclusions`` at most one is done.
    """

    values: Floats
    hours: Floats
    capacity: Floats
    precedence: tuple[tuple[int, int], ...] = ()
    exclusions: tuple[tuple[int, ...], ...] = ()

    def value(self, plan: Quarters) -> float:
        """What a plan is worth."""
        return math.fsum(float(self.values[item, when]) for item, when in enumerate(plan) if when is not None)

    def allows(self, plan: Quarters) -> bool:
        """Does a plan keep hours, precedence and exclusions?"""
        spent = np.zeros(len(self.capacity))
        for item, when in enumerate(plan):
            if when is not None:
                spent[when] += self.hours[item]
        return (
            bool((spent <= self.capacity + ROUNDING).all())
            and all(plan[then] is None or _by(plan[first], plan[then]) for first, then in self.precedence)
            and all(sum(plan[item] is not None for item in group) <= 1 for group in self.exclusions)
        )


def _by(first: int | None, then: int | None) -> bool:
    return first is not None and then is not None and first <= then
