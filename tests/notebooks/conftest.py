"""Two workspaces for the tests of notebooks: a bill of few rows, and the demo organization."""

from __future__ import annotations

import pytest
from support import bills, workspaces
from support.bills import MEMBER, PAYER, row

from finops_lib.cli.main import cli
from finops_lib.settings.load import Workspace

OTHER = "777788889999"


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two months of one payer and two members; a resource name and a tag of one tell of another."""
    folder = tmp_path_factory.mktemp("small")
    for month, cost in (("2026-01", 10.0), ("2026-02", 30.0)):
        dates = {
            "bill_billing_period_start_date": f"{month}-01T00:00:00Z",
            "line_item_usage_start_date": f"{month}-05T10:00:00Z",
            "line_item_usage_end_date": f"{month}-05T11:00:00Z",
            "bill_invoice_id": f"INV-{month}",
        }
        shared = {"line_item_resource_id": f"arn:aws:s3:::logs-{PAYER}", "resource_tags_user_team": f"with {OTHER}"}
        rows = [
            row("Usage", cost, **dates, **shared),
            row("Usage", 2.0, **dates, line_item_usage_account_id=OTHER, resource_tags_user_team="key AKIAIOSFODNN7EXAMPLE"),
            row("Tax", 1.0, **dates, line_item_usage_account_id=PAYER),
        ]  # fmt: skip
        bills.legacy_parquet(folder / f"{month}.parquet", rows)
    workspace, _ = workspaces.pulled(folder / "workspace", folder / "2026-01.parquet", folder / "2026-02.parquet")
    path = workspace.root / "finops.toml"
    path.write_text(path.read_text() + f'\n[[accounts]]\nid = "{MEMBER}"\nname = "harbor"\n')
    return Workspace.open(workspace.root)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The workspace of ``make demo``, before any report."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    assert cli.main(["demo", "--dir", str(folder), "--no-report"], standalone_mode=False) == 0
    return Workspace.open(folder)
