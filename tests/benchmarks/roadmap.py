"""How long does a proven roadmap take, and how much more is it worth than the plan by value an hour?

Random savings whose work and worth spread widely, with who waits for whom and alternatives. Run:
``python tests/benchmarks/roadmap.py [INSTANCES] [ITEMS] [QUARTERS]``
"""

from __future__ import annotations

import sys
import time

import numpy as np

from finops_lib.analyses.finance import HORIZON, annuity, discount
from finops_lib.analyses.roadmap_plans import by_ratio, optimum
from finops_lib.analyses.roadmap_problem import Problem

RATE, HOURLY = 0.08, 100.0
EFFORTS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0)


def problem(seed: int, items: int, quarters: int, room: float, steps: bool) -> Problem:
    """A third of the items wait for another one; ``room`` is the share of all work that fits; ``steps``: usual efforts."""
    random = np.random.default_rng(seed)
    hours = random.choice(EFFORTS, items) if steps else np.round(random.lognormal(1.2, 0.8, items) * 4) / 4 + 0.25
    monthly = random.lognormal(4.5, 1.2, items)
    values = [
        [
            saving * annuity(RATE, 3 * (quarter + 1), HORIZON) - work * HOURLY * discount(RATE, 3 * quarter)
            for quarter in range(quarters)
        ]
        for saving, work in zip(monthly, hours, strict=True)
    ]
    pairs = {tuple(sorted(map(int, pair))) for pair in random.choice(items, (items // 3, 2)) if pair[0] != pair[1]}
    places = random.permutation(items)
    groups = tuple((int(places[2 * k]), int(places[2 * k + 1])) for k in range(items // 12))
    capacity = np.full(quarters, max(hours.max(), hours.sum() * room / quarters))
    return Problem(np.array(values), hours, capacity, tuple(sorted(pairs)), groups)  # type: ignore[arg-type]


def main(instances: int = 10, items: int = 60, quarters: int = 6) -> None:
    """Print a line for each kind of instance."""
    optimum(problem(0, 5, 2, 0.5, True))  # the solver is loaded once
    for steps in (True, False):
        for room in (0.3, 0.5, 0.8):
            seconds, work, gaps, better = [], [], [], []
            for seed in range(instances):
                one = problem(seed, items, quarters, room, steps)
                start, begun = time.perf_counter(), time.process_time()
                plan, gap = optimum(one)
                seconds.append(time.perf_counter() - start)
                work.append(time.process_time() - begun)
                gaps.append(gap)
                better.append(one.value(plan) / one.value(by_ratio(one)) - 1.0)
            print(
                f"efforts {'usual' if steps else 'random'}, room {room:.0%}: seconds median {np.median(seconds):.2f}, most "
                f"{max(seconds):.2f} (processor {np.median(work):.2f}, {max(work):.2f}); gap at most {max(gaps):.1e}; "
                f"better than by ratio {np.mean(better):.1%} on average, {min(better):.1%} to {max(better):.1%}",
                flush=True,
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
