"""The identities that every bill keeps, on the demo's own: exact to the tick, per month and per commitment."""

from __future__ import annotations

import pandas as pd
from demo_checks import by_cost_rules, in_ticks

RECURRING = "SavingsPlanRecurringFee"


def total(bill: pd.DataFrame, column: str, *kinds: str) -> pd.Series:
    rows = bill["line_item_line_item_type"].isin(kinds)
    return in_ticks(bill[column].where(rows)).groupby(bill["period"]).sum()


def test_billed_equals_effective_with_true_up_and_upfront_fees(bill: pd.DataFrame) -> None:
    costs = by_cost_rules(bill).groupby("BillingPeriod").sum()
    true_up = -total(bill, "savings_plan_amortized_upfront_commitment_for_billing_period", RECURRING)
    true_up -= total(bill, "reservation_amortized_upfront_fee_for_billing_period", "RIFee")
    fees = bill[bill["line_item_line_item_type"] != "Fee"]
    upfront = total(bill, "line_item_unblended_cost", "SavingsPlanUpfrontFee")
    reserved = bill[bill["reservation_reservation_a_r_n"].notna()]
    upfront = upfront.add(total(reserved, "line_item_unblended_cost", "Fee"), fill_value=0)
    returned = fees[fees["line_item_line_item_description"].str.startswith("Refund for one-time fee")]
    upfront = upfront.add(total(returned, "line_item_unblended_cost", "Refund"), fill_value=0)
    residual = costs["BilledCost"] - costs["EffectiveCost"] - true_up - upfront
    assert (residual == 0).all()
    assert (true_up < 0).any()
    assert (upfront > 0).any()


def test_negations_cancel_covered_usage_in_every_hour(bill: pd.DataFrame) -> None:
    rows = bill[bill["line_item_line_item_type"].isin(["SavingsPlanCoveredUsage", "SavingsPlanNegation"])]
    hour, account = "line_item_usage_start_date", "line_item_usage_account_id"
    keys = ["savings_plan_savings_plan_a_r_n", hour, account, "product_sku"]
    sums = in_ticks(rows["line_item_unblended_cost"]).groupby([rows[key] for key in keys]).sum()
    assert len(sums) > 10_000
    assert (sums == 0).all()


def test_negations_carry_no_resource(bill: pd.DataFrame) -> None:
    rows = bill[bill["line_item_line_item_type"] == "SavingsPlanNegation"]
    assert rows["line_item_resource_id"].isna().all()


def test_each_plan_hour_spends_its_commitment_exactly(bill: pd.DataFrame) -> None:
    fees = bill[bill["line_item_line_item_type"] == RECURRING]
    usage = bill[bill["line_item_line_item_type"] == "SavingsPlanCoveredUsage"]
    keys = ["savings_plan_savings_plan_a_r_n", "line_item_usage_start_date"]
    used = in_ticks(fees["savings_plan_used_commitment"]).groupby([fees[key] for key in keys]).sum()
    effective = in_ticks(usage["savings_plan_savings_plan_effective_cost"]).groupby([usage[key] for key in keys]).sum()
    committed = in_ticks(fees["savings_plan_total_commitment_to_date"]).groupby([fees[key] for key in keys]).sum()
    assert (used == effective.reindex(used.index, fill_value=0)).all()
    assert (used <= committed).all()
    assert len(effective.index.difference(used.index)) == 0


def test_each_plan_spreads_fee_and_recurring_over_its_hours(bill: pd.DataFrame) -> None:
    fees = bill[bill["line_item_line_item_type"] == RECURRING]
    recurring = in_ticks(fees["line_item_unblended_cost"])
    upfront = in_ticks(fees["savings_plan_amortized_upfront_commitment_for_billing_period"])
    assert (recurring + upfront == in_ticks(fees["savings_plan_total_commitment_to_date"])).all()
    paid = bill[bill["line_item_line_item_type"] == "SavingsPlanUpfrontFee"]
    per_plan = upfront.groupby(fees["savings_plan_savings_plan_a_r_n"]).first() * 365 * 24
    fee_by_plan = in_ticks(paid["line_item_unblended_cost"]).groupby(paid["savings_plan_savings_plan_a_r_n"]).sum()
    assert len(fee_by_plan) == 4
    for arn, fee in fee_by_plan.items():
        assert per_plan.get(arn, fee) == fee  # the returned plan has no hours


def test_each_reservation_month_is_used_or_unused(bill: pd.DataFrame) -> None:
    arn = "reservation_reservation_a_r_n"
    fees = bill[bill["line_item_line_item_type"] == "RIFee"].set_index([arn, "period"])
    usage = bill[bill["line_item_line_item_type"] == "DiscountedUsage"]
    effective = in_ticks(usage["reservation_effective_cost"]).groupby([usage[arn], usage["period"]]).sum()
    unused = in_ticks(fees["reservation_unused_recurring_fee"])
    unused += in_ticks(fees["reservation_unused_amortized_upfront_fee_for_billing_period"])
    paid = in_ticks(fees["line_item_unblended_cost"])
    paid += in_ticks(fees["reservation_amortized_upfront_fee_for_billing_period"])
    paid = paid.sort_index()
    pd.testing.assert_series_equal(effective + unused.sort_index(), paid, check_names=False)


def test_all_upfront_reservations_keep_their_monthly_row(bill: pd.DataFrame) -> None:
    fees = bill[bill["line_item_line_item_type"] == "RIFee"]
    cache = fees[fees["line_item_product_code"] == "AmazonElastiCache"]
    assert len(cache) == 7
    assert (cache["line_item_unblended_cost"] == 0).all()
    assert (cache["reservation_amortized_upfront_fee_for_billing_period"] > 0).all()


def test_the_underused_reservation_leaves_half_its_hours(bill: pd.DataFrame) -> None:
    rows = bill[(bill["line_item_line_item_type"] == "RIFee") & (bill["period"] == "2026-10")]
    row = rows[rows["line_item_usage_type"] == "HeavyUsage:db.m5.large"].iloc[0]
    assert row["reservation_total_reserved_units"] == "1488.0000000000"
    assert row["reservation_unused_quantity"] == 744.0
    assert row["reservation_unused_recurring_fee"] == 90.768  # 744 h at 0.122
