"""The papers agree with the bill: same resources, types, tags, accounts and commitments."""

from __future__ import annotations

import csv
import json
from typing import Any

import botocore.session
import pandas as pd
import pytest

from finops_lib.sources.demo import DemoFiles
from finops_lib.sources.demo.blueprint import Blueprint


def load(demo: DemoFiles, name: str) -> Any:
    return json.loads((demo.papers / name).read_text(encoding="utf-8"))


def described(demo: DemoFiles, call: str, key: str) -> list[tuple[str, str, dict[str, Any]]]:
    answers = load(demo, f"inventory/{call}.json")["answers"]
    return [(answer["AccountId"], answer["Region"], item) for answer in answers for item in answer["Response"][key]]


@pytest.fixture(scope="module")
def last_day(bill: pd.DataFrame) -> pd.DataFrame:
    return bill[bill["line_item_usage_start_date"] >= "2026-11-16"]  # Monday on: what runs in office hours ran, too


def test_all_papers_are_there(demo: DemoFiles) -> None:
    names = {path.relative_to(demo.papers).as_posix() for path in demo.papers.rglob("*") if path.is_file()}
    assert names >= {
        "organization.json",
        "tag_dictionary.json",
        "utilization.csv",
        "budgets.csv",
        "budgets.json",
        "kpis.csv",
        "entitlements.csv",
        "savings_plans.json",
        "reserved_instances.json",
        "recommendations/cost-optimization-hub.ListRecommendations.json",
        "recommendations/compute-optimizer.GetEC2InstanceRecommendations.json",
        "recommendations/compute-optimizer.GetEBSVolumeRecommendations.json",
        "recommendations/ce.GetSavingsPlansPurchaseRecommendation.json",
    }
    assert len([name for name in names if name.startswith("inventory/")]) == 27


def test_the_organization_lists_the_bills_accounts(demo: DemoFiles, bill: pd.DataFrame) -> None:
    paper = load(demo, "organization.json")
    assert [account["Id"] for account in paper["Accounts"]] == list(demo.accounts)
    assert set(bill["line_item_usage_account_id"]) == set(demo.accounts)
    inside = [identity for unit in paper["OrganizationalUnits"] for identity in unit["Accounts"]]
    assert sorted([*inside, paper["Organization"]["MasterAccountId"]]) == sorted(demo.accounts)


def test_instances_of_the_bill_are_in_the_inventory(demo: DemoFiles, last_day: pd.DataFrame) -> None:
    found = described(demo, "ec2.DescribeInstances", "Reservations")
    inventory = {}
    for account, region, reservation in found:
        for item in reservation["Instances"]:
            inventory[item["InstanceId"]] = (account, region, item["InstanceType"], item["UsageOperation"])
    boxes = last_day[
        last_day["line_item_usage_type"].str.contains("BoxUsage:") & last_day["line_item_resource_id"].notna()
    ]
    assert len(boxes) > 100
    for row in boxes.drop_duplicates("line_item_resource_id").itertuples():
        kind = row.line_item_usage_type.partition(":")[2]
        expected = (row.line_item_usage_account_id, row.product_region_code, kind, row.line_item_operation)
        assert inventory[row.line_item_resource_id] == expected


def test_volumes_have_the_size_and_type_that_they_bill(demo: DemoFiles, bill: pd.DataFrame) -> None:
    day = bill[bill["line_item_usage_start_date"] == "2026-11-16"]
    billed = day[day["line_item_usage_type"].str.contains("VolumeUsage")].set_index("line_item_resource_id")
    inventory = described(demo, "ec2.DescribeVolumes", "Volumes")
    assert len(inventory) == len(billed) > 20
    for account, _, volume in inventory:
        row = billed.loc[volume["VolumeId"]]
        kind = row["line_item_usage_type"].rpartition(".")[2].replace("piops", "io1")
        assert (row["line_item_usage_account_id"], kind) == (account, volume["VolumeType"])
        assert round(row["line_item_usage_amount"] * 720 / 24, 4) == volume["Size"]


