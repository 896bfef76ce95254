"""Which tax and support does a single fee bring with it? Method: docs/methods/forecast.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finops_lib.analyses import calendar_charges
from finops_lib.analyses.charge_history import KEYS, History
from finops_lib.analyses.daily_series import Days, Floats, months_of
from finops_lib.analyses.effects import is_support

AROUND: Final = 2
"""Months on either side that tell what a month would have had without the fee."""

CLEAR: Final = 3.0
"""How many times the spread of these months an excess must be, to be the fee's doing."""

MOST: Final = 0.35
"""The share of a fee that may follow it: more is no tax and no support."""

FOLLOW: Final = ("tax", "fee")
"""The kinds that a fee may bring; of fees, those that AWS bills as it closes the month: support."""


class Follower(NamedTuple):
    """What comes on top in a cell; ``apart`` where fees of other accounts bring it."""

    kind: str
    cell: int
    apart: bool
    cost: Floats


def following(known: History, calendar: Mapping[str, Floats], ahead: Days) -> Iterator[Follower]:
    """What tax and support the fees of the months ahead bring, as far as such fees brought it before.

    Tax follows the fees of its account, support those of all accounts. ``calendar`` is what is expected without it:
    what follows is billed on the same day.
    """
    fees = _single_fees(known, calendar)
    accounts = known.keys[KEYS[0]].astype(object).to_numpy()
    for kind, cell, _, _, late in known.charged():
        if kind not in FOLLOW or not late or not fees.any():
            continue
        same = accounts == accounts[cell]
        sources = [(False, fees[same])]
        if is_support(known.keys[KEYS[1]].iloc[cell]):
            sources.append((True, fees[~same]))
        for apart, source in sources:
            cost = _path(known.charges[kind][cell], source.sum(axis=0), calendar[kind][cell], known.days, ahead)
            if cost.any():
                yield Follower(kind, cell, apart, cost)


def _single_fees(known: History, calendar: Mapping[str, Floats]) -> Floats:
    """The fees that come neither daily nor monthly, cells × the days known and ahead."""
    found = np.concatenate([np.zeros_like(known.usage), np.zeros_like(next(iter(calendar.values()), known.usage))], 1)
    for kind, cell, days, cost, late in known.charged():
        if kind in calendar_charges.YEARLY and not late and not calendar_charges.is_regular(kind, cost, days):
            found[cell] += np.concatenate([known.charges[kind][cell], calendar[kind][cell]])
    return found


def _path(cost: Floats, fees: Floats, expected: Floats, days: Days, ahead: Days) -> Floats:
    """What the fees add to what is expected of one cell, in the months in which it is charged."""
    path = np.zeros(len(ahead))
    by_month = _by_month(fees, np.concatenate([days, ahead]))
    rate = _rate(_by_month(cost, days), by_month, _whole(days))
    if rate:
        first = months_of(days[:1]).astype(int)[0]
        months = months_of(ahead).astype(int) - first
        for month in np.unique(months):
            due = np.flatnonzero((months == month) & (expected > 0))
            path[due[:1]] = rate * by_month[month]
    return path


def _rate(cost: Floats, fees: Floats, whole: NDArray[np.bool_]) -> float:
    """The share of past fees that a monthly charge was higher by; an excess that months have anyhow is none."""
    months, fees = np.arange(len(cost)), fees[: len(cost)]
    brought = usual = total = 0.0
    for month in np.flatnonzero(whole & (fees > 0)):
        near = whole & (np.abs(months - month) <= AROUND) & (fees < fees[month] / 100) & (cost > 0)
        if near.sum() >= AROUND:
            brought += float(cost[month] - np.median(cost[near]))
            usual += float(np.ptp(cost[near]))
            total += float(fees[month])
    return brought / total if CLEAR * usual < brought <= MOST * total else 0.0


def _by_month(cost: Floats, days: Days) -> Floats:
    months = months_of(days).astype(int)
    return np.bincount(months - months[0], weights=cost).astype(np.float64)


def _whole(days: Days) -> NDArray[np.bool_]:
    """Which months are known from their first to their last day."""
    lengths = _by_month(np.ones(len(days)), days)
    first = months_of(days[:1])[0]
    starts = np.arange(first, first + len(lengths) + 1).astype("M8[D]")
    return np.asarray(lengths == np.diff(starts).astype(int))
