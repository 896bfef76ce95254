"""Root causes on planted cases: F1 and seconds a case, on cubes of the published difficulty and on bills.

``cube`` has five attributes (10 × 12 × 10 × 8 × 5 leaves), one to three causes of one to three attributes; ``hard``
plants up to nine elements of any depth, as the set S of arXiv 2205.10004 does; ``bill`` has skewed dollars and one
planted service × account × region. Run with a number of cases.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from finops_lib.analyses.causes import locate

SIZES = {"a": 10, "b": 12, "c": 10, "d": 8, "e": 5}
Cause = frozenset[tuple[str, str]]


def grid(sizes: Mapping[str, int]) -> pd.DataFrame:
    """Every combination of the attributes' values."""
    index = pd.MultiIndex.from_product([[f"{name}{i}" for i in range(n)] for name, n in sizes.items()])
    frame = index.to_frame(index=False)
    frame.columns = pd.Index(list(sizes))
    return frame


def mask(frame: pd.DataFrame, cause: Iterable[tuple[str, str]]) -> np.ndarray:
    """The leaves below a combination."""
    return np.logical_and.reduce([frame[name].to_numpy() == value for name, value in cause])


def cube(rng: np.random.Generator, *, hard: bool = False) -> tuple[pd.DataFrame, set[Cause]]:
    """One case: Weibull sizes, up to a quarter zeros, forecast noise up to 25 %, causes with a common ratio each."""
    frame = grid(SIZES)
    n, noise = len(frame), rng.uniform(0, 0.25)
    base = rng.weibull(rng.uniform(0.5, 1.0), n) * 100 * (rng.random(n) > rng.uniform(0, 0.25))
    other = np.maximum(base * (1 + rng.normal(0, noise, n)), 0)
    swap = rng.random(n) < 0.5
    actual, expected = np.where(swap, other, base), np.where(swap, base, other)
    falls = actual.sum() < expected.sum()
    high = expected if falls else actual
    low = actual if falls else expected
    truth: set[Cause] = set()
    for cause_set in _plan(rng, frame, hard):
        ratio, spread = rng.uniform(0.2, 1.0) + noise, rng.uniform(0, 0.1)
        for cause in cause_set:
            under = mask(frame, cause)
            low[under] = np.maximum(high[under] * (1 - rng.normal(ratio, spread, under.sum())), 0)
        truth |= set(cause_set)
    actual, expected = (low, high) if falls else (high, low)
    return frame.assign(actual=actual, expected=expected), truth


def _plan(rng: np.random.Generator, frame: pd.DataFrame, hard: bool) -> list[list[Cause]]:
    """Causes whose values do not meet in a shared attribute, and whose attribute sets differ."""
    taken: dict[str, set[str]] = {name: set() for name in SIZES}
    used: set[tuple[str, ...]] = set()
    plan: list[list[Cause]] = []
    wanted = int(rng.integers(1, 4))
    while len(plan) < wanted:
        depth = int(rng.integers(1, 6 if hard else 4))
        names = tuple(sorted(rng.choice(list(SIZES), depth, replace=False)))
        elements = int(rng.integers(1, 4)) if hard else 1
        free = {name: sorted(set(frame[name].unique()) - taken[name]) for name in names}
        if names in used or not all(free.values()):
            continue
        made = {frozenset((name, str(rng.choice(free[name]))) for name in names) for _ in range(elements)}
        used.add(names)
        for cause in made:
            for name, value in cause:
                taken[name].add(value)
        plan.append(sorted(made, key=sorted))
    return plan


