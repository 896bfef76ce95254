from __future__ import annotations

from typing import Any

import pytest
from network_evidence import PLACE, metered, month, nameless, with_costs
from opportunity_evidence import asked, evidence, resource

from finops_lib.analyses.opportunities.idle_address import find

_VPC = {"x_ServiceCode": "AmazonVPC"}


def _idle(hours: float = 744.0) -> dict[str, Any]:
    return metered("eip", "PublicIPv4:IdleAddress", hours, 0.005 * hours, **_VPC)


def _held(**more: Any) -> dict[str, list[dict[str, Any]]]:
    return {"addresses": [resource("addresses", "eip", **more)]}


def test_an_address_that_nothing_uses_saves_what_it_costs() -> None:
    found = find(evidence(_idle(), inventory=_held()))
    assert [(item.resource, item.saving.low, item.confidence) for item in found.found] == [
        ("eip", pytest.approx(3.72), "obvious")
    ]
    assert (found.examined, found.examined_cost) == (1, pytest.approx(3.72))


def test_the_bill_alone_proves_it_and_is_less_sure() -> None:
    (found,) = find(evidence(_idle(), told=asked("addresses", status="refused", reason="Denied."))).found
    assert found.confidence == "likely"
    assert "tags and association are not known" in found.evidence


def test_an_address_of_something_switched_off_is_likely() -> None:
    (found,) = find(evidence(_idle(), inventory=_held(association="eipassoc-1"))).found
    assert found.confidence == "likely"


def test_an_address_released_since_is_gone() -> None:
    found = find(evidence(_idle(), inventory={"addresses": []}))
    assert (found.found, found.examined) == ((), 1)


def test_an_address_that_is_used_at_times_stays() -> None:
    used = metered("eip", "PublicIPv4:InUseAddress", 344, 1.72, **_VPC)
    assert find(evidence(_idle(400), used, inventory=_held())).found == ()


def test_a_few_idle_days_are_nothing() -> None:
    assert find(evidence(_idle(100), inventory=_held())).found == ()


def test_hours_of_the_month_before_count_too() -> None:
    past = _idle(300) | month("2026-09")
    (found,) = find(evidence(_idle(100), inventory=_held(), history=(past,))).found
    assert found.saving.expected == pytest.approx(0.50)


def test_a_protected_address_stays() -> None:
    assert find(evidence(_idle(), inventory=_held(tags={"Keep": "1"}), protected=("keep",))).found == ()


def test_idle_hours_that_name_no_address_stand_for_their_account_and_region() -> None:
    loose = nameless("ElasticIP:IdleAddress", 563.2, 2.81)
    found = find(with_costs(evidence(inventory={"addresses": []}), loose))
    (finding,) = found.found
    assert (finding.resource, finding.saving.low, finding.saving.expected) == (PLACE, 0.0, 2.81)
    assert finding.confidence == "possible"


def test_an_address_in_use_is_no_finding() -> None:
    assert find(evidence(metered("eip", "PublicIPv4:InUseAddress", 744, 3.72, **_VPC))).examined == 0
