from __future__ import annotations

import pytest
from network_evidence import PLACE, metered, nameless, with_costs
from opportunity_evidence import evidence, resource

from finops_lib.analyses.opportunities.cross_az_traffic import find

_IN = metered("i-1", "EU-DataTransfer-Regional-Bytes", 15_000, 150.0, x_Operation="InterZone-In")
_OUT = metered("i-1", "DataTransfer-Regional-Bytes", 5_000, 50.0, x_Operation="PublicIP-Out")


def test_costly_data_between_zones_are_possible_and_nothing_is_expected() -> None:
    found = find(with_costs(evidence(_IN, _OUT)))
    (finding,) = found.found
    assert (finding.resource, finding.current_cost, finding.component) == ("i-1", 200.0, "traffic")
    assert (finding.saving.low, finding.saving.expected, finding.saving.high) == (0.0, 0.0, 200.0)
    assert finding.evidence == (
        "20,000 GB between zones: 15,000 GB received, 5,000 GB sent, 5,000 GB of it over public addresses."
    )


def test_what_names_no_resource_stands_for_its_account_and_region() -> None:
    loose = nameless("DataTransfer-Regional-Bytes", 30_000, 300.0, x_Operation="InterZone-Out")
    found = find(with_costs(evidence(_IN), loose))
    assert [(item.resource, item.current_cost) for item in found.found] == [("i-1", 150.0), (PLACE, pytest.approx(300))]
    assert [item.facts["sent"] for item in found.found] == [0.0, pytest.approx(30_000)]
    assert found.examined_cost == pytest.approx(450.0)


def test_little_is_examined_and_not_found() -> None:
    small = metered("i-2", "DataTransfer-Regional-Bytes", 5_427, 54.28, x_Operation="InterZone-In")
    found = find(evidence(small))
    assert (found.found, found.examined, found.examined_cost) == ((), 1, 54.28)


def test_a_protected_resource_stays() -> None:
    held = {"instances": [resource("instances", "i-1", type="m5.large", state="running", tags={"hold": "1"})]}
    assert find(evidence(_IN, inventory=held, protected=("hold",))).found == ()


def test_data_between_regions_and_to_the_internet_are_others() -> None:
    away = metered("i-1", "USE1-EUW1-AWS-Out-Bytes", 50_000, 1000.0)
    internet = metered("i-1", "DataTransfer-Out-Bytes", 50_000, 4500.0)
    assert find(evidence(away, internet)).examined == 0
