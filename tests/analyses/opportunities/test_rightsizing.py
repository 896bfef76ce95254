from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from compute_lines import advice, box, covered, instance, price
from opportunity_evidence import ACCOUNT, asked, evidence, line

from finops_lib.analyses.opportunities import aws_idle
from finops_lib.analyses.opportunities.rightsizing import find

_HALF = [price("BoxUsage:m5.xlarge", 0.192, contracted=0.192)]
_BIG = box("i-1", "m5.2xlarge", 285.696)


def _told(*rows: dict[str, Any], **more: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {"recommendations": list(rows), **more}


def test_the_clients_own_price_comes_before_awss_figure() -> None:
    found = find(evidence(_BIG, inventory=_told(advice("i-1", saving=140.16)), prices=_HALF))
    (item,) = found.found
    assert item.saving.expected == pytest.approx(142.848)
    assert (item.component, item.confidence, item.facts["aws_saving"]) == ("compute", "likely", 140.16)
    assert found.examined == 1


def test_without_a_price_awss_figure_after_discounts_stands() -> None:
    (item,) = find(evidence(_BIG, inventory=_told(advice("i-1", saving=120.0, list_saving=140.16)))).found
    assert item.saving.expected == 120.0


def test_a_figure_before_discounts_is_cut_to_what_is_paid() -> None:
    row = _BIG | {"EffectiveCost": 142.848, "ListCost": 285.696}
    (item,) = find(evidence(row, inventory=_told(advice("i-1", list_saving=140.0)))).found
    assert item.saving.expected == pytest.approx(70.0)


def test_a_saving_never_exceeds_what_is_billed() -> None:
    (item,) = find(evidence(_BIG | {"EffectiveCost": 30.0}, inventory=_told(advice("i-1", saving=140.16)))).found
    assert item.saving.high == 30.0


@pytest.mark.parametrize("saving", [-5.0, None])
def test_a_negative_or_missing_figure_is_a_gap(saving: float | None) -> None:
    found = find(evidence(_BIG, inventory=_told(advice("i-1", saving=saving))))
    (gap,) = found.not_checked
    assert (found.found, gap.count, gap.cost) == ((), 1, 285.696)


@pytest.mark.parametrize(
    ("known", "confidence", "words"),
    [(True, "likely", "was measured"), (False, "possible", "was not measured"), (None, "possible", "is not stated")],
)
def test_memory_is_stated(known: bool | None, confidence: str, words: str) -> None:
    (item,) = find(evidence(_BIG, inventory=_told(advice("i-1", memory_known=known)), prices=_HALF)).found
    assert (item.confidence, words in item.evidence) == (confidence, True)


def test_an_old_recommendation_is_possible_and_says_so() -> None:
    told = _told(advice("i-1", refreshed=pd.Timestamp("2026-08-01")))
    (item,) = find(evidence(_BIG, inventory=told, prices=_HALF)).found
    assert (item.confidence, item.facts["days_old"]) == ("possible", 92)
    assert "It is 92 days old." in item.evidence


def test_measured_memory_beats_a_later_guess_and_the_loser_is_named() -> None:
    other = advice(
        "i-1",
        source="cost-optimization-hub",
        target="m5.large",
        memory_known=None,
        saving=210.0,
        refreshed=pd.Timestamp("2026-10-30"),
    )
    found = find(evidence(_BIG, inventory=_told(other, advice("i-1")), prices=_HALF))
    (item,) = found.found
    assert item.facts["to"] == "m5.xlarge"
    assert "Cost Optimization Hub says otherwise: Rightsize m5.2xlarge to m5.large." in item.evidence


def test_a_fresh_one_beats_an_old_one_with_memory() -> None:
    old = advice("i-1", refreshed=pd.Timestamp("2026-06-01"), target="m5.large")
    fresh = advice("i-1", memory_known=None)
    (item,) = find(evidence(_BIG, inventory=_told(old, fresh), prices=_HALF)).found
    assert item.facts["to"] == "m5.xlarge"


def test_agreeing_sources_give_one_finding() -> None:
    twice = _told(advice("i-1"), advice("i-1", source="cost-optimization-hub", resource="arn:aws:ec2:r:1:instance/i-1"))
    found = find(evidence(_BIG, inventory=twice, prices=_HALF))
    assert len(found.found) == 1
    assert "otherwise" not in found.found[0].evidence


def test_what_aws_would_stop_is_not_made_smaller_too() -> None:
    stop = advice("i-1", action="Stop", target=None, saving=285.0, refreshed=pd.Timestamp("2026-10-30"))
    known = evidence(_BIG, inventory=_told(advice("i-1"), stop), prices=_HALF)
    assert find(known).found == ()
    (item,) = aws_idle.find(known).found
    assert item.saving.expected == 285.696
    assert "says otherwise: Rightsize" in item.evidence


def test_one_that_was_followed_already_is_left_out() -> None:
    found = find(evidence(box("i-1", "m5.xlarge", 142.848), inventory=_told(advice("i-1")), prices=_HALF))
    assert (found.found, found.not_checked, found.examined) == ((), (), 1)


def test_a_resource_that_the_bill_does_not_know_is_a_gap() -> None:
    found = find(evidence(inventory=_told(advice("i-9", saving=10.0))))
    assert [(gap.account, gap.reason) for gap in found.not_checked] == [(ACCOUNT, "The bill does not name i-9.")]


def test_a_protected_resource_is_left_alone() -> None:
    held = _told(advice("i-1"), instances=[instance("i-1", type="m5.2xlarge", tags={"legal-hold": "1"})])
    found = find(evidence(_BIG, inventory=held, prices=_HALF, protected=("legal-hold",)))
    assert (found.found, found.not_checked) == ((), ())


def test_a_group_costs_what_its_instances_cost() -> None:
    group = advice(
        "arn:aws:autoscaling:r:1:autoScalingGroup:x:autoScalingGroupName/web", resource_type="Ec2AutoScalingGroup"
    )
    members = [instance(id_, type="m5.2xlarge", group="web") for id_ in ("i-1", "i-2")]
    lines = (_BIG, box("i-2", "m5.2xlarge", 100.0, hours=100 / 0.384), box("i-3", "m5.2xlarge", 99.0))
    (item,) = find(evidence(*lines, inventory=_told(group, instances=members), prices=_HALF)).found
    assert item.current_cost == pytest.approx(385.696)
    assert item.saving.expected == pytest.approx(192.848)


def test_compute_and_storage_of_a_database_are_two_findings() -> None:
    lines = (
        line("arn:db", "InstanceUsage:db.m5.large", 127.0, x_ServiceCode="AmazonRDS"),
        line("arn:db", "RDS:GP3-Storage", 60.0, x_ServiceCode="AmazonRDS"),
    )
    told = _told(
        advice("arn:db", resource_type="RdsDbInstance", current="db.m5.large", target="db.t3.large", saving=20.0),
        advice("arn:db", id="2", resource_type="RdsDbInstanceStorage", current="gp3", target="gp3", saving=70.0),
    )
    found = find(evidence(*lines, inventory=told))
    assert {(item.component, item.current_cost, item.saving.expected) for item in found.found} == {
        ("compute", 127.0, 20.0),
        ("storage", 60.0, 60.0),
    }


def test_another_type_of_volume_is_left_to_the_kinds_that_see_volumes() -> None:
    row = line("vol-1", "EBS:VolumeUsage.gp2", 50.0)
    told = advice("vol-1", resource_type="EbsVolume", current="gp2/500GB", target="gp3/500GB", saving=10.0)
    assert len(find(evidence(row, inventory=_told(told))).found) == 1
    assert find(evidence(row, inventory=_told(told, volumes=[]))).found == ()


def test_covered_hours_are_told() -> None:
    row = covered(box("i-1", "m5.2xlarge", 374.976), 234.36, "sp-1")
    (item,) = find(evidence(row, inventory=_told(advice("i-1", list_saving=183.96)))).found
    assert (item.current_cost, item.covered_cost, item.covered_by) == (234.36, 234.36, ("sp-1",))
    assert item.saving.expected == pytest.approx(183.96 * 234.36 / 374.976)


def test_a_place_that_is_not_enabled_is_not_checked() -> None:
    refusal = "Compute Optimizer is not enabled."
    told = asked("recommendations", "compute-optimizer", status="not_enabled", reason=refusal)
    found = find(evidence(_BIG, told=told))
    (gap,) = found.not_checked
    assert (found.examined, gap.count, gap.cost) == (0, 1, 285.696)
    assert refusal in gap.reason


def test_one_refusal_beside_an_answer_is_still_told() -> None:
    told = pd.concat([asked("recommendations"), asked("cost-optimization-hub", status="refused", reason="denied")])
    found = find(evidence(_BIG, inventory=_told(), told=told))
    assert [(gap.reason, gap.count) for gap in found.not_checked] == [("us-east-1: denied", 0)]
    assert found.examined == 1


def test_the_order_of_recommendations_does_not_matter() -> None:
    rows = [advice("i-1"), advice("i-1", target="m5.large", saving=9.0, memory_known=None), advice("i-2", saving=1.0)]
    there = (_BIG, box("i-2", "m5.2xlarge", 200.0))
    forward = find(evidence(*there, inventory=_told(*rows), prices=_HALF))
    assert forward == find(evidence(*there, inventory=_told(*reversed(rows)), prices=_HALF))


def test_a_figure_in_another_currency_is_not_taken() -> None:
    told = _told(advice("i-1", saving=120.0, list_saving=140.16, cost=285.0, currency="USD"))
    yen = _BIG | {"BillingCurrency": "JPY"}
    given = find(evidence(yen, inventory=told))
    (gap,) = given.not_checked
    assert (given.found, gap.cost) == ((), 285.696)
    assert gap.reason == "i-1: AWS's recommendation is in USD, the bill in JPY."
    (own,) = find(evidence(yen, inventory=told, prices=_HALF)).found
    assert (own.saving.expected, own.facts["aws_saving"]) == (pytest.approx(142.848), None)
    (same,) = find(evidence(_BIG, inventory=told)).found
    assert same.saving.expected == 120.0
