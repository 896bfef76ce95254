"""Which item when? The plan of most value under each quarter's hours, proven, and the plan by value an hour beside it.

The method is told in docs/methods/roadmap.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

EXACT: Final = 150
"""Items up to which the optimum is proven to the last cent; beyond, to a thousandth."""

NODES: Final = 20_000
"""Branches that the search looks at, at most: a bound on time that gives the same plan on every machine."""

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
            bool((spent <= self.capacity + 1e-6).all())
            and all(plan[then] is None or _by(plan[first], plan[then]) for first, then in self.precedence)
            and all(sum(plan[item] is not None for item in group) <= 1 for group in self.exclusions)
        )


def _by(first: int | None, then: int | None) -> bool:
    return first is not None and then is not None and first <= then


def optimum(problem: Problem) -> tuple[Quarters, float]:
    """The plan of most value, and by what share a better one could exceed it: 0 where it is proven."""
    items, quarters = problem.values.shape
    if not items:
        return (), 0.0
    found = _solved(problem)
    by = np.round(found.x).reshape(items, quarters).astype(bool)
    plan = tuple(int(row.argmax()) if row.any() else None for row in by)
    value, bound = problem.value(plan), -float(found.mip_dual_bound)
    gap = max(0.0, bound - value) / max(abs(value), 1e-9)
    return plan, gap if gap > 1e-9 else 0.0


def _solved(problem: Problem) -> Any:
    """A 0/1 program over "item done by the end of quarter", whose branches are smaller than those of "in quarter"."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 (scipy is slow to import)
    from scipy.sparse import csr_array  # noqa: PLC0415

    rows, limits = _constraints(problem)
    entries = [(row, column, factor) for row, line in enumerate(rows) for column, factor in line]
    at, columns, factors = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((factors.astype(float), (at, columns)), shape=(len(rows), problem.values.size))
    later = np.hstack([problem.values[:, 1:], np.zeros((len(problem.values), 1))])
    found = milp(
        (later - problem.values).ravel(),  # done by a quarter and not only by the next: the difference of their values
        integrality=np.ones(problem.values.size),
        bounds=Bounds(0.0, _upper(problem)),
        constraints=LinearConstraint(matrix, -np.inf, np.array(limits)),
        options={"mip_rel_gap": 0.0 if len(problem.values) <= EXACT else 1e-3, "node_limit": NODES},
    )
    if found.x is None:  # doing nothing is always allowed
        raise RuntimeError(f"The roadmap has no plan: {found.message}")
    return found


def _upper(problem: Problem) -> Floats:
    """1 from the first quarter on that an item fits into by itself."""
    fits = problem.hours[:, None] <= problem.capacity[None, :] + 1e-9
    return np.maximum.accumulate(fits, axis=1).astype(np.float64).ravel()


def _constraints(problem: Problem) -> tuple[list[list[tuple[int, float]]], list[float]]:
    """Sums that stay below their limits: hours, what is done stays done, alternatives, who waits for whom."""
    items, quarters = map(int, problem.values.shape)
    every, hours = range(quarters), [float(hours) for hours in problem.hours]

    def at(item: int, quarter: int) -> int:
        return item * quarters + quarter

    def work(quarter: int, sign: float) -> list[tuple[int, float]]:
        return [(at(item, quarter), sign * hours[item]) for item in range(items)] if quarter >= 0 else []

    rows = [work(q, 1.0) + work(q - 1, -1.0) for q in every]
    limits = [float(room) for room in problem.capacity]
    order = [(at(item, q - 1), at(item, q)) for item in range(items) for q in every if q]
    order += [(at(then, q), at(first, q)) for first, then in problem.precedence for q in every]
    rows += [[(below, 1.0), (above, -1.0)] for below, above in order]
    limits += [0.0] * len(order)
    rows += [[(at(item, quarters - 1), 1.0) for item in group] for group in problem.exclusions]
    limits += [1.0] * len(problem.exclusions)
    return rows, limits


def by_ratio(problem: Problem) -> Quarters:
    """The plan that takes, again and again, what is worth most an hour of what may be done, as early as it fits."""
    items, quarters = problem.values.shape
    plan: list[int | None] = [None] * items
    left = problem.capacity.astype(float).copy()
    first_of = [[first for first, then in problem.precedence if then == item] for item in range(items)]
    rivals = [{other for group in problem.exclusions if item in group for other in group} for item in range(items)]
    order = sorted(range(items), key=lambda item: -_ratio(problem, item))
    placed = True
    while placed:
        placed = False
        for item in order:
            if plan[item] is not None or any(plan[other] is not None for other in rivals[item]):
                continue
            when = _earliest(problem, item, plan, first_of[item], left, quarters)
            if when is not None:
                plan[item] = when
                left[when] -= problem.hours[item]
                placed = True
                break
    return tuple(plan)


def _ratio(problem: Problem, item: int) -> float:
    hours, value = float(problem.hours[item]), float(problem.values[item, 0])
    return value / hours if hours > 0 else math.copysign(math.inf, value)


def _earliest(
    problem: Problem, item: int, plan: Sequence[int | None], first: Sequence[int], left: Floats, quarters: int
) -> int | None:
    """The first quarter with room, not before those that it waits for, in which the item is worth something."""
    waited = [plan[other] for other in first]
    if any(when is None for when in waited):
        return None
    start = max((when for when in waited if when is not None), default=0)
    fits = (q for q in range(start, quarters) if problem.hours[item] <= left[q] + 1e-9 and problem.values[item, q] > 0)
    return next(fits, None)