def test_planted_waste_is_in_the_inventory_as_waste(demo: DemoFiles, facts: dict[str, dict[str, Any]]) -> None:
    volumes = {volume["VolumeId"]: volume for _, _, volume in described(demo, "ec2.DescribeVolumes", "Volumes")}
    loose = volumes[facts["waste-unattached-volume"]["resources"][0]]
    assert (loose["State"], loose["Attachments"], loose["Size"]) == ("available", [], 800)
    stopped = volumes[facts["waste-stopped-instance-volume"]["resources"][0]]["Attachments"][0]["InstanceId"]
    states = {
        item["InstanceId"]: item["State"]["Name"]
        for _, _, reservation in described(demo, "ec2.DescribeInstances", "Reservations")
        for item in reservation["Instances"]
    }
    assert states[stopped] == "stopped"
    idle = [item for _, _, item in described(demo, "ec2.DescribeAddresses", "Addresses") if "AssociationId" not in item]
    assert len(idle) == 3
    gone = facts["anomaly-gpu-fleet"]["resources"]
    assert not set(gone) & set(states)


def test_only_planted_volumes_are_loose(demo: DemoFiles, facts: dict[str, dict[str, Any]]) -> None:
    instances = {
        item["InstanceId"]
        for _, _, reservation in described(demo, "ec2.DescribeInstances", "Reservations")
        for item in reservation["Instances"]
    }
    loose = set()
    for _, _, volume in described(demo, "ec2.DescribeVolumes", "Volumes"):
        assert {link["InstanceId"] for link in volume["Attachments"]} <= instances
        if volume["State"] == "available":
            loose.add(volume["VolumeId"])
    planted = facts["waste-unattached-volume"]["resources"] + facts["trap-legal-hold"]["resources"]
    assert loose == set(planted)


def test_the_covered_instance_is_recommended_for_rightsizing(demo: DemoFiles, facts: dict[str, dict[str, Any]]) -> None:
    """AWS would make it smaller; the trap is that an under-used plan pays for it."""
    paper = load(demo, "recommendations/compute-optimizer.GetEC2InstanceRecommendations.json")
    arns = [item["instanceArn"] for item in paper["instanceRecommendations"]]
    assert any(arn.endswith(facts["trap-covered-rightsizing"]["resources"][0]) for arn in arns)


