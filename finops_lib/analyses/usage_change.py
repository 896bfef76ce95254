"""Which part of a change in usage cost is calendar, volume, mix, price or coverage; what is new, what has ended?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from finops_lib.analyses.effects import TINY, Lines
from finops_lib.analyses.keys import sums
from finops_lib.analyses.resource_flows import Flows
from finops_lib.analyses.shapley import PLAYERS, Factors, attribute

FAR: Final = 1e3
"""Unit prices more than this factor apart are not of one thing."""

_FAR_FAMILY: Final = 1e2

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Usage:
    """Rated usage of n keys: month × purchase option × key. ``listed`` is NaN where a public price is missing.

    ``odd`` is what odd days added to each key's cost (month × key): see odd_days.py.
    """

    quantity: Floats
    cost: Floats
    listed: Floats
    days: Floats
    odd: Floats
    family: Ints
    new_service: Mask
    ended_service: Mask

    def month(self, values: Floats) -> Floats:
        """A measure summed over purchase options: (2, n)."""
        summed: Floats = values.sum(axis=1)
        return summed


def usage_lines(usage: Usage, flows: Flows) -> Lines:
    """The usage's whole change in lines: moved, new and ended parts first, the rest by Shapley."""
    cost, quantity = usage.month(usage.cost), usage.month(usage.quantity)
    moved, stays, fresh, gone = _parts(cost, quantity, flows)
    usage = replace(usage, odd=np.where(usage.odd > 0, np.maximum(usage.odd - np.stack([gone, fresh]), 0.0), usage.odd))
    keys = np.arange(cost.shape[1])
    lines = [
        *moved,
        Lines.of("new_services", keys, np.where(usage.new_service, fresh, 0.0)),
        Lines.of("new_resources", keys, np.where(usage.new_service, 0.0, fresh)),
        Lines.of("ended_services", keys, -np.where(usage.ended_service, gone, 0.0)),
        Lines.of("ended_resources", keys, -np.where(usage.ended_service, 0.0, gone)),
        _staying(usage, stays),
    ]
    return Lines.together(*lines)


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


def _staying(usage: Usage, stays: Floats) -> Lines:
    """What both months have of a key, by factor; where unit prices cannot be compared, as unrated usage."""
    here = np.flatnonzero((stays > 0).all(axis=0))
    part = _part(usage, here, stays[:, here])
    fair = _comparable(part.quantity, part.cost)
    cost = part.month(part.cost)
    odd = Lines.of("unrated_usage", here[~fair], (cost[1] - cost[0])[~fair])
    if not fair.all():
        part = _part(part, np.flatnonzero(fair), np.ones((2, int(fair.sum()))))
    return Lines.together(odd, _by_factor(part, here[fair]))


def _part(usage: Usage, keys: Ints, share: Floats) -> Usage:
    """A share of each month's usage of some keys."""
    return Usage(
        quantity=usage.quantity[:, :, keys] * share[:, None],
        cost=usage.cost[:, :, keys] * share[:, None],
        listed=usage.listed[:, :, keys] * share[:, None],
        days=usage.days[:, keys],
        odd=usage.odd[:, keys],
        family=usage.family[keys],
        new_service=usage.new_service[keys],
        ended_service=usage.ended_service[keys],
    )


def _by_factor(usage: Usage, keys: Ints) -> Lines:
    """The change by Shapley; price changes whose list price is not known are not split.

    Parts a thousand times the cost itself, which cancel, tell nothing: such a key has no price and volume.
    """
    factors, split = _factors(usage)
    cost = usage.month(usage.cost)
    parts = attribute(factors)
    wild = abs(parts).max(axis=0, initial=0.0) > FAR * abs(usage.cost).sum(axis=(0, 1))
    values = dict(zip(PLAYERS, np.where(wild, 0.0, _closed(parts, cost)), strict=True))
    odd = values["calendar"] * _odd_share(usage, cost)
    values["calendar"], values["volume"] = values["calendar"] - odd, values["volume"] + odd
    unrated = np.where(wild, cost[1] - cost[0], 0.0)
    unsplit = np.where(split, 0.0, values["list_price"] + values["private_discount"])
    for name in ("list_price", "private_discount"):
        values[name] = np.where(split, values[name], 0.0)
    lines = [Lines.of(name, keys, value) for name, value in values.items()]
    return Lines.together(*lines, Lines.of("unsplit_price", keys, unsplit), Lines.of("unrated_usage", keys, unrated))


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


def _comparable(quantity: Floats, cost: Floats) -> Mask:
    """Keys whose unit prices may belong to one thing: of one sign (or 0), and not a thousand times apart."""
    price = cost.sum(axis=1) / quantity.sum(axis=1)
    return _near(price[0], price[1])


def _near(before: Floats, after: Floats) -> Mask:
    low, high = np.minimum(abs(before), abs(after)), np.maximum(abs(before), abs(after))
    near: Mask = (before * after >= 0) & ((low == 0) | (high <= FAR * low))
    return near


def _factors(usage: Usage) -> tuple[Factors, Mask]:
    """The factors, and where list price and discount can be told apart."""
    total = usage.month(usage.quantity)
    price, paid, split = _prices(usage.quantity, usage.cost, usage.listed)
    daily = total / usage.days
    number = _alone_where_far(daily, np.unique(usage.family, return_inverse=True)[1])
    volume = np.stack([sums(number, row, int(number.max(initial=-1)) + 1)[number] for row in daily])
    return Factors(usage.days, volume, daily / volume, usage.quantity / total[:, None, :], price, paid), split


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
    lists = np.where(used, np.divide(listed, quantity, out=np.zeros_like(listed), where=used), np.nan)
    units = np.where(used, np.divide(cost, quantity, out=np.zeros_like(cost), where=used), np.nan)
    mean = (np.where(used, listed, 0.0)).sum(axis=1, keepdims=True) / quantity.sum(axis=1, keepdims=True)
    paid = np.divide(units, lists, out=np.full_like(units, np.nan), where=used & (lists != 0))
    split = _splittable(used, lists, units, paid, mean)
    price = np.where(split, np.where(used, lists, mean), 1.0)
    paid = np.where(split, paid, units)
    for month in (0, 1):
        paid[month] = np.where(np.isnan(paid[month]), paid[1 - month], paid[month])
    return price, np.where(np.isnan(paid), 1.0, paid), split


def _splittable(used: Mask, lists: Floats, units: Floats, paid: Floats, mean: Floats) -> Mask:
    """Keys where every used option has a list price that can stand beside what was paid, in both months."""
    told = ~used | ((lists > 0) | ((lists == 0) & (units == 0)))
    both = ~np.isnan(paid).any(axis=0)
    steady = ~both | _near(*np.where(both, paid, 1.0))
    return np.asarray(told.all(axis=(0, 1)) & steady.all(axis=0) & _near(mean[0, 0], mean[1, 0]))
