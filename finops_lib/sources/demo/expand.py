"""From streams to the usage rows of a month, all at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from finops_lib.sources.demo.business import Business
from finops_lib.sources.demo.charges import Charges, Kind, charges, concat
from finops_lib.sources.demo.estate import Estate, Swap
from finops_lib.sources.demo.money import Floats, Ints, cost, ticks
from finops_lib.sources.demo.schedules import CODES, WEEK
from finops_lib.sources.demo.timeline import Month, Timeline

_GRAINS = {"hour": 1, "day": 24, "month": 0}
_STEP = ticks("0.0001")


@dataclass(frozen=True)
class StreamTable:
    """The streams of an estate as columns."""

    account: Ints
    sku: Ints
    zone: Ints
    grain: Ints
    start: Ints
    end: Ints
    quantity: Floats
    monthly: Ints
    growth: Floats
    weekend: Floats
    noise: Floats
    driver: Ints
    schedule: Ints


@dataclass(frozen=True)
class Meter:
    """Everything that the expansion needs, prepared once: streams, prices, drivers and the tape of Spot prices."""

    timeline: Timeline
    streams: StreamTable
    drivers: Floats
    rates: Ints
    changed: Ints
    changed_at: Ints
    swaps: tuple[Swap, ...]
    spot: Ints
    spot_share: Floats


def meter(estate: Estate, business: Business, zones: list[str]) -> Meter:
    """Prepare an estate for expansion."""
    skus = estate.catalog.skus
    rates = np.array([sku.rate for sku in skus], dtype=np.int64)
    changed, changed_at = rates.copy(), np.full(len(skus), np.iinfo(np.int64).max)
    for change in estate.price_changes:
        changed[change.sku], changed_at[change.sku] = change.rate, change.at
    rng = np.random.default_rng([estate.seed, 2])
    days = len(business.drivers["none"])
    return Meter(
        timeline=estate.timeline,
        streams=_table(estate, zones, list(business.drivers)),
        drivers=np.stack(list(business.drivers.values())),
        rates=rates,
        changed=changed,
        changed_at=changed_at,
        swaps=tuple(estate.swaps),
        spot=np.array([sku.spot for sku in skus], dtype=np.int64),
        spot_share=0.34 + 0.03 * np.sin(np.arange(days) / 11.0) + 0.01 * rng.standard_normal(days),
    )


def _table(estate: Estate, zones: list[str], drivers: list[str]) -> StreamTable:
    streams = estate.streams
    codes = {zone: code for code, zone in enumerate(zones)}
    driver = {name: code for code, name in enumerate(drivers)}
    return StreamTable(
        account=np.array([s.account for s in streams], dtype=np.int64),
        sku=np.array([s.sku for s in streams], dtype=np.int64),
        zone=np.array([codes.get(estate.resources[s.resource].zone or "", -1) for s in streams], dtype=np.int64),
        grain=np.array([_GRAINS[s.grain] for s in streams], dtype=np.int64),
        start=np.array([s.start for s in streams], dtype=np.int64),
        end=np.array([s.end for s in streams], dtype=np.int64),
        quantity=np.array([s.quantity for s in streams]),
        monthly=np.array([s.monthly for s in streams], dtype=np.int64),
        growth=np.array([s.growth for s in streams]),
        weekend=np.array([s.weekend for s in streams]),
        noise=np.array([s.noise for s in streams]),
        driver=np.array([driver[s.driver] for s in streams], dtype=np.int64),
        schedule=np.array([CODES[s.schedule] for s in streams], dtype=np.int64),
    )


def usage(meter: Meter, month: Month) -> Charges:
    """The month's usage at public prices (Spot at its own), before commitments and disturbances."""
    rng = np.random.default_rng([meter.timeline.size.seed, 3, month.index])
    return concat([_grain(meter, month, step, rng) for step in _GRAINS.values()])


def _grain(meter: Meter, month: Month, step: int, rng: np.random.Generator) -> Charges:
    length = step or month.hours
    slots = np.arange(month.first, month.last, length, dtype=np.int64)
    table = meter.streams
    chosen = np.flatnonzero((table.grain == step) & (table.start < month.last) & (table.end > month.first))
    runs = WEEK[:, meter.timeline.weekhour(slots)] if step else np.ones((len(WEEK), 1), dtype=np.bool_)
    active = runs[table.schedule[chosen]]
    active &= (table.start[chosen, None] < slots + length) & (table.end[chosen, None] > slots)
    row, slot = np.nonzero(active)
    stream = chosen[row]
    start = np.maximum(slots[slot], table.start[stream])
    hours = np.minimum(slots[slot] + length, table.end[stream]) - start
    amount = _amount(meter, month, stream, start, hours, rng)
    return priced(meter, stream, start, hours, amount)


def _amount(meter: Meter, month: Month, stream: Ints, start: Ints, hours: Ints, rng: np.random.Generator) -> Floats:
    table, day = meter.streams, start // 24
    per_hour = np.where(table.monthly[stream] == 1, 1.0 / month.full_hours, 1.0)
    amount = table.quantity[stream] * hours * per_hour
    amount *= (1.0 + table.growth[stream]) ** (start / 730.0)
    amount *= meter.drivers[table.driver[stream], day]
    weekend = meter.timeline.weekhour(start) >= 120
    amount *= np.where(weekend, table.weekend[stream], 1.0)
    noise = table.noise[stream]
    amount *= 1.0 + noise * np.clip(rng.standard_normal(len(stream)), -3.0, 3.0)
    return np.asarray(np.round(amount, 8), dtype=np.float64)


def _sku(meter: Meter, stream: Ints, start: Ints) -> Ints:
    """What rows are charged as: their stream's Sku, or the one that stood in for it then."""
    sku = meter.streams.sku[stream]
    for swap in meter.swaps:
        sku[(stream == swap.stream) & (start >= swap.start) & (start < swap.end)] = swap.sku
    return sku


def priced(meter: Meter, stream: Ints, start: Ints, hours: Ints, amount: Floats) -> Charges:
    """Usage rows of streams: quantities times the price of their hour."""
    table = meter.streams
    sku = _sku(meter, stream, start)
    public = np.where(start >= meter.changed_at[sku], meter.changed[sku], meter.rates[sku])
    spot_rate = np.rint(public * meter.spot_share[start // 24] / _STEP).astype(np.int64) * _STEP
    rate = np.where(meter.spot[sku] == 1, spot_rate, public)
    billed, listed = cost(amount, rate), cost(amount, public)
    return charges(
        len(stream),
        kind=int(Kind.Usage),
        stream=stream,
        account=table.account[stream],
        sku=sku,
        zone=table.zone[stream],
        start=start,
        hours=hours,
        amount=amount,
        rate=rate,
        public_rate=public,
        billed=billed,
        effective=billed,
        listed=listed,
        contracted=billed,
    )
