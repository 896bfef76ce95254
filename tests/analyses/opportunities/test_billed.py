from __future__ import annotations

from opportunity_evidence import bill, evidence, line, resource

from finops_lib.analyses.opportunities import billed

_USED = {"CommitmentDiscountStatus": "Used"}


def test_a_resource_knows_what_commitments_pay_of_it_and_which() -> None:
    rows = billed.resources(
        bill(
            line("i-1", "BoxUsage:m5.large", 5.0),
            line("i-1", "BoxUsage:m5.large", 3.0, CommitmentDiscountId="sp-2", **_USED),
            line("i-1", "BoxUsage:m5.large", 2.0, CommitmentDiscountId="sp-1", **_USED),
            line("i-2", "BoxUsage:m5.large", 1.0),
        )
    )
    assert rows[["resource", "cost", "covered_cost", "covered_by"]].to_dict("records") == [
        {"resource": "i-1", "cost": 10.0, "covered_cost": 5.0, "covered_by": ("sp-1", "sp-2")},
        {"resource": "i-2", "cost": 1.0, "covered_cost": 0.0, "covered_by": ()},
    ]


def test_no_line_is_no_resource() -> None:
    assert billed.resources(bill()).empty


def test_what_another_account_had_under_a_name_is_not_what_is_described() -> None:
    mine, theirs = line("b", "TimedStorage-ByteHrs", 2.0), line("b", "TimedStorage-ByteHrs", 9.0, SubAccountId="4" * 12)
    held = evidence(mine, theirs, inventory={"buckets": [resource("buckets", "b", objects=7.0)] * 2})
    rows = billed.known(held, "buckets", billed.resources(held.bill))
    assert rows[["cost", "objects"]].to_dict("records") == [{"cost": 2.0, "objects": 7.0}]


def test_what_refunds_make_cost_less_than_nothing_is_left_out() -> None:
    paid, back = line("v-1", "EBS:VolumeUsage.gp2", 5.0), line("v-2", "EBS:VolumeUsage.gp2", -5.0)
    part, free = line("v-1", "EBS:VolumeUsage.gp2", -2.0), line("v-3", "EBS:VolumeUsage.gp2", 0.0)
    rows = billed.resources(bill(paid, back, part, free))
    assert rows[["resource", "cost"]].to_dict("records") == [
        {"resource": "v-1", "cost": 3.0},
        {"resource": "v-3", "cost": 0.0},
    ]
