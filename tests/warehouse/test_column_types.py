"""Files with equal headers and other types of a column: each is read as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import bills, workspaces
from support.bills import RESERVATION, row

from finops_lib.core.scope import ORGANIZATION
from finops_lib.warehouse.duckdb import DuckDBEngine

WHOLE = {"pricing_public_on_demand_cost": 6, "reservation_effective_cost": 0, "line_item_usage_amount": 2}
BROKEN = {"pricing_public_on_demand_cost": 1.75, "reservation_effective_cost": 0.4, "line_item_usage_amount": 0.4}
COMMITMENTS = {"reservation_reservation_a_r_n": RESERVATION, "savings_plan_savings_plan_a_r_n": ""}


@pytest.mark.parametrize("names", [("a.parquet", "b.parquet"), ("b.parquet", "a.parquet")])
def test_a_chunk_of_whole_numbers_cuts_no_cents_off_the_next(tmp_path: Path, names: tuple[str, str]) -> None:
    bills.legacy_parquet(tmp_path / "export" / names[0], [row("Usage", 4.5, **WHOLE, **COMMITMENTS)])
    bills.legacy_parquet(tmp_path / "export" / names[1], [row("DiscountedUsage", 0.0, **BROKEN, **COMMITMENTS)])
    workspace, report = workspaces.pulled(tmp_path / "w", tmp_path / "export")
    assert report.problems == ()
    assert workspaces.totals(workspace)[:3] == (4.5, 4.9, 7.75)


def test_a_chunk_of_numeric_account_ids_takes_no_zeros_off_the_next(tmp_path: Path) -> None:
    bills.legacy_parquet(
        tmp_path / "export" / "a.parquet", [row("Usage", 1.0, line_item_usage_account_id=444455556666)]
    )
    bills.legacy_parquet(
        tmp_path / "export" / "b.parquet", [row("Usage", 2.0, line_item_usage_account_id="011122223333")]
    )
    workspace, _ = workspaces.pulled(tmp_path / "w", tmp_path / "export")
    found = DuckDBEngine(workspace.warehouse).sql('SELECT "SubAccountId" FROM cost ORDER BY 1', ORGANIZATION)
    assert found["SubAccountId"].tolist() == ["011122223333", "444455556666"]


def test_a_tag_that_parquet_types_as_numbers_is_text(tmp_path: Path) -> None:
    rows = [row("Usage", 1.0, resource_tags_user_cost_center=100), row("Usage", 2.0, resource_tags_user_cost_center=7)]
    workspace, report = workspaces.pulled(tmp_path / "w", bills.legacy_parquet(tmp_path / "bill.parquet", rows))
    assert report.problems == ()
    found = DuckDBEngine(workspace.warehouse).sql("SELECT x_tag_cost_center AS tag FROM cost ORDER BY 1", ORGANIZATION)
    assert found["tag"].tolist() == ["100", "7"]
