"""Which part of a change in cost is due to which factor, whatever order the factors are changed in?

Cost of a key = days × family quantity a day × share of the family × Σ over purchase options of
(share of the key × list price × what is paid of the list price). The change is divided by the Shapley value: the mean,
over every order in which the factors could have moved, of what each one adds. Method: docs/methods/variance.md.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PLAYERS: Final = (
    "calendar",
    "volume",
    "mix",
    "commitment_coverage",
    "list_price",
    "private_discount",
    "commitment_rate",
)
"""The factors, in the order of the columns of :func:`attribute`; the last four make up the unit price."""

OPTIONS: Final = ("on_demand", "committed", "spot")
"""The purchase options of a key, in the order of the second axis of the unit price's factors."""

_OUTER, _INNER = 3, 4
CHUNK: Final = 4096
"""Keys at a time: what is made of them fits into a processor's cache."""


@dataclass(frozen=True)
class Factors:
    """The factors of n keys in both months: axis 0 is the month, the last axis the key.

    ``days``, ``volume`` (quantity of the family a day), ``share`` (of the key in its family): (2, n). ``coverage``
    (share of each option in the key), ``price`` (list price a unit), ``paid`` (what is paid of it): (2, 3, n), or fewer
    than three where the keys use only some ``options``.
    """

    days: Floats
    volume: Floats
    share: Floats
    coverage: Floats
    price: Floats
    paid: Floats
    options: tuple[str, ...] = OPTIONS

    @property
    def cost(self) -> Floats:
        """Cost of each key in each month: (2, n)."""
        unit: Floats = (self.coverage * self.price * self.paid).sum(axis=1)
        return self.days * self.volume * self.share * unit

    def part(self, keys: slice) -> Factors:
        """The same of some keys."""
        names = (name for name in self.__dataclass_fields__ if name != "options")
        return replace(self, **{name: getattr(self, name)[..., keys] for name in names})


def attribute(factors: Factors) -> Floats:
    """How much of each key's change is due to each of :data:`PLAYERS`: (7, n); columns sum to the change."""
    out = np.empty((len(PLAYERS), factors.days.shape[1]))
    for start in range(0, out.shape[1], CHUNK):
        keys = slice(start, start + CHUNK)
        out[:, keys] = _attributed(factors.part(keys))
    return out


def _attributed(factors: Factors) -> Floats:
    """Cost is scale × unit price: what a player of one adds depends on the other's players only by how many moved."""
    unit, scale = _unit_prices(factors), _scales(factors)
    weights = shapley_weights(_OUTER + _INNER).reshape(len(PLAYERS), 1 << _INNER, 1 << _OUTER)
    outer = weights[:_OUTER, _first(_INNER), :] @ scale
    inner = weights[_OUTER:, :, _first(_OUTER)].transpose(0, 2, 1) @ unit
    parts = (outer * (_of_size(_INNER) @ unit)).sum(axis=1), (inner * (_of_size(_OUTER) @ scale)).sum(axis=1)
    return np.concatenate(parts)


def _first(players: int) -> list[int]:
    """One coalition of each size: the first so many players."""
    return [(1 << size) - 1 for size in range(players + 1)]


@functools.cache
def _of_size(players: int) -> Floats:
    """The matrix that adds up coalitions of the same size."""
    sizes = np.array([mask.bit_count() for mask in range(1 << players)])
    same: Floats = (sizes == np.arange(players + 1)[:, None]).astype(np.float64)
    return same


@functools.cache
def shapley_weights(players: int) -> Floats:
    """The matrix that turns the values of all coalitions (bit i set: player i has moved) into Shapley values."""
    weights = np.zeros((players, 1 << players))
    for player in range(players):
        for others in range(1 << players):
            if others & (1 << player):
                continue
            size = others.bit_count()
            weight = math.factorial(size) * math.factorial(players - size - 1) / math.factorial(players)
            weights[player, others | (1 << player)] += weight
            weights[player, others] -= weight
    return weights


def classic(quantity: Floats, price: Floats) -> tuple[float, float, float]:
    """Volume, mix and rate of one family in the classic order: old prices for quantities, new quantities for prices.

    Both arguments are (2, n). The figures depend on that order; they are a cross-check, not the method.
    """
    (then, now), (before, after) = quantity, price
    total, mean = now.sum() - then.sum(), float((then * before).sum() / then.sum())
    volume = float(total * mean)
    rate = float((now * (after - before)).sum())
    return volume, float((now * after).sum() - (then * before).sum()) - volume - rate, rate


def _scales(factors: Factors) -> Floats:
    """Days × volume × share: (8, n)."""
    product: Floats = factors.share[:, None, None] * factors.volume[None, :, None] * factors.days[None, None, :]
    return product.reshape(1 << _OUTER, -1)


def _unit_prices(factors: Factors) -> Floats:
    """Cost a unit: (16, n). Bits: coverage, list price (and the spot market's), private discount, commitment rate."""
    listed = factors.price[:, None] * factors.coverage[None, :]  # month of the price × month of the coverage × option
    unit = np.zeros((*(2,) * _INNER, factors.days.shape[1]))
    for number, option in enumerate(factors.options):
        by_price = listed[:, :, number]
        if option == "spot":
            unit += factors.paid[:, None, number] * by_price
        else:
            paid = factors.paid[:, None, None, number] * by_price
            unit += paid if option == "on_demand" else paid[:, None]
    return unit.reshape(1 << _INNER, -1)
