"""Daily cost of one kind each, made up and seeded: what does a forecast make of flat, weekly, stepping, bursting cost?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

DAYS: Final = 760
NOISE: Final = (0.02, 0.05, 0.1, 0.2)
"""The noise of the first, second, … series of a family, as a share of its level."""

Random = np.random.Generator
Make = Callable[[Random, pd.DatetimeIndex, float], np.ndarray]


def families(count: int) -> dict[str, dict[str, pd.Series[float]]]:
    """So many series of each family, by its name."""
    return {name: {f"{name} {at}": _series(name, make, at) for at in range(count)} for name, make in MAKE.items()}


def _series(name: str, make: Make, at: int) -> pd.Series[float]:
    chance = np.random.default_rng([7, at, sum(map(ord, name))])
    dates = pd.date_range("2024-01-01", periods=DAYS)
    level = float(np.exp(chance.normal(4, 1.5)))
    return pd.Series(level * make(chance, dates, NOISE[at % len(NOISE)]), index=dates).round(4)


def _noisy(chance: Random, noise: float) -> np.ndarray:
    return 1 + chance.normal(0, noise, DAYS)


def _week(dates: pd.DatetimeIndex) -> np.ndarray:
    return np.where(dates.day_of_week >= 5, 0.55, 1.0)


def _flat(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    return _noisy(chance, noise)


def _weekly(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    return _week(dates) * _noisy(chance, noise)


def _trend(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    return np.linspace(1, chance.uniform(0.3, 3), DAYS) * _noisy(chance, noise)


def _growth(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    return np.exp(np.arange(DAYS) * chance.uniform(-0.001, 0.003)) * _weekly(chance, dates, noise)


def _steps(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    level = np.zeros(DAYS)
    for start in chance.integers(0, DAYS, chance.poisson(DAYS / 90)):
        level[start:] += chance.normal(0, 0.3)
    return np.exp(level) * _noisy(chance, noise)


def _bursts(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    cost = _weekly(chance, dates, noise)
    for start in chance.integers(0, DAYS, chance.poisson(DAYS / 60)):
        cost[start : start + chance.integers(2, 15)] *= chance.uniform(1.3, 4)
    return cost


def _heavy(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    return 1 + noise * chance.standard_t(2.2, DAYS)


def _wandering(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    level = np.zeros(DAYS)
    for day in range(1, DAYS):
        level[day] = 0.95 * level[day - 1] + chance.normal(0, noise)
    return np.exp(level)


def _mixed(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    wander = np.exp(np.cumsum(chance.normal(0, 0.01, DAYS)))
    return wander * _weekly(chance, dates, noise) + np.where(dates.day == 1, 3.0, 0.0)


def _seldom(chance: Random, dates: pd.DatetimeIndex, noise: float) -> np.ndarray:
    return np.where(chance.random(DAYS) < 0.3, chance.lognormal(0, 1, DAYS), 0.0)


MAKE: Final[dict[str, Make]] = {
    "flat": _flat, "weekly": _weekly, "trend": _trend, "growth": _growth, "steps": _steps, "bursts": _bursts,
    "heavy tails": _heavy, "wandering": _wandering, "mixed, with a fee": _mixed, "on few days": _seldom,
}  # fmt: skip
