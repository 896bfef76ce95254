"""The fixtures from the bill on: a pull, the marts, the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bills_of_two_months import categories, effects
from support.bills import PLAN, cur2_parquet, row
from support.workspaces import pulled

from finops_lib.analyses.variance import EVIDENCE, explain
from finops_lib.analyses.variance_result import VarianceResult
from finops_lib.workbench import Workbench


def dated(rows: list[dict[str, Any]], month: str) -> list[dict[str, Any]]:
    """The rows, one of a single hour each, in this month, which has no invoice yet."""
    following = f"2026-{int(month[-2:]) + 1:02d}"
    times = {
        "bill_billing_period_start_date": f"{month}-01T00:00:00Z", "bill_billing_period_end_date": f"{following}-01T00:00:00Z",
        "line_item_usage_start_date": f"{month}-05T10:00:00Z", "line_item_usage_end_date": f"{month}-05T11:00:00Z", "bill_invoice_id": None,
    }  # fmt: skip
    return [values | times for values in rows]


def answer(
    root: Path, before: list[dict[str, Any]], after: list[dict[str, Any]], first: str = "2026-07"
) -> VarianceResult:
    second = f"2026-{int(first[-2:]) + 1:02d}"
    for month, rows in ((first, before), (second, after)):
        workspace, _ = pulled(root / "w", cur2_parquet(root / f"{month}.parquet", dated(rows, month)))
    wb = Workbench.open(workspace.root, period=second)
    return explain(*wb.frames(*EVIDENCE), scope=wb.scope, period=wb.period)


def used(unit: str, quantity: float, price: float) -> dict[str, Any]:
    return row(
        "Usage",
        quantity * price,
        line_item_usage_type=unit,
        line_item_usage_amount=quantity,
        line_item_resource_id=f"i-{unit}",
    )


def covered(quantity: float) -> dict[str, Any]:
    return row(
        "SavingsPlanCoveredUsage", quantity * 1.0, line_item_usage_amount=quantity, pricing_public_on_demand_cost=quantity * 1.0,
        savings_plan_savings_plan_a_r_n=PLAN, savings_plan_savings_plan_effective_cost=quantity * 0.7,
    )  # fmt: skip


@pytest.mark.parametrize("names", [("BoxUsage:m5.large", "BoxUsage:m5.xlarge"), ("A", "B")])
def test_volume_mix_and_rate(tmp_path: Path, names: tuple[str, str]) -> None:
    a, b = names
    result = answer(tmp_path, [used(a, 100, 1.0), used(b, 100, 2.0)], [used(a, 150, 1.1), used(b, 50, 2.0)])
    assert effects(result) == {"mix": -47.5, "list_price": 12.5}
    assert "anomalous" not in categories(result)


def test_calendar(tmp_path: Path) -> None:
    result = answer(tmp_path, [used("A", 280, 1.0)], [used("A", 310, 1.0)], first="2026-02")
    assert effects(result) == {"calendar": 30.0}


def test_coverage_shift(tmp_path: Path) -> None:
    plain = {"line_item_usage_amount": 20.0}
    before, after = row("Usage", 20.0, **plain), row("Usage", 80.0, **(plain | {"line_item_usage_amount": 80.0}))
    result = answer(tmp_path, [covered(80), before], [covered(20), after])
    assert effects(result) == {"commitment_coverage": 18.0}
    assert categories(result) == {"not_business": 18.0}
