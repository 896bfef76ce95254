from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from compute_lines import box, covered, fee
from hypothesis import given, settings
from hypothesis import strategies as st
from opportunity_evidence import ACCOUNT, REGION, bill, line

from finops_lib.analyses.opportunities.coverage import freed
from finops_lib.analyses.opportunities.protocol import Finding, Saving

_PLAN = "arn:aws:savingsplans::1:savingsplan/a"
_RI = "arn:aws:ec2:us-east-1:1:reserved-instances/b"


def _half(id_: str, cost: float, covered_cost: float, *plans: str, **more: Any) -> Finding:
    facts = {"component": "compute", "covered_cost": covered_cost, "covered_by": plans}
    return Finding(id_, ACCOUNT, REGION, cost, Saving.exactly(cost / 2), "likely", "test", **(facts | more))


def test_uncovered_savings_are_saved_at_once() -> None:
    (row,) = freed([_half("i-1", 100.0, 0.0)], bill(box("i-1", "m5.large", 100.0))).to_dict("records")
    assert (row["uncovered"], row["absorbed"], row["waiting"], row["after"]) == (50.0, 0.0, 0.0, 0.0)


def test_covered_and_nobody_to_absorb_it_saves_nothing_before_the_end() -> None:
    # The $100 instance under an EC2 Instance Savings Plan with 9 months left.
    end = pd.Timestamp("2027-08-01")
    rows = bill(covered(box("i-1", "m5.large", 100.0), 100.0, _PLAN), fee(_PLAN, "USE1-EC2SP:m5.1yrNoUpfront", 0.0))
    (row,) = freed([_half("i-1", 100.0, 100.0, _PLAN)], rows, ends={_PLAN: end}).to_dict("records")
    assert (row["uncovered"], row["absorbed"], row["waiting"], row["after"]) == (0.0, 0.0, 50.0, 50.0)
    assert row["until"] == end


def test_after_the_end_the_on_demand_price_is_saved() -> None:
    rows = bill(covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN), fee(_PLAN, "EC2SP:m5.1yrNoUpfront", 0.0))
    (row,) = freed([_half("i-1", 60.0, 60.0, _PLAN)], rows).to_dict("records")
    assert (row["waiting"], row["after"]) == (30.0, pytest.approx(50.0))
    assert pd.isna(row["until"])


def test_the_same_family_absorbs_at_its_on_demand_cost() -> None:
    rows = bill(
        covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN),
        fee(_PLAN, "EC2SP:m5.1yrNoUpfront", 0.0),
        box("i-2", "m5.xlarge", 200.0),
    )
    (row,) = freed([_half("i-1", 60.0, 60.0, _PLAN)], rows).to_dict("records")
    assert (row["absorbed"], row["waiting"]) == (pytest.approx(50.0), pytest.approx(0.0))


def test_other_usage_absorbs_no_more_than_there_is() -> None:
    rows = bill(
        covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN),
        fee(_PLAN, "EC2SP:m5.1yrNoUpfront", 0.0),
        box("i-2", "m5.xlarge", 20.0),
    )
    (row,) = freed([_half("i-1", 60.0, 60.0, _PLAN)], rows).to_dict("records")
    assert (row["absorbed"], row["waiting"]) == (pytest.approx(20.0), pytest.approx(18.0))


@pytest.mark.parametrize(
    ("own", "other", "absorbs"),
    [
        ("EC2SP:m5.1yrNoUpfront", box("i-2", "c5.large", 500.0), False),
        ("EC2SP:m5.1yrNoUpfront", box("i-2", "m5.large", 500.0, RegionId="eu-west-1"), False),
        ("ComputeSP:1yrNoUpfront", box("i-2", "c5.large", 500.0), True),
        ("ComputeSP:1yrNoUpfront", box("i-2", "c5.large", 500.0, RegionId="eu-west-1"), True),
        ("ComputeSP:1yrNoUpfront", line("f", "Lambda-GB-Second", 500.0, x_ServiceCode="AWSLambda"), True),
        ("ComputeSP:1yrNoUpfront", line("f", "Fargate-GB-Hours", 500.0, x_ServiceCode="AmazonECS"), True),
        ("ComputeSP:1yrNoUpfront", line("v", "EBS:VolumeUsage.gp3", 500.0), False),
        ("ComputeSP:1yrNoUpfront", box("i-2", "c5.large", 500.0, PricingCategory="Dynamic"), False),
    ],
)
def test_a_plan_pays_for_what_it_is_for(own: str, other: dict[str, Any], absorbs: bool) -> None:
    rows = bill(covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN), fee(_PLAN, own, 0.0), other)
    (row,) = freed([_half("i-1", 60.0, 60.0, _PLAN)], rows).to_dict("records")
    assert row["absorbed"] == pytest.approx(50.0 if absorbs else 0.0)


