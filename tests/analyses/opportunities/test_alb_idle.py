from __future__ import annotations

from typing import Any

import pytest
from network_evidence import metered
from opportunity_evidence import asked, evidence, resource

from finops_lib.analyses.opportunities.alb_idle import find

_ELB = {"x_ServiceCode": "AWSELB"}


def _hours(name: str, hours: float = 744.0, **more: Any) -> dict[str, Any]:
    return metered(name, "EUC1-LoadBalancerUsage", hours, 0.0225 * hours, **(_ELB | more))


def _held(kind: str = "application", targets: float | None = None, **more: Any) -> dict[str, list[dict[str, Any]]]:
    return {"load_balancers": [resource("load_balancers", "lb", name="lb", targets=targets, **more) | {"kind": kind}]}


def _measured(peak: float | None) -> dict[str, list[dict[str, Any]]]:
    row = resource("utilization", "lb", namespace="AWS/ApplicationELB", metric="RequestCount", days=60, maximum=peak)
    return {"utilization": [row]}


@pytest.mark.parametrize("kind", ["application", "network", "gateway", "classic"])
def test_a_load_balancer_of_hours_alone_saves_what_it_costs(kind: str) -> None:
    (found,) = find(evidence(_hours("lb"), inventory=_held(kind))).found
    assert (found.current_cost, found.saving.low, found.confidence) == (
        pytest.approx(16.74),
        found.current_cost,
        "likely",
    )


@pytest.mark.parametrize(("units", "count"), [(0.7, 1), (0.8, 0)])
def test_less_than_a_thousandth_of_a_unit_an_hour_is_nothing(units: float, count: int) -> None:
    lines = (_hours("lb"), metered("lb", "LCUUsage", units, 0.008 * units, **_ELB))
    found = find(evidence(*lines, inventory=_held()))
    assert (len(found.found), found.examined) == (count, 1)


def test_data_of_a_classic_load_balancer_are_its_traffic() -> None:
    lines = (_hours("lb"), metered("lb", "DataProcessing-Bytes", 50.0, 0.4, **_ELB))
    assert find(evidence(*lines, inventory=_held("classic"))).found == ()


def test_two_weeks_are_the_least() -> None:
    assert find(evidence(_hours("lb", 335), inventory=_held())).found == ()
    assert len(find(evidence(_hours("lb", 336), inventory=_held())).found) == 1


def test_a_metric_of_zero_or_no_target_makes_it_obvious() -> None:
    quiet = find(evidence(_hours("lb"), inventory=_held() | _measured(0.0))).found[0]
    bare = find(evidence(_hours("lb"), inventory=_held(targets=0.0))).found[0]
    unmeasured = find(evidence(_hours("lb"), inventory=_held() | _measured(None))).found[0]
    assert (quiet.confidence, bare.confidence, unmeasured.confidence) == ("obvious", "obvious", "likely")


def test_requests_that_the_bill_hardly_sees_leave_nothing_expected() -> None:
    (found,) = find(evidence(_hours("lb"), inventory=_held() | _measured(3.0))).found
    assert (found.confidence, found.saving.low, found.saving.expected) == ("possible", 0.0, 0.0)
    assert found.saving.high == found.current_cost


def test_a_refused_place_is_a_gap_and_a_protected_one_is_kept() -> None:
    told = asked("load_balancers", status="refused", reason="Access is denied.")
    (gap,) = find(evidence(_hours("lb"), told=told)).not_checked
    assert (gap.reason, gap.count) == ("us-east-1: Access is denied.", 1)
    kept = find(evidence(_hours("lb"), inventory=_held(tags={"dr": "yes"}), protected=("dr",)))
    assert (kept.found, kept.examined) == ((), 1)
