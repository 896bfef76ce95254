"""Which item when? The plan of most value under each quarter's hours, proven, and the plan by value an hour beside it.

The method is told in docs/methods/roadmap.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from finops_lib.analyses.roadmap_problem import Floats, Problem, Quarters
from finops_lib.analyses.roadmap_program import solved

EXACT: Final = 150
"""Items up to which the optimum is proven to the last cent; beyond, to a thousandth."""

NODES: Final = 20_000
"""Branches that the search looks at, at most: a bound on time that gives the same plan on every machine."""


def optimum(problem: Problem) -> tuple[Quarters, float]:
    """The plan of most value, and by what share a better one could exceed it: 0 where it is proven."""
    items, quarters = problem.values.shape
    if not items:
        return (), 0.0
    found = solved(problem, gap=0.0 if items <= EXACT else 1e-3, nodes=NODES)
    by = np.round(found.x).reshape(items, quarters).astype(bool)
    plan = tuple(int(row.argmax()) if row.any() else None for row in by)
    value, bound = problem.value(plan), -float(found.mip_dual_bound)
    gap = max(0.0, bound - value) / max(abs(value), 1e-9)
    return plan, gap if gap > 1e-9 else 0.0


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
