from __future__ import annotations

from typing import Any

import pytest
from network_evidence import metered
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.unused_capacity_reservations import find


def _unused(hours: float, **more: Any) -> dict[str, Any]:
    return metered("cr-1", "USE2-UnusedBox:m5.large", hours, 0.096 * hours, **more)


def _held(total: float, available: float, **more: Any) -> dict[str, list[dict[str, Any]]]:
    facts = {"type": "m5.large", "state": "active", "total": total, "available": available} | more
    return {"capacity_reservations": [resource("capacity_reservations", "cr-1", **facts)]}


def test_a_reservation_that_stood_empty_all_month_saves_its_cost() -> None:
    (found,) = find(evidence(_unused(2 * 744), inventory=_held(2, 2))).found
    assert (found.saving.low, found.saving.high, found.confidence) == (found.current_cost, found.current_cost, "likely")
    assert found.current_cost == pytest.approx(142.848)


@pytest.mark.parametrize(("available", "share"), [(1.0, 0.5), (3.0, 1.0)])
def test_a_reservation_in_part_use_saves_what_the_month_and_today_leave_empty(available: float, share: float) -> None:
    (found,) = find(evidence(_unused(2 * 744), inventory=_held(5, available))).found
    assert (found.saving.low, found.saving.high) == (0.0, found.current_cost)
    assert found.saving.expected == pytest.approx(share * found.current_cost)


def test_a_reservation_that_has_filled_ended_or_gone_since_is_no_finding() -> None:
    for held in (_held(2, 0), _held(2, 2, state="expired"), {"capacity_reservations": []}):
        found = find(evidence(_unused(744), inventory=held))
        assert (found.found, found.examined) == ((), 1)


def test_the_bill_alone_makes_it_possible_and_expects_nothing() -> None:
    (found,) = find(evidence(_unused(744))).found
    assert (found.confidence, found.saving.expected, found.saving.high) == ("possible", 0.0, found.current_cost)


def test_hours_that_a_savings_plan_pays_are_told_apart() -> None:
    covered = {"CommitmentDiscountStatus": "Used", "CommitmentDiscountId": "sp-1"}
    (found,) = find(evidence(_unused(500), _unused(244, **covered), inventory=_held(1, 1))).found
    assert (found.covered_cost, found.covered_by) == (pytest.approx(0.096 * 244), ("sp-1",))


def test_a_reservation_that_two_accounts_list_is_one() -> None:
    held = _held(2, 2)
    shared = held["capacity_reservations"][0] | {"account": "444455556666"}
    found = find(evidence(_unused(1488), inventory={"capacity_reservations": [*held["capacity_reservations"], shared]}))
    assert [item.account for item in found.found] == ["111122223333"]


def test_a_protected_reservation_stays() -> None:
    held = _held(2, 2, tags={"legal-hold": ""})
    assert find(evidence(_unused(1488), inventory=held, protected=("legal-hold",))).found == ()
