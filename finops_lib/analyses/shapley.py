"""Which part of a change in cost is due to which factor, whatever order the factors are changed in?

Cost of a key = days × family quantity a day × share of the family × Σ over purchase options of
(share of the key × list price × what is paid of the list price). The change is divided by the Shapley value: the mean,
over every order in which the factors could have moved, of what each one adds. Method: docs/methods/variance.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
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
_CHUNK = 4096  # keys at a time: what fits into a processor's cache


@dataclass(frozen=True)
class Factors:
    """The factors of n keys in both months: axis 0 is the month, the last axis the key.

    ``days``, ``volume`` (quantity of the family a day), ``share`` (of the key in its family): (2, n). ``coverage``
    (share of each option in the key), ``price`` (list price a unit), ``paid`` (what is paid of it): (2, 3, n).
    """

    days: Floats
    volume: Floats
    share: Floats
    coverage: Floats
    price: Floats
    paid: Floats

    @property
    def cost(self) -> Floats:
        """Cost of each key in each month: (2, n)."""
        unit: Floats = (self.coverage * self.price * self.paid).sum(axis=1)
        return self.days * self.volume * self.share * unit

    def part(self, keys: slice) -> Factors:
        """The same of some keys."""
        return Factors(**{name: getattr(self, name)[..., keys] for name in self.__dataclass_fields__})


def attribute(factors: Factors) -> Floats:
    """How much of each key's change is due to each of :data:`PLAYERS`: (7, n); columns sum to the change."""
    count, weights = factors.days.shape[1], shapley_weights(_OUTER + _INNER)
    out = np.empty((len(PLAYERS), count))
    for start in range(0, count, _CHUNK):
        keys = slice(start, min(start + _CHUNK, count))
        out[:, keys] = weights @ _coalitions(factors.part(keys))
    return out


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


def _coalitions(factors: Factors) -> Floats:
    """Cost with each combination of factors moved: (128, n); the bits are the players, first player lowest."""
    inner, outer = _unit_prices(factors), _scales(factors)
    both: Floats = (inner[:, None, :] * outer[None, :, :]).reshape(1 << (_OUTER + _INNER), -1)
    return both


def _scales(factors: Factors) -> Floats:
    """Days × volume × share: (8, n)."""
    rows = [
        factors.days[mask & 1] * factors.volume[mask >> 1 & 1] * factors.share[mask >> 2 & 1]
        for mask in range(1 << _OUTER)
    ]
    return np.stack(rows)


def _unit_prices(factors: Factors) -> Floats:
    """Cost a unit: (16, n). Bits: coverage, list price (and the spot market's), private discount, commitment rate."""
    rows = []
    for mask in range(1 << _INNER):
        coverage, price = mask & 1, mask >> 1 & 1
        months = {"on_demand": mask >> 2 & 1, "committed": mask >> 3 & 1, "spot": price}
        paid = [factors.paid[months[option], number] for number, option in enumerate(OPTIONS)]
        rows.append(
            sum(
                factors.coverage[coverage, number] * factors.price[price, number] * paid[number]
                for number in range(len(OPTIONS))
            )
        )
    return np.stack([np.asarray(row, dtype=np.float64) for row in rows])
