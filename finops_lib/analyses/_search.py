"""The few elements that explain unusual leaves: evidence against length, then dollars against size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from finops_lib.analyses._cuboids import Bools, Cuboid, Floats, Ints
from finops_lib.analyses._deviations import BINS, CLASSES, Deviations, deviations, evidence, shifts
from finops_lib.analyses._dollars import Dollars, noise_variance, standout

WORDS: Final = 5.0
"""The evidence that a cause must bring beyond the price of naming it."""
LEAST: Final = 0.01
"""A cause moves at least this share of what moves."""
MORE: Final = 3
"""Causes looked for beyond those wanted: the ones with the most dollars are kept."""
ENOUGH: Final = 0.5
"""The share of the change that causes by evidence must explain; else dollars are asked too."""
CHUNK: Final = 32
CELLS: Final = CLASSES * BINS


@dataclass(frozen=True)
class Element:
    """One value of each attribute of a cuboid."""

    cuboid: Cuboid
    index: int
    gain: float

    @property
    def leaves(self) -> Bools:
        """The leaves below it."""
        below: Bools = self.cuboid.code == self.index
        return below


@dataclass(frozen=True)
class Leaves:
    """What the search looks at."""

    cuboids: Sequence[Cuboid]
    found: Deviations
    change: Floats
    total: float


def search(cuboids: Sequence[Cuboid], actual: Floats, expected: Floats, *, max_causes: int) -> list[Element]:
    """Elements whose leaves share a deviation that noise does not explain."""
    change = actual - expected
    leaves = Leaves(cuboids, deviations(actual, expected), change, math.fsum(change))
    quiet = np.ones(len(actual), dtype=np.bool_)
    chosen: list[Element] = []
    for turn in range(3):
        weights = evidence(leaves.found, quiet, first=turn == 0)
        again = _cover(leaves, weights, max_causes + MORE)
        if turn and _names(again) == _names(chosen):
            break
        chosen = again
        quiet = ~_union(chosen, len(actual))
    return [_shortest(leaves, element) for element in _by_dollars(leaves, chosen, max_causes)]


def _names(elements: Sequence[Element]) -> set[tuple[tuple[int, ...], int]]:
    return {(element.cuboid.columns, element.index) for element in elements}


def _union(elements: Sequence[Element], count: int) -> Bools:
    covered = np.zeros(count, dtype=np.bool_)
    for element in elements:
        covered |= element.leaves
    return covered


def _cover(leaves: Leaves, weights: Floats, most: int) -> list[Element]:
    """Take the best element, then the best of what is left; each is split where its parts say it better."""
    free = leaves.found.known.copy()
    chosen: list[Element] = []
    while len(chosen) < most and (best := _best(leaves, weights, free)):
        for part in _parts(leaves, weights, free, best):
            chosen.append(part)
            free &= ~part.leaves
    return chosen


def _parts(leaves: Leaves, weights: Floats, free: Bools, whole: Element) -> list[Element]:
    inside = free & whole.leaves
    parts: list[Element] = []
    while len(parts) < 4 and (best := _best(leaves, weights, inside, finer_than=whole)):
        parts.append(best)
        inside &= ~best.leaves
    return parts if len(parts) > 1 and sum(part.gain for part in parts) > whole.gain else [whole]


def _best(leaves: Leaves, weights: Floats, free: Bools, finer_than: Element | None = None) -> Element | None:
    """The element of most evidence less the price of its name; None where none is worth it."""
    shift, cell = shifts(leaves.found), leaves.found.cell
    rise, fall = (weights[:, side].max(axis=1)[cell] for side in (shift > 0, shift < 0))
    best: Element | None = None
    for cuboid in leaves.cuboids:
        if finer_than is not None and not set(cuboid.columns) > set(finer_than.cuboid.columns):
            continue
        price = WORDS + math.log(len(leaves.cuboids)) + math.log(cuboid.size)
        moved = cuboid.sums(leaves.change, free)
        bound = np.where(moved > 0, cuboid.sums(rise, free), cuboid.sums(fall, free)) - price
        bound[np.abs(moved) < LEAST * abs(leaves.total)] = -np.inf
        # No element can be worth more than its bound: most are never weighed.
        order = np.argsort(-bound, kind="stable")
        for start in range(0, len(order), CHUNK):
            floor = best.gain if best else 0.0
            some = order[start : start + CHUNK]
            some = some[bound[some] > floor]
            if len(some) == 0:
                break
            gains = _gains(leaves, cuboid, weights, free, some, moved) - price
            top = int(np.argmax(gains))
            if gains[top] > floor:
                best = Element(cuboid, int(some[top]), float(gains[top]))
    return best


def _gains(leaves: Leaves, cuboid: Cuboid, weights: Floats, free: Bools, elements: Ints, moved: Floats) -> Floats:
    """The evidence for the best shared deviation of each element, in the direction in which its dollars moved."""
    place = np.full(cuboid.size, -1)
    place[elements] = np.arange(len(elements))
    row = place[cuboid.code]
    used = free & (row >= 0)
    counts = np.bincount(row[used] * CELLS + leaves.found.cell[used], minlength=len(elements) * CELLS)
    # einsum, not @: for products this small the threads of a linear algebra library cost more than they bring.
    scores = np.einsum("ij,jk->ik", counts.reshape(len(elements), CELLS).astype(np.float64), weights)
    shift = shifts(leaves.found)
    wrong = (np.sign(moved[elements])[:, None] != np.sign(shift)[None]) | (np.abs(shift) < leaves.found.scale)[None]
    scores[wrong] = -np.inf
    best: Floats = scores.max(axis=1)
    return best


def _by_dollars(leaves: Leaves, chosen: list[Element], most: int) -> list[Element]:
    """Causes by dollars beside those by evidence, while less than half of the change is explained."""
    total = leaves.total
    taken = list(chosen)
    while len(taken) < len(chosen) + most:
        free = ~_union(taken, len(leaves.change))
        rest = abs(math.fsum(leaves.change[free]))
        if taken and rest <= ENOUGH * max(abs(total), abs(math.fsum(leaves.change[~free]))):
            break
        found = leaves.found
        variance = noise_variance(found.deviation, found.size, found.cell // BINS, free & found.known)
        more = standout(leaves.cuboids, Dollars(leaves.change, found.size, variance, free), total)
        if more is None:
            break
        taken.append(Element(more[0], more[1], 0.0))
    return taken


def _shortest(leaves: Leaves, element: Element) -> Element:
    """The same leaves in the fewest words."""
    mine = element.leaves & leaves.found.known
    some = int(np.argmax(mine))
    for cuboid in leaves.cuboids:
        if set(cuboid.columns) < set(element.cuboid.columns):
            wider = Element(cuboid, int(cuboid.code[some]), element.gain)
            if np.array_equal(wider.leaves & leaves.found.known, mine):
                return wider
    return element
