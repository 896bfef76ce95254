"""From two months of bill rows to the lines of the change: every charge in exactly one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finops_lib.analyses.calendar_days import Elapsed, accrual_days, by_working_days
from finops_lib.analyses.effects import AT_CLOSE, TINY, Lines, effect_of_rows
from finops_lib.analyses.keys import BASE, Keys, codes, key_columns, numbered, numbers_of, stems, sums
from finops_lib.analyses.odd_days import odd_costs
from finops_lib.analyses.resource_flows import Flows, flows
from finops_lib.analyses.retagged import retagged
from finops_lib.analyses.shapley import OPTIONS
from finops_lib.analyses.totals import METRIC
from finops_lib.analyses.usage_change import Usage, usage_lines

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

READ = (
    "BillingPeriodStart",
    "BillingCurrency",
    "x_charge_kind",
    "x_ServiceCode",
    "PublisherName",
    "PricingCategory",
    "PricingQuantity",
    "EffectiveCost",
    "ListCost",
)
"""What is read of cost_monthly besides the key."""

REST: Final = 3
"""Whole days without use that are no end: a weekend and the day beside it."""

_UNBILLED = "unbilled_usage"
_OPTION = ("Committed", "Dynamic")  # what is neither is on demand
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
    effect = effect_of_rows(rows)
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
    usage, pools, transfers = retagged(usage, keys.groups(BASE))
    if odd is not None:
        usage = replace(usage, odd=odd_costs(keys.table, usage.month(usage.cost), usage.days, odd, (before, after)))
    flow = _flows(frames, keys, usage, pools, before, after)
    pending = _pending(table, keys, after)
    lines = Lines.together(*_whole(table, keys, pending), transfers, usage_lines(usage, flow))
    cost = np.stack([keys.total(0, table["cost"], month == number) for number in (0, 1)])
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
    effect, month = table["effect"].to_numpy(dtype=object), table["month"].to_numpy()
    whole = np.isin(table["x_charge_kind"], ["fee", "discount", "credit", "tax"])
    found = {}
    for name in (*AT_CLOSE, _UNBILLED) if after.is_open else ():
        here = (effect == name) & (whole | (name == _UNBILLED))
        if here.any() and not (month[here] == 1).any():
            found[name] = keys.total(0, table["cost"], here)
    return found


def _with_unbilled(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """The effects, where usage is set apart whose service has none yet in a month that is not over.

    That is no end: either the month has something else of it, a tax perhaps, or it has no usage of anything.
    """
    service = codes(table, ["SubAccountId", "ServiceName"])
    now = (table["month"] == 1).to_numpy()
    used = (table["x_charge_kind"] == "usage").to_numpy()
    waits = np.isin(service, service[now]) & ~np.isin(service, service[now & used])
    if not (now & used).any():
        waits[:] = True
    return np.where(used & waits, _UNBILLED, table["effect"].to_numpy(dtype=object))


def _whole(table: pd.DataFrame, keys: Keys, pending: Mapping[str, Floats]) -> Iterator[Lines]:
    """Lines of the charges that have no price and volume: the change of each kind, by key."""
    effect, sign = table["effect"].to_numpy(dtype=object), table["month"].to_numpy() * 2 - 1
    for name in sorted(set(effect) - {"usage", *pending}):
        change = keys.total(0, table["cost"].to_numpy() * sign, effect == name)
        yield Lines.of(str(name), np.arange(len(keys)), change)


def _usage(table: pd.DataFrame, keys: Keys, stem: pd.Series[str], before: Elapsed, after: Elapsed) -> Usage:
    option = np.select([(table["PricingCategory"] == name).fillna(False) for name in _OPTION], [1, 2], 0)
    rated, month = (table["effect"] == "usage").to_numpy(), table["month"].to_numpy()
    scale = table["scale"].to_numpy()

    def cube(values: npt.ArrayLike) -> Floats:
        cells = [[(month == m) & (option == o) & rated for o in range(len(OPTIONS))] for m in (0, 1)]
        return np.stack([np.stack([keys.total(0, values, cell) for cell in row]) for row in cells])

    new, ended = _services(table, keys)
    quantity, months = cube(table["PricingQuantity"].to_numpy() * scale), (before.period, after.period)
    return Usage(
        quantity=quantity,
        cost=cube(table["cost"]),
        listed=cube(table["ListCost"].to_numpy() * scale),
        days=by_working_days(accrual_days(keys.table["PricingUnit"], *months), quantity.sum(axis=1), *months),
        odd=np.zeros((2, len(keys))),
        family=_families(keys, stem),
        new_service=new,
        ended_service=ended,
    )


def _families(keys: Keys, stem: pd.Series[str]) -> Ints:
    """Keys that differ in size, class or operation alone: volume is told of the family, mix within it."""
    columns = [column for column in keys.values if column not in {"x_UsageType", "x_Operation"}]
    return keys.groups(columns, numbers_of(stem))


def _services(table: pd.DataFrame, keys: Keys) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Keys of services that their account did not use before, and of those that it no longer uses."""
    service = keys.groups(["SubAccountId", "ServiceName"])
    used = table["x_charge_kind"].to_numpy(dtype=object) == "usage"
    seen = []
    for month in (0, 1):
        here = keys.total(0, np.ones(len(table)), used & (table["month"] == month).to_numpy()) > 0
        seen.append((np.bincount(service, weights=here) > 0)[service] if len(keys) else here)
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
