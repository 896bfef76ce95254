"""Does the 95 % interval of the elasticity hold the truth, and does the rest tell faults from growth? Simulated."""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from finops_lib.analyses.unit_economics import relate


def history(rng: np.random.Generator, *, days: int, elasticity: float, noise: str, lag: int = 0) -> pd.DataFrame:
    """A KPI that wanders, trends and has weekdays; cost that follows it and has noise of its own."""
    walk = np.cumsum(rng.normal(0.0008, 0.012, days + lag))
    week = np.tile(rng.normal(0, 0.1, 7), days // 7 + 4)[: days + lag]
    kpi = np.exp(9 + walk + week + rng.normal(0, 0.03, days + lag))
    shocks = rng.normal(0, 1, days)
    own = {"plain": shocks * 0.05, "ar": _ar(shocks * 0.03, 0.8), "walk": np.cumsum(shocks * 0.006)}[noise]
    followed = np.log(kpi[:days]) if lag else np.log(kpi)
    cost = np.exp(2 + elasticity * followed + own)
    return pd.DataFrame({"date": pd.date_range("2025-01-01", periods=days), "cost": cost, "kpi": kpi[-days:]})


def _ar(shocks: np.ndarray, memory: float) -> np.ndarray:
    out = np.zeros(len(shocks))
    for i, shock in enumerate(shocks):
        out[i] = memory * (out[i - 1] if i else 0.0) + shock
    return out


def coverage(runs: int) -> None:
    """Share of intervals that hold the truth, by noise and length."""
    for noise in ("plain", "ar", "walk"):
        for days in (120, 200, 400):
            for lag in (0, 3):
                held, widths, error = 0, [], []
                for i in range(runs):
                    rng = np.random.default_rng([7, i, days])
                    truth = rng.uniform(0.2, 1.2)
                    found = relate(history(rng, days=days, elasticity=truth, noise=noise, lag=lag)).elasticity
                    held += found.low <= truth <= found.high
                    widths.append(found.high - found.low)
                    error.append(found.expected - truth)
                print(
                    f"{noise} {days} days, lag {lag}: covers {held / runs:.3f}, width {np.median(widths):.2f}, "
                    f"bias {np.mean(error):+.3f}"
                )


def separation(runs: int) -> None:
    """AUC of the latest month's rest: KPI growth of 5 to 60 % against faults of the same dollars."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    flagged = {True: 0, False: 0}
    for i in range(2 * runs):
        rng = np.random.default_rng([11, i])
        fault, elasticity, jump = i % 2 == 0, rng.uniform(0.4, 1.1), rng.uniform(0.05, 0.6)
        frame = history(rng, days=334, elasticity=elasticity, noise=str(rng.choice(["plain", "ar", "walk"])))
        last = frame["date"] >= "2025-11-01"
        if not fault:
            frame.loc[last, "kpi"] *= 1 + jump
        frame.loc[last, "cost"] *= (1 + jump) ** elasticity
        row = relate(frame).split.iloc[-1]
        scores[fault].append(float(row["score"]))
        flagged[fault] += bool(row["flagged"])
    faults, growth = np.array(scores[True]), np.array(scores[False])
    auc = float((faults[:, None] > growth[None]).mean())
    print(f"AUC {auc:.3f}; flagged: faults {flagged[True] / runs:.3f}, pure growth {flagged[False] / runs:.3f}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=200)
    given = options.parse_args()
    coverage(given.runs)
    separation(given.runs)
