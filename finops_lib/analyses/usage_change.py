"""Which part of a change in usage cost is calendar, volume, mix, price or coverage; what is new, what has ended?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.effects import TINY, Lines
from finops_lib.analyses.keys import sums
from finops_lib.analyses.resource_flows import Flows
from finops_lib.analyses.shapley import CHUNK, OPTIONS, PLAYERS, Factors, attribute

FAR: Final = 1e3
"""Unit prices more than this factor apart are not of one thing."""

_FAR_FAMILY: Final = 1e2
_EFFECTS: Final = (*PLAYERS, "unsplit_price", "unrated_usage")

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Usage:
    """Rated usage of n keys: month × purchase option × key. ``listed`` is NaN where a public price is missing.

    ``options`` names the second axis. ``odd`` is what odd days added to each key's cost (month × key): see odd_days.py.
    """

    quantity: Floats
    cost: Floats
    listed: Floats
    days: Floats
    odd: Floats
    family: Ints
    new_service: Mask
    ended_service: Mask
    options: tuple[str, ...] = OPTIONS

    def month(self, values: Floats) -> Floats:
        """A measure summed over purchase options: (2, n)."""
        summed: Floats = values.sum(axis=1)
        return summed


def usage_lines(usage: Usage, flows: Flows) -> Iterator[Lines]:
    """The usage's whole change in lines: moved, new and ended parts first, the rest by Shapley."""
    cost, quantity = usage.month(usage.cost), usage.month(usage.quantity)
    moved, stays, fresh, gone = _parts(cost, quantity, flows)
    usage = replace(usage, odd=np.where(usage.odd > 0, np.maximum(usage.odd - np.stack([gone, fresh]), 0.0), usage.odd))
    keys = np.arange(cost.shape[1])
    yield from moved
    yield Lines.of("new_services", keys, np.where(usage.new_service, fresh, 0.0))
    yield Lines.of("new_resources", keys, np.where(usage.new_service, 0.0, fresh))
    yield Lines.of("ended_services", keys, -np.where(usage.ended_service, gone, 0.0))
    yield Lines.of("ended_resources", keys, -np.where(usage.ended_service, 0.0, gone))
    yield from _staying(usage, stays)


def _parts(cost: Floats, quantity: Floats, flows: Flows) -> tuple[list[Lines], Floats, Floats, Floats]:
    """Lines of moved resources; the share of each month's cost that stays; cost of what is new; of what has ended."""
    keys, used = np.arange(cost.shape[1]), quantity > TINY
    moved, left = [], np.ones_like(cost)
    for sign, share in ((-1, flows.cheaper), (1, flows.dearer), (2, flows.relabeled)):
        moved.append(Lines.of("mix", keys, share[1] * cost[1] - share[0] * cost[0], sign))
        left -= share
    left[abs(left) < 1e-9] = 0.0
    come, ended = np.minimum(flows.new, left[1]), np.minimum(flows.ended, left[0])
    stays = np.stack([left[0] - ended, left[1] - come])
    stays[stays < 1e-9] = 0.0
    both = (stays * quantity > TINY).all(axis=0)
    stays = np.where(both & used.all(axis=0), stays, 0.0)
    fresh, gone = (left[1] - stays[1]) * cost[1], (left[0] - stays[0]) * cost[0]
    return moved, stays, fresh, gone


def _staying(usage: Usage, stays: Floats) -> Iterator[Lines]:
    """What both months have of a key, by factor; where unit prices cannot be compared, as unrated usage."""
    here = np.flatnonzero((stays > 0).all(axis=0))
    cost, quantity = (usage.month(cube)[:, here] * stays[:, here] for cube in (usage.cost, usage.quantity))
    fair = _near(*(cost / quantity))
    yield Lines.of("unrated_usage", here[~fair], (cost[1] - cost[0])[~fair])
    keys = here[fair]
    volume = _volumes(quantity[:, fair] / usage.days[:, keys], usage.family[keys])
    amounts = np.empty((len(_EFFECTS), len(keys)))
    for options, some in _bought(usage, keys):
        amounts[:, some] = _divided(_part(usage, options, keys[some], stays[:, keys[some]]), volume[:, some])
    for name, amount in zip(_EFFECTS, amounts, strict=True):
        yield Lines.of(name, keys, amount)


def _bought(usage: Usage, keys: Ints) -> Iterator[tuple[list[int], Ints]]:
    """The keys, some at a time, by the purchase options that they use: most use but one."""
    kinds = np.zeros(len(keys), dtype=np.int64)
    for number in range(len(usage.options)):
        kinds += ((usage.quantity[:, number, keys] > 0).any(axis=0)) << number
    for kind in np.unique(kinds):
        here = np.flatnonzero(kinds == kind)
        options = [number for number in range(len(usage.options)) if kind >> number & 1]
        yield from ((options, here[start : start + CHUNK]) for start in range(0, len(here), CHUNK))


