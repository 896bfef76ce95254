"""The identity, bill, line item and pricing columns."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pyarrow as pa

from finops_lib.sources.demo.charges import Charges, Kind
from finops_lib.sources.demo.cur.wardrobe import Wardrobe
from finops_lib.sources.demo.cur.words import Words, constant, money, worded
from finops_lib.sources.demo.money import UNKNOWN, Bools, Ints, doubles, rate_text
from finops_lib.sources.demo.timeline import Month

Columns = dict[str, pa.Array]
_UTC = pa.timestamp("ms", tz="UTC")
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_ID_LENGTH = 24
_METERED = (int(Kind.Usage), int(Kind.DiscountedUsage), int(Kind.SavingsPlanCoveredUsage))
_LONGEST = 10_000  # hours: longer than any row


def identity(rows: Charges, room: Wardrobe, month: Month, offset: int) -> Columns:
    """Row ids, unique within the month, and intervals."""
    timeline = room.plan.timeline
    keys = (rows.start - month.first) * _LONGEST + rows.hours

    def interval(key: int) -> str:
        start = month.first + key // _LONGEST
        return f"{timeline.iso(start)}/{timeline.iso(start + key % _LONGEST)}"

    name = f"{timeline.size.seed}/rows/{month.period}"
    salt = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return {
        "identity_line_item_id": _ids(np.arange(offset, offset + len(rows), dtype=np.uint64), salt),
        "identity_time_interval": worded(keys, interval),
    }


def _ids(numbers: np.ndarray[tuple[int], np.dtype[np.uint64]], salt: int) -> pa.Array:
    text = np.empty((len(numbers), _ID_LENGTH), dtype=np.uint8)
    for half in range(2):
        bits = _mixed(numbers * np.uint64(2) + np.uint64(half) + np.uint64(salt))
        for place in range(_ID_LENGTH // 2):
            text[:, half * _ID_LENGTH // 2 + place] = _ALPHABET[(bits >> np.uint64(5 * place)) & np.uint64(31)]
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * _ID_LENGTH
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text))


def _mixed(bits: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """The splitmix64 finalizer: a one-to-one scramble of 64-bit words."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def bill(rows: Charges, room: Wardrobe, month: Month) -> Columns:
    """Which bill a row belongs to; no invoice id while the month is open."""
    kinds = np.where(_purchase(rows), 1, np.where(rows.kind == int(Kind.Refund), 2, 0))
    market = np.array([sku.service.marketplace for sku in room.skus], dtype=np.int64)[rows.sku]
    payer, count = room.plan.estate.accounts[0], len(rows)
    invoices = Words.of(_invoice(room, month, part) for part in range(6))
    start, end = (dt.datetime.combine(day, dt.time()) for day in (month.period.start, month.period.end))
    return {
        "bill_bill_type": Words.of(["Anniversary", "Purchase", "Refund"]).at(kinds),
        "bill_billing_period_start_date": pa.array(np.full(count, np.datetime64(start, "ms")), _UTC),
        "bill_billing_period_end_date": pa.array(np.full(count, np.datetime64(end, "ms")), _UTC),
        "bill_invoice_id": invoices.at(kinds * 2 + market),
        "bill_invoicing_entity": constant(count, "Amazon Web Services, Inc."),
        "bill_payer_account_id": constant(count, payer.id),
        "bill_payer_account_name": constant(count, payer.name),
    }


def _purchase(rows: Charges) -> Bools:
    upfront = (rows.kind == int(Kind.SavingsPlanUpfrontFee)) | ((rows.kind == int(Kind.Fee)) & (rows.plan >= 0))
    return np.asarray(upfront, dtype=np.bool_)


def _invoice(room: Wardrobe, month: Month, part: int) -> str | None:
    if not month.closed:
        return None
    digits = int(room.plan.estate.key("invoice", month.period, part, length=10), 16)
    return str(2_000_000_000 + digits % 1_000_000_000)


def line_item(rows: Charges, room: Wardrobe) -> Columns:
    """What was charged, to whom, when, how much."""
    accounts, billed = room.plan.estate.accounts, money(rows.billed, UNKNOWN)
    timeline, metered = room.plan.timeline, np.isin(rows.kind, _METERED)
    factors = room.factors[rows.sku]
    sized = metered & ~np.isnan(factors)
    rate = worded(rows.rate, rate_text)
    discounts = rows.kind == int(Kind.BundledDiscount)
    return {
        **{name: words.at(rows.sku) for name, words in room.sku_words.items()},
        "line_item_availability_zone": room.zones.at(rows.zone),
        "line_item_blended_cost": pa.array(doubles(rows.billed), mask=discounts),
        "line_item_blended_rate": rate,
        "line_item_currency_code": constant(len(rows), "USD"),
        "line_item_line_item_description": _descriptions(rows, room),
        "line_item_line_item_type": Words.of([kind.name for kind in Kind]).at(rows.kind),
        "line_item_normalization_factor": pa.array(factors, mask=~sized),
        "line_item_normalized_usage_amount": pa.array(np.where(sized, rows.amount * factors, 0.0), mask=~sized),
        "line_item_resource_id": _resource_ids(rows, room),
        "line_item_tax_type": Words.of(["USSalesTax"]).at(np.zeros(len(rows), np.int64), rows.kind == int(Kind.Tax)),
        "line_item_unblended_cost": billed,
        "line_item_unblended_rate": rate,
        "line_item_usage_account_id": Words.of(account.id for account in accounts).at(rows.account),
        "line_item_usage_account_name": Words.of(account.name for account in accounts).at(rows.account),
        "line_item_usage_amount": pa.array(rows.amount),
        "line_item_usage_start_date": _instants(timeline.origin, rows.start),
        "line_item_usage_end_date": _instants(timeline.origin, rows.start + rows.hours),
        "line_item_usage_type": _usage_types(rows, room),
    }


