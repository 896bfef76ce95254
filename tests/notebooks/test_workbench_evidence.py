"""What opportunities are found in, as a scope may see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import bills
from support.bills import MEMBER, PAYER, row
from support.workspaces import pulled

from finops_lib.core.periods import Period
from finops_lib.settings.load import Workspace
from finops_lib.workbench import Workbench

PLACE = {"Region": "us-east-1", "Taken": "2026-01-20"}


def _volume(identity: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in pairs]
    return {"VolumeId": identity, "VolumeType": "gp2", "Size": 8, "State": "available", "Tags": tags}


def _charge(account: str, volume: str, cost: float) -> dict[str, Any]:
    return row(
        "Usage",
        cost,
        line_item_usage_account_id=account,
        line_item_resource_id=volume,
        line_item_usage_amount=cost / 0.1,
        line_item_usage_type="EBS:VolumeUsage.gp2",
        pricing_public_on_demand_cost=cost,
        pricing_unit="GB-Mo",
        pricing_term="OnDemand",
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("evidence")
    source = root / "in"
    bills.legacy_parquet(source / "bill.parquet", [_charge(MEMBER, "vol-1", 8.0), _charge(PAYER, "vol-2", 5.0)])
    answers = [
        {"AccountId": MEMBER, "Response": {"Volumes": [_volume("vol-1", ("copied-from", PAYER))]}} | PLACE,
        {"AccountId": PAYER, "Response": {"Volumes": [_volume("vol-2")]}} | PLACE,
    ]
    (source / "volumes.json").write_text(json.dumps({"operation": "ec2.DescribeVolumes", "answers": answers}))
    total = {"estimatedTotalDedupedSavings": 4.0, "items": []}
    (source / "total.json").write_text(json.dumps(total))
    made, report = pulled(root / "workspace", source)
    assert report.problems == ()
    return made


def test_the_organization_sees_everything(workspace: Workspace) -> None:
    found = Workbench.open(workspace.root).evidence()
    assert found.period == Period(2026, 1)
    assert sorted(found.of("volumes")["resource"]) == ["vol-1", "vol-2"]
    assert found.knows("volumes", MEMBER, "us-east-1")
    assert not found.knows("volumes", MEMBER, "eu-west-1")
    assert found.deduped_savings == 4.0
    assert found.protected == ("legal-hold", "finops:keep", "Protected=legal-hold")
    assert sorted(found.bill["ResourceId"]) == ["vol-1", "vol-2"]
    assert found.history.empty


def test_an_account_sees_its_own_and_the_prices_of_all(workspace: Workspace) -> None:
    found = Workbench.open(workspace.root, MEMBER).evidence()
    assert found.of("volumes")["resource"].tolist() == ["vol-1"]
    assert found.of("volumes")["tags"].tolist() == [{"copied-from": "[other account]"}]
    assert set(found.asked["account"]) == {MEMBER}
    assert found.deduped_savings is None
    (price,) = found.prices.to_dict("records")
    assert (price["usage_type"], round(price["price"], 6)) == ("EBS:VolumeUsage.gp2", 0.1)
    assert PAYER not in found.prices.to_csv() + found.bill.to_csv() + str(found.inventory)


def test_the_answers_are_inputs_of_a_report(workspace: Workspace) -> None:
    papers = workspace.papers_of(Period(2026, 1))
    assert papers["evidence/ec2.DescribeVolumes"] == workspace.evidence / "ec2.DescribeVolumes.json"


def test_a_workspace_without_answers_knows_nothing(tmp_path: Path) -> None:
    bills.legacy_parquet(tmp_path / "in/bill.parquet", [_charge(MEMBER, "vol-1", 8.0)])
    made, _ = pulled(tmp_path / "workspace", tmp_path / "in")
    found = Workbench.open(made.root).evidence()
    assert found.of("volumes").empty
    assert found.why_unknown("volumes", MEMBER, "us-east-1") == "AWS was not asked."