def test_a_reservation_pays_for_its_own_family_and_system() -> None:
    reserved = covered(box("i-1", "m5.large", 100.0), 60.0, _RI, "Reserved Instance")
    windows = box("i-2", "m5.large", 500.0, x_Operation="RunInstances:0002")
    (row,) = freed([_half("i-1", 60.0, 60.0, _RI)], bill(reserved, windows)).to_dict("records")
    assert row["absorbed"] == 0.0
    (row,) = freed([_half("i-1", 60.0, 60.0, _RI)], bill(reserved, box("i-2", "m5.xlarge", 500.0))).to_dict("records")
    assert row["absorbed"] == pytest.approx(50.0)


def test_a_commitment_that_is_not_used_up_absorbs_nothing() -> None:
    rows = bill(
        covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN),
        fee(_PLAN, "EC2SP:m5.1yrNoUpfront", 10.0),
        box("i-2", "m5.xlarge", 200.0),
    )
    (row,) = freed([_half("i-1", 60.0, 60.0, _PLAN)], rows).to_dict("records")
    assert (row["absorbed"], row["waiting"]) == (0.0, 30.0)


def test_a_half_covered_instance_frees_hours_for_itself() -> None:
    rows = bill(
        covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN),
        fee(_PLAN, "EC2SP:m5.1yrNoUpfront", 0.0),
        box("i-1", "m5.large", 100.0),
    )
    (row,) = freed([_half("i-1", 160.0, 60.0, _PLAN)], rows).to_dict("records")
    # $80: $50 of it on the open half, whose other $50 takes over the $30 (at On-Demand $50) that come free.
    assert (row["uncovered"], row["released"]) == (pytest.approx(50.0), pytest.approx(30.0))
    assert (row["absorbed"], row["waiting"]) == (pytest.approx(50.0), pytest.approx(0.0))


def test_alternatives_on_one_resource_do_not_ask_twice() -> None:
    rows = bill(
        covered(box("i-1", "m5.large", 100.0), 60.0, _PLAN),
        fee(_PLAN, "ComputeSP:1yr", 0.0),
        box("i-2", "c5.large", 50.0),
    )
    one = _half("i-1", 60.0, 60.0, _PLAN)
    both = freed([one, _half("i-1", 60.0, 60.0, _PLAN, exclusive="type")], rows)
    assert both["absorbed"].tolist() == pytest.approx([50.0, 50.0])


def test_a_cover_that_the_bill_does_not_name_waits_in_full() -> None:
    (row,) = freed([_half("i-1", 60.0, 60.0)], bill()).to_dict("records")
    assert (row["uncovered"], row["absorbed"], row["waiting"], row["after"]) == (0.0, 0.0, 30.0, 30.0)


def test_no_findings_give_no_rows() -> None:
    assert len(freed([], bill())) == 0


@settings(max_examples=10)
@given(
    st.lists(st.tuples(st.floats(1, 500), st.floats(0.3, 1)), min_size=1, max_size=5),
    st.floats(0, 400),
    st.randoms(use_true_random=False),
)
def test_the_parts_add_up_and_the_pool_is_not_overdrawn(
    machines: list[tuple[float, float]], pool: float, order: Any
) -> None:
    lines = [covered(box(f"i-{n}", "m5.large", cost), cost * rate, _PLAN) for n, (cost, rate) in enumerate(machines)]
    lines.append(fee(_PLAN, "EC2SP:m5.1yr", 0.0))
    lines.append(box("i-open", "m5.2xlarge", pool))
    findings = [_half(f"i-{n}", cost * rate, cost * rate, _PLAN) for n, (cost, rate) in enumerate(machines)]
    table = freed(findings, bill(*lines))
    assert (table["uncovered"] + table["released"] - table["saving"]).abs().max() < 1e-6
    assert table["absorbed"].sum() <= pool + 1e-6
    assert (table["waiting"] >= -1e-9).all()
    shuffled = list(range(len(findings)))
    order.shuffle(shuffled)
    again = freed([findings[n] for n in shuffled], bill(*lines))
    assert again["absorbed"].tolist() == pytest.approx([table["absorbed"].iloc[n] for n in shuffled])