def bill(rng: np.random.Generator) -> tuple[pd.DataFrame, set[Cause]]:
    """A month against the one before: skewed dollars, calm large lines and noisy small ones, comings and goings."""
    sizes = {"account": int(rng.integers(4, 40)), "service": int(rng.integers(6, 30)), "region": int(rng.integers(2, 8)),
             "usage_type": int(rng.integers(1, 10))}  # fmt: skip
    frame = grid(sizes)
    weight = {name: rng.lognormal(0, 1.0, size) for name, size in sizes.items()}
    keep = rng.random(len(frame)) < rng.uniform(0.2, 0.9)
    parts = [dict(zip([f"{n}{i}" for i in range(s)], weight[n], strict=True)) for n, s in sizes.items()]
    cost = np.prod([frame[n].map(p).to_numpy(float) for n, p in zip(sizes, parts, strict=True)], axis=0)
    cost = cost * rng.lognormal(2, rng.uniform(0.8, 1.8), len(frame))
    frame, cost = frame[keep].reset_index(drop=True), cost[keep]
    noise = rng.uniform(0.01, 0.08) * (1 + (np.median(cost) / cost) ** 0.3)
    actual = cost * np.exp(rng.standard_t(4, len(cost)) * noise)
    churn = rng.random(len(cost)) < rng.uniform(0, 0.03)
    small = cost < np.quantile(cost, 0.7)
    actual[churn & small] = 0.0
    expected = cost.copy()
    expected[(rng.random(len(cost)) < 0.02) & small] = 0.0
    cells = frame.assign(cost=cost).groupby(["account", "service", "region"])["cost"].sum()
    worthy = cells[cells > cells.sum() * 0.002]
    pick = dict(zip(cells.index.names, worthy.index[int(rng.integers(len(worthy)))], strict=True))
    cause: Cause = frozenset((str(k), str(v)) for k, v in pick.items())
    under = mask(frame, cause)
    wanted = rng.uniform(0.02, 0.15) * cost.sum()
    ratio = np.clip(wanted / expected[under].sum(), 0.3, 20) if expected[under].sum() > 0 else 1.0
    falls = rng.random() < 0.5 and ratio < 1
    actual[under] = (
        expected[under] * (max(1 - ratio, 0.0) if falls else 1 + ratio) * rng.lognormal(0, 0.05, under.sum())
    )
    if sizes["usage_type"] == 1:
        frame = frame.drop(columns="usage_type")
    return frame.assign(actual=actual, expected=expected), {cause}


def found(frame: pd.DataFrame, most: int) -> tuple[list[Cause], float]:
    """What ``locate`` says, and in how many seconds."""
    start = time.perf_counter()
    result = locate(frame, max_causes=most)
    return [frozenset(cause.combination.items()) for cause in result.causes], time.perf_counter() - start


def same(frame: pd.DataFrame, one: Cause, other: Cause) -> bool:
    """Two names of the same leaves."""
    return one == other or bool((mask(frame, one) == mask(frame, other)).all())


def score(name: str, cases: int, seed: int, most: int) -> None:
    """Print F1 (exact names), top-1 (same leaves) and seconds."""
    hits = wrong = missed = top = exact = 0
    seconds = []
    for i in range(cases):
        rng = np.random.default_rng([seed, i])
        frame, truth = bill(rng) if name == "bill" else cube(rng, hard=name == "hard")
        answer, took = found(frame, most)
        seconds.append(took)
        hits += len(truth & set(answer))
        wrong += len(set(answer) - truth)
        missed += len(truth - set(answer))
        top += bool(answer) and any(same(frame, answer[0], cause) for cause in truth)
        exact += bool(answer) and answer[0] in truth
        if VERBOSE and truth != set(answer):
            print(i, sorted(map(sorted, truth)), "|", [sorted(c) for c in answer])
    f1 = 2 * hits / (2 * hits + wrong + missed)
    print(
        f"{name}: {cases} cases, F1 {f1:.3f} (hits {hits}, wrong {wrong}, missed {missed}), top-1 {top / cases:.3f} "
        f"(by name {exact / cases:.3f}), seconds median {statistics.median(seconds):.2f} max {max(seconds):.2f}"
    )


VERBOSE = False

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=40)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="cube hard bill")
    options.add_argument("--verbose", action="store_true")
    given = options.parse_args()
    VERBOSE = given.verbose
    for kind in given.only.split():
        score(kind, given.cases, given.seed, 9 if kind == "hard" else 3)
