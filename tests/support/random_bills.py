"""Bills of random rows of every line item type: each row has a number in every money column, the rules must choose."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from support.bills import MEMBER, PAYER, PLAN, RESERVATION, row

PLAN_REFUND = "Refund for one-time fee for Savings Plan ID plan-1"
DISCOUNTS = (
    "Discount", "BundledDiscount", "EdpDiscount", "PrivateRateDiscount", "RiVolumeDiscount", "SppDiscount", "DistributorDiscount",
)  # fmt: skip
TYPES = (
    "Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee",
    "RIFee", "Fee", "FlatRateSubscription", "Tax", "Credit", "Refund", *DISCOUNTS, "SomethingNew",
)  # fmt: skip
MONEY = (
    "pricing_public_on_demand_cost",
    "reservation_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
    "reservation_amortized_upfront_fee_for_billing_period",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
    "savings_plan_amortized_upfront_commitment_for_billing_period",
    "savings_plan_recurring_commitment_for_billing_period",
)
NET_MONEY = (
    "line_item_net_unblended_cost",
    "reservation_net_effective_cost",
    "reservation_net_unused_amortized_upfront_fee_for_billing_period",
    "reservation_net_unused_recurring_fee",
    "savings_plan_net_savings_plan_effective_cost",
    "savings_plan_net_amortized_upfront_commitment_for_billing_period",
    "savings_plan_net_recurring_commitment_for_billing_period",
)
TEXTS = (None, "", "web", "Web ", 'a "quoted", one', "two\nlines", "Größe", "日本", "NULL", "nan", "1e5", "'")

amounts = st.integers(1, 10**8).map(lambda n: n / 10**6)
signed = st.integers(-(10**8), 10**8).map(lambda n: n / 10**6)


def bills(*, net: bool = False, max_rows: int = 24) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Open months (no invoice number yet) of one payer: random charges need not satisfy the amortization identity."""
    money = dict.fromkeys((*MONEY, *(NET_MONEY if net else ())), amounts)
    columns = {
        "line_item_line_item_type": st.sampled_from(TYPES),
        "line_item_unblended_cost": signed,
        "line_item_usage_account_id": st.sampled_from([MEMBER, PAYER, "777788889999"]),
        "line_item_product_code": st.sampled_from(["AmazonEC2", "AmazonS3", "AWSLambda"]),
        "line_item_line_item_description": st.sampled_from(["Charge", PLAN_REFUND]),
        "line_item_usage_start_date": st.integers(1, 31).map(lambda day: f"2026-01-{day:02d}T10:00:00Z"),
        "line_item_resource_id": st.sampled_from(["i-1", "vol-2", None]),
        "reservation_reservation_a_r_n": st.sampled_from([None, RESERVATION]),
        "resource_tags_user_team": st.sampled_from(TEXTS),
        "resource_tags_user_cost_center": st.sampled_from(TEXTS),
    }
    return st.lists(st.fixed_dictionaries(columns | money), min_size=4, max_size=max_rows).map(_finished)


def every_type(count: int = 3, seed: int = 1) -> list[dict[str, Any]]:
    """One bill of seeded chance with ``count`` rows of each type, without any odd text."""
    chance = random.Random(seed)
    drawn = [
        {
            "line_item_line_item_type": kind,
            "line_item_unblended_cost": chance.randrange(-(10**8), 10**8) / 10**6,
            "line_item_usage_account_id": chance.choice([MEMBER, PAYER]),
            "line_item_product_code": chance.choice(["AmazonEC2", "AmazonS3", "AWSLambda"]),
            "line_item_usage_start_date": f"2026-01-{chance.randrange(1, 32):02d}T10:00:00Z",
            "line_item_resource_id": chance.choice(["i-1", "vol-2", None]),
            "reservation_reservation_a_r_n": chance.choice([None, RESERVATION]),
            "resource_tags_user_team": chance.choice(["web", "data", None]),
            "resource_tags_user_cost_center": chance.choice(["1", "2", None]),
        }
        | {name: chance.randrange(1, 10**8) / 10**6 for name in MONEY}
        for kind in TYPES * count
    ]
    return _finished(drawn)


def _finished(drawn: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every row has its own id, as on AWS: equal files would count once."""
    return [_row(place, item) for place, item in enumerate(drawn)]


def _row(place: int, item: dict[str, Any]) -> dict[str, Any]:
    kind = item["line_item_line_item_type"]
    product = {
        "AmazonEC2": "Amazon Elastic Compute Cloud",
        "AmazonS3": "Amazon Simple Storage Service",
        "AWSLambda": "AWS Lambda",
    }
    own = {
        "identity_line_item_id": f"row-{place}",
        "bill_invoice_id": None,
        "product_product_name": product[item["line_item_product_code"]],
        "savings_plan_savings_plan_a_r_n": PLAN if kind.startswith("SavingsPlan") else None,
    }
    return row(kind, 0.0, **item | own)
