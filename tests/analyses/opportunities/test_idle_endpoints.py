from __future__ import annotations

from typing import Any

import pytest
from network_evidence import metered, nameless, with_costs
from opportunity_evidence import asked, evidence, resource

from finops_lib.analyses.opportunities.idle_endpoints import find

_VPC = {"x_ServiceCode": "AmazonVPC"}


def _hours(hours: float) -> dict[str, Any]:
    return metered("vpce-1", "VpcEndpoint-Hours", hours, 0.01 * hours, **_VPC)


def _bytes(gigabytes: float) -> dict[str, Any]:
    return metered("vpce-1", "VpcEndpoint-Bytes", gigabytes, 0.01 * gigabytes, **_VPC)


def _held(type_: str = "Interface", zones: float | None = 2.0) -> dict[str, list[dict[str, Any]]]:
    facts = {"type": type_, "service": "com.amazonaws.us-east-1.ssm", "state": "available", "zones": zones}
    return {"vpc_endpoints": [resource("vpc_endpoints", "vpce-1", **facts)]}


def test_an_endpoint_of_hours_alone_saves_what_it_costs() -> None:
    found = find(evidence(_hours(1488), inventory=_held()))
    assert [item.saving.expected for item in found.found] == [pytest.approx(14.88)]
    assert (found.examined, found.not_checked, found.found[0].confidence) == (1, (), "possible")


def test_an_endpoint_with_data_is_in_use() -> None:
    assert find(evidence(_hours(1488), _bytes(20), inventory=_held())).found == ()


@pytest.mark.parametrize(("zones", "count"), [(2.0, 0), (1.0, 1), (None, 1)])
def test_two_weeks_count_in_each_zone(zones: float | None, count: int) -> None:
    assert len(find(evidence(_hours(500), inventory=_held(zones=zones))).found) == count


def test_only_interface_endpoints_are_judged() -> None:
    assert find(evidence(_hours(1488), inventory=_held("GatewayLoadBalancer"))).examined == 0


def test_nobody_told_is_a_gap() -> None:
    (gap,) = find(evidence(_hours(1488), told=asked())).not_checked
    assert (gap.needs, gap.reason) == ("ec2:DescribeVpcEndpoints", "us-east-1: AWS was not asked.")


def test_data_that_name_no_endpoint_are_a_gap() -> None:
    loose = nameless("VpcEndpoint-Bytes", 300.0, 3.0, **_VPC)
    found = find(with_costs(evidence(_hours(1488), inventory=_held()), loose))
    assert (found.found, found.examined, [gap.count for gap in found.not_checked]) == ((), 0, [1])
