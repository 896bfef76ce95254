"""The doubt about a sum of savings: what is wrong with one estimate is likely to be wrong with the others too.

The method is told in docs/methods/waterfall.md. An item's low and high are read as its 80 % interval around the
expected amount; the items' errors share one cause in the measure of ``correlation``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses.opportunities.protocol import STEPS
from finops_lib.analyses.waterfall import WHOLE, Item
from finops_lib.core.estimate import Estimate

CORRELATION: Final = 0.3
"""Assumed of the errors of any two items: no public figure exists. Independent ones would make the interval 3 times
too narrow."""

_DRAWS: Final = 4_000
_CHUNK: Final = 500
_Z80: Final = 1.2815515655446004  # a normal lies within ± this in 80 % of cases
Floats = NDArray[np.float64]


def total(items: Sequence[Item], *, correlation: float = CORRELATION, seed: int = 0) -> Estimate:
    """What the items save together a month: 80 % interval, expected amount, never more than what they act on costs.

    Deterministic: the same items give the same interval, in whatever order.
    """
    taken = sorted((item for item in items if item.status == "taken"), key=_identity)
    expected = sum(item.net.expected for item in taken)
    if not taken:
        return Estimate(0.0, 0.0, 0.0)
    sums = draws(taken, correlation=correlation, seed=seed)
    low, high = (float(value) for value in np.quantile(sums, [0.1, 0.9]))
    return Estimate(min(low, expected), expected, max(high, expected))


def draws(items: Sequence[Item], *, correlation: float, seed: int = 0, count: int = _DRAWS) -> Floats:
    """Sums of the items' savings in ``count`` possible outcomes (shape ``(count,)``)."""
    low, middle, high, base = (np.array(column) for column in zip(*map(_bounds, items), strict=True))
    chains = _chains(items)
    random = np.random.default_rng(seed)
    sums = np.empty(count)
    for start in range(0, count, _CHUNK):
        size = min(_CHUNK, count - start)
        shared, own = random.standard_normal((size, 1)), random.standard_normal((size, len(items)))
        errors = np.sqrt(correlation) * shared + np.sqrt(1.0 - correlation) * own
        side = np.where(errors > 0, high - middle, middle - low) / _Z80
        alone = np.minimum(middle + side * errors, base)
        saved = alone.copy()
        for place, before in chains:
            saved[:, place] *= _left(alone, items, before)
        sums[start : start + size] = saved.sum(axis=1)
    return sums


def _bounds(item: Item) -> tuple[float, float, float, float]:
    return item.net.low, item.net.expected, item.net.high, item.base


def _chains(items: Sequence[Item]) -> list[tuple[int, list[int]]]:
    """Of each item that others come before on the same component: its place and theirs, in the order taken."""
    chains: list[tuple[int, list[int]]] = []
    earlier: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        same = earlier[item.finding.account, item.finding.resource]
        before = [other for other in same if _touch(items[other].finding.component, item.finding.component)]
        if before:
            chains.append((place, before))
        same.append(place)
    return chains


def _touch(one: str, other: str) -> bool:
    return one == other or WHOLE in (one, other)


def _left(alone: Floats, items: Sequence[Item], before: Sequence[int]) -> Floats:
    """How much more or less the earlier items leave than is expected of them, outcome by outcome: 1 is as expected."""
    factor = np.ones(len(alone))
    for place in before:
        item = items[place]
        if item.net.expected > 0 and item.share < 1.0:
            ended = item.share * alone[:, place] / item.net.expected
            factor *= (1.0 - np.clip(ended, 0.0, 1.0)) / (1.0 - item.share)
    return factor


def _identity(item: Item) -> tuple[str, str, int, float, str]:
    """By resource, and there in the order taken."""
    finding = item.finding
    return finding.account, finding.resource, STEPS.index(item.opportunity.step), -item.base, item.opportunity.id
