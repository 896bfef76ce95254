"""Each note once with evidence that calls for it and once without."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from evidence import A, profile, snapshots

from finops_lib.analyses import data_quality
from finops_lib.core.note import Note


def notes(profiled: dict[str, Any], *taken: dict[str, Any]) -> dict[str, Note]:
    found = data_quality.notes(profile(**profiled), snapshots(*taken), "2026-02", "USD")
    assert len({note.code for note in found}) == len(found)
    return {note.code: note for note in found}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, dict[str, object]]] = {
    "invoice.open": (
        {"uninvoiced": 2}, {"invoice_status": "open"}, "warning",
        "2 rows carry no invoice number yet: credits, refunds and fees may still change.", {"rows": 2},
    ),
    "invoice.unknown": (
        {}, {"invoice_status": "unknown"}, "info",
        "The export carries no invoice numbers, so it does not tell if the month is final.", {},
    ),
    "cost.unreadable_numbers": (
        {"unreadable": 3}, {"unreadable": ({"column": "line_item_usage_amount", "cells": 3, "example": "n/a"},)}, "warning",
        "3 cells of numeric columns hold text and count as unknown (line_item_usage_amount).",
        {"cells": 3, "columns": ["line_item_usage_amount"]},
    ),
    "cost.costless_rows": (
        {"costless": 1}, {}, "warning", "1 row carries no readable billed cost: no total holds them.", {"rows": 1},
    ),
    "cost.not_amortized_savings_plans": (
        {}, {"amortizes_savings_plans": False}, "warning",
        "The export carries no amortized cost for Savings Plans: their effective cost is shown as billed.", {},
    ),
    "cost.not_amortized_reservations": (
        {}, {"amortizes_reservations": False}, "warning",
        "The export carries no amortized cost for Reserved Instances: their effective cost is shown as billed.", {},
    ),
    "cost.partly_amortized": (
        {"unamortized": 4}, {}, "warning",
        "4 rows carry a commitment's cover but no amortized cost: effective cost leaves them out.", {"rows": 4},
    ),
    "commitments.fees_elsewhere": (
        {}, {"fees_elsewhere": 2}, "info",
        "2 commitments are used here but paid in another bill: their unused part is not in this one.", {"commitments": 2},
    ),
    "reconciliation.identity_open": (
        {}, {"identity_residual": -0.02}, "warning",
        "Billed and amortized cost differ by -0.02 beyond what was paid ahead: the month is open, values are unread, or AWS rounded.",
        {"residual": -0.02},
    ),
    "reconciliation.commitments_off": (
        {}, {"identity_residual": 0.005, "identity_failing": ({"commitment": "a"}, {"commitment": "b"})}, "warning",
        "Fees and amortized cost of 2 commitments differ and make up for each other in the total.", {"commitments": 2},
    ),
    "cost.split_rows": (
        {"split": 5}, {}, "info",
        "5 rows carry split cost allocation, which repeats the cost of instances: no total holds them.", {"rows": 5},
    ),
    "period.rows_outside": (
        {"outside": 2, "outside_billed": 1.5}, {}, "info",
        "Begun outside the billing period, but of this bill and in its totals: 2 rows worth 1.50 USD.",
        {"rows": 2, "BilledCost": 1.5},
    ),
    "cost.list_incomplete": (
        {"unpriced": 6}, {}, "info", "Without a public price, so left out of list cost: 6 usage rows.", {"rows": 6},
    ),
    "cost.unclassified_type": (
        {"type": "SomethingNew", "billed": 8.0}, {}, "warning",
        "Charges of the unknown type 'SomethingNew' (8.00 USD) count as billed, unclassified.",
        {"type": "SomethingNew", "BilledCost": 8.0},
    ),
    "cost.billed_before_discounts": (
        {"discounted": -12.0}, {}, "warning",
        "The export carries private discounts of 12.00 USD on its rows: billed cost is before them, effective cost after.",
        {"discounts": -12.0},
    ),
    "accounts.unusual_id": (
        {"account": "9999999999999"}, {}, "warning",
        "Account ids have 12 digits on AWS, these have not: 9999999999999. The bill's spelling is kept.",
        {"accounts": ["9999999999999"]},
    ),
    "accounts.missing_id": (
        {"account": None, "rows": 7}, {}, "warning", "7 rows carry no account id: only the organization's totals hold them.",
        {"rows": 7},
    ),
    "tags.key_collision": (
        {}, {"tag_collisions": {"owner": ["Owner", "owner"]}}, "warning",
        "The tag owner comes in several spellings (Owner, owner); the first with a value counts.",
        {"key": "owner", "spellings": ["Owner", "owner"]},
    ),
    "tags.keys_left_out": (
        {}, {"tags_left_out": ("f", "e", "d", "c", "b", "a")}, "info",
        "Tags with very many values, or beyond the first 15, are no columns: a, b, c, d, e and 1 more.",
        {"keys": ["a", "b", "c", "d", "e", "f"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_a_note_where_it_is_called_for(code: str) -> None:
    profiled, taken, severity, message, data = CASES[code]
    assert notes(profiled, taken)[code] == Note(code, severity, message, data)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", CASES)
def test_what_calls_for_a_note_calls_for_no_other(code: str) -> None:
    profiled, taken, *_ = CASES[code]
    assert list(notes(profiled, taken)) == [code]


def test_a_sound_bill_has_no_notes() -> None:
    assert notes({}) == {}


@pytest.mark.parametrize(
    ("profiled", "taken", "absent"),
    [
        ({"unamortized": 4}, {"amortizes_reservations": False}, "cost.partly_amortized"),
        ({"discounted": -12.0, "type": "EdpDiscount"}, {}, "cost.billed_before_discounts"),
        ({"discounted": -0.01}, {}, "cost.billed_before_discounts"),
        ({"type": "Adjustment"}, {}, "cost.unclassified_type"),
        ({}, {"identity_residual": 0.01}, "reconciliation.identity_open"),
        ({"account": "011122223333"}, {}, "accounts.unusual_id"),
        ({"uninvoiced": 2}, {}, "invoice.open"),
    ],
)
def test_where_a_note_would_be_wrong(profiled: dict[str, Any], taken: dict[str, Any], absent: str) -> None:
    assert absent not in notes(profiled, taken)


def test_charges_without_a_type_are_told_too() -> None:
    note = notes({"type": None, "billed": 8.0})["cost.unclassified_type"]
    assert note.message == "Charges without a type (8.00 USD) count as billed, unclassified."
    assert note.data == {"type": None, "BilledCost": 8.0}


def test_other_months_say_nothing() -> None:
    odd = profile(period="2026-01", split=3, account=None)
    taken = snapshots({"period": "2026-01", "invoice_status": "open"}, {})
    assert data_quality.notes(odd, taken, "2026-02", "USD") == ()


def test_rows_of_one_kind_are_added_up_over_accounts_and_types() -> None:
    lines = pd.concat(
        [
            profile(split=2),
            profile(split=3, account="b"),
            profile(type="New", billed=1.0),
            profile(type="New", billed=2.0, account=A),
        ]
    )
    found = {note.code: note for note in data_quality.notes(lines, snapshots(), "2026-02", "USD")}
    assert found["cost.split_rows"].data == {"rows": 5}
    assert found["cost.unclassified_type"].data == {"type": "New", "BilledCost": 3.0}


def test_notes_of_two_deliveries_are_told_once_each() -> None:
    taken = [
        {"tag_collisions": {"owner": ["Owner", "owner"]}},
        {"snapshot": "s2", "tag_collisions": {"owner": ["Owner", "owner"]}},
    ]
    assert list(notes({}, *taken)) == ["tags.key_collision"]
