from __future__ import annotations

from typing import Any

import pytest
from compute_lines import box, instance
from opportunity_evidence import evidence, line

from finops_lib.analyses.opportunities.spot import find


def _spot(id_: str, cost: float, hours: float, **more: Any) -> dict[str, Any]:
    usual = {
        "x_Operation": "RunInstances:SV001",
        "x_instance_type": "c5.2xlarge",
        "PricingQuantity": hours,
        "PricingCategory": "Dynamic",
    }
    return line(id_, "SpotUsage:c5.2xlarge", cost, **(usual | more))


_RUN = (_spot("i-s1", 20.0, 200.0), _spot("i-s2", 12.0, 100.0))


def test_the_price_is_what_the_organization_paid_itself() -> None:
    held = {"instances": [instance("i-1", group="workers"), instance("i-s1"), instance("i-s2")]}
    found = find(evidence(box("i-1", "c5.2xlarge", 252.96), *_RUN, inventory=held))
    (item,) = found.found
    on_demand = 252.96 / 744
    assert item.saving.expected == pytest.approx(252.96 * (1 - (32 / 300) / on_demand))
    assert item.saving.low == pytest.approx(252.96 * (1 - 0.12 / on_demand))
    assert item.saving.high == pytest.approx(252.96 * (1 - 0.10 / on_demand))
    assert (item.confidence, item.exclusive) == ("likely", "type")


@pytest.mark.parametrize(
    ("tags", "offered"),
    [
        ({"fault-tolerant": "true"}, True),
        ({"Spot": "no"}, False),
        ({"Environment": "test"}, True),
        ({"Environment": "production"}, False),
        ({}, False),
    ],
)
def test_only_what_may_be_interrupted_is_offered(tags: dict[str, str], offered: bool) -> None:
    held = {"instances": [instance("i-1", tags=tags)]}
    found = find(evidence(box("i-1", "c5.2xlarge", 252.96), *_RUN, inventory=held))
    assert (len(found.found), found.examined) == (int(offered), 1)


def test_a_type_that_never_ran_on_spot_has_no_price() -> None:
    held = {"instances": [instance("i-1", group="workers")]}
    found = find(evidence(box("i-1", "m5.large", 71.42), *_RUN, inventory=held))
    assert (found.found, found.examined) == ((), 0)
    assert "Spot m5.large" in found.not_checked[0].reason


def test_a_spot_price_above_on_demand_is_no_saving() -> None:
    held = {"instances": [instance("i-1", group="workers")]}
    assert find(evidence(box("i-1", "c5.2xlarge", 252.96), _spot("i-s", 80.0, 200.0), inventory=held)).found == ()
