from __future__ import annotations

from typing import Any

import pytest
from network_evidence import PLACE, metered, nameless, with_costs
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.duplicate_trails import find

_TRAILS = {"x_ServiceCode": "AWSCloudTrail"}
_PAID = nameless("USE1-PaidEventsRecorded", 12_500_000, 250.0, **_TRAILS)


def _trail(name: str, **more: Any) -> dict[str, Any]:
    usual = {"name": name, "multi_region": True, "organization": False, "management_events": True}
    return resource("trails", name, **(usual | more))


def _found(*trails: dict[str, Any], protected: tuple[str, ...] = ()) -> list[tuple[float, str]]:
    told = evidence(inventory={"trails": list(trails)} if trails else None, protected=protected)
    return [(item.saving.expected, item.confidence) for item in find(with_costs(told, _PAID)).found]


def test_paid_copies_of_events_are_saved_and_stand_for_their_account_and_region() -> None:
    found = find(with_costs(evidence(), _PAID))
    assert [(item.resource, item.current_cost, item.saving.low) for item in found.found] == [(PLACE, 250.0, 250.0)]
    assert (found.examined, found.examined_cost, found.found[0].confidence) == (1, 250.0, "likely")


def test_a_line_that_names_its_trail_is_that_trail_and_counted_once() -> None:
    told = with_costs(evidence(metered("trail/second", "PaidEventsRecorded", 100, 2.0, **_TRAILS)))
    assert [(item.resource, item.saving.expected) for item in find(told).found] == [("trail/second", 2.0)]


def test_two_trails_make_it_obvious() -> None:
    assert _found(_trail("a"), _trail("b")) == [(250.0, "obvious")]
    assert _found(_trail("a"), _trail("b", management_events=False)) == [(250.0, "likely")]
    assert _found(_trail("a"), _trail("b", management_events=None)) == [(250.0, "likely")]
    assert _found(_trail("a"), _trail("b", multi_region=False, region="eu-west-1")) == [(250.0, "likely")]


def test_protected_trails_stay_and_their_copies_are_paid() -> None:
    kept = {"tags": {"audit": "yes"}}
    assert _found(_trail("a", **kept), _trail("b"), protected=("audit",)) == [(250.0, "obvious")]
    assert _found(_trail("a", **kept), _trail("b", **kept), _trail("c"), protected=("audit",)) == [
        (pytest.approx(125.0), "obvious")
    ]
    assert _found(_trail("a", **kept), _trail("b", **kept), protected=("audit",)) == []


def test_events_of_data_and_of_other_services_are_not_copies() -> None:
    data = nameless("USE1-DataEventsRecorded", 1e6, 1.0, **_TRAILS)
    guard = nameless("USE1-PaidEventsAnalyzed", 1e6, 4.0, x_ServiceCode="AmazonGuardDuty")
    found = find(with_costs(evidence(), data, guard))
    assert (found.found, found.examined) == ((), 0)
