from __future__ import annotations

import pytest
from network_evidence import metered, month, nameless, nat, with_costs
from opportunity_evidence import asked, evidence, line, resource

from finops_lib.analyses.opportunities.nat_idle import find

_HELD = {"nat_gateways": [resource("nat_gateways", name, state="available") for name in ("nat-idle", "nat-busy")]}


def test_a_gateway_without_bytes_saves_what_it_costs() -> None:
    found = find(evidence(*nat("nat-idle", 0, hours=744), *nat("nat-busy", 400), inventory=_HELD))
    assert [(item.resource, item.current_cost, item.saving.low) for item in found.found] == [("nat-idle", 33.48, 33.48)]
    assert (found.examined, found.not_checked) == (2, ())
    assert found.examined_cost == 33.48 + 730 * 0.045 + 400 * 0.045


def test_a_few_gigabytes_are_nothing_and_five_a_month_are_the_limit() -> None:
    few, more = (find(evidence(*nat("nat-idle", gigabytes), inventory=_HELD)).found for gigabytes in (4.9, 5.1))
    assert (len(few), more) == (1, ())
    assert few[0].current_cost == few[0].saving.high == 730 * 0.045 + 4.9 * 0.045


def test_two_idle_months_make_it_obvious_and_one_likely() -> None:
    before, busy = nat("nat-idle", 0, **month("2026-09")), nat("nat-idle", 900, **month("2026-09"))
    graded = [
        find(evidence(*nat("nat-idle", 0), inventory=_HELD, history=tuple(past))).found[0].confidence
        for past in (before, busy)
    ]
    assert graded == ["obvious", "likely"]


def test_a_gap_between_idle_months_ends_the_streak() -> None:
    past = (*nat("nat-idle", 0, **month("2026-09")), *nat("nat-idle", 50, **month("2026-08")))
    past = (*past, *nat("nat-idle", 0, **month("2026-07")))
    (found,) = find(evidence(*nat("nat-idle", 0), inventory=_HELD, history=past)).found
    assert found.facts["idle_months"] == 2


def test_a_gateway_of_a_few_days_is_too_young_to_judge_unless_the_month_before_was_idle() -> None:
    young = nat("nat-idle", 0, hours=240)
    assert find(evidence(*young, inventory=_HELD)).found == ()
    old = find(evidence(*young, inventory=_HELD, history=tuple(nat("nat-idle", 0, **month("2026-09")))))
    assert [item.saving.expected for item in old.found] == [pytest.approx(10.8)]


def test_a_transit_gateway_is_no_nat_gateway() -> None:
    transit = line("tgw-1", "USE1-TransitGateway-Hours", 36.5, x_ServiceCode="AmazonVPC", PricingQuantity=730.0)
    assert find(evidence(transit, inventory=_HELD)).examined == 0


def test_a_deleted_or_protected_gateway_is_left_alone() -> None:
    gone = [resource("nat_gateways", "nat-idle", state="deleted")]
    kept = [resource("nat_gateways", "nat-idle", state="available", tags={"Keep": "yes"})]
    for rows in (gone, kept):
        told = evidence(*nat("nat-idle", 0), inventory={"nat_gateways": rows}, protected=("keep=yes",))
        assert find(told).found == ()


def test_a_place_that_refused_is_not_checked_instead_of_clean() -> None:
    told = asked("nat_gateways", status="refused", reason="Access is denied.")
    found = find(evidence(*nat("nat-idle", 0), told=told))
    (gap,) = found.not_checked
    assert (found.examined, gap.count, gap.cost, gap.needs) == (0, 1, 730 * 0.045, "ec2:DescribeNatGateways")


def test_bytes_that_name_no_gateway_are_unknown_and_not_zero() -> None:
    known = evidence(*nat("nat-idle", 0), inventory=_HELD)
    found = find(with_costs(known, nameless("NatGateway-Bytes", 700.0, 31.5)))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.count, gap.needs) == ((), 0, 1, "resource ids in the export of the bill")
    assert len(find(with_costs(known)).found) == 1


def test_nothing_billed_is_nothing_examined() -> None:
    empty = find(evidence(inventory=_HELD))
    assert (empty.found, empty.examined, empty.examined_cost, empty.not_checked) == ((), 0, 0.0, ())
    assert find(evidence(metered("i-1", "BoxUsage:m5.large", 1, 1.0), inventory=_HELD)).examined == 0
