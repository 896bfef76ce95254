"""What holds for every kind of saving in a network, whatever goes through it."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from network_evidence import nat, price, with_costs
from opportunity_evidence import evidence, line, resource

from finops_lib.analyses.opportunities import every
from finops_lib.analyses.opportunities.protocol import Opportunity

_NETWORK = [
    opportunity
    for opportunity in every()
    if opportunity.id in {"nat_idle", "nat_consolidation", "nat_to_gateway_endpoint", "nat_to_interface_endpoint"}
]
_PRICES = [
    price("AmazonEC2", "DataTransfer-Regional-Bytes", 0.01),
    price("AmazonVPC", "VpcEndpoint-Hours", 0.01),
    price("AmazonVPC", "VpcEndpoint-Bytes", 0.01),
]
_HELD = [resource("nat_gateways", f"nat-{number}", state="available", vpc="vpc-1", zone=number) for number in "012"]
_GETS = line("bucket", "Requests-Tier2", 0.1, x_ServiceCode="AmazonS3")


@pytest.mark.parametrize("opportunity", _NETWORK, ids=lambda opportunity: opportunity.id)
@given(gigabytes=st.lists(st.floats(0.0, 20_000.0), min_size=3, max_size=3), hours=st.floats(1.0, 744.0))
# Each example reads a bill: a failure is told as it was found.
@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_nothing_saves_more_than_its_part_costs(opportunity: Opportunity, gigabytes: list[float], hours: float) -> None:
    lines = [row for number, flow in enumerate(gigabytes) for row in nat(f"nat-{number}", flow, hours=hours)]
    told = evidence(*lines, _GETS, inventory={"nat_gateways": _HELD, "vpc_endpoints": []}, prices=_PRICES)
    found = opportunity.find(with_costs(told))
    assert len(found.found) <= found.examined <= 3
    assert all(item.saving.high <= item.current_cost + 1e-9 for item in found.found)
    assert sum(item.current_cost for item in found.found) <= sum(row["EffectiveCost"] for row in lines) + 1e-9