def test_utilization_speaks_of_known_resources(demo: DemoFiles, plan: Blueprint) -> None:
    known = {resource.id for resource in plan.estate.resources}
    with (demo.papers / "utilization.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert {line["ResourceId"] for line in lines} <= known
    assert all(0 <= float(line["p50"]) <= float(line["p99"]) <= float(line["Maximum"]) for line in lines)


def test_commitments_are_those_of_the_bill(demo: DemoFiles, bill: pd.DataFrame) -> None:
    plans = {plan["savingsPlanArn"]: plan for plan in load(demo, "savings_plans.json")["savingsPlans"]}
    assert set(plans) == set(bill["savings_plan_savings_plan_a_r_n"].dropna())
    fees = bill[bill["line_item_line_item_type"] == "SavingsPlanRecurringFee"]
    hourly = fees.groupby("savings_plan_savings_plan_a_r_n")["savings_plan_total_commitment_to_date"].max()
    assert {arn: float(plans[arn]["commitment"]) for arn in hourly.index} == hourly.to_dict()
    lists = load(demo, "reserved_instances.json")
    reserved = {item["ReservationArn"] for items in lists.values() for item in items}
    assert reserved == set(bill["reservation_reservation_a_r_n"].dropna())


def test_recommendations_point_at_living_resources(demo: DemoFiles) -> None:
    items = load(demo, "recommendations/cost-optimization-hub.ListRecommendations.json")["items"]
    volumes = {volume["VolumeId"] for _, _, volume in described(demo, "ec2.DescribeVolumes", "Volumes")}
    actions = [item["actionType"] for item in items]
    assert {"Rightsize", "Upgrade", "Delete", "PurchaseSavingsPlans"} == set(actions)
    assert {item["resourceId"] for item in items if item["currentResourceType"] == "EbsVolume"} <= volumes
    both = [item["resourceId"] for item in items if item["currentResourceType"] == "EbsVolume"]
    assert len(both) > len(set(both))  # alternatives for one volume stand beside each other, as at AWS


def test_the_hubs_total_counts_a_resource_once(demo: DemoFiles) -> None:
    items = load(demo, "recommendations/cost-optimization-hub.ListRecommendations.json")["items"]
    paper = load(demo, "recommendations/cost-optimization-hub.ListRecommendationSummaries.json")
    listed = sum(item["estimatedMonthlySavings"] for item in items)
    assert sum(item["estimatedMonthlySavings"] for item in paper["items"]) == pytest.approx(listed)
    loose = {item["resourceId"] for item in items if item["actionType"] == "Delete"}
    twice = sum(
        item["estimatedMonthlySavings"]
        for item in items
        if item.get("resourceId") in loose and item["actionType"] == "Upgrade"
    )
    assert paper["estimatedTotalDedupedSavings"] == pytest.approx(listed - twice)
    assert twice > 0


def test_inventory_has_the_forms_of_aws(demo: DemoFiles) -> None:
    """Every answer's members are known to AWS's own model of the call."""
    session = botocore.session.get_session()
    for path in sorted((demo.papers / "inventory").glob("*.json")):
        service, _, name = path.stem.partition(".")
        shape = session.get_service_model(service).operation_model(name).output_shape
        for answer in json.loads(path.read_text(encoding="utf-8"))["answers"]:
            assert unknown(answer["Response"], shape) == [], path.stem


def unknown(value: Any, shape: Any) -> list[str]:
    """Members that a shape does not have."""
    if shape.type_name == "structure":
        named = [key for key in value if key not in shape.members]
        below = [unknown(value[key], shape.members[key]) for key in value if key in shape.members]
        return named + [word for words in below for word in words]
    if shape.type_name == "list":
        return [word for item in value for word in unknown(item, shape.member)]
    return []


def test_every_nat_gateway_stands_in_a_network_with_gateway_endpoints(demo: DemoFiles) -> None:
    endpoints = [item for _, _, item in described(demo, "ec2.DescribeVpcEndpoints", "VpcEndpoints")]
    served = {(item["VpcId"], item["ServiceName"].rpartition(".")[2]) for item in endpoints if "VpcId" in item}
    networks = {item["VpcId"] for _, _, item in described(demo, "ec2.DescribeNatGateways", "NatGateways")}
    assert len(networks) >= 4
    assert served == {(network, service) for network in networks for service in ("s3", "dynamodb")}


def test_the_image_says_which_snapshot_it_needs(demo: DemoFiles, facts: dict[str, dict[str, Any]]) -> None:
    images = [item for _, _, item in described(demo, "ec2.DescribeImages", "Images")]
    needed = {disk["Ebs"]["SnapshotId"] for image in images for disk in image["BlockDeviceMappings"]}
    trap = facts["trap-ami-snapshot"]["resources"][0]
    assert {trap.rpartition("/")[2]} == needed


def test_the_recommended_plan_saves_what_it_says(demo: DemoFiles) -> None:
    answer = load(demo, "recommendations/ce.GetSavingsPlansPurchaseRecommendation.json")
    (detail,) = answer["SavingsPlansPurchaseRecommendation"]["SavingsPlansPurchaseRecommendationDetails"]
    cost, left, saved = (
        float(detail[key]) for key in ("EstimatedSPCost", "EstimatedOnDemandCost", "EstimatedMonthlySavingsAmount")
    )
    before = float(detail["CurrentAverageHourlyOnDemandSpend"]) * 744
    assert abs(cost + left + saved - before) < 0.1
    assert saved > 0


def test_kpis_cover_every_day(demo: DemoFiles) -> None:
    kpis = pd.read_csv(demo.papers / "kpis.csv", parse_dates=["date"])
    days = pd.date_range("2025-07-01", "2026-11-18")
    assert kpis["date"].tolist() == days.tolist()
    assert list(kpis.columns) == ["date", "orders", "active_users", "deliveries", "revenue_usd", "employees"]


def test_orders_drive_the_checkout_functions(
    demo: DemoFiles, bill: pd.DataFrame, facts: dict[str, dict[str, Any]]
) -> None:
    kpis = pd.read_csv(demo.papers / "kpis.csv", parse_dates=["date"]).set_index("date")["orders"]
    rows = bill[bill["line_item_resource_id"].isin(facts["growth-checkout"]["resources"])]
    daily = rows.groupby(rows["line_item_usage_start_date"].dt.tz_localize(None))["line_item_unblended_cost"].sum()
    unit_cost = daily / kpis
    assert unit_cost.std() / unit_cost.mean() < 0.03


def test_budgets_are_in_both_forms(demo: DemoFiles) -> None:
    budgets = pd.read_csv(demo.papers / "budgets.csv", dtype={"scope": str})
    answers = load(demo, "budgets.json")["Budgets"]
    assert sorted(budgets["budget"].unique()) == sorted(answer["BudgetName"] for answer in answers)
    october = budgets[budgets["period"] == "2026-10"].set_index("scope")["amount"]
    assert october.drop("organization").sum() == october["organization"]
    assert october["885072614490"] == 200


def test_entitlements_are_a_register(demo: DemoFiles) -> None:
    register = pd.read_csv(demo.papers / "entitlements.csv")
    assert len(register) == 6
    assert (register["quantity"] > 0).all()
    assert register["expires"].dropna().min() < "2026-10-31"  # one agreement has run out
