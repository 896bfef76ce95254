"""The same bill gives the same answer in every form that AWS delivers it in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import bills, workspaces
from support.bills import PAYER, row

ROWS = [
    row("Usage", 10.1234567891, resource_tags_user_cost_center="cc-1", resource_tags_user_owner="Zoë"),
    row("Usage", 0.00000042, resource_tags_user_cost_center="cc-2", line_item_resource_id="i-2"),
    row("Tax", 1.9, line_item_usage_account_id=PAYER, line_item_product_code="AmazonS3", product_product_name="Amazon Simple Storage Service"),
    *bills.savings_plan_month(),
]  # fmt: skip

FORMS: dict[str, Callable[[Path], Path]] = {
    "parquet": lambda folder: bills.legacy_parquet(folder / "bill.parquet", ROWS),
    "csv": lambda folder: bills.legacy_csv(folder / "bill.csv", ROWS),
    "csv.gz": lambda folder: bills.legacy_csv(folder / "bill.csv.gz", ROWS),
    "zip": lambda folder: bills.legacy_csv(folder / "bill.zip", ROWS),
    "cur2 parquet": lambda folder: bills.cur2_parquet(folder / "bill.parquet", ROWS),
    "cur2 csv": lambda folder: bills.cur2_csv(folder / "bill.csv", ROWS),
}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("expected")
    workspace, _ = workspaces.pulled(folder / "w", FORMS["parquet"](folder))
    return workspaces.overview(workspace).to_dict()


@pytest.mark.parametrize("form", FORMS)
def test_overview_is_the_same(tmp_path: Path, form: str, expected: dict[str, Any]) -> None:
    workspace, report = workspaces.pulled(tmp_path / "w", FORMS[form](tmp_path))
    assert report.problems == ()
    assert workspaces.overview(workspace).to_dict() == expected


def test_what_the_overview_says(expected: dict[str, Any]) -> None:
    assert expected["totals"]["BilledCost"] == pytest.approx(10.1234567891 + 0.00000042 + 1.9 + 100, abs=1e-6)
    assert [(line["x_tag_cost_center"], line["EffectiveCost"]) for line in expected["by_tag"]["cost_center"]] == [
        (None, 101.9), ("cc-1", 10.123457), ("cc-2", 0.0),
    ]  # fmt: skip
    services = {line["ServiceName"]: line["BilledCost"] for line in expected["by_service"]}
    assert services == {
        "Savings Plans for AWS Compute usage": 100.0,
        "Amazon Elastic Compute Cloud": 10.123457,
        "Amazon Simple Storage Service": 1.9,
    }
    assert expected["reconciliation"] == {"source": 112.023457, "canonical": 112.023457, "difference": 0.0}
    assert json.loads(json.dumps(expected)) == expected


@pytest.mark.parametrize("version", ["1.0", "1.2"])
def test_focus_passes_as_delivered(tmp_path: Path, version: str) -> None:
    rows = [
        {
            "BilledCost": 0.0,
            "EffectiveCost": 6.1,
            "ListCost": 10.0,
            "ContractedCost": 9.0,
            "CommitmentDiscountStatus": "Used",
        },
        {"BilledCost": 7.0, "EffectiveCost": 0.0, "ChargeCategory": "Purchase", "CommitmentDiscountId": "plan-1"},
        {
            "BilledCost": 2.5,
            "EffectiveCost": 2.5,
            "ProviderName": "Other Cloud",
            "ServiceName": "Blob",
            "x_ServiceCode": None,
        },
    ]
    workspace, report = workspaces.pulled(tmp_path / "w", bills.focus_csv(tmp_path / "bill.csv", rows, version=version))
    assert [outcome.format for outcome in report.outcomes] == [f"FOCUS {version}"]
    assert workspaces.totals(workspace) == (9.5, 8.6, 10.0, 9.0)
    result = workspaces.overview(workspace)
    assert result.invoice_status == ("final" if version == "1.2" else "unknown")
    assert "not_checked.amortization_identity" in {note.code for note in result.not_checked}
