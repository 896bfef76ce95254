"""The CUR columns that the canonical table is made from, legacy and 2.0 alike (names as Athena spells them)."""

from __future__ import annotations

from typing import Final

from finops_lib.contracts.focus import MONEY

NEEDS: Final[dict[str, str]] = {
    "bill_payer_account_id": "VARCHAR",
    "bill_payer_account_name": "VARCHAR",
    "bill_billing_period_start_date": "TIMESTAMP",
    "bill_invoice_id": "VARCHAR",
    "bill_invoicing_entity": "VARCHAR",
    "bill_billing_entity": "VARCHAR",
    "line_item_usage_account_id": "VARCHAR",
    "line_item_usage_account_name": "VARCHAR",
    "line_item_line_item_type": "VARCHAR",
    "line_item_usage_start_date": "TIMESTAMP",
    "line_item_usage_end_date": "TIMESTAMP",
    "line_item_product_code": "VARCHAR",
    "line_item_usage_type": "VARCHAR",
    "line_item_operation": "VARCHAR",
    "line_item_availability_zone": "VARCHAR",
    "line_item_resource_id": "VARCHAR",
    "line_item_usage_amount": "DOUBLE",
    "line_item_normalized_usage_amount": "DOUBLE",
    "line_item_currency_code": "VARCHAR",
    "line_item_unblended_cost": MONEY,
    "line_item_net_unblended_cost": MONEY,
    "line_item_line_item_description": "VARCHAR",
    "line_item_legal_entity": "VARCHAR",
    "pricing_public_on_demand_cost": MONEY,
    "pricing_unit": "VARCHAR",
    "pricing_rate_code": "VARCHAR",
    "product_sku": "VARCHAR",
    "product_region_code": "VARCHAR",
    "product_instance_type": "VARCHAR",
    "reservation_reservation_a_r_n": "VARCHAR",
    "reservation_effective_cost": MONEY,
    "reservation_net_effective_cost": MONEY,
    "reservation_unused_amortized_upfront_fee_for_billing_period": MONEY,
    "reservation_unused_recurring_fee": MONEY,
    "reservation_net_unused_amortized_upfront_fee_for_billing_period": MONEY,
    "reservation_net_unused_recurring_fee": MONEY,
    "reservation_amortized_upfront_fee_for_billing_period": MONEY,
    "savings_plan_savings_plan_a_r_n": "VARCHAR",
    "savings_plan_savings_plan_effective_cost": MONEY,
    "savings_plan_net_savings_plan_effective_cost": MONEY,
    "savings_plan_total_commitment_to_date": MONEY,
    "savings_plan_used_commitment": MONEY,
    "savings_plan_amortized_upfront_commitment_for_billing_period": MONEY,
    "savings_plan_recurring_commitment_for_billing_period": MONEY,
    "savings_plan_net_amortized_upfront_commitment_for_billing_period": MONEY,
    "savings_plan_net_recurring_commitment_for_billing_period": MONEY,
    "discount_total_discount": MONEY,
    "split_line_item_parent_resource_id": "VARCHAR",
}

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "product_region_code": ("product_region",),
    "pricing_rate_code": ("pricing_rate_id",),
}
