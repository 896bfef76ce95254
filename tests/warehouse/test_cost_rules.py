"""Each line item type's costs, by hand; every rule of the method page has a row here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import bills, workspaces
from support.bills import PAYER, PLAN, RESERVATION, row

REFUND_OF_PLAN = "Refund for one-time fee for Savings Plan ID plan-1"

CASES = [
    pytest.param([row("Usage", 10.0)], (10, 10, 10, 10), id="usage"),
    pytest.param([row("Usage", 10.0, line_item_operation=None)], (10, 10, 10, 10), id="usage without an operation"),
    pytest.param([row("Usage", 10.0, pricing_public_on_demand_cost=12.5)], (10, 10, 12.5, 10), id="usage under a private rate"),
    pytest.param(bills.savings_plan_month(), (100, 100, 120, 120), id="savings plan"),
    pytest.param(
        [row("SavingsPlanUpfrontFee", 365.0, savings_plan_savings_plan_a_r_n=PLAN)], (365, 0, 0, 0), id="plan paid upfront"
    ),
    pytest.param(
        [
            row("DiscountedUsage", 0.0, pricing_public_on_demand_cost=7.0, reservation_effective_cost=4.0, reservation_reservation_a_r_n=RESERVATION),
            row(
                "RIFee", 6.0, reservation_reservation_a_r_n=RESERVATION,
                reservation_unused_amortized_upfront_fee_for_billing_period=0.5, reservation_unused_recurring_fee=1.5,
                reservation_amortized_upfront_fee_for_billing_period=0.0,
            ),
        ],
        (6, 6, 7, 7), id="reserved instance",
    ),
    pytest.param([row("Fee", 1200.0, reservation_reservation_a_r_n=RESERVATION)], (1200, 0, 0, 0), id="reservation paid upfront"),
    pytest.param([row("Fee", 99.0)], (99, 99, 0, 0), id="fee"),
    pytest.param([row("FlatRateSubscription", 20.0)], (20, 20, 0, 0), id="flat rate"),
    pytest.param([row("Tax", 19.0)], (19, 19, 0, 0), id="tax"),
    pytest.param([row("Credit", -5.0)], (-5, -5, 0, 0), id="credit"),
    pytest.param([row("Refund", -3.0)], (-3, -3, 0, 0), id="refund"),
    pytest.param(
        [row("Refund", -365.0, line_item_line_item_description=REFUND_OF_PLAN, line_item_product_code="ComputeSavingsPlans")],
        (-365, 0, 0, 0), id="refund of a plan's upfront fee",
    ),
    *[
        pytest.param([row(kind, -2.0)], (-2, -2, 0, -2), id=kind)
        for kind in ("Discount", "BundledDiscount", "EdpDiscount", "PrivateRateDiscount", "RiVolumeDiscount", "SppDiscount", "DistributorDiscount")
    ],
    pytest.param([row("SomethingNew", 8.0)], (8, 8, 0, 0), id="unknown type"),
    pytest.param(
        [row("Usage", 10.0), row("Usage", 4.0, line_item_operation="EKSPod-EC2", split_line_item_parent_resource_id="i-1")],
        (10, 10, 10, 10), id="split rows repeat their instance",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), CASES)
def test_costs_of_a_line_item_type(tmp_path: Path, rows: list[dict[str, Any]], expected: tuple[float, ...]) -> None:
    workspace, report = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert report.problems == ()
    assert workspaces.totals(workspace) == expected


def test_reservation_with_upfront_and_no_usage_is_amortized_as_unused(tmp_path: Path) -> None:
    """1200 USD upfront for a year: January's share is 1200 x 744 / 8760, all of it unused, nothing billed."""
    share = round(1200 * 744 / 8760, 10)
    fee = row(
        "RIFee", 0.0, reservation_reservation_a_r_n=RESERVATION, reservation_unused_recurring_fee=0.0,
        reservation_unused_amortized_upfront_fee_for_billing_period=share,
        reservation_amortized_upfront_fee_for_billing_period=share,
    )  # fmt: skip
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", [fee]))
    assert workspaces.totals(workspace) == (0.0, pytest.approx(101.917808, abs=1e-6), 0.0, 0.0)


def test_private_discounts_make_effective_cost_net(tmp_path: Path) -> None:
    covered, negation, fee = bills.savings_plan_month()
    covered |= {"savings_plan_net_savings_plan_effective_cost": 81.0, "line_item_net_unblended_cost": 108.0}
    negation |= {"line_item_net_unblended_cost": -108.0}
    fee |= {
        "savings_plan_net_amortized_upfront_commitment_for_billing_period": 0.0,
        "savings_plan_net_recurring_commitment_for_billing_period": 90.0,
        "line_item_net_unblended_cost": 90.0,
    }
    usage = row("Usage", 50.0, line_item_net_unblended_cost=45.0)
    discount = row("EdpDiscount", -15.0)
    path = bills.legacy_parquet(tmp_path / "bill.parquet", [covered, negation, fee, usage, discount])
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    result = workspaces.overview(workspace)
    assert result.cost_basis == "net amortized"
    # 81 used + 10 unused at 90 % + 45 of usage; the discount row is inside the net columns already.
    assert result.totals.EffectiveCost == pytest.approx(81 + 9 + 45)
    assert result.totals.BilledCost == pytest.approx(100 + 50 - 15)


def test_fees_without_amortized_columns_are_shown_as_billed(tmp_path: Path) -> None:
    rows = [
        row("DiscountedUsage", 0.0, pricing_public_on_demand_cost=7.0, reservation_reservation_a_r_n=RESERVATION),
        row("RIFee", 6.0),
    ]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    result = workspaces.overview(workspace)
    assert result.totals.EffectiveCost == 6.0
    assert "cost.not_amortized_reservations" in {note.code for note in result.notes}


def test_list_cost_is_unknown_where_no_row_carries_a_public_price(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row("Usage", 10.0).items() if k != "pricing_public_on_demand_cost"}]
    workspace, _ = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert workspaces.totals(workspace) == (10.0, 10.0, None, 10.0)


def test_plan_fee_belongs_to_its_buyer_and_usage_to_its_user(tmp_path: Path) -> None:
    path = bills.legacy_parquet(tmp_path / "bill.parquet", bills.savings_plan_month())
    workspace, _ = workspaces.pulled(tmp_path / "w", path)
    assert workspaces.totals(workspace, bills.MEMBER) == (0.0, 90.0, 120.0, 120.0)
    assert workspaces.totals(workspace, PAYER) == (100.0, 10.0, 0.0, 0.0)