def _part(usage: Usage, options: list[int], keys: Ints, share: Floats) -> Usage:
    """A share of each month's usage of some keys, which use no other options."""
    cubes = (cube[:, np.array(options)[:, None], keys] for cube in (usage.quantity, usage.cost, usage.listed))
    quantity, cost, listed = (cube * share[:, None] for cube in cubes)
    return Usage(
        quantity=quantity,
        cost=cost,
        listed=listed,
        days=usage.days[:, keys],
        odd=usage.odd[:, keys],
        family=usage.family[keys],
        new_service=usage.new_service[keys],
        ended_service=usage.ended_service[keys],
        options=tuple(usage.options[number] for number in options),
    )


def _divided(usage: Usage, volume: Floats) -> Floats:
    """The change of each key by effect, (9, n), by Shapley; price changes whose list price is not known are not split.

    Parts a thousand times the cost itself, which cancel, tell nothing: such a key has no price and volume.
    """
    factors, split = _factors(usage, volume)
    cost = usage.month(usage.cost)
    parts = attribute(factors)
    wild = abs(parts).max(axis=0, initial=0.0) > FAR * abs(usage.cost).sum(axis=(0, 1))
    calendar, volumes, *others, listed, discount, rate = np.where(wild, 0.0, _closed(parts, cost))
    odd = calendar * _odd_share(usage, cost)
    unsplit = np.where(split, 0.0, listed + discount)
    known = [np.where(split, part, 0.0) for part in (listed, discount)]
    unrated = np.where(wild, cost[1] - cost[0], 0.0)
    return np.stack([calendar - odd, volumes + odd, *others, *known, rate, unsplit, unrated])


def _odd_share(usage: Usage, cost: Floats) -> Floats:
    """Which part of what a day costs, on the mean of both months, stands on odd days: it grows by no longer month."""
    daily = abs((cost / usage.days).sum(axis=0))
    share: Floats = np.divide((usage.odd / usage.days).sum(axis=0), daily, out=np.zeros_like(daily), where=daily > 0)
    return np.clip(share, -1.0, 1.0)


def _closed(values: Floats, cost: Floats) -> Floats:
    """Without what floating point makes: no parts under 1e-13 of the cost, the last digits in the largest part."""
    out = np.where(abs(values) <= 1e-13 * abs(cost).sum(axis=0), 0.0, values)
    keys = np.arange(out.shape[1])
    out[abs(out).argmax(axis=0), keys] += cost[1] - cost[0] - out.sum(axis=0)
    return out


def _near(before: Floats, after: Floats) -> Mask:
    low, high = np.minimum(abs(before), abs(after)), np.maximum(abs(before), abs(after))
    near: Mask = (before * after >= 0) & ((low == 0) | (high <= FAR * low))
    return near


def _factors(usage: Usage, volume: Floats) -> tuple[Factors, Mask]:
    """The factors, and where list price and discount can be told apart; ``volume`` is of the keys' families."""
    total = usage.month(usage.quantity)
    price, paid, split = _prices(usage.quantity, usage.cost, usage.listed)
    share = total / usage.days / volume
    coverage = usage.quantity / total[:, None, :]
    return Factors(usage.days, volume, share, coverage, price, paid, usage.options), split


def _volumes(daily: Floats, family: Ints) -> Floats:
    """Quantity a day of the family of each key, (2, n)."""
    number = _alone_where_far(daily, pd.factorize(family)[0])
    return np.stack([sums(number, row, int(number.max(initial=-1)) + 1)[number] for row in daily])


def _alone_where_far(daily: Floats, number: Ints) -> Ints:
    """Families whose quantity changed a hundredfold are none: each key of them stands alone."""
    if not number.size:
        return number
    then, now = (sums(number, row, int(number.max()) + 1) for row in daily)
    far = (np.maximum(then, now) > _FAR_FAMILY * np.minimum(then, now))[number]
    return np.where(far, number.max() + 1 + np.arange(number.size), number)


def _prices(quantity: Floats, cost: Floats, listed: Floats) -> tuple[Floats, Floats, Mask]:
    """List price and what is paid of it, month × option × key; gaps filled from the key, then the other month."""
    used = quantity > 0
    units = np.where(used, quantity, np.nan)
    lists, prices = listed / units, cost / units
    mean = np.where(used, listed, 0.0).sum(axis=1, keepdims=True) / quantity.sum(axis=1, keepdims=True)
    paid = prices / np.where(lists == 0, np.nan, lists)
    split = _splittable(used, lists, prices, paid, mean)
    price = np.where(split, np.where(used, lists, mean), 1.0)
    paid = np.where(split, paid, prices)
    for month in (0, 1):
        paid[month] = np.where(np.isnan(paid[month]), paid[1 - month], paid[month])
    return price, np.where(np.isnan(paid), 1.0, paid), split


def _splittable(used: Mask, lists: Floats, units: Floats, paid: Floats, mean: Floats) -> Mask:
    """Keys where every used option has a list price that can stand beside what was paid, in both months."""
    told = ~used | ((lists > 0) | ((lists == 0) & (units == 0)))
    both = ~np.isnan(paid).any(axis=0)
    steady = ~both | _near(*np.where(both, paid, 1.0))
    return np.asarray(told.all(axis=(0, 1)) & steady.all(axis=0) & _near(mean[0, 0], mean[1, 0]))
