"""The reservation and savings plan columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from finops_lib.sources.demo.charges import Charges, Kind
from finops_lib.sources.demo.commitments import Reservation, SavingsPlan, text_time
from finops_lib.sources.demo.cur.line_items import Columns
from finops_lib.sources.demo.cur.wardrobe import Wardrobe
from finops_lib.sources.demo.cur.words import Words, money, worded
from finops_lib.sources.demo.money import UNKNOWN, Bools, Ints, doubles
from finops_lib.sources.demo.rates import LOCATIONS

_PLAN_KINDS = tuple(int(kind) for kind in Kind if kind.name.startswith("SavingsPlan"))


def savings_plan(rows: Charges, room: Wardrobe) -> Columns:
    """Columns of SavingsPlan* rows."""
    on_plan = np.isin(rows.kind, _PLAN_KINDS)
    fee = rows.kind == int(Kind.SavingsPlanRecurringFee)
    covered = rows.kind == int(Kind.SavingsPlanCoveredUsage)
    total = np.where(fee, rows.recurring + rows.upfront, UNKNOWN)
    at = room.plan.timeline.instant

    def of_plans(word: Callable[[SavingsPlan], str]) -> pa.Array:
        words = Words.of(word(item) if isinstance(item, SavingsPlan) else None for item in room.items)
        return words.at(rows.plan, on_plan)

    families = Words.of(sku.instance_family for sku in room.skus)
    return {
        "savings_plan_offering_type": of_plans(lambda plan: plan.offering),
        "savings_plan_payment_option": of_plans(lambda plan: plan.payment),
        "savings_plan_purchase_term": of_plans(lambda plan: plan.term),
        "savings_plan_region": of_plans(lambda plan: LOCATIONS[plan.region or "global"]),
        "savings_plan_savings_plan_a_r_n": of_plans(lambda plan: plan.arn),
        "savings_plan_start_time": of_plans(lambda plan: text_time(at(plan.start))),
        "savings_plan_end_time": of_plans(lambda plan: text_time(at(plan.end))),
        "savings_plan_instance_type_family": families.at(rows.sku, covered),
        "savings_plan_amortized_upfront_commitment_for_billing_period": _on(fee, rows.upfront),
        "savings_plan_recurring_commitment_for_billing_period": _on(fee, rows.recurring),
        "savings_plan_total_commitment_to_date": money(total, UNKNOWN),
        "savings_plan_used_commitment": _on(fee, rows.used),
        "savings_plan_savings_plan_effective_cost": _on(covered, rows.effective),
        "savings_plan_savings_plan_rate": _on(covered, rows.plan_rate),
    }


def reservation(rows: Charges, room: Wardrobe) -> Columns:
    """Columns of DiscountedUsage, RIFee and upfront Fee rows."""
    used, fee = rows.kind == int(Kind.DiscountedUsage), rows.kind == int(Kind.RIFee)
    upfront = (rows.kind == int(Kind.Fee)) & (rows.plan >= 0)
    return {
        **_terms(rows, room, used | fee | upfront, fee),
        **_units(rows, room, fee, upfront),
        "reservation_amortized_upfront_cost_for_usage": _on(used, rows.upfront),
        "reservation_recurring_fee_for_usage": _on(used, rows.recurring),
        "reservation_effective_cost": _on(used, rows.effective),
        "reservation_amortized_upfront_fee_for_billing_period": _on(fee, rows.upfront),
        "reservation_unused_amortized_upfront_fee_for_billing_period": _on(fee, rows.unused_upfront),
        "reservation_unused_recurring_fee": _on(fee, rows.unused_recurring),
        "reservation_unused_quantity": pa.array(rows.unused_units, mask=~fee),
    }


def _terms(rows: Charges, room: Wardrobe, any_row: Bools, fee: Bools) -> Columns:
    at = room.plan.timeline.instant

    def of_reservations(word: Callable[[Reservation], str], where: Bools) -> pa.Array:
        words = Words.of(word(item) if isinstance(item, Reservation) else None for item in room.items)
        return words.at(rows.plan, where)

    fees = np.array([*(item.fee for item in room.items), 0], dtype=np.int64)
    return {
        "reservation_reservation_a_r_n": of_reservations(lambda item: item.arn, any_row),
        "reservation_subscription_id": of_reservations(lambda item: item.subscription, any_row),
        "reservation_number_of_reservations": of_reservations(lambda item: str(item.count), fee),
        "reservation_modification_status": of_reservations(lambda _: "Original", fee),
        "reservation_start_time": of_reservations(lambda item: text_time(at(item.start)), fee),
        "reservation_end_time": of_reservations(lambda item: text_time(at(item.end)), fee),
        "reservation_upfront_value": _on(fee, fees[rows.plan]),
    }


def _units(rows: Charges, room: Wardrobe, fee: Bools, upfront: Bools) -> Columns:
    """Units are hours of the reserved size; the text form has ten decimals."""
    factors = np.nan_to_num(room.factors[rows.sku], nan=1.0)
    counts = np.array([getattr(item, "count", 1) for item in room.items] + [1], dtype=np.int64)[rows.plan]
    hours = [item.end - item.start for item in room.items]
    term = np.array([*hours, 0], dtype=np.int64)[rows.plan] * counts
    total: Ints = np.where(upfront, term, np.rint(rows.amount).astype(np.int64))
    each = total // np.maximum(counts, 1)
    return {
        "reservation_total_reserved_units": worded(total, _units_text, fee | upfront),
        "reservation_units_per_reservation": worded(each, _units_text, fee | upfront),
        "reservation_total_reserved_normalized_units": worded(
            np.rint(total * factors * 4).astype(np.int64), _quarter_text, fee
        ),
        "reservation_normalized_units_per_reservation": worded(
            np.rint(each * factors * 4).astype(np.int64), _quarter_text, fee
        ),
        "reservation_unused_normalized_unit_quantity": pa.array(rows.unused_units * factors, mask=~fee),
    }


def _units_text(units: int) -> str:
    return f"{units}.0000000000"


def _quarter_text(quarters: int) -> str:
    return f"{quarters / 4:.10f}"


def _on(where: Bools, amounts: Ints) -> pa.Array:
    return pa.array(doubles(amounts), mask=~where)
