"""Daily cost as bills have it, made up and seeded: levels with steps, a week's shape, growth, monthly fees, odd days."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Random = np.random.Generator


def bill(seed: int, days: int = 760) -> pd.Series[float]:
    """One series of daily cost by date; a seed gives the same series ever."""
    chance = np.random.default_rng(seed)
    dates = pd.date_range("2023-01-10", periods=days)
    level = float(np.exp(chance.normal(5, 1.5)))
    cost = level * np.exp(_growth(chance, days)) * _week(chance, dates)
    cost = cost + level * _fees(chance, dates)
    for day in chance.integers(0, days, chance.poisson(1)):
        cost[day] += level * chance.choice([1.0, 3.0, 20.0, -1.0])
    if chance.random() < 0.15:
        cost[: chance.integers(50, 300)] = 0.0
    return pd.Series(cost, index=dates)


def _growth(chance: Random, days: int) -> np.ndarray:
    growth = chance.normal(0.0006, 0.0008) * np.arange(days)
    for start in chance.integers(0, days, chance.poisson(days / 180 * chance.choice([0.3, 1.0, 2.0]))):
        growth[start:] += chance.normal(0, 0.3)
    wander = np.cumsum(chance.normal(0, chance.choice([0.002, 0.006, 0.015, 0.03]), days))
    noise = chance.standard_t(4, days) * chance.choice([0.01, 0.03, 0.08])
    return growth + wander + (_persistent(noise) if chance.random() < 0.3 else noise)


def _persistent(noise: np.ndarray) -> np.ndarray:
    kept = noise.copy()
    for day in range(1, len(noise)):
        kept[day] += 0.8 * kept[day - 1]
    return kept


def _week(chance: Random, dates: pd.DatetimeIndex) -> np.ndarray:
    shape = np.array([0, 0.02, 0.03, 0.02, 0, -1, -1.05]) * chance.choice([0, 0.05, 0.15, 0.4, 0.6])
    return 1 + shape[dates.day_of_week]


def _fees(chance: Random, dates: pd.DatetimeIndex) -> np.ndarray:
    fees = np.zeros(len(dates))
    for _ in range(chance.choice([0, 0, 1, 2, 3])):
        day, amount = chance.choice([1, 1, 1, 2, 3, 5, 15, 28]), chance.choice([0.5, 2.0, 5.0, 10.0])
        fees += np.where(dates.day == day, amount * (1 + chance.normal(0, 0.02, len(dates))), 0)
    return fees


def bills(count: int, make: Callable[[int], pd.Series[float]] = bill) -> dict[str, pd.Series[float]]:
    """So many series by name."""
    return {f"bill {seed}": make(seed) for seed in range(count)}
