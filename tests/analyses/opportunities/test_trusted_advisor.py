from __future__ import annotations

from typing import Any

import pytest
from compute_lines import advice, box
from opportunity_evidence import asked, evidence, line

from finops_lib.analyses.opportunities.trusted_advisor import find


def _check(id_: str, name: str, amount: float | None, **more: Any) -> dict[str, Any]:
    facts = {"source": "trusted-advisor", "action": name, "resource_type": name, "target": None, "current": None}
    return advice(id_, **facts, list_saving=amount, **({"memory_known": None} | more))


def test_a_check_that_nothing_else_covers_is_taken_over() -> None:
    row = line("cluster-1", "Node:dc2.large", 180.0, x_ServiceCode="AmazonRedshift")
    told = {"recommendations": [_check("cluster-1", "Underutilized Amazon Redshift Clusters", 150.0)]}
    found = find(evidence(row, inventory=told))
    (item,) = found.found
    assert (item.saving.expected, item.confidence, found.examined) == (150.0, "possible", 1)


@pytest.mark.parametrize(
    "name",
    [
        "Idle Load Balancers",
        "Unassociated Elastic IP Addresses",
        "Amazon EC2 Reserved Instance Lease Expiration",
        "Underutilized Amazon EBS Volumes",
        "Savings Plan",
    ],
)
def test_what_our_own_kinds_judge_is_not_doubled(name: str) -> None:
    told = {"recommendations": [_check("x-1", name, 20.0)]}
    assert find(evidence(line("x-1", "LoadBalancerUsage", 20.0), inventory=told)).found == ()


def test_a_measured_recommendation_beats_the_check() -> None:
    check = _check("i-1", "Low Utilization Amazon EC2 Instances", 60.0)
    row = box("i-1", "m5.2xlarge", 285.0)
    assert len(find(evidence(row, inventory={"recommendations": [check]})).found) == 1
    assert find(evidence(row, inventory={"recommendations": [check, advice("i-1")]})).found == ()


def test_its_figure_is_cut_to_the_bill() -> None:
    check = _check("i-1", "Low Utilization Amazon EC2 Instances", 600.0)
    (item,) = find(evidence(box("i-1", "m5.large", 71.0), inventory={"recommendations": [check]})).found
    assert item.saving.expected == 71.0


def test_no_support_plan_is_not_checked() -> None:
    told = asked("trusted-advisor", status="not_enabled", reason="A support plan is needed.")
    found = find(evidence(box("i-1", "m5.large", 71.0), told=told))
    assert [gap.reason for gap in found.not_checked] == ["A support plan is needed."]
