"""How commitments meet usage: hour by hour, Reserved Instances first, then Instance plans, then Compute plans.

Within a plan usage is covered in the order of its discount, highest first (ties: lowest plan rate, then account, then
stream). Plans of one kind are used one after the other, the deeper discount first, which equals pooling them. Each
commitment's capacity ends with its hour. Reservations are not shared between accounts; plans are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finops_lib.sources.demo.catalog import Sku
from finops_lib.sources.demo.charges import Charges, Kind, concat
from finops_lib.sources.demo.commitments import Commitments, Reservation, SavingsPlan
from finops_lib.sources.demo.money import Bools, Ints, cost
from finops_lib.sources.demo.timeline import Month


@dataclass(frozen=True)
class Covered:
    """Usage under one commitment: its rows, and the capacity used in each hour of the month."""

    item: SavingsPlan | Reservation
    rows: Charges
    used: Ints


def waterfill(group: Ints, need: Ints, capacity: Ints) -> Ints:
    """How much of each row's need its group's capacity meets, rows in order; ``group`` ascends and indexes capacity."""
    total = np.cumsum(need)
    first = np.searchsorted(group, group)
    before = total - need - (total[first] - need[first])
    return np.clip(capacity[group] - before, 0, need)


def split(rows: Charges, used: Ints, need: Ints) -> tuple[Charges, Charges]:
    """Covered and uncovered part; a row that is met in part becomes two rows, whose quantities and costs add up."""
    part = rows.take(used > 0)
    share = used[used > 0] / need[used > 0]
    whole = share == 1.0
    amount = np.where(whole, part.amount, np.round(part.amount * share, 10))
    billed = np.where(whole, part.billed, cost(amount, part.rate))
    listed = np.where(whole, part.listed, cost(amount, part.public_rate))
    covered = part.replace(amount=amount, billed=billed, listed=listed, contracted=billed)
    remainder = part.replace(
        amount=np.round(part.amount - amount, 10), billed=part.billed - billed, listed=part.listed - listed
    )
    remainder = remainder.replace(effective=remainder.billed, contracted=remainder.billed)
    return covered, concat([rows.take(used == 0), remainder.take(~whole)])


def cover(usage: Charges, skus: Sequence[Sku], book: Commitments, month: Month) -> tuple[Charges, list[Covered]]:
    """The usage left at On-Demand prices, and what each commitment covers in the month."""
    left, result = usage, []
    for reservation in book.reservations:
        if _active(reservation, month):
            left, covered = _reserve(left, skus, book, reservation, month)
            result.append(covered)
    for kind in ("instance", "compute"):
        for plan in book.plans:
            if plan.kind == kind and _active(plan, month) and not plan.returned:
                left, covered = _plan(left, skus, book, plan, month)
                result.append(covered)
    return left, result


def _active(item: SavingsPlan | Reservation, month: Month) -> bool:
    return item.start < month.last and item.end > month.first


def hours_active(item: SavingsPlan | Reservation, month: Month) -> Bools:
    """Flags by hour of the month with data: the commitment runs."""
    hours = np.arange(month.first, month.last)
    return (hours >= item.start) & (hours < item.end)


def _reserve(
    rows: Charges, skus: Sequence[Sku], book: Commitments, item: Reservation, month: Month
) -> tuple[Charges, Covered]:
    quarters = _quarters(skus, item)
    chosen = (
        (quarters[rows.sku] > 0) & (rows.account == item.account) & (rows.start >= item.start) & (rows.start < item.end)
    )
    candidates, others = rows.take(chosen), rows.take(~chosen)
    candidates = candidates.take(np.lexsort((candidates.stream, quarters[candidates.sku], candidates.start)))
    units = quarters[candidates.sku]
    need = np.rint(candidates.amount * units).astype(np.int64)
    capacity = item.count * quarters[item.sku] * hours_active(item, month).astype(np.int64)
    slot = candidates.start - month.first
    spans = np.zeros(month.hours, dtype=np.int64)
    spans[slot] = candidates.hours
    used = waterfill(slot, need, capacity * np.maximum(spans, 1))
    covered, left = split(candidates, used, need)
    taken = used[used > 0]
    recurring, upfront = taken * item.recurring // quarters[item.sku], taken * item.upfront // quarters[item.sku]
    covered = covered.replace(
        kind=np.full(len(covered), int(Kind.DiscountedUsage)),
        plan=np.full(len(covered), book.number(item)),
        contracted=covered.listed,
        rate=np.zeros(len(covered), dtype=np.int64),
        billed=np.zeros(len(covered), dtype=np.int64),
        effective=recurring + upfront,
        recurring=recurring,
        upfront=upfront,
    )
    return concat([others, left]), Covered(item, covered, np.bincount(slot, used, month.hours).astype(np.int64))


def _quarters(skus: Sequence[Sku], item: Reservation) -> Ints:
    """Quarter units of normalization per hour of each Sku that the reservation can cover, else 0."""
    own = skus[item.sku]
    matches = [
        sku == own
        or (
            item.flexible
            and (sku.instance_family, sku.operation, sku.region) == (own.instance_family, own.operation, own.region)
            and sku.family == own.family
        )
        for sku in skus
    ]
    return np.array(
        [4 * (sku.factor or 1) if hit else 0 for sku, hit in zip(skus, matches, strict=True)], dtype=np.int64
    )


def _plan(
    rows: Charges, skus: Sequence[Sku], book: Commitments, plan: SavingsPlan, month: Month
) -> tuple[Charges, Covered]:
    rates, rank = _plan_rates(skus, plan)
    chosen = (rates[rows.sku] > 0) & (rows.start >= plan.start) & (rows.start < plan.end) & (rows.hours == 1)
    candidates, others = rows.take(chosen), rows.take(~chosen)
    order = np.lexsort((candidates.stream, candidates.account, rank[candidates.sku], candidates.start))
    candidates = candidates.take(order)
    plan_rate = rates[candidates.sku]
    need = cost(candidates.amount, plan_rate)
    slot = candidates.start - month.first
    used = waterfill(slot, need, plan.commitment * hours_active(plan, month).astype(np.int64))
    covered, left = split(candidates, used, need)
    covered = covered.replace(
        kind=np.full(len(covered), int(Kind.SavingsPlanCoveredUsage)),
        plan=np.full(len(covered), book.number(plan)),
        effective=used[used > 0],
        plan_rate=plan_rate[used > 0],
    )
    per_hour = np.zeros(month.hours, dtype=np.int64)
    np.add.at(per_hour, slot, used)
    return concat([others, left]), Covered(plan, covered, per_hour)


def _plan_rates(skus: Sequence[Sku], plan: SavingsPlan) -> tuple[Ints, Ints]:
    """Plan rate of each Sku (0: not eligible), and its place in the order of discounts."""
    rates = [sku.plan_rate(plan.kind, plan.payment) if plan.family is None or _fits(sku, plan) else 0 for sku in skus]
    order = sorted(range(len(skus)), key=lambda n: (rates[n] / skus[n].rate if rates[n] else 1.0, rates[n], n))
    rank = np.empty(len(skus), dtype=np.int64)
    rank[order] = np.arange(len(skus))
    return np.array(rates, dtype=np.int64), rank


def _fits(sku: Sku, plan: SavingsPlan) -> bool:
    return (sku.instance_family, sku.region) == (plan.family, plan.region)
