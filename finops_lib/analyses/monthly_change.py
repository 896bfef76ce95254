"""From two months of bill rows to the lines of the change: every charge in exactly one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.billed_at_close import AT_CLOSE
from finops_lib.analyses.calendar_days import Elapsed, accrual_days, by_working_days
from finops_lib.analyses.effects import CODE, EFFECTS, TINY, USAGE, Lines, codes_of_rows
from finops_lib.analyses.keys import BASE, Keys, codes, key_columns, numbered, numbers_of, stems, sums
from finops_lib.analyses.odd_days import odd_costs
from finops_lib.analyses.resource_flows import Flows, flows
from finops_lib.analyses.retagged import retagged
from finops_lib.analyses.shapley import OPTIONS
from finops_lib.analyses.totals import METRIC
from finops_lib.analyses.usage_change import Usage, usage_lines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NAMES = ("BillingCurrency", "x_charge_kind", "x_ServiceCode", "PublisherName", "PricingCategory")
"""The texts that are read of cost_monthly besides the key."""

READ = ("BillingPeriodStart", *NAMES, "PricingQuantity", "EffectiveCost", "ListCost")
"""What is read of cost_monthly besides the key."""

REST: Final = 3
"""Whole days without use that are no end: a weekend and the day beside it."""

_UNBILLED: Final = len(CODE)  # of a row: usage that a month that is not over has none of yet
_PENDING: Final = {**{name: CODE[name] for name in AT_CLOSE.values()}, "unbilled_usage": _UNBILLED}
_OPTION: Final = {"Committed": 1, "Dynamic": 2}  # the number in OPTIONS; what is neither is on demand
_FAMILY = ("SubAccountId", "ServiceName", "RegionId", "PricingUnit")


@dataclass(frozen=True)
class Change:
    """The keys, the lines of their change, and each key's cost in both months (2, n), whole and of rated usage.

    ``substitutes`` are keys whose family is of sizes of one thing; ``beyond`` those outside a forecast's interval.
    ``pending`` are amounts of the month before that a month that is not over is taken to have too.
    """

    keys: pd.DataFrame
    substitutes: npt.NDArray[np.bool_]
    beyond: npt.NDArray[np.bool_]
    lines: Lines
    cost: Floats
    usage: Floats
    raw: tuple[float, float]
    pending: Mapping[str, float]


def change_lines(
    rows: pd.DataFrame,
    resources: pd.DataFrame | None,
    before: Elapsed,
    after: Elapsed,
    odd: pd.DataFrame | None = None,
) -> Change:
    """The change of ``METRIC`` between two months, from the rows of both; ``odd`` are events of odd days."""
    month = (rows["BillingPeriodStart"] == pd.Timestamp(after.period.start)).to_numpy().astype(np.int64)
    effect = codes_of_rows(rows)
    accrues = rows["x_charge_kind"].isin(["usage", "commitment"]).to_numpy()
    scale = np.where(accrues, np.array([before.scale, after.scale])[month], 1.0)
    raw = rows[METRIC].fillna(0.0).to_numpy(dtype=float)
    table = rows.assign(month=month, effect=effect, scale=scale, cost=raw * scale)
    columns = key_columns(rows)
    if after.is_open:
        table["effect"] = _with_unbilled(table)
    frames = [table] if resources is None else [table, _used(resources)]
    keys = numbered(frames, columns)
    stem = stems(keys.table["x_UsageType"])
    usage = _usage(table, keys, stem, before, after)
    usage, pools, transfers = retagged(usage, keys.bases())
    if odd is not None:
        usage = replace(usage, odd=odd_costs(keys.table, usage.month(usage.cost), usage.days, odd, (before, after)))
    flow = _flows(frames, keys, usage, pools, before, after)
    pending = _pending(table, keys, after)
    lines = Lines.together(*_whole(table, keys, pending), transfers, *usage_lines(usage, flow))
    cost = keys.totals([table["cost"]], month, 2)[0]
    cost[1] += sum(pending.values(), np.zeros(len(keys)))
    billed = (float(raw[month == 0].sum()), float(raw[month == 1].sum()))
    return Change(
        keys=keys.table,
        substitutes=(stem != "").to_numpy(dtype=bool),
        beyond=np.zeros(len(keys), dtype=bool),
        lines=lines,
        cost=cost,
        usage=usage.month(usage.cost),
        raw=billed,
        pending={name: float(amount.sum()) for name, amount in pending.items()},
    )


def _pending(table: pd.DataFrame, keys: Keys, after: Elapsed) -> dict[str, Floats]:
    """What a month that is not over has not been charged yet, at the amounts of the month before, by key."""
    if not after.is_open:
        return {}
    effect, month = table["effect"].to_numpy(), table["month"].to_numpy()
    whole = table["x_charge_kind"].isin(list(AT_CLOSE)).to_numpy()
    found = {}
    for name, code in _PENDING.items():
        here = (effect == code) & (whole | (code == _UNBILLED))
        if here.any() and not (month[here] == 1).any():
            found[name] = keys.total(table["cost"], here)
    return found


def _with_unbilled(table: pd.DataFrame) -> Ints:
    """The effects, where usage is set apart whose service has none yet in a month that is not over.

    That is no end: either the month has something else of it, a tax perhaps, or it has no usage of anything.
    """
    service = codes(table, ["SubAccountId", "ServiceName"])
    now = (table["month"] == 1).to_numpy()
    used = (table["x_charge_kind"] == "usage").to_numpy()
    waits = np.isin(service, service[now]) & ~np.isin(service, service[now & used])
    if not (now & used).any():
        waits[:] = True
    return np.where(used & waits, _UNBILLED, table["effect"].to_numpy())


def _whole(table: pd.DataFrame, keys: Keys, pending: Mapping[str, Floats]) -> Iterator[Lines]:
    """Lines of the charges that have no price and volume: the change of each kind, by key."""
    effect, sign = table["effect"].to_numpy(), table["month"].to_numpy() * 2 - 1
    change = table["cost"].to_numpy() * sign
    found = set(np.flatnonzero(np.bincount(effect))) - {CODE[USAGE], *(_PENDING[name] for name in pending)}
    for name in sorted(EFFECTS[code] for code in found):
        yield Lines.of(name, np.arange(len(keys)), keys.total(change, effect == CODE[name]))


def _usage(table: pd.DataFrame, keys: Keys, stem: pd.Series[Any], before: Elapsed, after: Elapsed) -> Usage:
    scale, place = table["scale"].to_numpy(), table["month"].to_numpy() * len(OPTIONS) + _options(table)
    place[(table["effect"] != CODE[USAGE]).to_numpy()] = -1
    measures = [table["PricingQuantity"].to_numpy() * scale, table["cost"], table["ListCost"].to_numpy() * scale]
    quantity, cost, listed = (
        cells.reshape(2, len(OPTIONS), len(keys)) for cells in keys.totals(measures, place, 2 * len(OPTIONS))
    )
    new, ended = _services(table, keys)
    months = before.period, after.period
    return Usage(
        quantity=quantity,
        cost=cost,
        listed=listed,
        days=by_working_days(accrual_days(keys.table["PricingUnit"], *months), quantity.sum(axis=1), *months),
        odd=np.zeros((2, len(keys))),
        family=_families(keys, stem),
        new_service=new,
        ended_service=ended,
    )


def _options(table: pd.DataFrame) -> Ints:
    """The number in :data:`OPTIONS` of what each row was bought as."""
    number, names = pd.factorize(table["PricingCategory"])
    return np.array([_OPTION.get(str(name), 0) for name in [*names, None]])[number]


def _families(keys: Keys, stem: pd.Series[Any]) -> Ints:
    """Keys that differ in size, class or operation alone: volume is told of the family, mix within it."""
    columns = [str(column) for column in keys.table if column not in {"x_UsageType", "x_Operation"}]
    return keys.groups(columns, numbers_of(stem))


def _services(table: pd.DataFrame, keys: Keys) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Keys of services that their account did not use before, and of those that it no longer uses."""
    service = keys.groups(["SubAccountId", "ServiceName"])
    used = (table["x_charge_kind"] == "usage").to_numpy()
    rows = keys.totals([used], table["month"].to_numpy(), 2)[0]
    seen = [sums(service, here, len(keys))[service] > 0 for here in rows]
    return ~seen[0], ~seen[1]


