from __future__ import annotations

from typing import Any

import pytest
from network_evidence import month, nat, price
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.nat_consolidation import find, monthly_saving

_PRICES = [price("AmazonEC2", "DataTransfer-Regional-Bytes", 0.01)]


def _held(*zones: str | None, vpc: str | None = "vpc-1", **more: Any) -> dict[str, list[dict[str, Any]]]:
    rows = [
        resource("nat_gateways", f"nat-{number}", state="available", vpc=vpc, zone=zone, **more)
        for number, zone in enumerate(zones)
    ]
    return {"nat_gateways": rows}


def test_removing_a_gateway_saves_12_85_at_1000_gigabytes_and_costs_7_15_at_2000() -> None:
    assert monthly_saving(32.85, 1000, 0.01) == pytest.approx(12.85)
    assert monthly_saving(32.85, 2000, 0.01) == pytest.approx(-7.15)


def test_the_busiest_gateway_stays_and_the_other_goes() -> None:
    bill = (*nat("nat-0", 5000), *nat("nat-1", 1000))
    found = find(evidence(*bill, inventory=_held("a", "b"), prices=_PRICES))
    (finding,) = found.found
    assert (finding.resource, finding.facts["stays"], finding.component) == ("nat-1", "nat-0", "hours")
    assert (finding.saving.low, finding.saving.expected, finding.saving.high) == pytest.approx((12.85,) * 3)
    assert (found.examined, found.examined_cost, finding.current_cost) == (2, pytest.approx(65.70), 32.85)


def test_what_would_cost_more_is_not_recommended() -> None:
    bill = (*nat("nat-0", 5000), *nat("nat-1", 2000))
    found = find(evidence(*bill, inventory=_held("a", "b"), prices=_PRICES))
    assert (found.found, found.examined) == ((), 2)


def test_the_busiest_and_the_quietest_month_are_the_bounds() -> None:
    past = (*nat("nat-1", 2000, **month("2026-09")), *nat("nat-1", 500, **month("2026-08")))
    bill = (*nat("nat-0", 5000), *nat("nat-1", 1000))
    (found,) = find(evidence(*bill, inventory=_held("a", "b"), prices=_PRICES, history=past)).found
    assert (found.saving.low, found.saving.expected, found.saving.high) == pytest.approx((-7.15, 12.85, 22.85))


def test_an_open_month_is_compared_by_its_pace() -> None:
    past = tuple(nat("nat-1", 1000, **month("2026-09")))
    bill = (*nat("nat-0", 2500, hours=365), *nat("nat-1", 500, hours=365))
    (found,) = find(evidence(*bill, inventory=_held("a", "b"), prices=_PRICES, history=past)).found
    assert (found.saving.low, found.saving.expected, found.saving.high) == pytest.approx((6.425,) * 3)


def test_data_that_stay_in_a_zone_cross_nothing() -> None:
    bill = (*nat("nat-0", 5000), *nat("nat-1", 2000))
    (found,) = find(evidence(*bill, inventory=_held("a", "a"), prices=_PRICES)).found
    assert found.saving.expected == pytest.approx(32.85)


def test_a_zone_that_nobody_told_counts_as_another() -> None:
    bill = (*nat("nat-0", 5000), *nat("nat-1", 1000))
    (found,) = find(evidence(*bill, inventory=_held(None, None), prices=_PRICES)).found
    assert found.saving.expected == pytest.approx(12.85)


def test_an_idle_gateway_is_left_to_its_own_kind() -> None:
    bill = (*nat("nat-0", 5000), *nat("nat-1", 0))
    assert find(evidence(*bill, inventory=_held("a", "b"), prices=_PRICES)).found == ()


def test_an_absent_price_is_a_gap() -> None:
    bill = (*nat("nat-0", 5000), *nat("nat-1", 1000))
    found = find(evidence(*bill, inventory=_held("a", "b")))
    (gap,) = found.not_checked
    assert (found.found, gap.needs) == ((), "price of AmazonEC2 DataTransfer-Regional-Bytes")
    assert gap.cost == pytest.approx(32.85)


def test_networks_that_nobody_told_are_a_gap_only_where_there_are_several_gateways() -> None:
    held = _held("a", "b", vpc=None)
    alone = find(evidence(*nat("nat-0", 5000), inventory=held, prices=_PRICES))
    both = find(evidence(*nat("nat-0", 5000), *nat("nat-1", 1000), inventory=held, prices=_PRICES))
    assert (alone.examined, alone.not_checked) == (1, ())
    assert (both.examined, [gap.count for gap in both.not_checked]) == (0, [2])


def test_a_protected_gateway_stays() -> None:
    held = _held("a", "b", tags={"legal-hold": "1"})
    told = evidence(*nat("nat-0", 5000), *nat("nat-1", 1000), inventory=held, prices=_PRICES, protected=("legal-hold",))
    assert find(told).found == ()
