"""The canonical costs by a second route: the published rules in plain pandas, and the demo organization's own ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from support import bills, workspaces
from support.random_bills import DISCOUNTS, PLAN_REFUND
from support.random_bills import bills as random_bills

from finops_lib.core.scope import ORGANIZATION
from finops_lib.sources.demo import DemoSize, write_demo
from finops_lib.warehouse.duckdb import DuckDBEngine

COSTS = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
USAGE = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
CATEGORIES = {
    **dict.fromkeys((*USAGE, "SavingsPlanNegation", "FlatRateSubscription"), "Usage"),
    **dict.fromkeys(("SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "RIFee", "Fee"), "Purchase"),
    **dict.fromkeys(("Refund", *DISCOUNTS), "Adjustment"),
    "Tax": "Tax",
    "Credit": "Credit",
}


def by_the_rules(bill: pd.DataFrame, *, net: bool) -> pd.DataFrame:
    """The four costs of each row, read off docs/methods/cost-metrics.md; with ``net`` after private discounts."""
    kind, billed = bill["line_item_line_item_type"], bill["line_item_unblended_cost"]
    own = "net_" if net else ""
    unused = bill["savings_plan_total_commitment_to_date"] - bill["savings_plan_used_commitment"]
    of_a_reservation = bill["reservation_reservation_a_r_n"].notna()
    refunds_a_plan = bill["line_item_line_item_description"].str.startswith(PLAN_REFUND[:-7])
    effective = [
        (kind == "DiscountedUsage", bill[f"reservation_{own}effective_cost"]),
        (kind == "SavingsPlanCoveredUsage", bill[f"savings_plan_{own}savings_plan_effective_cost"]),
        (kind.isin(["SavingsPlanNegation", "SavingsPlanUpfrontFee"]), 0.0),
        (kind == "SavingsPlanRecurringFee", unused * net_factor(bill) if net else unused),
        (
            kind == "RIFee",
            bill[f"reservation_{own}unused_amortized_upfront_fee_for_billing_period"]
            + bill[f"reservation_{own}unused_recurring_fee"],
        ),
        ((kind == "Fee") & of_a_reservation, 0.0),
        ((kind == "Refund") & refunds_a_plan, 0.0),
    ]
    conditions, values = zip(*effective, strict=True)
    rest = bill["line_item_net_unblended_cost"] if net else billed
    public, is_usage = bill["pricing_public_on_demand_cost"], kind.isin(USAGE)
    contracted = np.select([kind == "DiscountedUsage", is_usage | kind.isin(DISCOUNTS)], [public, billed], 0.0)
    return pd.DataFrame({
        "SubAccountId": bill["line_item_usage_account_id"],
        "x_line_item_type": kind,
        "ChargeCategory": kind.map(CATEGORIES).fillna("Unclassified"),
        "BilledCost": billed,
        "EffectiveCost": np.select(conditions, values, rest),
        "ListCost": np.where(is_usage, public, 0.0),
        "ContractedCost": contracted,
    })  # fmt: skip


def net_factor(bill: pd.DataFrame) -> pd.Series[float]:
    """What share of a plan's fee is left after private discounts."""
    parts = ("amortized_upfront_commitment_for_billing_period", "recurring_commitment_for_billing_period")
    gross, net = (sum(bill[f"savings_plan_{own}{part}"] for part in parts) for own in ("", "net_"))
    return net / gross


def canonical(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as name:
        path = bills.legacy_parquet(Path(name) / "bill.parquet", rows)
        workspace, report = workspaces.pulled(Path(name) / "w", path)
        assert report.problems == ()
        return DuckDBEngine(workspace.warehouse).sql("FROM cost", ORGANIZATION)


def sums(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.groupby(["SubAccountId", "x_line_item_type", "ChargeCategory"])[COSTS].sum()


@settings(max_examples=7)
@given(random_bills())
def test_canonical_costs_are_the_rules(rows: list[dict[str, Any]]) -> None:
    expected = by_the_rules(bills.frame(rows), net=False)
    pd.testing.assert_frame_equal(sums(canonical(rows)), sums(expected), check_exact=False, atol=1e-8, rtol=0)


@settings(max_examples=7)
@given(random_bills(net=True))
def test_with_private_discounts_effective_cost_is_net(rows: list[dict[str, Any]]) -> None:
    expected = by_the_rules(bills.frame(rows), net=True)
    pd.testing.assert_frame_equal(sums(canonical(rows)), sums(expected), check_exact=False, atol=1e-8, rtol=0)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[workspaces.Workspace, pd.DataFrame]:
    """Three closed months and an open one of the demo organization; and its ledger, amounts as text."""
    folder = tmp_path_factory.mktemp("ledger")
    files = write_demo(folder / "demo", DemoSize(months=3, rows=1))
    workspace, report = workspaces.pulled(folder / "w", files.export)
    assert report.problems == ()
    ledger = (
        pd.read_csv(files.truth / "ledger.csv", dtype=str).set_index(["SubAccountId", "BillingPeriod"]).sort_index()
    )
    return workspace, ledger


def test_demo_totals_equal_the_generators_ledger_to_the_cent(demo: tuple[workspaces.Workspace, pd.DataFrame]) -> None:
    workspace, ledger = demo
    sums = ", ".join(f'CAST(sum("{cost}") AS VARCHAR) AS "{cost}"' for cost in COSTS)
    query = f"""SELECT "SubAccountId", strftime("BillingPeriodStart", '%Y-%m') AS "BillingPeriod", {sums} FROM cost GROUP BY 1, 2"""
    totals = (
        DuckDBEngine(workspace.warehouse)
        .sql(query, ORGANIZATION)
        .set_index(["SubAccountId", "BillingPeriod"])
        .sort_index()
    )
    assert totals.index.tolist() == ledger.index.tolist()
    assert len(ledger) == 8 * 4
    off = [
        (key, cost, got, meant)
        for key in ledger.index
        for cost in COSTS
        if abs(Decimal(got := totals.at[key, cost]) - Decimal(meant := ledger.at[key, cost])) >= Decimal("0.005")
    ]
    assert off == []


@pytest.mark.parametrize("period", ["2026-08", "2026-09", "2026-10", "2026-11"])
def test_demo_overview_equals_the_ledger(demo: tuple[workspaces.Workspace, pd.DataFrame], period: str) -> None:
    workspace, ledger = demo
    month = ledger.xs(period, level="BillingPeriod").astype(float)
    result = workspaces.overview(workspace, period=period)
    accounts = result.by_account.set_index("SubAccountId")
    for cost in COSTS:
        assert accounts[cost].to_dict() == pytest.approx(month[cost].to_dict(), abs=0.005)
        assert getattr(result.totals, cost) == pytest.approx(month[cost].sum(), abs=0.005)