def _instants(origin: dt.datetime, hours: Ints) -> pa.Array:
    return pa.array(np.datetime64(origin, "ms") + hours * np.timedelta64(3_600_000, "ms"), _UTC)


def _resource_ids(rows: Charges, room: Wardrobe) -> pa.Array:
    """Resources of usage; a commitment's own rows carry its ARN."""
    resources, items = room.resources, room.items
    own = Words.of([*(item.arn for item in items)])
    fees = (int(Kind.SavingsPlanRecurringFee), int(Kind.SavingsPlanUpfrontFee), int(Kind.RIFee), int(Kind.Fee))
    first = len(resources.words)
    resource = room.resource_of[rows.stream]
    codes = np.where(
        np.isin(rows.kind, fees) & (rows.plan >= 0), first + own.codes[rows.plan], resources.codes[resource]
    )
    both = Words((*resources.words, *own.words), np.append(np.arange(first + len(own.words)), -1))
    return both.at(codes)


def _usage_types(rows: Charges, room: Wardrobe) -> pa.Array:
    """Usage types; a reservation's fees are billed as HeavyUsage."""
    reserved = ((rows.kind == int(Kind.RIFee)) | (rows.kind == int(Kind.Fee))) & (rows.plan >= 0)
    names = [sku.usage_type for sku in room.skus]
    heavy = [
        name.replace("BoxUsage", "HeavyUsage").replace("InstanceUsage", "HeavyUsage").replace("NodeUsage", "HeavyUsage")
        for name in names
    ]
    return Words.of([*names, *heavy]).at(np.where(reserved, len(names), 0) + rows.sku)


def _descriptions(rows: Charges, room: Wardrobe) -> pa.Array:
    count = len(room.skus)

    def words(key: int) -> str:
        kind, sku = Kind(key // count), room.skus[key % count]
        if kind is Kind.SavingsPlanNegation:
            return f"SavingsPlanNegation used by UsageSku : {sku.code}"
        if kind is Kind.DiscountedUsage:
            return f"{sku.instance_type} reserved instance applied"
        if kind is Kind.RIFee:
            return f"Hourly fee per {sku.instance_type} reserved instance"
        if kind is Kind.Fee and sku.instance_type:
            return f"Sign up charge for reserved {sku.instance_type}"
        return sku.description

    return worded(rows.kind * count + rows.sku, words)


def pricing(rows: Charges, room: Wardrobe) -> Columns:
    """Public prices of metered usage, and the terms it is priced by."""
    metered = np.isin(rows.kind, _METERED)
    reserved = (rows.kind == int(Kind.DiscountedUsage)) | (rows.kind == int(Kind.RIFee))
    reserved |= (rows.kind == int(Kind.Fee)) & (rows.plan >= 0)
    spot = np.array([sku.spot for sku in room.skus])[rows.sku]
    term = np.where(reserved, 1, np.where(spot, 2, 0))
    zeros = np.zeros(len(rows), dtype=np.int64)
    payments = Words.of([item.payment for item in room.items])
    return {
        "pricing_currency": constant(len(rows), "USD"),
        "pricing_lease_contract_length": Words.of(["1yr"]).at(zeros, reserved),
        "pricing_offering_class": Words.of(["standard"]).at(zeros, reserved),
        "pricing_purchase_option": payments.at(rows.plan, reserved),
        "pricing_public_on_demand_cost": pa.array(doubles(np.where(metered, rows.listed, 0))),
        "pricing_public_on_demand_rate": worded(rows.public_rate, rate_text, metered),
        "pricing_rate_code": Words.of(f"{sku.code}.JRTCKXETXF.6YS6EN2CT7" for sku in room.skus).at(rows.sku, metered),
        "pricing_rate_id": Words.of(str(int(sku.code.encode().hex()[:14], 16) % 10**11) for sku in room.skus).at(
            rows.sku, metered
        ),
        "pricing_term": Words.of(["OnDemand", "Reserved", "Spot"]).at(term, metered | reserved),
    }
