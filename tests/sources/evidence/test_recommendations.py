"""AWS's recommendations: the best option of each, in the bill's names, before and after discounts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from finops_lib.sources.aws.evidence.answer import Answer, Answers
from finops_lib.sources.aws.evidence.compute_optimizer import billed_id
from finops_lib.sources.aws.evidence.frames import frames

ACCOUNT, REGION, DAY = "111122223333", "us-east-1", "2026-11-01"


def read(operation: str, response: dict[str, Any], *more: Answer) -> pd.DataFrame:
    answer = Answer(operation, ACCOUNT, REGION, DAY, response)
    return frames(Answers.of_all([answer, *more]))["recommendations"]


def saving(value: float, percent: float) -> dict[str, Any]:
    return {"savingsOpportunityPercentage": percent, "estimatedMonthlySavings": {"currency": "USD", "value": value}}


def instance(finding: str, *options: dict[str, Any]) -> dict[str, Any]:
    return {
        "instanceArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1",
        "accountId": ACCOUNT,
        "currentInstanceType": "m5.2xlarge",
        "finding": finding,
        "utilizationMetrics": [{"name": "CPU", "statistic": "MAXIMUM", "value": 9.0}],
        "lookBackPeriodInDays": 14.0,
        "recommendationOptions": list(options),
        "tags": [],
    }


def test_the_first_option_of_an_instance_with_both_savings() -> None:
    second = {"instanceType": "m5.large", "rank": 2, "savingsOpportunity": saving(90.0, 30.0)}
    first = {"instanceType": "m5.xlarge", "rank": 1, "performanceRisk": 1.0, "migrationEffort": "Low"}
    first |= {"savingsOpportunity": saving(140.0, 50.0), "savingsOpportunityAfterDiscounts": saving(100.0, 50.0)}
    (row,) = read(
        "compute-optimizer.GetEC2InstanceRecommendations",
        {"instanceRecommendations": [instance("Overprovisioned", second, first)]},
    ).to_dict("records")
    assert (row["resource"], row["action"], row["current"], row["target"]) == (
        "i-1",
        "Rightsize",
        "m5.2xlarge",
        "m5.xlarge",
    )
    assert (row["saving"], row["list_saving"], row["cost"]) == (100.0, 140.0, 200.0)
    assert (row["risk"], row["effort"], row["memory_known"]) == (1.0, "Low", False)
    assert row["currency"] == "USD"


@pytest.mark.parametrize("finding", ["Optimized", "OPTIMIZED", "Unavailable"])
def test_what_is_optimized_gives_no_row(finding: str) -> None:
    option = {"instanceType": "m5.2xlarge", "rank": 1}
    items = [instance(finding, option), instance("Overprovisioned")]
    assert read("compute-optimizer.GetEC2InstanceRecommendations", {"instanceRecommendations": items}).empty


def test_a_database_may_have_two_recommendations() -> None:
    item = {
        "resourceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders",
        "accountId": ACCOUNT,
        "currentDBInstanceClass": "db.r5.xlarge",
        "currentStorageConfiguration": {"storageType": "gp2", "allocatedStorage": 100},
        "instanceFinding": "Overprovisioned",
        "storageFinding": "Overprovisioned",
        "instanceRecommendationOptions": [{"dbInstanceClass": "db.r5.large", "rank": 1, "savingsOpportunity": saving(50, 25)}],
        "storageRecommendationOptions": [
            {"storageConfiguration": {"storageType": "gp3", "allocatedStorage": 100}, "rank": 1, "savingsOpportunity": saving(2, 20)}
        ],
    }  # fmt: skip
    found = read("compute-optimizer.GetRDSDatabaseRecommendations", {"rdsDBRecommendations": [item]})
    assert found["target"].tolist() == ["db.r5.large", "gp3/100GB"]
    assert found["saving"].isna().all()


def test_idle_resources_are_stopped_or_deleted() -> None:
    idle = {
        "resourceType": "EC2Instance",
        "finding": "Idle",
        "resourceArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1",
    }
    loose = {
        "resourceType": "EBSVolume",
        "finding": "Unattached",
        "resourceArn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-1",
    }
    found = read("compute-optimizer.GetIdleRecommendations", {"idleRecommendations": [idle, loose]})
    assert list(zip(found["resource"], found["action"], strict=True)) == [("i-1", "Stop"), ("vol-1", "Delete")]


@pytest.mark.parametrize(
    ("arn", "billed"),
    [
        ("arn:aws:ec2:us-east-1:111122223333:instance/i-1", "i-1"),
        ("arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1", "arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1"),
        (
            "arn:aws:lambda:us-east-1:111122223333:function:f:$LATEST",
            "arn:aws:lambda:us-east-1:111122223333:function:f",
        ),
        ("arn:aws:lambda:us-east-1:111122223333:function:f", "arn:aws:lambda:us-east-1:111122223333:function:f"),
        ("i-plain", "i-plain"),
        ("", ""),
    ],
)
def test_resources_are_named_as_the_bill_names_them(arn: str, billed: str) -> None:
    assert billed_id(arn) == billed


def test_the_hubs_savings_are_at_list_where_the_account_prefers_that() -> None:
    item = {
        "recommendationId": "1",
        "accountId": ACCOUNT,
        "actionType": "Delete",
        "estimatedMonthlySavings": 5.0,
        "tags": [],
    }
    shown = Answer(
        "cost-optimization-hub.GetPreferences", ACCOUNT, REGION, DAY, {"savingsEstimationMode": "BeforeDiscounts"}
    )
    listed = read("cost-optimization-hub.ListRecommendations", {"items": [item]}, shown).iloc[0]
    netted = read("cost-optimization-hub.ListRecommendations", {"items": [item]}).iloc[0]
    assert (listed["list_saving"], netted["saving"]) == (5.0, 5.0)
    assert pd.isna(listed["saving"])
    assert pd.isna(netted["list_saving"])


def test_trusted_advisor_with_null_facts_and_excluded_resources() -> None:
    names = [
        "Region/AZ",
        "Instance ID",
        "Instance Name",
        "Instance Type",
        "Estimated Monthly Savings",
        "14-Day Average CPU",
    ]
    checks = {"checks": [{"id": "q", "name": "Low Utilization Amazon EC2 Instances", "metadata": names}]}
    flagged = {
        "status": "warning",
        "region": REGION,
        "resourceId": "x",
        "metadata": [REGION, "i-1", None, "m4.large", "$1,210.50", None],
    }
    hidden = flagged | {"resourceId": "y", "isSuppressed": True}
    result = {"checkId": "q", "timestamp": "2026-08-01T00:00:00Z", "flaggedResources": [flagged, hidden]}
    listed = Answer("support.DescribeTrustedAdvisorChecks", ACCOUNT, "*", DAY, checks)
    (row,) = read("support.DescribeTrustedAdvisorCheckResult", {"result": result}, listed).to_dict("records")
    assert (row["resource"], row["list_saving"], row["current"], row["lookback_days"]) == (
        "i-1",
        1210.5,
        "m4.large",
        14.0,
    )
    assert row["refreshed"] == pd.Timestamp("2026-08-01")
