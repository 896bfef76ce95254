"""Where evidence by the leaf is too thin, dollars speak: which element moved more than its size lets expect?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from finops_lib.analyses._cuboids import Bools, Cuboid, Floats, Ints

CARRIES: Final = 0.2
"""A cause by dollars carries at least this share of the change, beyond its share of the cost."""
MARGIN: Final = 1.0
"""Standard deviations by which it is louder than the loudest of as many elements of noise would be."""
ENOUGH: Final = 20
"""Leaves from which a spread can be told."""
QUIET: Final = 0.25
"""Leaves beside a part are quiet where they deviate by less than this share of the part's deviation."""


@dataclass(frozen=True)
class Dollars:
    """Change, size (both costs added) and noise variance of each leaf, and the leaves not yet explained."""

    change: Floats
    size: Floats
    variance: Floats
    free: Bools


Place = tuple[Cuboid, int]


def standout(cuboids: Sequence[Cuboid], dollars: Dollars, total: float) -> Place | None:
    """The element with the largest excess: its change less what its share of the cost would have moved.

    None where no element carries enough of the total change, or all of them are within the noise. Where all that
    moves lies in a part of the element, the part is the answer.
    """
    found = _largest(cuboids, dollars, abs(total))
    while found and (part := _part(cuboids, dollars, found)):
        found = part
    return found


def _largest(cuboids: Sequence[Cuboid], dollars: Dollars, total: float) -> Place | None:
    free, whole = dollars.free, max(math.fsum(dollars.size[dollars.free]), 1e-12)
    drift = math.fsum(dollars.change[free]) / whole
    loud = MARGIN + math.sqrt(2 * math.log(sum(cuboid.size for cuboid in cuboids)))
    best: tuple[float, Cuboid, int] | None = None
    for cuboid in cuboids:
        delta, noise = cuboid.sums(dollars.change, free), np.sqrt(cuboid.sums(dollars.variance, free))
        fair = drift * cuboid.sums(dollars.size, free)
        excess = np.abs(delta - np.where(fair * delta > 0, fair, 0.0)) - noise
        excess[(np.abs(delta) <= loud * noise) | (excess < CARRIES * total) | (excess <= 0)] = -np.inf
        top = int(np.argmax(excess))
        # Finer combinations must carry more, not as much: sums of floats differ in their last digits.
        if np.isfinite(excess[top]) and (best is None or excess[top] > best[0] * (1 + 1e-9)):
            best = (float(excess[top]), cuboid, top)
    return None if best is None else (best[1], best[2])


def _part(cuboids: Sequence[Cuboid], dollars: Dollars, found: Place) -> Place | None:
    """The part of an element beside which nothing moves; the one with the most change, if there are several."""
    parts = list(_quiet_parts(cuboids, dollars, found))
    return max(parts, key=lambda part: (part[0], -len(part[1].columns)))[1:] if parts else None


def _quiet_parts(cuboids: Sequence[Cuboid], dollars: Dollars, found: Place) -> Iterator[tuple[float, Cuboid, int]]:
    inside = dollars.free & (found[0].code == found[1])
    moved, size = math.fsum(dollars.change[inside]), math.fsum(dollars.size[inside])
    for cuboid in cuboids:
        if not set(cuboid.columns) > set(found[0].columns):
            continue
        delta, its = cuboid.sums(dollars.change, inside), cuboid.sums(dollars.size, inside)
        top = int(np.argmax(np.abs(delta)))
        rest = size - its[top]
        if its[top] > 0 and rest > 1e-9 * size and abs(moved - delta[top]) / rest < QUIET * abs(delta[top]) / its[top]:
            yield abs(float(delta[top])), cuboid, top


def noise_variance(deviation: Floats, size: Floats, classes: Ints, quiet: Bools) -> Floats:
    """The variance of each leaf in dollars: the usual relative deviation of leaves of its size, times its size."""
    usual = np.abs(deviation)
    pooled = _usual(usual[quiet])
    spread = np.full(len(size), pooled)
    for number in np.unique(classes):
        here = classes == number
        if (here & quiet).sum() >= ENOUGH:
            spread[here] = _usual(usual[here & quiet])
    variance: Floats = (spread * size) ** 2
    return variance


def _usual(deviations: Floats) -> float:
    """A robust spread; among few leaves that of the calmer ones, for a cause may be most of them."""
    if len(deviations) == 0:
        return 0.0
    return float(1.4826 * np.median(deviations) if len(deviations) >= ENOUGH else np.quantile(deviations, 0.25))
