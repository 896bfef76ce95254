"""The roadmap as a 0/1 program: what is done by the end of each quarter, bounded as tightly as hours and order tell.

A tight bound is what makes a proof quick: each one here cuts off fractions of items and no plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from finops_lib.analyses.roadmap_problem import ROUNDING, Floats, Problem

_GRID: Final = 100
"""Parts of an hour in which sums of hours are looked for."""

Row = tuple[list[tuple[int, float]], float]


def solved(problem: Problem, *, gap: float, nodes: int) -> Any:
    """HiGHS's answer, looked for until a better plan could exceed it by ``gap`` at most, or ``nodes`` branches."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 (scipy is slow to import)
    from scipy.sparse import csr_array  # noqa: PLC0415

    rows = list(_rows(problem))
    entries = [(row, column, factor) for row, (line, _) in enumerate(rows) for column, factor in line]
    at, columns, factors = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((factors.astype(float), (at, columns)), shape=(len(rows), problem.values.size))
    later = np.hstack([problem.values[:, 1:], np.zeros((len(problem.values), 1))])
    found = milp(
        (later - problem.values).ravel(),  # done by a quarter and not only by the next: the difference of their values
        integrality=np.ones(problem.values.size),
        bounds=Bounds(0.0, _earliest(problem).ravel()),
        constraints=LinearConstraint(matrix, -np.inf, np.array([limit for _, limit in rows])),
        options={"mip_rel_gap": gap, "node_limit": nodes},
    )
    if found.x is None:  # doing nothing is always allowed
        raise RuntimeError(f"The roadmap has no plan: {found.message}")
    return found


def _rows(problem: Problem) -> Iterator[Row]:
    """Sums that stay below their limits: hours, what is done stays done, who waits for whom, alternatives."""
    items, quarters = map(int, problem.values.shape)

    def at(item: int, quarter: int) -> int:
        return item * quarters + quarter

    def work(quarter: int, sign: float = 1.0) -> list[tuple[int, float]]:
        return [(at(item, quarter), sign * float(hours)) for item, hours in enumerate(problem.hours)]

    rooms = [reachable(problem.hours, room) for room in problem.capacity]
    yield work(0), rooms[0]
    for quarter in range(1, quarters):
        yield work(quarter) + work(quarter - 1, -1.0), rooms[quarter]
        yield from (([(at(item, quarter - 1), 1.0), (at(item, quarter), -1.0)], 0.0) for item in range(items))
    for first, then, apart in _waits(problem):
        yield from (([(at(then, q), 1.0), (at(first, q - apart), -1.0)], 0.0) for q in range(apart, quarters))
    for group in problem.exclusions:
        yield [(at(item, quarters - 1), 1.0) for item in group], 1.0


def reachable(hours: Floats, room: float) -> float:
    """The most hours up to ``room`` that some of the items take together; ``room`` where hours are off the grid."""
    steps = np.round(hours * _GRID).astype(int)
    if np.abs(steps - hours * _GRID).max() > ROUNDING:
        return float(room)
    sums, within = 1, (2 << int((room + ROUNDING) * _GRID)) - 1
    for step in steps:  # the bits of ``sums`` are the sums that can be made
        sums |= (sums << int(step)) & within
    return min((sums.bit_length() - 1) / _GRID, float(room))


def _waits(problem: Problem) -> list[tuple[int, int, int]]:
    """Pairs (first, then) and the quarters between them: 1 where no quarter has room for both, however far apart."""
    most, direct = float(problem.capacity.max()) + ROUNDING, set(problem.precedence)
    return [
        (first, then, int(together > most))
        for then, all_before in enumerate(_before(problem))
        for first in sorted(all_before)
        if (together := float(problem.hours[first] + problem.hours[then])) > most or (first, then) in direct
    ]


def _earliest(problem: Problem) -> Floats:
    """1 from the first quarter on by whose end an item, and with it all that it waits for, can be done; 0 before."""
    before = _before(problem)
    needed = np.array([problem.hours[[item, *before[item]]].sum() for item in range(len(before))])
    fits = problem.hours[:, None] <= np.maximum.accumulate(problem.capacity) + ROUNDING
    by = fits & (needed[:, None] <= problem.capacity.cumsum() + ROUNDING)
    waits = _waits(problem)
    for _ in problem.capacity:  # what had to move moves what waits for it
        for first, then, apart in waits:
            by[then] &= np.concatenate([np.zeros(apart, dtype=bool), by[first, : len(by[first]) - apart]])
    return by.astype(np.float64)


def _before(problem: Problem) -> list[set[int]]:
    """All that each item waits for, straight or through others."""
    before: list[set[int]] = [set() for _ in problem.hours]
    grown = True
    while grown:
        grown = False
        for first, then in problem.precedence:
            new = ({first} | before[first]) - before[then] - {then}
            before[then] |= new
            grown = grown or bool(new)
    return before
