from __future__ import annotations

from typing import Any

import pytest
from network_evidence import metered, nat
from opportunity_evidence import asked, evidence, resource

from finops_lib.analyses.opportunities.nat_to_gateway_endpoint import find

_S3, _DYNAMODB = {"x_ServiceCode": "AmazonS3"}, {"x_ServiceCode": "AmazonDynamoDB"}
_GETS = metered("bucket", "Requests-Tier2", 1000.0, 0.01, **_S3)


def _held(*services: str, vpc: str | None = "vpc-1") -> dict[str, list[dict[str, Any]]]:
    gateways = [resource("nat_gateways", name, state="available", vpc=vpc) for name in ("nat-1", "nat-2")]
    endpoints = [
        resource("vpc_endpoints", f"vpce-{name}", type="Gateway", state="available", vpc="vpc-1", service=name)
        for name in (f"com.amazonaws.us-east-1.{service}" for service in services)
    ]
    return {"nat_gateways": gateways, "vpc_endpoints": endpoints}


def _saving(*lines: dict[str, Any], held: dict[str, list[dict[str, Any]]] | None = None) -> list[tuple[float, ...]]:
    found = find(evidence(*lines, inventory=held or _held()))
    return [(item.saving.low, item.saving.expected, pytest.approx(item.saving.high)) for item in found.found]


def test_only_the_bytes_between_s3_and_ec2_of_the_region_could_leave_the_gateway() -> None:
    near = metered("bucket", "USE1-C3DataTransfer-Out-Bytes", 300.0, 0.0, **_S3)
    assert _saving(*nat("nat-1", 1000), _GETS, near) == [(0.0, 0.0, 300 * 0.045)]


def test_requests_without_bytes_could_explain_all_of_it() -> None:
    assert _saving(*nat("nat-1", 1000), _GETS) == [(0.0, 0.0, 45.0)]


def test_an_account_that_uses_neither_service_has_nothing_to_move() -> None:
    assert _saving(*nat("nat-1", 1000)) == []


def test_a_unit_of_dynamodb_moves_eight_kilobytes_read_and_one_written() -> None:
    reads = metered("table", "ReadRequestUnits", 100 * 1024**2 / 8, 1.0, **_DYNAMODB)
    writes = metered("table", "WriteRequestUnits", 50 * 1024**2, 1.0, **_DYNAMODB)
    assert _saving(*nat("nat-1", 1000), reads, writes) == [(0.0, 0.0, 150 * 0.045)]


def test_gateways_of_one_place_share_what_could_be_explained() -> None:
    near = metered("bucket", "C3DataTransfer-In-Bytes", 400.0, 0.0, **_S3)
    shared = _saving(*nat("nat-1", 1000), *nat("nat-2", 3000), _GETS, near)
    assert shared == [(0.0, 0.0, 100 * 0.045), (0.0, 0.0, 300 * 0.045)]


def test_a_vpc_that_has_the_endpoints_is_clean() -> None:
    found = find(evidence(*nat("nat-1", 1000), _GETS, inventory=_held("s3", "dynamodb")))
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


def test_one_endpoint_leaves_the_other_service() -> None:
    reads = metered("table", "ReadRequestUnits", 100 * 1024**2 / 8, 1.0, **_DYNAMODB)
    (found,) = find(evidence(*nat("nat-1", 1000), _GETS, reads, inventory=_held("s3"))).found
    assert (found.facts["lacks"], found.saving.high) == (("dynamodb",), pytest.approx(4.5))
    assert (found.component, found.current_cost, found.confidence) == ("traffic", 45.0, "possible")


def test_endpoints_that_nobody_told_of_are_a_gap() -> None:
    told = asked("nat_gateways")
    found = find(evidence(*nat("nat-1", 1000), _GETS, inventory=_held(), told=told))
    (gap,) = found.not_checked
    assert (found.found, found.examined) == ((), 0)
    assert (gap.needs, gap.count, gap.cost) == ("ec2:DescribeVpcEndpoints", 1, 45.0)


def test_a_gateway_without_its_vpc_is_a_gap() -> None:
    found = find(evidence(*nat("nat-1", 1000), _GETS, inventory=_held(vpc=None)))
    (gap,) = found.not_checked
    assert (found.examined, gap.reason) == (0, "The VPC of the NAT gateway is not known.")


def test_no_gateways_are_no_findings() -> None:
    assert find(evidence(_GETS, inventory=_held())).examined == 0
