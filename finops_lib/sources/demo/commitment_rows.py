"""The rows that commitments add to the bill: negations, recurring fees, one-time fees, monthly RI fees, refunds."""

from __future__ import annotations

import numpy as np

from finops_lib.sources.demo.catalog import Catalog, Sku
from finops_lib.sources.demo.charges import Charges, Kind, charges, concat, empty
from finops_lib.sources.demo.commitments import Commitments, Reservation, SavingsPlan
from finops_lib.sources.demo.coverage import Covered, hours_active
from finops_lib.sources.demo.rates import services
from finops_lib.sources.demo.timeline import Month

PAYER = 0


def negations(covered: Charges) -> Charges:
    """Negative rows that cancel covered usage: one per hour, plan, account, Sku and zone."""
    if not len(covered):
        return empty()
    keys = (covered.zone, covered.sku, covered.account, covered.plan, covered.start)
    order = np.lexsort(keys)
    rows = covered.take(order)
    changes = np.any(
        [np.diff(getattr(rows, name)) != 0 for name in ("zone", "sku", "account", "plan", "start")], axis=0
    )
    first = np.flatnonzero(np.concatenate([[True], changes]))
    billed = np.asarray(np.add.reduceat(rows.billed, first), dtype=np.int64)
    amount = np.asarray(np.add.reduceat(rows.amount, first), dtype=np.float64)
    head = rows.take(first)
    return charges(
        len(first),
        kind=int(Kind.SavingsPlanNegation),
        account=head.account,
        sku=head.sku,
        zone=head.zone,
        start=head.start,
        hours=1,
        amount=np.round(amount, 10),
        rate=-head.rate,
        billed=-billed,
        plan=head.plan,
    )


def plan_fees(covered: Covered, number: int, sku: int, month: Month) -> Charges:
    """Hourly recurring-fee rows of a plan, on the payer; their effective cost is the hour's unused commitment."""
    plan = covered.item
    hours = np.flatnonzero(hours_active(plan, month))
    used = covered.used[hours]
    return charges(
        len(hours),
        kind=int(Kind.SavingsPlanRecurringFee),
        account=PAYER,
        sku=sku,
        start=month.first + hours,
        hours=1,
        amount=1.0,
        rate=plan.recurring,
        billed=plan.recurring,
        effective=plan.recurring + plan.upfront - used,
        plan=number,
        recurring=plan.recurring,
        upfront=plan.upfront,
        used=used,
    )


def reservation_fee(covered: Covered, number: int, month: Month) -> Charges:
    """The month's RIFee row of a reservation; its effective cost is the unused part."""
    item = covered.item
    assert isinstance(item, Reservation)
    hours = int(hours_active(item, month).sum())
    first = max(month.first, item.start)
    units = item.count * hours
    used_recurring, used_upfront = int(covered.rows.recurring.sum()), int(covered.rows.upfront.sum())
    used_units = used_recurring / item.recurring if item.recurring else used_upfront / item.upfront
    unused_recurring, unused_upfront = units * item.recurring - used_recurring, units * item.upfront - used_upfront
    return charges(
        1,
        kind=int(Kind.RIFee),
        account=item.account,
        sku=item.sku,
        start=first,
        hours=hours,
        amount=float(units),
        rate=item.recurring,
        billed=units * item.recurring,
        effective=unused_recurring + unused_upfront,
        plan=number,
        recurring=units * item.recurring,
        upfront=units * item.upfront,
        unused_recurring=unused_recurring,
        unused_upfront=unused_upfront,
        unused_units=round(units - used_units, 10),
    )


def one_time_fees(book: Commitments, fees: dict[str, int], month: Month) -> Charges:
    """Upfront payments of the month: plans on the payer, RIs on their owner; and a returned plan's refund."""
    parts = [empty()]
    for plan in book.plans:
        if plan.fee and month.first <= plan.start < month.last:
            parts.append(
                _once(Kind.SavingsPlanUpfrontFee, PAYER, fees[plan.id], plan.start, plan.fee, book.number(plan))
            )
            if plan.returned:
                refund = _once(Kind.Refund, PAYER, fees[f"refund/{plan.id}"], plan.start + 24, -plan.fee, -1)
                parts.append(refund)
    for item in book.reservations:
        if item.fee and month.first <= item.start < month.last:
            parts.append(_once(Kind.Fee, item.account, item.sku, item.start, item.fee, book.number(item)))
    return concat(parts)


def _once(kind: Kind, account: int, sku: int, start: int, fee: int, number: int) -> Charges:
    return charges(
        1, kind=int(kind), account=account, sku=sku, start=start, hours=1, amount=1.0, rate=fee, billed=fee, plan=number
    )


def fee_skus(catalog: Catalog, book: Commitments) -> dict[str, int]:
    """Numbers of the Skus under which plans are charged, by plan id; ``refund/<id>`` for a returned plan's refund."""
    numbers = {}
    for plan in book.plans:
        numbers[plan.id] = catalog.add(_plan_sku(plan, plan.description))
        if plan.returned:
            identity = plan.arn.rpartition("/")[2]
            refund = f"Refund for one-time fee for Savings Plan ID: {identity}"
            numbers[f"refund/{plan.id}"] = catalog.add(_plan_sku(plan, refund))
    return numbers


def _plan_sku(plan: SavingsPlan, description: str) -> Sku:
    return Sku(
        service=services()["ComputeSavingsPlans"],
        usage_type=plan.usage_type,
        operation="",
        unit="Hrs",
        rate=0,
        description=description,
        region=plan.region or "global",
        family="Savings Plans",
    )
