"""Reading the demo's files for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from finops_lib.sources.demo import DemoFiles

COLUMNS = [
    "bill_billing_period_start_date",
    "bill_bill_type",
    "bill_invoice_id",
    "identity_line_item_id",
    "line_item_availability_zone",
    "line_item_line_item_description",
    "line_item_line_item_type",
    "line_item_operation",
    "line_item_product_code",
    "line_item_resource_id",
    "line_item_unblended_cost",
    "line_item_usage_account_id",
    "line_item_usage_amount",
    "line_item_usage_start_date",
    "line_item_usage_type",
    "pricing_public_on_demand_cost",
    "pricing_public_on_demand_rate",
    "product_region_code",
    "product_sku",
    "reservation_amortized_upfront_fee_for_billing_period",
    "reservation_effective_cost",
    "reservation_reservation_a_r_n",
    "reservation_total_reserved_units",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_quantity",
    "reservation_unused_recurring_fee",
    "savings_plan_amortized_upfront_commitment_for_billing_period",
    "savings_plan_savings_plan_a_r_n",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_savings_plan_rate",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
]
TICKS = 10**10
COSTS = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
METERED = ["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"]


def chunks(files: DemoFiles) -> list[Path]:
    return sorted(files.export.rglob("*.parquet"))


def in_ticks(amounts: pd.Series) -> pd.Series:
    """Doubles as whole ticks of 1e-10 USD; the written ones have at most ten decimals, so this is exact."""
    return (amounts.fillna(0.0) * TICKS).round().astype(np.int64)


def by_cost_rules(bill: pd.DataFrame) -> pd.DataFrame:
    """The four costs per account and month from the written columns, in ticks, by the published rules per line type."""
    kind = bill["line_item_line_item_type"]
    billed = in_ticks(bill["line_item_unblended_cost"])
    public = in_ticks(bill["pricing_public_on_demand_cost"])
    returned = bill["line_item_line_item_description"].str.startswith("Refund for one-time fee for Savings Plan ID")
    returned &= (kind == "Refund") & (bill["line_item_product_code"] == "ComputeSavingsPlans")
    upfront = (kind == "Fee") & bill["reservation_reservation_a_r_n"].notna()
    unused = in_ticks(bill["savings_plan_total_commitment_to_date"]) - in_ticks(bill["savings_plan_used_commitment"])
    unused_reserved = in_ticks(bill["reservation_unused_amortized_upfront_fee_for_billing_period"])
    unused_reserved += in_ticks(bill["reservation_unused_recurring_fee"])
    effective = np.select(
        [
            kind == "SavingsPlanCoveredUsage",
            kind == "DiscountedUsage",
            kind == "SavingsPlanRecurringFee",
            kind == "RIFee",
            kind.isin(["SavingsPlanNegation", "SavingsPlanUpfrontFee"]) | upfront | returned,
        ],
        [
            in_ticks(bill["savings_plan_savings_plan_effective_cost"]),
            in_ticks(bill["reservation_effective_cost"]),
            unused,
            unused_reserved,
            0,
        ],
        billed,
    )
    contracted = np.select(
        [kind.isin(["Usage", "SavingsPlanCoveredUsage", "BundledDiscount"]), kind == "DiscountedUsage"],
        [billed, public],
        0,
    )
    listed = np.where(kind.isin(METERED), public, 0)
    columns = dict(zip(COSTS, (billed, effective, listed, contracted), strict=True))
    keys = {"SubAccountId": bill["line_item_usage_account_id"], "BillingPeriod": bill["period"]}
    return pd.DataFrame({**keys, **columns}).groupby(list(keys), sort=True)[COSTS].sum()