def _used(resources: pd.DataFrame) -> pd.DataFrame:
    return resources[(resources["PricingQuantity"] > TINY) & resources["ResourceId"].notna()]


def _flows(
    frames: Sequence[pd.DataFrame], keys: Keys, usage: Usage, pools: Ints, before: Elapsed, after: Elapsed
) -> Flows:
    """What resources tell, of pools as a whole; nothing where they are not given."""
    if len(frames) == 1 or frames[1].empty:
        return Flows.none(len(keys))
    rows = frames[1]
    held = pd.DataFrame(
        {
            "month": (rows["BillingPeriodStart"] == pd.Timestamp(after.period.start)).to_numpy().astype(np.int64),
            "resource": codes(rows, ["SubAccountId", "ResourceId"]),
            "group": codes(rows, _FAMILY),
            "key": pools[keys.rows[1]],
            "base": codes(rows, BASE),
            "quantity": rows["PricingQuantity"].to_numpy(),
            "cost": rows[METRIC].fillna(0.0).to_numpy(),
        }
    )
    held["late"], held["over"] = _late_and_over(rows, held, before, after)
    quantity = np.stack([sums(pools, row, len(keys)) for row in usage.month(usage.quantity)])
    return flows(held, quantity, usage.days, (before.scale, after.scale)).of(pools)


def _late_and_over(
    rows: pd.DataFrame, held: pd.DataFrame, before: Elapsed, after: Elapsed
) -> tuple[pd.Series[bool], pd.Series[bool]]:
    """Rows of resources that began within the earlier month, and of those that were over within the later one.

    That is silence from its start, or up to its end, for longer than a long weekend; only of resources that rested no
    longer over the turn of the months: what is seen now and then neither begins nor ends.
    """
    start, end = pd.Timestamp(before.period.start), pd.Timestamp(after.last_day) + pd.Timedelta(days=1)
    first, last = (rows[column].reset_index(drop=True) for column in ("x_first_seen", "x_last_seen"))
    begun, went_on = (
        first.where(held["month"] == month).groupby(held["resource"]).transform("min") for month in (0, 1)
    )
    stayed, left = (last.where(held["month"] == month).groupby(held["resource"]).transform("max") for month in (0, 1))
    through = _whole_days(went_on - stayed) <= REST
    return through & (_whole_days(begun - start) > REST), through & (_whole_days(end - left) > REST)


def _whole_days(silence: pd.Series[pd.Timedelta]) -> pd.Series[int]:
    """Days without any use; NaN where a month has none of the resource."""
    return silence // pd.Timedelta(days=1)
